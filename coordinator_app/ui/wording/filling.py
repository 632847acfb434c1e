"""Fills a translated sentence with its values; what has no value leaves no hole and no stray punctuation.

`{name}` stands for a value. `[…]` holds what is said only when every value in it is known: the sentence
`This step must wait[: {about}].` reads well with and without.
"""

from __future__ import annotations

import re
from typing import Protocol

_PIECE = re.compile(r"\[([^\[\]]*)\]|([^\[\]]+)")
_NAME = re.compile(r"\{(\w+)\}")


class Values(Protocol):
    """The values of one sentence, each as people read it."""

    def known(self, name: str) -> str:
        """Return the value, or nothing where it is not known."""

    def spoken(self, name: str) -> str:
        """Return the value, or the word that stands for it where it is not known."""


def names_in(template: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names a template always says, and those it says only when they are known."""
    always: list[str] = []
    perhaps: list[str] = []
    for optional, plain in _PIECE.findall(template):
        perhaps += _NAME.findall(optional)
        always += _NAME.findall(plain)
    return tuple(always), tuple(perhaps)


def fill(template: str, values: Values) -> str:
    """Return the sentence; it never raises, whatever is missing."""
    said = ""
    for optional, plain in _PIECE.findall(template):
        if optional and not all(values.known(name) for name in _NAME.findall(optional)):
            continue
        said = _add(said, optional or plain, values)
    return said.strip(" ·")


def _add(said: str, piece: str, values: Values) -> str:
    at = 0
    for hit in _NAME.finditer(piece):
        said = _join(said, piece[at : hit.start()])
        said += values.spoken(hit[1])
        at = hit.end()
    return _join(said, piece[at:])


def _join(said: str, literal: str) -> str:
    """Append the translator's own characters; a value that ends its own sentence needs no second full stop."""
    if said.endswith((".", "?")) and literal.startswith("."):
        literal = literal[1:]
    return said + literal
