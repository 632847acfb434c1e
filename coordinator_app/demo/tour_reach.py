"""Gets keys to the window with the focus, and the focus to a button or field, as a person at the keyboard would."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QButtonGroup, QScrollArea, QWidget

from coordinator_app.app import Program
from coordinator_app.ui.key_strokes import key_events
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.scan_catcher import milliseconds

_TYPING_GAP_MS = 90
"""Between two keys of a hand. Only the time stamps say so: the program reads them, and nobody waits."""
_BEFORE_ACTING_MS = 500
_MOST_TABS = 200


class HandStopped(RuntimeError):
    """The program did something else than the story says. The text names the act and what came instead."""


class Reach:
    """The keyboard, and a finger for what only a finger can reach."""

    def __init__(self, program: Program, window: MainWindow, patience_ms: int) -> None:
        self._program = program
        self._window = window
        self._patience_ms = patience_ms
        self._stamp_ms = milliseconds()
        self.surprise = ""
        """Set by whoever listens to the program; the next wait stops the hand with it."""

    def next_stamp(self) -> int:
        """Return the time stamp of the next key: a little after everything before it."""
        self._stamp_ms = max(milliseconds(), self._stamp_ms) + _BEFORE_ACTING_MS
        return self._stamp_ms

    def went_on_until(self, stamp_ms: int) -> None:
        """Remember the stamp of the last key that somebody else queued."""
        self._stamp_ms = max(self._stamp_ms, stamp_ms)

    def come_forward(self) -> None:
        """Make sure the program has the keyboard: without a display nobody gives it back after another window."""
        if cast("QWindow | None", QGuiApplication.focusWindow()) is None:
            self._window.activateWindow()
            self.wait(lambda: cast("QWindow | None", QGuiApplication.focusWindow()) is not None, "come forward")

    def window(self) -> QWindow:
        """Return the window that keys go to: a dialog on top, or the program."""
        focus = cast("QWindow | None", QGuiApplication.focusWindow())
        own = self._window.windowHandle()
        return focus if focus is not None and focus.transientParent() is own else own

    def type(self, text: str) -> None:
        """Type a text at the speed of a hand; Enter is `\\r`."""
        self.come_forward()
        began = self.next_stamp()
        for event in key_events(text, began, _TYPING_GAP_MS):
            QCoreApplication.postEvent(self.window(), event)
        self._stamp_ms = began + len(text) * _TYPING_GAP_MS
        self.settle()

    def key(self, key: Qt.Key, text: str = "") -> None:
        """Press and release one key."""
        self.come_forward()
        stamp = self.next_stamp()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(stamp)
            QCoreApplication.postEvent(self.window(), event)
        self.settle()

    def settle(self) -> None:
        """Let every key arrive that was pressed."""
        QTest.qWait(0)
        self.wait(lambda: not self._program.catcher.is_holding, "keys")

    def wait(self, reached: Callable[[], bool], act: str) -> None:
        """Let the program run until `reached`; raises HandStopped after a surprise or when patience has run out."""
        until = milliseconds() + self._patience_ms
        while True:
            if self._program.exit_code:
                raise HandStopped(f"{act}: the program broke; its log says where.")
            if self.surprise:
                raise HandStopped(f"{act}: {self.surprise}")
            if reached():
                return
            if milliseconds() > until:
                raise HandStopped(f"{act}: nothing came of it within {self._patience_ms} ms.")
            QTest.qWait(2)

    def find(self, name: str) -> QWidget | None:
        """Return the visible widget of this object name on the page."""
        found = self._window.findChildren(QWidget, name)
        return next((each for each in found if each.isVisible() and each.isEnabled()), None)

    def focus(self, name: str) -> QWidget:
        """Bring the keyboard to a widget by pressing Tab; raises HandStopped when Tab never gets there."""
        wanted = self._must_find(name)
        for _ in range(_MOST_TABS):
            if QApplication.focusWidget() is wanted:
                return wanted
            self.key(Qt.Key.Key_Tab, "\t")
        raise HandStopped(f"'{name}' cannot be reached with the keyboard.")

    def press(self, name: str) -> None:
        """Press a button by Tab and space, or touch it where the keyboard is kept away from it."""
        button = self._must_find(name)
        if not isinstance(button, QAbstractButton):
            raise HandStopped(f"'{name}' is not a button.")
        if button.focusPolicy().value & Qt.FocusPolicy.TabFocus.value:
            self._focus_among(button)
            self.key(Qt.Key.Key_Space, " ")
            return
        self._bring_into_sight(button)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def _focus_among(self, button: QAbstractButton) -> None:
        """Bring the keyboard to a button; of several of which one is chosen, Tab reaches one and arrows the others."""
        group = cast("QButtonGroup | None", button.group())
        together = group.buttons() if group is not None and group.exclusive() else [button]
        for _ in range(_MOST_TABS):
            if QApplication.focusWidget() in together:
                break
            self.key(Qt.Key.Key_Tab, "\t")
        for _ in together:
            there = QApplication.focusWidget()
            if there is button or there is None:
                break
            self.key(_arrow(there, button))
        if QApplication.focusWidget() is not button:
            raise HandStopped(f"'{button.objectName()}' cannot be reached with the keyboard.")

    def _must_find(self, name: str) -> QWidget:
        found = self.find(name)
        if found is None:
            # What has just been put on the page is shown with the next events.
            self.settle()
            found = self.find(name)
        if found is None:
            raise HandStopped(f"'{name}' is not on the page.")
        return found

    def _bring_into_sight(self, widget: QWidget) -> None:
        above = widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(widget)
            above = above.parentWidget()


def _arrow(there: QWidget, wanted: QWidget) -> Qt.Key:
    """Return the arrow that leads from one button towards another: up or down first, then sideways."""
    if there.y() != wanted.y():
        return Qt.Key.Key_Down if there.y() < wanted.y() else Qt.Key.Key_Up
    return Qt.Key.Key_Right if there.x() < wanted.x() else Qt.Key.Key_Left
