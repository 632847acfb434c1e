"""Instants as documents write them: `21-Nov-2026 14:32 CET`, 24 hours, whatever the machine's own habits.

NHS Common User Interface rules D+Ta-0002 to -0010 and D+Tb-0001 to -0010: the short date is for identification and
ignores regional settings, so month names are written here and not asked from the system.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

NO_BREAK = "\u00a0"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def written_date(day: date) -> str:
    """Return a day as `21-Nov-2026`."""
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}"


def written_instant(at: datetime, zone: str, *, seconds: bool = False) -> str:
    """Return an aware instant in the site's zone as `21-Nov-2026 14:32 CET`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{written_date(local)} {_clock(local, seconds)}"


def written_clock(at: datetime, zone: str) -> str:
    """Return only the time of an aware instant in the site's zone, as `14:32 CET`."""
    local = at.astimezone(ZoneInfo(zone))
    return _clock(local, False)


def _clock(local: datetime, seconds: bool) -> str:
    of_day = f"{local.hour:02}:{local.minute:02}" + (f":{local.second:02}" if seconds else "")
    # A line may end between day and time, never between a time and its zone.
    return f"{of_day}{NO_BREAK}{_abbreviation(local)}"


def _abbreviation(local: datetime) -> str:
    name = local.tzname() or ""
    # Zones without a name of their own answer "+03"; alone that would read as a sum.
    return f"UTC{name}" if name[:1] in "+-" else name
