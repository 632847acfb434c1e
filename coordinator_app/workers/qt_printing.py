"""Prints a PDF on a system printer by Qt, where the system has no `lp` to hand it to."""

from __future__ import annotations

import pypdfium2
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from coordinator_app.domain.screens import PrintJob
from coordinator_app.labels.printers import Delivered, NotDelivered, SystemPrinter

_POINTS_PER_INCH = 72.0
DOTS_PER_INCH = 600
"""Two dots or more per dot of a 300 dpi label printer: symbols stay readable whatever the driver makes of the page."""


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
