"""Before the program is closed while clocks run: which, until when, and that nobody hears them here meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from coordinator_app.domain.screens import ClockShown
from coordinator_app.ui import theme
from coordinator_app.ui.parts.buttons import plain_button
from coordinator_app.ui.parts.clock_words import deadline_words
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import Sentence, words

LISTED = 6
"""More clocks than these are told by number: the question must fit a small window."""


class LeavingDialog(QDialog):
    """Asks once. Enter and Escape stay; a scanner's Enter must never close the program."""

    def __init__(self, clocks: tuple[ClockShown, ...], moment: Moment, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Clocks are running"))
        self.setModal(True)
        self.setMinimumWidth(theme.wide(640))
        layout = column(self, margins=(28, 22, 28, 22), gap=12)
        layout.addWidget(words(self.tr("Clocks are running"), "title"))
        told = self.tr("While the program is closed, nobody hears their alarms at this workstation.")
        layout.addWidget(words(told, "body"))
        ink = theme.look().tokens.ink
        for clock in clocks[:LISTED]:
            line = Sentence(19, ink)
            line.say([(f"{clock.wall_name}: ", True), *deadline_words(clock, moment)])
            layout.addWidget(line)
        if len(clocks) > LISTED:
            more = self.tr("{count} more clocks").format(count=len(clocks) - LISTED)
            layout.addWidget(words(more, "strong"))
        layout.addSpacing(theme.px(8))
        row = QHBoxLayout()
        leave = plain_button(self.tr("Close the program"), "danger")
        leave.setObjectName("leave")
        leave.clicked.connect(self.accept)
        stay = plain_button(self.tr("Stay"), "primary")
        stay.setObjectName("stay")
        stay.clicked.connect(self.reject)
        row.addWidget(leave)
        row.addStretch(1)
        row.addWidget(stay)
        layout.addLayout(row)
        stay.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Stay by Enter, whatever has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.reject()
            return
        super().keyPressEvent(event)
