"""Drawings as widgets: what to scan, and small signs beside words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coordinator_app.ui import theme
from coordinator_app.ui.theme.drawings import paint_drawing
from coordinator_app.ui.theme.icons import paint_icon


class Picture(QWidget):
    """One drawing, with the scanner's beam when a scan is expected."""

    def __init__(self, name: str, side: int, parent: QWidget | None = None, *, beam: bool = False) -> None:
        super().__init__(parent)
        self._name = name
        self._side = side
        self._beam = beam
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return a box wide enough for the beam, which comes from the left."""
        return QSize(theme.px(self._side) * 2, theme.px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_drawing(painter, self._name, QRectF(self.rect()), theme.look().tokens, beam=self._beam)
        painter.end()


class Sign(QWidget):
    """One small line drawing in a colour."""

    def __init__(self, name: str, side: int, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._colour = QColor(colour)
        self.setFixedSize(theme.px(side), theme.px(side))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_icon(painter, self._name, QRectF(self.rect()), self._colour)
        painter.end()
