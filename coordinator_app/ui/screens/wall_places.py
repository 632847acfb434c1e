"""Which clocks stand on the wall at a moment: the most urgent always in place, the others by turns, page by page.

Nothing here is kept: the page follows from the suspend-aware clock, so that it goes on where it was after the page was
built anew, and two walls on two monitors of one workstation show the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from coordinator_app.domain.screens import ClockShown, Tone
from coordinator_app.ui.remaining import shown_tone

PLACES = 9
"""More than so many clocks at once cannot be read at 3 m (`reference/ecosystem.md` §2.2: digits of 18 to 20 mm)."""
STEADY = 3
"""So many of the most urgent stay in place while the others take turns in the places that are left."""
PAGE_NS = 10_000_000_000
"""A page stays for so long: time to find one's own among six."""
LOUD = (Tone.OVERDUE, Tone.DUE, Tone.UNKNOWN)
"""States that are told by number while their clock is not on the page, the worst first."""


class Places(Struct, frozen=True):
    """What stands on the wall now: places in the list of clocks, and which page of how many; 1 of 1 when all fit."""

    shown: tuple[int, ...]
    page: int = 1
    pages: int = 1

    @property
    def turns(self) -> bool:
        """Say whether there is more than fits."""
        return self.pages > 1


def places_at(count: int, now_ns: int) -> Places:
    """Return which of `count` clocks, the most urgent first, stand on the wall at an instant of the boot clock."""
    if count <= PLACES:
        return Places(tuple(range(count)))
    turning = PLACES - STEADY
    pages = -(-(count - STEADY) // turning)
    page = now_ns // PAGE_NS % pages
    first = STEADY + page * turning
    return Places((*range(STEADY), *range(first, min(first + turning, count))), page + 1, pages)


def away(clocks: Sequence[ClockShown], shown: Sequence[int], now_ns: int) -> dict[Tone, int]:
    """Return how many clocks in each loud state are not among those shown; nothing that presses is left unsaid."""
    if len(shown) >= len(clocks):
        return {}
    here = set(shown)
    counted = Counter(shown_tone(clock, now_ns) for at, clock in enumerate(clocks) if at not in here)
    return {tone: counted[tone] for tone in LOUD if counted[tone]}
