"""Covers everything after a pause of the machine, until fresh times have been read."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from coordinator_app.ui import theme
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.theme.icons import paint_icon
from coordinator_app.ui.theme.tokens import NIGHT


class Veil(QWidget):
    """Opaque on purpose: a time that may be wrong must not be readable behind it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        layout = column(self, margins=(72, 180, 72, 72), gap=14)
        layout.addStretch(1)
        self._title = Sentence(42, NIGHT.ink, centred=True)
        self._told = Sentence(20, NIGHT.soft, centred=True)
        layout.addWidget(self._title)
        layout.addWidget(self._told)
        layout.addStretch(1)
        self.setVisible(False)

    def cover(self, gap: str) -> None:
        """Cover the window and say how long the workstation was away."""
        self._title.say([(self.tr("Reading the clocks again"), True)])
        told = self.tr("This workstation stood still for {gap}. The times come back as soon as they are certain.")
        self._told.say([(told.format(gap=gap), False)])
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.raise_()
        self.setVisible(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and a clock."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(NIGHT.ground))
        side = theme.px(96)
        box = QRectF((self.width() - side) / 2, self.height() / 2 - theme.px(190), side, side)
        paint_icon(painter, "clocks", box, QColor(NIGHT.due.ink))
        painter.end()
