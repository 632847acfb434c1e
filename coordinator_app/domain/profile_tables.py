"""Reads one table of a profile key by key, and notes a fault with its line for all that is not as it should be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from coordinator_app.domain.durations import CalendarDays, Duration, parse_duration
from coordinator_app.domain.profile_lines import KeyLines, Table
from coordinator_app.domain.profile_parts import Fault

Word = TypeVar("Word", bound=StrEnum)

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_LONGEST_TEXT = 400


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a remedy for an unknown word: the nearest known one, or all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f'Did you mean "{close[0]}"?'
    if not words:
        return "There is nothing of this kind in the profile yet; add it or remove the name."
    return f"Use one of: {', '.join(words)}."


class FaultList:
    """The faults found so far in one text."""

    def __init__(self, lines: KeyLines) -> None:
        self.lines = lines
        self.found: list[Fault] = []

    def add(self, line: int, key: str, message: str, remedy: str) -> None:
        """Note one fault."""
        self.found.append(Fault(line=line, key=key, message=message, remedy=remedy))


class TableReader:
    """Takes the keys of one table; what was not taken at the end is refused."""

    def __init__(self, values: Mapping[str, Any], table: Table, heading: str, faults: FaultList) -> None:
        self._values = values
        self._table = table
        self._faults = faults
        self._taken: set[str] = set()
        self.heading = heading

    def fault(self, key: str, message: str, remedy: str, value: str | None = None) -> None:
        """Note that `key` (or one word in it) is wrong."""
        line = self._faults.lines.key(self._table, key, value)
        self._faults.add(line, key, f"{self.heading}: {message}", remedy)

    def has(self, key: str) -> bool:
        """Say whether the key is written in the file."""
        return key in self._values

    def text(self, key: str, *, required: bool = True, pattern: re.Pattern[str] | None = None, rule: str = "") -> str:
        """Return a text, empty when it is absent or faulty."""
        value = self._take(key, str, "a text in quotes", required=required)
        if value is None:
            return ""
        text: str = value
        if not text.strip() or len(text) > _LONGEST_TEXT:
            self.fault(key, "the text is empty or longer than 400 characters.", "Write a short text in quotes.")
            return ""
        if pattern is not None and not pattern.fullmatch(text):
            self.fault(key, f'"{text}" is not written as it must be.', rule, text)
            return ""
        return text

    def name(self, key: str = "name") -> str:
        """Return the table's own name: letters, digits, hyphens and underscores."""
        return self.text(key, pattern=NAME, rule="Use letters, digits, - and _, at most 60, beginning with a letter.")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when absent."""
        value = self._take(key, list, "a list of texts in square brackets", required=False)
        texts: list[str] = []
        for item in value or ():
            if not isinstance(item, str) or not item.strip():
                self.fault(key, f"{item!r} is not a text.", "Put each name in quotes.")
            elif item in texts:
                self.fault(key, f'"{item}" stands there twice.', "Remove one of the two.", item)
            else:
                texts.append(item)
        return tuple(texts)

    def word(self, key: str, words: type[Word], *, default: Word | None = None) -> Word | None:
        """Return one word of a closed vocabulary."""
        text = self.text(key, required=default is None)
        if not text:
            return default
        return self._known(key, text, words)

    def words(self, key: str, words: type[Word], *, required: bool = False) -> tuple[Word, ...]:
        """Return a list of words of a closed vocabulary."""
        if required and not self._values.get(key):
            self._taken.add(key)
            self.fault(key, f'"{key}" is missing or empty.', f"Add {key} with at least one of: {_listed(words)}.")
            return ()
        found = [self._known(key, text, words) for text in self.texts(key)]
        return tuple(word for word in found if word is not None)

    def number(self, key: str) -> int:
        """Return a whole number from 1 up; 0 when it is absent or faulty."""
        value = self._take(key, int, "a whole number", required=True)
        if value is None:
            return 0
        if not 1 <= value <= 9_999:
            self.fault(key, f"{value} is out of range.", "Write a whole number from 1 to 9999.")
            return 0
        return int(value)

    def yes(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, bool, "true or false", required=False)
        return default if value is None else bool(value)

    def values(self, key: str, *, required: bool) -> list[Any] | None:
        """Return a list as it stands, for the caller to check."""
        found = self._take(key, list, "a list in square brackets", required=required)
        return None if found is None else list(found)

    def duration(self, key: str, *, required: bool = True) -> Duration | None:
        """Return a length of time above zero, calendar days allowed."""
        text = self.text(key, required=required)
        if not text:
            return None
        found = parse_duration(text)
        if found is None or found in (timedelta(0), CalendarDays(0)):
            self.fault(
                key,
                f'"{text}" is not a length of time.',
                'Write it largest unit first with a space between, as "2h 30min", "120s" or "2 calendar days".',
                text,
            )
            return None
        return found

    def span(self, key: str) -> timedelta | None:
        """Return a length of time in hours, minutes and seconds, or None when absent; calendar days are refused."""
        found = self.duration(key, required=False)
        if isinstance(found, CalendarDays):
            self.fault(key, "calendar days cannot be used here.", 'Write days or hours, as "48h".')
            return None
        return found

    def spans(self, key: str) -> tuple[timedelta, ...]:
        """Return a list of lengths of time, longest first."""
        spans: list[timedelta] = []
        for text in self.texts(key):
            found = parse_duration(text)
            if isinstance(found, timedelta) and found:
                spans.append(found)
            else:
                self.fault(key, f'"{text}" is not a length of time.', 'Write it as "30min" or "1h 15min".', text)
        return tuple(sorted(spans, reverse=True))

    def refuse_rest(self) -> None:
        """Refuse every key that nothing asked for."""
        for key in self._values:
            if key not in self._taken:
                self.fault(key, f'"{key}" is not a key that belongs here.', nearest(key, self._taken))

    def _take(self, key: str, kind: type, spoken: str, *, required: bool) -> Any:
        self._taken.add(key)
        if key not in self._values:
            if required:
                self.fault(key, f'"{key}" is missing.', f"Add {key} with {spoken}.")
            return None
        value = self._values[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, f'"{key}" must be {spoken}.', f"Write {spoken}.")
            return None
        return value

    def _known(self, key: str, text: str, words: type[Word]) -> Word | None:
        try:
            return words(text)
        except ValueError:
            self.fault(key, f'"{text}" is not a word known here.', nearest(text, [word.value for word in words]), text)
            return None


def _listed(words: type[Word]) -> str:
    return ", ".join(word.value for word in words)
