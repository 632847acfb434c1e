"""Dates and times of ISBT 128: a century digit, a year, a day of the year, and no zone."""

from __future__ import annotations

from datetime import date, time, timedelta

from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal

USUAL_CENTURIES = "09"
"""Century digits met on labels: 0 for 20yy, 9 for 19yy. The others follow the rule of three digits of the year."""


def ordinal_date(content: str) -> tuple[str, tuple[str, ...]]:
    """Return the ISO date of `cyyjjj` and a warning when the century digit is one that no label should carry.

    Raises Unreadable for day 000 and for a day that the year does not have.
    """
    century, short_year, day = int(content[0]), int(content[1:3]), int(content[3:6])
    # 9 means 19yy; every other digit is read as the last three digits of the year, which gives 20yy for 0.
    year = 1900 + short_year if century == 9 else 2000 + century * 100 + short_year
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    if not 1 <= day <= days:
        raise Unreadable(
            Refusal.DATE_IMPOSSIBLE,
            f"The date on this code is day {day} of {year}, which does not exist; have the label replaced.",
        )
    found = date(year, 1, 1) + timedelta(days=day - 1)
    warnings = () if content[0] in USUAL_CENTURIES else (Refusal.CENTURY_UNUSUAL.value,)
    return found.isoformat(), warnings


def clock_time(content: str) -> str:
    """Return `hh:mm` of four digits; raises Unreadable for an hour past 23 (there is no 24:00) or a minute past 59."""
    hour, minute = int(content[:2]), int(content[2:4])
    if hour > 23 or minute > 59:
        raise Unreadable(
            Refusal.DATE_IMPOSSIBLE,
            f"The time on this code is {content[:2]}:{content[2:4]}, which does not exist; have the label replaced.",
        )
    return time(hour, minute).isoformat("minutes")


def ordinal_date_time(content: str) -> tuple[str, tuple[str, ...]]:
    """Return the ISO date and time of `cyyjjjhhmm`, without a zone because the code carries none."""
    day, warnings = ordinal_date(content)
    return f"{day}T{clock_time(content[6:10])}", warnings


def calendar_date(content: str) -> str:
    """Return the ISO date of `yyyymmdd`; raises Unreadable when the calendar has no such day."""
    try:
        return date(int(content[:4]), int(content[4:6]), int(content[6:8])).isoformat()
    except ValueError:
        raise Unreadable(
            Refusal.DATE_IMPOSSIBLE,
            f"The date {content[:4]}-{content[4:6]}-{content[6:8]} on this code does not exist; "
            "have the label replaced.",
        ) from None


def calendar_month(content: str) -> str:
    """Return `yyyy-mm` of six digits; raises Unreadable for a month that does not exist."""
    return calendar_date(content + "01")[:7]
