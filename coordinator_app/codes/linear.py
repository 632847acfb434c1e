"""Linear codes: Code 128 and GS1-128 as a row of modules, drawn with python-barcode."""

from __future__ import annotations

from barcode.codex import Code128, Gs1_128

from coordinator_app.codes.gs1 import GROUP_SEPARATOR, read_gs1
from coordinator_app.codes.symbols import SymbolFault

QUIET_MODULES = 10
"""Modules of blank space that a Code 128 needs on each side (ST-001 §6, GS1 General Specifications)."""

_FNC1 = "\xf1"


def code128_modules(text: str, gs1: bool) -> str:
    """Return the bars of a Code 128 as a text of 1 (dark) and 0, one character a module, without quiet zones.

    With `gs1` the text is an element string as a scanner sends it; it is checked as any scan is. Raises SymbolFault
    for a text that is empty or not ASCII, `Unreadable` for a text that is no valid element string.
    """
    if not text or not text.isascii():
        raise SymbolFault("A linear code holds plain characters only, and at least one; change the text.")
    if gs1:
        read_gs1(text)
    code = Gs1_128(text.replace(GROUP_SEPARATOR, _FNC1)) if gs1 else Code128(text)
    return str(code.build()[0])
