"""One clock of the wall: wall name, state, the time left in figures read at 3 m, the absolute instant, what ends it.

A tile places its parts itself: a page of the wall turns within one frame, and laying out the whole wall takes longer.
"""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coordinator_app.domain.screens import ClockShown, Tone
from coordinator_app.ui import formats, theme
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.parts.clock_words import deadline_words
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.surfaces import StripedCard
from coordinator_app.ui.parts.text import Run, Sentence, runs
from coordinator_app.ui.parts.tones import ToneChip
from coordinator_app.ui.remaining import remaining_text, shown_tone
from coordinator_app.ui.screens.wall_places import PLACES
from coordinator_app.ui.theme.tokens import NIGHT
from coordinator_app.ui.wording import worded_word

QUARTER_S = 900
"""No zone begins its day but on a quarter of an hour."""
STRIPE = 14


class TileSizes(Struct, frozen=True):
    """Sizes of one tile in pixels of a window of 1280×720: the fewer clocks, the larger."""

    figures: int
    name: int
    sentence: int
    chip: int
    margin: int
    compact: bool = False


HUGE = TileSizes(190, 31, 28, 24, 24)
LARGE = TileSizes(124, 30, 24, 22, 16)
MIDDLE = TileSizes(88, 28, 20, 21, 8)
SMALL = TileSizes(72, 23, 17, 18, 8, compact=True)
SIZES = ((2, HUGE), (4, LARGE), (6, MIDDLE), (PLACES, SMALL))


class WallTile(StripedCard):
    """One clock of the wall, in sizes that grow with the window."""

    def __init__(
        self, clock: ClockShown, moment: Moment, phones: dict[str, str], sizes: TileSizes, grown: float,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent, tokens=NIGHT, stripe=STRIPE)
        self._clock = clock
        self._moment = moment
        self._who = next((each for each in ("physician", *phones) if each in phones), None)
        self._phones = phones
        self._sizes = sizes
        self._grown = 0.0
        self._told: tuple[ClockShown, Tone, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._make_parts()
        self.grow(grown)

    @property
    def clock(self) -> ClockShown:
        """Return the clock that is shown."""
        return self._clock

    def _make_parts(self) -> None:
        def grown(size: int) -> float:
            return theme.unscaled(round(size * (self._grown or 1.0)))

        self._name = Sentence(grown(self._sizes.name), NIGHT.ink, self)
        self._chip = ToneChip(self._clock.tone, self, tokens=NIGHT, size=grown(self._sizes.chip), filled=False)
        self._figures = Figures(grown(self._sizes.figures), NIGHT.ink, self)
        self._sentence = Sentence(grown(self._sizes.sentence), NIGHT.ink, self)

    def grow(self, grown: float) -> None:
        """Take sizes so many times those of a window of 1280×720."""
        if grown == self._grown:
            return
        self._grown = grown
        for part in (self._name, self._chip, self._figures, self._sentence):
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self._make_parts()
        self._told = None
        self.show_clock(self._clock, self._moment)
        if self.isVisible():
            for part in (self._name, self._chip, self._figures, self._sentence):
                part.show()

    def show_clock(self, clock: ClockShown, moment: Moment) -> None:
        """Show a fresh record of this clock, or another clock."""
        self._clock = clock
        self._name.say([(clock.wall_name, True)])
        self.tick(moment)

    def tick(self, moment: Moment) -> None:
        """Compute the time left again."""
        self._moment = moment
        tone = shown_tone(self._clock, moment.now_ns)
        self.set_tone(tone)
        self._chip.show_tone(tone)
        self._figures.stand_on(self._ground)
        ink = NIGHT.ink if tone is Tone.IN_TIME else NIGHT.tone(tone).ink
        self._figures.show_text(remaining_text(self._clock, moment.now_ns), ink)
        # The words change with the day at most, and laying them out anew is what takes the time.
        told = (self._clock, tone, moment.now.timestamp() // QUARTER_S)
        if told != self._told:
            self._told = told
            self._sentence.say(self._said(tone, moment))
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Return no least size: all tiles share the window alike."""
        return QSize(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the parts anew."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Place name and state at the top, the sentence at the foot, and the figures in all that is left between."""
        left, right = round(42 * self._grown), self.width() - round(24 * self._grown)
        top, foot = round(self._sizes.margin * self._grown), self.height() - round(self._sizes.margin * self._grown)
        width = max(right - left, 1)
        chip = self._chip.sizeHint()
        named = width if self._sizes.compact else max(width - chip.width() - 12, 1)
        name_height = self._name.heightForWidth(named)
        self._name.setGeometry(left, top, named, name_height)
        told = self._sentence.heightForWidth(width)
        self._sentence.setGeometry(left, foot - told, width, told)
        head = top + (name_height if self._sizes.compact else max(name_height, chip.height()))
        room = max(foot - told - head, 1)
        if self._sizes.compact:
            # On a small tile the name needs its whole line, so the state stands beside the figures.
            self._chip.setGeometry(
                right - chip.width(), head + (room - chip.height()) // 2, chip.width(), chip.height()
            )
            self._figures.setGeometry(left, head, max(width - chip.width() - 12, 1), room)
            return
        self._chip.setGeometry(right - chip.width(), top + max(0, (name_height - chip.height()) // 2), chip.width(),
                               chip.height())  # fmt: skip
        self._figures.setGeometry(left, head, width, room)

    def _said(self, tone: Tone, moment: Moment) -> list[Run]:
        pieces = self._uncertain(moment) if tone is Tone.UNKNOWN else None
        if tone is Tone.OVERDUE and self._sizes.compact:
            pieces = self._overdue(moment)
        is_short = pieces is not None
        pieces = pieces or deadline_words(self._clock, moment)
        if tone is Tone.OVERDUE and self._who is not None:
            ring = self.tr(" · ring {who}: {number}")
            pieces = [*pieces, (ring.format(who=worded_word(self._who), number=self._phones[self._who]), True)]
        if self._clock.ends and tone is not Tone.UNKNOWN and not is_short:
            ends = self.tr(" · ends with {event}").format(event=worded_word(self._clock.ends))
            pieces = [*pieces, (ends, False)]
        return pieces

    def _uncertain(self, moment: Moment) -> list[Run]:
        """Return what settles it and the instant all the same; the whole sentence stands on the case's own page."""
        if self._clock.deadline is None:
            said = self.tr("{title}: its instant is not on record, read it from label or certificate")
            return runs(said, title=self._clock.title)
        at = formats.instant(self._clock.deadline, moment.zone, moment.now)
        said = self.tr("Time not certain: two people read another clock · {title} by {time}")
        return runs(said, bold=("time",), title=self._clock.title, time=at)

    def _overdue(self, moment: Moment) -> list[Run] | None:
        """Return what should have ended it and by when, in two lines: the figures must not be smaller than others'."""
        if not self._clock.ends or self._clock.deadline is None:
            return None
        ends = worded_word(self._clock.ends)
        at = formats.instant(self._clock.deadline, moment.zone, moment.now)
        said = self.tr("{ends} was due by {time}")
        return runs(said, bold=("time",), ends=ends[:1].upper() + ends[1:], time=at)
