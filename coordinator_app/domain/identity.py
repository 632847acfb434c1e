"""Patient identifiers, codes on objects, and what counts as a match.

A code is a text `kind:value`, such as `din:A999926123456` or `gsrn:950600013434300003`. An object is known by a set of
them. Two sets agree when they share a code that is enough to tell the object from others and contradict each other in
no kind: a label that names the right donation and another patient's chain of identity does not agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
"""Letters that Unicode does not take apart into a base letter and a mark."""

ENOUGH_FOR_A_UNIT: frozenset[str] = frozenset({"unit", "item", "serial", "din"})
"""Kinds of code that can tell one unit from another; a donation number only while one unit carries it."""

LETTERS_STATED = 3
"""How many letters of a family name are compared (design §4.2)."""


def fold(name: str) -> str:
    """Return a name reduced to its letters: no case, accents, spaces, hyphens or apostrophes."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(each for each in apart if unicodedata.category(each).startswith("L"))


def family_agrees(stated: str, families: Iterable[str]) -> bool:
    """Tell whether what was said agrees with the first three letters of the current or a former family name."""
    said = fold(stated)
    if not said:
        return False
    for family in families:
        known = fold(family)
        letters = min(LETTERS_STATED, len(known))
        if letters and len(said) >= letters and said[:letters] == known[:letters]:
            return True
    return False


def kind_of(code: str) -> str:
    """Return the kind of a code, the part before its first colon."""
    return code.partition(":")[0]


def contradicts(known: frozenset[str], read: frozenset[str]) -> bool:
    """Tell whether the two name the same kind of code with no value in common."""
    return any(
        not (_of_kind(known, kind) & _of_kind(read, kind))
        for kind in {kind_of(code) for code in known} & {kind_of(code) for code in read}
    )


def agrees(known: frozenset[str], read: frozenset[str]) -> bool:
    """Tell whether the codes read belong to the object known: at least one shared, none contradicting."""
    return bool(known & read) and not contradicts(known, read)


def which_unit(units: Mapping[str, frozenset[str]], read: frozenset[str]) -> tuple[str, ...]:
    """Return the ids of the units that the codes read can mean, at best exactly one.

    A code counts only when its kind can tell units apart; the identifier of the case alone names no unit.
    """
    telling = frozenset(code for code in read if kind_of(code) in ENOUGH_FOR_A_UNIT or code.startswith("trial-"))
    return tuple(sorted(unit for unit, known in units.items() if known & telling and not contradicts(known, read)))


def _of_kind(codes: frozenset[str], kind: str) -> frozenset[str]:
    return frozenset(code for code in codes if kind_of(code) == kind)


def differing(expected: str, read: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions at which two texts differ, aligned from the left; what one has more counts as differing."""
    longest = max(len(expected), len(read))
    marks = [at for at in range(longest) if expected[at : at + 1] != read[at : at + 1]]
    return tuple(at for at in marks if at < len(expected)), tuple(at for at in marks if at < len(read))
