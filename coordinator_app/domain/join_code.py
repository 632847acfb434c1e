"""The code on a workstation's screen that stands for its fingerprint: digits only, which every keyboard types alike."""

from __future__ import annotations

PREFIX = "2604"
"""Begins the code; what follows is the fingerprint as a number of 78 digits."""
DIGITS = 78
"""Decimal digits of 256 bits."""


def join_code(fingerprint: str) -> str:
    """Return the text of the symbol for a fingerprint of 64 hex digits."""
    return f"{PREFIX}{int(fingerprint, 16):0{DIGITS}d}"


def fingerprint_of_code(raw: bytes) -> str | None:
    """Return the fingerprint that a scanned code stands for, None for any other scan."""
    text = raw.removeprefix(b"]d1").decode("latin-1")
    digits = text.removeprefix(PREFIX)
    if not text.startswith(PREFIX) or len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    number = int(digits)
    return f"{number:064x}" if number < 2**256 else None
