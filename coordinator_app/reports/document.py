"""How every document looks: A4, B612, a head and foot on each page, page n of m, tables that break between rows."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from msgspec import Struct
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

from coordinator_app.reports.typefaces import face, marked_up

MARGIN = 15 * mm
HEAD = 17 * mm
FOOT = 11 * mm
TEXT_WIDTH = A4[0] - 2 * MARGIN
TEXT_HEIGHT = A4[1] - MARGIN - HEAD - MARGIN - FOOT
SHADE = HexColor("#E6ECF0")
RULE = HexColor("#4C6272")
BLANK = "_"
"""A cell with this text is left white for a hand to fill."""


class Running(Struct, frozen=True):
    """What stands on every page: at the top left, the top right, and in the foot."""

    left: str
    right: str
    foot: str
    title: str


def words(text: str, size: float = 9, *, bold: bool = False, centre: bool = False) -> Paragraph:
    """Return a paragraph of plain text; nothing in `text` is taken for markup."""
    style = ParagraphStyle(
        "words",
        fontName=face(bold=bold),
        fontSize=size,
        leading=size * 1.28,
        alignment=TA_CENTER if centre else 0,
        splitLongWords=1,
    )
    return Paragraph(marked_up(text, bold=bold), style)


def heading(text: str) -> list[Flowable]:
    """Return the heading of a section; it stays with what follows."""
    style = ParagraphStyle(
        "heading", fontName=face(bold=True), fontSize=11.5, leading=15, spaceBefore=9, spaceAfter=3, keepWithNext=1
    )
    return [Paragraph(marked_up(text, bold=True), style)]


def notice(text: str, size: float = 9) -> Flowable:
    """Return a framed sentence that must not be overlooked."""
    framed = Table([[words(text, size, bold=True)]], colWidths=[TEXT_WIDTH])
    framed.setStyle(
        TableStyle([("BOX", (0, 0), (-1, -1), 1.2, black), ("TOPPADDING", (0, 0), (-1, -1), 4), *_padding(5)])
    )
    return framed


def gap(height_mm: float) -> Flowable:
    """Return empty room."""
    return Spacer(1, height_mm * mm)


def grid(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
    *,
    bold_columns: Sequence[int] = (),
    least_row_mm: float = 0,
    size: float = 8.5,
    about: str = "",
) -> Table:
    """Return a table over the width of the text; it breaks between rows and repeats its head.

    `shares` are the widths of the columns in relation to one another; `least_row_mm` leaves room for handwriting;
    `about` stands above the head and is repeated with it, so that a page alone says what its rows are about.
    """
    widths = [TEXT_WIDTH * share / sum(shares) for share in shares]
    if not rows:
        # An empty table could be one that failed to print; the word says that there is nothing.
        rows = [("None", *[""] * (len(shares) - 1))]
    body: list[list[Any]] = [[words(column, size - 1, bold=True) for column in columns]] if any(columns) else []
    if about:
        body.insert(0, [words(about, size + 1, bold=True), *[""] * (len(shares) - 1)])
    first = len(body)
    for row in rows:
        body.append(
            ["" if cell == BLANK else words(cell, size, bold=at in bold_columns) for at, cell in enumerate(row)]
        )
    heights = [None] * first + [_row_height(row, widths, least_row_mm) for row in body[first:]]
    table = Table(body, colWidths=widths, rowHeights=heights, repeatRows=first, splitByRow=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, RULE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE" if least_row_mm else "TOP"),
                *([("BACKGROUND", (0, 0), (-1, first - 1), SHADE)] if first else []),
                *([("SPAN", (0, 0), (-1, 0))] if about else []),
                *_padding(3.5),
            ]
        )
    )
    return table


def _row_height(row: Sequence[Any], widths: Sequence[float], least_row_mm: float) -> float | None:
    if not least_row_mm:
        return None
    needed = [cell.wrap(width - 7, 1000)[1] + 6 for cell, width in zip(row, widths, strict=True) if cell != ""]
    height: float = max([least_row_mm * mm, *needed])
    return height


def _padding(points: float) -> list[tuple[Any, ...]]:
    whole = ((0, 0), (-1, -1))
    return [
        ("LEFTPADDING", *whole, points),
        ("RIGHTPADDING", *whole, points),
        ("TOPPADDING", *whole, 2.5),
        ("BOTTOMPADDING", *whole, 3.5),
    ]


def to_pdf(story: Sequence[Flowable], running: Running) -> bytes:
    """Return the document as PDF: the same content gives the same bytes."""
    out = BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, title=running.title, author="", invariant=1)
    frame = Frame(MARGIN, MARGIN + FOOT, TEXT_WIDTH, TEXT_HEIGHT, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate(frames=[frame])])

    class _Page(_CountedCanvas):
        shown = running

    document.build(list(story), canvasmaker=_Page)
    return out.getvalue()


class _CountedCanvas(Canvas):  # type: ignore[misc]
    """Keeps the pages back until their number is known: a sheet of a loose stack must say what it is one of."""

    shown: Running

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the library's spelling
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            self._draw_running(number, len(self._kept))
            super().showPage()
        super().save()

    def _draw_running(self, number: int, of: int) -> None:
        width, height = A4
        top = height - MARGIN
        self._one_line(self.shown.left, MARGIN, top - 4 * mm, TEXT_WIDTH * 0.85, bold=False)
        self._one_line(self.shown.right, MARGIN, top - 10.5 * mm, TEXT_WIDTH, bold=True, size=13)
        self.setFont(face(bold=False), 9)
        self.drawRightString(width - MARGIN, top - 4 * mm, f"Page {number} of {of}")
        self.setStrokeColor(RULE)
        self.setLineWidth(1)
        self.line(MARGIN, top - 13 * mm, width - MARGIN, top - 13 * mm)
        self._one_line(self.shown.foot, MARGIN, MARGIN - 1 * mm, TEXT_WIDTH, bold=False, size=7.5)

    def _one_line(self, text: str, x: float, y: float, room: float, *, bold: bool, size: float = 9) -> None:
        # Wrapped, not cut: a second line in the head is ugly, a missing letter is a wrong name.
        shown = words(text, size, bold=bold)
        _, used = shown.wrap(room, 100)
        while used > size * 1.3 and size > 5:
            size -= 0.5
            shown = words(text, size, bold=bold)
            _, used = shown.wrap(room, 100)
        shown.drawOn(self, x, y - size * 0.28)
