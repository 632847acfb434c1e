"""A verdict, seen from across the room: shape, word and colour, one next step, and the clock goes on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from coordinator_app.domain.screens import ClockShown, Tone, VerdictPage
from coordinator_app.ui import formats, theme
from coordinator_app.ui.exchange_words import exchange_words
from coordinator_app.ui.parts.aligned_codes import AlignedCodes
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.clock_words import deadline_words
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.parts.tones import StateShape
from coordinator_app.ui.remaining import remaining_text
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.tokens import VERDICT_ACCEPTED, VERDICT_HELD, VERDICT_REFUSED
from coordinator_app.ui.wording import typed_by_hand, worded


class RunningClock(Sentence):
    """The clock that goes on behind a verdict, as one line."""

    def __init__(self, clock: ClockShown, moment: Moment, colour: str, *, centred: bool) -> None:
        super().__init__(20, colour, centred=centred)
        self._clock = clock
        self.tick(moment)

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of the same clock."""
        self._clock = clock
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Compute the time left again."""
        left = remaining_text(self._clock, moment.now_ns)
        self.say([(self.tr("Clock: "), False), *deadline_words(self._clock, moment), (f" ({left})", False)])


class VerdictScreen(PageView):
    """The whole window in one colour. Buttons cannot be reached by a scanner's Enter: the next scan may come."""

    full_window = True

    def __init__(self, page: VerdictPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._around = around
        self._accepted = page.kind == "accepted"
        self._tone = Tone.DUE if page.kind == "held" else Tone.OVERDUE
        refused = VERDICT_HELD if page.kind == "held" else VERDICT_REFUSED
        self._colours = VERDICT_ACCEPTED if self._accepted else refused
        self.scan_expected = True
        outer = column(self, margins=(72, 36, 72, 18), gap=12)
        body = QWidget()
        layout = column(body, gap=14)
        if self._accepted:
            self._add_accepted(layout)
        else:
            self._add_refused(layout)
        self.place(outer, body, ActionBar(page.actions, scan_expected=True, on_fill=True))
        # This page covers the bar at the top, and word and age of the exchange stand on every page.
        self._exchange = self._said("", 16)
        self._exchange.setObjectName("verdict_exchange")
        outer.addWidget(self._exchange)
        self.tick(around.moment)

    def renew_surroundings(self, around: Surroundings) -> None:
        """Take how the exchange stands now."""
        self._around = around

    def tick(self, moment: Moment) -> None:
        """Compute the countdown and the age of the exchange again."""
        super().tick(moment)
        self._exchange.say([(exchange_words(self._around.frame.exchange, moment), False)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the window."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.fill))
        painter.end()

    def _add_accepted(self, layout: QVBoxLayout) -> None:
        layout.addStretch(1)
        layout.addWidget(self._shape(Tone.IN_TIME, 144), 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.px(16))
        layout.addWidget(self._said(worded(self._page.title), 60, bold=True))
        layout.addWidget(self._said(worded(self._page.sentence), 26))
        zone = self._around.moment.zone
        names = " · ".join(f"{name} {formats.clock_time_with_seconds(at, zone)}" for name, at in self._page.names)
        if names:
            layout.addWidget(self._said(names, 23))
        if self._page.typed:
            layout.addWidget(self._said(worded(typed_by_hand(self._page.typed)), 23, bold=True))
        layout.addSpacing(theme.px(8))
        self._add_next(layout)
        layout.addStretch(1)

    def _add_refused(self, layout: QVBoxLayout) -> None:
        if self._page.aligned is None:
            layout.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(theme.px(34))
        head.addWidget(self._shape(self._tone, 108), 0, Qt.AlignmentFlag.AlignTop)
        told = QWidget()
        lines = column(told, gap=4)
        lines.addWidget(self._said(worded(self._page.title), 54, bold=True))
        lines.addWidget(self._said(worded(self._page.sentence), 21))
        head.addWidget(told, 1)
        layout.addLayout(head)
        if self._page.aligned is not None:
            panel = QFrame()
            panel.setStyleSheet(f"QFrame {{ background: {theme.LIGHT.card}; border: none; border-radius: 8px; }}")
            column(panel, margins=(32, 22, 32, 22)).addWidget(AlignedCodes(self._page.aligned))
            layout.addSpacing(theme.px(10))
            layout.addWidget(panel)
        layout.addSpacing(theme.px(14))
        self._add_next(layout)
        layout.addStretch(1 if self._page.aligned is not None else 2)

    def _add_next(self, layout: QVBoxLayout) -> None:
        following = worded(self._page.next_step)
        if following:
            layout.addWidget(self._said(f"→ {following}", 29, bold=True))
        if self._page.clock is not None:
            on_fill = self._colours.on_fill
            clock = RunningClock(self._page.clock, self._around.moment, on_fill, centred=self._accepted)
            self.clock_views.append(clock)
            layout.addWidget(clock)

    def _shape(self, tone: Tone, size: int) -> StateShape:
        return StateShape(tone, size, self._colours.on_fill, self._colours.fill)

    def _said(self, text: str, size: float, *, bold: bool = False) -> Sentence:
        sentence = Sentence(size, self._colours.on_fill, centred=self._accepted)
        sentence.say([(text, bold)])
        return sentence
