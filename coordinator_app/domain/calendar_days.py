"""Local midnights of the site's time zone, through every change of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def midnight_after(instant: datetime, count: int, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the local date is first `count` days after that of `instant`.

    That is the `count`-th local midnight; where the clocks skip midnight, the moment they jump; where they repeat it,
    the first time.
    """
    day = instant.astimezone(zone).date() + timedelta(days=count)
    midnight = datetime.combine(day, time(), zone)
    first = midnight.astimezone(UTC)
    if first.astimezone(zone).date() >= day and (first - _SECOND).astimezone(zone).date() < day:
        return first
    # The clocks jump over this midnight: look for the moment of the jump, within a day either side.
    early, late = first - timedelta(days=1), first + timedelta(days=1)
    while late - early > timedelta(microseconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).date() >= day:
            late = middle
        else:
            early = middle
    return late
