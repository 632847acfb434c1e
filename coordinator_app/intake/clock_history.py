"""Reads a clock history from its JSON text (`formats.md` §3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta, Struct

from coordinator_app.domain.clock_history import ClockEvent, ClockHistory, ClockSample
from coordinator_app.domain.vocabulary import EventName, Scope

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_Milliseconds = Annotated[int, Meta(ge=0, le=10**12)]
_Nanoseconds = Annotated[int, Meta(ge=0, le=2**62)]
_Name = Annotated[str, Meta(min_length=1, max_length=200)]


class ClockHistoryFaulty(ValueError):
    """The text is not a clock history; says where and what to do."""


class _Event(Struct, frozen=True, forbid_unknown_fields=True):
    event: EventName
    scope: dict[Scope, _Name]
    at: datetime
    boot: _Name
    boot_ns: _Nanoseconds
    part: _Name | None = None
    anchored_ms: _Milliseconds | None = None
    happened_at: datetime | None = None
    attributes: dict[str, str] | None = None


class _Sample(Struct, frozen=True, forbid_unknown_fields=True):
    at: datetime
    boot: _Name
    boot_ns: _Nanoseconds
    anchored_ms: _Milliseconds | None = None


class _History(Struct, frozen=True, forbid_unknown_fields=True):
    zone: str
    events: list[_Event]
    samples: list[_Sample]


def read_clock_history(text: str | bytes) -> ClockHistory:
    """Return the history that the JSON text writes; raises ClockHistoryFaulty with one sentence when it is not one."""
    try:
        read = msgspec.json.decode(text, type=_History)
    except (msgspec.DecodeError, RecursionError) as refused:
        raise ClockHistoryFaulty(
            f"The history cannot be read: {refused}. Correct it as formats §3 has it."
        ) from refused
    if not read.samples:
        raise ClockHistoryFaulty("The history has no sample; add one, the last of them says what time it is now.")
    _check_zone(read.zone)
    events = tuple(
        ClockEvent(
            event=event.event,
            scope={key.value: value for key, value in event.scope.items()},
            part=event.part,
            at=_utc(event.at, f"events[{number}].at"),
            boot=event.boot,
            boot_ns=event.boot_ns,
            anchored_ms=event.anchored_ms,
            happened_at=None if event.happened_at is None else _utc(event.happened_at, f"events[{number}].happened_at"),
            attributes=event.attributes or {},
        )
        for number, event in enumerate(read.events)
    )
    samples = tuple(
        ClockSample(_utc(sample.at, f"samples[{number}].at"), sample.boot, sample.boot_ns, sample.anchored_ms)
        for number, sample in enumerate(read.samples)
    )
    return ClockHistory(read.zone, events, samples)


def read_instant(text: str) -> datetime:
    """Return an instant written as `2025-11-25T14:32:00Z`; raises ClockHistoryFaulty when it has no zone or is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as refused:
        raise ClockHistoryFaulty(f'"{text}" is not an instant; write it as 2025-11-25T14:32:00Z.') from refused
    return _utc(at, f'"{text}"')


def _utc(at: datetime, where: str) -> datetime:
    if at.tzinfo is None:
        raise ClockHistoryFaulty(f"{where} has no zone; write the instant with Z at its end.")
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ClockHistoryFaulty(f"{where} is in the year {at.year}; write one from {_FIRST_YEAR} to {_LAST_YEAR}.")
    return at.astimezone(UTC)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as refused:
        raise ClockHistoryFaulty(f'"{name}" is not a time zone; write an IANA name, as Europe/Berlin.') from refused
