"""Lives on the print thread: one job at a time to its printer, and a report of what became of it."""

from __future__ import annotations

import logging
import shutil

import pypdfium2
from PySide6.QtCore import QMarginsF, QObject, QSizeF, Signal, Slot
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from coordinator_app.domain.inputs import PrintReported
from coordinator_app.domain.screens import PrintJob
from coordinator_app.labels.printers import Delivered, NotDelivered, Printer, SystemPrinter, send
from coordinator_app.workers.store_worker import fault_of

log = logging.getLogger(__name__)

_POINTS_PER_INCH = 72.0
DOTS_PER_INCH = 600
"""Two dots or more per dot of a 300 dpi label printer: symbols stay readable whatever the driver makes of the page."""


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


def print_with_qt(printer: SystemPrinter, job: PrintJob, to_file: str | None = None) -> Delivered | NotDelivered:
    """Draw every page of a PDF on a system printer that has no `lp`, in the size that the PDF says.

    `to_file` prints into a PDF file instead.
    """
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setDocName(job.job)
    device.setResolution(DOTS_PER_INCH)
    if to_file is not None:
        device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        device.setOutputFileName(to_file)
    else:
        if QPrinterInfo.printerInfo(printer.name).isNull():
            return NotDelivered(f"The system has no printer '{printer.name}'; choose another printer or call IT.")
        device.setPrinterName(printer.name)
    document = pypdfium2.PdfDocument(job.content)
    try:
        drawn = _draw_pages(document, device)
    finally:
        document.close()
    if not drawn:
        reason = f"The printer '{printer.name}' stopped; count what came out before printing again."
        return NotDelivered(reason, perhaps_printed=True)
    return Delivered(printer.name)


def _draw_pages(document: pypdfium2.PdfDocument, device: QPrinter) -> bool:
    """Draw every page, and return whether the printer took them all."""
    painter = QPainter()
    try:
        for number in range(len(document)):
            page = document[number]
            width, height = page.get_size()
            size = QPageSize(
                QSizeF(width, height), QPageSize.Unit.Point, matchPolicy=QPageSize.SizeMatchPolicy.ExactMatch
            )
            portrait = QPageLayout.Orientation.Portrait
            device.setPageLayout(QPageLayout(size, portrait, QMarginsF(0, 0, 0, 0)))
            device.setFullPage(True)
            started = painter.begin(device) if number == 0 else device.newPage()
            if not started:
                return False
            dots = page.render(scale=DOTS_PER_INCH / _POINTS_PER_INCH, grayscale=True).to_pil()
            image = QImage(dots.tobytes(), dots.width, dots.height, dots.width, QImage.Format.Format_Grayscale8)
            painter.drawImage(0, 0, image)
    finally:
        ended = painter.end() if painter.isActive() else True
    return ended
