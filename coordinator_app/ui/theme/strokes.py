"""The pen work that all drawings of things to scan share: outline, soft part, square code, barcode, scanner's beam."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from coordinator_app.ui.theme.tokens import Tokens

# A pattern that looks like a DataMatrix and is none: nobody can scan the picture instead of the thing.
_MODULES = ("10101010", "11010011", "10110100", "11001101", "10011010", "11100101", "10101100", "11111111")
_BARS = (2, 1, 1, 3, 1, 2, 1, 1, 2, 3, 1, 1, 2, 1, 3, 1, 1, 2)


class Strokes:
    """Draws in a box of 128 units with the colours of one ground; `code_at` remembers where the beam must point."""

    def __init__(self, painter: QPainter, tokens: Tokens) -> None:
        self.painter = painter
        self.ink = QColor(tokens.ink)
        self.soft = QColor(tokens.soft)
        self.paper = QColor(tokens.card)
        self.faint = QColor(tokens.line)
        self.red = QColor(tokens.beam)
        self.code_at: QPointF | None = None

    def outline(self, width: float = 4, colour: QColor | None = None, fill: QColor | None = None) -> None:
        """Take the outline pen; without a fill the inside stays as it is."""
        pen = QPen(colour or self.ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.painter.setPen(pen)
        self.painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)

    def solid(self, colour: QColor) -> None:
        """Take a fill without an outline."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)

    def box(self, x: float, y: float, width: float, height: float, radius: float = 0) -> None:
        """Draw a rectangle with round corners."""
        self.painter.drawRoundedRect(QRectF(x, y, width, height), radius, radius)

    def round(self, x: float, y: float, width: float, height: float | None = None) -> None:
        """Draw a circle or an ellipse."""
        self.painter.drawEllipse(QRectF(x, y, width, width if height is None else height))

    def line(self, *points: tuple[float, float], closed: bool = False) -> None:
        """Draw straight lines from point to point."""
        path = QPainterPath(QPointF(*points[0]))
        for point in points[1:]:
            path.lineTo(*point)
        if closed:
            path.closeSubpath()
        self.painter.drawPath(path)

    def curve(self, start: tuple[float, float], *bends: tuple[float, float, float, float, float, float]) -> None:
        """Draw a line of cubic bends."""
        path = QPainterPath(QPointF(*start))
        for bend in bends:
            path.cubicTo(*bend)
        self.painter.drawPath(path)

    def square_code(self, x: float, y: float, side: float) -> None:
        """Draw a square code and remember it as what the beam points to."""
        module = side / len(_MODULES)
        self.solid(self.ink)
        code = QPainterPath()
        for row, cells in enumerate(_MODULES):
            for column, cell in enumerate(cells):
                if cell == "1":
                    # A hair wider than a module: no light seams between neighbours when the drawing is scaled.
                    code.addRect(QRectF(x + column * module, y + row * module, module + 0.12, module + 0.12))
        code.setFillRule(Qt.FillRule.WindingFill)
        self.painter.drawPath(code)
        self.code_at = QPointF(x, y + side / 2)

    def barcode(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a linear code and remember it as what the beam points to."""
        unit = width / sum(_BARS)
        self.solid(self.ink)
        at = x
        for number, bar in enumerate(_BARS):
            if number % 2 == 0:
                self.painter.drawRect(QRectF(at, y, bar * unit, height))
            at += bar * unit
        self.code_at = QPointF(x, y + height / 2)

    def text_lines(self, x: float, y: float, *lengths: float, gap: float = 8, width: float = 3) -> None:
        """Draw lines that stand for words."""
        self.outline(width, self.soft)
        for number, length in enumerate(lengths):
            self.line((x, y + number * gap), (x + length, y + number * gap))

    def beam(self) -> None:
        """Draw the scanner's beam onto the code that was drawn last."""
        if self.code_at is None:
            return
        self.outline(4.5, self.red)
        self.line((self.code_at.x() - 62, self.code_at.y() + 38), (self.code_at.x() - 5, self.code_at.y() + 2))
        self.solid(self.red)
        self.round(self.code_at.x() - 12, self.code_at.y() - 5, 12)
