"""Alarms: raised from clocks, answered by a named person with a comment, resolved by what happens."""

from __future__ import annotations

import hashlib

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.screens import ActionShown, AlarmShown, ClockShown, FieldShown, Say, Tone
from coordinator_app.procedures.clockwork import all_clocks, clocks_of, reading_helps
from coordinator_app.procedures.read_clock import read_clock
from coordinator_app.procedures.sitting import CANCEL, SAVE, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace

READ_CLOCK = ActionShown("read_clock", key="F8")
LEVELS = {Tone.OVERDUE: "high", Tone.UNKNOWN: "medium", Tone.DUE: "low"}
"""The level of an alarm by how its clock stands; a second or later warning of the profile is medium."""
_RANK = {"high": 0, "medium": 1, "low": 2}


def level_of(clock: ClockShown) -> str | None:
    """Return at which level a clock alarms, or None: low at the first warning, medium at later ones or when the time
    is not certain, high when it is over (`reference/ecosystem.md` §2.4, as design guidance only).
    """
    if clock.tone is Tone.DUE and (clock.warn_level or 0) > 0:
        return "medium"
    return LEVELS.get(clock.tone)


def _alarm_id(case: CaseRecord, clock: ClockShown, level: str) -> str:
    """Return the id of the alarm that stands for this clock and level, the same on every workstation.

    One that was resolved is over; when its reason comes back it is a new alarm, which must be heard again.
    """
    times = 0
    while True:
        said = f"{case.case}|{clock.clock}|{clock.wall_name}|{level}" + (f"|{times}" if times else "")
        alarm = f"alarm:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
        if alarm not in case.resolved:
            return alarm
        times += 1


def watch(work: Workplace) -> tuple[ClockShown, ...]:
    """Raise the alarms that clocks call for now, resolve those whose reason is over, and return every running clock."""
    clocks = all_clocks(work)
    by_case: dict[str, list[ClockShown]] = {}
    for clock in clocks:
        by_case.setdefault(clock.case, []).append(clock)
    for case in work.open_cases():
        if case.case in by_case or set(case.alarms) - case.resolved:
            _watch_case(work, case, by_case.get(case.case, []))
    return clocks


def _watch_case(work: Workplace, case: CaseRecord, clocks: list[ClockShown]) -> None:
    standing = set()
    for clock in clocks:
        level = level_of(clock)
        if level is None:
            continue
        alarm = _alarm_id(case, clock, level)
        standing.add(alarm)
        if alarm not in case.alarms:
            work.record(
                e.AlarmRaised(case=case.case, alarm=alarm, level=level, clock=clock.clock, scope=clock.wall_name),
                subject=case.case,
            )  # fmt: skip
    for alarm in sorted(set(case.alarms) - standing - case.resolved):
        work.record(e.AlarmResolved(case=case.case, alarm=alarm), subject=case.case)


def shown(work: Workplace, clocks: tuple[ClockShown, ...]) -> tuple[AlarmShown, ...]:
    """Return the alarms that still hold, the unanswered and the high ones first; no identifier is in them.

    `clocks` are the running clocks as they were read last.
    """
    known = {(clock.case, clock.clock, clock.wall_name): clock for clock in clocks}
    found = []
    for case in work.open_cases():
        for alarm, raised in case.alarms.items():
            body = raised.body
            if alarm in case.resolved or not isinstance(body, e.AlarmRaised):
                continue
            answered = case.answered.get(alarm)
            staff = work.site.people.get(answered.actor or "") if answered is not None else None
            clock = known.get((case.case, body.clock, body.scope))
            words = {"wall": body.scope, "title": clock.title if clock is not None else body.clock,
                     "by": clock.deadline.isoformat() if clock is not None and clock.deadline else ""}  # fmt: skip
            found.append(
                AlarmShown(
                    id=alarm, level=body.level, say=Say(_said(body.level, clock), words),
                    detail=Say("alarm.detail", words), acknowledged_by=staff.name if staff is not None else None,
                )
            )  # fmt: skip
    found.sort(key=lambda each: (each.acknowledged_by is not None, _RANK.get(each.level, 0), each.id))
    return tuple(found)


def _said(level: str, clock: ClockShown | None) -> str:
    if clock is not None and clock.tone is Tone.UNKNOWN:
        return "alarm.uncertain"
    return f"alarm.{level}"


def answer_alarm(run: Sitting, alarm: str) -> Flow[None]:
    """Answer an alarm with a comment; it stays until its reason is over."""
    case = next((each for each in run.work.open_cases() if alarm in each.alarms), None)
    if case is None:
        return
    reads = (READ_CLOCK,) if reading_helps(run.work, clocks_of(run.work, case)) else ()
    told = yield from run.fill_in(
        "answer_alarm", (FieldShown("comment", "text", Say("field.comment")),), actions=(SAVE, *reads, CANCEL)
    )
    run.work.record(
        e.AlarmAcknowledged(case=case.case, alarm=alarm, comment=told["comment"]), subject=case.case,
        actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    if told["action"] == READ_CLOCK.id:
        yield from read_clock(run)
