"""A nearly full disk: told in time, nothing new begun on it, and what has begun brought to its end on the reserve."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.procedures.site_alarms import raise_site_alarm, resolve_site_alarm
from coordinator_app.procedures.sitting import Sitting
from coordinator_app.procedures.workplace import Workplace, within_a_second
from coordinator_app.store.room import Room


class DiskWatch:
    """Looks at the disk of the record at every tick and before anything new begins."""

    def __init__(self, work: Workplace) -> None:
        """Watch the disk of the record; the reserve is kept by whoever runs the program (`room.keep_reserve`)."""
        self._work = work
        self.room = Room(work.store.folder, beside=lambda: work.store.mirror_folder)
        self._look()

    def _look(self) -> None:
        self.room.look()
        self._looked_at = self._work.moment()

    def watch(self) -> None:
        """Look at the disk; low water is an alarm of the site until there is room again."""
        self._look()
        if not self._work.site.founded:
            return
        if self.room.is_low:
            # A log that is copied into the file gives its room back.
            self._work.store.checkpoint()
            raise_site_alarm(self._work, "disk", "medium")
        else:
            resolve_site_alarm(self._work, "disk")

    def refuses(self, sitting: Sitting, step: str, case: str = "") -> bool:
        """Refuse something new where there is too little room to bring it to its end; says whether it was refused.

        What was seen within the last second counts: the room that is kept back lasts for much longer than that.
        """
        if self.room.is_low or not within_a_second(self._looked_at, self._work.moment()):
            self._look()
        if not self.room.is_low:
            return False
        sitting.refuse(Refusal.DISK_NEARLY_FULL)
        if case:
            refused = e.ScanRefused(case=case, step=step, reason=Refusal.DISK_NEARLY_FULL.value)
            self._work.record(refused, subject=case, actor=sitting.actor)
        return True
