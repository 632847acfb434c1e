"""The entry card of a guided step: boxes filled from one shared pad, big choices, and lines for typing by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from coordinator_app.domain.screens import FieldShown
from coordinator_app.ui import theme
from coordinator_app.ui.parts.entry_boxes import PAD_KINDS, Box, EntryBoxes
from coordinator_app.ui.parts.entry_parts import ERASE
from coordinator_app.ui.parts.form_fields import FormField, make_field
from coordinator_app.ui.parts.key_grid import KeyGrid
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.wrap_row import WrapRow


class EntryCard(QWidget):
    """All fields of one step. What was typed leaves only through `values`; a new page makes a new card."""

    def __init__(self, fields: Sequence[FieldShown], parent: QWidget | None = None, *, scan_expected: bool) -> None:
        super().__init__(parent)
        layout = column(self, gap=16)
        self._boxed: list[EntryBoxes] = []
        self._fields: list[FormField] = []
        row = WrapRow(gap=theme.px(28), line_gap=theme.px(12), on_foot=True)
        # The pad belongs to cards that are keyed in throughout; between choices a number is one line among others.
        on_pad = all(field.kind in PAD_KINDS for field in fields)
        for field in fields:
            if on_pad:
                entry = EntryBoxes(field, self)
                entry.touched.connect(self._box_touched)
                self._boxed.append(entry)
                row.addWidget(entry)
        self._boxes: list[Box] = [box for entry in self._boxed for box in entry.boxes]
        self._pad = KeyGrid(self)
        self._pad.pressed.connect(self._key_pressed)
        present(self._pad, bool(self._boxes))
        if self._boxes:
            layout.addLayout(row)
            layout.addWidget(self._pad)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._activate(self._boxes[0])
        for field in fields:
            if not on_pad:
                made = make_field(field, reachable=not scan_expected)
                self._fields.append(made)
                layout.addWidget(made)
        layout.addStretch(1)

    def values(self) -> dict[str, str]:
        """Return everything filled in, by the fields' ids."""
        boxed = {entry.field.id: entry.value() for entry in self._boxed}
        return boxed | {field.field.id: field.value() for field in self._fields}

    def take_focus(self) -> None:
        """Put the keyboard where the first entry goes."""
        if self._boxes:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._fields:
            self._fields[0].take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take characters for the active box; Enter goes on to the next box and sends nothing."""
        if event.key() == Qt.Key.Key_Backspace:
            self._key_pressed(ERASE)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go_on()
        elif self._boxes and event.text() and event.text().isprintable():
            self._key_pressed(event.text())
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _key_pressed(self, key: str) -> None:
        box = self._active
        if key == ERASE:
            if not box.part.text:
                self._go_back()
                box = self._active
            box.part.erase()
        else:
            box.part.press(key)
            if box.part.full:
                self._go_on()
        box.update()

    @Slot(object)
    def _box_touched(self, box: Box) -> None:
        # A touched box is a box to be mended: it starts empty, so that a wrong digit is not left before a right one.
        while box.part.text:
            box.part.erase()
        self._activate(box)

    def _go_on(self) -> None:
        at = self._boxes.index(self._active)
        if at + 1 < len(self._boxes):
            self._activate(self._boxes[at + 1])

    def _go_back(self) -> None:
        at = self._boxes.index(self._active)
        if at > 0:
            self._activate(self._boxes[at - 1])

    def _activate(self, box: Box) -> None:
        self._active = box
        for each in self._boxes:
            each.set_active(each is box)
        self._pad.show_rows(box.part.rows)
        entry = next(each for each in self._boxed if box in each.boxes)
        self.setAccessibleName(entry.heard)
