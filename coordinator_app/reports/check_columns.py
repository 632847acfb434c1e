"""The check sheet's columns: two people write apart, on either side of a fold, and see no expected value."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table, TableStyle

from coordinator_app.reports.document import BLANK, RULE, TEXT_WIDTH, gap, grid, heading, words

ROW_MM = 10
CAPTION_SHARE = 0.38


def check_block(title: str, blanks: Sequence[str], roles: Sequence[str], *, blind: bool) -> list[Flowable]:
    """Return one step of the check sheet: empty columns for one person, or for two with a fold between them."""
    who = f"  ({', '.join(roles)})" if roles else ""
    captions = (*blanks, "Name", "Date, time", "Signature")
    story: list[Flowable] = heading(f"{title}{who}")
    if not blind:
        pairs = [captions[at : at + 2] for at in range(0, len(captions), 2)]
        rows = [(pair[0], BLANK, *((pair[1], BLANK) if len(pair) == 2 else ("", ""))) for pair in pairs]
        return [*story, grid(("One person", "", "", ""), rows, (20, 30, 20, 30), least_row_mm=ROW_MM)]
    story += [_folded(captions), gap(1.5), _agreement()]
    return story


def _folded(captions: Sequence[str]) -> Table:
    gutter = 8 * mm
    half = (TEXT_WIDTH - gutter) / 2
    caption, blank = half * CAPTION_SHARE, half * (1 - CAPTION_SHARE)
    rows = [
        [words("First person", 8.5, bold=True), "", "", "", words("Second person", 8.5, bold=True), ""],
        *([words(text, 8.5), "", "", "", words(text, 8.5), ""] for text in captions),
    ]
    table = Table(
        rows,
        colWidths=[caption, blank, gutter / 2, gutter / 2, caption, blank],
        rowHeights=[6 * mm] + [ROW_MM * mm] * len(captions),
    )
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (1, -1), 0.5, RULE),
                ("GRID", (4, 0), (5, -1), 0.5, RULE),
                ("SPAN", (0, 0), (1, 0)),
                ("SPAN", (4, 0), (5, 0)),
                ("LINEAFTER", (2, 0), (2, -1), 0.8, RULE, 0, (4, 3)),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3.5),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _agreement() -> Table:
    return grid(
        ("After unfolding", "", ""),
        [("Both columns and the order on page 1 agree:\n☐ yes      ☐ no: stopped, pharmacy rung", "First:", "Second:")],
        (80, 50, 50),
        least_row_mm=ROW_MM,
    )
