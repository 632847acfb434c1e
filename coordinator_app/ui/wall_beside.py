"""The clock wall as a window of its own, beside the program or on another screen."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from coordinator_app.domain.screens import Frame
from coordinator_app.ui import formats
from coordinator_app.ui.heard import Heard
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.wall_window import WallWindow


class WallBeside(QObject):
    """Opens the wall when it is first wanted, moves it on, and keeps it filled while it is to be seen."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._wall: WallWindow | None = None
        self._newest: tuple[Frame, Moment, Heard] | None = None

    def show_clocks(self, frame: Frame, moment: Moment, *, sound: Heard) -> None:
        """Take fresh records; a wall that is to be seen shows them."""
        self._newest = (frame, moment, sound)
        if self._wall is not None and self._wall.isVisible():
            self._wall.show_clocks(frame, moment, sound=sound)

    @Slot()
    def go_on(self) -> None:
        """Open the wall, move it to the next screen, or close it."""
        if self._wall is None:
            self._wall = WallWindow(self._window)
            self._wall.moved_on.connect(self.go_on)
        self._wall.go_on(self._window.screen(), self._fill)

    def tick(self, moment: Moment) -> None:
        """Compute every countdown again."""
        if self._wall is not None and self._wall.isVisible():
            self._wall.tick(moment)

    def cover(self, length: timedelta) -> None:
        """Cover the wall after a pause of the machine: what it shows may be wrong."""
        if self._wall is not None:
            self._wall.cover(formats.duration(length))

    def leave(self) -> None:
        """Close the wall with the program."""
        if self._wall is not None:
            self._wall.close()

    def _fill(self) -> None:
        if self._wall is not None and self._newest is not None:
            frame, moment, sound = self._newest
            self._wall.show_clocks(frame, moment, sound=sound)
