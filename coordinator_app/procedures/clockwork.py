"""The case's clocks: from its events to the countdowns on every screen."""

from __future__ import annotations

from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.clocks import ClockEvent, ClockHistory, ClockReading, ClockSample, read_clocks
from coordinator_app.domain.events import DosePrepared, ProductMoved, ShipmentArrived
from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.readiness import EVENT_NAMES, ClockBlock
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import ClockShown, Tone
from coordinator_app.domain.vocabulary import ClockState, EventName
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.moment import Moment

SHOWN = frozenset({ClockState.EARLY, ClockState.RUNNING, ClockState.DUE, ClockState.OVERDUE, ClockState.UNCERTAIN})
"""States of a clock that somebody has to look at."""

_TONES = {
    ClockState.OVERDUE: Tone.OVERDUE,
    ClockState.MISSED: Tone.OVERDUE,
    ClockState.DUE: Tone.DUE,
    ClockState.UNCERTAIN: Tone.UNKNOWN,
}
_URGENCY = {ClockState.OVERDUE: 0, ClockState.UNCERTAIN: 1, ClockState.DUE: 2, ClockState.RUNNING: 3}


def sample_of(moment: Moment) -> ClockSample:
    """Return a moment as the clocks want it; only an anchored wall clock vouches for anything."""
    return ClockSample(moment.at, moment.boot, moment.boot_ns, 1000 if moment.clock == "anchored" else None)


def _scope_of(unit: UnitRecord) -> dict[str, str]:
    return {unit.kind: str(unit.number), "dose": str(unit.number)}


def _event(case: CaseRecord, recorded: Recorded) -> list[ClockEvent]:
    name = EVENT_NAMES.get(recorded.type)
    if name is None:
        return []
    body = recorded.body
    scope: dict[str, str] = {}
    part = None
    attributes: dict[str, str] = {}
    if isinstance(body, ProductMoved):
        unit = case.units.get(body.unit)
        if unit is None:
            return []
        scope, part = _scope_of(unit), unit.name
        expires = body.expires_at if isinstance(body, DosePrepared) and body.expires_at else unit.expires_at
        if expires is not None:
            attributes["expires_at"] = expires.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        shipment = next((each for each in case.shipments.values() if unit.unit in each.units), None)
        if shipment is not None:
            scope["shipment"] = shipment.shown
    elif isinstance(body, ShipmentArrived):
        shipment = case.shipments.get(body.shipment)
        scope = {"shipment": shipment.shown if shipment is not None else body.shipment}
        if shipment is not None:
            units = [case.units[each] for each in shipment.units if each in case.units]
            expiries = [each.expires_at for each in units if each.expires_at is not None]
            if expiries:
                attributes["expires_at"] = min(expiries).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            if shipment.holds_until is not None:
                attributes["shipper_expires_at"] = shipment.holds_until.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    anchored = 1000 if recorded.clock == "anchored" else None
    return [
        ClockEvent(
            event=EventName(name),
            at=recorded.at,
            boot=recorded.boot,
            boot_ns=recorded.boot_ns,
            scope=scope,
            part=part,
            anchored_ms=anchored,
            happened_at=recorded.happened_at,
            attributes=attributes,
        )
    ]


def history_of(work: Workplace, case: CaseRecord) -> ClockHistory:
    """Return the case's clock events, with every recorded instant and the present one as samples."""
    events = tuple(event for recorded in case.recorded for event in _event(case, recorded))
    samples = tuple(
        ClockSample(each.at, each.boot, each.boot_ns, 1000 if each.clock == "anchored" else None)
        for each in case.recorded
        if each.type in EVENT_NAMES
    )
    return ClockHistory(zone=work.site.zone, events=events, samples=(*samples, sample_of(work.moment())))


def readings_of(work: Workplace, case: CaseRecord) -> tuple[ClockReading, ...]:
    """Read every clock of a case at the present instant."""
    if not case.profile_sha256:
        return ()
    return read_clocks(work.profile(case), history_of(work, case), sample_of(work.moment()))


def _units_of(case: CaseRecord, reading: ClockReading) -> tuple[UnitRecord, ...]:
    """Return every unit that a clock's scope can mean: what was collected and what was made of it are numbered alike.

    A clock must hold back each of them; taking only the first let a thawed bag begin after its time, because the
    collected bag of the same number stood before it.
    """
    return tuple(
        unit
        for unit in (*case.product_units(), *case.collected_units())
        if any(reading.scope.get(kind) == str(unit.number) for kind in (unit.kind, "dose"))
    )


def blocks_of(work: Workplace, case: CaseRecord) -> tuple[ClockBlock, ...]:
    """Return the clocks that hold back steps now."""
    profile = work.profile(case)
    found = []
    for reading in readings_of(work, case):
        if reading.blocks:
            rule = profile.clock(reading.clock)
            source = rule.source if rule is not None else ""
            for unit in [each.unit for each in _units_of(case, reading)] or [""]:
                found.append(
                    ClockBlock(
                        reading.clock, reading.why or reading.title, ClockState(reading.state), unit, reading.blocks,
                        source,
                    )
                )  # fmt: skip
    return tuple(found)


def _shown(work: Workplace, case: CaseRecord, profile: Profile, reading: ClockReading, at_ns: int) -> ClockShown:
    unit = next(iter(_units_of(case, reading)), None)
    state = ClockState(reading.state)
    rule = profile.clock(reading.clock)
    where = f"{unit.kind} {unit.number}" if unit is not None else next(iter(reading.scope.values()), "")
    bed = case.identifier("bed")
    wall = " · ".join(part for part in (case.wall_name, where, bed) if part)
    return ClockShown(
        wall_name=wall, title=reading.title, state=str(state), tone=_TONES.get(state, Tone.IN_TIME),
        remaining_ms=reading.remaining_ms if state is not ClockState.UNCERTAIN else None, read_at_ns=at_ns,
        deadline=reading.deadline, earliest=reading.earliest,
        ends=str(rule.ends) if rule is not None and rule.ends is not None else "",
        source=rule.source if rule is not None else "", why=reading.why, case=case.case, clock=reading.clock,
        entered_late=reading.entered_late, blocks=reading.blocks,
    )  # fmt: skip


def clocks_of(work: Workplace, case: CaseRecord) -> tuple[ClockShown, ...]:
    """Return the case's clocks that need looking at, most urgent first."""
    if not case.profile_sha256:
        return ()
    at_ns = work.moment().boot_ns
    profile = work.profile(case)
    shown = [
        (reading, _shown(work, case, profile, reading, at_ns))
        for reading in readings_of(work, case)
        if ClockState(reading.state) in SHOWN
    ]
    shown.sort(key=lambda pair: urgency(pair[1]))
    return tuple(clock for _, clock in shown)


def urgency(clock: ClockShown) -> tuple[int, int, str]:
    """Return the sort key of a clock: overdue, not known, due, running; then the least time left."""
    left = clock.remaining_ms if clock.remaining_ms is not None else -(2**60)
    return _URGENCY.get(ClockState(clock.state), 4), left, clock.wall_name


def clock_of_unit(work: Workplace, case: CaseRecord, unit: str) -> ClockShown | None:
    """Return the most urgent clock of the unit in hand, or of the case."""
    clocks = clocks_of(work, case)
    record = case.units.get(unit)
    if record is not None:
        own = [clock for clock in clocks if f"{record.kind} {record.number}" in clock.wall_name.split(" · ")]
        if own:
            return own[0]
    return clocks[0] if clocks else None


def all_clocks(work: Workplace) -> tuple[ClockShown, ...]:
    """Return every running clock of the site, most urgent first."""
    return tuple(sorted((clock for case in work.cases() for clock in clocks_of(work, case)), key=urgency))
