"""How many readings a hand typed because a code could not be scanned: shown wherever people look, for ever."""

from __future__ import annotations

from collections.abc import Iterable

from coordinator_app.domain import events as e
from coordinator_app.domain.recorded import Recorded

BY_HAND = "typed"
_ORIGINS = {"typed": 1, "typed-by-two": 2}
"""Readings that lie in where an identifier or an order came from: one person typed it, or two each for themselves."""


def readings_typed(recorded: Recorded) -> int:
    """Return how many readings of one event were typed by hand; two people who type one code are two readings.

    What was refused counts for nothing: it was used for nothing.
    """
    match recorded.body:
        case e.ScanAccepted() | e.CodeTyped():
            return sum(each.how == BY_HAND for each in recorded.evidence)
        case e.OrderRecorded() as body:
            return _ORIGINS.get(body.origin, 0)
        case e.IdentifierLinked() as body if body.name != "order":
            return _ORIGINS.get(body.origin, 0)
        case _:
            return 0


def typed_in(events: Iterable[Recorded]) -> int:
    """Return how many readings of these events were typed by hand."""
    return sum(readings_typed(each) for each in events)
