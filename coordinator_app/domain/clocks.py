"""Countdown clocks: which of them run, since when, what remains as an interval, and what they hold back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from coordinator_app.domain.clock_history import ClockEvent, ClockHistory, ClockSample, history_at
from coordinator_app.domain.clock_instances import find_instances
from coordinator_app.domain.clock_legs import Measure
from coordinator_app.domain.clock_limits import UNBOUNDED_MS
from coordinator_app.domain.clock_state import HOLDING, ClockReading, Judge
from coordinator_app.domain.elapsed import Timeline
from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.vocabulary import ClockState

__all__ = [
    "HOLDING",
    "UNBOUNDED_MS",
    "ClockEvent",
    "ClockHistory",
    "ClockReading",
    "ClockSample",
    "ClockState",
    "clock_answer",
    "clocks_lengthened",
    "clocks_that_block",
    "history_at",
    "read_clocks",
]


def read_clocks(profile: Profile, history: ClockHistory, now: ClockSample) -> tuple[ClockReading, ...]:
    """Return every clock of the profile as it stands at `now`, sorted by name and scope.

    One reading per instance; one with scope `{}` for a clock that has none yet. The order of the events changes
    nothing; heartbeats are in the order they were taken. Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    zone = ZoneInfo(history.zone)
    timeline = Timeline(history, now)
    measure = Measure(history, timeline)
    readings: list[ClockReading] = []
    for rule in profile.clocks:
        judge = Judge(rule, history, measure, zone)
        readings.extend(judge.reading(instance) for instance in find_instances(profile, rule, history, timeline))
    return tuple(sorted(readings, key=lambda reading: (reading.clock, sorted(reading.scope.items()))))


def clocks_that_block(readings: Iterable[ClockReading], step: str, scope: dict[str, str]) -> tuple[ClockReading, ...]:
    """Return the readings that hold this step back for what `scope` names; one about another bag does not."""
    return tuple(
        reading
        for reading in readings
        if step in reading.blocks and all(scope.get(key, value) == value for key, value in reading.scope.items())
    )


def clocks_lengthened(before: Iterable[ClockReading], after: Iterable[ClockReading]) -> tuple[ClockReading, ...]:
    """Return the readings that a correction makes less strict; such a one needs two signatures (design §6)."""
    old = {(reading.clock, tuple(sorted(reading.scope.items()))): reading for reading in before}
    found = []
    for reading in after:
        was = old.pop((reading.clock, tuple(sorted(reading.scope.items()))), None)
        if was is not None and _is_less_strict(was, reading):
            found.append(reading)
    # A running clock that is not there any more has been made as long as can be.
    found.extend(reading for reading in old.values() if reading.state is not ClockState.WAITING)
    return tuple(found)


def clock_answer(readings: Iterable[ClockReading]) -> list[dict[str, Any]]:
    """Return the rows of `coordinator clocks --json`, exactly as `formats.md` §3 has them."""
    return [
        {
            "clock": reading.clock,
            "scope": dict(reading.scope),
            "state": reading.state.value,
            "elapsed_lo_ms": reading.elapsed_lo_ms,
            "elapsed_hi_ms": reading.elapsed_hi_ms,
            "remaining_ms": reading.remaining_ms,
            "earliest": _written(reading.earliest),
            "deadline": _written(reading.deadline),
            "blocks": list(reading.blocks),
            "entered_late": reading.entered_late,
            "why": reading.why,
        }
        for reading in readings
    ]


def _is_less_strict(was: ClockReading, now: ClockReading) -> bool:
    if was.state is ClockState.WAITING:
        return False
    if now.state is ClockState.WAITING or (was.deadline and now.deadline is None):
        return True
    if was.deadline and now.deadline and now.deadline > was.deadline:
        return True
    if was.earliest and now.earliest and now.earliest < was.earliest:
        return True
    return was.state in HOLDING and now.state not in HOLDING


def _written(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
