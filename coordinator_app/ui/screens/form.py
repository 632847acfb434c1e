"""Things to fill in that are not a step at the patient."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from coordinator_app.domain.inputs import Submitted
from coordinator_app.domain.screens import ActionShown, FormPage, Tone
from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.form_fields import ChoiceField, FormField, NoteField, make_field
from coordinator_app.ui.parts.marks import MarksList
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.surfaces import card, column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import GAP, PAGE_MARGIN
from coordinator_app.ui.wording import worded, worded_note

ONE_COLUMN = 3
"""Up to so many fields stand under one another; more go side by side so that the form fits one screen."""


class FormScreen(PageView):
    """Title, what it is for, the fields, and the actions below."""

    def __init__(self, page: FormPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._fields: list[FormField] = []
        layout = column(self, margins=(PAGE_MARGIN, 18, PAGE_MARGIN, 20), gap=12)
        layout.addWidget(words(worded(page.title), "title"))
        layout.addWidget(words(worded(page.intro), "soft"))
        if page.note is not None:
            layout.addWidget(NoteStrip(worded_note(page.note), Tone.DUE))
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(20))
        if page.marks and theme.look().scale < LARGE_TEXT:
            row.addWidget(self._steps())
        row.addWidget(self._filled_in(), 3)
        if len(page.fields) <= ONE_COLUMN and theme.look().scale < LARGE_TEXT:
            row.addStretch(1)
        self.place(layout, body, ActionBar(self._actions(), scan_expected=False))

    def take_focus(self) -> None:
        """Put the keyboard into the first empty field."""
        empty = [field for field in self._fields if not field.value()]
        if empty:
            empty[0].take_focus()

    @Slot(object)
    def act(self, action: ActionShown) -> None:
        """Send the form with the action that goes on; any other action goes alone."""
        if self._fields and action.primary:
            values = {field.field.id: field.value() for field in self._fields}
            self.done.emit(Submitted(values=values, action=action.id))
        else:
            super().act(action)

    def _actions(self) -> tuple[ActionShown, ...]:
        if not self._page.fields or any(action.primary for action in self._page.actions):
            return self._page.actions
        return (*self._page.actions, ActionShown(id="save", primary=True))

    def _steps(self) -> QFrame:
        frame = card()
        column(frame, margins=(20, 14, 20, 12)).addWidget(MarksList(self._page.marks))
        frame.setFixedWidth(theme.wide(250))
        return frame

    def _filled_in(self) -> QFrame:
        frame = card()
        stack = column(frame, margins=(24, 20, 24, 20))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(32))
        grid.setVerticalSpacing(theme.px(GAP))
        narrow = len(self._page.fields) <= ONE_COLUMN or theme.look().scale >= LARGE_TEXT
        line, place = 0, 0
        for shown in self._page.fields:
            field = make_field(shown)
            self._fields.append(field)
            # Long choices and notes need the whole width; everything else goes two to a line.
            if narrow or isinstance(field, NoteField) or (isinstance(field, ChoiceField) and len(shown.choices) > 4):
                line += 1 if place else 0
                grid.addWidget(field, line, 0, 1, 2)
                line, place = line + 1, 0
                continue
            grid.addWidget(field, line, place)
            line, place = (line + 1, 0) if place else (line, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        stack.addLayout(grid)
        stack.addStretch(1)
        return frame
