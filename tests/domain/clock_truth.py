"""What a clock should say, from true time alone, written without the code under proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from coordinator_app.domain.clock_limits import UNBOUNDED_MS
from coordinator_app.domain.clock_state import ClockReading

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = 1_000_000
ZONES = tuple(sorted(zone for zone in available_timezones() if zone not in ("localtime", "Factory")))


@dataclass
class Truth:
    """The true course of one clock instance; ns. `deadline` and `opens` are true instants or None."""

    elapsed: int
    ended: bool
    stop: int
    deadline: int | None = None
    opens: int | None = None
    active: int | None = None
    limit: int | None = None


@cache
def changes(zone: str) -> tuple[int, ...]:
    """Days (since 1970) of 2024-2030 on which the zone moves its clocks."""
    info = ZoneInfo(zone)
    first = (date(2024, 1, 1) - date(1970, 1, 1)).days
    found = []
    before = None
    for day in range(first, first + 7 * 366):
        offset = (EPOCH + timedelta(days=day)).astimezone(info).utcoffset()
        if before is not None and offset != before:
            found.append(day)
        before = offset
    return tuple(found)


def nth_midnight(start: int, count: int, zone: str) -> int:
    """The first whole minute in true time whose local date is `count` days on, found by walking (ns)."""
    info = ZoneInfo(zone)
    begun = EPOCH + timedelta(microseconds=start // 1_000)
    wanted = begun.astimezone(info).date() + timedelta(days=count)
    at = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC) - timedelta(hours=16)
    step = timedelta(hours=1)
    while at.astimezone(info).date() < wanted:
        at += step
    at -= step
    while at.astimezone(info).date() < wanted:
        at += timedelta(minutes=1)
    return (at - EPOCH) // timedelta(microseconds=1) * 1_000


def wrongs(reading: ClockReading, truth: Truth) -> list[str]:
    """Everything in which a reading is generous, or false, against the truth."""
    found = []
    elapsed = truth.elapsed if truth.active is None else truth.active
    if not reading.elapsed_lo_ms * MS <= elapsed:
        found.append(f"lo {reading.elapsed_lo_ms} ms above the true {elapsed / MS:.3f} ms")
    if reading.elapsed_hi_ms < UNBOUNDED_MS and reading.elapsed_hi_ms * MS < elapsed:
        found.append(f"hi {reading.elapsed_hi_ms} ms below the true {elapsed / MS:.3f} ms")
    state = reading.state.value
    left = _left(truth, elapsed)
    if left is not None and left < 0 and state not in ("overdue", "missed", "uncertain"):
        found.append(f"deadline late: {state}, but it was over {-left / MS:.3f} ms ago")
    if left is not None and left >= 0 and state == "overdue":
        found.append("overdue, but it is not over")
    if left is not None and state in ("running", "due") and reading.remaining_ms * MS > left:
        found.append(f"deadline late: {reading.remaining_ms} ms shown, {left / MS:.3f} ms are left")
    wait = None if truth.opens is None else truth.opens - truth.stop
    if wait is not None and wait > 0 and state in ("met", "running", "due"):
        found.append(f"wait released {wait / MS:.3f} ms early: {state}")
    if wait is not None and wait > 0 and state == "early" and reading.remaining_ms * MS < wait:
        found.append(f"wait shown short: {reading.remaining_ms} ms, {wait / MS:.3f} ms are left")
    if truth.ended and state in ("running", "due", "early", "overdue", "waiting"):
        found.append(f"ended, but {state}")
    if state == "missed" and (left is None or left >= 0) and (wait is None or wait <= 0):
        found.append("missed, but it was kept")
    return found


def _left(truth: Truth, elapsed: int) -> int | None:
    if truth.limit is not None:
        return truth.limit - elapsed
    return None if truth.deadline is None else truth.deadline - truth.stop
