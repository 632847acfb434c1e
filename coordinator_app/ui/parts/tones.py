"""The word and the shape of a state, as a chip or alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from coordinator_app.domain.screens import Tone
from coordinator_app.ui import theme
from coordinator_app.ui.theme.shapes import paint_shape


def tone_word(tone: Tone) -> str:
    """Return the state's word in the reader's language."""
    return {
        Tone.IN_TIME: QCoreApplication.translate("Tone", "In time"),
        Tone.DUE: QCoreApplication.translate("Tone", "Due"),
        Tone.OVERDUE: QCoreApplication.translate("Tone", "Overdue"),
        Tone.UNKNOWN: QCoreApplication.translate("Tone", "Not known"),
    }[tone]


def list_word(page: str, tone: Tone) -> str:
    """Return the word of a state in a list: nothing runs out there, so the words of clocks would mislead."""
    if page == "record" and tone is Tone.OVERDUE:
        return QCoreApplication.translate("Tone", "Refused")
    return {
        Tone.IN_TIME: QCoreApplication.translate("Tone", "In order"),
        Tone.DUE: QCoreApplication.translate("Tone", "To do"),
        Tone.OVERDUE: QCoreApplication.translate("Tone", "To settle"),
        Tone.UNKNOWN: tone_word(tone),
    }[tone]


class StateShape(QWidget):
    """The shape of a state alone, in any two colours."""

    def __init__(self, tone: Tone, size: int, fill: str, mark: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self._fill = fill
        self._mark = mark
        self.setFixedSize(theme.px(size), theme.px(size))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the shape."""
        painter = QPainter(self)
        paint_shape(painter, self._tone, QRectF(self.rect()), QColor(self._fill), QColor(self._mark))
        painter.end()


class ToneChip(QWidget):
    """Word, shape and colour of a state in one chip; `filled` is off on the wall, where ink stands on the ground."""

    def __init__(
        self,
        tone: Tone,
        parent: QWidget | None = None,
        *,
        tokens: theme.Tokens | None = None,
        size: float = 16,
        filled: bool = True,
    ) -> None:
        super().__init__(parent)
        self._tokens = tokens or theme.look().tokens
        self._size = size
        self._filled = filled
        self._tone = tone
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_tone(tone)

    def text(self) -> str:
        """Return the word on the chip."""
        return self._word

    def show_tone(self, tone: Tone, word: str = "") -> None:
        """Show a state, by its own word unless another is given."""
        word = word or tone_word(tone)
        if (tone, word) == (self._tone, self._word):
            return
        self._tone, self._word = tone, word
        self.setAccessibleName(word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size that shape and word need."""
        metrics = QFontMetrics(theme.font(self._size, bold=True))
        side = self._margin()
        width = side * 2 + self._shape_side() + theme.px(8) + metrics.horizontalAdvance(self._word) + 2
        return QSize(width, round(theme.text_px(self._size) * 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        colours = self._tokens.tone(self._tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(colours.ink)
        fill, mark = QColor(colours.ink), QColor(colours.ground)
        if self._filled:
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            if self._tone is Tone.UNKNOWN:
                painter.setPen(QPen(ink, 2, Qt.PenStyle.DashLine))
                painter.drawRoundedRect(box, 4, 4)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.fill))
                painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 4, 4)
                ink, fill, mark = QColor(colours.on_fill), QColor(colours.on_fill), QColor(colours.fill)
        side, left = self._shape_side(), self._margin()
        paint_shape(painter, self._tone, QRectF(left, (self.height() - side) / 2, side, side), fill, mark)
        painter.setFont(theme.font(self._size, bold=True))
        painter.setPen(ink)
        words = self.rect().adjusted(left + side + theme.px(8), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._word)
        painter.end()

    def _shape_side(self) -> int:
        return round(theme.text_px(self._size) * 1.06)

    def _margin(self) -> int:
        return theme.px(14) if self._filled else 0
