"""Lives on the errand thread: makes a backup while people go on working, and reports what became of it."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, Signal, Slot

from coordinator_app.domain.inputs import BackupReported
from coordinator_app.procedures.backups import Errand, carry_out
from coordinator_app.store.faults import BackupStopped
from coordinator_app.workers.store_worker import fault_of

log = logging.getLogger(__name__)


class ErrandWorker(QObject):
    """Carries out one errand at a time. Nobody waits for it; leaving the program gives it up."""

    reported = Signal(object)
    """A `BackupReported` for every errand that was not given up."""

    def __init__(self) -> None:
        super().__init__()
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """End what is under way as soon as it looks; called from any thread."""
        self._given_up.set()

    @Slot(object)
    def carry_out(self, errand: Errand) -> None:
        """Make the backup and report."""
        try:
            report = carry_out(errand, stop=self._given_up.is_set, apart=True)
        except BackupStopped:
            log.info("A backup was given up because the program is being left; it is made anew.")
            return
        except Exception as broken:  # noqa: BLE001 - a failure nobody foresaw is an alarm like any other
            log.critical("The errand thread failed: %s", fault_of(broken).where)
            report = BackupReported(stage="backup", why="The backup broke off; look into the log and make a new one.")
        self.reported.emit(report)
