"""Scans typed by keyboard scanners: caught whole, refused when broken, and hands can still type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from coordinator_app.domain.inputs import Scanned
from coordinator_app.ui.code_tray import CodeTray, open_tray, press_code
from coordinator_app.ui.key_strokes import key_events
from coordinator_app.ui.keyboard_layouts import Wedge
from coordinator_app.ui.known_wedges import Wedges
from coordinator_app.ui.scan_burst import ScanLost, Why
from coordinator_app.ui.scan_catcher import ScanCatcher, milliseconds

LOT = b"]d201095011015300031721010110ABC123\x1d211234567890"


class Ward(QWidget):
    """A window with a field, a default-looking button and a shortcut, and what was caught in it."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.button = QPushButton("Begin")
        self.clicks = 0
        self.paper_sheets = 0
        self.button.clicked.connect(self._clicked)
        around = QVBoxLayout(self)
        around.addWidget(self.field)
        around.addWidget(self.button)
        QShortcut(QKeySequence("F9"), self).activated.connect(self._paper_sheet)
        self.caught: list[Scanned] = []
        self.lost: list[ScanLost] = []
        self.catcher = ScanCatcher(parent=self)
        self.catcher.scan_caught.connect(self.caught.append)
        self.catcher.scan_lost.connect(self.lost.append)
        self.catcher.install()
        self._ms = milliseconds()

    def _clicked(self) -> None:
        self.clicks += 1

    def _paper_sheet(self) -> None:
        self.paper_sheets += 1

    def keys(self, text: str, gap_ms: int = 2, pause_ms: int = 1000) -> None:
        """Press the keys of a text after a pause, then let the silence pass."""
        self._ms = max(self._ms, milliseconds()) + pause_ms
        for event in key_events(text, self._ms, gap_ms):
            QCoreApplication.postEvent(self.windowHandle(), event)
        self._ms += len(text) * gap_ms
        QCoreApplication.processEvents()

    def key(
        self,
        key: Qt.Key,
        text: str = "",
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        code: int = 0,
        after_ms: int = 2,
        native: int = 0,
    ) -> None:
        """Press one key with all its native particulars."""
        self._ms = max(self._ms, milliseconds()) + after_ms
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, code, 0, native, text)
            event.setTimestamp(self._ms)
            QCoreApplication.postEvent(self.windowHandle(), event)
        QCoreApplication.processEvents()


@pytest.fixture
def ward(qtbot: QtBot) -> Iterator[Ward]:
    ward = Ward()
    qtbot.addWidget(ward)
    ward.show()
    ward.activateWindow()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is ward.windowHandle())
    yield ward
    ward.catcher.remove()


@pytest.mark.parametrize("suffix", ["\r", "\t", "\n"])
@pytest.mark.parametrize("focus", ["field", "button"])
def test_a_scan_is_caught_whole_with_its_separator_wherever_the_focus_is(ward: Ward, focus: str, suffix: str) -> None:
    getattr(ward, focus).setFocus()
    ward.keys(LOT.decode() + suffix)
    assert ward.caught == [Scanned(LOT, "scanner-1", "scanned")]
    assert ward.field.text() == ""
    assert ward.clicks == 0
    assert QGuiApplication.focusObject() is getattr(ward, focus), "a Tab suffix must not move the focus"


def test_the_spaces_and_the_return_of_a_scan_never_press_a_button(ward: Ward, qtbot: QtBot) -> None:
    ward.button.setFocus()
    ward.keys("]C0MARIA DE LA CRUZ\r\n")
    qtbot.wait(100)
    assert ward.caught == [Scanned(b"]C0MARIA DE LA CRUZ")]
    assert ward.clicks == 0


def test_a_hand_types_into_a_field_as_if_there_were_no_catcher(ward: Ward, qtbot: QtBot) -> None:
    ward.field.setFocus()
    ward.keys("O'Neill, Zoë-Anne", gap_ms=90)
    qtbot.waitUntil(lambda: ward.field.text() == "O'Neill, Zoë-Anne")
    assert ward.caught == []


def test_quick_pairs_of_keys_and_a_correction_keep_their_order(ward: Ward, qtbot: QtBot) -> None:
    ward.field.setFocus()
    ward.keys("th", gap_ms=20)
    ward.key(Qt.Key.Key_Backspace, after_ms=30)
    ward.keys("e", pause_ms=30)
    qtbot.waitUntil(lambda: ward.field.text() == "te")


def test_a_hand_that_types_a_code_slowly_and_presses_return_has_typed_and_not_scanned(ward: Ward, qtbot: QtBot) -> None:
    returns: list[bool] = []
    ward.field.returnPressed.connect(lambda: returns.append(True))
    ward.field.setFocus()
    ward.keys("A99992612345\r", gap_ms=70)
    qtbot.waitUntil(lambda: bool(returns))
    assert ward.field.text() == "A99992612345"
    assert ward.caught == []


def test_a_space_or_return_pressed_by_a_hand_still_presses_a_button(ward: Ward, qtbot: QtBot) -> None:
    ward.button.setFocus()
    ward.keys(" ")
    qtbot.waitUntil(lambda: ward.clicks == 1)


def test_function_keys_act_at_once_and_a_replayed_key_still_finds_its_shortcut(ward: Ward) -> None:
    ward.field.setFocus()
    ward.key(Qt.Key.Key_F9, after_ms=1000)
    assert ward.paper_sheets == 1
    ward.keys("x")
    ward.key(Qt.Key.Key_F9, after_ms=10)
    ward.keys("y")
    assert ward.paper_sheets == 2


def test_half_a_code_is_refused_and_its_other_half_is_never_a_scan(ward: Ward, qtbot: QtBot) -> None:
    ward.button.setFocus()
    ward.keys("]d20109501101530003")
    ward.keys("10ABC123\r", pause_ms=200)
    qtbot.wait(200)
    assert ward.caught == []
    assert [lost.why for lost in ward.lost] == [Why.PIECES, Why.PIECES]
    ward.keys(LOT.decode() + "\r")
    assert ward.caught == [Scanned(LOT)]


def test_a_code_without_prefix_that_comes_in_pieces_into_a_field_counts_as_typed(ward: Ward, qtbot: QtBot) -> None:
    ward.field.setFocus()
    ward.keys("A999926")
    ward.keys("12345600\r", pause_ms=120)
    qtbot.waitUntil(lambda: ward.field.text() == "A99992612345600")
    assert ward.caught == []


def test_pieces_too_short_for_a_code_are_dropped_and_press_nothing(ward: Ward, qtbot: QtBot) -> None:
    ward.button.setFocus()
    ward.keys("12\r")
    ward.keys(" ", pause_ms=100)
    qtbot.wait(100)
    assert ward.clicks == 0
    assert ward.caught == []


def test_two_codes_one_after_the_other_are_two_scans(ward: Ward) -> None:
    ward.keys("]C0=A99992612345600\r")
    ward.keys("]C0=<E0000V00\r", pause_ms=5)
    assert [scan.raw for scan in ward.caught] == [b"]C0=A99992612345600", b"]C0=<E0000V00"]


def test_separator_as_control_character_without_key_is_kept(ward: Ward) -> None:
    for char in "]d210A1":
        ward.key(Qt.Key(ord(char.upper())), char)
    ward.key(Qt.Key(0), "\x1d")
    for char in "21B7":
        ward.key(Qt.Key(ord(char)), char)
    ward.key(Qt.Key.Key_Return, "\r")
    assert ward.caught == [Scanned(b"]d210A1\x1d21B7")]


@pytest.mark.parametrize("num_lock", [True, False])
def test_separator_as_alt_029_on_the_keypad_is_one_separator(ward: Ward, num_lock: bool) -> None:
    alt = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.KeypadModifier
    keys = "029" if num_lock else (Qt.Key.Key_Insert, Qt.Key.Key_Down, Qt.Key.Key_PageUp)
    for char in "]d210A1":
        ward.key(Qt.Key(ord(char.upper())), char)
    ward.key(Qt.Key.Key_Alt)
    for key in keys:
        ward.key(Qt.Key(ord(key)) if isinstance(key, str) else key, "", alt)
    for char in "21B7":
        ward.key(Qt.Key(ord(char)), char)
    ward.key(Qt.Key.Key_Return, "\r")
    assert ward.caught == [Scanned(b"]d210A1\x1d21B7")]


def test_separator_as_printable_substitute_is_put_back(ward: Ward) -> None:
    ward.catcher.use(Wedges(Wedge(gs_text="|")))
    ward.keys("]d210A1|21B7\r")
    assert ward.caught == [Scanned(b"]d210A1\x1d21B7")]


def test_a_us_scanner_on_a_german_host_is_read_by_the_place_of_its_keys(ward: Ward) -> None:
    ward.catcher.use(Wedges(Wedge(layout="us")))
    ward.catcher._platform = "xcb"
    # What the German host makes of ]C0=Yz: plus, C, zero, dead acute, Z, y. The places are those of a US keyboard.
    shift = Qt.KeyboardModifier.ShiftModifier
    ward.key(Qt.Key.Key_Plus, "+", code=27 + 8)
    ward.key(Qt.Key.Key_C, "C", shift, code=46 + 8)
    ward.key(Qt.Key.Key_0, "0", code=11 + 8)
    ward.key(Qt.Key.Key_Dead_Acute, "", code=13 + 8)
    ward.key(Qt.Key.Key_Z, "Z", shift, code=21 + 8)
    ward.key(Qt.Key.Key_Y, "y", code=44 + 8)
    ward.key(Qt.Key.Key_Plus, "+", Qt.KeyboardModifier.ControlModifier, code=27 + 8)
    ward.key(Qt.Key.Key_Slash, "/", code=82 + 8)
    ward.key(Qt.Key.Key_Return, "\r", code=28 + 8)
    assert ward.caught == [Scanned(b"]C0=Yz\x1d0")]


def test_caps_lock_left_on_does_not_turn_the_case_of_a_code_round(ward: Ward) -> None:
    ward.catcher._platform = "xcb"
    for char in "]D2Lot7":
        ward.key(Qt.Key(ord(char.upper())), char, native=0x02)
    ward.key(Qt.Key.Key_Return, "\r", native=0x02)
    assert ward.caught == [Scanned(b"]d2lOT7")]


def test_the_sites_own_prefix_is_taken_off_and_a_code_without_it_counts_as_typed(ward: Ward) -> None:
    ward.catcher.use(Wedges(Wedge(prefix="~~", prefix_needed=True, scanner="cart-2")))
    ward.keys("~~WB-1001\r")
    ward.keys("WB-1001\r")
    assert ward.caught == [Scanned(b"WB-1001", "cart-2", "scanned"), Scanned(b"WB-1001", "cart-2", "typed")]


def test_a_blocked_program_refuses_every_scan_and_says_so(ward: Ward) -> None:
    ward.catcher.block()
    ward.keys("WB-1001\r")
    assert ward.caught == []
    assert [lost.why for lost in ward.lost] == [Why.BLOCKED]
    ward.catcher.allow()
    ward.keys("WB-1001\r")
    assert ward.caught == [Scanned(b"WB-1001")]


def test_a_key_held_down_repeats_into_the_field_and_is_no_scan(ward: Ward, qtbot: QtBot) -> None:
    ward.field.setFocus()
    ward.keys("a")
    qtbot.waitUntil(lambda: ward.field.text() == "a")
    at_ms = milliseconds() + 500
    for number in range(6):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", True)
        event.setTimestamp(at_ms + number * 30)
        QCoreApplication.postEvent(ward.windowHandle(), event)
    qtbot.waitUntil(lambda: ward.field.text() == "aaaaaaa")
    assert ward.caught == []


def test_keys_sent_straight_to_a_widget_are_caught_too(ward: Ward, qtbot: QtBot) -> None:
    QTest.keyClicks(ward.field, "WB-1001")
    QTest.keyClick(ward.field, Qt.Key.Key_Return)
    assert ward.caught == [Scanned(b"WB-1001")]
    QTest.keyClicks(ward.field, "WB", delay=70)
    qtbot.waitUntil(lambda: ward.field.text() == "WB", timeout=1000)


def test_a_busy_window_does_not_tear_a_scan_apart(ward: Ward) -> None:
    half = len(LOT) // 2
    began = milliseconds() + 1000
    events = key_events(LOT.decode() + "\r", began, 2)
    for event in events[: half * 2]:
        QCoreApplication.postEvent(ward.windowHandle(), event)
    QCoreApplication.processEvents()
    QTest.qSleep(120)  # the main thread is painting something large
    for event in events[half * 2 :]:
        QCoreApplication.postEvent(ward.windowHandle(), event)
    QCoreApplication.processEvents()
    assert ward.caught == [Scanned(LOT)]


@pytest.mark.qt_log_ignore("raise", "propagateSizeHints")
def test_a_click_in_the_tray_of_codes_goes_the_way_of_a_scan(ward: Ward, qtbot: QtBot) -> None:
    tray = open_tray([("Patients", "Wristband 1", b"WB-1001"), ("Units", "Bag & label", LOT)], ward)
    qtbot.addWidget(tray)
    button = tray.findChild(QPushButton, "Units/Bag & label")
    assert isinstance(button, QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ward.caught == [Scanned(LOT)])
    tray.close()


def test_the_tray_of_codes_is_as_wide_as_its_longest_name(ward: Ward, qtbot: QtBot) -> None:
    names = [
        "nurse a · PIN 161803",
        "somebody of the apheresis ward, whose name is long · PIN 314159",
        *"abcdefghijklmnop",
    ]
    tray = CodeTray([("People", name, b"WB-1001") for name in names], ward)
    qtbot.addWidget(tray)
    tray.grab()  # lays it out
    area = tray.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    assert area.verticalScrollBar().maximum() > 0
    assert area.horizontalScrollBar().maximum() == 0


def test_a_long_signed_label_is_caught_and_a_long_run_without_prefix_is_not(ward: Ward) -> None:
    digits = "7" * 600
    press_code(ward.windowHandle(), f"]d1{digits}".encode(), milliseconds() + 1000)
    QCoreApplication.processEvents()
    assert ward.caught == [Scanned(f"]d1{digits}".encode())]
    ward.button.setFocus()
    ward.keys("7" * 200 + "\r", gap_ms=10, pause_ms=5000)
    assert [lost.why for lost in ward.lost] == [Why.TOO_SLOW]


class PinPad(QWidget):
    """Takes digits by plain key presses, as the program's own pads do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.typed = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.typed += "⏎" if event.key() == Qt.Key.Key_Return else event.text()


def test_a_pin_keyed_quickly_into_a_pad_arrives_whole_and_a_badge_scanned_there_does_not(
    ward: Ward, qtbot: QtBot
) -> None:
    pad = PinPad(ward)
    pad.show()
    pad.setFocus()
    ward.keys("47", gap_ms=30)
    ward.keys("11\r", gap_ms=45, pause_ms=120)
    qtbot.waitUntil(lambda: pad.typed == "4711⏎")
    ward.keys("]C0BADGE-1\r")
    assert ward.caught == [Scanned(b"]C0BADGE-1")]
    assert pad.typed == "4711⏎"
