"""What needs this person now, most urgent first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coordinator_app.domain.screens import ClockShown, TaskShown, TodayPage, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.picture import Picture
from coordinator_app.ui.parts.surfaces import StripedCard, column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.parts.tones import ToneChip
from coordinator_app.ui.remaining import remaining_text, shown_tone
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.theme.tokens import PAGE_MARGIN
from coordinator_app.ui.wording import worded


class TaskRow(StripedCard):
    """One thing that needs somebody; the whole row can be pressed."""

    opened = Signal(str)

    def __init__(self, task: TaskShown, moment: Moment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._opens = task.opens
        self._clock = task.clock
        self._tone_given = task.tone
        self._badge = worded(task.badge) if task.badge is not None else ""
        self._chip = ToneChip(task.tone)
        self._chip.show_tone(task.tone, self._badge)
        self._figures = Figures(28, theme.look().tokens.ink, right=True)
        if theme.look().scale >= LARGE_TEXT:
            self._stack(task)
        else:
            self._abreast(task)
        self.setMinimumHeight(theme.px(76))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{worded(task.title)}, {worded(task.who)}, {worded(task.note)}")
        self.set_tone(task.tone)
        self._figures.show_text("–", theme.look().tokens.ink)
        if task.clock is not None:
            self.show_clock(task.clock, moment)

    def _abreast(self, task: TaskShown) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(28), theme.px(12), theme.px(20), theme.px(12))
        row.setSpacing(theme.px(20))
        holder = QWidget()
        holder.setFixedWidth(theme.wide(150))
        column(holder).addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(holder)
        title = QWidget()
        lines = column(title, gap=2)
        lines.addWidget(words(worded(task.title), "large"))
        lines.addWidget(words(worded(task.who), "soft"))
        row.addWidget(title, 6)
        row.addWidget(words(worded(task.note), "body"), 4)
        self._figures.setFixedWidth(theme.wide(170))
        row.addWidget(self._figures)

    def _stack(self, task: TaskShown) -> None:
        lines = column(self, margins=(28, 12, 20, 12), gap=4)
        top = QHBoxLayout()
        top.addWidget(self._chip)
        top.addWidget(self._figures, 1)
        lines.addLayout(top)
        for said, role in ((task.title, "large"), (task.who, "soft"), (task.note, "body")):
            lines.addWidget(words(worded(said), role))

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of the same clock."""
        self._clock = clock
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Compute the time left again; beyond two days the instant says more than the hours."""
        if self._clock is None:
            return
        tokens = theme.look().tokens
        # The desk's word stands; only a limit that passed since then is told at once.
        tone = shown_tone(self._clock, moment.now_ns)
        tone = tone if tone is Tone.OVERDUE else self._tone_given
        self.set_tone(tone)
        self._chip.show_tone(tone, self._badge)
        self._figures.show_text(remaining_text(self._clock, moment.now_ns), tokens.ink)
        if self._clock.deadline is not None:
            at = formats.instant(self._clock.deadline, moment.zone, moment.now)
            self._figures.setAccessibleName(f"{self._figures.text()}, {at}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the thing."""
        self.opened.emit(self._opens)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the thing by Space or Enter."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._opens)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row, and the ring of the keyboard's focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            for inset, colour in ((1, theme.look().tokens.focus_outer), (4, theme.look().tokens.focus_inner)):
                painter.setPen(QPen(QColor(colour), 3))
                painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset - 1, -inset - 1), 5, 5)
            painter.end()


class TodayScreen(PageView):
    """The list, and below it what comes later."""

    def __init__(self, page: TodayPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self, margins=(PAGE_MARGIN, 18, PAGE_MARGIN, 20), gap=12)
        head = QHBoxLayout()
        head.addWidget(words(self.tr("What needs you now"), "title", wrap=False), 1)
        head.addWidget(words(self.tr("Scan anything to begin"), "hint", wrap=False))
        layout.addLayout(head)
        body = QWidget()
        rows = column(body, gap=12)
        for task in page.tasks:
            row = TaskRow(task, around.moment)
            row.opened.connect(self.open_thing)
            if task.clock is not None:
                self.clock_views.append(row)
            rows.addWidget(row)
        if not page.tasks:
            rows.addStretch(1)
            rows.addWidget(Picture("code", 112, beam=True), 0, Qt.AlignmentFlag.AlignHCenter)
            rows.addWidget(words(self.tr("Nothing needs you now"), "question", centred=True))
            rows.addWidget(words(self.tr("Scan a bag, a box or a wristband to begin."), "hint", centred=True))
        told = self.tr("Later today: {later} · This week: {week} · Done today: {done}")
        rows.addWidget(words(told.format(later=page.later, week=page.week, done=page.done), "soft"))
        rows.addStretch(1)
        self.place(layout, body, ActionBar(page.actions, scan_expected=False))
