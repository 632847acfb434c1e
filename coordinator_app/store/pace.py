"""How fast something long goes on, and how long it still takes at that pace."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """The pace of one thing from its beginning, pauses included: what a person who waits wants to know."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now` counts seconds; nothing has begun yet."""
        self._now = now
        self._began: float | None = None

    def begin(self) -> None:
        """Take the time of the beginning, the first time this is called."""
        if self._began is None:
            self._began = self._now()

    def rate(self, done: int) -> float:
        """Return how many were done a second so far; 0 before anything was."""
        passed = 0.0 if self._began is None else self._now() - self._began
        return done / passed if passed > 0 else 0.0

    def left_s(self, done: int, total: int) -> float | None:
        """Return the seconds it still takes, None while nobody can tell."""
        rate = self.rate(done)
        return (total - done) / rate if rate > 0 else None
