"""The boxes of one entry on a pad: the label over them, and which box is being filled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from coordinator_app.domain.screens import FieldShown
from coordinator_app.ui import theme
from coordinator_app.ui.parts.entry_parts import (
    DayPart,
    LettersPart,
    MonthPart,
    NumberPart,
    Part,
    SecretPart,
    YearPart,
)
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.wording import worded

PAD_KINDS = frozenset({"date", "letters", "number", "secret"})


class Box(QWidget):
    """One box: what is in it, or in soft letters what belongs there."""

    touched = Signal(object)

    def __init__(self, part: Part, ghost: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = part
        self._ghost = ghost
        self._width = width
        self._active = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return what stands in the box; dots for a PIN."""
        return "•" * len(self.part.text) if isinstance(self.part, SecretPart) else self.part.text

    def set_active(self, active: bool) -> None:
        """Mark the box that the next key goes into."""
        self._active = active
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the box."""
        return QSize(round(theme.text_px(20) * self._width / 20), theme.px(54))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell that this box was touched."""
        self.touched.emit(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box and text; the active one by a thick dark edge and an amber foot."""
        tokens = theme.look().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = 3 if self._active else 2
        painter.setPen(QPen(QColor(tokens.ink if self._active else tokens.strong_line), edge))
        painter.setBrush(QColor(tokens.card))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)
        if self._active:
            foot = QRectF(theme.px(10), self.height() - theme.px(11), self.width() - theme.px(20), theme.px(4))
            painter.fillRect(foot, QColor(tokens.due.fill))
        shown = self.text()
        painter.setFont(theme.font(26 if shown else 18, bold=bool(shown)))
        painter.setPen(QColor(tokens.ink if shown else tokens.soft))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, shown or self._ghost)
        painter.end()


class EntryBoxes(QWidget):
    """One field with its boxes: three for a date, one for letters, a number or a PIN."""

    touched = Signal(object)

    def __init__(self, field: FieldShown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.heard = worded(field.say)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(words(self.heard, "soft"))
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.boxes = self._made_boxes()
        for box in self.boxes:
            box.touched.connect(self.touched)
            row.addWidget(box)
        row.addStretch(1)
        layout.addLayout(row)
        if field.hint is not None:
            layout.addWidget(words(worded(field.hint), "small"))

    def value(self) -> str:
        """Return what was keyed in; a date as YYYY-MM-DD, empty while a box of it is not filled."""
        if self.field.kind != "date":
            return self.boxes[0].part.text
        day, month, year = (box.part for box in self.boxes)
        if not (day.full and year.full and isinstance(month, MonthPart) and month.full):
            return ""
        return f"{year.text}-{month.number:02d}-{day.text}"

    def _made_boxes(self) -> Sequence[Box]:
        kind = self.field.kind
        if kind == "date":
            return (
                Box(DayPart(), self.tr("day"), 76, self),
                Box(MonthPart(), self.tr("month"), 92, self),
                Box(YearPart(), self.tr("year"), 96, self),
            )
        if kind == "letters":
            return (Box(LettersPart(), self.tr("3 letters"), 128, self),)
        if kind == "secret":
            return (Box(SecretPart(), self.tr("PIN"), 220, self),)
        return (Box(NumberPart(), self.tr("number"), 200, self),)
