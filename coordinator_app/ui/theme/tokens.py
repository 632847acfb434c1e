"""The colours and sizes of the program, by name; no window holds a colour of its own.

Source of the state colours and their measured contrast: `reference/ecosystem.md` §2.3. Sizes are pixels at 100 % text.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from coordinator_app.domain.screens import Tone


class ToneColours(Struct, frozen=True):
    """One state: the fill and the text on it, and the ink for the same state written on the page's own ground."""

    fill: str
    on_fill: str
    ink: str
    ground: str


class Tokens(Struct, frozen=True):
    """The colours of one ground, light or night."""

    name: str
    ink: str
    soft: str
    line: str
    strong_line: str
    ground: str
    card: str
    sunken: str
    nav: str
    nav_current: str
    nav_ink: str
    nav_accent: str
    action: str
    on_action: str
    focus_inner: str
    focus_outer: str
    beam: str
    in_time: ToneColours
    due: ToneColours
    overdue: ToneColours
    unknown: ToneColours

    def tone(self, tone: Tone) -> ToneColours:
        """Return the colours of one state on this ground."""
        return {
            Tone.IN_TIME: self.in_time,
            Tone.DUE: self.due,
            Tone.OVERDUE: self.overdue,
            Tone.UNKNOWN: self.unknown,
        }[tone]


LIGHT: Final = Tokens(
    name="light",
    ink="#0F1A24",
    soft="#4C6272",
    line="#D5DDE3",
    strong_line="#4C6272",
    ground="#F3F6F8",
    card="#FFFFFF",
    sunken="#E8EEF2",
    nav="#0F1A24",
    nav_current="#22303D",
    nav_ink="#D5DDE3",
    nav_accent="#FFB000",
    action="#005EB8",
    on_action="#FFFFFF",
    focus_inner="#0B0C0C",
    focus_outer="#FFDD00",
    beam="#B10E1E",
    in_time=ToneColours(fill="#005EB8", on_fill="#FFFFFF", ink="#005EB8", ground="#FFFFFF"),
    # Amber is never text on white (1.8:1): on a light ground the state is the fill and the shape, the ink stays dark.
    due=ToneColours(fill="#FFB000", on_fill="#000000", ink="#0F1A24", ground="#FFFFFF"),
    overdue=ToneColours(fill="#B10E1E", on_fill="#FFFFFF", ink="#B10E1E", ground="#FFFFFF"),
    unknown=ToneColours(fill="#4C6272", on_fill="#FFFFFF", ink="#4C6272", ground="#FFFFFF"),
)

NIGHT: Final = Tokens(
    name="night",
    ink="#E7ECEF",
    soft="#A7B3BD",
    line="#313A41",
    strong_line="#7C8A95",
    ground="#121417",
    card="#1E2327",
    sunken="#191D20",
    nav="#000000",
    nav_current="#22303D",
    nav_ink="#C3CDD5",
    nav_accent="#FFD54F",
    action="#4FC3F7",
    on_action="#0B0C0C",
    focus_inner="#0B0C0C",
    focus_outer="#FFDD00",
    beam="#FF8A80",
    in_time=ToneColours(fill="#4FC3F7", on_fill="#0B0C0C", ink="#4FC3F7", ground="#1E2327"),
    due=ToneColours(fill="#FFD54F", on_fill="#0B0C0C", ink="#FFD54F", ground="#1E2327"),
    overdue=ToneColours(fill="#FF8A80", on_fill="#0B0C0C", ink="#FF8A80", ground="#3A1618"),
    unknown=ToneColours(fill="#A7B3BD", on_fill="#0B0C0C", ink="#A7B3BD", ground="#1E2327"),
)

VERDICT_ACCEPTED: Final = ToneColours(fill="#005EB8", on_fill="#FFFFFF", ink="#005EB8", ground="#FFFFFF")
VERDICT_REFUSED: Final = ToneColours(fill="#B10E1E", on_fill="#FFFFFF", ink="#B10E1E", ground="#FFFFFF")
VERDICT_HELD: Final = ToneColours(fill="#FFB000", on_fill="#000000", ink="#0F1A24", ground="#FFFFFF")

TEXT_SMALL: Final = 14
TEXT: Final = 16
TEXT_LARGE: Final = 18
NAME: Final = 24
TITLE: Final = 26
INSTRUCTION: Final = 42
REMAINING: Final = 64
WALL: Final = 112

TARGET: Final = 48
"""The smallest side of anything to press, for gloves on a shared screen (`reference/ecosystem.md` §2.2)."""
BUTTON: Final = 64
GAP: Final = 16
PAGE_MARGIN: Final = 24
NAV_WIDTH: Final = 92
