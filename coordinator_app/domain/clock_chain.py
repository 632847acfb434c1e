"""The records of one workstation in their order, and what its boot clocks and anchors say of the time between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import NamedTuple

from msgspec import Struct

from coordinator_app.domain.clock_spans import FOREVER, Span

_STEP = 2_000_000_000
"""A wall clock that gains more than 2 s on the boot clock has been stepped, or the machine was paused (design §6)."""
_SLACK = 900_000_000
"""What the wall clock gained below 2 s is allowed for up to this, within the 1 s of width that design §6 grants."""
_DRIFT = 9_999
"""A quartz clock errs by at most 100 ppm: one part in 10,000 (reliability §3.1)."""
_MILLISECOND = 1_000_000
_NEAREST = 16
"""So many anchors on either side are asked; those farther off only repeat what the nearer ones say."""


class Point(Struct, frozen=True):
    """One record: boot clock and wall clock in ns, the wall clock's error in ns or None, and whose record it is."""

    ns: int
    wall: int
    error: int | None
    mark: int | None

    def vouched(self) -> Span:
        """Return the instants between which the record was made, by its own anchor alone."""
        if self.error is None:
            return Span(-FOREVER, FOREVER)
        return Span(self.wall - self.error, self.wall + self.error)


class _Step(Struct, frozen=True):
    """The way from one record to the next: time at least and at most, what was counted, what the wall clock gained."""

    least: int
    most: int
    counted: int = 0
    gained: int = 0
    is_open: bool = False


class _Weighed(NamedTuple):
    """What the anchors up to one of them say of its instant, and which two of them say the most and the least."""

    lo: int
    hi: int
    upper: int
    lower: int


class Chain:
    """Records in order, boot after boot; sums over them answer how long any stretch took."""

    def __init__(self, boots: list[list[Point]], carried_over: frozenset[int] = frozenset()) -> None:
        """Take the records of each boot in order; a boot in `carried_over` does not begin its clock at zero."""
        self.points = [point for points in boots for point in points]
        steps: list[_Step] = []
        for number, points in enumerate(boots):
            if number:
                steps.append(_gap(points[0], carried_over=number in carried_over))
            steps.extend(_within_boot(early, late) for early, late in pairwise(points))
        self._anchors = [number for number, point in enumerate(self.points) if point.error is not None]
        self._weigh_anchors(steps)

    def between(self, first: int, second: int) -> Span:
        """Return how long the way from one record to another took by the boot clocks; negative when it goes back."""
        if second < first:
            back = self.between(second, first)
            return Span(max(-FOREVER, -back.hi), -back.lo)
        least = self._least[second] - self._least[first]
        if self._open[second] != self._open[first]:
            return Span(least, FOREVER)
        most = self._most[second] - self._most[first]
        gained = self._gained[second] - self._gained[first]
        if _is_step(gained, self._counted[second] - self._counted[first]):
            return Span(least, most + gained)
        return Span(least, most + min(_SLACK, self._advanced[second] - self._advanced[first]))

    def instant(self, number: int) -> Span:
        """Return between which instants a record was made, by the nearest anchors on either side."""
        lo, hi = -FOREVER, FOREVER
        here = bisect_left(self._anchors, number)
        for anchor in self._anchors[max(0, here - _NEAREST) : here + _NEAREST]:
            vouched, way = self.points[anchor].vouched(), self.between(anchor, number)
            lo = max(lo, vouched.lo + way.lo)
            hi = min(hi, vouched.hi + way.hi)
        return Span(min(lo, hi), max(lo, hi))

    def _sum(self, steps: list[_Step]) -> None:
        self._least = list(accumulate((step.least for step in steps), initial=0))
        self._most = list(accumulate((step.most for step in steps), initial=0))
        self._counted = list(accumulate((step.counted for step in steps), initial=0))
        self._gained = list(accumulate((step.gained for step in steps), initial=0))
        self._advanced = list(accumulate((max(0, step.gained) for step in steps), initial=0))
        self._plain = list(accumulate((_most(step.counted) for step in steps), initial=0))
        self._open = list(accumulate((step.is_open for step in steps), initial=0))

    def _weigh_anchors(self, steps: list[_Step]) -> None:
        """Compare anchors with the boot clock between them, and stop trusting what they prove wrong."""
        self._sum(steps)
        weighed: list[_Weighed] = []
        # So many of them would be weighed the same again; those behind rest on steps that were opened since.
        lasting = len(self._anchors)
        while len(weighed) < len(self._anchors):
            here = self._anchors[len(weighed)]
            vouched = self.points[here].vouched()
            if not weighed:
                weighed.append(_Weighed(vouched.lo, vouched.hi, here, here))
                continue
            lo, hi, upper, lower = weighed[-1]
            way = self._by_boot_clock(self._anchors[len(weighed) - 1], here)
            lo, hi = lo + way.lo, hi + way.hi
            if vouched.hi < lo:
                # Less time than the boot clock counted: an anchor or the boot clock is false, so neither is used here.
                del weighed[min(lasting, bisect_left(self._anchors, lower)) :]
                self._doubt(steps, lower, here)
                lasting = len(self._anchors)
                continue
            if vouched.lo > hi:
                # More time than the boot clock counted: the machine stood still, and what the wall clock gained since
                # may be what it lost before. For all we know it was at any moment in between.
                for index in range(upper, here):
                    steps[index] = _Step(steps[index].least, 0, is_open=True)
                self._sum(steps)
                lasting = min(lasting, bisect_right(self._anchors, upper))
                hi, upper = vouched.hi, here
            if vouched.lo >= lo:
                lo, lower = vouched.lo, here
            if vouched.hi <= hi:
                hi, upper = vouched.hi, here
            weighed.append(_Weighed(lo, hi, upper, lower))

    def _by_boot_clock(self, first: int, second: int) -> Span:
        if self._open[second] != self._open[first]:
            return Span(self._least[second] - self._least[first], FOREVER)
        return Span(self._least[second] - self._least[first], self._plain[second] - self._plain[first])

    def _doubt(self, steps: list[_Step], first: int, last: int) -> None:
        for index in range(first, last):
            steps[index] = _Step(0, steps[index].most, steps[index].counted, steps[index].gained, steps[index].is_open)
        self._anchors = [anchor for anchor in self._anchors if anchor not in (first, last)]
        # Only the least changed, and only from here on: where many anchors are false, summing all anew takes longest.
        self._least[first:] = accumulate((step.least for step in steps[first:]), initial=self._least[first])


def _gap(point: Point, *, carried_over: bool) -> _Step:
    """From the last record of one boot to the first of the next: at least as long as the new boot clock has run."""
    return _Step(0 if carried_over else _least(max(0, point.ns)), 0, is_open=True)


def _within_boot(early: Point, late: Point) -> _Step:
    counted = late.ns - early.ns
    gained = (late.wall - early.wall) - counted
    most = _most(counted)
    if _is_step(gained, counted):
        return _Step(_least(counted), most + gained, counted)
    # A wall clock set back tells nothing of the time that passed; what it loses must not hide what it gains elsewhere.
    return _Step(_least(counted), most, counted, gained if gained >= -_STEP else 0)


def _is_step(gained: int, counted: int) -> bool:
    # What a right wall clock gains on a quartz clock that runs 100 ppm slow is within `_most` already.
    return gained > _STEP and gained > counted // _DRIFT + _MILLISECOND


def _least(counted: int) -> int:
    return counted - -(-counted // (_DRIFT + 1))


def _most(counted: int) -> int:
    return counted - (-counted // _DRIFT)
