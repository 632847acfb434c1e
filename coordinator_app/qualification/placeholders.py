"""Placeholders of a script: `{dotted.path}` from the demonstration site's list, `{labels.N}` from the script itself.

`{{` is a brace. `{labels.N}` is the code of the N-th label (from 1) that was drafted since the script began, as a
scanner would send it: labels get their serials when they are printed, so that no list can hold them beforehand.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

_PARTS = re.compile(r"\{\{|\{([^{}]*)\}|\{")
_LABEL = re.compile(r"labels\.([1-9][0-9]{0,3})")


class PlaceholderFaulty(ValueError):
    """A placeholder leads nowhere; the text says what to write instead."""


class LabelNotDrafted(LookupError):
    """The label a step speaks of has not been drafted yet."""


class Filled(Struct, frozen=True):
    """A text with its placeholders filled; whole numbers stand for labels that are not known before the script runs."""

    parts: tuple[str | int, ...]

    @property
    def known(self) -> str | None:
        """The text, or None while it speaks of labels."""
        return None if any(isinstance(part, int) for part in self.parts) else "".join(map(str, self.parts))

    def text(self, labels: Sequence[str] = ()) -> str:
        """Return the text with these labels; raises LabelNotDrafted."""
        return "".join(part if isinstance(part, str) else _label(part, labels) for part in self.parts)


def _label(number: int, labels: Sequence[str]) -> str:
    if number > len(labels):
        raise LabelNotDrafted(f"label {number} was not drafted; the script has drafted {len(labels)} so far")
    return labels[number - 1]


def fill(text: str, listing: Mapping[str, Any]) -> Filled:
    """Fill a text from the list; raises PlaceholderFaulty for an unknown path and for a brace that is not closed."""
    parts: list[str | int] = []
    end = 0
    for found in _PARTS.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
        if found[0] == "{{":
            parts.append("{")
        elif found[1] is None:
            raise PlaceholderFaulty("has a brace that is not closed; write {{ for a brace of its own")
        elif label := _LABEL.fullmatch(found[1]):
            parts.append(int(label[1]))
        else:
            parts.append(_value_at(found[1], listing))
    parts.append(text[end:])
    return Filled(tuple(part for part in parts if part != ""))


def _value_at(path: str, listing: Mapping[str, Any]) -> str:
    here: Any = listing
    for name in path.split("."):
        if not isinstance(here, Mapping) or name not in here:
            known = list(here) if isinstance(here, Mapping) else []
            raise PlaceholderFaulty(f"names {{{path}}}, where '{name}' is not known; {_remedy(name, known)}")
        here = here[name]
    if isinstance(here, Mapping):
        raise PlaceholderFaulty(f"names {{{path}}}, which is a group; go on with one of {', '.join(here)}")
    return str(here)


def _remedy(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    if near:
        return f"write '{near[0]}'"
    return f"write one of {', '.join(known)}" if known else "see 'coordinator demo --list' for what there is"
