"""Alarms on top of everything until a named person answers them; answered ones that still hold stay, calmly."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from coordinator_app.domain.screens import AlarmShown, Tone
from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import plain_button
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.parts.tones import StateShape
from coordinator_app.ui.wording import worded

FLASH_MS = 250
"""Half a period at 2 Hz, the rate of a high alarm; below three flashes a second (`reference/ecosystem.md` §2.4)."""


class AlarmStrip(QWidget):
    """The most urgent alarm in full, the others by number."""

    answered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms: tuple[AlarmShown, ...] | None = None
        self._inverse = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(20), theme.px(10), theme.px(20), theme.px(10))
        self._row.setSpacing(theme.px(18))
        self._flash = QTimer(self)
        self._flash.setInterval(FLASH_MS)
        self._flash.timeout.connect(self._turn)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setVisible(False)

    def show_alarms(self, alarms: tuple[AlarmShown, ...]) -> None:
        """Show these alarms; nothing is drawn when there are none."""
        if alarms == self._alarms:
            return
        self._alarms = alarms
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        present(self, bool(alarms))
        self._flash.stop()
        self._inverse = False
        first = self._first()
        if first is not None:
            self._fill(first, len(alarms) - 1)
            if first.acknowledged_by is None and first.level == "high" and not theme.look().calm:
                self._flash.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the fill, and the edge that flashes while a high alarm is not answered."""
        first = self._first()
        if first is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(self.rect(), 6, 6)
        colours = theme.look().tokens.tone(_tone(first))
        painter.fillPath(outline, QColor(colours.fill))
        if self._inverse:
            painter.setClipPath(outline)
            painter.fillRect(0, 0, theme.px(10), self.height(), QColor(colours.on_fill))
        painter.end()

    def _first(self) -> AlarmShown | None:
        alarms = self._alarms or ()
        waiting = [alarm for alarm in alarms if alarm.acknowledged_by is None]
        return next(iter(waiting or alarms), None)

    def _fill(self, alarm: AlarmShown, others: int) -> None:
        colours = theme.look().tokens.tone(_tone(alarm))
        self._row.addWidget(StateShape(_tone(alarm), 30, colours.on_fill, colours.fill))
        told = QWidget()
        lines = column(told, gap=1)
        title = Sentence(18, colours.on_fill)
        title.say([(worded(alarm.say), True)])
        detail = Sentence(17, colours.on_fill)
        detail.say([(self._detail(alarm, others), False)])
        lines.addWidget(title)
        lines.addWidget(detail)
        self._row.addWidget(told, 1)
        if alarm.acknowledged_by is None:
            self._row.addWidget(self._answer_button(alarm))
        self.setAccessibleName(f"{title.text()}. {detail.text()}")

    def _detail(self, alarm: AlarmShown, others: int) -> str:
        parts = [worded(alarm.detail)]
        if alarm.acknowledged_by is not None:
            parts.append(self.tr("Answered by {name}, still so.").format(name=alarm.acknowledged_by))
        if others:
            parts.append(self.tr("{count} more").format(count=others))
        return " · ".join(part for part in parts if part)

    def _answer_button(self, alarm: AlarmShown) -> QPushButton:
        button = plain_button(self.tr("Answer"), reachable=False)
        button.setObjectName("answer")
        button.setProperty("alarm", alarm.id)
        button.clicked.connect(self._answer_clicked)
        return button

    @Slot()
    def _answer_clicked(self) -> None:
        button = self.sender()
        if button is not None:
            self.answered.emit(str(button.property("alarm")))

    @Slot()
    def _turn(self) -> None:
        self._inverse = not self._inverse
        self.update()


def _tone(alarm: AlarmShown) -> Tone:
    if alarm.acknowledged_by is not None:
        return Tone.UNKNOWN
    return Tone.OVERDUE if alarm.level == "high" else Tone.DUE
