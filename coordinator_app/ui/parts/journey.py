"""A case's journey as one line of stations, its words wrapped below each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from coordinator_app.domain.screens import JourneyMark
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.marks import DONE, NOW, Bead, paint_bead
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.wording import worded

MOST_ABREAST = 12


class _Station(QWidget):
    """The piece of line through one station, with its sign in the middle."""

    def __init__(self, mark: JourneyMark, number: int, before: bool, after: bool | None) -> None:
        super().__init__()
        self._mark = mark
        self._number = number
        self._before = before
        self._after = after
        self.setFixedHeight(theme.px(46))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw line and sign; the stretch that was travelled is blue."""
        tokens = theme.look().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half, thick = self.width() / 2, self.height() / 2, theme.px(4)
        if self._number > 1:
            colour = tokens.in_time.fill if self._before else tokens.line
            painter.fillRect(QRectF(0, half - thick / 2, middle, thick), QColor(colour))
        if self._after is not None:
            colour = tokens.in_time.fill if self._after else tokens.line
            painter.fillRect(QRectF(middle, half - thick / 2, middle + 1, thick), QColor(colour))
        side = theme.px(44 if self._mark.state in NOW else 34)
        paint_bead(painter, QRectF(middle - side / 2, half - side / 2, side, side), self._mark.state, self._number)
        painter.end()


class JourneyLine(QWidget):
    """All stations side by side; under one another when large text leaves no room for that."""

    def __init__(self, journey: Sequence[JourneyMark], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if theme.look().scale >= LARGE_TEXT or len(journey) > MOST_ABREAST:
            self._stack(journey)
        else:
            self._line(journey)

    def _line(self, journey: Sequence[JourneyMark]) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, mark in enumerate(journey, start=1):
            here = QWidget()
            stack = column(here)
            reached = mark.state in DONE or mark.state in NOW
            after = None if number == len(journey) else journey[number].state in DONE | NOW
            stack.addWidget(_Station(mark, number, reached, after))
            stack.addWidget(words(worded(mark.say), "strong" if mark.state in NOW else "body", centred=True))
            if mark.detail is not None:
                detail = words(formats.unbroken(worded(mark.detail)), "small", centred=True)
                detail.setAccessibleName(worded(mark.detail))
                stack.addWidget(detail)
            here.setMinimumWidth(theme.px(84))
            row.addWidget(here, 1, Qt.AlignmentFlag.AlignTop)

    def _stack(self, journey: Sequence[JourneyMark]) -> None:
        layout = column(self, gap=6)
        for number, mark in enumerate(journey, start=1):
            row = QHBoxLayout()
            row.setSpacing(theme.px(14))
            row.addWidget(Bead(mark.state, number), 0, Qt.AlignmentFlag.AlignTop)
            said = worded(mark.say)
            told = f"{said} · {worded(mark.detail)}" if mark.detail is not None else said
            row.addWidget(words(told, "strong" if mark.state in NOW else "body"), 1)
            layout.addLayout(row)
