"""What the scanner calibration card holds: every character a scan may hold, and one separator."""

from __future__ import annotations

CARD = "COICARD1=&%<>*}(){:\\+/,;#$'-[]\"?@_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\x1dEND1"
"""The content of the card's Data Matrix (`reference/standards.md` §5.4): all signs of ISBT 128 and GS1, letters in both
cases, digits, and one group separator. A wrong layout, Caps Lock or a lost separator shows."""


def is_card(raw: bytes) -> bool:
    """Tell whether a scan is the card exactly, with or without the symbology identifier of a Data Matrix before it."""
    return raw.removeprefix(b"]d1") == CARD.encode("ascii")
