"""A length of time, or an instant, of which only the two ends are known."""

from __future__ import annotations

from msgspec import Struct

FOREVER = 10**21
"""More nanoseconds than any record lasts (30,000 years): the end of a span that is open."""


class Span(Struct, frozen=True):
    """At least `lo` and at most `hi` nanoseconds; an open end is -`FOREVER` or `FOREVER`."""

    lo: int
    hi: int

    def plus(self, other: Span) -> Span:
        """Return the sum of two lengths; open stays open."""
        return Span(_kept(self.lo + other.lo), _kept(self.hi + other.hi))

    def minus(self, other: Span) -> Span:
        """Return the difference of two lengths; open stays open."""
        return Span(_kept(self.lo - other.hi), _kept(self.hi - other.lo))


def order_of(span: Span, one: int, other: int) -> int:
    """Return -1 when the first of two records stands before the other, 1 when after, by the time between them.

    Where that cannot tell, the journal's own order does: `one` and `other` are their places in it.
    """
    if span.lo >= 0 or span.hi <= 0:
        return 0 if span.lo == span.hi else -1 if span.lo >= 0 else 1
    return -1 if one < other else 1


def least_of(one: Span, other: Span) -> Span:
    """Return what both allow; where they contradict each other, all that either allows."""
    lo, hi = max(one.lo, other.lo), min(one.hi, other.hi)
    if lo > hi:
        return Span(min(one.lo, other.lo), max(one.hi, other.hi))
    return Span(lo, hi)


def _kept(value: int) -> int:
    if value >= FOREVER // 2:
        return FOREVER
    return -FOREVER if value <= -FOREVER // 2 else value
