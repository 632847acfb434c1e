"""Finds the instances of a clock in a history: for which bag, dose or shipment it stands, what starts and ends it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from itertools import pairwise

from msgspec import Struct

from coordinator_app.domain.clock_history import ClockEvent, ClockHistory
from coordinator_app.domain.clock_spans import order_of
from coordinator_app.domain.elapsed import Timeline
from coordinator_app.domain.profile_parts import ClockRule, Narrowed, Profile
from coordinator_app.domain.vocabulary import EventName, Scope

_AT_THE_SITE = frozenset(
    {
        EventName.RECEIVED,
        EventName.ACCEPTED,
        EventName.STORED,
        EventName.RETRIEVED,
        EventName.THAW_STARTED,
        EventName.THAW_COMPLETED,
        EventName.PREPARED,
    }
)
"""Events that name a unit as one to be given; a collected bag that left the site is not the next unit."""


_TO_THE_FACTORY = frozenset(
    {
        EventName.COLLECTION_STARTED,
        EventName.COLLECTION_ENDED,
        EventName.PACKED,
        EventName.HANDED_OVER,
        EventName.SHIPPED,
    }
)
"""Events on the way to the factory: what arrives there ends only the clocks that these began."""


class Instance(Struct, frozen=True):
    """One clock of one bag, dose, shipment …: the places in the history of what starts, ends and pauses it."""

    scope: dict[str, str]
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    pauses: tuple[int, ...] = ()
    resumes: tuple[int, ...] = ()


def find_instances(profile: Profile, rule: ClockRule, history: ClockHistory, timeline: Timeline) -> list[Instance]:
    """Return the instances of one clock; one with scope `{}` and no start when it has none."""
    finder = _Finder(rule, history, timeline)
    if rule.starts.previous:
        most = sum(unit.most for unit in profile.units if unit.kind.value == rule.scope.value)
        found = finder.after_previous(most or None)
    else:
        found = finder.named()
    return found or [Instance(scope={})]


class _Finder:
    def __init__(self, rule: ClockRule, history: ClockHistory, timeline: Timeline) -> None:
        self._rule = rule
        self._events = history.events
        self._timeline = timeline
        self._key = rule.scope.value

    def named(self) -> list[Instance]:
        starts = self._starts()
        if not starts:
            return []
        values = _distinct(self._value(mark) for mark in starts)
        if None in values:
            # A start that names no bag starts the clock of every bag that is named after it.
            first = self._in_order(mark for mark in starts if self._value(mark) is None)[0]
            values += [value for value in self._later_values(first) if value not in values]
        named = [value for value in values if value is not None]
        return [self._instance(value, starts, value) for value in named] or [self._instance(None, starts, None)]

    def after_previous(self, most: int | None) -> list[Instance]:
        given = self._given_units()
        starts = self._starts()
        found = []
        for before, unit in pairwise(given):
            found.append(self._instance(unit, starts, before))
        if given and (most is None or len(given) < most):
            found.append(self._instance(self._next_unit(given), starts, given[-1]))
        return [instance for instance in found if instance.starts]

    def _instance(self, value: str | None, starts: list[int], started_by: str | None) -> Instance:
        rule = self._rule
        ends = self._matching(rule.ends) if rule.ends else []
        if rule.starts.event not in _TO_THE_FACTORY:
            ends = [mark for mark in ends if not self._events[mark].at_factory]
        ended_by = started_by if rule.ends is not None and rule.ends.previous else value
        return Instance(
            scope={} if value is None else {self._key: value},
            starts=self._about(starts, started_by, exactly=rule.starts.previous),
            ends=self._about(ends, ended_by),
            pauses=self._about(self._matching(Narrowed(EventName.ADMINISTRATION_PAUSED)), value),
            resumes=self._about(self._matching(Narrowed(EventName.ADMINISTRATION_RESUMED)), value),
        )

    def _about(self, marks: Iterable[int], value: str | None, *, exactly: bool = False) -> tuple[int, ...]:
        wanted = {value} if exactly else {value, None}
        return tuple(mark for mark in marks if self._value(mark) in wanted)

    def _starts(self) -> list[int]:
        return [mark for mark in self._matching(self._rule.starts) if not self._events[mark].at_factory]

    def _matching(self, narrowed: Narrowed) -> list[int]:
        return [mark for mark, event in enumerate(self._events) if event_is(event, narrowed)]

    def _value(self, mark: int) -> str | None:
        return self._events[mark].scope.get(self._key)

    def _in_order(self, marks: Iterable[int]) -> list[int]:
        def order(one: int, other: int) -> int:
            return order_of(self._timeline.between(one, other), one, other)

        return sorted(marks, key=cmp_to_key(order))

    def _later_values(self, first: int) -> list[str | None]:
        later = (mark for mark in range(len(self._events)) if self._timeline.between(first, mark).hi >= 0)
        return [value for value in _distinct(self._value(mark) for mark in later) if value is not None]

    def _given_units(self) -> list[str]:
        """The units whose administration has begun, in the order in which it began."""
        begun = [
            mark for mark in self._matching(Narrowed(EventName.ADMINISTRATION_STARTED)) if self._value(mark) is not None
        ]
        return [value for value in _distinct(self._value(mark) for mark in self._in_order(begun)) if value is not None]

    def _next_unit(self, given: list[str]) -> str | None:
        """The unit that comes next, if an event names it: one handled since the last began, or the only one left."""
        handled = [
            mark
            for mark, event in enumerate(self._events)
            if event.event in _AT_THE_SITE and self._value(mark) not in (None, *given)
        ]
        starts = self._matching(Narrowed(EventName.ADMINISTRATION_STARTED))
        begun = self._in_order(mark for mark in starts if self._value(mark) == given[-1])[0]
        since = [mark for mark in handled if self._timeline.between(begun, mark).lo >= 0]
        if since:
            return self._value(self._in_order(since)[0])
        left = _distinct(self._value(mark) for mark in handled)
        return left[0] if len(left) == 1 else None


def event_is(event: ClockEvent, narrowed: Narrowed) -> bool:
    """Say whether the event is the one named, of the part named; `previous.` is for the caller to resolve."""
    return event.event is narrowed.event and (narrowed.part is None or event.part == narrowed.part)


def _distinct(values: Iterable[str | None]) -> list[str | None]:
    return list(dict.fromkeys(values))


def tracks(instance: Instance, history: ClockHistory, scope: Scope) -> list[tuple[list[int], list[int]]]:
    """Part an instance into what must each come to its end: a clock of a whole case ends with the last of its bags.

    Starts and ends that both name a bag (or vial, dose …) belong together only when it is the same one.
    """
    events = history.events
    shared = {key for mark in instance.starts for key in events[mark].scope} & {
        key for mark in instance.ends for key in events[mark].scope
    }
    shared -= {scope.value}
    grouped: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for mark in instance.starts:
        named = tuple(sorted((key, value) for key, value in events[mark].scope.items() if key in shared))
        grouped.setdefault(named, []).append(mark)
    found = []
    for named, starts in grouped.items():
        ends = [mark for mark in instance.ends if all(events[mark].scope.get(k, v) == v for k, v in named)]
        found.append((starts, ends))
    return found
