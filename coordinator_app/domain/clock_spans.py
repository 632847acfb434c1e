"""A length of time, or an instant, of which only the two ends are known."""

from __future__ import annotations

from msgspec import Struct

FOREVER = 10**21
"""More nanoseconds than any record lasts (30,000 years): the end of a span that is open."""


class Span(Struct, frozen=True):
    """At least `lo` and at most `hi` nanoseconds; an open end is -`FOREVER` or `FOREVER`."""

    lo: int
    hi: int

    @property
    def is_open(self) -> bool:
        """Say whether nothing limits the span from above."""
        return self.hi >= FOREVER // 2

    def plus(self, other: Span) -> Span:
        """Return the sum of two lengths; open stays open."""
        return Span(_kept(self.lo + other.lo), _kept(self.hi + other.hi))

    def minus(self, other: Span) -> Span:
        """Return the difference of two lengths; open stays open."""
        return Span(_kept(self.lo - other.hi), _kept(self.hi - other.lo))


def least_of(one: Span, other: Span) -> Span:
    """Return what both allow; where they contradict each other, all that either allows."""
    lo, hi = max(one.lo, other.lo), min(one.hi, other.hi)
    if lo > hi:
        return Span(min(one.lo, other.lo), max(one.hi, other.hi))
    return Span(lo, hi)


def _kept(value: int) -> int:
    if value >= FOREVER // 2:
        return FOREVER
    return max(value, -FOREVER)
