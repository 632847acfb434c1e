"""How the record itself is kept, as the site's events tell it: backups, findings to be settled, alarms of the site."""

from __future__ import annotations

from msgspec import Struct, field

from coordinator_app.domain import events as e
from coordinator_app.domain.recorded import Recorded


class KeepingRecord(Struct):
    """The newest backup, the newest failure, what was found about the record and stands, alarms of the site."""

    backup: Recorded | None = None
    failure: Recorded | None = None
    """The newest failure, until a backup succeeds."""
    findings: dict[str, Recorded] = field(default_factory=dict)
    """What openings found, by event id, until a signed decision settles it."""
    alarms: dict[str, Recorded] = field(default_factory=dict)
    """Alarms of the site that hold, by their ids."""
    answered: dict[str, Recorded] = field(default_factory=dict)
    recovery: Recorded | None = None
    """When the recovery key in use was printed."""

    def alarm_of(self, kind: str) -> str:
        """Return the id of the alarm of a kind that holds, or an empty text."""
        return next((alarm for alarm, raised in self.alarms.items() if _kind(raised) == kind), "")


def _kind(raised: Recorded) -> str:
    return raised.body.kind if isinstance(raised.body, e.SiteAlarmRaised) else ""


def follow_keeping(record: KeepingRecord, event: Recorded) -> None:
    """Let one more event of the site count."""
    match event.body:
        case e.RecordBackedUp():
            record.backup, record.failure = event, None
        case e.BackupFailed():
            record.failure = event
        case e.RecordRepaired() | e.RollbackFound():
            record.findings[event.id] = event
        case e.RecordFindingSettled():
            for settled in event.refs:
                record.findings.pop(settled, None)
        case e.SiteAlarmRaised() as body:
            record.alarms[body.alarm] = event
        case e.SiteAlarmAcknowledged() as body:
            record.answered[body.alarm] = event
        case e.SiteAlarmResolved() as body:
            record.alarms.pop(body.alarm, None)
        case e.RecoveryKeyPrinted():
            record.recovery = event
        case _:
            return
