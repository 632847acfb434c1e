"""`verify`: full verification of 1,000,000 events, run heads; against reading, decrypting and hashing the same rows.

The baseline is one process; the program takes as many as `verify_parts` does. `slowest_cpu_s` is the work of this
process, which follows a part like the others: what would pass on a machine that does nothing else.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import Any

from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify
from coordinator_app.store.verify_parts import processes_for
from tests.benchmarks.sites import MILLION, ratio, site_of

GOAL = 2.0
RUNS = 3


def measure() -> dict[str, Any]:
    """Return the line of this figure."""
    folder = site_of(MILLION)
    measured, worked, all_worked, baseline, bare_worked = [], [], [], [], []
    with Store.open_for_reading(folder, keys=FileKeys(folder, None)) as store:
        for _ in range(RUNS):
            began, cpu = time.perf_counter(), time.process_time()
            for (written,) in store.connection.execute("SELECT bytes FROM journal ORDER BY n"):
                hashlib.sha256(written).digest()
            baseline.append((time.perf_counter() - began) * 1000)
            bare_worked.append(time.process_time() - cpu)
            began, cpu, children = time.perf_counter(), time.process_time(), _of_children()
            found = verify(store)
            measured.append((time.perf_counter() - began) * 1000)
            worked.append(time.process_time() - cpu)
            all_worked.append(worked[-1] + _of_children() - children)
            if found.first_bad is not None:
                raise RuntimeError(f"The site is not as it was written: {found.first_bad}; make it anew.")
        began = time.perf_counter()
        verify(store, all_signatures=True)
        every = time.perf_counter() - began
    return ratio(
        "verify", GOAL, measured, baseline,
        {"events": found.events, "epochs": found.epochs, "all_signatures_s": round(every, 1),
         "processes": processes_for(found.events), "slowest_cpu_s": round(min(worked), 2),
         "cpu_s": round(min(all_worked), 2), "baseline_cpu_s": round(min(bare_worked), 2)},
    )  # fmt: skip


def _of_children() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system
