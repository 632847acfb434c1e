"""Temperature readings from the text that a data logger writes: each line, and what the whole record says."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

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


class LoggerRecord(Struct, frozen=True):
    """A whole record: its extremes in °C, the longest stretch without a reading, and the usual one.

    `sha256` is that of the file's bytes `content`, 64 hex digits.
    """

    lowest: Decimal
    highest: Decimal
    longest_gap: timedelta
    usual_gap: timedelta
    sha256: str
    content: bytes

    @property
    def has_gap(self) -> bool:
        """Whether readings are missing: a stretch of more than twice the logger's own interval."""
        return self.longest_gap > 2 * self.usual_gap


class LoggerFileFaulty(ValueError):
    """The file is no temperature record; the text is one plain sentence with what to do next."""


def read_logger_file(content: bytes) -> LoggerRecord:
    """Read a logger's file of one reading a line; raises LoggerFileFaulty: one faulty line makes the file worthless."""
    try:
        lines = [line for line in content.decode("utf-8").splitlines() if line.strip()]
        readings = [read_berlinger_line(line) for line in lines]
    except UnicodeDecodeError as fault:
        raise LoggerFileFaulty("The file is no text of readings; export the logger's file again.") from fault
    except LoggerLineFault as fault:
        raise LoggerFileFaulty(f"The temperature record cannot be read: {fault}") from fault
    if len(readings) < 2:
        raise LoggerFileFaulty("The temperature record holds fewer than two readings; export the logger's file again.")
    times = [datetime.fromisoformat(each.local_time) for each in readings]
    gaps = [after - before for before, after in pairwise(times)]
    if min(gaps) <= timedelta():
        raise LoggerFileFaulty("The readings are not in the order of their time; export the logger's file again.")
    degrees = [each.celsius for each in readings]
    return LoggerRecord(
        lowest=min(degrees), highest=max(degrees), longest_gap=max(gaps), usual_gap=sorted(gaps)[len(gaps) // 2],
        sha256=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip
