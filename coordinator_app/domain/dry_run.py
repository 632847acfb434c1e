"""A profile's clocks on an example day: what starts each, not before when, complete by when, and what ends it.

The example walks the profile's steps hour by hour and asks the same arithmetic that runs at the bedside, so that a
pharmacist sees calendar days, windows and stamped instants as they will count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.clock_words import event_words
from coordinator_app.domain.clocks import ClockEvent, ClockHistory, ClockReading, ClockSample, read_clocks
from coordinator_app.domain.profile_parts import ClockRule, Narrowed, Profile, StepRule, UnitRule
from coordinator_app.domain.vocabulary import ClockKind, EventName, ProcedureKind

BEGINS = time(8)
"""The example day begins at eight in the morning of the site's zone."""
STEP = timedelta(hours=1)
ACT = timedelta(minutes=20)
"""An act with a beginning and an end takes so long in the example."""
STAMPED = timedelta(hours=36)
"""An instant that a label or certificate states lies so far after it in the example."""

_EVENTS: dict[ProcedureKind, tuple[EventName, ...]] = {
    ProcedureKind.COLLECT: (EventName.COLLECTION_STARTED, EventName.COLLECTION_ENDED),
    ProcedureKind.PACK: (EventName.PACKED,),
    ProcedureKind.HAND_OVER: (EventName.HANDED_OVER, EventName.SHIPPED),
    ProcedureKind.RECEIVE: (EventName.SHIPMENT_ARRIVED, EventName.RECEIVED),
    ProcedureKind.ACCEPT: (EventName.ACCEPTED,),
    ProcedureKind.STORE: (EventName.STORED,),
    ProcedureKind.RETRIEVE: (EventName.RETRIEVED,),
    ProcedureKind.THAW: (EventName.THAW_STARTED, EventName.THAW_COMPLETED),
    ProcedureKind.PREPARE: (EventName.PREPARED,),
    ProcedureKind.TRANSPORT: (EventName.HANDED_OVER,),
    ProcedureKind.ADMINISTER: (EventName.ADMINISTRATION_STARTED, EventName.ADMINISTRATION_COMPLETED),
}
_AT_THE_PATIENT = frozenset(
    {
        ProcedureKind.RETRIEVE,
        ProcedureKind.THAW,
        ProcedureKind.PREPARE,
        ProcedureKind.TRANSPORT,
        ProcedureKind.ADMINISTER,
    }
)
"""Procedures that are done unit by unit, one after the other."""


class DryRunLine(Struct, frozen=True):
    """One clock on the example day; instants aware UTC, None where the day has none. `scope` is as the clock has it."""

    clock: str
    title: str
    scope: dict[str, str]
    starts: str
    started_at: datetime | None
    earliest: datetime | None
    deadline: datetime | None
    ends: str
    ended_at: datetime | None
    is_stamped: bool
    source: str


def dry_run(profile: Profile, day: date, zone: str) -> tuple[DryRunLine, ...]:
    """Return every clock of the profile on this day in the zone, in the order of the profile."""
    events = _example(profile, datetime.combine(day, BEGINS, ZoneInfo(zone)).astimezone(UTC))
    end = max((event.at for event in events), default=datetime.combine(day, BEGINS, UTC)) + STEP
    now = ClockSample(end, "example", _ns(end), 0)
    readings = read_clocks(profile, ClockHistory(zone, events, (now,)), now)
    order = {rule.name: place for place, rule in enumerate(profile.clocks)}
    lines = [_line(profile.clock(reading.clock), reading, events) for reading in readings]
    return tuple(sorted((line for line in lines if line is not None), key=lambda each: order[each.clock]))


def _line(rule: ClockRule | None, reading: ClockReading, events: tuple[ClockEvent, ...]) -> DryRunLine | None:
    if rule is None:
        return None
    started = _first(rule.starts, reading.scope, events)
    ended = None if rule.ends is None or started is None else _first(rule.ends, reading.scope, events, started)
    return DryRunLine(
        clock=rule.name, title=rule.title, scope=reading.scope, starts=event_words(rule.starts), started_at=started,
        earliest=reading.earliest, deadline=reading.deadline,
        ends=event_words(rule.ends) if rule.ends is not None else "", ended_at=ended,
        is_stamped=rule.kind is ClockKind.UNTIL, source=rule.source,
    )  # fmt: skip


def _first(
    named: Narrowed, scope: dict[str, str], events: tuple[ClockEvent, ...], since: datetime | None = None
) -> datetime | None:
    """Return when the event happened first, for the thing the clock is about; `previous.` is about the one before."""
    if named.previous:
        return _before(named, scope, events)
    fitting = (
        event.at
        for event in events
        if event.event is named.event
        and named.part in (None, event.part)
        and all(event.scope.get(key, value) == value for key, value in scope.items())
        and (since is None or event.at >= since)
    )
    return next(fitting, None)


def _before(named: Narrowed, scope: dict[str, str], events: tuple[ClockEvent, ...]) -> datetime | None:
    """Return when the event happened to the unit before the one that the clock is about, or to the last one."""
    own = _first(Narrowed(EventName.ADMINISTRATION_STARTED), scope, events) if scope else None
    earlier = [event.at for event in events if event.event is named.event and (own is None or event.at < own)]
    return earlier[-1] if earlier else None


def _example(profile: Profile, begins: datetime) -> tuple[ClockEvent, ...]:
    """Return what happens on the example day, in its order."""
    units = _units(profile)
    steps = [step for step in profile.steps if step.procedure in _EVENTS]
    together = [step for step in steps if step.procedure not in _AT_THE_PATIENT]
    at_patient = [step for step in steps if step.procedure in _AT_THE_PATIENT]
    stamped = tuple(rule.deadline for rule in profile.clocks if rule.deadline)
    events: list[ClockEvent] = []
    at = begins
    for step in together:
        events += [event for unit in units for event in _happens(step, unit, at)]
        at += STEP
    events.append(_event(EventName.CONDITIONING_STARTED, None, at))
    for unit in units:
        for step in at_patient:
            at += STEP
            events += _happens(step, unit, at)
    return tuple(_with_stamps(event, stamped) for event in sorted(events, key=lambda each: each.at))


def _units(profile: Profile) -> list[tuple[UnitRule, str, int]]:
    """Return the units of the example: one of each part, and a second one where a clock is about the one before."""
    follows = any(rule.starts.previous for rule in profile.clocks)
    found: list[tuple[UnitRule, str, int]] = []
    for rule in profile.units:
        names = list(rule.parts) or [rule.name]
        if len(names) == 1 and follows and rule.most > 1:
            names *= 2
        found += [(rule, name, len(found) + number) for number, name in enumerate(names, start=1)]
    return found


def _happens(step: StepRule, unit: tuple[UnitRule, str, int], at: datetime) -> Iterator[ClockEvent]:
    for number, name in enumerate(_EVENTS[step.procedure]):
        yield _event(name, unit, at + number * ACT)


def _event(name: EventName, unit: tuple[UnitRule, str, int] | None, at: datetime) -> ClockEvent:
    scope: dict[str, str] = {}
    part = None
    if unit is not None:
        rule, part, number = unit
        scope = {rule.kind.value: str(number), "dose": str(number), "shipment": "1"}
    if name is EventName.SHIPMENT_ARRIVED:
        scope = {"shipment": "1"}
    return ClockEvent(event=name, at=at, boot="example", boot_ns=_ns(at), scope=scope, part=part, anchored_ms=0)


def _with_stamps(event: ClockEvent, names: tuple[str, ...]) -> ClockEvent:
    """Let the event state the instants that the profile's clocks ask for, all of them at one example instant."""
    if event.event not in {EventName.SHIPMENT_ARRIVED, EventName.RECEIVED, EventName.PREPARED, EventName.ACCEPTED}:
        return event
    at = event.at.replace(minute=0, second=0, microsecond=0) + STAMPED
    return replace(event, attributes={name: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for name in names})


def _ns(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000_000
