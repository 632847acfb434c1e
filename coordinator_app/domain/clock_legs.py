"""Measures one stretch of a clock: from what started it to what ended it, or to now, late entries and pauses included.

A late entry can only make a clock stricter (design §6): a late start counts from when it happened for a deadline and
from when it was entered for a minimum wait; a late end counts when it happened; a late pause leaves out the shorter
stretch.
"""

from __future__ import annotations

from functools import cmp_to_key

from msgspec import Struct

from coordinator_app.domain.clock_history import ClockHistory, wall_ns
from coordinator_app.domain.clock_instances import Instance, tracks
from coordinator_app.domain.clock_spans import FOREVER, Span, order_of
from coordinator_app.domain.elapsed import NOW, Timeline
from coordinator_app.domain.vocabulary import EventName, Scope

_NOTHING = Span(0, 0)


class Leg(Struct, frozen=True):
    """One stretch: the event that starts it, and the one that ends it or None while it lasts."""

    start: int
    end: int | None

    @property
    def stop(self) -> int:
        """The end, or now."""
        return NOW if self.end is None else self.end


class _Cycle(Struct, frozen=True):
    starts: list[int]
    ends: list[int]


class Measure:
    """Answers how long a stretch took, for a deadline or for a minimum wait (`is_wait`)."""

    def __init__(self, history: ClockHistory, timeline: Timeline) -> None:
        self._events = history.events
        self._history = history
        self._timeline = timeline

    def lag(self, mark: int) -> Span:
        """Return how long before its record the event happened; nothing for one entered at once."""
        happened_at = None if mark == NOW else self._events[mark].happened_at
        if happened_at is None:
            return _NOTHING
        happened = wall_ns(happened_at)
        face = wall_ns(self._events[mark].at) - happened
        lo = hi = face
        recorded = self._timeline.instant(mark)
        if recorded.lo > -FOREVER and recorded.hi < FOREVER:
            # Whether the person read this workstation's clock or a right one, the true figure is in between.
            lo, hi = min(face, recorded.lo - happened), max(face, recorded.hi - happened)
        elif face < 0:
            # A clock that nothing vouches for and a time ahead of it: how long ago that was cannot be told.
            return Span(0, FOREVER)
        return Span(max(0, lo), max(0, hi))

    def instant(self, mark: int, *, late: bool = True) -> Span:
        """Return between which instants (ns since 1970) it happened; or was recorded, when `late` is false."""
        recorded = self._timeline.instant(mark)
        happened_at = None if mark == NOW or not late else self._events[mark].happened_at
        if happened_at is None:
            return recorded
        counted = recorded.minus(self.lag(mark))
        if recorded.lo <= -FOREVER or recorded.hi >= FOREVER:
            return counted
        claimed = wall_ns(happened_at)
        return Span(min(counted.lo, claimed), min(recorded.hi, max(counted.hi, claimed)))

    def between(self, first: int, second: int, *, late_first: bool = True, late_second: bool = True) -> Span:
        """Return the time from one event to another in ns; a late one counts when it happened unless told otherwise."""
        span = self._timeline.between(first, second)
        if late_first:
            span = span.plus(self.lag(first))
        if late_second:
            span = span.minus(self.lag(second))
        return span

    def elapsed(self, leg: Leg, *, is_wait: bool, late_end: bool = True) -> Span:
        """Return the time a stretch took, pauses included."""
        return self.between(leg.start, leg.stop, late_first=not is_wait, late_second=late_end)

    def active(self, leg: Leg, instance: Instance, *, is_wait: bool, late_end: bool = True) -> tuple[Span, int]:
        """Return the time a stretch took without its pauses, and the least time that was left out, in ns."""
        whole = _no_less(self.elapsed(leg, is_wait=is_wait, late_end=late_end))
        total, left_out = _NOTHING, 0
        here = leg.start
        for pause, resume in self._pauses(leg, instance, is_wait=is_wait):
            ran = self.between(here, pause, late_first=not is_wait, late_second=is_wait)
            stop = leg.stop if resume is None else resume
            stood = self.between(pause, stop, late_first=is_wait, late_second=not is_wait)
            if _is_unordered(ran) or _is_unordered(stood):
                # Which of them came first cannot be told, so neither can how much is left out.
                return Span(0, whole.hi), 0
            total = total.plus(_no_less(ran))
            left_out += max(0, stood.lo)
            if resume is None:
                return total, left_out
            here = resume
        last = self.between(here, leg.stop, late_first=not is_wait, late_second=late_end)
        if _is_unordered(last):
            return Span(0, whole.hi), 0
        return total.plus(_no_less(last)), left_out

    def is_paused(self, leg: Leg, instance: Instance) -> bool:
        """Say whether the stretch is in a pause now."""
        pauses = self._pauses(leg, instance, is_wait=False)
        return leg.end is None and bool(pauses) and pauses[-1][1] is None

    def _pauses(self, leg: Leg, instance: Instance, *, is_wait: bool) -> list[tuple[int, int | None]]:
        """Pair pauses with what resumed them; where entries contradict each other, leave out less for a deadline."""
        marks = [
            mark
            for mark in (*instance.pauses, *instance.resumes)
            if self.between(leg.start, mark, late_first=not is_wait).hi >= 0 and self.between(mark, leg.stop).hi >= 0
        ]
        # For a deadline a late pause counts from its entry and a late end of the pause from when it happened.
        late = {mark: (mark in instance.pauses) == is_wait for mark in marks}

        def order(one: int, other: int) -> int:
            span = self.between(one, other, late_first=late[one], late_second=late[other])
            return order_of(span, one, other)

        pairs: list[tuple[int, int | None]] = []
        for mark in sorted(marks, key=cmp_to_key(order)):
            if mark in instance.pauses:
                if not pairs or pairs[-1][1] is not None:
                    pairs.append((mark, None))
                elif not is_wait:
                    pairs[-1] = (mark, None)
            elif pairs and (pairs[-1][1] is None or is_wait):
                pairs[-1] = (pairs[-1][0], mark)
        if leg.end is not None and not is_wait and pairs and pairs[-1][1] is None:
            # It ended, so it was resumed, and nobody recorded when: nothing is left out for that.
            pairs.pop()
        return pairs

    def deadline_legs(self, instance: Instance, scope: Scope) -> list[Leg]:
        """Return the stretches a deadline is held against, the present one last: first start to last end."""
        earlier: list[Leg] = []
        starts: list[int] = []
        ends: list[int | None] = []
        for track in tracks(instance, self._history, scope):
            cycles = self._cycles(*track)
            legs = [Leg(cycle.starts[0], self._last_end(cycle)) for cycle in cycles]
            earlier.extend(legs[:-1])
            starts.append(legs[-1].start)
            ends.append(legs[-1].end)
        first = self._sorted(starts)[0]
        reached = [end for end in ends if end is not None]
        last = self._sorted(reached)[-1] if len(reached) == len(ends) else None
        return [*earlier, Leg(first, last)]

    def wait_legs(self, instance: Instance, scope: Scope) -> list[Leg]:
        """Return the stretches a minimum wait is held against: each from its last start to its first end."""
        legs: list[Leg] = []
        for track in tracks(instance, self._history, scope):
            for cycle in self._cycles(*track):
                entered = sorted(cycle.starts, key=cmp_to_key(self._compare_entries))
                legs.append(Leg(entered[-1], cycle.ends[0] if cycle.ends else None))
        return legs

    def _cycles(self, starts: list[int], ends: list[int]) -> list[_Cycle]:
        """Part the starts and ends of one track where a start follows an end; an end before any start is left out."""

        def order(one: int, other: int) -> int:
            if (one in starts) == (other in starts):
                return self._compare(one, other)
            # An end that may stand after its start does.
            start, end, turned = (one, other, 1) if one in starts else (other, one, -1)
            return -turned if self.between(start, end).hi >= 0 else turned

        cycles = [_Cycle([], [])]
        for mark in sorted([*starts, *ends], key=cmp_to_key(order)):
            if mark in starts:
                if cycles[-1].ends:
                    cycles.append(_Cycle([], []))
                cycles[-1].starts.append(mark)
            elif cycles[-1].starts:
                cycles[-1].ends.append(mark)
        return cycles

    def _last_end(self, cycle: _Cycle) -> int | None:
        if not cycle.ends:
            return None
        about = self._events[cycle.ends[0]].scope
        if self._events[cycle.ends[0]].event is EventName.ADMINISTRATION_COMPLETED:
            # All that belongs to the clock must be given: the last syringe ends it, not the first.
            return cycle.ends[-1]
        if not set(about) - {Scope.CASE.value}:
            return cycle.ends[0]
        # Two entries for the same bag contradict each other: the later one counts. Another shipment's is not ours.
        return [mark for mark in cycle.ends if self._events[mark].scope == about][-1]

    def _sorted(self, marks: list[int]) -> list[int]:
        return sorted(marks, key=cmp_to_key(self._compare))

    def _compare_entries(self, one: int, other: int) -> int:
        return order_of(self._timeline.between(one, other), one, other)

    def _compare(self, one: int, other: int) -> int:
        return order_of(self.between(one, other), one, other)


def _is_unordered(span: Span) -> bool:
    return span.lo < 0 < span.hi


def _no_less(span: Span) -> Span:
    return Span(max(0, span.lo), max(0, span.hi))
