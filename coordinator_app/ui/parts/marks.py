"""The steps of a procedure at the left: done, now, to do; each by number or tick, colour and weight together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coordinator_app.domain.screens import MarkShown
from coordinator_app.ui import theme
from coordinator_app.ui.parts.surfaces import column, rule
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.wording import worded

DONE = frozenset({"done", "past", "complete"})
NOW = frozenset({"now", "current"})


def paint_bead(painter: QPainter, box: QRectF, state: str, number: int) -> None:
    """Paint one station: a tick in blue when done, its number on dark when it is now, its number in a ring later."""
    tokens = theme.look().tokens
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(1.5, 1.5, -1.5, -1.5)
    if state in DONE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.in_time.fill))
        painter.drawEllipse(box)
        side = box.width() / 24
        tick = QPainterPath(box.topLeft() + QPointF(7 * side, 12.4 * side))
        tick.lineTo(box.topLeft() + QPointF(10.6 * side, 16 * side))
        tick.lineTo(box.topLeft() + QPointF(17 * side, 8.6 * side))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.in_time.on_fill), 2.4 * side))
        painter.drawPath(tick)
        return
    now = state in NOW
    painter.setPen(QPen(QColor(tokens.ink if now else tokens.line), 3))
    painter.setBrush(QColor(tokens.ink if now else tokens.card))
    painter.drawEllipse(inner)
    face = theme.font(16, bold=True)
    face.setPixelSize(max(int(box.height() * 0.48), 8))
    painter.setFont(face)
    painter.setPen(QColor(tokens.card if now else tokens.soft))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


class Bead(QWidget):
    """The round sign of one step."""

    def __init__(self, state: str, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._number = number
        self.setFixedSize(theme.text_px(30), theme.text_px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign."""
        painter = QPainter(self)
        paint_bead(painter, QRectF(self.rect()), self._state, self._number)
        painter.end()


class MarksList(QWidget):
    """The steps under one another."""

    def __init__(self, marks: Sequence[MarkShown], parent: QWidget | None = None, *, tight: bool = False) -> None:
        super().__init__(parent)
        layout = column(self)
        # Twelve steps must fit where six do: the rows come closer together, the text keeps its size.
        room = theme.px(3 if len(marks) > 9 else 6 if tight or len(marks) > 6 else 11)
        for number, mark in enumerate(marks, start=1):
            row = QHBoxLayout()
            row.setContentsMargins(0, room, 0, room)
            row.setSpacing(theme.px(12))
            row.addWidget(Bead(mark.state, number), 0, Qt.AlignmentFlag.AlignVCenter)
            label = words(worded(mark.say), "strong" if mark.state in NOW else "soft")
            label.setAccessibleName(self._heard(mark, number))
            row.addWidget(label, 1)
            layout.addLayout(row)
            if number < len(marks):
                layout.addWidget(rule())
        layout.addStretch(1)

    def _heard(self, mark: MarkShown, number: int) -> str:
        if mark.state in DONE:
            return self.tr("Step {number}, done: {words}").format(number=number, words=worded(mark.say))
        if mark.state in NOW:
            return self.tr("Step {number}, now: {words}").format(number=number, words=worded(mark.say))
        return self.tr("Step {number}, to do: {words}").format(number=number, words=worded(mark.say))
