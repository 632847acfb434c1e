"""What the scanner calibration card holds: every character a scan may hold, and one separator."""

from __future__ import annotations

from difflib import SequenceMatcher

CARD = "COICARD1=&%<>*}(){:\\+/,;#$'-[]\"?@_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\x1dEND1"
"""The content of the card's Data Matrix (`reference/standards.md` §5.4): all signs of ISBT 128 and GS1, letters in both
cases, digits, and one group separator. A wrong layout, Caps Lock or a lost separator shows."""

_CARD = CARD.encode("ascii")


def is_card(raw: bytes) -> bool:
    """Tell whether a scan is the card exactly, with or without the symbology identifier of a Data Matrix before it."""
    return raw.removeprefix(b"]d1") == _CARD


def resembles_card(text: str) -> bool:
    """Tell whether characters are the card read wrongly: a foreign layout, Caps Lock, a lost sign, every second key.

    No code of a label holds the alphabet twice; the nearest of them is less than half as like the card as this asks.
    """
    if not len(CARD) // 2 <= len(text) <= len(CARD) + _LEEWAY:
        return False
    return SequenceMatcher(None, text.casefold(), CARD.casefold(), autojunk=False).ratio() >= _ALIKE


def card_fault(raw: bytes) -> str:
    """Return what went wrong where a scan is the card read wrongly, `separator-lost` or `characters-lost`, else ""."""
    text = raw.removeprefix(b"]d1").decode("latin-1")
    if not resembles_card(text) or is_card(raw):
        return ""
    return "separator-lost" if text == CARD.replace("\x1d", "") else "characters-lost"


_LEEWAY = 16
"""Characters more than the card's: prefix, symbology identifier, a doubled key, a separator of several characters."""
_ALIKE = 0.6
"""How alike a wrong reading must be, as a share of characters in the right order."""
