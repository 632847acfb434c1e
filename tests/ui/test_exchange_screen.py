"""The exchange panel at the window: reached by a key, renewed in place, the word and age on every page and the wall."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from coordinator_app.domain.inputs import Opened, Pressed
from coordinator_app.domain.screens import Answer, CountShown, ExchangePage, ExchangeShown, Say
from coordinator_app.ui import sample_pages as s
from coordinator_app.ui.gallery import sample_answers
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.sample_exchange import exchange_answers


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow(lambda: s.NOW_NS, lambda: s.NOW)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


def page_of(answer: Answer) -> ExchangePage:
    assert isinstance(answer.page, ExchangePage)
    return answer.page


def texts(window: MainWindow) -> list[str]:
    return [label.text().replace("\xa0", " ") for label in window.findChildren(QLabel) if label.isVisible()]


def test_a_key_opens_the_panel_from_any_page(window: MainWindow, qtbot: QtBot) -> None:
    window.show_answer(sample_answers()["today"])
    with qtbot.waitSignal(window.done) as told:
        QTest.keyClick(window, Qt.Key.Key_F2)
    assert told.args == [Opened(what="exchange")]


@pytest.mark.parametrize(
    ("key", "action"), [(Qt.Key.Key_F5, "admit_workstation"), (Qt.Key.Key_F6, "open:exchange:code")]
)
def test_everything_on_the_panel_can_be_done_by_key(window: MainWindow, qtbot: QtBot, key: Qt.Key, action: str) -> None:
    window.show_answer(exchange_answers()["exchange"])
    with qtbot.waitSignal(window.done) as told:
        QTest.keyClick(window, key)
    assert told.args == [Pressed(action=action)]


def test_the_numbers_stand_as_the_sum_they_are(window: MainWindow) -> None:
    answer = exchange_answers()["exchange_away"]
    received, *parts = page_of(answer).received
    assert received.count == sum(each.count for each in parts)
    window.show_answer(answer)
    shown = [text.replace("\N{NARROW NO-BREAK SPACE}", "") for text in texts(window)]
    assert [str(each.count) for each in page_of(answer).received if str(each.count) not in shown] == []
    assert shown.count("+") == 2
    assert shown.count("=") == 1


def test_a_gap_names_the_workstation_and_how_many_events_are_not_here(window: MainWindow) -> None:
    window.show_answer(exchange_answers()["exchange_away"])
    at = next(place for place, text in enumerate(texts(window)) if text.startswith("Apheresis"))
    assert any(text.startswith("7 of its events are known to exist and are not here") for text in texts(window)[at:])


def test_the_last_error_says_what_is_tried_next_and_nobody_is_asked_to_choose(window: MainWindow) -> None:
    window.show_answer(exchange_answers()["exchange_away"])
    said = " ".join(texts(window)).lower()
    assert "the network or the hub is down, it is tried again later" in said
    assert "go on working" in said
    for word in ("ours", "theirs", "overwrite", "conflict", "choose", "merge", "discard"):
        assert word not in said
        assert not any(word in button.text().lower() for button in window.findChildren(QPushButton))


def test_fresh_counts_are_shown_in_place_and_nothing_on_the_page_moves(window: MainWindow) -> None:
    answer = exchange_answers()["exchange"]
    window.show_answer(answer)
    before = window.screen_shown
    page = page_of(answer)
    more = replace(
        page,
        exchange=ExchangeShown("sent", s.NOW - timedelta(seconds=1)),
        waiting=CountShown(Say("exchange.waiting"), 4),
    )
    window.show_answer(replace(answer, page=more))
    assert window.screen_shown is before
    assert "4" in texts(window)
    assert "Sent 1 s ago" in texts(window)


def test_another_state_builds_the_page_anew(window: MainWindow) -> None:
    window.show_answer(exchange_answers()["exchange"])
    before = window.screen_shown
    window.show_answer(exchange_answers()["exchange_away"])
    assert window.screen_shown is not before


@pytest.mark.parametrize("name", sorted(sample_answers()))
@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        (ExchangeShown("sent", s.NOW - timedelta(minutes=3)), "Sent 3 min ago"),
        (ExchangeShown("offline", s.NOW.replace(hour=8, minute=14), 5), "Offline since 09:14 · 5 waiting"),
    ],
    ids=["sent", "offline"],
)
def test_word_and_age_stand_on_every_page(window: MainWindow, name: str, exchange: ExchangeShown, said: str) -> None:
    answer = sample_answers()[name]
    around: Any = replace(answer.frame, exchange=exchange)
    window.show_answer(replace(answer, frame=around))
    bar = window.findChild(QLabel, "exchange_word")
    if bar is not None and bar.isVisible():
        assert bar.text().replace("\xa0", " ") == said
        assert bar.width() >= bar.sizeHint().width(), "a word that is cut off tells nothing"
        return
    foot = next((each for each in window.findChildren(Figures, "wall_exchange") if each.isVisible()), None)
    if foot is not None:
        assert said in foot.text().replace("\xa0", " ")
        assert ("ask by telephone" in foot.text()) == (exchange.state == "offline")
        return
    line = window.findChild(Sentence, "verdict_exchange")
    assert line is not None, f"{name} says nothing of the exchange"
    assert line.isVisible()
    assert line.text().replace("\xa0", " ") == said
