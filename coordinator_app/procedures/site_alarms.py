"""Alarms of the site itself, which belong to no case: a backup that failed, a disk that is nearly full."""

from __future__ import annotations

import msgspec

from coordinator_app.domain import events as e
from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.domain.screens import AlarmShown, FieldShown, Say
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, new_id

_SAID = {"backup": Say("alarm.site.backup"), "disk": Say("alarm.site.disk"), "record": Say("alarm.site.record")}
_DETAILS = {
    "backup": Say("alarm.site.backup.detail"), "disk": Say("alarm.site.disk.detail"),
    "record": Say("alarm.site.record.detail"),
}  # fmt: skip


def raise_site_alarm(work: Workplace, kind: str, level: str) -> None:
    """Raise the alarm of this kind, unless it holds already."""
    if not work.site.keeping.alarm_of(kind):
        work.record(e.SiteAlarmRaised(alarm=new_id("alarm"), kind=kind, level=level), subject=work.store.site)


def resolve_site_alarm(work: Workplace, kind: str) -> None:
    """End the alarm of this kind, if it holds."""
    alarm = work.site.keeping.alarm_of(kind)
    if alarm:
        work.record(e.SiteAlarmResolved(alarm=alarm), subject=work.store.site)


def site_alarms(work: Workplace) -> tuple[AlarmShown, ...]:
    """Return the alarms of the site that hold, as they are shown; why a backup failed is told in its own words."""
    keeping, found = work.site.keeping, []
    for alarm, raised in keeping.alarms.items():
        body = raised.body
        if not isinstance(body, e.SiteAlarmRaised):
            continue
        failed = keeping.failure.body if keeping.failure is not None else None
        why = failed.why if body.kind == "backup" and isinstance(failed, e.BackupFailed) else ""
        answered = keeping.answered.get(alarm)
        staff = work.site.people.get(answered.actor or "") if answered is not None else None
        found.append(
            AlarmShown(
                id=alarm, level=body.level,
                say=_SAID.get(body.kind, _SAID["disk"]),
                detail=msgspec.structs.replace(_DETAILS.get(body.kind, _DETAILS["disk"]), values={"why": why}),
                acknowledged_by=staff.name if staff is not None else None,
            )
        )  # fmt: skip
    return tuple(found)


def answer_site_alarm(run: Sitting, alarm: str) -> Flow[None]:
    """Answer an alarm of the site with a comment; it stays until its reason is over."""
    told = yield from run.fill_in("answer_alarm", (FieldShown("comment", "text", Say("field.comment")),))
    run.work.record(
        e.SiteAlarmAcknowledged(alarm=alarm, comment=told["comment"]), subject=run.work.store.site,
        actor=run.performer.person, role=run.performer.role, key=SITE_KEY,
    )  # fmt: skip
