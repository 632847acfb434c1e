"""A date and a time of day, as people at the site type them, as the instant they mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)(?:[:.]?([0-5]\d))?")


def typed_time(text: str) -> tuple[time, timedelta] | None:
    """Return a time of day and how exact it is (1 s or 1 min), or None: `14:32`, `14:32:05`, `1432`."""
    hit = _TIME.fullmatch(text.strip())
    if hit is None:
        return None
    exact = timedelta(minutes=1) if hit[3] is None else timedelta(seconds=1)
    return time(int(hit[1]), int(hit[2]), int(hit[3] or 0)), exact


def instants(day: str, at: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the instants (aware UTC) that a day (YYYY-MM-DD) and a time of day mean at the site.

    One; two in the hour that comes twice when the clocks go back; none in the one left out, or for a day that is none.
    """
    try:
        here = datetime.combine(date.fromisoformat(day), at)
    except ValueError:
        return ()
    found = sorted({here.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
    return tuple(each for each in found if each.astimezone(zone).replace(tzinfo=None) == here)
