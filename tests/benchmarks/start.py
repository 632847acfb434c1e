"""`start`: process start to the usable sign-in screen, 100,000 events; against a bare window with the same modules."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import opened
from tests.benchmarks.sites import ratio, site_of

GOAL = 1.5
EVENTS = 100_000
RUNS = 9


def measure() -> dict[str, Any]:
    """Return the line of this figure."""
    site = str(site_of(EVENTS))
    first = opened(site)  # warms the disk's cache for both, and tells the modules
    if first.first["usable"] != "SignInPage":
        raise RuntimeError(f"The program shows {first.first['usable']} instead of its sign-in screen.")
    with tempfile.TemporaryDirectory(prefix="coordinator-benchmark-") as scratch:
        modules = Path(scratch) / "modules.json"
        modules.write_text(json.dumps(first.first["modules"]))
        measured, baseline = [], []
        for _ in range(RUNS):
            baseline.append(opened("bare", str(modules)))
            measured.append(opened(site))
    return ratio(
        "start", GOAL, [each.ms for each in measured], [each.ms for each in baseline],
        {"events": EVENTS, "cpu_ms": round(statistics.median(each.cpu_ms for each in measured)),
         "baseline_cpu_ms": round(statistics.median(each.cpu_ms for each in baseline)),
         "modules": len(first.first["modules"])},
    )  # fmt: skip
