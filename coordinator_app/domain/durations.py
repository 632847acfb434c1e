"""Lengths of time as a profile writes them: `2h 30min`, `48h`, `2 calendar days`."""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec import Struct

_DURATION = re.compile(r"[0-9]+(?:d|h|min|s)(?: [0-9]+(?:h|min|s))*")
_CALENDAR = re.compile(r"([0-9]{1,4}) calendar days")
_PART = re.compile(r"([0-9]{1,9})(d|h|min|s)")
_SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_NAMES = (("d", "day", "days"), ("h", "h", "h"), ("min", "min", "min"), ("s", "s", "s"))
_LONGEST = timedelta(days=36_500)


class CalendarDays(Struct, frozen=True):
    """A number of local midnights in the site's time zone; `2 calendar days` ends at the second midnight."""

    count: int


Duration = timedelta | CalendarDays


def parse_duration(text: str) -> Duration | None:
    """Return the length of time that `text` writes, or None when it is not written as `formats.md` §2 asks.

    Units go largest first and each is used once; `calendar days` stands alone. Nothing past 100 years is a duration.
    """
    calendar = _CALENDAR.fullmatch(text)
    if calendar:
        return CalendarDays(int(calendar[1]))
    if not _DURATION.fullmatch(text):
        return None
    parts = _PART.findall(text)
    if len(parts) != text.count(" ") + 1:
        return None
    sizes = [_SECONDS[unit] for _, unit in parts]
    if sizes != sorted(set(sizes), reverse=True):
        return None
    seconds = sum(int(number) * _SECONDS[unit] for number, unit in parts)
    if seconds > _LONGEST.total_seconds():
        return None
    return timedelta(seconds=seconds)


def duration_text(duration: Duration) -> str:
    """Return the duration as a profile writes it, largest unit first; the opposite of `parse_duration`."""
    if isinstance(duration, CalendarDays):
        return f"{duration.count} calendar days"
    return " ".join(f"{number}{unit}" for number, unit in _split(duration)) or "0s"


def spoken_duration(duration: Duration) -> str:
    """Return the duration for people to read: `2 h 30 min`, `3 days`."""
    if isinstance(duration, CalendarDays):
        return "1 calendar day" if duration.count == 1 else f"{duration.count} calendar days"
    singular = {unit: one for unit, one, _ in _NAMES}
    plural = {unit: many for unit, _, many in _NAMES}
    words = [f"{number} {singular[unit] if number == 1 else plural[unit]}" for number, unit in _split(duration)]
    return " ".join(words) or "0 s"


def _split(duration: timedelta) -> list[tuple[int, str]]:
    rest = int(duration.total_seconds())
    # `2d` and `48h` are the same length; a pharmacy manual counts hours up to three days.
    units = ("d", "h", "min", "s") if rest % 86_400 == 0 and rest >= 4 * 86_400 else ("h", "min", "s")
    parts: list[tuple[int, str]] = []
    for unit in units:
        number, rest = divmod(rest, _SECONDS[unit])
        if number:
            parts.append((number, unit))
    return parts
