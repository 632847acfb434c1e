"""How far something long is, in words: events done of all, how many a second, how long it still takes."""

from __future__ import annotations

from coordinator_app.domain.screens import Say
from coordinator_app.store.pace import Pace

LONG = ("verifying", "mirror")
"""What takes long: the verification of the record, and the move of its second copy."""


def progress_said(what: str, done: int, total: int, pace: Pace) -> Say:
    """Return how far one of `LONG` is: with minutes left, in its last minute, or before anybody can tell its pace."""
    values = {"percent": str(percent(done, total)), "done": f"{done:,}", "total": f"{total:,}"}
    left = pace.left_s(done, total)
    if left is None:
        return Say(f"progress.{what}.begun", values)
    values["rate"] = f"{pace.rate(done):,.0f}"
    if left < 60:
        return Say(f"progress.{what}.soon", values)
    return Say(f"progress.{what}", values | {"minutes": str(-int(-left // 60))})


def percent(done: int, total: int) -> int:
    """Return whole per cent, 100 only when all is done."""
    return 100 if done >= total else 100 * done // total
