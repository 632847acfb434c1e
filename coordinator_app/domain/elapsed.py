"""Elapsed time as an interval: how much time can have passed at least and at most between two records.

Within one boot the suspend-aware clock counts, 100 ppm either way. Across boots only what is certain counts: the last
heartbeat before, and the new boot's own clock, give the least; the wall clock vouches for nothing, so that the most
is open until records with a known error (`anchored_ms`) stand on both sides. A wall clock that runs ahead of the boot
clock raises the most, because a paused virtual machine looks just so (reliability §3.2 with the mends of design §6).
"""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from coordinator_app.domain.clock_chain import Chain, Point
from coordinator_app.domain.clock_history import ClockHistory, ClockSample, wall_ns
from coordinator_app.domain.clock_spans import FOREVER, Span, least_of

NOW = -1
"""The mark of the present moment; events are marked by their place in the history."""

_SIMULTANEOUS = 2_000_000_000


class _Record(Struct, frozen=True):
    device: str
    boot: str
    point: Point


class Timeline:
    """All records of one history on their chains, ready to be asked for elapsed time; instants and spans in ns."""

    def __init__(self, history: ClockHistory, now: ClockSample) -> None:
        samples = history.samples
        if not samples or samples[-1] != now:
            samples = (*samples, now)
        self._now = _Record(now.device, now.boot, Point(now.boot_ns, wall_ns(now.at), _error(now.anchored_ms), NOW))
        self._records = {
            mark: _Record(
                event.device,
                event.boot,
                Point(self._clipped(event.device, event.boot, event.boot_ns), wall_ns(event.at),
                      _error(event.anchored_ms), mark),
            )
            for mark, event in enumerate(history.events)
        }  # fmt: skip
        self._records[NOW] = self._now
        self._samples = samples
        self._instants: dict[int, Span] = {}

    @cached_property
    def _place(self) -> dict[int, tuple[Chain, int]]:
        """The chain of each record and its place there; put together with the first question, for many ask none."""
        places: dict[int, tuple[Chain, int]] = {}
        devices = {record.device for record in self._records.values()} | {sample.device for sample in self._samples}
        for device in sorted(devices):
            chain = self._chain(device, [sample for sample in self._samples if sample.device == device])
            for number, point in enumerate(chain.points):
                if point.mark is not None:
                    places[point.mark] = (chain, number)
        return places

    def _clipped(self, device: str, boot: str, boot_ns: int) -> int:
        """An event recorded while the present was being read is no later than the present."""
        now = self._now
        if (device, boot) == (now.device, now.boot) and 0 < boot_ns - now.point.ns <= _SIMULTANEOUS:
            return now.point.ns
        return boot_ns

    def _chain(self, device: str, samples: list[ClockSample]) -> Chain:
        runs = _runs(samples)
        events = [record for mark, record in self._records.items() if record.device == device and mark != NOW]
        boots = [boot for boot, _ in runs]
        restored = {boot for boot in boots if boots.count(boot) > 1}
        if device == self._now.device:
            here = self._now
            if any(record.boot == here.boot and record.point.ns > here.point.ns for record in events):
                restored.add(here.boot)
            # The last heartbeat is the present itself.
            runs[-1][1][-1] = here.point
        recorded: dict[str, list[Point]] = {}
        for record in events:
            if record.boot not in restored:
                recorded.setdefault(record.boot, []).append(record.point)
        unsampled = {boot: points for boot, points in recorded.items() if boot not in boots}
        order = _order([record.boot for record in events], runs, unsampled)
        return Chain(
            [_merged([], points) if boot in unsampled else _merged(points, recorded.get(boot, []))
             for boot, points in order],
            frozenset(index for index, (boot, _) in enumerate(order) if boot in restored),
        )  # fmt: skip

    def instant(self, mark: int) -> Span:
        """Return between which instants (ns since 1970) the record was made; open ends are ±`FOREVER`."""
        if mark not in self._instants:
            if mark in self._place:
                chain, number = self._place[mark]
                found = chain.instant(number)
            else:
                found = self._records[mark].point.vouched()
            if mark != NOW:
                # What is recorded has happened: it is not later than now.
                found = Span(found.lo, max(found.lo, min(found.hi, self.instant(NOW).hi)))
            self._instants[mark] = found
        return self._instants[mark]

    def between(self, first: int, second: int) -> Span:
        """Return how much time can have passed from one record to another, in ns; negative when the first is later."""
        if first == second:
            return Span(0, 0)
        counted = self._counted(first, second)
        return least_of(counted, self.instant(second).minus(self.instant(first)))

    def _counted(self, first: int, second: int) -> Span:
        here, there = self._place.get(first), self._place.get(second)
        if here is not None and there is not None and here[0] is there[0]:
            return here[0].between(here[1], there[1])
        if second != NOW:
            return Span(-FOREVER, FOREVER)
        record, now = self._records[first], self._now
        least = 0
        if (record.device, record.boot) == (now.device, now.boot):
            # A restored machine repeats part of its boot clock: what that clock says now is the least that has passed.
            least = max(0, now.point.ns - record.point.ns) * 9_999 // 10_000
        return Span(least, FOREVER)


def _error(anchored_ms: int | None) -> int | None:
    return None if anchored_ms is None else anchored_ms * 1_000_000


def _runs(samples: list[ClockSample]) -> list[tuple[str, list[Point]]]:
    """Part the heartbeats into runs of one boot whose clock never goes back; a restored machine begins a new run."""
    runs: list[tuple[str, list[Point]]] = []
    for sample in samples:
        point = Point(sample.boot_ns, wall_ns(sample.at), _error(sample.anchored_ms), None)
        if runs and runs[-1][0] == sample.boot and runs[-1][1][-1].ns <= point.ns:
            runs[-1][1].append(point)
        else:
            runs.append((sample.boot, [point]))
    return runs


def _merged(samples: list[Point], events: list[Point]) -> list[Point]:
    """Put the events of one boot among its heartbeats; where the boot clocks say the same, after the nearest wall.

    The present is the last heartbeat, and nothing stands after it.
    """
    ties: dict[int, list[int]] = {}
    for number, sample in enumerate(samples):
        ties.setdefault(sample.ns, []).append(number)

    def place(event: Point) -> tuple[int, int, bool, int]:
        beside = min(ties.get(event.ns, ()), key=lambda tied: abs(samples[tied].wall - event.wall), default=-1)
        return event.ns, beside, beside < 0 or samples[beside].mark != NOW, event.wall

    keyed = [((sample.ns, number, sample.mark == NOW, sample.wall), sample) for number, sample in enumerate(samples)]
    keyed.extend((place(event), event) for event in events)
    return [point for _, point in sorted(keyed, key=lambda pair: pair[0])]


def _order(
    listed: list[str], runs: list[tuple[str, list[Point]]], unsampled: dict[str, list[Point]]
) -> list[tuple[str, list[Point]]]:
    """Put boots without any heartbeat where the journal has them: before the boot whose events follow theirs."""
    order = list(runs)
    vouched = {boot: [point.wall for point in points if point.error is not None] for boot, points in unsampled.items()}
    boots = list(unsampled)
    if all(vouched.values()):
        boots.sort(key=lambda boot: min(vouched[boot]))
    for boot in boots:
        last = max(index for index, name in enumerate(listed) if name == boot)
        sampled = [name for name, _ in runs]
        after = next((sampled.index(name) for name in listed[last + 1 :] if name in sampled), len(runs) - 1)
        anchor = runs[after] if runs else None
        position = next((index for index, run in enumerate(order) if run is anchor), len(order))
        order.insert(position, (boot, unsampled[boot]))
    return order
