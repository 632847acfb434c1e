"""The codes of the demonstration on paper, by what they stand for: the whole walk can be done with a real scanner."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Table, TableStyle

from coordinator_app.reports.document import RULE, TEXT_WIDTH, Running, gap, heading, notice, to_pdf, words
from coordinator_app.reports.drawn_code import CodeFlowable, DrawnCode

CODE_ROOM_MM = 66
MODULE_MM = 0.6


class SheetCode(Struct, frozen=True):
    """One code: what it is, what stands beside it, the characters as people read them, and its modules."""

    title: str
    detail: str
    readable: str
    code: DrawnCode


class CodeGroup(Struct, frozen=True):
    """Codes of one kind, such as wristbands."""

    name: str
    codes: tuple[SheetCode, ...]


def code_sheet(groups: Sequence[CodeGroup], *, site: str) -> bytes:
    """Return all codes as a PDF on A4, two to a row and far enough apart that a scanner reads one at a time."""
    story: list[Flowable] = [
        notice("Practice only: the patients, products and people of the demonstration do not exist."),
        gap(1),
    ]
    for group in groups:
        rows = [_row(group.codes[at : at + 2]) for at in range(0, len(group.codes), 2)]
        if rows:
            story += [KeepTogether([*heading(group.name), rows[0]]), *rows[1:]]
    running = Running(
        left=site,
        right="PRACTICE · Codes of the demonstration",
        foot="Print at 100 %, never 'fit to page'. Cover the neighbouring code while scanning.",
        title="Codes of the demonstration",
    )
    return to_pdf(story, running)


def _row(codes: Sequence[SheetCode]) -> Table:
    cells = [_cell(code) for code in codes] + [[]] * (2 - len(codes))
    table = Table([cells], colWidths=[TEXT_WIDTH / 2] * 2)
    boxes = [("BOX", (at, 0), (at, 0), 0.5, RULE) for at in range(len(codes))]
    table.setStyle(
        TableStyle([*boxes, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 3 * mm)])
    )
    return table


def _cell(code: SheetCode) -> list[Flowable]:
    drawn = CodeFlowable(code.code, MODULE_MM, CODE_ROOM_MM)
    drawn.hAlign = "LEFT"
    return [
        words(code.title, 10, bold=True),
        words(code.detail, 8),
        gap(2),
        drawn,
        gap(1),
        words(code.readable, 8),
    ]
