"""Alarms on top of everything until a named person answers them; answered ones that still hold stay, calmly."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from coordinator_app.domain.screens import AlarmShown, Tone
from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import plain_button
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.parts.tones import StateShape
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.wording import worded

FLASH_MS = {"high": 250, "medium": 1000}
"""Half a period: a high alarm at 2 Hz, a medium one at 0.5 Hz, a low one stands still (`reference/ecosystem.md` §2.4).
Three flashes a second are never reached."""


class AlarmStrip(QWidget):
    """The most urgent alarm in full, the others by number."""

    answered = Signal(str)
    pause_asked = Signal()
    """The sound is to be held for a while."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms: tuple[AlarmShown, ...] | None = None
        self._answerable, self._sound = True, False
        self._pause_button: QPushButton | None = None
        self._inverse = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(20), theme.px(10), theme.px(20), theme.px(10))
        self._row.setSpacing(theme.px(18))
        self._flash = QTimer(self)
        self._flash.timeout.connect(self._turn)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setVisible(False)

    def show_alarms(self, alarms: tuple[AlarmShown, ...], *, answerable: bool = True, sound: bool = False) -> None:
        """Show these alarms; nothing is drawn when there are none.

        Nobody can answer while nobody is signed in; the sound can be paused all the same, where there is one.
        """
        if (alarms, answerable, sound) == (self._alarms, self._answerable, self._sound):
            return
        self._alarms, self._answerable, self._sound = alarms, answerable, sound
        self._pause_button = None
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
            if first.acknowledged_by is None and first.level in FLASH_MS and not theme.look().calm:
                self._flash.start(FLASH_MS[first.level])

    def show_pause(self, seconds: int | None) -> None:
        """Show how long the sound stays away, or offer to pause it."""
        if self._pause_button is None:
            return
        said = self.tr("Pause sound")
        if seconds is not None:
            said = self.tr("Sound off for {time}").format(time=f"{seconds // 60}:{seconds % 60:02d}")
        if self._pause_button.text() != said:
            self._pause_button.setText(said)
            self._pause_button.setEnabled(seconds is None)

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
        buttons = QBoxLayout(
            # With large text the sentence needs the width.
            QBoxLayout.Direction.TopToBottom if theme.look().scale >= LARGE_TEXT else QBoxLayout.Direction.LeftToRight
        )
        buttons.setSpacing(theme.px(10))
        if alarm.acknowledged_by is None and self._sound:
            self._pause_button = plain_button(self.tr("Pause sound"), reachable=False)
            self._pause_button.setObjectName("pause_sound")
            self._pause_button.clicked.connect(self._pause_clicked)
            buttons.addWidget(self._pause_button)
        if alarm.acknowledged_by is None and self._answerable:
            buttons.addWidget(self._answer_button(alarm))
        beside = QWidget()
        beside.setLayout(buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        present(beside, buttons.count() > 0)
        self._row.addWidget(beside)
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
    def _pause_clicked(self) -> None:
        self.pause_asked.emit()

    @Slot()
    def _turn(self) -> None:
        self._inverse = not self._inverse
        self.update()


def _tone(alarm: AlarmShown) -> Tone:
    if alarm.acknowledged_by is not None:
        return Tone.UNKNOWN
    return Tone.OVERDUE if alarm.level == "high" else Tone.DUE
