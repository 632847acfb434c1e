"""Patient identifiers, codes on objects, and what counts as a match.

A code is a text `kind:value`, such as `din:A999926123456` or `gsrn:950600013434300003`. An object is known by a set of
them. Two sets agree when they share a code that is enough to tell the object from others and contradict each other in
no kind: a label that names the right donation and another patient's chain of identity does not agree.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

_LETTERS = str.maketrans(
    {"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)
"""Letters that Unicode does not take apart into a base letter and a mark; case folding has already made ß two s."""

ENOUGH_FOR_A_UNIT: frozenset[str] = frozenset({"unit", "item", "serial", "din"})
"""Kinds of code that can tell one unit from another; a donation number only while one unit carries it."""
OF_A_PERSON: frozenset[str] = frozenset({"gsrn", "patient-id"})
"""Kinds of code that name a patient or donor as a wristband does."""
OF_A_CASE: frozenset[str] = frozenset({"coi", "trial-coi"})
"""Kinds of code that name the chain of identity: nothing with another one belongs to this case."""

LETTERS_STATED = 3
"""How many letters of a family name are compared (design §4.2)."""


def fold(name: str) -> str:
    """Return a name reduced to its letters: no case, accents, spaces, hyphens or apostrophes."""
    apart = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    return "".join(each for each in apart if unicodedata.category(each).startswith("L"))


def family_agrees(stated: str, families: Iterable[str]) -> bool:
    """Tell whether what was said agrees with the first three letters of the current or a former family name.

    A name of fewer letters agrees with itself alone: Ng is not Nguyen.
    """
    said = fold(stated)[:LETTERS_STATED]
    return bool(said) and any(said == fold(family)[:LETTERS_STATED] for family in families)


def fold_number(number: str) -> str:
    """Return a record number as it is compared: without spaces, full stops and hyphens, in capitals."""
    return "".join(each for each in unicodedata.normalize("NFKC", number).upper() if each not in " .-/")


def kind_of(code: str) -> str:
    """Return the kind of a code, the part before its first colon."""
    return code.partition(":")[0]


def of_kinds(codes: frozenset[str], kinds: frozenset[str]) -> frozenset[str]:
    """Return the codes of these kinds."""
    return frozenset([code for code in codes if code.partition(":")[0] in kinds])


def contradicts(known: frozenset[str], read: frozenset[str]) -> bool:
    """Tell whether the two name the same kind of code with no value in common."""
    kinds = {kind_of(code) for code in known} & {kind_of(code) for code in read}
    return any(not of_kinds(known & read, frozenset({kind})) for kind in kinds)


def agrees(known: frozenset[str], read: frozenset[str], besides: frozenset[str] = frozenset()) -> bool:
    """Tell whether the codes read belong to the object known: at least one shared, none contradicting.

    What is in `besides` names the whole case and is not enough by itself: it stands on the papers too.
    """
    return bool((known & read) - besides) and not contradicts(known, read)


def which_unit(
    units: Mapping[str, frozenset[str]], read: frozenset[str], besides: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Return the ids of the units that the codes read can mean, at best exactly one.

    A code counts only when its kind can tell units apart; of the trial's own patterns, none that is in `besides`, for
    an identifier of the case alone names no unit.
    """
    own = frozenset(code for code in read if code.startswith("trial-")) - besides
    telling = of_kinds(read, ENOUGH_FOR_A_UNIT).union(own)
    return tuple(sorted(unit for unit, known in units.items() if known & telling and not contradicts(known, read)))


def differing(expected: str, read: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the positions at which two texts differ, aligned from the left; what one has more counts as differing."""
    longest = max(len(expected), len(read))
    marks = [at for at in range(longest) if expected[at : at + 1] != read[at : at + 1]]
    return tuple(at for at in marks if at < len(expected)), tuple(at for at in marks if at < len(read))
