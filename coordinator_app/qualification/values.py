"""The values that fields of a script may have, and the remedy for an unknown word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from datetime import date, timedelta

from coordinator_app.domain.durations import parse_duration
from coordinator_app.qualification.actions import action_known

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")


def nearest(word: str, known: Sequence[str]) -> str:
    """Return the remedy for an unknown word: the one meant, or all there are."""
    near = difflib.get_close_matches(word, known, 1)
    if near:
        return f"write '{near[0]}'"
    shown = ", ".join(known[:30]) + (" …" if len(known) > 30 else "")
    return f"write one of {shown}" if known else "leave it out"


def wrong_value(do: str, key: str, value: str) -> str:
    """Return what is wrong with a field's value, empty when nothing is."""
    if key == "hex" and not _HEX.fullmatch(value.replace(" ", "")):
        return "must be pairs of hexadecimal digits; correct them"
    if key == "born" and not _is_day(value):
        return f"is '{value}', which is not a day; write it as 1961-07-14"
    if key == "for" and duration_of(value) is None:
        return f"is '{value}', which is not a duration; write it as 2h 30min"
    if key == "by" and step_of(value) is None:
        return f"is '{value}', which is not a step of the clock; write it as 2h, or -2h to set it back"
    if do == "press" and key == "action" and not action_known(value):
        return f"is '{value}', which is no action; see 'coordinator qualify --actions'"
    return ""


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10


def duration_of(text: str) -> timedelta | None:
    """Return how long `wait` waits, or None for what is no duration on a running clock."""
    found = parse_duration(text)
    return found if isinstance(found, timedelta) else None


def step_of(text: str) -> timedelta | None:
    """Return by how much `set_clock` sets the wall clock: a duration, with `-` in front to set it back."""
    found = duration_of(text.removeprefix("+").removeprefix("-"))
    if found is None:
        return None
    return -found if text.startswith("-") else found
