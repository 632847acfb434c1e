"""Buttons: 64 px high, what may not be undone kept apart, and none to be reached by a scanner's Enter."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from coordinator_app.domain.screens import ActionShown
from coordinator_app.ui import theme
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.wrap_row import WrapRow
from coordinator_app.ui.theme.icons import icon
from coordinator_app.ui.wording import worded_action

SPARE_KEYS = ("F5", "F6", "F7", "F8", "F10", "F11", "F12")
"""Given to actions that have no key of their own while buttons cannot take the keyboard's focus."""


def plain_button(text: str, role: str = "", *, reachable: bool = True, parent: QWidget | None = None) -> QPushButton:
    """Return a button whose text is shown as it is; `reachable` off keeps the keyboard's focus, and Enter, away."""
    # An ampersand would underline the letter after it and swallow itself: "M&S" must read "M&S".
    button = QPushButton(text.replace("&", "&&"), parent)
    button.setAccessibleName(text)
    button.setAutoDefault(False)
    button.setDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus if reachable else Qt.FocusPolicy.NoFocus)
    if role:
        button.setProperty("role", role)
    return button


def with_keys(actions: Sequence[ActionShown], *, scan_expected: bool) -> tuple[ActionShown, ...]:
    """Return the actions, each with a function key while only keys and touch can reach them."""
    if not scan_expected:
        return tuple(actions)
    taken = {action.key for action in actions}
    spare = iter([key for key in SPARE_KEYS if key not in taken])
    return tuple(action if action.key else msgspec.structs.replace(action, key=next(spare, None)) for action in actions)


class ActionButton(QPushButton):
    """One action of a page; tells which one was pressed."""

    chosen = Signal(object)

    def __init__(
        self, action: ActionShown, *, scan_expected: bool, on_fill: bool = False, parent: QWidget | None = None
    ) -> None:
        text = worded_action(action)
        shown = f"{text}  {action.key}" if action.key else text
        super().__init__(shown.replace("&", "&&"), parent)
        self._action = action
        self.setAccessibleName(text)
        self.setObjectName(f"action:{action.id}")
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if scan_expected else Qt.FocusPolicy.TabFocus)
        # On the full colour of a verdict every button is white: a blue one would vanish on blue.
        role = "danger" if action.danger else "primary" if action.primary and not on_fill else ""
        self.setProperty("role", "-".join(part for part in (role, "on-fill" if on_fill else "") if part) or "action")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._draw_icon(theme.LIGHT if on_fill else theme.look().tokens)
        self.clicked.connect(self._clicked)

    def _draw_icon(self, tokens: theme.Tokens) -> None:
        name = "cross" if self._action.danger else "paper" if self._action.id == "paper" else ""
        if name:
            # Qt leaves 4 px between icon and word whatever their size.
            self.setText(f" {self.text()}")
            self.setIcon(icon(name, tokens.overdue.ink if self._action.danger else tokens.ink))
            self.setIconSize(QSize(theme.px(22), theme.px(22)))

    @Slot()
    def _clicked(self) -> None:
        self.chosen.emit(self._action)


class ActionBar(QWidget):
    """All actions of a page: what stops or destroys at the left, what goes on at the far right."""

    chosen = Signal(object)

    def __init__(
        self,
        actions: Sequence[ActionShown],
        *,
        scan_expected: bool,
        on_fill: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_fill = on_fill
        self.shown = with_keys(actions, scan_expected=scan_expected)
        row = WrapRow(self, gap=theme.px(16), line_gap=theme.px(12))
        far = [action for action in self.shown if action.primary or action.key == "F9"]
        near = [action for action in self.shown if action not in far]
        for action in sorted(near, key=lambda each: not each.danger):
            row.addWidget(self._button(action, scan_expected))
        for action in sorted(far, key=lambda each: each.primary):
            row.add_far(self._button(action, scan_expected))
        present(self, bool(self.shown))

    def _button(self, action: ActionShown, scan_expected: bool) -> ActionButton:
        button = ActionButton(action, scan_expected=scan_expected, on_fill=self._on_fill, parent=self)
        button.chosen.connect(self.chosen)
        return button
