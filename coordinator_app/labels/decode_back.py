"""Reads every symbol back from the finished page, at the printer's own dots, before a label may leave the program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

import zxingcpp
from msgspec import Struct

from coordinator_app.labels.drawing import Drawing, SymbolMark, dots
from coordinator_app.labels.raster import Dots, pages_as_dots

_FORMAT = {
    True: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128),
    False: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix),
}


class LabelUnreadable(ValueError):
    """A symbol on the finished page does not give back exactly what it must; the label is not sent."""

    def __init__(self, symbol: str, why: str) -> None:
        """Name the symbol's box and what was found there."""
        super().__init__(
            f"The symbol '{symbol}' cannot be read back from the finished label: {why}; the label was not sent. "
            "Choose a larger label or a finer printer, and report this to the coordinator."
        )
        self.symbol = symbol
        self.why = why


class ReadBack(Struct, frozen=True):
    """One symbol as it was read from the finished page."""

    page: int
    symbol: str
    symbology: str
    data: bytes


def verify_drawing(pdf: bytes, pages: Sequence[Drawing], dpi: int) -> tuple[ReadBack, ...]:
    """Rasterise `pdf` at `dpi` and read every symbol of `pages` in its place, with its own quiet zone and no more.

    Raises LabelUnreadable unless each gives exactly its bytes and its symbology identifier.
    """
    return read_back(pages, pages_as_dots(pdf, dpi), dpi)


def read_back(pages: Sequence[Drawing], pictures: Iterable[Dots], dpi: int) -> tuple[ReadBack, ...]:
    """Read every symbol of `pages` from the dots of the finished pages. Raises LabelUnreadable."""
    read: list[ReadBack] = []
    for number, (page, picture) in enumerate(zip_longest(pages, pictures), start=1):
        if page is None or picture is None:
            raise LabelUnreadable(f"page {number}", f"{len(pages)} pages were drawn and the file has another number")
        read += [_read_one(number, mark, picture, dpi) for mark in page.symbols]
    return tuple(read)


def _read_one(page: int, mark: SymbolMark, picture: Dots, dpi: int) -> ReadBack:
    # Read at the printer's own dots only: a shrunken second look at the same bars can give other characters.
    found = zxingcpp.read_barcodes(
        _cut_out(mark, picture, dpi),
        formats=_FORMAT[mark.modules.linear],
        try_downscale=False,
        text_mode=zxingcpp.TextMode.Plain,
    )
    if len(found) != 1:
        raise LabelUnreadable(mark.box, f"{len(found)} symbols were found in its place")
    symbology, data = found[0].symbology_identifier, bytes(found[0].bytes)
    if symbology != mark.symbol.kind.symbology:
        raise LabelUnreadable(mark.box, f"it reads as {symbology} and not as {mark.symbol.kind.symbology}")
    if data != mark.symbol.data:
        raise LabelUnreadable(mark.box, "it gives other characters than it must")
    return ReadBack(page=page, symbol=mark.box, symbology=symbology, data=data)


def _cut_out(mark: SymbolMark, picture: Dots, dpi: int) -> Dots:
    """Return the symbol with its own quiet zone: what else is on the page cannot help it to be read."""
    quiet = dots(mark.quiet_mm, dpi)
    left, top = dots(mark.x_mm, dpi), dots(mark.y_mm, dpi)
    right, bottom = dots(mark.x_mm + mark.width_mm, dpi), dots(mark.y_mm + mark.height_mm, dpi)
    above = 0 if mark.modules.linear else quiet
    if left - quiet < 0 or top - above < 0 or right + quiet > picture.shape[1] or bottom + above > picture.shape[0]:
        raise LabelUnreadable(mark.box, "it stands outside the page")
    return picture[top - above : bottom + above, left - quiet : right + quiet].copy()
