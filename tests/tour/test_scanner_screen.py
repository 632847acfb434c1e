"""The scanner set-up at the real windows: keys of a wrong layout, the card that mends it, what is lost, and the sounds."""

from __future__ import annotations

import codecs
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtMultimedia import QMediaDevices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from seen import Heard

from coordinator_app.app import Machine, Program, make_window
from coordinator_app.demo import cast as people
from coordinator_app.demo.site import open_demo
from coordinator_app.demo.tour import BenchOfTour
from coordinator_app.domain.calibration_card import CARD
from coordinator_app.domain.screens import ScannersPage, SignInPage
from coordinator_app.store.moment import MachineClock
from coordinator_app.ui.keyboard_layouts import US_PLAIN, US_SHIFTED
from coordinator_app.ui.scan_catcher import milliseconds
from coordinator_app.ui.screens.scanners import ScannersScreen
from coordinator_app.workers.camera_scanner import CameraScanner
from coordinator_app.workers.serial_scanner import SerialLine

pytestmark = [
    pytest.mark.alone,
    pytest.mark.qt_log_ignore("propagateSizeHints", "No RHI backend", "PulseAudio", "Couldn't"),
]

PLACES = {char: (place, shift) for shift, row in ((True, US_SHIFTED), (False, US_PLAIN)) for place, char in row.items()}
BADGE = people.PEOPLE["nurse_a"].badge


class Bench:
    """The real program with a keyboard scanner set to US keys on a computer whose layout is another."""

    def __init__(
        self, site: Path, serial_lines: tuple[SerialLine, ...] = (), make_camera: type[CameraScanner] = CameraScanner
    ) -> None:
        self.heard = Heard(site)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.window = make_window(app, self.heard)
        self.program = Program(
            lambda: BenchOfTour(open_demo(site, MachineClock("Europe/Berlin")), Counter()),
            Machine(sounds=False, idle_s=None, tick_ms=600_000, serial_lines=serial_lines, make_camera=make_camera),
            self.window,
            self.heard,
        )
        self.window.show()
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)
        self.program.start()
        self._stamp = milliseconds()

    def leave(self) -> None:
        self.window.hide()
        self.program.leave()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def page(self) -> object:
        assert self.program.desk.last is not None
        return self.program.desk.last.page

    @property
    def screen(self) -> ScannersScreen:
        assert isinstance(self.window.screen_shown, ScannersScreen)
        return self.window.screen_shown

    def press(self, key: Qt.Key) -> None:
        self._settle()
        QTest.keyClick(self.window, key)
        self._settle()

    def scan(self, text: str) -> None:
        """Press the scanner's keys where they sit; the computer makes other characters of them."""
        self._stamp = max(self._stamp, milliseconds()) + 500
        for char in f"{text}\r":
            self._stamp += 2
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QCoreApplication.postEvent(self.window.windowHandle(), self._key(kind, char))
        self._settle()

    def _key(self, kind: QEvent.Type, char: str) -> QKeyEvent:
        if char == "\r":
            event = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, 36, 0, 0, "\r")
        elif char == "\x1d":
            event = QKeyEvent(kind, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier, 27 + 8, 0, 0, "")
        else:
            place, shift = PLACES[char]
            shown = codecs.encode(char, "rot13") if char.isalpha() else {"]": "+", "=": "´", "-": "ß"}.get(char, char)
            held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
            event = QKeyEvent(kind, ord(shown.upper()[0]), held, place + 8, 0, 0, shown)
        event.setTimestamp(self._stamp)
        return event

    def _settle(self) -> None:
        QTest.qWait(30)
        self.wait(lambda: not self.program.desk.is_busy and not self.program.catcher.is_holding)

    def wait(self, reached: Callable[[], bool]) -> None:
        until = milliseconds() + 5000
        while not reached():
            assert milliseconds() < until
            QTest.qWait(5)

    def line(self, name: str) -> str:
        """Return what stands in a line of the set-up page."""
        found = self.screen.findChildren(QLabel, f"arrived:{name}")
        return "\n".join(each.text() for each in found)

    def words(self) -> str:
        return "\n".join(each.accessibleName() for each in self.window.findChildren(QLabel)) + "\n".join(
            each.text() for each in self.window.findChildren(QLabel) if each.isVisible()
        )


@pytest.fixture
def bench(qtbot: QtBot, built_site: Path, tmp_path: Path) -> Iterator[Bench]:
    shutil.copytree(built_site, tmp_path / "site")
    bench = Bench(tmp_path / "site")
    try:
        bench.wait(lambda: bench.program.desk.last is not None)
        yield bench
    finally:
        bench.leave()


def test_a_scanner_of_another_layout_cannot_sign_in_until_it_has_read_the_card(bench: Bench) -> None:
    bench.scan(BADGE)
    assert isinstance(bench.page, SignInPage)
    assert bench.page.stage == "badge"
    bench.press(Qt.Key.Key_F10)
    bench.scan(f"]d1{CARD}")
    page = bench.page
    assert isinstance(page, ScannersPage)
    assert (page.scanners[0].layout, page.scanners[0].mode) == ("us", "keyboard")
    bench.press(Qt.Key.Key_F12)
    bench.scan(BADGE)
    assert isinstance(bench.page, SignInPage)
    assert bench.page.stage == "pin"


def test_keys_bytes_fields_layout_and_prefix_are_shown_as_they_arrive(bench: Bench) -> None:
    bench.press(Qt.Key.Key_F10)
    bench.scan(f"]d1{CARD}")
    bench.scan("]d2010950600013435221KIT01001\x1d10LOT-26K41A")
    assert "+q2" in bench.line("keys"), "what the computer made of the keys"
    assert "⟨Ctrl+? #27⟩" in bench.line("keys")
    assert "5d 64 32 30 31" in bench.line("bytes")
    assert "1d 31 30" in bench.line("bytes")
    assert "GS1 · ]d2" in bench.line("route")
    assert "KIT01001" in bench.line("field")
    assert "LOT-26K41A" in bench.line("field")
    assert "US keys" in bench.line("wedge")
    assert "]d2" in bench.line("wedge")


def test_a_card_without_its_separator_leads_to_the_page_about_serial(bench: Bench) -> None:
    bench.press(Qt.Key.Key_F10)
    bench.heard.asked.clear()
    bench.scan("]d1" + CARD.replace("\x1d", ""))
    page = bench.page
    assert isinstance(page, ScannersPage)
    assert page.view == "serial"
    assert page.scanners == ()
    assert bench.heard.asked == ["refused"], "once, not once for the card and once for the scan"


def test_a_card_read_wrongly_outside_the_set_up_is_known_for_what_it_is_and_leads_there(bench: Bench) -> None:
    bench.heard.asked.clear()
    bench.scan("]d1" + CARD.replace("\x1d", ""))
    page = bench.page
    assert isinstance(page, ScannersPage)
    assert (page.view, page.scanners) == ("serial", ())
    assert "separator" in bench.words()
    assert bench.heard.asked == ["refused"]


def test_two_scanners_with_prefixes_of_their_own_are_both_taught_and_both_known_after_a_restart(
    qtbot: QtBot, built_site: Path, tmp_path: Path
) -> None:
    shutil.copytree(built_site, tmp_path / "site")
    for first_start in (True, False):
        bench = Bench(tmp_path / "site")
        try:
            bench.wait(lambda bench=bench: bench.program.desk.last is not None)
            if first_start:
                bench.press(Qt.Key.Key_F10)
                bench.scan(f"~1]d1{CARD}")
                bench.scan(f"~2{CARD}")
                assert isinstance(bench.page, ScannersPage)
                assert {each.prefix for each in bench.page.scanners} >= {"~1", "~2"}
                assert "prefix ~2" in bench.line("scanner")
                continue
            for prefix in ("~1", "~2"):
                bench.scan(prefix + BADGE)
                assert isinstance(bench.page, SignInPage)
                assert bench.page.stage == "pin"
                bench.press(Qt.Key.Key_F7)
            bench.scan(f"~3{BADGE}")
            assert isinstance(bench.page, SignInPage)
            assert bench.page.stage == "badge"
        finally:
            bench.leave()


def told_in(window: QWidget) -> list[str]:
    """Return what a screen reader hears of every widget."""
    return [each.accessibleName() for each in window.findChildren(QWidget)]


class PluggedIn(CameraScanner):
    """A camera that is there, and shows nothing."""

    name = "Ward camera"

    def start(self) -> bool:
        self._on = True
        return True

    @property
    def is_on(self) -> bool:
        return getattr(self, "_on", False)

    def stop(self) -> None:
        super().stop()
        self._on = False


def test_a_camera_that_was_switched_on_looks_again_after_a_restart_and_one_that_is_gone_is_told(
    qtbot: QtBot, built_site: Path, tmp_path: Path
) -> None:
    shutil.copytree(built_site, tmp_path / "site")
    for first_start, camera in ((True, PluggedIn), (False, PluggedIn)):
        bench = Bench(tmp_path / "site", make_camera=camera)
        try:
            bench.wait(lambda bench=bench: bench.program.desk.last is not None)
            bench.press(Qt.Key.Key_F10)
            if first_start:
                bench.press(Qt.Key.Key_F11)
            assert bench.line("camera") == "Ward camera is looking."
        finally:
            bench.leave()
    bench = Bench(tmp_path / "site", make_camera=GoneCamera)
    try:
        bench.wait(lambda: any("camera of this workstation is not there" in each for each in told_in(bench.window)))
    finally:
        bench.leave()


class GoneCamera(CameraScanner):
    """A camera that was unplugged."""

    name = None

    def start(self) -> bool:
        return False


def test_a_scan_in_pieces_is_told_as_such(bench: Bench) -> None:
    bench.press(Qt.Key.Key_F10)
    bench.scan(f"]d1{CARD}")
    for event in [bench._key(kind, char) for char in "]d2010950600" for kind in (QEvent.Type.KeyPress,)]:
        event.setTimestamp(milliseconds() + 5000)
        QCoreApplication.postEvent(bench.window.windowHandle(), event)
    bench.wait(lambda: "in pieces" in bench.words())


def test_both_sounds_can_be_heard_and_the_card_printed(bench: Bench) -> None:
    bench.press(Qt.Key.Key_F10)
    bench.heard.asked.clear()
    bench.press(Qt.Key.Key_F5)
    bench.press(Qt.Key.Key_F6)
    assert bench.heard.asked == ["accepted", "refused"]
    bench.press(Qt.Key.Key_F8)
    assert bench.program.desk.last is not None


@pytest.mark.skipif(bool(QMediaDevices.videoInputs()), reason="this machine has a camera")
def test_a_workstation_without_a_camera_says_so_before_and_after_the_key(bench: Bench) -> None:
    bench.press(Qt.Key.Key_F10)
    assert "no camera" in bench.line("camera")
    bench.press(Qt.Key.Key_F11)
    assert "no camera" in bench.line("camera")


def test_a_serial_scanner_is_known_as_soon_as_it_is_plugged_in_and_its_bytes_are_shown(
    qtbot: QtBot, built_site: Path, tmp_path: Path
) -> None:
    shutil.copytree(built_site, tmp_path / "site")
    scanner_end, computer_end = os.openpty()
    bench = Bench(tmp_path / "site", (SerialLine(os.ttyname(computer_end), "serial-1"),))
    try:
        bench.wait(lambda: bench.program.desk.last is not None)
        bench.press(Qt.Key.Key_F10)
        bench.wait(lambda: "serial line" in bench.line("scanner"))
        os.write(scanner_end, b"]d2010950600013435221KIT01001\x1d10LOT-26K41A\r")
        bench.wait(lambda: "LOT-26K41A" in bench.line("field"))
        assert "1d 31 30" in bench.line("bytes")
        assert bench.line("keys") == "Nothing was typed."
    finally:
        bench.leave()
        os.close(scanner_end)
        os.close(computer_end)


def test_a_scanner_taught_yesterday_is_read_as_taught_after_a_restart(
    qtbot: QtBot, built_site: Path, tmp_path: Path
) -> None:
    shutil.copytree(built_site, tmp_path / "site")
    bench = Bench(tmp_path / "site")
    try:
        bench.wait(lambda: bench.program.desk.last is not None)
        bench.press(Qt.Key.Key_F10)
        bench.scan(f"]d1{CARD}")
    finally:
        bench.leave()
    bench = Bench(tmp_path / "site")
    try:
        bench.wait(lambda: bench.program.desk.last is not None)
        bench.scan(BADGE)
        assert isinstance(bench.page, SignInPage)
        assert bench.page.stage == "pin"
    finally:
        bench.leave()
