"""The case's clocks: from its events to the countdowns on every screen."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from msgspec.structs import replace

from coordinator_app.domain import clock_words
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.clocks import ClockEvent, ClockReading, read_clocks
from coordinator_app.domain.events import CollectionArrived
from coordinator_app.domain.given_up import is_given_up
from coordinator_app.domain.profile_parts import ClockRule, Profile
from coordinator_app.domain.readiness import EVENT_NAMES, ClockBlock
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import ClockShown, Tone
from coordinator_app.domain.vocabulary import ClockState
from coordinator_app.procedures.clock_history import (
    AT_FACTORY,
    Samples,
    corrected,
    history_of,
    samples_of,
    signed_by_two,
)
from coordinator_app.procedures.workplace import ReadClocks, Workplace

AT_REST = frozenset({ClockState.WAITING, ClockState.MET, ClockState.MISSED})
"""States that time alone does not change: where every clock of a case is in one, it is read again only after events."""
KEPT_READINGS = 1000

SHOWN = frozenset({ClockState.EARLY, ClockState.RUNNING, ClockState.DUE, ClockState.OVERDUE, ClockState.UNCERTAIN})
"""States of a clock that somebody has to look at."""

_TONES = {
    ClockState.OVERDUE: Tone.OVERDUE,
    ClockState.MISSED: Tone.OVERDUE,
    ClockState.DUE: Tone.DUE,
    ClockState.UNCERTAIN: Tone.UNKNOWN,
}
_URGENCY = {ClockState.OVERDUE: 0, ClockState.UNCERTAIN: 1, ClockState.DUE: 2, ClockState.RUNNING: 3}


def readings_of(
    work: Workplace, case: CaseRecord, samples: Samples | None = None, planned: tuple[ClockEvent, ...] = (),
    without: frozenset[str] = frozenset(),
) -> tuple[ClockReading, ...]:  # fmt: skip
    """Read every clock of a case at the present instant, or as it would stand with what is planned."""
    if not case.profile_sha256:
        return ()
    profile = work.profile(case)
    if planned or without:
        samples = samples or samples_of(work)
        readings = read_clocks(profile, history_of(work, case, samples, planned, without), samples.now)
        return readings if planned else tuple(_unless_unsigned(work, case, profile, each) for each in readings)
    now = work.moment()
    depends_on = (*_depends_on(work, case), case.profile_sha256, now.boot, now.clock)
    kept = work.clocks_at_rest.get(case.case)
    if kept is not None and kept[0] == depends_on:
        return kept[1]
    samples = samples or samples_of(work)
    readings = read_clocks(profile, history_of(work, case, samples), samples.now)
    found = tuple(_unless_unsigned(work, case, profile, each) for each in readings)
    if all(ClockState(each.state) in AT_REST for each in found):
        work.clocks_at_rest[case.case] = (depends_on, found)
    return found


def _unless_unsigned(work: Workplace, case: CaseRecord, profile: Profile, reading: ClockReading) -> ClockReading:
    """Return the reading, or that the clock was not kept while only a late entry that two have not signed keeps it."""
    rule = profile.clock(reading.clock)
    if not reading.needs_second_signature or rule is None or rule.ends is None:
        return reading
    settled = signed_by_two(case) | corrected(case)
    about = {unit.unit for unit in _units_of(case, reading)}
    unsigned = [
        recorded
        for recorded in case.recorded
        if recorded.happened_at is not None
        and _may_end(recorded, rule)
        and recorded.id not in settled
        and (not about or recorded.subject in about)
    ]
    if not unsigned:
        return reading
    why = clock_words.why(
        rule, ClockState.MISSED, ZoneInfo(work.site.zone), earliest=reading.earliest, deadline=reading.deadline,
        note="Entered late. Only a late entry that a second person has not signed would make it kept.",
    )  # fmt: skip
    return replace(reading, state=ClockState.MISSED, blocks=rule.blocks, why=why)


def _may_end(recorded: Recorded, rule: ClockRule) -> bool:
    event = rule.ends.event if rule.ends is not None else None
    if isinstance(recorded.body, CollectionArrived):
        return event in AT_FACTORY
    return EVENT_NAMES.get(recorded.type) == event


def _units_of(case: CaseRecord, reading: ClockReading) -> tuple[UnitRecord, ...]:
    """Return every unit that a clock's scope can mean: what was collected and what was made of it are numbered alike.

    A clock must hold back each of them; taking only the first let a thawed bag begin after its time, because the
    collected bag of the same number stood before it.
    """
    return tuple(
        unit
        for unit in (*case.product_units(), *case.collected_units())
        if reading.scope.get(unit.kind) == str(unit.number)
        or (reading.scope.get("dose") == str(unit.number) and not unit.drawn_into)
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


def wall_name_of(case: CaseRecord, unit: UnitRecord | None, scope: str = "") -> str:
    """Return the neutral name of a case's unit, `HERON · bag 2 · bed 4`: on the wall and on the unit's travel slip."""
    where = f"{unit.kind} {unit.number}" if unit is not None else scope
    return " · ".join(part for part in (case.wall_name, where, case.identifier("bed")) if part)


def _shown(case: CaseRecord, profile: Profile, reading: ClockReading, at_ns: int) -> ClockShown:
    unit = next(iter(_units_of(case, reading)), None)
    state = ClockState(reading.state)
    rule = profile.clock(reading.clock)
    return ClockShown(
        wall_name=wall_name_of(case, unit, next(iter(reading.scope.values()), "")), title=reading.title,
        state=str(state), tone=_TONES.get(state, Tone.IN_TIME),
        remaining_ms=reading.remaining_ms if state is not ClockState.UNCERTAIN else None, read_at_ns=at_ns,
        deadline=reading.deadline, earliest=reading.earliest,
        ends=str(rule.ends) if rule is not None and rule.ends is not None else "",
        source=rule.source if rule is not None else "", why=reading.why, case=case.case, clock=reading.clock,
        entered_late=reading.entered_late, blocks=reading.blocks, warn_level=reading.warn_level,
    )  # fmt: skip


def clocks_of(
    work: Workplace, case: CaseRecord, samples: Samples | None = None, *, anew: bool = False
) -> tuple[ClockShown, ...]:
    """Return the case's clocks that need looking at, most urgent first; for showing, never for deciding.

    What was read within the last second is given again while nothing was recorded that a clock depends on: a window
    counts on from `read_at_ns`. With `anew` those that run are read again; `samples` are shared by many cases.
    """
    if not case.profile_sha256:
        return ()
    now, depends_on = work.moment(), _depends_on(work, case)
    read = work.clocks_read.get(case.case)
    if read is not None and (not anew or not read.shown) and read.still_holds(now, depends_on):
        return read.shown
    shown = _read_shown(work, case, samples or samples_of(work, now))
    if len(work.clocks_read) > KEPT_READINGS:
        work.clocks_read.clear()
        work.clocks_at_rest.clear()
    work.clocks_read[case.case] = ReadClocks(now, depends_on, shown)
    return shown


def _depends_on(work: Workplace, case: CaseRecord) -> tuple[object, ...]:
    """Return what tells whether a clock of the case could have changed otherwise than by time."""
    return case.clock_news, len(work.site.clock_reads), work.site.zone


def _read_shown(work: Workplace, case: CaseRecord, samples: Samples) -> tuple[ClockShown, ...]:
    profile = work.profile(case)
    shown = [
        _shown(case, profile, reading, samples.now.boot_ns)
        for reading in readings_of(work, case, samples)
        if ClockState(reading.state) in SHOWN and not _given_up(case, profile, reading)
    ]
    return tuple(sorted(shown, key=urgency))


def _given_up(case: CaseRecord, profile: Profile, reading: ClockReading) -> bool:
    rule = profile.clock(reading.clock)
    return rule is not None and is_given_up(case, rule, reading.scope, _units_of(case, reading))


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
    """Return every running clock of the site as it stands at this moment, most urgent first."""
    return _of_all_cases(work, anew=True)


def shown_clocks(work: Workplace) -> tuple[ClockShown, ...]:
    """Return every running clock of the site for a page, most urgent first; they may have been read a second ago."""
    return _of_all_cases(work, anew=False)


def _of_all_cases(work: Workplace, *, anew: bool) -> tuple[ClockShown, ...]:
    samples = samples_of(work)
    found: list[ClockShown] = []
    for case in work.open_cases():
        found += clocks_of(work, case, samples, anew=anew)
    return tuple(sorted(found, key=urgency))


def reading_helps(work: Workplace, clocks: tuple[ClockShown, ...]) -> bool:
    """Tell whether two people should read an independent clock: a time is not certain, or nobody vouches for the clock.

    The second is asked before it is needed: a reading settles what comes after it, and a restart comes unasked.
    """
    if any(clock.state == ClockState.UNCERTAIN for clock in clocks):
        return True
    return bool(clocks) and work.moment().clock != "anchored"
