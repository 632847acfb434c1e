"""The clock wall: readable at 3 m, by wall names only, with the absolute instant and whom to ring.

The most urgent clocks always stand in place; when there are more than can be read at 3 m, the others take turns by
themselves, and what presses on a page that is not shown is told by number.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from coordinator_app.domain.inputs import Opened
from coordinator_app.domain.screens import ClockShown, Tone, WallPage
from coordinator_app.ui.parts.moment import Moment
from coordinator_app.ui.parts.surfaces import column
from coordinator_app.ui.parts.text import Sentence
from coordinator_app.ui.screens.page_view import PageView, Surroundings
from coordinator_app.ui.screens.wall_footer import TurnStrip, WallFooter
from coordinator_app.ui.screens.wall_places import PLACES, STEADY, away, places_at
from coordinator_app.ui.screens.wall_tile import SIZES, WallTile
from coordinator_app.ui.theme.tokens import NIGHT

_Told = tuple[object, ...]
_SECOND_NS = 1_000_000_000
_DESIGN = QSize(1280, 720)
"""The window for which the sizes of a tile are written; a larger one grows them."""


class WallScreen(PageView):
    """All clocks, most urgent first, on the night ground by day as well: it hangs where patients sleep."""

    full_window = True

    def __init__(self, page: WallPage, around: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self)
        self._clocks = page.clocks
        self._places = places_at(len(page.clocks), around.moment.now_ns)
        self._shown = list(self._places.shown)
        self._tiles: list[WallTile] = []
        self._strip = TurnStrip()
        self._counted = (-1, self._places)
        self._away: dict[Tone, int] = {}
        tiles = QWidget()
        self._lay_out(QGridLayout(tiles), around)
        layout.addWidget(tiles, 1)
        self.actions_shown = page.actions
        self._footer = WallFooter(around, page.actions)
        self._stands_for = _told_by_footer(around)
        layout.addWidget(self._footer)
        self._tell(around.moment)

    def _lay_out(self, grid: QGridLayout, around: Surroundings) -> None:
        grid.setContentsMargins(24, 20, 24, 16)
        grid.setSpacing(16)
        if not self._clocks:
            nothing = Sentence(42, NIGHT.soft, centred=True)
            nothing.say([(self.tr("No clock is running here"), True)])
            grid.addWidget(nothing, 0, 0, Qt.AlignmentFlag.AlignVCenter)
            return
        count = PLACES if self._places.turns else len(self._clocks)
        sizes = next(each for most, each in SIZES if count <= most)
        columns = 1 if count <= 1 else 2 if count <= 6 else 3
        divided = STEADY // columns if self._places.turns else count
        for place in range(columns):
            grid.setColumnStretch(place, 1)
        for number in range(count):
            taken = number < len(self._shown)
            clock = self._clocks[self._shown[number] if taken else 0]
            tile = WallTile(clock, around.moment, around.frame.phones, sizes, 1.0)
            policy = tile.sizePolicy()
            # A place that is empty on the last page keeps its room: the others must not move.
            policy.setRetainSizeWhenHidden(True)
            tile.setSizePolicy(policy)
            row = number // columns
            grid.addWidget(tile, row + (row >= divided), number % columns)
            grid.setRowStretch(row + (row >= divided), 1)
            tile.setVisible(taken)
            self._tiles.append(tile)
        if self._places.turns:
            grid.addWidget(self._strip, divided, 0, 1, columns)

    @property
    def clocks_shown(self) -> tuple[ClockShown, ...]:
        """Return the clocks that stand on the wall now, the most urgent first."""
        return tuple(tile.clock for tile, _ in zip(self._tiles, self._shown, strict=False))

    @property
    def told_of_the_rest(self) -> str:
        """Return what is said of the clocks that take turns; nothing while all have a place."""
        return self._strip.text() if self._places.turns else ""

    def renew_surroundings(self, around: Surroundings) -> None:
        """Say anew how hub, sound and telephones stand; the wall hangs for days, and the hub may go at any time."""
        told = _told_by_footer(around)
        layout = self.layout()
        if told == self._stands_for or layout is None:
            return
        self._stands_for = told
        fresh = WallFooter(around, self.actions_shown)
        layout.replaceWidget(self._footer, fresh)
        self._footer.setParent(None)
        self._footer.deleteLater()
        self._footer = fresh
        fresh.show()

    def renew_clocks(self, clocks: Sequence[ClockShown], moment: Moment) -> None:
        """Show fresh readings of those that are on the wall."""
        self._clocks = tuple(clocks)
        for tile, shown in zip(self._tiles, self._shown, strict=False):
            tile.show_clock(self._clocks[shown], moment)
        self._counted = (-1, self._places)
        self._tell(moment)

    def tick(self, moment: Moment) -> None:
        """Compute everything again, and turn the page when its time is over."""
        self._places = places_at(len(self._clocks), moment.now_ns)
        turned = self._turn_one(moment)
        for number, (tile, _) in enumerate(zip(self._tiles, self._shown, strict=False)):
            if number != turned:
                tile.tick(moment)
        self._tell(moment)
        self._footer.tick(moment)

    def _turn_one(self, moment: Moment) -> int | None:
        """Turn one place to the page that is due; one for each repaint, so that no figure waits for the whole page."""
        wanted = self._places.shown
        for number, tile in enumerate(self._tiles):
            now_on = self._shown[number] if number < len(self._shown) else None
            due = wanted[number] if number < len(wanted) else None
            if now_on == due:
                continue
            if due is None:
                del self._shown[number:]
                for empty in self._tiles[number:]:
                    empty.setVisible(False)
                return number
            self._shown[number : number + 1] = [due]
            tile.show_clock(self._clocks[due], moment)
            tile.setVisible(True)
            return number
        return None

    def _tell(self, moment: Moment) -> None:
        """Say which page this is and what presses elsewhere; counted anew each second."""
        counted = (moment.now_ns // _SECOND_NS, self._places)
        if counted != self._counted:
            self._counted = counted
            self._away = away(self._clocks, self._places.shown, moment.now_ns)
        self._strip.say(self._places, len(self._clocks), self._away)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Grow with the window: on a large monitor the figures are read from farther away."""
        super().resizeEvent(event)
        grown = max(1.0, round(min(self.width() / _DESIGN.width(), self.height() / _DESIGN.height()) * 20) / 20)
        for tile in self._tiles:
            tile.grow(grown)
        self._strip.grow(grown)

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


def _told_by_footer(around: Surroundings) -> _Told:
    frame = around.frame
    return (frame.exchange, frame.phones, frame.place, frame.person is None, around.sound)
