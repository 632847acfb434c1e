"""One run of quick key strokes, and the judgement whether a scanner or a hand made it.

Free of Qt, so that every rule here can be tried by itself. A doubtful run is never a scan: half a code must not be read
as a whole one, so a scan needs its suffix, and what follows a broken-off run too closely is taken for its other half.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from coordinator_app.domain.inputs import Scanned
from coordinator_app.ui.keyboard_layouts import Stroke, Wedge, has_prefix, may_become_prefixed, spell, strip_prefix


class Why(StrEnum):
    """Why a run of strokes that looked like a scan was not used."""

    PIECES = "pieces"
    UNREADABLE = "unreadable"
    TOO_SLOW = "too-slow"
    BLOCKED = "blocked"


class ScanLost(Struct, frozen=True):
    """A scan that arrived but cannot be used. It carries a length and never the characters."""

    why: Why
    length: int


class Typing(Struct, frozen=True):
    """A hand typed this: the strokes belong to the field that has the focus."""


class Dropped(Struct, frozen=True):
    """Too little to be a scan and no field to type into: the strokes go nowhere, least of all to a button."""


Judgement = Scanned | ScanLost | Typing | Dropped


class Before(StrEnum):
    """What happened just before a run: nothing, a hand typing, or a scan that broke off."""

    NOTHING = "nothing"
    TYPING = "typing"
    LOSS = "loss"


class Burst(Struct):
    """Strokes that came quicker than a hand moves."""

    began_ms: int
    last_ms: int
    before: Before = Before.NOTHING
    strokes: list[Stroke] = field(default_factory=list)
    spoiled: bool = False

    def add(self, stroke: Stroke) -> None:
        """Take one more stroke."""
        self.strokes.append(stroke)
        self.last_ms = stroke.at_ms

    def gap_ms(self, wedge: Wedge) -> int:
        """Return how long the next stroke may take: longer once only a scanner can have begun like this."""
        first = spell(tuple(self.strokes[:3]), wedge)
        return wedge.prefixed_gap_ms if first and may_become_prefixed(first, wedge) else wedge.gap_ms


def judge(burst: Burst, wedge: Wedge, *, ended: bool, into_field: bool, tapped: tuple[Stroke, ...] = ()) -> Judgement:
    """Return what a finished run was. `ended` when its suffix came; `into_field` when a text field has the focus.

    `tapped` are the same presses as the system saw them; a scanner read by position is read from those, because an
    input method may have kept a dead key from the window.
    """
    strokes = tuple(burst.strokes)
    if wedge.layout == "us" and len(tapped) >= len(strokes):
        strokes = tapped
    text = None if burst.spoiled else spell(strokes, wedge)
    length = len(text) if text is not None else len(strokes)
    prefixed = text is not None and has_prefix(text, wedge)
    if burst.before is Before.LOSS:
        return ScanLost(Why.PIECES, length) if length >= wedge.shortest else Dropped()
    if length < wedge.shortest and not (prefixed and not into_field):
        return Typing() if into_field or len(strokes) == 1 else Dropped()
    if not prefixed and into_field and (burst.before is Before.TYPING or not ended):
        return Typing()
    if not ended or burst.before is Before.TYPING:
        return ScanLost(Why.PIECES, length)
    if text is None:
        return ScanLost(Why.UNREADABLE, length)
    if burst.last_ms - burst.began_ms > (wedge.prefixed_whole_ms if prefixed else wedge.whole_ms):
        return Typing() if into_field and not prefixed else ScanLost(Why.TOO_SLOW, length)
    how = "typed" if wedge.prefix_needed and not prefixed else "scanned"
    return Scanned(raw=strip_prefix(text, wedge).encode(), scanner=wedge.scanner, how=how)
