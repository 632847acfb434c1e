"""Faults planted into the clocks on purpose: a proof that does not find each of them proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from coordinator_app.domain import clock_chain, clock_legs, clock_limits, clock_state, elapsed
from coordinator_app.domain.clock_history import ClockSample
from coordinator_app.domain.clock_spans import Span
from tests.domain.clock_worlds import MINUTE


def _wall_counts_across_boots(point: clock_chain.Point, *, carried_over: bool) -> clock_chain._Step:
    return clock_chain._Step(0, max(0, point.ns) + 10 * MINUTE)


def _naive_midnight(instant: datetime, count: int, zone: ZoneInfo) -> datetime:
    return instant + timedelta(hours=24 * count)


def _lag_of_nothing(self: clock_legs.Measure, mark: int) -> Span:
    return Span(0, 0)


def _latest_of(one: Span, other: Span) -> Span:
    return Span(max(one.lo, other.lo), min(one.hi, other.hi) - 500_000_000)


def _wall_is_right(self: elapsed.Timeline, first: int, second: int) -> Span:
    span = self._records[second].point.wall - self._records[first].point.wall
    return Span(span, span)


def _seen_twice(samples: list[ClockSample]) -> list[tuple[str, list[clock_chain.Point]]]:
    by_boot: dict[str, list[clock_chain.Point]] = {}
    for sample in samples:
        point = clock_chain.Point(sample.boot_ns, elapsed.wall_ns(sample.at), elapsed._error(sample.anchored_ms), None)
        by_boot.setdefault(sample.boot, []).append(point)
    return list(by_boot.items())


_AGAINST = clock_state.Judge._against


def _pauses_twice(self: clock_state.Judge, instance: Any, leg: Any, limit: Any, span: Span, **how: Any) -> Any:
    found, remaining = _AGAINST(self, instance, leg, limit, span, **how)
    left_out = Span(span.lo - found.lo, span.hi - found.hi)
    shorter = Span(found.lo - left_out.lo, found.hi - left_out.hi)
    return shorter, remaining


PLANTED: dict[str, tuple[object, str, object]] = {
    "no-drift-in-the-most": (clock_chain, "_most", lambda counted: counted),
    "no-drift-in-the-least": (clock_chain, "_least", lambda counted: counted),
    "wall-gain-ignored": (clock_chain, "_is_step", lambda gained, counted: False),
    "reboot-guessed-at-ten-minutes": (clock_chain, "_gap", _wall_counts_across_boots),
    "wall-clock-believed": (elapsed.Timeline, "between", _wall_is_right),
    "anchors-half-a-second-too-tight": (elapsed, "least_of", _latest_of),
    "contradicting-anchors-overlooked": (clock_chain.Chain, "_weigh_anchors", lambda self, steps: self._sum(steps)),
    "restored-machine-overlooked": (elapsed, "_runs", _seen_twice),
    "late-entries-counted-from-entry": (clock_legs.Measure, "lag", _lag_of_nothing),
    "calendar-days-of-24-hours": (clock_limits, "midnight_after", _naive_midnight),
    "hi-rounded-down": (clock_state, "elapsed_ms", lambda span: (span.lo // 10**6, span.hi // 10**6 - 1)),
    "pauses-left-out-twice": (clock_state.Judge, "_against", _pauses_twice),
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Let the clocks have this fault for a while."""
    target, attribute, value = PLANTED[name]
    with patch.object(target, attribute, value):
        yield
