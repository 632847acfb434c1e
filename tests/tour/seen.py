"""Everything that a person at a window can see, hear or have read out, so that two pages can be compared."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QAccessible, QPixmap
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


class Shown(Struct, frozen=True):
    """One page as it stood: every widget in its order, the picture of the whole window, and the sounds since before."""

    tree: tuple[str, ...]
    picture: bytes
    sounds: tuple[str, ...]


def looked_at(window: MainWindow, heard: Heard) -> Shown:
    """Return the page now shown, and forget the sounds that led to it."""
    sounds, heard.asked = tuple(heard.asked), []
    return Shown(tuple(_told(widget) for widget in (window, *window.findChildren(QWidget))), _png(window), sounds)


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
