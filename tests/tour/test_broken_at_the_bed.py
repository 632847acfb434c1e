"""The disk fails in the middle of an infusion: the deadline stays readable, the sheet comes out, and the record opens again."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pypdfium2
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from wards import infusion_running

from coordinator_app.app import Machine, Program, make_window
from coordinator_app.commands.bench_on_record import BenchOnRecord
from coordinator_app.demo import cast
from coordinator_app.demo.site import demo_listing, open_demo
from coordinator_app.demo.tour_keys import Hand
from coordinator_app.domain.screens import GuidedPage, SignInPage, Verdict
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.store.mirror import Mirror
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.ui.code_tray import press_code
from coordinator_app.ui.screens.broken import BrokenScreen
from coordinator_app.ui.screens.paper import PaperScreen

pytestmark = [pytest.mark.alone, pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "PulseAudio")]

NURSE = cast.PEOPLE["nurse_a"]


class Bed:
    """The real program at an infusion that runs, on a disk that a test can break."""

    def __init__(self, folder: Path, clock: ScriptedClock) -> None:
        self.folder = folder
        self.clock = clock
        self.unit: str = demo_listing(folder)["units"]["u1"]["code"]
        (folder / "printed").mkdir()
        machine = Machine(
            printers={"folder": FolderPrinter(str(folder / "printed"))}, sounds=False, idle_s=None, tick_ms=100
        )
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.window = make_window(app, None, lambda: clock.moment().boot_ns, lambda: clock.moment().at)
        self.program = Program(lambda: BenchOnRecord(open_demo(folder, clock)), machine, self.window)
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)
        self.program.start()

    def come_to_the_infusion(self) -> None:
        """Sign in and scan the bag."""
        hand = Hand(self.program, self.window)
        hand.look()
        hand.scan(NURSE.badge.encode(), Verdict.ACCEPTED)
        hand.type_pin(NURSE.pin, Verdict.ACCEPTED)
        page = hand.scan(self.unit.encode(), Verdict.ACCEPTED).page
        assert isinstance(page, GuidedPage)
        assert page.instruction.code == "infusion.running"

    def leave(self) -> None:
        self.window.hide()
        self.program.leave()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)

    @property
    def is_broken(self) -> bool:
        return isinstance(self.window.screen_shown, BrokenScreen)

    @property
    def shows_paper(self) -> bool:
        return isinstance(self.window.screen_shown, PaperScreen)

    def words(self) -> str:
        shown = [each for each in self.window.findChildren(QWidget) if each.isVisible()]
        told = (each.text() if isinstance(each, QLabel) else each.accessibleName() for each in shown)
        return "\n".join(told).replace("\u00a0", " ")

    def papers(self) -> list[Path]:
        return sorted((self.folder / "printed").glob("paper-sheet-*.pdf"))


@pytest.fixture
def bed(qtbot: QtBot, tmp_path: Path) -> Iterator[Bed]:
    folder = tmp_path / "site"
    bed = Bed(folder, infusion_running(folder))
    try:
        bed.come_to_the_infusion()
        # The sheet is made ready between two acts, when the program looks at its clocks.
        qtbot.wait(400)
        yield bed
    finally:
        bed.leave()


@pytest.fixture
def broken_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def full(*_args: object) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    return lambda: monkeypatch.setattr(Mirror, "append", full)


def test_the_deadline_stays_on_the_screen_and_the_sheet_comes_out_though_nothing_can_be_read(
    bed: Bed, broken_disk: Callable[[], None], qtbot: QtBot
) -> None:
    broken_disk()
    press_code(bed.window.windowHandle(), cast.UNKNOWN_CODE.encode())
    qtbot.waitUntil(lambda: bed.is_broken)
    assert "Stop using this workstation" in bed.words()
    assert "by " in bed.words()
    assert "CE" in bed.words()
    assert "Pharmacy 4411" in bed.words()
    bed.press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: bed.shows_paper)
    assert "HARGREAVES, Miriam" in bed.words()
    assert "CHA999826HRN001" in bed.words()
    qtbot.waitUntil(lambda: bool(bed.papers()))
    (sheet,) = bed.papers()
    document = pypdfium2.PdfDocument(sheet)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "HARGREAVES, Miriam" in text
    assert "Infusion" in text
    bed.press(Qt.Key.Key_F12)
    assert bed.is_broken


def test_once_the_disk_works_again_the_record_opens_and_the_same_infusion_goes_on(
    bed: Bed, broken_disk: Callable[[], None], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_disk()
    press_code(bed.window.windowHandle(), cast.UNKNOWN_CODE.encode())
    qtbot.waitUntil(lambda: bed.is_broken)
    monkeypatch.undo()
    bed.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not bed.is_broken, timeout=10_000)
    last = bed.program.desk.last
    assert last is not None
    assert isinstance(last.page, SignInPage)
    assert last.page.clocks, "the running clock stands on the sign-in screen at once"
    qtbot.wait(3000)  # the keys of the first hand bear stamps that lie ahead of the clock
    bed.come_to_the_infusion()


def test_while_the_disk_is_still_broken_opening_again_is_refused_and_the_sheet_is_still_there(
    bed: Bed, broken_disk: Callable[[], None], qtbot: QtBot
) -> None:
    broken_disk()
    press_code(bed.window.windowHandle(), cast.UNKNOWN_CODE.encode())
    qtbot.waitUntil(lambda: bed.is_broken)
    with qtbot.waitSignal(bed.program.desk.recording_failed, timeout=10_000):
        bed.press(Qt.Key.Key_F5)
    assert bed.is_broken
    bed.press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: bed.shows_paper)
    assert "HARGREAVES, Miriam" in bed.words()
