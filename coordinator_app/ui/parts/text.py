"""Text on a screen: always plain, never rich by guess, always in full (NID-0005)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from coordinator_app.ui import theme
from coordinator_app.ui.parts.presence import present

Run = tuple[str, bool]
"""A piece of a sentence and whether it stands out."""

_UNBOUNDED = 1_000_000
"""A width in pixels at which no sentence is broken into lines."""
_PLACE = re.compile(r"\{(\w+)\}")


def words(text: str, role: str = "body", *, wrap: bool = True, centred: bool = False) -> QLabel:
    """Return a label in one of the style sheet's roles. Qt would guess at HTML: a name may hold a `<`."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    if wrap:
        # A wrapped label asks for little width by itself and for what it then needs in height.
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
    if centred:
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
    return label


def runs(template: str, *, bold: Sequence[str] = (), **values: str) -> list[Run]:
    """Fill a translated template and return its pieces; those named in `bold` stand out."""
    pieces: list[Run] = []
    at = 0
    for place in _PLACE.finditer(template):
        pieces.append((template[at : place.start()], False))
        pieces.append((values.get(place[1], place[0]), place[1] in bold))
        at = place.end()
    pieces.append((template[at:], False))
    return [piece for piece in pieces if piece[0]]


class Sentence(QWidget):
    """A wrapped sentence with some words in bold, drawn without any markup that a value could break."""

    def __init__(self, size: float, colour: str, parent: QWidget | None = None, *, centred: bool = False) -> None:
        super().__init__(parent)
        self._size = size
        self._colour = QColor(colour)
        self._centred = centred
        self._text = ""
        self._bold: list[tuple[int, int]] = []
        self._lines: dict[int, tuple[QTextLayout, int]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        """Return the sentence as one text."""
        return self._text

    def say(self, pieces: Sequence[Run]) -> None:
        """Show these pieces; a screen reader hears them as one sentence."""
        text = "".join(piece for piece, _ in pieces)
        bold: list[tuple[int, int]] = []
        at = 0
        for piece, stands_out in pieces:
            if stands_out:
                bold.append((at, len(piece)))
            at += len(piece)
        if (text, bold) == (self._text, self._bold):
            return
        self._text, self._bold = text, bold
        self._lines.clear()
        self.setAccessibleName(text)
        present(self, bool(text))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height the sentence needs at a width."""
        # Most sentences of a page fit on one line at most of the widths that layouts try.
        unbroken, height = self._laid_out(_UNBOUNDED)
        return height if width > _widest(unbroken) + 1 else self._laid_out(width)[1]

    def sizeHint(self) -> QSize:
        """Return a size that shows the sentence on one line, or in lines of some 50 characters."""
        line = round(theme.text_px(self._size) * 26)
        unbroken = _widest(self._laid_out(_UNBOUNDED)[0])
        widest = unbroken if line > unbroken + 1 else _widest(self._laid_out(line)[0])
        return QSize(math.ceil(widest) + 1, self.heightForWidth(line))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size: the widest single word would do, a third of a line is friendlier."""
        return QSize(round(theme.text_px(self._size) * 5), round(theme.text_px(self._size) * 1.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        painter = QPainter(self)
        painter.setPen(self._colour)
        layout, _ = self._laid_out(self.width())
        if self._centred and layout.lineCount() > 1:
            layout, left = self._balanced(layout.lineCount())
            layout.draw(painter, QPointF(left, 0))
        else:
            layout.draw(painter, QPointF(0, 0))
        painter.end()

    def _balanced(self, lines: int) -> tuple[QTextLayout, float]:
        # The narrowest width with as few lines: two lines of like length read better than one and a lonely word.
        low, high = 1, self.width()
        while low < high:
            middle = (low + high) // 2
            if self._laid_out(middle)[0].lineCount() <= lines:
                high = middle
            else:
                low = middle + 1
        return self._laid_out(low)[0], (self.width() - low) / 2

    def _laid_out(self, width: int) -> tuple[QTextLayout, int]:
        # Layouts ask for the height at the same few widths again and again.
        if width not in self._lines:
            self._lines[width] = self._lay_out(width)
        return self._lines[width]

    def _lay_out(self, width: int) -> tuple[QTextLayout, int]:
        layout = QTextLayout(self._text, theme.font(self._size))
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter if self._centred else Qt.AlignmentFlag.AlignLeading)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        heavy = QTextCharFormat()
        heavy.setFontWeight(QFont.Weight.Bold)
        ranges = []
        for start, length in self._bold:
            piece = QTextLayout.FormatRange()
            piece.start, piece.length, piece.format = start, length, heavy
            ranges.append(piece)
        layout.setFormats(ranges)
        layout.beginLayout()
        height = 0.0
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, height))
            # Lines of large type stand close enough by themselves.
            height += line.height() * (1.08 if self._size < 30 else 0.98)
            line = layout.createLine()
        layout.endLayout()
        return layout, round(height) + 1


def _widest(layout: QTextLayout) -> float:
    return max((layout.lineAt(at).naturalTextWidth() for at in range(layout.lineCount())), default=0.0)


def centred(text: str, size: float, colour: str, *, bold: bool = False) -> Sentence:
    """Return a centred sentence whose lines are of like length."""
    sentence = Sentence(size, colour, centred=True)
    sentence.say([(text, bold)])
    return sentence
