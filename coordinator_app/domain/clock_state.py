"""Turns one instance of a clock into its reading: the state, what remains, and what it blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from coordinator_app.domain import clock_words
from coordinator_app.domain.clock_history import ClockHistory, instant_of, wall_ns
from coordinator_app.domain.clock_instances import Instance
from coordinator_app.domain.clock_legs import Leg, Measure
from coordinator_app.domain.clock_limits import (
    UNBOUNDED_MS,
    Remaining,
    after_duration,
    after_midnights,
    elapsed_ms,
    stated_instants,
    until_instant,
)
from coordinator_app.domain.clock_spans import FOREVER, Span
from coordinator_app.domain.durations import CalendarDays, Duration
from coordinator_app.domain.profile_parts import ClockRule
from coordinator_app.domain.vocabulary import ClockKind, ClockState

HOLDING = frozenset({ClockState.EARLY, ClockState.OVERDUE, ClockState.MISSED, ClockState.UNCERTAIN})
"""The states in which a clock blocks what it names."""

_WORST_FIRST = (
    ClockState.MISSED,
    ClockState.OVERDUE,
    ClockState.UNCERTAIN,
    ClockState.EARLY,
    ClockState.DUE,
    ClockState.RUNNING,
    ClockState.MET,
)


class ClockReading(Struct, frozen=True, kw_only=True):
    """One clock of one bag, dose, case … at one moment; times in ms, instants aware UTC.

    `elapsed_hi_ms` and -`remaining_ms` are `UNBOUNDED_MS` where nothing limits them. `warn_level` counts the warnings
    that have been reached, from 0 for the first, None before it. `needs_second_signature` says that only a late entry
    of the end makes this clock kept (design §6).
    """

    clock: str
    title: str
    scope: dict[str, str]
    state: ClockState
    elapsed_lo_ms: int = 0
    elapsed_hi_ms: int = 0
    remaining_ms: int | None = None
    earliest: datetime | None = None
    deadline: datetime | None = None
    blocks: tuple[str, ...] = ()
    entered_late: bool = False
    why: str = ""
    warn_level: int | None = None
    needs_second_signature: bool = False
    is_paused: bool = False


class _Judged(Struct, frozen=True):
    """One stretch held against one limit."""

    leg: Leg
    state: ClockState
    elapsed: Span
    remaining: Remaining


class Judge:
    """Reads the instances of one clock from one history."""

    def __init__(self, rule: ClockRule, history: ClockHistory, measure: Measure, zone: ZoneInfo) -> None:
        self._rule = rule
        self._events = history.events
        self._measure = measure
        self._zone = zone

    def reading(self, instance: Instance) -> ClockReading:
        """Return where this instance stands."""
        rule = self._rule
        if not instance.starts:
            why = clock_words.why(rule, ClockState.WAITING, self._zone, earliest=None, deadline=None, note="")
            return ClockReading(
                clock=rule.name, title=rule.title, scope=instance.scope, state=ClockState.WAITING, why=why
            )
        deadline, earlier = self._deadline(instance)
        wait = self._wait(instance)
        return self._worded(instance, deadline, wait, earlier)

    def _deadline(self, instance: Instance) -> tuple[_Judged | None, _Judged | None]:
        """Return the present stretch against the latest limit, and an earlier one of the same instance that failed."""
        if self._rule.kind is ClockKind.AT_LEAST:
            return None, None
        legs = self._measure.deadline_legs(instance, self._rule.scope)
        judged = [self._judge_deadline(instance, leg) for leg in legs]
        failed = [one for one in judged[:-1] if one.state is not ClockState.MET]
        return judged[-1], failed[-1] if failed else None

    def _judge_deadline(self, instance: Instance, leg: Leg, *, late_end: bool = True) -> _Judged:
        elapsed, remaining = self._to_deadline(instance, leg, late_end=late_end)
        if leg.end is not None:
            met = remaining.lo >= 0
            state = ClockState.MET if met else ClockState.MISSED if remaining.hi < 0 else ClockState.UNCERTAIN
        elif remaining.hi < 0:
            state = ClockState.OVERDUE
        elif remaining.lo < 0:
            state = ClockState.UNCERTAIN
        else:
            state = ClockState.RUNNING if self._warn_level(remaining) is None else ClockState.DUE
        return _Judged(leg, state, elapsed, remaining)

    def _to_deadline(self, instance: Instance, leg: Leg, *, late_end: bool) -> tuple[Span, Remaining]:
        elapsed = self._measure.elapsed(leg, is_wait=False, late_end=late_end)
        if self._rule.kind is ClockKind.UNTIL:
            stopped = self._measure.instant(leg.stop, late=late_end)
            return elapsed, self._until(instance, leg, stopped)
        limit = self._rule.allowance or timedelta()
        return self._against(instance, leg, limit, elapsed, is_wait=False, late_end=late_end)

    def _until(self, instance: Instance, leg: Leg, stopped: Span) -> Remaining:
        """Hold the stretch against the earliest expiry that any event about the same thing states."""
        about = self._events[leg.start].scope | instance.scope
        stated = stated_instants(
            (event for event in self._events if all(event.scope.get(k, v) == v for k, v in about.items())),
            self._rule.deadline or "",
        )
        if not stated:
            return Remaining(-UNBOUNDED_MS, UNBOUNDED_MS, None)
        return until_instant(min(stated), stopped)

    def _wait(self, instance: Instance) -> _Judged | None:
        limit = self._rule.wait
        if limit is None:
            return None
        judged = []
        for leg in self._measure.wait_legs(instance, self._rule.scope):
            elapsed = self._measure.elapsed(leg, is_wait=True)
            elapsed, remaining = self._against(instance, leg, limit, elapsed, is_wait=True, late_end=True)
            if remaining.hi <= 0:
                state = ClockState.MET
            elif remaining.lo > 0:
                state = ClockState.EARLY if leg.end is None else ClockState.MISSED
            else:
                state = ClockState.UNCERTAIN
            judged.append(_Judged(leg, state, elapsed, remaining))
        judged.reverse()
        return min(judged, key=lambda one: _WORST_FIRST.index(one.state))

    def _against(
        self, instance: Instance, leg: Leg, limit: Duration, elapsed: Span, *, is_wait: bool, late_end: bool
    ) -> tuple[Span, Remaining]:
        started_at = self._started_at(leg.start, is_wait=is_wait)
        if isinstance(limit, CalendarDays):
            started = self._measure.instant(leg.start, late=not is_wait)
            stopped = self._measure.instant(leg.stop, late=late_end)
            return elapsed, after_midnights(limit, self._zone, elapsed, started, stopped, started_at)
        left_out = 0
        if not self._rule.counts_pauses:
            elapsed, left_out = self._measure.active(leg, instance, is_wait=is_wait, late_end=late_end)
        return elapsed, after_duration(limit, elapsed, started_at + timedelta(microseconds=left_out // 1_000))

    def _started_at(self, mark: int, *, is_wait: bool) -> datetime:
        """Return the recorded instant of the start: a deadline is a fact and does not move when the wall clock does.

        Where anchors prove the record wrong, it is the stricter end of what they allow.
        """
        event = self._events[mark]
        recorded = event.at
        if not is_wait and event.happened_at is not None:
            recorded = min(event.at, event.happened_at)
        bounds = self._measure.instant(mark, late=not is_wait)
        if bounds.lo <= wall_ns(recorded) <= bounds.hi:
            return recorded
        return instant_of(bounds.hi if is_wait or bounds.lo <= -FOREVER else bounds.lo)

    def _warn_level(self, remaining: Remaining) -> int | None:
        reached = sum(remaining.lo <= lead // timedelta(milliseconds=1) for lead in self._rule.warn)
        return reached - 1 if reached else None

    def _worded(
        self, instance: Instance, deadline: _Judged | None, wait: _Judged | None, earlier: _Judged | None
    ) -> ClockReading:
        rule = self._rule
        shown = _shown(deadline, wait)
        state, remaining = shown.state, shown.remaining.hi if shown is wait else shown.remaining.lo
        if earlier is not None and state is ClockState.MET:
            state = earlier.state
        spans = [judged.elapsed for judged in (wait, deadline) if judged is not None]
        signature = deadline is not None and self._is_saved_by_late_entry(instance, deadline)
        earliest = wait.remaining.at if wait else None
        latest = deadline.remaining.at if deadline else None
        paused = not rule.counts_pauses and deadline is not None and self._measure.is_paused(deadline.leg, instance)
        holds = state in HOLDING or earlier is not None
        return ClockReading(
            clock=rule.name,
            title=rule.title,
            scope=instance.scope,
            state=state,
            elapsed_lo_ms=elapsed_ms(spans[0])[0],
            elapsed_hi_ms=elapsed_ms(spans[-1])[1],
            remaining_ms=None if state in (ClockState.MET, ClockState.MISSED) else remaining,
            earliest=earliest,
            deadline=latest,
            blocks=rule.blocks if holds else (),
            entered_late=any(self._is_late(judged.leg) for judged in (deadline, wait) if judged),
            why=clock_words.why(
                rule,
                state,
                self._zone,
                earliest=earliest,
                deadline=latest,
                note=self._note(deadline, paused=paused, signature=signature),
            ),
            warn_level=self._warn_level(deadline.remaining) if deadline and state is ClockState.DUE else None,
            needs_second_signature=signature,
            is_paused=paused,
        )

    def _is_late(self, leg: Leg) -> bool:
        return any(self._events[mark].is_late for mark in (leg.start, leg.end) if mark is not None)

    def _is_saved_by_late_entry(self, instance: Instance, deadline: _Judged) -> bool:
        leg = deadline.leg
        if leg.end is None or not self._events[leg.end].is_late or deadline.state is not ClockState.MET:
            return False
        return self._judge_deadline(instance, leg, late_end=False).state is not ClockState.MET

    def _note(self, deadline: _Judged | None, *, paused: bool, signature: bool) -> str:
        notes = []
        if deadline is not None and deadline.remaining.at is None:
            notes.append(f"No event states {self._rule.deadline}; record it from the label or certificate.")
        if paused:
            notes.append("It stands still during the pause.")
        if deadline is not None and self._is_late(deadline.leg):
            notes.append("Entered late.")
        if signature:
            notes.append("Only the late entry makes it kept: a second person signs it.")
        return " ".join(notes)


def _shown(deadline: _Judged | None, wait: _Judged | None) -> _Judged:
    """Return the limit that decides: a broken one first, a window that is not yet open before one that still runs."""
    judged = [one for one in (deadline, wait) if one is not None]
    if deadline is not None and wait is not None and wait.state is ClockState.MET:
        return deadline
    return min(judged, key=lambda one: _WORST_FIRST.index(one.state))
