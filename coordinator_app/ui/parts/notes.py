"""A sentence that must be noticed: a refusal, a warning or a plain note, each with its shape."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coordinator_app.domain.screens import Tone
from coordinator_app.ui import theme
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.parts.tones import StateShape


class NoteStrip(QWidget):
    """One sentence on the fill of a state, with the state's shape before it."""

    def __init__(self, text: str, tone: Tone, parent: QWidget | None = None, *, size: float = 18) -> None:
        super().__init__(parent)
        colours = theme.look().tokens.tone(tone)
        self._fill = QColor(colours.fill)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        layout.setSpacing(theme.px(14))
        layout.addWidget(StateShape(tone, 28, colours.on_fill, colours.fill), 0, Qt.AlignmentFlag.AlignVCenter)
        sentence = Sentence(size, colours.on_fill)
        sentence.say([(text, True)])
        layout.addWidget(sentence, 1)
        self.setAccessibleName(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the fill."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(self.rect(), 6, 6)
        painter.fillPath(outline, self._fill)
        painter.end()
