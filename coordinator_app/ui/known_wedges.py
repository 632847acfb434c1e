"""The keyboard scanners of one workstation, told apart by the prefix that each sends before what it reads.

A computer does not say which keyboard a key was pressed on, so two scanners that send the same prefix, or none, are one
scanner to the program: it reads both as the one that read the calibration card last. The set-up page says so.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.screens import ScannerShown
from coordinator_app.ui.calibrating import known_wedge
from coordinator_app.ui.keyboard_layouts import Stroke, Wedge, spell

UNKNOWN = "unknown"
"""The name under which a scanner counts whose prefix nobody taught; it is calibrated by nothing."""


class Wedges(Struct, frozen=True):
    """The scanners that have read the card, and how one would be read that has not.

    `taken` are all names of scanners here, serial ones and the camera too; `settings` is what the workstation's
    settings say.
    """

    settings: Wedge = Wedge()
    known: tuple[Wedge, ...] = ()
    taken: frozenset[str] = frozenset()

    @property
    def unknown(self) -> Wedge:
        """How a scanner is read that sends no known prefix, where each known one has a prefix."""
        if any(each.scanner == self.settings.scanner for each in self.known):
            return replace(self.settings, scanner=UNKNOWN, prefix="")
        return self.settings

    def each(self) -> tuple[Wedge, ...]:
        """Return all that may be typing."""
        return (*self.known, self.unknown)

    def reader(self, strokes: tuple[Stroke, ...], tapped: tuple[Stroke, ...] = ()) -> Wedge:
        """Return the scanner that typed this: the longest prefix that it begins with, else the one without any."""
        found = [each for each in self.known if each.prefix and _begins(strokes, tapped, each)]
        if found:
            return max(found, key=lambda each: len(each.prefix))
        return next((each for each in self.known if not each.prefix), self.unknown)

    def named(self, learned: Wedge) -> Wedge:
        """Return what was learned under the name of the scanner with this prefix, or under a new one."""
        same = next((each for each in self.known if each.prefix == learned.prefix), None)
        if same is not None:
            return replace(learned, scanner=same.scanner)
        own = self.settings.scanner
        known = {each.scanner for each in self.known}
        if own not in known and (own not in self.taken or learned.prefix == self.settings.prefix):
            return replace(learned, scanner=own)
        numbers = (f"scanner-{number}" for number in range(1, 100))
        return replace(learned, scanner=next(name for name in numbers if name not in known | self.taken))

    def with_known(self, learned: Wedge) -> Wedges:
        """Return these with one more, or one that is now read in another way."""
        others = tuple(each for each in self.known if each.scanner != learned.scanner)
        return Wedges(self.settings, (*others, learned), self.taken | {learned.scanner})


def wedges_of(settings: Wedge, shown: tuple[ScannerShown, ...]) -> Wedges:
    """Return the keyboard scanners that the record knows; one without a layout arrived exactly and taught nothing."""
    known = tuple(known_wedge(settings, each) for each in shown if each.layout)
    return Wedges(settings, known, frozenset(each.scanner for each in shown))


def _begins(strokes: tuple[Stroke, ...], tapped: tuple[Stroke, ...], wedge: Wedge) -> bool:
    seen = tapped if wedge.layout == "us" and len(tapped) >= len(strokes) else strokes
    head = spell(seen[: len(wedge.prefix)], wedge)
    return head == wedge.prefix
