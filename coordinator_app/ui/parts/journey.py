"""A case's journey as one line of stations, its words wrapped below each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from coordinator_app.domain.screens import JourneyMark
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.marks import DONE, NOW, Bead, paint_bead
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.theme.sizes import LARGE_TEXT
from coordinator_app.ui.wording import worded

MOST_ABREAST = 12
_FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


class _Line(QWidget):
    """The stations side by side, painted as one piece: the line through them, their signs, and the words below."""

    def __init__(self, journey: Sequence[JourneyMark]) -> None:
        super().__init__()
        self._journey = tuple(journey)
        self._said = tuple(worded(mark.say) for mark in journey)
        details = tuple(worded(mark.detail) if mark.detail is not None else "" for mark in journey)
        self._details = tuple(formats.unbroken(each) for each in details)
        self._high = theme.px(46)
        self._measured: dict[int, tuple[tuple[int, int], ...]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(theme.px(84) * len(self._journey))
        heard = (f"{said} {detail}".strip() for said, detail in zip(self._said, details, strict=True))
        self.setAccessibleName("\n".join(heard))

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of signs and words at a width, in pixels."""
        heights = self._heights(width // max(len(self._journey), 1))
        return self._high + max((said + detail for said, detail in heights), default=0)

    def sizeHint(self) -> QSize:
        """Return a size at which most words stand on one line."""
        width = theme.px(110) * len(self._journey)
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the stations; the stretch that was travelled is blue."""
        tokens = theme.look().tokens
        painter = QPainter(self)
        each = self.width() // max(len(self._journey), 1)
        heights = self._heights(each)
        for at, mark in enumerate(self._journey):
            self._draw_station(painter, QRectF(at * each, 0, each, self._high), at, mark)
            said, detail = heights[at]
            painter.setFont(self._face(at))
            painter.setPen(QColor(tokens.ink))
            painter.drawText(QRect(at * each, self._high, each, said), _FLAGS, self._said[at])
            painter.setFont(theme.font(14))
            painter.setPen(QColor(tokens.soft))
            painter.drawText(QRect(at * each, self._high + said, each, detail), _FLAGS, self._details[at])
        painter.end()

    def _draw_station(self, painter: QPainter, box: QRectF, at: int, mark: JourneyMark) -> None:
        tokens = theme.look().tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half, thick = box.center().x(), box.center().y(), theme.px(4)
        if at > 0:
            colour = tokens.in_time.fill if mark.state in DONE | NOW else tokens.line
            painter.fillRect(QRectF(box.left(), half - thick / 2, box.width() / 2, thick), QColor(colour))
        if at + 1 < len(self._journey):
            colour = tokens.in_time.fill if self._journey[at + 1].state in DONE | NOW else tokens.line
            painter.fillRect(QRectF(middle, half - thick / 2, box.width() / 2 + 1, thick), QColor(colour))
        side = theme.px(44 if mark.state in NOW else 34)
        paint_bead(painter, QRectF(middle - side / 2, half - side / 2, side, side), mark.state, at + 1)

    def _face(self, at: int) -> QFont:
        return theme.font(16, bold=self._journey[at].state in NOW)

    def _heights(self, width: int) -> tuple[tuple[int, int], ...]:
        """Return how high the words and the detail below each station are at its width, in pixels."""
        # Layouts ask for the height at the same few widths again and again.
        if width not in self._measured:
            room, small = QRect(0, 0, width, 10_000), QFontMetrics(theme.font(14))
            self._measured[width] = tuple(
                (
                    QFontMetrics(self._face(at)).boundingRect(room, int(_FLAGS), said).height(),
                    small.boundingRect(room, int(_FLAGS), detail).height() if detail else 0,
                )
                for at, (said, detail) in enumerate(zip(self._said, self._details, strict=True))
            )
        return self._measured[width]


class JourneyLine(QWidget):
    """All stations side by side; under one another when large text leaves no room for that."""

    def __init__(self, journey: Sequence[JourneyMark], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if theme.look().scale >= LARGE_TEXT or len(journey) > MOST_ABREAST:
            self._stack(journey)
        else:
            column(self).addWidget(_Line(journey))

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
