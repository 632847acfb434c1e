"""Two readings under one another, character over character, the differing ones marked."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from coordinator_app.domain.screens import Aligned
from coordinator_app.ui import theme

_CELL, _LEAST, _GLYPH, _LINE, _LABEL, _PAIR = 29, 20, 40, 56, 24, 14
"""Design pixels: widest and narrowest place of a character, its height, a line, a label, the gap between pieces."""


class AlignedCodes(QWidget):
    """What the order says above what was scanned; wrapped in equal pieces when too long for the width."""

    def __init__(self, aligned: Aligned, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aligned = aligned
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        told = self.tr("The order says {expected}. This scan says {read}. {count} characters differ.")
        differing = max(len(aligned.expected_marks), len(aligned.read_marks))
        self.setAccessibleName(told.format(expected=aligned.expected, read=aligned.read, count=differing))

    def text(self) -> str:
        """Return both readings, for whoever looks for words on the screen."""
        return f"{self._aligned.expected}\n{self._aligned.read}"

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all pieces at a width."""
        pieces = -(-self._length() // self._per_line(width))
        return pieces * _scaled((_LABEL + _LINE) * 2) + (pieces - 1) * _scaled(_PAIR)

    def sizeHint(self) -> QSize:
        """Return the size on one line."""
        width = _scaled(_CELL) * max(self._length(), 8)
        return QSize(min(width, 1080), self.heightForWidth(1080))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both readings."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, per_line = 0, self._per_line(self.width())
        rows = (
            (self.tr("The order says"), self._aligned.expected, self._aligned.expected_marks, False),
            (self.tr("This scan says"), self._aligned.read, self._aligned.read_marks, True),
        )
        for start in range(0, self._length(), per_line):
            for label, text, marks, read in rows:
                painter.setFont(theme.font(16))
                painter.setPen(QColor(theme.LIGHT.soft))
                painter.drawText(QRectF(0, top, self.width(), _scaled(_LABEL)), Qt.AlignmentFlag.AlignVCenter, label)
                top += _scaled(_LABEL)
                self._paint_reading(painter, top, text, marks, range(start, start + per_line), read)
                top += _scaled(_LINE)
            top += _scaled(_PAIR)
        painter.end()

    def _paint_reading(
        self, painter: QPainter, top: int, text: str, marks: tuple[int, ...], places: range, read: bool
    ) -> None:
        cell, line = self._cell(self.width()), _scaled(_LINE)
        painter.setFont(theme.font(_GLYPH * cell / _scaled(_CELL), bold=True))
        for place in places:
            if place >= len(text):
                break
            box = QRectF((place - places.start) * cell, top + 3, cell, line - 8)
            painter.setPen(QColor(theme.LIGHT.ink))
            if place in marks:
                self._paint_mark(painter, box, read)
                painter.setPen(QColor(theme.LIGHT.overdue.on_fill if read else theme.LIGHT.ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text[place])

    def _paint_mark(self, painter: QPainter, box: QRectF, read: bool) -> None:
        if read:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.LIGHT.overdue.fill))
        else:
            painter.setPen(QPen(QColor(theme.LIGHT.action), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)

    def _length(self) -> int:
        return max(len(self._aligned.expected), len(self._aligned.read), 1)

    def _per_line(self, width: int) -> int:
        return max(width // self._cell(width), 8)

    def _cell(self, width: int) -> int:
        # A long code rather gets smaller than broken in two: differing places are found along one line.
        return min(max(width // self._length(), _scaled(_LEAST)), _scaled(_CELL))


def _scaled(size: float) -> int:
    # Everything here follows the characters, so that none is cut and none overlaps its neighbour.
    return round(size * theme.text_px(_GLYPH) / _GLYPH)
