"""Turns a symbol into its dark and light modules: the one place where labels call the drawing libraries.

Matrices come from zxing-cpp, bars from python-barcode. zxing-cpp ignores keywords it does not know and ends the whole
process on a wrongly typed one, so it is called only here, with these typed arguments; what was drawn is always read
back (`decode_back`), because a symbol of the wrong kind looks just as fine.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import zxingcpp
from barcode.codex import Code128, Gs1_128
from msgspec import Struct

from coordinator_app.labels.symbol import Symbol, SymbolKind

LINEAR_QUIET_MODULES = 10
"""Light modules at each end of a Code 128 (ISBT 128 ST-001 §6: 10 X)."""
MATRIX_QUIET_MODULES = 2
"""Light modules around a Data Matrix: 1 X is the least, 2 X to 4 X advised (ST-001 §6)."""
_DIGITS_99 = 99
FUNCTION_ONE = "\xf1"
"""How python-barcode writes FNC1 inside a Code 128."""


class SymbolNotDrawable(ValueError):
    """The content does not go into a symbol of this kind; the sentence says why."""


class Modules(Struct, frozen=True):
    """The modules of one symbol without its quiet zone, one text of `1` (dark) and `0` per row; bars have one row."""

    rows: tuple[str, ...]
    linear: bool
    quiet: int

    @property
    def across(self) -> int:
        """Modules from left to right, without the quiet zone."""
        return len(self.rows[0])

    @property
    def down(self) -> int:
        """Modules from top to bottom, without the quiet zone; 1 for bars."""
        return len(self.rows)


@lru_cache(maxsize=256)
def modules_of(symbol: Symbol) -> Modules:
    """Return the modules of `symbol`. Raises SymbolNotDrawable."""
    if symbol.kind.linear:
        return Modules(rows=(_bars(symbol),), linear=True, quiet=LINEAR_QUIET_MODULES)
    return Modules(rows=_matrix(symbol), linear=False, quiet=MATRIX_QUIET_MODULES)


class _Bars(Code128):  # type: ignore[misc]
    """python-barcode's Code 128 without its fault for content that begins with the digits 99."""

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        # The bars begin in set C. There 99 is the pair of digits; python-barcode 0.16.1 takes it for "change to set C"
        # and drops it, so that 990 would be printed as 0.
        return encoded if encoded[1] == _DIGITS_99 else list(super()._try_to_optimize(encoded))


def _bars(symbol: Symbol) -> str:
    if any(not 0x20 <= byte <= 0x7E and byte != 0x1D for byte in symbol.data):
        raise SymbolNotDrawable(
            "Bars can only carry the letters, digits and signs of a US keyboard; use a Data Matrix for this content."
        )
    text = symbol.data.decode("ascii")
    if symbol.kind is SymbolKind.GS1_128:
        # python-barcode sets the first FNC1 itself; one given here as well would be read as a stray separator.
        drawn = Gs1_128(text.replace("\x1d", FUNCTION_ONE))
    elif "\x1d" in text:
        raise SymbolNotDrawable("A plain Code 128 has no separator; use GS1-128 for elements.")
    else:
        drawn = _Bars(text)
    bars: str = drawn.build()[0]
    return bars


def _matrix(symbol: Symbol) -> tuple[str, ...]:
    try:
        if symbol.kind is SymbolKind.GS1_DATAMATRIX:
            bracketed = "".join(f"({identifier}){value}" for identifier, value in symbol.elements)
            drawn = zxingcpp.create_barcode(bracketed, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
        else:
            drawn = zxingcpp.create_barcode(_content(symbol.data), zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    except ValueError as fault:
        raise SymbolNotDrawable(
            f"A Data Matrix cannot hold this content of {len(symbol.data)} characters ({fault}); shorten it."
        ) from fault
    picture = np.array(zxingcpp.write_barcode_to_image(drawn, scale=1, add_quiet_zones=False))
    return tuple("".join("1" if cell == 0 else "0" for cell in row) for row in picture)


def _content(data: bytes) -> str | bytes:
    # Given as text, digits and letters are packed and the symbol is smaller; other bytes must stay bytes.
    return data.decode("ascii") if all(0x20 <= byte <= 0x7E for byte in data) else data
