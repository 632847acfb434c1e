"""Everything that a person at a window can see, hear or have read out, so that two pages can be compared."""

from __future__ import annotations

import logging
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QBuffer, QIODevice, QTimer
from PySide6.QtGui import QAccessible, QClipboard, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.sounds import Sounds


class Heard(Sounds):
    """The program's own sounds, noted instead of played: by name, such as accepted or alarm-high."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.available = True
        self.asked: list[str] = []

    def _play(self, name: str) -> None:
        self.asked.append(name)


class Logged(logging.Handler):
    """Every line that the program writes to its log, as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(f"{record.name} {record.levelname} {record.getMessage()}")


class Shown(Struct, frozen=True):
    """One page as it stood: every widget in its order, the picture of the whole window, and the sounds since before.

    `beside` is what people do not look at and a program can leave behind: the title of the window, the clipboard, what
    is marked with the mouse, the lines written to the log since before, and every timer that runs with its interval.
    """

    tree: tuple[str, ...]
    picture: bytes
    sounds: tuple[str, ...]
    beside: tuple[str, ...] = ()


def looked_at(window: MainWindow, heard: Heard, logged: Logged | None = None) -> Shown:
    """Return the page now shown, and forget the sounds and the lines of the log that led to it."""
    sounds, heard.asked = tuple(heard.asked), []
    lines: list[str] = []
    if logged is not None:
        lines, logged.lines = logged.lines, []
    tree = tuple(_told(widget) for widget in (window, *window.findChildren(QWidget)))
    return Shown(tree, _png(window), sounds, (*_beside(window), *lines))


def _beside(window: MainWindow) -> tuple[str, ...]:
    board = QApplication.clipboard()
    marked = board.text(QClipboard.Mode.Selection) if board.supportsSelection() else ""
    timers = [each for each in (window, *window.findChildren(QTimer)) if isinstance(each, QTimer) and each.isActive()]
    running = sorted(f"timer {each.interval()} {each.isSingleShot()}" for each in timers)
    return f"title {window.windowTitle()}", f"clipboard {board.text()}", f"marked {marked}", *running


def _told(widget: QWidget) -> str:
    """Return one widget: class, name, texts, what screen readers are told, place, and whether it can be used."""
    told = [type(widget).__name__, widget.objectName(), widget.accessibleName(), widget.accessibleDescription()]
    told += [str(widget.property(name)) for name in ("text", "currentText", "toolTip", "checked", "enabled")]
    heard = QAccessible.queryAccessibleInterface(widget)
    if heard is not None:
        told += [heard.text(QAccessible.Text.Name), heard.text(QAccessible.Text.Value), str(heard.role())]
    has_focus = QApplication.focusWidget() is widget
    return " | ".join([*told, str(widget.geometry().getRect()), str(widget.isVisible()), str(has_focus)])


def _png(window: MainWindow) -> bytes:
    picture: QPixmap = window.grab()
    kept = QBuffer()
    kept.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(kept, "PNG")
    return bytes(kept.data().data())
