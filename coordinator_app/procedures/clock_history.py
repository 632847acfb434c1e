"""What the clocks of a case are computed from: events, heartbeats, and the times that people or the hub read."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.clocks import ClockEvent, ClockHistory, ClockSample
from coordinator_app.domain.events import (
    ClockRead,
    CollectionArrived,
    DosePrepared,
    ProductMoved,
    RecordSigned,
    ShipmentArrived,
    UnitDrawn,
)
from coordinator_app.domain.preparation import dose_rule
from coordinator_app.domain.readiness import EVENT_NAMES
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.vocabulary import EventName
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.moment import ANCHORED_MS, Moment

AT_FACTORY = (EventName.SHIPMENT_ARRIVED, EventName.RECEIVED)
"""The events that the arrival of what was collected at the manufacturer stands for."""
SIGNERS = 2
"""So many people sign what makes a clock less strict (design §6)."""

Offsets = dict[tuple[str, str], timedelta]
"""By device and boot: how far the wall clock stood from what was read from a trusted one."""


class Samples(Struct, frozen=True):
    """Heartbeats and readings in the order they were taken, the present last; and what the readings correct."""

    taken: tuple[ClockSample, ...]
    offsets: Offsets

    @property
    def now(self) -> ClockSample:
        """The present moment."""
        return self.taken[-1]


# Samples ----------------------------------------------------------------------------------------------------------


def samples_of(work: Workplace, moment: Moment | None = None) -> Samples:
    """Return every sample this workstation has, ending with the moment (default: now)."""
    device = work.store.workstation
    offsets = _offsets(work.site.clock_reads)
    taken = [_sample(each, device, offsets) for each in work.heartbeats()]
    for recorded in reversed(work.site.clock_reads):
        _put_in(taken, _read_sample(recorded))
    return Samples((*taken, _sample(moment or work.moment(), device, offsets)), offsets)


def _sample(moment: Moment, device: str, offsets: Offsets) -> ClockSample:
    anchored = ANCHORED_MS if moment.clock == "anchored" else None
    at = moment.at if anchored is not None else moment.at + offsets.get((device, moment.boot), timedelta())
    return ClockSample(at, moment.boot, moment.boot_ns, anchored, device)


def _read_sample(recorded: Recorded) -> ClockSample:
    body = recorded.body
    assert isinstance(body, ClockRead)  # noqa: S101 - the site keeps no others there
    off = body.read_at - recorded.at
    if _agrees(off, body.error_ms):
        # The wall clock is right enough: it goes on as it is, with an error that holds both.
        error = body.error_ms + -(-abs(off) // timedelta(milliseconds=1))
        return ClockSample(recorded.at, recorded.boot, recorded.boot_ns, error, recorded.device)
    return ClockSample(body.read_at, recorded.boot, recorded.boot_ns, body.error_ms, recorded.device)


def _agrees(off: timedelta, error_ms: int) -> bool:
    return abs(off) <= timedelta(milliseconds=error_ms)


def _offsets(reads: list[Recorded]) -> Offsets:
    """Return how far each boot's wall clock is off by its newest reading, where it is off by more than the error.

    What that boot recorded without anchor is moved by so much, all alike: otherwise the reading itself would look like
    a clock that was set, and would make a clock less certain that has run within this boot all the time.
    """
    found: Offsets = {}
    for recorded in reads:
        body = recorded.body
        if isinstance(body, ClockRead):
            off = body.read_at - recorded.at
            found[(recorded.device, recorded.boot)] = timedelta() if _agrees(off, body.error_ms) else off
    return found


def _put_in(taken: list[ClockSample], read: ClockSample) -> None:
    """Put a reading where it was taken: among the heartbeats of its boot, else before all of them."""
    place = 0
    for number, each in enumerate(taken):
        if (each.device, each.boot) == (read.device, read.boot) and each.boot_ns <= read.boot_ns:
            place = number + 1
    if place == 0:
        same = (n for n, each in enumerate(taken) if (each.device, each.boot) == (read.device, read.boot))
        place = next(same, 0)
    taken.insert(place, read)


# Events -----------------------------------------------------------------------------------------------------------


def history_of(
    work: Workplace,
    case: CaseRecord,
    samples: Samples,
    planned: tuple[ClockEvent, ...] = (),
    without: frozenset[str] = frozenset(),
) -> ClockHistory:
    """Return the case's clock events with the samples; `planned` may happen, `without` are events left out."""
    left_out = corrected(case) | without
    ranks = work.epoch_ranks()
    dose_kind = dose_kind_of(work, case)
    ordered = sorted(case.recorded, key=lambda each: (ranks.get(each.epoch, len(ranks)), each.seq))
    events = tuple(
        event
        for recorded in ordered
        if recorded.id not in left_out
        for event in _event(case, recorded, samples.offsets, dose_kind)
    )
    return ClockHistory(zone=work.site.zone, events=(*events, *planned), samples=samples.taken)


def signed_by_two(case: CaseRecord) -> frozenset[str]:
    """Return the ids of the events that two different people signed."""
    signers: dict[str, set[str]] = {}
    for recorded in case.recorded:
        if isinstance(recorded.body, RecordSigned):
            for ref in recorded.refs:
                signers.setdefault(ref, set()).add(recorded.actor or "")
    return frozenset(id for id, people in signers.items() if len(people) >= SIGNERS)


def corrected(case: CaseRecord) -> set[str]:
    """Return the events that a correction signed by two replaces; an unsigned one stands beside what it corrects."""
    kept = {recorded.id: recorded for recorded in case.recorded}
    signed = signed_by_two(case)
    found = set()
    for recorded in case.recorded:
        if isinstance(recorded.body, ProductMoved | CollectionArrived) and recorded.id in signed:
            cited = (kept[ref] for ref in recorded.refs if ref in kept)
            found |= {each.id for each in cited if (each.type, each.subject) == (recorded.type, recorded.subject)}
    return found


REST = "rest"
"""Stands for the dose that what is left in a vial has not gone into yet."""


def scopes_of(case: CaseRecord, unit: UnitRecord, dose_kind: str) -> list[dict[str, str]]:
    """Return what the clocks call a unit; `dose_kind` is the kind of unit that this trial prepares, or empty.

    Where doses are prepared, a vial is no dose of its own: what happened to it counts for each dose that it went into,
    and for the rest that is kept, and what happens to a dose counts for each of its vials. So a clock that starts with
    the vial ends for each of its doses apart, and is over only when the last of them is.
    """
    own = {unit.kind: str(unit.number)}
    if not dose_kind:
        return [own | {"dose": str(unit.number)}]
    if unit.prepared:
        own["dose"] = str(unit.number)
        return [own | {each.kind: str(each.number)} for each in case.origins(unit)] or [own]
    found = [own | _of_dose(dose) for dose in case.doses_of(unit)]
    if found and not unit.emptied:
        found.append(own | {dose_kind: REST, "dose": REST})
    return found or [own]


def _of_dose(dose: UnitRecord) -> dict[str, str]:
    return {dose.kind: str(dose.number), "dose": str(dose.number)}


def dose_kind_of(work: Workplace, case: CaseRecord) -> str:
    """Return the kind of unit that a case's trial prepares at the site, or nothing."""
    rule = dose_rule(work.profile(case))
    return str(rule.kind) if rule is not None else ""


def _event(case: CaseRecord, recorded: Recorded, offsets: Offsets, dose_kind: str) -> list[ClockEvent]:
    if isinstance(recorded.body, CollectionArrived):
        return _at_factory(recorded, offsets)
    name = EVENT_NAMES.get(recorded.type)
    if name is None:
        return []
    body = recorded.body
    scopes: list[dict[str, str]] = [{}]
    part = None
    attributes: dict[str, str] = {}
    if isinstance(body, ProductMoved):
        unit = case.units.get(body.unit)
        if unit is None:
            return []
        scopes, part, attributes = about_unit(case, unit, dose_kind)
        if isinstance(body, UnitDrawn) and body.into in case.units:
            # The dose's own time runs from the first draw, not from its label.
            scopes = [{unit.kind: str(unit.number)} | _of_dose(case.units[body.into])]
        if isinstance(body, DosePrepared) and body.expires_at:
            attributes["expires_at"] = written(body.expires_at)
    elif isinstance(body, ShipmentArrived):
        scope, attributes = _about_shipment(case, body.shipment)
        scopes = [scope]
    anchored = ANCHORED_MS if recorded.clock == "anchored" else None
    off = timedelta() if anchored is not None else offsets.get((recorded.device, recorded.boot), timedelta())
    return [
        ClockEvent(
            event=EventName(name), at=recorded.at + off, boot=recorded.boot, boot_ns=recorded.boot_ns, scope=scope,
            part=part, anchored_ms=anchored, happened_at=recorded.happened_at, attributes=attributes,
            device=recorded.device,
        )
        for scope in scopes
    ]  # fmt: skip


def _at_factory(recorded: Recorded, offsets: Offsets) -> list[ClockEvent]:
    """Return what arrived at the manufacturer: of the two words a profile may end the way there with, both."""
    anchored = ANCHORED_MS if recorded.clock == "anchored" else None
    off = timedelta() if anchored is not None else offsets.get((recorded.device, recorded.boot), timedelta())
    return [
        ClockEvent(
            event=name, at=recorded.at + off, boot=recorded.boot, boot_ns=recorded.boot_ns, anchored_ms=anchored,
            happened_at=recorded.happened_at, device=recorded.device, at_factory=True,
        )
        for name in AT_FACTORY
    ]  # fmt: skip


def about_unit(case: CaseRecord, unit: UnitRecord, dose_kind: str) -> tuple[list[dict[str, str]], str, dict[str, str]]:
    """Return the scopes, part and attributes of what happens to a unit; a dose is of the part it was made from."""
    scopes = scopes_of(case, unit, dose_kind)
    attributes = {"expires_at": written(unit.expires_at)} if unit.expires_at is not None else {}
    shipment = next((each for each in case.shipments.values() if unit.unit in each.units), None)
    if shipment is not None:
        scopes = [scope | {"shipment": shipment.shown} for scope in scopes]
    parts = sorted({each.name for each in case.origins(unit)})
    return scopes, parts[0] if len(parts) == 1 else unit.name, attributes


def _about_shipment(case: CaseRecord, id: str) -> tuple[dict[str, str], dict[str, str]]:
    shipment = case.shipments.get(id)
    if shipment is None:
        return {"shipment": id}, {}
    attributes = {}
    units = [case.units[each] for each in shipment.units if each in case.units]
    expiries = [each.expires_at for each in units if each.expires_at is not None]
    if expiries:
        attributes["expires_at"] = written(min(expiries))
    if shipment.holds_until is not None:
        attributes["shipper_expires_at"] = written(shipment.holds_until)
    return {"shipment": shipment.shown}, attributes


def written(at: datetime) -> str:
    """Return an instant as events carry it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def planned_at_factory(work: Workplace, happened_at: datetime) -> tuple[ClockEvent, ...]:
    """Return the clock events that the arrival at the manufacturer would be, entered now."""
    now = samples_of(work).now
    return tuple(
        ClockEvent(
            event=name, at=now.at, boot=now.boot, boot_ns=now.boot_ns, anchored_ms=now.anchored_ms, device=now.device,
            happened_at=happened_at, at_factory=True,
        )
        for name in AT_FACTORY
    )  # fmt: skip


def planned_event(work: Workplace, case: CaseRecord, unit: UnitRecord, name: str, happened_at: datetime) -> ClockEvent:
    """Return the clock event that a late entry made now would be."""
    scopes, part, attributes = about_unit(case, unit, dose_kind_of(work, case))
    now = samples_of(work).now
    event = ClockEvent(
        event=EventName(name), at=now.at, boot=now.boot, boot_ns=now.boot_ns, scope=scopes[0], part=part,
        anchored_ms=now.anchored_ms, attributes=attributes, device=now.device,
    )  # fmt: skip
    return replace(event, happened_at=happened_at)
