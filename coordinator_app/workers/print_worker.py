"""Lives on the print thread: one job at a time to its printer, and a report of what became of it."""

from __future__ import annotations

import logging
import shutil

from PySide6.QtCore import QObject, Signal, Slot

from coordinator_app.domain.inputs import PrintReported
from coordinator_app.domain.screens import PrintJob
from coordinator_app.labels.printers import Delivered, NotDelivered, Printer, SystemPrinter, send

# Before any thread, like everything of Qt that loads a library: `app.py` says what a thread may wait for then.
from coordinator_app.workers.qt_printing import print_with_qt
from coordinator_app.workers.store_worker import fault_of

log = logging.getLogger(__name__)


class PrintWorker(QObject):
    """Carries files to printers. Nothing that a person waits for at a scan waits for this."""

    reported = Signal(object)
    """A `PrintReported` for every job, delivered or not."""

    def __init__(self, printers: dict[str, Printer]) -> None:
        super().__init__()
        self._printers = printers

    @Slot(object)
    def print(self, job: PrintJob) -> None:
        """Print one job and report."""
        try:
            came_of_it = self._deliver(job)
        except Exception as broken:  # noqa: BLE001 - a job must never stay without a report
            log.critical("The print thread failed: %s", fault_of(broken).where)
            came_of_it = NotDelivered("The file could not be printed; print it again, or choose another printer.")
        if isinstance(came_of_it, Delivered):
            self.reported.emit(PrintReported(job.job, delivered=True, detail=came_of_it.where))
        else:
            self.reported.emit(PrintReported(job.job, delivered=False, detail=came_of_it.reason))

    def _deliver(self, job: PrintJob) -> Delivered | NotDelivered:
        printer = self._printers.get(job.printer)
        if printer is None:
            return NotDelivered(f"Printer '{job.printer}' is not set up on this workstation; choose another printer.")
        if isinstance(printer, SystemPrinter) and shutil.which("lp") is None:
            return print_with_qt(printer, job)
        return send(job.content, printer, job.file_name)
