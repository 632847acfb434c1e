"""The screen when the program is broken: the absolute deadlines stay readable, and one key brings the paper sheet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from coordinator_app.domain.screens import ActionShown, ClockShown, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.buttons import ActionBar
from coordinator_app.ui.parts.surfaces import column, rule, scrolled
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.parts.tones import StateShape
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.tokens import VERDICT_REFUSED
from coordinator_app.ui.wording import worded_word


class BrokenScreen(PageView):
    """Stop, do not use. No countdown stands here: what counts it may be what is broken."""

    full_window = True

    def __init__(
        self,
        sentence: str,
        clocks: Sequence[ClockShown],
        around: Surroundings,
        parent: QWidget | None = None,
        *,
        may_open_again: bool = False,
        known: bool = True,
    ) -> None:
        super().__init__(parent)
        self._around = around
        self._known = known
        outer = column(self, margins=(72, 36, 72, 36), gap=18)
        head = QHBoxLayout()
        head.setSpacing(theme.px(34))
        shape = StateShape(Tone.OVERDUE, 108, VERDICT_REFUSED.on_fill, VERDICT_REFUSED.fill)
        head.addWidget(shape, 0, Qt.AlignmentFlag.AlignTop)
        told = QWidget()
        lines = column(told, gap=4)
        lines.addWidget(self._said(self.tr("Stop using this workstation"), 54, bold=True))
        lines.addWidget(self._said(sentence, 22))
        head.addWidget(told, 1)
        outer.addLayout(head)
        body = QWidget()
        column(body).addWidget(self._deadlines(clocks))
        outer.addWidget(scrolled(body), 1)
        outer.addWidget(self._said(self.tr("→ Press F9 for the paper sheet and go on by paper."), 27, bold=True))
        phones = " · ".join(f"{worded_word(who)} {number}" for who, number in around.frame.phones.items())
        outer.addWidget(self._said(phones, 20))
        again = (ActionShown(id="open_again", key="F5"),) if may_open_again else ()
        bar = ActionBar((*again, ActionShown(id="paper", key="F9")), scan_expected=True, on_fill=True)
        bar.chosen.connect(self.act)
        self.actions_shown = bar.shown
        outer.addWidget(bar)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the window."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(VERDICT_REFUSED.fill))
        painter.end()

    def _deadlines(self, clocks: Sequence[ClockShown]) -> QFrame:
        panel = QFrame()
        panel.setObjectName("deadlines")
        panel.setStyleSheet(f"QFrame#deadlines {{ background: {theme.LIGHT.card}; border: none; border-radius: 8px; }}")
        layout = column(panel, margins=(32, 18, 32, 18), gap=10)
        heading = Sentence(18, theme.LIGHT.soft)
        heading.say([(self.tr("Deadlines, as last known"), True)])
        layout.addWidget(heading)
        for number, clock in enumerate(clocks):
            if number:
                layout.addWidget(rule())
            layout.addWidget(self._deadline(clock))
        if not clocks:
            nothing = Sentence(22, theme.LIGHT.ink)
            none = self.tr("No clock was running here.")
            unread = self.tr("Not known: the record was never opened. Look at the paper sheet, or ring the pharmacy.")
            nothing.say([(none if self._known else unread, False)])
            layout.addWidget(nothing)
        layout.addStretch(1)
        return panel

    def _deadline(self, clock: ClockShown) -> Sentence:
        line = Sentence(22, theme.LIGHT.ink)
        at = clock.deadline or clock.earliest
        zone, now = self._around.moment.zone, self._around.moment.now
        wait = clock.deadline is None and clock.earliest is not None
        time = formats.instant(at, zone, now, opening=wait) if at is not None else self.tr("not known")
        said = self.tr("{name} · {title}, not before ") if wait else self.tr("{name} · {title} by ")
        line.say([(said.format(name=clock.wall_name, title=clock.title), False), (time, True)])
        return line

    def _said(self, text: str, size: float, *, bold: bool = False) -> Sentence:
        sentence = Sentence(size, VERDICT_REFUSED.on_fill)
        sentence.say([(text, bold)])
        return sentence
