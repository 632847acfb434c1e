"""A PDF as the printer will burn it: dots that are black or not, nothing in between."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

HALF_BLACK = 128
Dots = NDArray[np.uint8]
"""Rows of dots from the top, 0 black and 255 white."""


def pages_as_dots(pdf: bytes, dpi: int) -> Iterator[Dots]:
    """Yield every page at `dpi`, each dot black or white as a thermal printer sets it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield _page_as_dots(page, dpi)
    finally:
        document.close()


def _page_as_dots(page: pypdfium2.PdfPage, dpi: int) -> Dots:
    # Rounded, not rounded up: pages are whole dots, and one dot more would stretch every module by a hair.
    width, height = round(page.get_width() * dpi / 72), round(page.get_height() * dpi / 72)
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    unsmoothed = pdfium.FPDF_RENDER_NO_SMOOTHPATH | pdfium.FPDF_GRAYSCALE
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, unsmoothed)
    grey = bitmap.to_numpy().reshape(height, -1)[:, :width]
    return np.where(grey < HALF_BLACK, 0, 255).astype(np.uint8)
