"""The hand that walks the tour: does what a person can do with scanner and keys, and notices every surprise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from fake_bench import FRAME, NURSE, SIGN_IN, FakeBench, guided
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from coordinator_app.app import Machine
from coordinator_app.demo.tour_keys import Hand, HandStopped, opened
from coordinator_app.domain.inputs import Input, Opened, PinTyped, Pressed, PrintReported, Scanned, Stated, Submitted
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import (
    ActionShown,
    Answer,
    FieldShown,
    FormPage,
    GuidedPage,
    Page,
    Say,
    TodayPage,
    Verdict,
)
from coordinator_app.labels.printers import FolderPrinter

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "raise")

SEXES = (("female", Say("female")), ("male", Say("male")))
REASONS = tuple((f"reason-{number}", Say(f"reason_{number}")) for number in range(8))
FORM = FormPage(
    "enrol",
    Say("enrol"),
    Say("enrol_intro"),
    (
        FieldShown("family", "text", Say("family"), value="Old"),
        FieldShown("born", "date", Say("born")),
        FieldShown("sex", "choice", Say("sex"), choices=SEXES),
        FieldShown("reason", "choice", Say("reason"), choices=REASONS),
        FieldShown("note", "note", Say("note"), required=False),
        FieldShown("weight", "number", Say("weight")),
    ),
    (ActionShown("cancel"), ActionShown("save", primary=True)),
)
PAD = GuidedPage(
    banner=guided("x").banner,
    title=Say("stated"),
    marks=(),
    drawing="person",
    instruction=Say("ask"),
    hint=None,
    already=(),
    clock=None,
    actions=(ActionShown("compare", primary=True),),
    fields=(FieldShown("born", "date", Say("born")), FieldShown("family", "letters", Say("family"))),
    expects_scan=False,
)


class StoryBench(FakeBench):
    """Goes from page to page, whatever the person does right."""

    def _answer(self, input: Input) -> Answer:
        story = isinstance(input, PinTyped | Submitted | Stated | Opened)
        if not story and not (isinstance(input, Scanned) and input.raw.startswith(b"BADGE")):
            return super()._answer(input)
        return Answer(Verdict.ACCEPTED, msgspec.structs.replace(FRAME, person=NURSE), self._page(input))

    def _page(self, input: Input) -> Page:
        if isinstance(input, Scanned):
            return msgspec.structs.replace(SIGN_IN, stage="pin", name="OKAFOR, Ngozi")
        if isinstance(input, PinTyped):
            return FORM
        if isinstance(input, Submitted):
            return PAD
        if isinstance(input, Opened):
            return TodayPage((), 0, 0)
        return guided("scan_bag")


class Stage:
    def __init__(self) -> None:
        self.bench = StoryBench()

    def make(self) -> StoryBench:
        return self.bench


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def hand(qtbot: QtBot, stage: Stage, tmp_path: Path) -> Iterator[Hand]:
    (tmp_path / "printed").mkdir()
    machine = Machine(
        printers={"folder": FolderPrinter(str(tmp_path / "printed"))}, sounds=False, idle_s=None, tick_ms=200
    )
    with opened(stage.make, machine, tmp_path / "pictures", patience_ms=3000) as hand:
        yield hand


def test_a_person_signs_in_fills_in_a_form_and_a_pad_and_scans_with_keys_only(hand: Hand, stage: Stage) -> None:
    hand.scan(b"BADGE-1", Verdict.ACCEPTED)
    hand.type_pin("4711", Verdict.ACCEPTED)
    hand.fill(
        {
            "family": "Nuñez-O'Hara",
            "born": "1961-03-07",
            "sex": "male",
            "reason": "reason-6",
            "note": "Calls at 8, not 9",
            "weight": "72.5",
        }
    )
    hand.press("save", Verdict.ACCEPTED)
    hand.fill({"born": "1958-12-31", "family": "NUÑ"})
    hand.press("compare")
    hand.scan(b"]C0=A99992612345600")
    hand.press("damaged")
    assert stage.bench.people() == [
        Scanned(b"BADGE-1"),
        PinTyped("4711"),
        Submitted(
            {
                "family": "Nuñez-O'Hara",
                "born": "1961-03-07",
                "sex": "male",
                "reason": "reason-6",
                "note": "Calls at 8, not 9",
                "weight": "72.5",
            },
            "save",
        ),
        Stated("NUÑ", "1958-12-31"),
        Scanned(b"]C0=A99992612345600"),
        Pressed("damaged"),
    ]


def test_every_action_of_a_page_can_be_pressed(hand: Hand, stage: Stage) -> None:
    hand.scan(b"BADGE-1")
    hand.type_pin("4711")
    hand.press("cancel")
    hand.press("abort")
    hand.press("paper")
    hand.open_tab("today")
    assert stage.bench.people()[-4:] == [Pressed("cancel"), Pressed("abort"), Pressed("paper"), Opened("today")]


def test_the_expected_refusal_lets_the_story_go_on_and_any_other_answer_stops_it(hand: Hand) -> None:
    hand.scan(b"FAULTY", reason=Refusal.CODE_NOT_RECOGNISED)
    with pytest.raises(HandStopped, match="expected refused WRONG_UNIT and got refused CODE_NOT_RECOGNISED"):
        hand.scan(b"FAULTY", reason=Refusal.WRONG_UNIT)
    with pytest.raises(HandStopped, match="expected accepted"):
        hand.scan(b"FAULTY", Verdict.ACCEPTED)


def test_a_button_that_is_not_on_the_page_stops_the_story(hand: Hand) -> None:
    with pytest.raises(HandStopped, match="the page offers"):
        hand.press("release")


def test_a_field_that_is_not_on_the_page_stops_the_story(hand: Hand) -> None:
    hand.scan(b"BADGE-1")
    with pytest.raises(HandStopped, match="no field born"):
        hand.fill({"born": "1961-03-07"})


def test_a_broken_store_stops_the_story(hand: Hand) -> None:
    with pytest.raises(HandStopped, match="the store failed"):
        hand.scan(b"BREAK")


def test_a_program_that_does_not_answer_stops_the_story(qtbot: QtBot) -> None:
    slow = opened(lambda: FakeBench(slow_s=1.0), Machine(sounds=False, idle_s=None), patience_ms=300)
    with slow as hand, pytest.raises(HandStopped, match="nothing came of it"):
        hand.scan(b"SLOW")


class Clumsy(QObject):
    @Slot()
    def stumble(self) -> None:
        raise ValueError("a mistake in a window")


def test_a_mistake_in_a_window_fails_the_tour_even_when_the_story_goes_on(qtbot: QtBot) -> None:
    clumsy = Clumsy()

    def walk() -> None:
        with opened(FakeBench, Machine(sounds=False, idle_s=None)) as hand:
            hand.scan(b"FIRST")
            QTimer.singleShot(0, clumsy, clumsy.stumble)
            qtbot.wait(50)

    with pytest.raises(HandStopped, match="broke"):
        walk()


def test_what_was_printed_is_waited_for(hand: Hand, tmp_path: Path) -> None:
    hand.scan(b"PRINT")
    assert hand.wait_for_print() == PrintReported(
        "job:1", delivered=True, detail=str(tmp_path / "printed" / "label.pdf")
    )


def test_pictures_are_numbered_and_show_the_window(hand: Hand, tmp_path: Path) -> None:
    hand.picture("Sign in")
    hand.scan(b"BADGE-1")
    second = hand.picture("PIN · Ngozi")
    assert [path.name for path in hand.pictures] == ["01-sign-in.png", "02-pin-ngozi.png"]
    shown = QImage(str(second))
    assert (shown.width(), shown.height()) == (1280, 720)
    assert len({shown.pixel(x, y) for x in range(0, 1280, 40) for y in range(0, 720, 40)}) > 3


def test_a_single_key_reaches_the_window(hand: Hand, stage: Stage) -> None:
    hand.key(Qt.Key.Key_F9)
    hand.press("paper")
    assert Pressed("paper") in stage.bench.asked
    assert QApplication.instance() is not None
