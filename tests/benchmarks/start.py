"""`start`: process start to the usable sign-in screen, 100,000 events; against a bare window with the same modules.

The bare window imports them by name, as ever. Qt comes early among them then, and its Python part reads the source text of
most that follow, which the program prevents (`ui/unread_sources.py`) and a bundled program cannot do. So the detail has the
same against a window that imports Qt last: the stricter comparison.
"""

from __future__ import annotations

import json
import shutil
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
    made = site_of(EVENTS)
    with tempfile.TemporaryDirectory(prefix="coordinator-benchmark-") as scratch:
        # A copy: each start writes what this program knows into the record, and hundreds of them in a row, as no
        # workstation has, make the end of the record that is checked at a start longer (23 ms, then 40).
        site = str(Path(scratch) / "site")
        shutil.copytree(made, site)
        first = opened(site)  # warms the disk's cache for both, and tells the modules
        if first.first["usable"] != "SignInPage":
            raise RuntimeError(f"The program shows {first.first['usable']} instead of its sign-in screen.")
        modules, qt_last = Path(scratch) / "modules.json", Path(scratch) / "qt_last.json"
        modules.write_text(json.dumps(first.first["modules"]))
        qt_last.write_text(json.dumps(sorted(first.first["modules"], key=_is_of_qt)))
        measured, baseline, strict = [], [], []
        for _ in range(RUNS):
            baseline.append(opened("bare", str(modules)))
            measured.append(opened(site))
            strict.append(opened("bare", str(qt_last)))
    return ratio(
        "start", GOAL, [each.ms for each in measured], [each.ms for each in baseline],
        {"events": EVENTS, "cpu_ms": round(statistics.median(each.cpu_ms for each in measured)),
         "baseline_cpu_ms": round(statistics.median(each.cpu_ms for each in baseline)),
         "qt_last_ms": round(statistics.median(each.ms for each in strict)),
         "modules": len(first.first["modules"])},
    )  # fmt: skip


def _is_of_qt(module: str) -> bool:
    return module.partition(".")[0] in {"PySide6", "shiboken6", "shibokensupport", "signature_bootstrap"}
