"""Rows of plain text in columns, painted as one piece: a label for each cell costs more than all else on a page."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coordinator_app.ui import theme

_FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_TALL = 100_000


class RowOfText(Struct, frozen=True):
    """The cells of one row; `strong` makes the second one bold."""

    cells: tuple[str, str, str]
    strong: bool = False


class TextRows(QWidget):
    """Three columns: the first as wide as its text, the second three times as wide as the third; all in full."""

    def __init__(self, rows: Sequence[RowOfText], size: float = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = tuple(rows)
        self._size = size
        self._plain, self._bold = theme.font(size), theme.font(size, bold=True)
        self._measure, self._measure_bold = QFontMetrics(self._plain), QFontMetrics(self._bold)
        # A few pixels more than measured: text is drawn in fractions of one, and the last word must not wrap.
        self._first = theme.px(4) + max(
            (self._measure.horizontalAdvance(row.cells[0]) for row in self._rows), default=0
        )
        self._heights: dict[int, tuple[int, ...]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("\n".join(" · ".join(cell for cell in row.cells if cell) for row in self._rows))

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows at a width, in pixels."""
        heights = self._rows_at(width)
        return sum(heights) + theme.px(6) * max(len(heights) - 1, 0)

    def sizeHint(self) -> QSize:
        """Return a size at which few cells wrap."""
        width = self._first + round(theme.text_px(self._size) * 36)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size: the first column and a word or two beside it."""
        return QSize(self._first + round(theme.text_px(self._size) * 12), self._measure.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows that are to be seen."""
        tokens = theme.look().tokens
        painter = QPainter(self)
        top = 0
        for row, height in zip(self._rows, self._rows_at(self.width()), strict=True):
            if top + height >= event.rect().top() and top <= event.rect().bottom():
                inks = (tokens.soft, tokens.ink, tokens.soft)
                for at, (left, width) in enumerate(self._columns(self.width())):
                    painter.setFont(self._bold if at == 1 and row.strong else self._plain)
                    painter.setPen(QColor(inks[at]))
                    painter.drawText(QRect(left, top, width, height), _FLAGS, row.cells[at])
            top += height + theme.px(6)
        painter.end()

    def _columns(self, width: int) -> tuple[tuple[int, int], ...]:
        gap = theme.px(20)
        rest = max(width - self._first - 2 * gap, 4)
        second = rest * 3 // 4
        return (0, self._first), (self._first + gap, second), (self._first + second + 2 * gap, rest - second)

    def _rows_at(self, width: int) -> tuple[int, ...]:
        # Layouts ask for the height at the same few widths again and again.
        if width not in self._heights:
            columns = self._columns(width)
            self._heights[width] = tuple(self._height(row, columns) for row in self._rows)
        return self._heights[width]

    def _height(self, row: RowOfText, columns: tuple[tuple[int, int], ...]) -> int:
        tallest = self._measure.height()
        for at in (1, 2):
            measure = self._measure_bold if at == 1 and row.strong else self._measure
            box = measure.boundingRect(QRect(0, 0, columns[at][1], _TALL), int(_FLAGS), row.cells[at])
            tallest = max(tallest, box.height())
        return tallest
