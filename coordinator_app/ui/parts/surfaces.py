"""What things stand on: cards, cards with the stripe of a state, thin rules, pages that scroll."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from coordinator_app.domain.screens import Tone
from coordinator_app.ui import theme


def card(parent: QWidget | None = None) -> QFrame:
    """Return an empty card."""
    frame = QFrame(parent)
    frame.setProperty("role", "card")
    return frame


def rule(parent: QWidget | None = None) -> QFrame:
    """Return a thin line between rows."""
    frame = QFrame(parent)
    frame.setProperty("role", "rule")
    return frame


def scrolled(content: QWidget, parent: QWidget | None = None) -> QScrollArea:
    """Return `content` in an area that scrolls when large text needs more room than there is."""
    content.setObjectName("scrolled")
    return ScrolledArea(content, parent)


class ScrolledArea(QScrollArea):
    """An area that asks its content for its size only once it stands where it will be seen.

    Asked earlier, each piece of text would be dressed by the style sheet here, and again with every move of the page:
    that took a third of the time until a page is painted.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: QWidget | None = content
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # One of ours: asked for the area's own, the binding looks through every kind of widget there is to know which
        # it is, and makes 81 enumerations for that (12 of the 900 ms until the first screen).
        viewport = QWidget()
        self.setViewport(viewport)
        content.setParent(viewport)

    def sizeHint(self) -> QSize:
        """Return the size that the content wishes for."""
        self._take_content()
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size of the area itself."""
        self._take_content()
        return super().minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the content into the area."""
        self._take_content()
        super().resizeEvent(event)

    def _take_content(self) -> None:
        content, self._waiting = self._waiting, None
        if content is None:
            return
        self.setWidget(content)
        content.setAutoFillBackground(False)
        content.show()


def column(parent: QWidget, *, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 0) -> QVBoxLayout:
    """Return a column on `parent`; margins and gap in design pixels."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(*(theme.px(side) for side in margins))
    layout.setSpacing(theme.px(gap))
    return layout


class StripedCard(QFrame):
    """A card whose left edge carries a state: solid where time is known, dashed where it is not."""

    def __init__(self, parent: QWidget | None = None, *, tokens: theme.Tokens | None = None, stripe: int = 8) -> None:
        super().__init__(parent)
        self._tokens = tokens or theme.look().tokens
        self._stripe = stripe
        self._colour = QColor(self._tokens.soft)
        self._tone: Tone | None = None
        self._ground = QColor(self._tokens.card)

    def set_tone(self, tone: Tone) -> None:
        """Carry a state."""
        if tone is self._tone:
            # A countdown says each quarter of a second how it stands: painted is only what is new.
            return
        colours = self._tokens.tone(tone)
        self._tone, self._colour, self._ground = tone, QColor(colours.fill), QColor(colours.ground)
        self.update()

    def set_colour(self, colour: str) -> None:
        """Carry a plain colour that says nothing."""
        self._tone, self._colour = None, QColor(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its stripe."""
        painter = QPainter(self)
        if self.rect().adjusted(theme.px(self._stripe), 7, -7, -7).contains(event.rect()):
            # Something inside is painted anew: the ground beneath it is all that is needed.
            painter.fillRect(event.rect(), self._ground)
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.fillPath(outline, self._ground)
        painter.setClipPath(outline)
        width = theme.px(self._stripe)
        if self._tone is Tone.UNKNOWN:
            dash = theme.px(28)
            for top in range(0, self.height(), dash + theme.px(14)):
                painter.fillRect(0, top, width, dash, self._colour)
        else:
            painter.fillRect(0, 0, width, self.height(), self._colour)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(self._tokens.line), 1))
        painter.drawPath(outline)
        painter.end()
