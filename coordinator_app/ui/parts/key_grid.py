"""A pad of keys on the screen; none of them can take the keyboard's focus."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import plain_button
from coordinator_app.ui.parts.entry_parts import ERASE
from coordinator_app.ui.theme.icons import icon

ENTER = "enter"


class KeyGrid(QWidget):
    """Rows of keys; reports the key's character, `erase` or `enter`."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(8))
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._keys: list[QPushButton] = []

    def show_rows(self, rows: tuple[tuple[str, ...], ...]) -> None:
        """Show these keys; the pad keeps the height of three rows so that nothing below it moves."""
        if rows == self._rows:
            return
        self._rows = rows
        for key in self._keys:
            key.hide()
            key.deleteLater()
        self._keys = []
        widest = max(len(row) for row in rows)
        for line, row in enumerate(rows):
            for place, name in enumerate(row):
                # A short last row spreads over the width of the full ones: wide keys are easy to hit.
                share = widest // len(row)
                self._grid.addWidget(self._key(name), line, place * share, 1, share)

    def _key(self, name: str) -> QPushButton:
        shown = "" if name in (ERASE, ENTER) else name
        key = plain_button(shown, "pad", reachable=False, parent=self)
        # Equal keys: the word on one of them must not make its column wider.
        key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        key.setProperty("key", name)
        tokens = theme.look().tokens
        if name == ERASE:
            key.setIcon(icon("erase", tokens.ink, 26))
            key.setAccessibleName(self.tr("Erase"))
        if name == ENTER:
            key.setText(self.tr("Enter"))
            key.setAccessibleName(self.tr("Enter"))
            key.setProperty("role", "pad-enter")
        key.setIconSize(QSize(theme.px(26), theme.px(26)))
        key.clicked.connect(self._key_clicked)
        self._keys.append(key)
        return key

    @Slot()
    def _key_clicked(self) -> None:
        key = self.sender()
        if key is not None:
            self.pressed.emit(str(key.property("key")))
