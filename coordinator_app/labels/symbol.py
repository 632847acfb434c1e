"""What a symbol on a label must say, as data: its kind and the exact bytes a scanner must give back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

GROUP_SEPARATOR = "\x1d"
"""What a scanner sends between GS1 elements of open length."""

_PREDEFINED_LENGTH = frozenset(f"{first:02}" for first in (*range(5), *range(11, 21), *range(31, 37), 41))
# GS1 General Specifications, figure 7.8.5-2: elements that begin so have a fixed length and need no separator.


class SymbolKind(StrEnum):
    """The four symbols our labels carry."""

    DATAMATRIX = "datamatrix"
    GS1_DATAMATRIX = "gs1-datamatrix"
    CODE128 = "code128"
    GS1_128 = "gs1-128"

    @property
    def linear(self) -> bool:
        """True for bars, False for a matrix."""
        return self in (SymbolKind.CODE128, SymbolKind.GS1_128)

    @property
    def symbology(self) -> str:
        """Return the AIM identifier that a scanner sends before the content."""
        return _SYMBOLOGY[self]


_SYMBOLOGY = {
    SymbolKind.DATAMATRIX: "]d1",
    SymbolKind.GS1_DATAMATRIX: "]d2",
    SymbolKind.CODE128: "]C0",
    SymbolKind.GS1_128: "]C1",
}
_GS1 = frozenset({SymbolKind.GS1_DATAMATRIX, SymbolKind.GS1_128})


class Symbol(Struct, frozen=True):
    """One symbol: `data` is what a scanner sends after the symbology identifier, byte for byte.

    GS1 symbols are made with `gs1_symbol`, which keeps their elements (application identifier, value) beside the bytes.
    Raises ValueError for an empty symbol and for GS1 bytes that are not the bytes of the elements.
    """

    kind: SymbolKind
    data: bytes
    elements: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a symbol that could not be read back as itself."""
        if not self.data:
            raise ValueError("A symbol with nothing in it cannot be printed; give it its content.")
        if (self.kind in _GS1) != bool(self.elements):
            raise ValueError("Only a GS1 symbol has elements; make GS1 symbols with gs1_symbol.")
        if self.elements and self.data != element_string(self.elements):
            raise ValueError("The bytes of a GS1 symbol are not those of its elements; make it with gs1_symbol.")


def gs1_symbol(kind: SymbolKind, elements: Sequence[tuple[str, str]]) -> Symbol:
    """Return a GS1 symbol of these elements; check digits and dates are the caller's to validate first."""
    return Symbol(kind=kind, data=element_string(elements), elements=tuple(elements))


def element_string(elements: Sequence[tuple[str, str]]) -> bytes:
    """Return the bytes a scanner sends for these GS1 elements, separators where a length is open.

    Raises ValueError when an application identifier or a value cannot stand in an element string.
    """
    text = ""
    for position, (identifier, value) in enumerate(elements):
        if not re.fullmatch(r"\d{2,4}", identifier) or not re.fullmatch(r"[!-~]+", value):
            raise ValueError(f"GS1 element ({identifier}) cannot be printed; its value has a character GS1 forbids.")
        if re.search(r"[()]", value):
            # The drawing library takes elements in brackets and would split the value there.
            raise ValueError(f"GS1 element ({identifier}) has a bracket in its value; give it a value without one.")
        text += identifier + value
        if position < len(elements) - 1 and identifier[:2] not in _PREDEFINED_LENGTH:
            text += GROUP_SEPARATOR
    return text.encode("ascii")
