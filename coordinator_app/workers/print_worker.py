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
from coordinator_app.workers.printers import (
    FolderPrinter,
    NetworkPrinter,
    Printer,
    PrinterFailed,
    SystemPrinter,
    print_over_network,
    print_to_folder,
    print_with_lp,
)
from coordinator_app.workers.store_worker import fault_of

log = logging.getLogger(__name__)

_POINTS_PER_INCH = 72.0


class PrintWorker(QObject):
    """Carries files to printers. Nothing that a person waits for at a scan waits for this."""

    reported = Signal(object)
    """A `PrintReported` for every job, delivered or not."""

    def __init__(self, printers: tuple[Printer, ...]) -> None:
        super().__init__()
        self._printers = {printer.name: printer for printer in printers}

    @Slot(object)
    def print(self, job: PrintJob) -> None:
        """Print one job and report."""
        try:
            detail = self._deliver(job)
        except PrinterFailed as failed:
            self.reported.emit(PrintReported(job.job, delivered=False, detail=str(failed)))
        except Exception as broken:  # noqa: BLE001 - a job must never stay without a report
            log.critical("The print thread failed: %s", fault_of(broken).where)
            sentence = "The file could not be printed. Print it again, or choose another printer."
            self.reported.emit(PrintReported(job.job, delivered=False, detail=sentence))
        else:
            self.reported.emit(PrintReported(job.job, delivered=True, detail=detail))

    def _deliver(self, job: PrintJob) -> str:
        printer = self._printers.get(job.printer)
        if printer is None:
            raise PrinterFailed(f"Printer {job.printer} is not set up on this workstation. Choose another printer.")
        if isinstance(printer, FolderPrinter):
            return print_to_folder(printer, job)
        if isinstance(printer, NetworkPrinter):
            return print_over_network(printer, job)
        if shutil.which("lp") is not None:
            return print_with_lp(printer, job)
        return print_with_qt(printer, job)


def print_with_qt(printer: SystemPrinter, job: PrintJob, to_file: str | None = None) -> str:
    """Draw every page of a PDF on a system printer at the printer's own dots, page size taken from the PDF.

    `to_file` prints into a PDF file instead. Raises PrinterFailed when there is no such printer or it stops.
    """
    device = QPrinter(QPrinter.PrinterMode.HighResolution)
    device.setDocName(job.job)
    device.setResolution(printer.dpi)
    if to_file is not None:
        device.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        device.setOutputFileName(to_file)
    else:
        queue = printer.queue or QPrinterInfo.defaultPrinterName()
        if QPrinterInfo.printerInfo(queue).isNull():
            raise PrinterFailed(f"The system has no printer for {printer.name}. Set it up in the system first.")
        device.setPrinterName(queue)
    document = pypdfium2.PdfDocument(job.content)
    try:
        _draw_pages(document, device, printer)
    finally:
        document.close()
    return f"{job.pages} pages"


def _draw_pages(document: pypdfium2.PdfDocument, device: QPrinter, printer: SystemPrinter) -> None:
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
                raise PrinterFailed(f"Printer {printer.name} does not take the page. Check it, then print again.")
            dots = page.render(scale=printer.dpi / _POINTS_PER_INCH, grayscale=True).to_pil()
            image = QImage(dots.tobytes(), dots.width, dots.height, dots.width, QImage.Format.Format_Grayscale8)
            painter.drawImage(0, 0, image)
    finally:
        if painter.isActive():
            painter.end()
