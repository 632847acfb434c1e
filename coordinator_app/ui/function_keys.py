"""Function keys by the names that actions carry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def key_name(event: QKeyEvent) -> str | None:
    """Return `F1` to `F12` for a function key pressed alone and once, None for anything else."""
    number = event.key() - Qt.Key.Key_F1.value + 1
    if not 1 <= number <= 12 or event.modifiers() & _MODIFIERS or event.isAutoRepeat():
        return None
    return f"F{number}"
