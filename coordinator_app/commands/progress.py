"""A line that says how far a long command has come, how fast it goes, and how long it still takes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

WIDTH = 30
"""Characters of the bar."""
EVERY_S = 0.2
"""Seconds between two changes of the line."""


class ProgressLine:
    """Called with how many are done and how many there are; writes on standard error, and only where a person looks."""

    def __init__(
        self, what: str = "events", stream: TextIO | None = None, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`what` is counted; the clock starts now."""
        self._what = what
        self._stream = stream if stream is not None else sys.stderr
        self._now = now
        self._began = now()
        self._told = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        """Write the line anew, at most five times a second and at the end."""
        now = self._now()
        over = done >= total
        if not self._stream.isatty() or (not over and now - self._told < EVERY_S):
            return
        self._told = now
        self._stream.write("\r" + self._line(done, total, now - self._began).ljust(100) + ("\n" if over else ""))
        self._stream.flush()

    def _line(self, done: int, total: int, passed: float) -> str:
        filled = WIDTH * done // total if total else WIDTH
        rate = done / passed if passed > 0 else 0.0
        left = f"{_spoken((total - done) / rate)} left" if rate > 0 else "…"
        if done >= total:
            left = f"took {_spoken(passed)}"
        bar = "█" * filled + "·" * (WIDTH - filled)
        return f"{bar} {done:,} of {total:,} {self._what}, {rate:,.0f} a second, {left}"


def _spoken(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"
