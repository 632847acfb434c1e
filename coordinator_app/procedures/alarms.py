"""Alarms: raised from clocks, answered by a named person with a comment, resolved by what happens."""

from __future__ import annotations

import hashlib

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.screens import AlarmShown, ClockShown, FieldShown, Say, Tone
from coordinator_app.procedures.clockwork import clocks_of
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.workplace import Workplace

LEVELS = {Tone.OVERDUE: "high", Tone.UNKNOWN: "medium", Tone.DUE: "medium"}


def _alarm_id(case: CaseRecord, clock: ClockShown, level: str) -> str:
    said = f"{case.case}|{clock.clock}|{clock.wall_name}|{level}"
    return f"alarm:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def watch(work: Workplace) -> None:
    """Raise the alarms that clocks call for now, and resolve those whose reason is over."""
    for case in work.cases():
        if not case.profile_sha256:
            continue
        standing = set()
        for clock in clocks_of(work, case):
            level = LEVELS.get(clock.tone)
            if level is None:
                continue
            alarm = _alarm_id(case, clock, level)
            standing.add(alarm)
            if alarm not in case.alarms:
                work.record(
                    e.AlarmRaised(case=case.case, alarm=alarm, level=level, clock=clock.clock, scope=clock.wall_name),
                    subject=case.case,
                )  # fmt: skip
        for alarm in set(case.alarms) - standing - case.resolved:
            work.record(e.AlarmResolved(case=case.case, alarm=alarm), subject=case.case)


def shown(work: Workplace) -> tuple[AlarmShown, ...]:
    """Return the alarms that still hold, the unanswered and the high ones first."""
    found = []
    for case in work.cases():
        for alarm, raised in case.alarms.items():
            body = raised.body
            if alarm in case.resolved or not isinstance(body, e.AlarmRaised):
                continue
            answered = case.answered.get(alarm)
            staff = work.site.people.get(answered.actor or "") if answered is not None else None
            clock = next((c for c in clocks_of(work, case) if _alarm_id(case, c, body.level) == alarm), None)
            words = {"wall": body.scope, "title": clock.title if clock is not None else body.clock,
                     "by": clock.deadline.isoformat() if clock is not None and clock.deadline else ""}  # fmt: skip
            found.append(
                AlarmShown(
                    id=alarm, level=body.level, say=Say(f"alarm.{body.level}", words),
                    detail=Say("alarm.detail", words),
                    acknowledged_by=staff.name if staff is not None else None,
                )
            )  # fmt: skip
    found.sort(key=lambda each: (each.acknowledged_by is not None, each.level != "high", each.id))
    return tuple(found)


def answer_alarm(run: Sitting, alarm: str) -> Flow[None]:
    """Answer an alarm with a comment; it stays until its reason is over."""
    case = next((each for each in run.work.cases() if alarm in each.alarms), None)
    if case is None:
        return
    told = yield from run.fill_in("answer_alarm", (FieldShown("comment", "text", Say("field.comment")),))
    run.work.record(
        e.AlarmAcknowledged(case=case.case, alarm=alarm, comment=told["comment"]), subject=case.case,
        actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
