"""Small line drawings for navigation and buttons, in a box of 24 units, painted with one pen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from coordinator_app.ui.theme.look import px


def paint_icon(painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
    """Paint the icon called `name` into `box`; a name without a drawing paints a plain dot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _ICONS.get(name, _dot)(painter)
    painter.restore()


def icon(name: str, colour: str, size: int = 22) -> QIcon:
    """Return an icon of `size` design pixels for a button."""
    # Twice the pixels, so that a screen with a scale of its own still shows clean lines.
    side = px(size) * 2
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, QRectF(0, 0, side, side), QColor(colour))
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return QIcon(pixmap)


def _lines(painter: QPainter, *points: tuple[float, float, float, float]) -> None:
    for x1, y1, x2, y2 in points:
        painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))


def _path(painter: QPainter, *points: tuple[float, float], closed: bool = False) -> None:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.closeSubpath()
    painter.drawPath(path)


def _dot(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(9, 9, 6, 6))


def _today(painter: QPainter) -> None:
    _lines(painter, (9, 6, 21, 6), (9, 12, 21, 12), (9, 18, 21, 18))
    for y in (6, 12, 18):
        painter.drawEllipse(QRectF(3, y - 1, 2, 2))


def _case(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3, 5, 18, 15), 2, 2)
    painter.drawEllipse(QRectF(6.4, 9, 4.4, 4.4))
    _path(painter, (6, 17), (6.6, 15.6), (10.6, 15.6), (11.2, 17))
    _lines(painter, (14, 10, 18, 10), (14, 14, 18, 14))


def _bedside(painter: QPainter) -> None:
    _lines(painter, (3, 6, 3, 20), (3, 16, 21, 16), (21, 13, 21, 20))
    painter.drawEllipse(QRectF(5.4, 9.4, 4, 4))
    _path(painter, (12, 16), (12, 11), (18, 11), (21, 13))


def _parked(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(4, 4, 16, 16), 3, 3)
    _lines(painter, (10, 9, 10, 15), (14, 9, 14, 15))


def _clocks(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(3, 3, 18, 18))
    _path(painter, (12, 7), (12, 12), (15.4, 14.4))


def _labels(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3, 5, 18, 14), 2, 2)
    _lines(painter, (7, 9, 7, 15), (10, 9, 10, 15), (14, 9, 17, 9), (14, 12, 17, 12), (14, 15, 17, 15))


def _exchange(painter: QPainter) -> None:
    _lines(painter, (3, 8, 19, 8), (5, 16, 21, 16))
    _path(painter, (15.5, 4.5), (19, 8), (15.5, 11.5))
    _path(painter, (8.5, 12.5), (5, 16), (8.5, 19.5))


def _people(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(6, 3.6, 7, 7))
    _path(painter, (3, 20), (3, 17), (5.4, 14.4), (13.6, 14.4), (16, 17), (16, 20))
    arc = QPainterPath(QPointF(15.4, 3.9))
    arc.cubicTo(18.9, 4.6, 18.9, 9.8, 15.4, 10.4)
    painter.drawPath(arc)
    _path(painter, (18, 14.6), (21, 17), (21, 20))


def _profiles(painter: QPainter) -> None:
    _path(painter, (5, 3), (14.5, 3), (19, 7.5), (19, 21), (5, 21), closed=True)
    _lines(painter, (8.6, 10, 15.4, 10), (8.6, 13.6, 15.4, 13.6), (8.6, 17.2, 12.6, 17.2))


def _deviations(painter: QPainter) -> None:
    _path(painter, (4, 21), (4, 4), (18, 4), (15, 8.5), (18, 13), (4, 13))


def _scanners(painter: QPainter) -> None:
    _path(painter, (4, 8), (4, 4), (8, 4))
    _path(painter, (16, 4), (20, 4), (20, 8))
    _path(painter, (20, 16), (20, 20), (16, 20))
    _path(painter, (8, 20), (4, 20), (4, 16))
    _lines(painter, (3, 12, 21, 12))


def _record(painter: QPainter) -> None:
    _path(painter, (12, 6), (9, 4.4), (3, 4.4), (3, 18.6), (9, 18.6), (12, 20.4))
    _path(painter, (12, 6), (15, 4.4), (21, 4.4), (21, 18.6), (15, 18.6), (12, 20.4))
    _lines(painter, (12, 6, 12, 20.4), (6, 9, 9, 9), (6, 13, 9, 13), (15, 9, 18, 9), (15, 13, 18, 13))


def _settings(painter: QPainter) -> None:
    _lines(painter, (4, 7, 11, 7), (17, 7, 20, 7), (4, 17, 7, 17), (13, 17, 20, 17))
    painter.drawEllipse(QRectF(11, 4, 6, 6))
    painter.drawEllipse(QRectF(7, 14, 6, 6))


def _help(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(3, 3, 18, 18))
    hook = QPainterPath(QPointF(9, 9.6))
    hook.cubicTo(9.2, 5.9, 15, 5.9, 14.9, 9.6)
    hook.cubicTo(14.8, 11.6, 12, 11.6, 12, 14)
    painter.drawPath(hook)
    painter.drawPoint(QPointF(12, 17.2))


def _paper(painter: QPainter) -> None:
    _path(painter, (7, 8), (7, 3), (17, 3), (17, 8))
    _path(painter, (7, 17), (3, 17), (3, 8), (21, 8), (21, 17), (17, 17))
    painter.drawRect(QRectF(7, 13, 10, 8))


def _cross(painter: QPainter) -> None:
    _lines(painter, (6, 6, 18, 18), (18, 6, 6, 18))


def _tick(painter: QPainter) -> None:
    _path(painter, (5, 12.6), (10, 17.6), (19, 7))


def _arrow(painter: QPainter) -> None:
    _lines(painter, (3, 12, 20, 12))
    _path(painter, (14, 6), (20, 12), (14, 18))


def _down(painter: QPainter) -> None:
    _path(painter, (5, 9), (12, 16), (19, 9))


def _lock(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(5, 11, 14, 10), 2, 2)
    arch = QPainterPath(QPointF(8, 11))
    arch.lineTo(8, 8)
    arch.cubicTo(8, 2.6, 16, 2.6, 16, 8)
    arch.lineTo(16, 11)
    painter.drawPath(arch)


def _erase(painter: QPainter) -> None:
    _path(painter, (9, 5), (21, 5), (21, 19), (9, 19), (3, 12), closed=True)
    _lines(painter, (12, 9.4, 17, 14.6), (17, 9.4, 12, 14.6))


def _battery(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(2, 7, 17, 10), 2, 2)
    _lines(painter, (22, 10.5, 22, 13.5))


def _mute(painter: QPainter) -> None:
    _path(painter, (3, 9.5), (7, 9.5), (12, 5), (12, 19), (7, 14.5), (3, 14.5), closed=True)
    _lines(painter, (16, 9.5, 21, 14.5), (21, 9.5, 16, 14.5))


_ICONS: dict[str, Callable[[QPainter], None]] = {
    "today": _today,
    "case": _case,
    "bedside": _bedside,
    "parked": _parked,
    "clocks": _clocks,
    "labels": _labels,
    "exchange": _exchange,
    "people": _people,
    "profiles": _profiles,
    "deviations": _deviations,
    "scanners": _scanners,
    "record": _record,
    "settings": _settings,
    "help": _help,
    "paper": _paper,
    "cross": _cross,
    "tick": _tick,
    "arrow": _arrow,
    "lock": _lock,
    "down": _down,
    "erase": _erase,
    "battery": _battery,
    "mute": _mute,
}
