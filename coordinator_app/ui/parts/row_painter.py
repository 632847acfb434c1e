"""Paints the cells of a list: text that wraps instead of being cut, and the state as a chip."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from coordinator_app.domain.screens import Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.rows_model import TONE_ROLE
from coordinator_app.ui.theme.shapes import paint_shape

Index = QModelIndex | QPersistentModelIndex
_WRAPPED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class RowPainter(QStyledItemDelegate):
    """Draws one cell; the first text of a row is bold, for it names the thing."""

    def __init__(self, name_column: int) -> None:
        super().__init__()
        self._name_column = name_column

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height that the wrapped text needs, 52 px at least."""
        width = max(option.rect.width() - theme.px(28), theme.px(60))
        metrics = QFontMetrics(theme.font(16, bold=index.column() == self._name_column))
        text = formats.unbroken(str(index.data() or ""))
        needed = metrics.boundingRect(QRect(0, 0, width, 10_000), int(_WRAPPED), text)
        return QSize(needed.width() + theme.px(28), max(needed.height() + theme.px(18), theme.px(52)))

    def widths(self, model: QAbstractTableModel) -> list[tuple[int, int]]:
        """Return for each column the width in px of its longest word and of its longest text, its heading included."""
        found = []
        for column in range(model.columnCount()):
            metrics = QFontMetrics(theme.font(16, bold=column == self._name_column))
            heading = str(model.headerData(column, Qt.Orientation.Horizontal))
            texts = {str(model.index(row, column).data() or "") for row in range(model.rowCount())} | {heading}
            # Not `split()` alone: it would part what `unbroken` keeps together.
            words = {word for text in texts for line in formats.unbroken(text).split("\n") for word in line.split(" ")}
            # A state stands in a chip, beside its shape.
            beside = theme.wide(76) if column < self._name_column else theme.px(30)
            longest = max((metrics.horizontalAdvance(word) for word in words), default=0)
            whole = max(metrics.horizontalAdvance(formats.unbroken(text)) for text in texts)
            found.append(((whole if column < self._name_column else longest) + beside, whole + beside))
        return found

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell."""
        tokens = theme.look().tokens
        box: QRect = option.rect
        painter.save()
        painter.fillRect(box, QColor(tokens.card))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(tokens.line))
        inner = box.adjusted(theme.px(14), 0, -theme.px(14), 0)
        value = index.data(TONE_ROLE)
        if value:
            self._paint_tone(painter, inner, Tone(value), str(index.data()))
        else:
            painter.setFont(theme.font(16, bold=index.column() == self._name_column))
            painter.setPen(QColor(tokens.ink))
            painter.drawText(inner, int(_WRAPPED), formats.unbroken(str(index.data() or "")))
        painter.restore()

    def _paint_tone(self, painter: QPainter, box: QRect, tone: Tone, word: str) -> None:
        colours = theme.look().tokens.tone(tone)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = theme.font(15, bold=True)
        width = min(QFontMetrics(face).horizontalAdvance(word) + theme.wide(48), box.width())
        chip = QRectF(box.left(), box.center().y() - theme.wide(15), width, theme.wide(30))
        ink = QColor(colours.on_fill)
        fill = QColor(colours.fill)
        if tone is Tone.UNKNOWN:
            ink = fill
            painter.setPen(QPen(fill, 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(chip, 4, 4)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(chip, 4, 4)
        side = theme.wide(16)
        sign = QRectF(chip.left() + theme.wide(11), chip.center().y() - side / 2, side, side)
        paint_shape(painter, tone, sign, ink, fill)
        painter.setFont(face)
        painter.setPen(ink)
        painter.drawText(
            chip.adjusted(theme.wide(34), 0, 0, 0),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            word,
        )
