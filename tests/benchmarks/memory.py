"""`memory`: what the program holds with 1,000,000 events open, against a bare window with the same modules.

Its growth from a site of 1,000 events is told in the detail, with a goal of its own.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import opened
from tests.benchmarks.sites import MILLION, machine, site_of

GOAL = 2.0
GROWTH_GOAL = 1.2
FEW = 1000
RUNS = 3


def measure() -> dict[str, Any]:
    """Return the line of this figure; memory is resident, in MiB, some seconds after the sign-in screen."""
    many, few = str(site_of(MILLION)), str(site_of(FEW))
    modules = opened(many).first["modules"]
    with tempfile.TemporaryDirectory(prefix="coordinator-benchmark-") as scratch:
        told = Path(scratch) / "modules.json"
        told.write_text(json.dumps(modules))
        held = {name: statistics.median(opened(*arguments).later["mib"] for _ in range(RUNS))
                for name, arguments in {"many": (many,), "few": (few,), "bare": ("bare", str(told))}.items()}  # fmt: skip
    growth = held["many"] / held["few"]
    value = held["many"] / held["bare"]
    # The line has one value: the worse of the two, each as a share of its own goal.
    worst = max(value / GOAL, growth / GROWTH_GOAL) * GOAL
    return {
        "figure": "memory", "value": round(worst, 3), "unit": "x", "goal": GOAL, "measured_ms": None,
        "baseline_ms": None, "n": RUNS,
        "detail": {"ratio": round(value, 3), "growth": round(growth, 3), "growth_goal": GROWTH_GOAL,
                   **{f"{name}_mib": round(mib, 1) for name, mib in held.items()}, **machine()},
    }  # fmt: skip
