"""Qt key events to plain strokes and back: what the catcher reads, and what the code tray and the tour press."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from coordinator_app.ui.keyboard_layouts import KEYPAD, Stroke, position_of

_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_ScrollLock,
        Qt.Key.Key_Super_L,
        Qt.Key.Key_Super_R,
    }
)
_KEYPAD_WITHOUT_NUM_LOCK = {
    Qt.Key.Key_Insert: "0",
    Qt.Key.Key_End: "1",
    Qt.Key.Key_Down: "2",
    Qt.Key.Key_PageDown: "3",
    Qt.Key.Key_Left: "4",
    Qt.Key.Key_Clear: "5",
    Qt.Key.Key_Right: "6",
    Qt.Key.Key_Home: "7",
    Qt.Key.Key_Up: "8",
    Qt.Key.Key_PageUp: "9",
}
_CAPS_LOCK_BIT = {"xcb": 0x02, "wayland": 0x02, "windows": 0x100, "cocoa": 0x10000}
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_TAB = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab})


def is_modifier(event: QKeyEvent) -> bool:
    """Tell whether this is Shift, Control or another key that makes no character by itself."""
    return event.key() in _MODIFIERS


def stroke_of(event: QKeyEvent, platform: str, at_ms: int) -> Stroke:
    """Return the stroke of a key event; `platform` is Qt's name of the window system."""
    modifiers = event.modifiers()
    key = Qt.Key(event.key())
    keypad = bool(modifiers & Qt.KeyboardModifier.KeypadModifier)
    position = position_of(platform, int(event.nativeScanCode()), int(event.nativeVirtualKey()))
    # macOS swaps the two: its Control key arrives as Meta.
    control = Qt.KeyboardModifier.MetaModifier if platform == "cocoa" else Qt.KeyboardModifier.ControlModifier
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    ctrl = bool(modifiers & control)
    text = event.text()
    if not text and not ctrl and not alt and Qt.Key.Key_Space <= key <= Qt.Key.Key_AsciiTilde:
        text = chr(key)
    return Stroke(
        text="" if key in _ENTER or key in _TAB else text,
        position=position,
        shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
        # AltGr arrives as Ctrl+Alt on Windows: a character, not a command.
        ctrl=ctrl and not (alt and text.isprintable() and text != ""),
        alt=alt and not (ctrl and text.isprintable() and text != ""),
        keypad=keypad,
        caps=bool(int(event.nativeModifiers()) & _CAPS_LOCK_BIT.get(platform, 0x02)),
        dead=Qt.Key.Key_Dead_Grave <= key <= Qt.Key.Key_Dead_Longsolidusoverlay,
        digit=_keypad_digit(key, keypad, position),
        enter=key in _ENTER,
        tab=key in _TAB,
        at_ms=at_ms,
    )


def stroke_of_commit(text: str, at_ms: int) -> Stroke:
    """Return a stroke for text that an input method put together from more than one key."""
    return Stroke(text=text, at_ms=at_ms)


def _keypad_digit(key: Qt.Key, keypad: bool, position: int | None) -> str:
    if not keypad:
        return ""
    if position is not None and KEYPAD.get(position, "").isdigit():
        return KEYPAD[position]
    if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
        return chr(key)
    return _KEYPAD_WITHOUT_NUM_LOCK.get(key, "")


def key_events(text: str, began_ms: int, gap_ms: int) -> list[QKeyEvent]:
    """Return the press and release of every character, `gap_ms` apart, as a US keyboard makes them.

    Control characters are pressed with Ctrl (GS is Ctrl+]); carriage return and tab are their own keys.
    """
    events: list[QKeyEvent] = []
    for number, char in enumerate(text):
        key, modifiers, shown = _key_for(char)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, modifiers, shown)
            event.setTimestamp(began_ms + number * gap_ms)
            events.append(event)
    return events


def _key_for(char: str) -> tuple[int, Qt.KeyboardModifier, str]:
    if char in "\r\n":
        return Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r"
    if char == "\t":
        return Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t"
    if ord(char) < 0x20:
        return ord(char) | 0x40, Qt.KeyboardModifier.ControlModifier, char
    shifted = char.isupper() or char in '!@#$%^&*()_+{}:"~|<>?'
    modifier = Qt.KeyboardModifier.ShiftModifier if shifted else Qt.KeyboardModifier.NoModifier
    return ord(char.upper()[0]), modifier, char
