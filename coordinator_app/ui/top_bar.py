"""The strip at the top: place, power, how it stands with the hub, who is signed in, what time it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from coordinator_app.domain.screens import ExchangeShown, Frame
from coordinator_app.ui import formats, theme
from coordinator_app.ui.exchange_words import exchange_words
from coordinator_app.ui.heard import Heard, silence_words
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.text import words
from coordinator_app.ui.parts.wrap_row import WrapRow
from coordinator_app.ui.power import Power
from coordinator_app.ui.theme.tokens import PAGE_MARGIN
from coordinator_app.ui.wording import worded_word


class _Dot(QWidget):
    """Full when the hub has everything, a broken ring when it is away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reached = False
        self.setFixedSize(theme.px(13), theme.px(13))

    def show_exchange(self, exchange: ExchangeShown) -> None:
        """Take the state."""
        self._reached = exchange.state == "sent"
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        tokens = theme.look().tokens
        if self._reached:
            painter.setPen(QColor(tokens.in_time.fill))
            painter.setBrush(QColor(tokens.in_time.fill))
        else:
            pen = QPen(QColor(tokens.soft), 3)
            pen.setDashPattern([1.4, 1.2])
            painter.setPen(pen)
            box = box.adjusted(1, 1, -1, -1)
        painter.drawEllipse(box)
        painter.end()


class TopBar(QFrame):
    """One line that wraps when large text needs it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        self._frame: Frame | None = None
        row = WrapRow(self, gap=theme.px(28), line_gap=theme.px(4))
        row.setContentsMargins(theme.px(PAGE_MARGIN), theme.px(14), theme.px(PAGE_MARGIN), theme.px(14))
        self._place = words("", "strong", wrap=False)
        self._power = words("", "body", wrap=False)
        self._example = words("", "strong", wrap=False)
        self._mute = words("", "strong", wrap=False)
        self._verified = words("", "body", wrap=False)
        for near in (self._place, self._power, self._example, self._mute, self._verified):
            row.addWidget(near)
        self._dot = _Dot()
        self._exchange = words("", "body", wrap=False)
        self._exchange.setObjectName("exchange_word")
        self._person = words("", "strong", wrap=False)
        self._role = words("", "body", wrap=False)
        self._time = words("", "strong", wrap=False)
        self._zone = words("", "body", wrap=False)
        self._pairs = [
            self._pair(row, self._dot, self._exchange),
            self._pair(row, self._person, self._role),
            self._pair(row, self._time, self._zone),
        ]

    def _pair(self, row: WrapRow, first: QWidget, second: QLabel) -> QWidget:
        pair = QWidget()
        inner = WrapRow(pair, gap=theme.px(8))
        inner.addWidget(first)
        inner.addWidget(second)
        row.add_far(pair)
        return pair

    def show_frame(self, frame: Frame, moment: Moment, power: Power | None, *, sound: Heard | bool) -> None:
        """Show what stands around the page."""
        self._frame = frame
        self._put(self._place, frame.place)
        self._put(self._power, self._powered(power))
        self._put(self._example, self.tr("Demonstration") if frame.demonstration else "")
        self._put(self._mute, silence_words(sound))
        self._put(self._verified, self._behind(frame.verified))
        self._dot.show_exchange(frame.exchange)
        person = frame.person
        self._put(self._person, formats.person_name(person.family, person.given) if person else "")
        self._put(self._role, worded_word(person.role) if person else "")
        present(self._pairs[1], person is not None)
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Show the time of day and the age of the exchange again."""
        if self._frame is None:
            return
        self._put(self._exchange, exchange_words(self._frame.exchange, moment))
        self._put(self._time, formats.clock_time(moment.now, moment.zone))
        self._put(self._zone, formats.zone_name(moment.now, moment.zone))

    def _put(self, label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)
            label.updateGeometry()
            # A pair that keeps its old width would wrap a longer word out of sight until Qt comes round to it.
            self._room_for(label)
        present(label, bool(text))

    def _room_for(self, label: QLabel) -> None:
        pair = next((each for each in self._pairs if each.isAncestorOf(label)), None)
        for widget in (pair, self):
            layout = widget.layout() if widget is not None else None
            if layout is not None:
                layout.invalidate()
                layout.activate()

    def _behind(self, verified: int | None) -> str:
        """Word how far the record is verified behind the work; nothing once that is over."""
        return "" if verified is None else self.tr("Record verified to {percent} %").format(percent=verified)

    def _powered(self, power: Power | None) -> str:
        if power is None:
            return ""
        if power.on_mains:
            return self.tr("On mains, battery {percent} %").format(percent=power.percent)
        return self.tr("Battery {percent} %").format(percent=power.percent)
