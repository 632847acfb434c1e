"""`search`: three or more characters of an identifier, looked up among the things of a site of 1,000,000 events."""

from __future__ import annotations

import random
import statistics
import time
from typing import Any

from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from tests.benchmarks.sites import MILLION, machine, site_of

GOAL_MS = 30.0
SEARCHES = 400


def measure() -> dict[str, Any]:
    """Return the line of this figure; `value` is the 99th percentile in milliseconds."""
    folder = site_of(MILLION)
    chance = random.Random(7)  # noqa: S311 - the same searches every time
    with Store.open_for_reading(folder, keys=FileKeys(folder, None)) as store:
        rows = store.connection.execute("SELECT count(*) FROM search").fetchone()[0]
        last = store.connection.execute("SELECT max(rowid) FROM search").fetchone()[0]
        one = "SELECT words FROM search WHERE rowid >= ? LIMIT 1"
        words = [store.connection.execute(one, (chance.randint(1, last),)).fetchone()[0] for _ in range(SEARCHES)]
        asked = [_part(chance.choice(text.split("\n")), chance) for text in words]
        times, found = [], 0
        for part in asked:
            began = time.perf_counter()
            found += bool(store.search(part))
            times.append((time.perf_counter() - began) * 1000)
        records = store.count()
    times.sort()
    value = times[int(len(times) * 0.99)]
    return {
        "figure": "search", "value": round(value, 2), "unit": "ms", "goal": GOAL_MS, "measured_ms": round(value, 2),
        "baseline_ms": None, "n": len(times),
        "detail": {"median_ms": round(statistics.median(times), 2), "max_ms": round(times[-1], 2), "events": records,
                   "searchable": rows, "found": found, "lengths": sorted({len(part) for part in asked}), **machine()},
    }  # fmt: skip


def _part(word: str, chance: random.Random) -> str:
    """Return what somebody types: three to eight characters in a row, or all there are."""
    length = min(len(word), chance.randint(3, 8))
    start = chance.randint(0, len(word) - length)
    return word[start : start + length]
