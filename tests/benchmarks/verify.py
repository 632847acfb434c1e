"""`verify`: full verification of 1,000,000 events, run heads; against reading, decrypting and hashing the same rows."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify
from tests.benchmarks.sites import MILLION, ratio, site_of

GOAL = 2.0
RUNS = 3


def measure() -> dict[str, Any]:
    """Return the line of this figure."""
    folder = site_of(MILLION)
    measured, worked, baseline, bare_worked = [], [], [], []
    with Store.open_for_reading(folder, keys=FileKeys(folder, None)) as store:
        for _ in range(RUNS):
            began, cpu = time.perf_counter(), time.process_time()
            for (written,) in store.connection.execute("SELECT bytes FROM journal ORDER BY n"):
                hashlib.sha256(written).digest()
            baseline.append((time.perf_counter() - began) * 1000)
            bare_worked.append(time.process_time() - cpu)
            began, cpu = time.perf_counter(), time.process_time()
            found = verify(store)
            measured.append((time.perf_counter() - began) * 1000)
            worked.append(time.process_time() - cpu)
            if found.first_bad is not None:
                raise RuntimeError(f"The site is not as it was written: {found.first_bad}; make it anew.")
        began = time.perf_counter()
        verify(store, all_signatures=True)
        every = time.perf_counter() - began
    return ratio(
        "verify", GOAL, measured, baseline,
        {"events": found.events, "epochs": found.epochs, "all_signatures_s": round(every, 1),
         "cpu_s": round(min(worked), 2), "baseline_cpu_s": round(min(bare_worked), 2)},
    )  # fmt: skip
