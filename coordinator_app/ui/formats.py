"""How names, dates, times and numbers are written, by the NHS rules named beside each; no Qt, no regional settings.

The rules and their numbers: `reference/ecosystem.md` §2.1. Months stay English three-letter words in every language,
because a date of birth that two people compare must look the same to both.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_IN_FULL: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUS: Final = "\u2212"
NO_BREAK: Final = "\u00a0"

_WORD_JOINER: Final = "\u2060"
_DATE: Final = re.compile(r"\b\d\d-[A-Z][a-z]{2}(-\d{4})?\b")
_HOUR_MS: Final = 3_600_000
_DAYS_FROM_MS: Final = 100 * _HOUR_MS


def person_name(family: str, given: str, title: str | None = None) -> str:
    """Return `FAMILY, Given (Title)` in full, never cut (NID-0001 to NID-0005, PAB-0049 to PAB-0053)."""
    name = ", ".join(part for part in (family.strip().upper(), given.strip()) if part)
    wanted = (title or "").strip().rstrip(".")
    if not wanted:
        return name
    return f"{name} ({wanted[0].upper()}{wanted[1:]})"


def short_date(day: date) -> str:
    """Return `DD-Mmm-YYYY` (D+Ta-0002 to D+Ta-0009), with hyphens that do not let a line break inside."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def long_date(day: date) -> str:
    """Return `14 July 1961`, for patients and screen readers (D+Ta-0011 to D+Ta-0015)."""
    return f"{day.day} {MONTHS_IN_FULL[day.month - 1]} {day.year:04d}"


def born_with_age(born: date, age_years: int) -> str:
    """Return the date of birth with the age straight after it: `14-Jul-1961 (65y)` (PAB-0034, PAB-0023)."""
    return f"{short_date(born)}{NO_BREAK}({age_years}y)"


def record_number(value: str, issuer: str) -> str:
    """Return a record number as people read it: an NHS number in groups 3 3 4 (NUM-0001), any other as stored.

    Leading zeros are kept and no line breaks inside it.
    """
    if "NHS" in issuer.upper().split() and len(value) == 10 and value.isdigit():
        value = f"{value[:3]} {value[3:6]} {value[6:]}"
    return value.replace(" ", NO_BREAK)


def clock_time(at: datetime, zone: str) -> str:
    """Return `HH:mm` in 24 hours, zero-padded, in the site's zone (D+Tb-0001 to D+Tb-0010)."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def clock_time_with_seconds(at: datetime, zone: str) -> str:
    """Return `HH:mm:ss`, for the few places where seconds matter (D+Tb-0012)."""
    return at.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S")


def zone_name(at: datetime, zone: str) -> str:
    """Return the abbreviation of the zone at that instant, such as `CET`; a bare offset is written `UTC+3`."""
    local = at.astimezone(ZoneInfo(zone))
    name = local.tzname() or ""
    if name and name[0].isalpha():
        return name
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = MINUS if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def instant(at: datetime, zone: str, now: datetime, *, opening: bool = False) -> str:
    """Return an instant as absolutely as the day needs: `14:31 CET` today, `Tue 24-Nov 09:08 CET` else.

    The weekday comes before the day (D+Ta-0016); a date further than 300 days off carries its year. A deadline is cut
    to its minute; an `opening` is rounded up to the next, so that neither is ever generous.
    """
    if opening and (at.second or at.microsecond):
        at = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    time = f"{local:%H:%M}{NO_BREAK}{zone_name(at, zone)}"
    if local.date() == today.date():
        return time
    if abs(local.date() - today.date()) > timedelta(days=300):
        return f"{WEEKDAYS[local.weekday()]} {short_date(local.date())} {time}"
    return f"{WEEKDAYS[local.weekday()]} {day_and_month(local.date())} {time}"


def day_and_time(at: datetime, zone: str) -> str:
    """Return `02-Nov 11:40`, for a line of the record whose year is plain."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_and_month(local.date())} {local:%H:%M}"


def unbroken(text: str) -> str:
    """Return the text with every short date kept on one line (D+Ta-0002: the date is one word to the eye)."""
    return _DATE.sub(_joined, text)


def _joined(date_found: re.Match[str]) -> str:
    return date_found[0].replace("-", f"-{_WORD_JOINER}")


def day_and_month(day: date) -> str:
    """Return `24-Nov`: the short date without its year."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}"


def remaining(milliseconds: int, *, waiting: bool = False) -> str:
    """Return time left as `28:41` below an hour, `19 h 06` below 100 hours, `5 d 03 h` above, `−04:12` when over.

    Never generous (design §2, rule 9): a deadline rounds down, so that 0.9 s left reads 00:00 and 0.1 s over reads
    −00:01; a wait rounds up.
    """
    if waiting:
        return _waiting(max(milliseconds, 0))
    if milliseconds >= 0:
        return _units(milliseconds // 1000, milliseconds)
    seconds = -(milliseconds // 1000)
    return MINUS + _units(seconds, seconds * 1000)


def _waiting(milliseconds: int) -> str:
    seconds = -(-milliseconds // 1000)
    if seconds < 3600:
        return _units(seconds, seconds * 1000)
    # Shown in minutes, so rounded up in minutes: 1 h 00 must never be read while 1 h 00 min 30 s remain.
    minutes = -(-seconds // 60)
    return _units(minutes * 60, minutes * 60_000)


def _units(seconds: int, milliseconds: int) -> str:
    if milliseconds < _HOUR_MS:
        return f"{seconds // 60:02d}:{seconds % 60:02d}"
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if milliseconds < _DAYS_FROM_MS:
        return f"{hours}{NO_BREAK}h{NO_BREAK}{minutes:02d}"
    return f"{hours // 24}{NO_BREAK}d{NO_BREAK}{hours % 24:02d}{NO_BREAK}h"


def duration(length: timedelta) -> str:
    """Return a duration by two units, largest first, zero units left out: `2h 15min` (D+Tb-0017 to D+Tb-0029)."""
    seconds = max(int(length.total_seconds()), 0)
    parts = [
        (seconds // 86400, "d"),
        (seconds % 86400 // 3600, "h"),
        (seconds % 3600 // 60, "min"),
        (seconds % 60, "s"),
    ]
    first = next((at for at, (amount, _) in enumerate(parts) if amount), 3)
    shown = [f"{amount}{unit}" for amount, unit in parts[first : first + 2] if amount]
    return " ".join(shown) or "0s"


def age_of(since: datetime, now: datetime) -> str:
    """Return how long ago something was, by its largest unit only: `12 s`, `3 min`, `5 h`, `2 d`."""
    seconds = max(int((now - since).total_seconds()), 0)
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length}{NO_BREAK}{unit}"
    return f"{seconds}{NO_BREAK}s"
