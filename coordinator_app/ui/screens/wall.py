"""The clock wall: readable at 3 m, by wall names only, with the absolute instant and whom to ring."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from coordinator_app.domain.inputs import Opened
from coordinator_app.domain.screens import ActionShown, ClockShown, Tone, WallPage
from coordinator_app.ui import formats, theme
from coordinator_app.ui.exchange_words import exchange_words
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.parts.clock_words import deadline_words
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.presence import present
from coordinator_app.ui.parts.surfaces import StripedCard, column
from coordinator_app.ui.parts.text import Run, Sentence
from coordinator_app.ui.parts.tones import ToneChip
from coordinator_app.ui.parts.wrap_row import WrapRow
from coordinator_app.ui.remaining import remaining_text, shown_tone
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.theme.tokens import NIGHT
from coordinator_app.ui.wording import worded_action, worded_word

QUARTER_S = 900
"""No zone begins its day but on a quarter of an hour."""
MOST = 12
"""More than so many clocks cannot be read at 3 m; the rest is told by number, the most urgent are shown."""


class TileSizes(Struct, frozen=True):
    """Sizes of one tile in design pixels: the fewer clocks, the larger."""

    figures: int
    name: int
    sentence: int
    chip: int
    margin: int
    compact: bool = False


HUGE = TileSizes(150, 31, 27, 23, 28)
LARGE = TileSizes(112, 29, 24, 21, 20)
MIDDLE = TileSizes(84, 28, 20, 21, 8)
SMALL = TileSizes(58, 22, 17, 18, 8, compact=True)
SIZES = ((2, HUGE), (4, LARGE), (6, MIDDLE), (MOST, SMALL))


class WallTile(StripedCard):
    """One clock of the wall."""

    def __init__(
        self, clock: ClockShown, around: Surroundings, sizes: TileSizes, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, tokens=NIGHT, stripe=14)
        self._clock = clock
        self._phones = around.frame.phones
        self._compact = sizes.compact
        self._told: tuple[ClockShown, Tone, float] | None = None
        layout = column(self)
        layout.setContentsMargins(42, sizes.margin, 28, sizes.margin)
        layout.setSpacing(2 if sizes.compact else 6)
        self._name = Sentence(theme.unscaled(sizes.name), NIGHT.ink)
        self._chip = ToneChip(clock.tone, tokens=NIGHT, size=theme.unscaled(sizes.chip), filled=False)
        self._figures = Figures(theme.unscaled(sizes.figures), NIGHT.ink)
        self._sentence = Sentence(theme.unscaled(sizes.sentence), NIGHT.ink)
        line = QHBoxLayout()
        line.setSpacing(16)
        # On a small tile the name needs its whole line, so the state stands beside the figures.
        line.addWidget(self._figures if sizes.compact else self._name, 1)
        line.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter if sizes.compact else Qt.AlignmentFlag.AlignTop)
        if sizes.compact:
            layout.addWidget(self._name)
        else:
            layout.addLayout(line)
        layout.addStretch(1)
        if sizes.compact:
            layout.addLayout(line)
        else:
            layout.addWidget(self._figures)
        layout.addStretch(1)
        layout.addWidget(self._sentence)
        self.show_clock(clock, around.moment)

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of the same clock."""
        self._clock = clock
        self._name.say([(clock.wall_name, True)])
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Compute the time left again."""
        tone = shown_tone(self._clock, moment.now_ns)
        self.set_tone(tone)
        self._chip.show_tone(tone)
        ink = NIGHT.ink if tone is Tone.IN_TIME else NIGHT.tone(tone).ink
        self._figures.show_text(remaining_text(self._clock, moment.now_ns), ink)
        # The words change with the day at most, and laying them out anew is what takes the time.
        told = (self._clock, tone, moment.now.timestamp() // QUARTER_S)
        if told != self._told:
            self._told = told
            self._sentence.say(self._said(tone, moment))

    def _said(self, tone: Tone, moment: Moment) -> list[Run]:
        pieces = deadline_words(self._clock, moment)
        who = next((each for each in ("physician", *self._phones) if each in self._phones), None)
        if tone is Tone.OVERDUE and who is not None:
            ring = self.tr(" · ring {who}: {number}").format(who=worded_word(who), number=self._phones[who])
            return [*pieces, (ring, True)]
        # What is not certain has its own longer sentence, which names the limit.
        if self._clock.ends and not self._compact and tone is not Tone.UNKNOWN:
            ends = self.tr(" · ends with {event}").format(event=worded_word(self._clock.ends))
            pieces = [*pieces, (ends, False)]
        return pieces


class WallFooter(QWidget):
    """Time, place, hub, sound and telephone numbers, on black."""

    def __init__(
        self,
        around: Surroundings,
        hidden: int,
        actions: tuple[ActionShown, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._around = around
        self._hidden = hidden
        self._row = WrapRow(self, gap=26, line_gap=0)
        self._row.setContentsMargins(28, 14, 28, 14)
        self._time = self._add(NIGHT.soft)
        self._add(NIGHT.soft).say([(around.frame.place, False)])
        self._hub = self._add(NIGHT.due.ink if around.frame.exchange.state == "offline" else NIGHT.soft)
        if around.sound:
            self._add(NIGHT.soft).say([(self.tr("Sound on"), False)])
        else:
            self._add(NIGHT.due.ink).say([(self.tr("No sound on this workstation"), True)])
        phones = " · ".join(f"{worded_word(who)} {number}" for who, number in around.frame.phones.items())
        self._add(NIGHT.soft).say([(phones, False)])
        if hidden:
            self._add(NIGHT.due.ink).say([(self.tr("{count} more clocks not shown").format(count=hidden), True)])
        for action in actions:
            self._add(NIGHT.due.ink).say([(f"{action.key}: {worded_action(action)}", True)])
        if around.frame.person is not None:
            back = _Line(NIGHT.soft)
            back.say([(self.tr("Esc: back"), False)])
            self._row.add_far(back)
        self.tick(around.moment)

    def tick(self, moment: Moment) -> None:
        """Show the time of day and the age of the exchange."""
        time = f"{formats.clock_time(moment.now, moment.zone)} {formats.zone_name(moment.now, moment.zone)}"
        self._time.say([(time, True)])
        self._hub.say([(exchange_words(self._around.frame.exchange, moment), False)])

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
    """One piece of the footer on one line."""

    def __init__(self, colour: str) -> None:
        super().__init__(theme.unscaled(18), colour)
        self._ink = colour

    def say(self, pieces: list[Run]) -> None:
        self.show_text("".join(text for text, _ in pieces), self._ink)
        present(self, bool(self.text()))


class WallScreen(PageView):
    """All clocks, most urgent first, on the night ground by day as well: it hangs where patients sleep."""

    full_window = True

    def __init__(self, page: WallPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self)
        tiles = QWidget()
        grid = QGridLayout(tiles)
        grid.setContentsMargins(24, 24, 24, 20)
        grid.setSpacing(20)
        shown = page.clocks[:MOST]
        sizes = next(each for most, each in SIZES if len(shown) <= most)
        columns = 1 if len(shown) <= 1 else 2 if len(shown) <= 8 else 3
        rows = max(-(-len(shown) // columns), 1)
        for place in range(columns):
            grid.setColumnStretch(place, 1)
            # Equal shares whatever the words: without a common least width the longer name would take more.
            grid.setColumnMinimumWidth(place, 1)
        for line in range(rows):
            grid.setRowStretch(line, 1)
        for number, clock in enumerate(shown):
            tile = WallTile(clock, around, sizes)
            self.clock_views.append(tile)
            grid.addWidget(tile, number // columns, number % columns)
        if not shown:
            nothing = Sentence(42, NIGHT.soft, centred=True)
            nothing.say([(self.tr("No clock is running here"), True)])
            grid.addWidget(nothing, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(tiles, 1)
        self.actions_shown = page.actions
        self._footer = WallFooter(around, len(page.clocks) - len(shown), page.actions)
        layout.addWidget(self._footer)

    def renew_clocks(self, clocks: tuple[ClockShown, ...], moment: Moment) -> None:  # type: ignore[override]
        """Show fresh readings of those that are on the wall."""
        super().renew_clocks(clocks[:MOST], moment)

    def tick(self, moment: Moment) -> None:
        """Compute everything again."""
        super().tick(moment)
        self._footer.tick(moment)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the window with night."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(NIGHT.ground))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go back by a touch anywhere."""
        self.leave()

    def leave(self) -> None:
        """Go back to the list of what needs somebody."""
        self.done.emit(Opened(what="today"))
