"""The strips of the wall: which page of the clocks is shown, and time, place, hub, sound and whom to ring."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from coordinator_app.domain.screens import ActionShown, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.exchange_words import exchange_words
from coordinator_app.ui.heard import silence_words
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.text import Run
from coordinator_app.ui.parts.tones import ToneChip, tone_word
from coordinator_app.ui.parts.wrap_row import WrapRow
from coordinator_app.ui.screens.page_view import Surroundings
from coordinator_app.ui.screens.wall_places import LOUD, STEADY, Places
from coordinator_app.ui.theme.tokens import NIGHT
from coordinator_app.ui.wording import worded_action, worded_word

AWAY = frozenset({"offline"})
"""States in which nobody can tell what the other workstations know."""


class TurnStrip(QWidget):
    """Between the clocks in place and those that take turns: which page this is, and what presses on the others.

    It places its parts itself, as a tile does: what changes here must not lay out the whole wall.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: tuple[Places, dict[Tone, int]] | None = None
        self._count = 0
        self._make(1.0)
        present(self, False)

    def _make(self, grown: float) -> None:
        self._grown = grown
        self.setFixedHeight(round(36 * grown))
        self._page = _Line(NIGHT.ink, round(22 * grown), self)
        self._elsewhere = _Line(NIGHT.soft, round(20 * grown), self)
        size = theme.unscaled(round(20 * grown))
        self._away = {tone: ToneChip(tone, self, tokens=NIGHT, size=size, filled=False) for tone in LOUD}

    def grow(self, grown: float) -> None:
        """Take sizes so many times those of a window of 1280×720."""
        if grown == self._grown:
            return
        for part in (self._page, self._elsewhere, *self._away.values()):
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self._make(grown)
        told, self._told = self._told, None
        if told is not None:
            self.say(told[0], self._count, told[1])

    def text(self) -> str:
        """Return what the strip says."""
        chips = ", ".join(chip.text() for chip in self._away.values() if not chip.isHidden())
        return f"{self._page.text()} · {self._elsewhere.text()} {chips}".rstrip(" ·")

    def say(self, places: Places, count: int, away: dict[Tone, int]) -> None:
        """Tell the page of the `count` clocks, and by state how many press that are not on it."""
        if (places, away) == self._told:
            return
        self._told, self._count = (places, away), count
        if self.isHidden() == places.turns:
            present(self, places.turns)
        said = self.tr("Page {page} of {pages} · {others} clocks take turns below")
        self._page.say([(said.format(page=places.page, pages=places.pages, others=count - STEADY), True)])
        self._elsewhere.say([(self.tr("Not shown now:"), True)] if away else [])
        for tone, chip in self._away.items():
            number = away.get(tone, 0)
            chip.show_tone(tone, f"{number} {tone_word(tone).lower()}")
            present(chip, number > 0)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        right, gap = self.width(), round(24 * self._grown)
        for part in (*reversed(self._away.values()), self._elsewhere):
            if not part.isHidden():
                width = part.sizeHint().width()
                part.setGeometry(right - width, 0, width, self.height())
                right -= width + gap
        self._page.setGeometry(0, 0, max(right, 1), self.height())


class WallFooter(QWidget):
    """Time, place, hub, sound and telephone numbers, on black."""

    def __init__(
        self, around: Surroundings, actions: tuple[ActionShown, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._around = around
        self._row = WrapRow(self, gap=26, line_gap=0)
        self._row.setContentsMargins(28, 14, 28, 14)
        self._time = self._add(NIGHT.soft)
        self._add(NIGHT.soft).say([(around.frame.place, False)])
        self._is_away = around.frame.exchange.state in AWAY
        self._hub = self._add(NIGHT.due.ink if self._is_away else NIGHT.soft)
        self._hub.setObjectName("wall_exchange")
        if around.sound:
            self._add(NIGHT.soft).say([(self.tr("Sound on"), False)])
        else:
            self._add(NIGHT.due.ink).say([(silence_words(around.sound), True)])
        phones = " · ".join(f"{worded_word(who)} {number}" for who, number in around.frame.phones.items())
        self._add(NIGHT.soft).say([(phones, False)])
        for action in actions:
            self._add(NIGHT.due.ink).say([(f"{action.key}: {worded_action(action)}", True)])
        if around.frame.person is not None:
            back = _Line(NIGHT.soft)
            back.say([(self.tr("Esc: back"), False)])
            self._row.add_far(back)
        self.tick(around.moment)

    def tick(self, moment: Moment) -> None:
        """Show the time of day and the age of the exchange; while the hub is away, whom to ring instead."""
        time = f"{formats.clock_time(moment.now, moment.zone)} {formats.zone_name(moment.now, moment.zone)}"
        self._time.say([(time, True)])
        said = exchange_words(self._around.frame.exchange, moment)
        if self._is_away:
            said = self.tr("Hub away: {state}").format(state=said)
            who = next(
                (each for each in ("pharmacy", *self._around.frame.phones) if each in self._around.frame.phones), ""
            )
            if who:
                ring = self.tr("ask by telephone: {who} {number}")
                said = f"{said} · {ring.format(who=worded_word(who), number=self._around.frame.phones[who])}"
        self._hub.say([(said, self._is_away)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the black strip."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        painter.end()

    def _add(self, colour: str) -> _Line:
        line = _Line(colour)
        self._row.addWidget(line)
        return line


class _Line(Figures):
    """One piece of a strip on one line."""

    def __init__(self, colour: str, size: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(theme.unscaled(size), colour, parent)
        self._ink = colour

    def say(self, pieces: list[Run]) -> None:
        self.show_text("".join(text for text, _ in pieces), self._ink)
        present(self, bool(self.text()))
