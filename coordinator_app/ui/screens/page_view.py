"""What every page can do: report what was pressed, compute its countdowns again, take fresh readings of its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coordinator_app.domain.inputs import Opened, Pressed
from coordinator_app.domain.screens import ActionShown, ClockShown, Frame, Page
from coordinator_app.ui import theme
from coordinator_app.ui.heard import Heard
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.surfaces import column, scrolled
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import GAP


class ShowsClock(Protocol):
    """A widget that shows one countdown."""

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of the same clock."""

    def tick(self, moment: Moment) -> None:
        """Compute the time left again."""


class Surroundings:
    """What a page may need to know beside its own record."""

    def __init__(self, frame: Frame, moment: Moment, *, sound: Heard | bool = True) -> None:
        self.frame = frame
        self.moment = moment
        self.sound = sound


class PageView(QWidget):
    """One page. `done` carries an Input record; `full_window` pages stand without navigation and top bar."""

    done = Signal(object)
    full_window = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self.actions_shown: tuple[ActionShown, ...] = ()
        self.scan_expected = False
        self.clock_views: list[ShowsClock] = []

    def tick(self, moment: Moment) -> None:
        """Compute every countdown again."""
        for view in self.clock_views:
            view.tick(moment)

    def renew_clocks(self, clocks: Sequence[ClockShown], moment: Moment) -> None:
        """Show fresh readings of the same clocks in the same order."""
        for view, clock in zip(self.clock_views, clocks, strict=True):
            view.show_clock(clock, moment)

    @Slot(object)
    def act(self, action: ActionShown) -> None:
        """Report an action; pages with fields send what was filled in instead."""
        self.done.emit(Pressed(action=action.id))

    @Slot(str)
    def open_thing(self, what: str) -> None:
        """Report that the person goes somewhere; a row may name it as the action `open:…`."""
        self.done.emit(Opened(what=what.removeprefix("open:")))

    def renews(self, page: Page) -> bool:
        """Take a fresh record of the same page in place, where this page can; nothing on it moves then."""
        return False

    def renew_surroundings(self, around: Surroundings) -> None:
        """Take what stands around the page anew; only a page that tells of it itself has anything to do."""

    def place(self, layout: QVBoxLayout, body: QWidget, bar: ActionBar, *, gap: int = GAP) -> None:
        """Put a body that scrolls above the actions; with large text the actions scroll along, at its end.

        Left in place they would take the room in which the instruction is read; their keys work all the same.
        """
        if theme.look().scale < LARGE_TEXT:
            self.stand(layout, scrolled(body), bar)
            return
        bar.chosen.connect(self.act)
        self.actions_shown = bar.shown
        together = QWidget()
        inner = column(together, gap=gap)
        inner.addWidget(body, 1)
        inner.addWidget(bar)
        layout.addWidget(scrolled(together), 1)

    def stand(self, layout: QVBoxLayout, body: QWidget, bar: ActionBar) -> None:
        """Put a body as it is above the actions."""
        bar.chosen.connect(self.act)
        self.actions_shown = bar.shown
        layout.addWidget(body, 1)
        layout.addWidget(bar)

    def leave(self) -> None:
        """Go back by Escape, where a page can be left without an action."""

    def take_focus(self) -> None:
        """Put the keyboard where typing begins; most pages begin with a scan and need none."""
