"""Lists of any kind: columns as wide as their words need, and states in words that fit the list."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from coordinator_app.domain.screens import RowShown, Tone
from coordinator_app.procedures.list_parts import list_page
from coordinator_app.ui import sample_records
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.tones import list_word, tone_word
from coordinator_app.ui.screens.listing import ListScreen, shared_width
from coordinator_app.ui.screens.page_view import Surroundings

NOW = datetime(2026, 11, 23, 8, 32, tzinfo=UTC)
COLUMNS = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 400)), min_size=1, max_size=8).map(
    lambda pairs: [(least, least + more) for least, more in pairs]
)


@given(COLUMNS, st.integers(0, 4000))
def test_no_word_is_cut_and_nothing_is_wider_than_the_table_where_the_words_fit(
    wanted: list[tuple[int, int]], total: int
) -> None:
    widths = shared_width(wanted, total)
    assert all(width >= least for width, (least, _) in zip(widths, wanted, strict=True))
    assert sum(widths) <= max(total, sum(least for least, _ in wanted))


@given(COLUMNS)
def test_where_every_text_fits_none_is_wrapped(wanted: list[tuple[int, int]]) -> None:
    widths = shared_width(wanted, sum(whole for _, whole in wanted))
    assert all(width >= whole for width, (_, whole) in zip(widths, wanted, strict=True))


def test_a_short_text_stays_on_one_line_beside_a_long_one() -> None:
    assert shared_width([(100, 140), (60, 900)], 600)[0] == 140


@pytest.mark.parametrize("page", ["people", "labels", "profiles", "deviations", "record"])
def test_nothing_in_a_list_is_said_in_the_words_of_a_running_clock(page: str) -> None:
    for tone in (Tone.IN_TIME, Tone.DUE, Tone.OVERDUE):
        assert list_word(page, tone) != tone_word(tone)


@pytest.mark.parametrize("rows", [3, 40])
def test_a_list_that_needs_a_scroll_bar_does_not_scroll_sideways(qtbot: QtBot, rows: int) -> None:
    cells = ("ADEYEMI, Folake", "Pharmacist", "AUTO-CART-CRYO, DONOR-DLI, FRESH-STAMPED, until 23-Oct-2027", "Active")
    columns = ("name", "roles", "training", "state")
    around = Surroundings(sample_records.frame("people"), Moment(now_ns=0, now=NOW, zone="UTC"))
    screen = ListScreen(list_page("people", columns, [RowShown(cells)] * rows), around)
    qtbot.addWidget(screen)
    screen.resize(900, 620)
    screen.show()
    table = screen.findChild(QTableView, "rows")
    assert table is not None
    qtbot.waitUntil(lambda: table.columnWidth(0) > 0 and table.verticalHeader().length() > rows * 50)
    qtbot.wait(20)
    assert (table.verticalScrollBar().maximum() > 0) == (rows > 10)
    assert table.horizontalScrollBar().maximum() == 0
