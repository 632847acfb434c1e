"""Reads key presses below Qt's input method, because a dead key never reaches a window.

On a German host the `=` of a US-set scanner is a dead acute: the input method keeps it and joins it to the next
character. The tap sees the press itself, with its position. It only listens; it never keeps an event from Qt.
X11 only: elsewhere a scanner that meets a dead key fails its calibration card and is set to serial.
"""

from __future__ import annotations

import ctypes
import struct
from collections import deque

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray

from coordinator_app.ui.keyboard_layouts import ENTER_POSITIONS, KEYPAD, TAB_POSITION, Stroke

_X11_PRESS = 2
_MODIFIER_POSITIONS = frozenset({29, 42, 54, 56, 58, 69, 70, 92, 97, 100, 125, 126, 0x11D, 0x138, 0x15B, 0x15C})


class KeyTap(QAbstractNativeEventFilter):
    """The last presses as the window system reported them, modifiers left out."""

    def __init__(self) -> None:
        super().__init__()
        self._presses: deque[Stroke] = deque(maxlen=1024)

    def nativeEventFilter(self, event_type: QByteArray | bytes | bytearray | memoryview, message: int) -> object:  # noqa: N802
        """Note a key press and let every event go on."""
        if bytes(event_type) == b"xcb_generic_event_t":  # type: ignore[arg-type]
            press = read_x11(ctypes.string_at(int(message), 32))
            if press is not None and press.position not in _MODIFIER_POSITIONS:
                self._presses.append(press)
        return False, 0

    def since(self, last_ms: int, gap_ms: int) -> tuple[Stroke, ...]:
        """Return the run of presses that ended at `last_ms`, its suffix left out, walking back over short gaps."""
        run: list[Stroke] = []
        for press in reversed(self._presses):
            if press.at_ms > last_ms:
                continue
            if run and run[-1].at_ms - press.at_ms > gap_ms:
                break
            if press.enter or press.tab:
                if run:
                    break
                continue
            run.append(press)
        return tuple(reversed(run))

    def newest_ms(self) -> int | None:
        """Return when the newest press happened, None before the first."""
        return self._presses[-1].at_ms if self._presses else None

    def forget(self) -> None:
        """Drop what was noted: the run it belongs to has been judged."""
        self._presses.clear()


def read_x11(event: bytes) -> Stroke | None:
    """Return the key press in an `xcb_key_press_event_t` (32 bytes, host byte order), or None for anything else."""
    kind, keycode, _, at_ms = struct.unpack_from("=BBHI", event)
    if kind & 0x7F != _X11_PRESS:
        return None
    (state,) = struct.unpack_from("=H", event, 28)
    position = keycode - 8
    alt = bool(state & 0x08)
    return Stroke(
        position=position,
        shift=bool(state & 0x01),
        caps=bool(state & 0x02),
        ctrl=bool(state & 0x04),
        alt=alt,
        keypad=position in KEYPAD,
        digit=KEYPAD[position] if position in KEYPAD and KEYPAD[position].isdigit() else "",
        enter=position in ENTER_POSITIONS,
        tab=position == TAB_POSITION,
        at_ms=at_ms,
    )
