"""Temperature readings from the text that a data logger writes."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from msgspec import Struct


class LoggerReading(Struct, frozen=True):
    """One reading. `local_time` is `YYYY-MM-DDTHH:MM:SS` on the logger's own clock: the file names no zone."""

    local_time: str
    celsius: Decimal


class LoggerLineFault(ValueError):
    """A line of a logger's file that is no reading; the message says why and what to do."""


_BERLINGER = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ \t]+([0-9]{2}:[0-9]{2})[ \t]+([+-]?[0-9]{1,3}(?:\.[0-9]+)?)")


def read_berlinger_line(line: str) -> LoggerReading:
    """Read one line of three columns, `2017-01-24 14:20 11.8`: date, time of day, °C with a decimal point.

    Raises LoggerLineFault for anything else: a decimal comma, a probe fault, a date that does not exist.
    """
    found = _BERLINGER.fullmatch(line.strip())
    if not found:
        raise LoggerLineFault(
            f"{line.strip()!r} is not a date, a time and a temperature; export the logger's file again."
        )
    try:
        day, clock = date.fromisoformat(found[1]), time.fromisoformat(found[2])
    except ValueError:
        raise LoggerLineFault(
            f"{found[1]} {found[2]} is no date and time; check the logger's clock and export its file again."
        ) from None
    return LoggerReading(local_time=f"{day.isoformat()}T{clock.isoformat('seconds')}", celsius=Decimal(found[3]))
