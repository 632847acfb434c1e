"""The dark strip at the left: where one can go, and which procedure is parked."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QWidget

from coordinator_app.domain.screens import Frame
from coordinator_app.ui import theme
from coordinator_app.ui.parts.surfaces import column, scrolled
from coordinator_app.ui.theme.icons import paint_icon
from coordinator_app.ui.theme.tokens import NAV_WIDTH
from coordinator_app.ui.wording import worded_word

ALWAYS = ("today", "clocks", "labels", "deviations", "exchange", "people", "profiles", "record", "help")
ROOM = 700
"""The height, in pixels, that all places share on the lowest screen the program works on."""
BEDSIDE = frozenset({"bedside", "guided", "procedure"})


class NavButton(QAbstractButton):
    """One place to go: drawing above, word below; the present one with an amber edge and a lighter ground."""

    opened = Signal(str)

    def __init__(
        self, what: str, drawing: str, text: str, *, current: bool, height: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._height = 0
        self._what = what
        self._drawing = drawing
        self._current = not current
        self.show_as(text, current=current, height=height)
        self.setObjectName(f"tab:{what}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._clicked)

    def show_as(self, text: str, *, current: bool, height: int) -> None:
        """Say how the place stands now; nothing is painted anew where nothing is new."""
        if (text, current, height) == (self.text(), self._current, self._height):
            return
        self._current, self._height = current, height
        self.setText(text)
        self.setFont(theme.font(14, bold=current))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the button."""
        return QSize(NAV_WIDTH, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, edge, drawing and word."""
        tokens = theme.look().tokens
        painter = QPainter(self)
        if self._current or self.underMouse():
            painter.fillRect(self.rect(), QColor(tokens.nav_current))
        if self._current:
            painter.fillRect(0, 0, theme.px(4), self.height(), QColor(tokens.nav_accent))
        ink = QColor("#FFFFFF" if self._current else tokens.nav_ink)
        side = 24
        top = (self.height() - side - theme.text_px(14)) * 0.36
        paint_icon(painter, self._drawing, QRectF((self.width() - side) / 2, top, side, side), ink)
        painter.setFont(self.font())
        painter.setPen(ink)
        below = self.rect().adjusted(2, int(top) + side, -2, -4)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus_outer), 3))
            painter.drawRect(self.rect().adjusted(2, 2, -3, -3))
        painter.end()

    @Slot()
    def _clicked(self) -> None:
        self.opened.emit(self._what)


class Navigation(QFrame):
    """All places; none takes the keyboard's focus, F1 and the scanner reach them. Only what is new is built."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("navigation")
        self.setFixedWidth(NAV_WIDTH)
        outer = column(self, margins=(0, 10, 0, 0))
        self._inside = QWidget()
        self._places = column(self._inside)
        self._places.addStretch(1)
        self._buttons: dict[str, NavButton] = {}
        area = scrolled(self._inside, self)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(area)
        self._shown: tuple[str, int] | None = None

    def show_frame(self, frame: Frame) -> None:
        """Show which place is the present one."""
        if (frame.tab, frame.parked) == self._shown:
            return
        self._shown = (frame.tab, frame.parked)
        entries = self._entries(frame)
        self._fit([text for _, _, text in entries])
        height = min(max(ROOM // len(entries), theme.text_px(14) + 44), theme.text_px(14) + 62)
        for what in self._buttons.keys() - {what for what, _, _ in entries}:
            gone = self._buttons.pop(what)
            gone.setParent(None)
            gone.deleteLater()
        for at, (what, drawing, text) in enumerate(entries):
            button = self._buttons.get(what)
            if button is None:
                button = NavButton(what, drawing, text, current=what == frame.tab, height=height)
                button.opened.connect(self.opened)
                self._buttons[what] = button
                self._places.insertWidget(at, button)
            else:
                button.show_as(text, current=what == frame.tab, height=height)

    def _fit(self, texts: list[str]) -> None:
        # Each word in full, as wide as it is when its place is the present one.
        metrics = QFontMetrics(theme.font(14, bold=True))
        self.setFixedWidth(max(NAV_WIDTH, max(metrics.horizontalAdvance(text) for text in texts) + 14))

    def _entries(self, frame: Frame) -> list[tuple[str, str, str]]:
        words = {
            "today": self.tr("Today"),
            "clocks": self.tr("Clocks"),
            "labels": self.tr("Labels"),
            "deviations": self.tr("Deviations"),
            "exchange": self.tr("Exchange"),
            "people": self.tr("People"),
            "profiles": self.tr("Profiles"),
            "record": self.tr("Record"),
            "help": self.tr("Help F1"),
        }
        entries = [(what, what, words[what]) for what in ALWAYS]
        here: list[tuple[str, str, str]] = []
        if frame.tab in BEDSIDE:
            here.append((frame.tab, "bedside", self.tr("Bedside")))
        elif frame.tab == "case":
            here.append((frame.tab, "case", self.tr("Case")))
        elif frame.tab and frame.tab not in words:
            here.append((frame.tab, frame.tab, worded_word(frame.tab)))
        if frame.parked:
            here.append(("parked", "parked", self.tr("Parked {count}").format(count=frame.parked)))
        return [entries[0], *here, *entries[1:]]
