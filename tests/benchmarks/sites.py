"""Sites for the figures, made once and kept; and how a figure's line is put together."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import platformdirs

from coordinator_app import __version__
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.store import Store
from tests.benchmarks.site import LISTING, ZONE, make

MILLION = 1_000_000
SITES = "COORDINATOR_BENCHMARK_SITES"
"""The folder in which sites are kept; `--site` of the command sets it."""


def site_of(events: int) -> Path:
    """Return the folder of a site with about so many events, made now if there is none (a million: some minutes)."""
    kept = Path(os.environ.get(SITES) or platformdirs.user_cache_path("coordinator-app") / "benchmark-sites")
    folder = kept / str(events)
    if not (folder / LISTING).exists():
        sys.stderr.write(f"Making a site of {events} events in {folder} …\n")
        shutil.rmtree(folder, ignore_errors=True)
        make(folder, events)
    return folder


def open_store(folder: Path) -> tuple[Store, ScriptedClock]:
    """Open the record of a site for recording, on a scripted clock that goes on behind its newest event."""
    with Store.open_for_reading(folder, keys=FileKeys(folder, None)) as reading:
        newest = max(each.at for each in reading.log(200))
    clock = ScriptedClock(newest + timedelta(minutes=1), ZONE, clock="anchored")
    return Store.open(folder, keys=FileKeys(folder, None), clock=clock, program=__version__), clock


def open_bench(folder: Path) -> tuple[Bench, ScriptedClock]:
    """Open the bench of a site."""
    store, clock = open_store(folder)
    return Bench(Workplace(store, clock)), clock


def ratio(
    figure: str, goal: float, measured: list[float], baseline: list[float], detail: dict[str, Any]
) -> dict[str, Any]:
    """Return the line of a figure that is a ratio of medians; times in milliseconds."""
    one, other = statistics.median(measured), statistics.median(baseline)
    return {
        "figure": figure, "value": round(one / other, 3), "unit": "x", "goal": goal, "measured_ms": round(one, 3),
        "baseline_ms": round(other, 3), "n": len(measured), "detail": {**detail, **machine()},
    }  # fmt: skip


def machine() -> dict[str, Any]:
    """Return what else the machine did: a figure that was measured under load says so."""
    return {"load": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}
