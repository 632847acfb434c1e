"""The program put together: what is scanned reaches the bench, and a broken program says "stop" and takes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_bench import FakeBench, FakeBenchBroke
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from coordinator_app.app import EXIT_BROKEN, Machine, Program, make_window, run
from coordinator_app.domain.inputs import Locked, Pressed, Scanned, Ticked
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.ui.code_tray import CodeTray, press_code
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.screens.broken import BrokenScreen
from coordinator_app.ui.screens.paper import PaperScreen

MACHINE = Machine(sounds=False, idle_s=None, tick_ms=60_000)


class Stage:
    """One running program on the real window and a fake bench."""

    def __init__(self, machine: Machine = MACHINE, *, opens: bool = True) -> None:
        self.opens = opens
        self.benches: list[FakeBench] = []
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.window = make_window(app)
        self.window.show()
        self.program = Program(self._make_bench, machine, self.window)
        self.answers: list[object] = []
        self.program.desk.answered.connect(self.answers.append)
        self.program.start()

    def _make_bench(self) -> FakeBench:
        if not self.opens:
            raise FakeBenchBroke("the record cannot be opened")
        self.benches.append(FakeBench())
        return self.benches[-1]

    @property
    def bench(self) -> FakeBench:
        return self.benches[-1]

    @property
    def is_broken(self) -> bool:
        return isinstance(self.window.screen_shown, BrokenScreen)

    def scan(self, raw: bytes) -> None:
        press_code(self.window.windowHandle(), raw)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)

    def words(self) -> str:
        shown = [each for each in self.window.findChildren(QWidget) if each.isVisible()]
        return "\n".join(each.text() if isinstance(each, QLabel) else each.accessibleName() for each in shown)


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage()
    qtbot.addWidget(stage.window)
    qtbot.waitUntil(lambda: bool(stage.answers))
    yield stage
    stage.program.leave()


def test_a_scanned_code_and_a_pressed_button_reach_the_bench_and_the_answer_the_window(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.scan(b"WB-1001")
    qtbot.waitUntil(lambda: len(stage.answers) == 2)
    stage.window.done.emit(Pressed("begin"))
    qtbot.waitUntil(lambda: len(stage.answers) == 3)
    assert stage.bench.asked == [Scanned(b"WB-1001"), Pressed("begin")]
    assert stage.window.expects_scan


def test_after_a_fault_under_the_store_the_window_says_so_and_no_scan_is_taken(stage: Stage, qtbot: QtBot) -> None:
    stage.scan(b"BREAK")
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.scan(b"WB-1001")
    qtbot.wait(100)
    assert stage.bench.scans() == [Scanned(b"BREAK")]
    assert stage.program.leave() == 0


def test_the_paper_sheet_can_still_be_asked_for_when_the_store_is_broken(stage: Stage, qtbot: QtBot) -> None:
    stage.scan(b"BREAK")
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: isinstance(stage.window.screen_shown, PaperScreen))
    assert "14:31 CET" in stage.words()
    stage.press(Qt.Key.Key_F12)
    assert stage.is_broken
    assert stage.bench.people() == [Scanned(b"BREAK")]


def test_the_paper_sheet_of_a_broken_store_goes_to_the_printer(qtbot: QtBot, tmp_path: Path) -> None:
    printers = {"folder": FolderPrinter(str(tmp_path))}
    stage = Stage(Machine(printers=printers, sounds=False, idle_s=None, tick_ms=60_000))
    qtbot.addWidget(stage.window)
    qtbot.waitUntil(lambda: bool(stage.answers))
    stage.scan(b"BREAK")
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.press(Qt.Key.Key_F9)
    qtbot.waitUntil((tmp_path / "paper.pdf").exists)
    stage.program.leave()


def test_where_no_sheet_comes_out_the_screen_says_to_write_by_hand(stage: Stage, qtbot: QtBot) -> None:
    stage.scan(b"BREAK")
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.bench.printer = "BREAK"
    stage.press(Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: "by hand" in stage.words())
    assert stage.is_broken


def test_after_a_fault_of_the_store_the_record_is_opened_again_and_scans_are_taken(stage: Stage, qtbot: QtBot) -> None:
    stage.scan(b"BREAK")
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not stage.is_broken)
    assert len(stage.benches) == 2
    assert stage.benches[0].closed_on is not None
    stage.scan(b"WB-1001")
    qtbot.waitUntil(lambda: stage.bench.asked == [Scanned(b"WB-1001")])


def test_a_record_that_cannot_be_opened_again_leaves_the_program_broken(stage: Stage, qtbot: QtBot) -> None:
    stage.scan(b"BREAK")
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.opens = False
    with qtbot.waitSignal(stage.program.desk.recording_failed):
        stage.press(Qt.Key.Key_F5)
    assert stage.is_broken
    stage.scan(b"WB-1001")
    qtbot.wait(100)
    assert stage.bench.scans() == [Scanned(b"BREAK")]


def test_a_record_that_was_never_opened_is_not_said_to_have_no_clocks(qtbot: QtBot) -> None:
    stage = Stage(opens=False)
    qtbot.addWidget(stage.window)
    qtbot.waitUntil(lambda: stage.is_broken)
    assert "Not known: the record was never opened" in stage.words()
    assert "No clock was running" not in stage.words()
    stage.opens = True
    stage.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not stage.is_broken)
    stage.program.leave()


def test_a_mistake_of_the_program_itself_offers_no_going_on(stage: Stage, qtbot: QtBot) -> None:
    clumsy = Clumsy()
    QTimer.singleShot(0, clumsy, clumsy.poked.emit)
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.press(Qt.Key.Key_F5)
    qtbot.wait(100)
    assert stage.is_broken
    assert len(stage.benches) == 1
    screen = stage.window.screen_shown
    assert screen is not None
    assert [action.id for action in screen.actions_shown] == ["paper"]


class Clumsy(QObject):
    """A part of the program with a mistake in it."""

    poked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.poked.connect(self._stumble)

    @Slot()
    def _stumble(self) -> None:
        raise ValueError("MUSTERMANN 1970-01-01")


def test_an_exception_that_nobody_caught_blocks_scanning_names_nobody_and_ends_non_zero(
    stage: Stage, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    clumsy = Clumsy()
    QTimer.singleShot(0, clumsy, clumsy.poked.emit)
    qtbot.waitUntil(lambda: stage.is_broken)
    stage.scan(b"WB-1001")
    qtbot.wait(100)
    assert stage.bench.asked == []
    assert "MUSTERMANN" not in caplog.text
    assert "ValueError at test_app.py" in caplog.text
    assert stage.program.leave() == EXIT_BROKEN


def test_nothing_is_locked_while_nobody_is_signed_in(qtbot: QtBot) -> None:
    stage = Stage(Machine(sounds=False, idle_s=1, tick_ms=60_000))
    qtbot.addWidget(stage.window)
    qtbot.waitUntil(lambda: bool(stage.answers))
    qtbot.wait(1600)
    stage.program.leave()
    assert Locked("idle") not in stage.bench.asked


def test_the_screen_locks_when_the_person_signed_in_has_not_touched_it(qtbot: QtBot) -> None:
    stage = Stage(Machine(sounds=False, idle_s=1, tick_ms=60_000))
    qtbot.addWidget(stage.window)
    qtbot.waitUntil(lambda: bool(stage.answers))
    stage.scan(b"BADGE-1")
    qtbot.waitUntil(lambda: Locked("idle") in stage.bench.asked, timeout=3000)
    stage.program.leave()


def a_tray_is_open() -> bool:
    return any(isinstance(each, CodeTray) and each.isVisible() for each in QApplication.topLevelWidgets())


def test_the_program_runs_by_itself_ticks_and_leaves_no_thread_behind(qtbot: QtBot, tmp_path: Path) -> None:
    benches: list[FakeBench] = []

    def make_bench() -> FakeBench:
        benches.append(FakeBench())
        return benches[-1]

    machine = Machine(sounds=False, log_folder=str(tmp_path / "log"), tick_ms=50)
    tray = [("Patients", "Wristband", b"WB-1001")]
    seen: list[bool] = []
    looks = QTimer(interval=20)
    looks.timeout.connect(lambda: seen.append(a_tray_is_open()))
    looks.start()
    assert run(make_bench, machine, tray, quit_after=1.0) == 0
    looks.stop()
    assert any(seen)
    assert not a_tray_is_open()
    assert Ticked() in benches[0].asked
    assert benches[0].closed_on == benches[0].made_on != threading.get_ident()
    assert (tmp_path / "log" / "coordinator.log").exists()


def test_no_scan_is_ever_written_to_the_log(qtbot: QtBot, tmp_path: Path) -> None:
    benches: list[FakeBench] = []

    def make_bench() -> FakeBench:
        benches.append(FakeBench())
        return benches[-1]

    def scan() -> None:
        [window] = [
            each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow) and each.isVisible()
        ]
        press_code(window.windowHandle(), b"UNMISTAKABLE-BREAK")

    QTimer.singleShot(250, scan)
    (tmp_path / "printed").mkdir()
    printers = {"folder": FolderPrinter(str(tmp_path / "printed"))}
    run(make_bench, Machine(printers=printers, sounds=False, log_folder=str(tmp_path), tick_ms=50), quit_after=0.8)
    assert benches[0].scans() == [Scanned(b"UNMISTAKABLE-BREAK")]
    written = (tmp_path / "coordinator.log").read_text()
    assert "FakeBenchBroke" in written
    assert "UNMISTAKABLE" not in written
    assert "MUSTERMANN" not in written
