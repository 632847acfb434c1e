"""What remains to a limit: a length of time, a number of local midnights, or an instant that an event carries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from coordinator_app.domain.calendar_days import midnight_after
from coordinator_app.domain.clock_history import ClockEvent, instant_of, wall_ns
from coordinator_app.domain.clock_spans import FOREVER, Span
from coordinator_app.domain.durations import CalendarDays

UNBOUNDED_MS = 2**53 - 1
"""Stands for a time that nothing limits; the largest whole number the formats allow (285,000 years)."""

_DAY = 86_400_000_000_000
_LONGEST_CHANGE = 3 * 3_600_000_000_000
"""No zone moves its clocks by more than this between two midnights of the years in question (Troll: 2 h)."""
_MILLISECOND = 1_000_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class Remaining(Struct, frozen=True):
    """At least `lo` and at most `hi` ms to a limit, negative when it lies behind; `at` is the instant of the limit."""

    lo: int
    hi: int
    at: datetime | None


def elapsed_ms(span: Span) -> tuple[int, int]:
    """Return elapsed time in whole ms, the least rounded down and the most rounded up, neither below zero."""
    return max(0, floor_ms(span.lo)), max(0, ceil_ms(span.hi))


def floor_ms(ns: int) -> int:
    """Return whole ms, rounded down; `UNBOUNDED_MS` either way for an open end."""
    if abs(ns) >= FOREVER // 2:
        return UNBOUNDED_MS if ns > 0 else -UNBOUNDED_MS
    return ns // _MILLISECOND


def ceil_ms(ns: int) -> int:
    """Return whole ms, rounded up; `UNBOUNDED_MS` either way for an open end."""
    return -floor_ms(-ns)


def after_duration(limit: timedelta, elapsed: Span, started_at: datetime) -> Remaining:
    """Return what remains of a length of time counted from `started_at`."""
    whole = limit // timedelta(milliseconds=1)
    least, most = elapsed_ms(elapsed)
    at = started_at + limit
    return Remaining(max(-UNBOUNDED_MS, whole - most), whole - least, at)


def after_midnights(
    limit: CalendarDays, zone: ZoneInfo, elapsed: Span, started: Span, stopped: Span, started_at: datetime
) -> Remaining:
    """Return what remains until so many local midnights have passed since the start.

    `started` and `stopped` are the instants (ns since 1970) between which the stretch began and ended. Where no anchor
    tells them, only the shortest and the longest that so many days can be is certain.
    """
    lo = (limit.count - 1) * _DAY - _LONGEST_CHANGE - elapsed.hi
    hi = limit.count * _DAY + _LONGEST_CHANGE - elapsed.lo
    at = midnight_after(started_at, limit.count, zone)
    if started.lo > -FOREVER and stopped.hi < FOREVER:
        first = midnight_after(instant_of(started.lo), limit.count, zone)
        lo = max(lo, wall_ns(first) - stopped.hi)
    if started.hi < FOREVER and stopped.lo > -FOREVER:
        last = midnight_after(instant_of(started.hi), limit.count, zone)
        hi = min(hi, wall_ns(last) - stopped.lo)
    return Remaining(floor_ms(lo), ceil_ms(max(lo, hi)), at)


def until_instant(at: datetime, stopped: Span) -> Remaining:
    """Return what remains until an instant; without an anchor that tells the time now, nothing is certain."""
    lo = wall_ns(at) - stopped.hi if stopped.hi < FOREVER else -FOREVER
    hi = wall_ns(at) - stopped.lo if stopped.lo > -FOREVER else FOREVER
    return Remaining(floor_ms(lo), ceil_ms(hi), at)


def stated_instants(events: Iterable[ClockEvent], attribute: str) -> list[datetime] | None:
    """Return every instant the events state under this attribute, or None when one of them is not an instant."""
    found: list[datetime] = []
    for event in events:
        text = event.attributes.get(attribute)
        if text is None:
            continue
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        if at.tzinfo is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
            return None
        found.append(at.astimezone(UTC))
    return found
