"""What stands around every page: navigation, top bar, notices, alarms, one message; and the room for the page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from coordinator_app.domain.screens import Frame, Say, Tone
from coordinator_app.ui import theme
from coordinator_app.ui.alarm_strip import AlarmStrip
from coordinator_app.ui.heard import Heard
from coordinator_app.ui.navigation import Navigation
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.notes import NoteStrip
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.power import Power
from coordinator_app.ui.screens.page_view import PageView
from coordinator_app.ui.theme.tokens import PAGE_MARGIN
from coordinator_app.ui.top_bar import TopBar
from coordinator_app.ui.wording import worded


class FrameView(QWidget):
    """Holds one page at a time, within the frame or over the full window."""

    opened = Signal(str)
    alarm_answered = Signal(str)
    sound_pause_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ground")
        self._screen: PageView | None = None
        self._notices_shown: tuple[Say, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._navigation = Navigation(self)
        self._navigation.opened.connect(self.opened)
        row.addWidget(self._navigation)
        self._framed = QWidget()
        self._framed.setObjectName("ground")
        stack = column(self._framed)
        self._top = TopBar()
        stack.addWidget(self._top)
        stack.addLayout(self._strips())
        self._page_room = QWidget()
        self._page_layout = column(self._page_room)
        stack.addWidget(self._page_room, 1)
        row.addWidget(self._framed, 1)
        self._full = QWidget()
        self._full_layout = column(self._full)
        row.addWidget(self._full, 1)

    def show_frame(self, frame: Frame, moment: Moment, power: Power | None, *, sound: Heard | bool) -> None:
        """Show what stands around the page."""
        self._top.show_frame(frame, moment, power, sound=sound)
        self._navigation.show_frame(frame)
        self._alarms.show_alarms(frame.alarms, answerable=frame.person is not None, sound=bool(sound))
        present(self._alarm_room, bool(frame.alarms))
        if frame.notices != self._notices_shown:
            self._notices_shown = frame.notices
            _refill(self._notices, [NoteStrip(worded(notice), Tone.DUE, size=15) for notice in frame.notices])

    def show_message(self, text: str, tone: Tone) -> None:
        """Show one sentence above the page until the person does something else."""
        _refill(self._message, [NoteStrip(text, tone)])

    def clear_message(self) -> None:
        """Take the sentence away."""
        _refill(self._message, [])

    def show_pause(self, seconds: int | None) -> None:
        """Show how long the sound of the alarms stays away; None while it does not."""
        self._alarms.show_pause(seconds)

    def tick(self, moment: Moment) -> None:
        """Show the time of day and the age of the exchange again."""
        self._top.tick(moment)

    def room_for(self, *, full_window: bool) -> QWidget:
        """Return what a screen is to be built on, so that it need not move when it is shown."""
        return self._full if full_window else self._page_room

    def put(self, screen: PageView, *, navigation: bool) -> None:
        """Show a screen and let go of the one before."""
        old, self._screen = self._screen, screen
        if old is not None:
            old.hide()
            (self._full_layout if old.full_window else self._page_layout).removeWidget(old)
            # Its own button may be what brought us here, and the new page is painted first: then it is deleted. It
            # keeps its parent until then, for to take that away would dress every piece of it anew.
            QTimer.singleShot(0, old, old.deleteLater)
        (self._full_layout if screen.full_window else self._page_layout).addWidget(screen)
        present(self._navigation, navigation and not screen.full_window)
        present(self._framed, not screen.full_window)
        present(self._full, screen.full_window)
        screen.show()

    def _strips(self) -> QVBoxLayout:
        holder = QVBoxLayout()
        holder.setContentsMargins(theme.px(PAGE_MARGIN), 0, theme.px(PAGE_MARGIN), 0)
        holder.setSpacing(0)
        self._notices = QWidget()
        column(self._notices, margins=(0, 10, 0, 0), gap=6)
        self._alarm_room = QWidget()
        self._alarms = AlarmStrip()
        self._alarms.answered.connect(self.alarm_answered)
        self._alarms.pause_asked.connect(self.sound_pause_asked)
        column(self._alarm_room, margins=(0, 16, 0, 0)).addWidget(self._alarms)
        self._message = QWidget()
        column(self._message, margins=(0, 12, 0, 0))
        for strip in (self._notices, self._alarm_room, self._message):
            strip.hide()
            holder.addWidget(strip)
        return holder


def _refill(room: QWidget, strips: Sequence[QWidget]) -> None:
    layout = room.layout()
    if layout is None:
        return
    while (item := layout.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.setParent(None)
            old.deleteLater()
    for strip in strips:
        layout.addWidget(strip)
    present(room, bool(strips))
