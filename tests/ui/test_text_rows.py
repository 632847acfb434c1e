"""Rows painted as one piece: nothing is cut, what is long wraps and takes its height, and a screen reader hears all."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from coordinator_app.ui.parts.text_rows import RowOfText, TextRows

SHORT = RowOfText(("22-Nov 14:02", "Bag 2 accepted into tank 3", "LINDQVIST, Erik"))
LONG = RowOfText(("22-Nov 14:03", "The code of a bag was refused " * 8, "LINDQVIST, Erik"), strong=True)


def inked(image: QImage) -> int:
    """Return the lowest line with anything on it."""
    ground = image.pixel(image.width() - 1, 0)
    return max(y for y in range(image.height()) for x in range(image.width()) if image.pixel(x, y) != ground)


@pytest.mark.parametrize("width", [420, 640, 900, 1180])
def test_each_row_takes_the_height_its_words_need_at_every_width(qtbot: QtBot, width: int) -> None:
    short, long = TextRows([SHORT]), TextRows([LONG])
    for rows in (short, long):
        qtbot.addWidget(rows)
        rows.resize(width, rows.heightForWidth(width))
        assert inked(rows.grab().toImage()) < rows.height()
    assert long.heightForWidth(width) > short.heightForWidth(width)


def test_the_instant_stands_on_its_line_in_full(qtbot: QtBot) -> None:
    rows = TextRows([RowOfText((SHORT.cells[0], "", ""))])
    qtbot.addWidget(rows)
    rows.resize(900, rows.heightForWidth(900))
    image = rows.grab().toImage()
    ground = image.pixel(image.width() - 1, 0)
    furthest = max(x for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) != ground)
    assert furthest > 0.9 * rows._measure.horizontalAdvance(SHORT.cells[0]), "day and time, not the day alone"


def test_a_screen_reader_hears_every_cell(qtbot: QtBot) -> None:
    rows = TextRows([SHORT, LONG])
    qtbot.addWidget(rows)
    assert "22-Nov 14:02 · Bag 2 accepted into tank 3 · LINDQVIST, Erik" in rows.accessibleName()
    assert "refused" in rows.accessibleName()
