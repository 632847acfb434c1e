"""`label`: one label with three symbols to PDF, rasterised at 300 dpi and every symbol read back."""

from __future__ import annotations

import statistics
import time
from typing import Any

from coordinator_app.labels.job import make_label_job
from coordinator_app.labels.template import load_template
from tests.benchmarks.sites import machine
from tests.labels.contents import CONTENTS

GOAL_MS = 100.0
RUNS = 40
DPI = 300
TEMPLATE = "isbt128-100x50"


def measure() -> dict[str, Any]:
    """Return the line of this figure; `value` is the median in milliseconds."""
    template, content = load_template(TEMPLATE), CONTENTS[TEMPLATE]
    make_label_job(template, (content,), DPI)
    times, worked = [], []
    for _ in range(RUNS):
        began, cpu = time.perf_counter(), time.process_time()
        make_label_job(template, (content,), DPI)
        times.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - cpu) * 1000)
    value = statistics.median(times)
    return {
        "figure": "label", "value": round(value, 2), "unit": "ms", "goal": GOAL_MS, "measured_ms": round(value, 2),
        "baseline_ms": None, "n": RUNS,
        "detail": {"template": TEMPLATE, "symbols": len(content.symbols), "dpi": DPI,
                   "cpu_ms": round(statistics.median(worked), 2), "max_ms": round(max(times), 2), **machine()},
    }  # fmt: skip
