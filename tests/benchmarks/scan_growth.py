"""`scan_growth`: the scans of `scan_recorded` at 1,000,000 events against the same at 1,000, in turns."""

from __future__ import annotations

import statistics
from typing import Any

from tests.benchmarks.scan_recorded import ROUNDS, WARM_UP, Scans
from tests.benchmarks.sites import MILLION, ratio, site_of

GOAL = 1.2
FEW = 1000


def measure() -> dict[str, Any]:
    """Return the line of this figure."""
    site_of(FEW)
    many, few = Scans(MILLION), Scans(FEW)
    for _ in zip(many.rounds(WARM_UP), few.rounds(WARM_UP), strict=True):
        pass
    many.forget()
    few.forget()
    for _ in zip(many.rounds(ROUNDS), few.rounds(ROUNDS), strict=True):
        pass
    many.close()
    few.close()
    cpu = {"cpu_ms": round(statistics.median(many.worked), 3), "cpu_few_ms": round(statistics.median(few.worked), 3)}
    return ratio("scan_growth", GOAL, many.measured, few.measured, {"events": [many.events, few.events], **cpu})
