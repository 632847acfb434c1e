"""The four state shapes, painted: a state is told by word, shape and colour together (design §2, rule 12)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from coordinator_app.domain.screens import Tone


def paint_shape(painter: QPainter, tone: Tone, box: QRectF, fill: QColor, mark: QColor) -> None:
    """Paint a state's shape into `box`: circle with tick, triangle with !, octagon with X, dashed ring with ?."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side / 24, side / 24)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    {
        Tone.IN_TIME: _circle_tick,
        Tone.DUE: _triangle,
        Tone.OVERDUE: _octagon_cross,
        Tone.UNKNOWN: _dashed_ring,
    }[tone](painter, fill, mark)
    painter.restore()


def _circle_tick(painter: QPainter, fill: QColor, mark: QColor) -> None:
    painter.drawEllipse(QRectF(0.5, 0.5, 23, 23))
    painter.setPen(QPen(mark, 3.1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    tick = QPainterPath(QPointF(6.2, 12.2))
    tick.lineTo(10.4, 16.6)
    tick.lineTo(18, 8)
    painter.drawPath(tick)


def _triangle(painter: QPainter, fill: QColor, mark: QColor) -> None:
    painter.setPen(QPen(fill, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolygon(QPolygonF([QPointF(12, 2.6), QPointF(22.6, 21.4), QPointF(1.4, 21.4)]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mark)
    painter.drawRoundedRect(QRectF(10.7, 8.2, 2.6, 7.2), 1, 1)
    painter.drawEllipse(QRectF(10.5, 16.9, 3, 3))


def _octagon_cross(painter: QPainter, fill: QColor, mark: QColor) -> None:
    painter.drawPolygon(octagon(QRectF(0, 0, 24, 24)))
    painter.setPen(QPen(mark, 3.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.drawLine(QPointF(7, 7), QPointF(17, 17))
    painter.drawLine(QPointF(17, 7), QPointF(7, 17))


def _dashed_ring(painter: QPainter, fill: QColor, mark: QColor) -> None:
    pen = QPen(fill, 2.4)
    # Ten dashes round the ring, whatever its size: the pattern is counted in pen widths.
    dash = math.pi * 20.6 / 10 / 2.4
    pen.setDashPattern([dash * 0.58, dash * 0.42])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(1.7, 1.7, 20.6, 20.6))
    painter.setPen(QPen(fill, 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    hook = QPainterPath(QPointF(8.9, 9.6))
    hook.cubicTo(9, 5.6, 15.2, 5.6, 15.1, 9.5)
    hook.cubicTo(15, 11.8, 12, 11.6, 12, 14.6)
    painter.drawPath(hook)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawEllipse(QRectF(10.6, 15.9, 2.8, 2.8))


def octagon(box: QRectF) -> QPolygonF:
    """Return the regular octagon that fills a square box."""
    cut = box.width() * (1 - 1 / (1 + math.sqrt(2))) / 2
    left, right, top, bottom = box.left(), box.right(), box.top(), box.bottom()
    return QPolygonF(
        [
            QPointF(left + cut, top),
            QPointF(right - cut, top),
            QPointF(right, top + cut),
            QPointF(right, bottom - cut),
            QPointF(right - cut, bottom),
            QPointF(left + cut, bottom),
            QPointF(left, bottom - cut),
            QPointF(left, top + cut),
        ]
    )
