"""Keeps an event filter where keys arrive: on the window and on the object that have the focus, wherever that moves.

A filter on the whole application would be simpler, but PySide then wraps the target of every event of every timer and
backend in Python; among those are objects it has no type for, and it was seen to crash there (6.11.3).
"""

from __future__ import annotations

from typing import cast

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodQueryEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QMainWindow, QWidget


class FocusPlaces(QObject):
    """Moves `watcher` along with the focus: keys and mouse reach the window first, an input method the object."""

    def __init__(self, watcher: QObject) -> None:
        super().__init__(watcher)
        self._watcher = watcher
        self._windows: list[QWindow] = []
        self._focus: QObject | None = None
        self._following = False

    def follow(self) -> None:
        """Begin with the window that has the focus now."""
        app = cast("QGuiApplication", QGuiApplication.instance())
        app.focusWindowChanged.connect(self._window_changed)
        app.focusObjectChanged.connect(self._object_changed)
        self._following = True
        self._window_changed(cast("QWindow | None", QGuiApplication.focusWindow()))
        self._object_changed(cast("QObject | None", QGuiApplication.focusObject()))

    def leave(self) -> None:
        """Take the filter away everywhere."""
        if not self._following:
            return
        self._following = False
        app = cast("QGuiApplication", QGuiApplication.instance())
        app.focusWindowChanged.disconnect(self._window_changed)
        app.focusObjectChanged.disconnect(self._object_changed)
        for place in (*self._windows, self._focus):
            if place is not None and shiboken6.isValid(place):
                place.removeEventFilter(self._watcher)
        self._windows, self._focus = [], None

    def add(self, window: QWindow) -> None:
        """Watch a window that may be typed into before it has the focus; each is watched once."""
        self._windows = [known for known in self._windows if shiboken6.isValid(known)]
        if window not in self._windows:
            self._windows.append(window)
            window.installEventFilter(self._watcher)

    @Slot(QWindow)
    def _window_changed(self, window: QWindow | None) -> None:
        if window is not None:
            self.add(window)

    @Slot(QObject)
    def _object_changed(self, focus: QObject | None) -> None:
        if self._focus is not None and shiboken6.isValid(self._focus) and self._focus is not focus:
            self._focus.removeEventFilter(self._watcher)
        self._focus = focus
        # A window without a focused widget is its own focus object, and is watched as a window already.
        if focus is not None and not focus.isWindowType():
            focus.installEventFilter(self._watcher)


def takes_text() -> bool:
    """Tell whether the object with the focus takes typed characters.

    Fields of Qt say so to the input method. The program's own pads for PINs and dates take plain key presses; they are
    known by taking the focus at a touch, which neither buttons nor anything else on a page does but lists.
    """
    focus = cast(QObject | None, QGuiApplication.focusObject())
    if focus is None:
        return False
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QCoreApplication.sendEvent(focus, query)
    if query.value(Qt.InputMethodQuery.ImEnabled):
        return True
    if not isinstance(focus, QWidget) or isinstance(focus, QAbstractButton | QAbstractScrollArea | QMainWindow):
        return False
    return bool(focus.focusPolicy().value & Qt.FocusPolicy.ClickFocus.value)
