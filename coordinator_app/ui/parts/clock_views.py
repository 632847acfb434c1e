"""A countdown as a card beside a procedure, and as a line on the dark panel of the sign-in screen."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from coordinator_app.domain.screens import ClockShown, Tone
from coordinator_app.ui import theme
from coordinator_app.ui.parts.clock_words import deadline_words, source_words
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import StripedCard
from coordinator_app.ui.parts.text import Sentence, words
from coordinator_app.ui.parts.tones import ToneChip
from coordinator_app.ui.remaining import remaining_text, shown_tone


class Figures(QWidget):
    """The time left in large digits, made smaller when it would not fit; never cut.

    Large letters are slow to draw: each is drawn once and is a picture from then on, and only what changed is painted.
    """

    def __init__(self, size: float, colour: str, parent: QWidget | None = None, *, right: bool = False) -> None:
        super().__init__(parent)
        self._size = size
        self._colour = QColor(colour)
        self._right = right
        self._text = ""
        self._ground: QColor | None = None
        self._fitted: tuple[tuple[object, ...], QFont] | None = None
        self._edges: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the figures as they stand there."""
        return self._text

    def show_text(self, text: str, colour: str) -> None:
        """Show figures in a colour."""
        if text == self._text and QColor(colour) == self._colour:
            return
        before, same_colour = self._text, QColor(colour) == self._colour
        if len(text) != len(before):
            self.updateGeometry()
        self._text, self._colour = text, QColor(colour)
        self.setAccessibleName(text)
        first = next((at for at, (old, new) in enumerate(zip(before, text, strict=False)) if old != new), 0)
        if same_colour and not self._right and len(before) == len(text) == len(self._edges):
            self.update(self.rect().adjusted(int(self._edges[first]) - _MARGIN, 0, 0, 0))
        else:
            self.update()

    def stand_on(self, ground: QColor) -> None:
        """Fill the ground too, so that nothing beneath needs to be painted first."""
        if ground != self._ground:
            self._ground = ground
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the figures at their full height."""
        metrics = QFontMetrics(theme.font(self._size, bold=True))
        return QSize(metrics.horizontalAdvance(self._text) + 4, round(theme.text_px(self._size) * 1.06))

    def minimumSizeHint(self) -> QSize:
        """Return the least width, at which the figures are drawn at half their size."""
        return QSize(self.sizeHint().width() // 2, round(theme.text_px(self._size) * 1.06))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the figures."""
        painter = QPainter(self)
        if self._ground is not None:
            painter.fillRect(event.rect(), self._ground)
        face = self._face()
        if face.pixelSize() < _DRAWN_FROM:
            painter.setFont(face)
            painter.setPen(self._colour)
            side = Qt.AlignmentFlag.AlignRight if self._right else Qt.AlignmentFlag.AlignLeft
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | side, self._text)
        else:
            self._draw_signs(painter, face, event.rect().left())
        painter.end()

    def _draw_signs(self, painter: QPainter, face: QFont, left: int) -> None:
        drawn = [_drawn(face, self._colour, sign, self.devicePixelRatioF()) for sign in self._text]
        at = float(self.width() - sum(width for _, width in drawn)) if self._right else 0.0
        self._edges = []
        for picture, width in drawn:
            self._edges.append(at)
            if at + width + _MARGIN >= left:
                top = (self.height() - picture.deviceIndependentSize().height()) / 2
                painter.drawPixmap(QPointF(at - _MARGIN, top), picture)
            at += width

    def _face(self) -> QFont:
        """Return the typeface in which the figures fit; all digits are equally wide, so only their number counts."""
        pattern = (len(self._text), self._text.strip("0123456789:"), self.width(), self.height(), theme.look().scale)
        if self._fitted is None or self._fitted[0] != pattern:
            self._fitted = (pattern, _fitting(theme.font(self._size, bold=True), self._text, self.size()))
        return self._fitted[1]


_DRAWN_FROM = 40
"""Letters from this height in pixels on are kept as pictures."""
_MARGIN = 4
"""Room in pixels on either side of a drawn sign, for what reaches over its own width."""
_MOST_DRAWN = 400
_DRAWN: dict[tuple[int, str, str, float], tuple[QPixmap, float]] = {}


def _fitting(face: QFont, text: str, room: QSize) -> QFont:
    """Return the typeface made smaller where a text would not fit into the room."""
    metrics = QFontMetrics(face)
    needed, height = metrics.horizontalAdvance(text), round(face.pixelSize() * 1.06)
    share = min(room.width() / max(needed, 1), room.height() / max(height, 1))
    if 0 < share < 1:
        face.setPixelSize(max(int(face.pixelSize() * share) - (needed > room.width()), 8))
    return face


def _drawn(face: QFont, colour: QColor, sign: str, ratio: float) -> tuple[QPixmap, float]:
    """Return one sign as a picture and how far it reaches."""
    key = (face.pixelSize(), colour.name(), sign, ratio)
    if key not in _DRAWN:
        if len(_DRAWN) >= _MOST_DRAWN:
            _DRAWN.clear()
        metrics = QFontMetricsF(face)
        width, height = metrics.horizontalAdvance(sign), metrics.height()
        picture = QPixmap(math.ceil((width + 2 * _MARGIN) * ratio), math.ceil(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(face)
        painter.setPen(colour)
        painter.drawText(QPointF(_MARGIN, metrics.ascent()), sign)
        painter.end()
        _DRAWN[key] = (picture, width)
    return _DRAWN[key]


class ClockCard(StripedCard):
    """One countdown with its state, the absolute instant, what ends it and where the limit is written."""

    def __init__(
        self, clock: ClockShown, moment: Moment, parent: QWidget | None = None, *, size: float = 64, wide: bool = False
    ) -> None:
        super().__init__(parent)
        tokens = theme.look().tokens
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(28), theme.px(12), theme.px(16), theme.px(10))
        layout.setSpacing(theme.px(3))
        self._clock = clock
        self._chip = ToneChip(clock.tone)
        self._figures = Figures(size, tokens.ink, right=wide)
        if wide:
            top = QHBoxLayout()
            top.addWidget(self._chip)
            top.addWidget(self._figures, 1)
            layout.addLayout(top)
        else:
            layout.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignLeft)
            layout.addWidget(self._figures)
        self._sentence = Sentence(17, tokens.ink)
        self._source = words("", "small")
        layout.addWidget(self._sentence)
        layout.addWidget(self._source)
        self.show_clock(clock, moment)

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of the same clock."""
        self._clock = clock
        self._source.setText(source_words(clock))
        present(self._source, bool(self._source.text()))
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Compute the time left again."""
        tokens = theme.look().tokens
        tone = shown_tone(self._clock, moment.now_ns)
        self.set_tone(tone)
        self._chip.show_tone(tone)
        ink = tokens.overdue.ink if tone is Tone.OVERDUE else tokens.soft if tone is Tone.UNKNOWN else tokens.ink
        self._figures.show_text(remaining_text(self._clock, moment.now_ns), ink)
        self._sentence.say(deadline_words(self._clock, moment))


class ClockLine(QWidget):
    """One countdown on the dark panel: wall name, time left, absolute instant; never an identifier."""

    def __init__(self, clock: ClockShown, moment: Moment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        tokens = theme.NIGHT
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(26), 0, 0, 0)
        layout.setSpacing(theme.px(2))
        self._name = Sentence(20, tokens.ink)
        self._chip = ToneChip(clock.tone, tokens=tokens, filled=False, size=15)
        self._figures = Figures(50, tokens.ink)
        line = QHBoxLayout()
        line.setSpacing(theme.px(10))
        line.addWidget(self._figures, 1)
        line.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
        self._sentence = Sentence(17, tokens.ink)
        layout.addWidget(self._name)
        layout.addLayout(line)
        layout.addWidget(self._sentence)
        self._tone = clock.tone
        self.show_clock(clock, moment)

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of the same clock."""
        self._clock = clock
        self._name.say([(clock.wall_name, True)])
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Compute the time left again."""
        tone = shown_tone(self._clock, moment.now_ns)
        if tone is not self._tone:
            self._tone = tone
            self.update()
        self._chip.show_tone(tone)
        ink = theme.NIGHT.ink if tone is Tone.IN_TIME else theme.NIGHT.tone(tone).ink
        self._figures.show_text(remaining_text(self._clock, moment.now_ns), ink)
        self._sentence.say(deadline_words(self._clock, moment))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stripe of the state, dashed where time is not known."""
        painter = QPainter(self)
        colour = QColor(theme.NIGHT.tone(self._tone).fill)
        step = theme.px(14)
        if self._tone is Tone.UNKNOWN:
            for top in range(0, self.height(), step * 2):
                painter.fillRect(0, top, theme.px(8), step, colour)
        else:
            painter.fillRect(0, 0, theme.px(8), self.height(), colour)
        painter.end()
