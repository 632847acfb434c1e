"""`scan_recorded`: from a scan to its recorded answer, at the bench of a site of 1,000,000 events.

Each round at the cold store has three scans that are recorded: a bag opens its step (one event), a code nobody knows
is refused on it (one event), the cassette is confirmed (three events). The baseline does with the same bytes what
cannot be avoided: one commit that is on the disk, one appended and synced copy, one signature. Both come after the
same: the look of a second at clocks and alarms, which also runs between two scans of a person. Right behind the scan
the baseline would find the disk awake and its own code and pages in the processor's cache, where the scan found neither.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coordinator_app.demo import cast
from coordinator_app.demo.hands import Hands
from coordinator_app.demo.site import demo_listing
from coordinator_app.domain.inputs import Pressed, Scanned, Ticked
from tests.benchmarks.sites import MILLION, open_bench, ratio, site_of

GOAL = 2.0
ROUNDS = 30
WARM_UP = 5


class Bare:
    """One encrypted table, one file, one key: what recording cannot do without."""

    def __init__(self, folder: Path) -> None:
        """Open both files with the settings of the record."""
        self._connection = sqlcipher3.connect(str(folder / "bare.db"), isolation_level=None)
        self._connection.execute(f"PRAGMA key = \"x'{'17' * 32}'\"")
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 0"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.execute("CREATE TABLE bare (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
        self._copy = os.open(folder / "bare.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._key = Ed25519PrivateKey.generate()

    def record(self, written: list[bytes]) -> None:
        """Commit these bytes, append and sync them, sign once."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO bare (bytes) VALUES (?)", [(each,) for each in written])
        self._connection.execute("COMMIT")
        os.write(self._copy, b"".join(written))
        os.fsync(self._copy)
        self._key.sign(written[-1][:32])

    def close(self) -> None:
        """Close both files."""
        self._connection.close()
        os.close(self._copy)


class Scans:
    """A person at the cold store of a site, and beside them the bare baseline."""

    def __init__(self, events: int) -> None:
        """Open the site and sign in who may take a bag out."""
        folder = site_of(events)
        self._bench, self._clock = open_bench(folder)
        units = demo_listing(folder)["units"]
        # In turns, so that no case becomes longer than one is.
        self._units = [units[name] for name in ("u1", "u5", "u6")]
        self._hands = Hands(self._bench, self._clock)
        self._hands.sign_in("cell_laboratory_a")
        self._scratch = tempfile.TemporaryDirectory(prefix="coordinator-benchmark-")
        self._bare = Bare(Path(self._scratch.name))
        self.events = self._bench.work.store.count()
        self.measured: list[float] = []
        self.worked: list[float] = []
        self.baseline: list[float] = []
        self.baseline_worked: list[float] = []

    def rounds(self, count: int) -> Iterator[None]:
        """Go round so often, and let others go round between."""
        for number in range(count):
            unit = self._units[number % len(self._units)]
            self._scan(unit["code"])
            self._scan(cast.UNKNOWN_CODE)
            self._scan(unit["cassette"])
            self._hands.do(Pressed("go_on"))
            self._hands.do(Pressed("abort"))
            yield

    def forget(self) -> None:
        """Begin to count."""
        self.measured, self.worked, self.baseline, self.baseline_worked = [], [], [], []

    def _scan(self, code: str) -> None:
        self._let_a_second_pass()
        store = self._bench.work.store
        before = store.count()
        began, worked = time.perf_counter(), time.thread_time()
        self._bench.take(Scanned(code.encode()))
        self.worked.append((time.thread_time() - worked) * 1000)
        self.measured.append((time.perf_counter() - began) * 1000)
        rows = store.connection.execute("SELECT bytes FROM journal WHERE n > ? ORDER BY n", (before,)).fetchall()
        self._let_a_second_pass()
        began, worked = time.perf_counter(), time.thread_time()
        self._bare.record([row[0] for row in rows])
        self.baseline_worked.append((time.thread_time() - worked) * 1000)
        self.baseline.append((time.perf_counter() - began) * 1000)

    def _let_a_second_pass(self) -> None:
        self._clock.advance(timedelta(seconds=2))
        self._bench.take(Ticked())  # once a second, as the desk does

    def close(self) -> None:
        """Close the site."""
        self._bare.close()
        self._scratch.cleanup()
        self._bench.close()
        self._bench.work.store.close()


def measure() -> dict[str, Any]:
    """Return the line of this figure."""
    scans = Scans(MILLION)
    for _ in scans.rounds(WARM_UP):
        pass
    scans.forget()
    for _ in scans.rounds(ROUNDS):
        pass
    scans.close()
    by_kind = {name: scans.measured[place::3] for place, name in enumerate(("opened", "refused", "confirmed"))}
    detail = {f"{name}_ms": round(statistics.median(times), 3) for name, times in by_kind.items()}
    cpu = {"cpu_ms": round(statistics.median(scans.worked), 3),
           "baseline_cpu_ms": round(statistics.median(scans.baseline_worked), 3)}  # fmt: skip
    return ratio("scan_recorded", GOAL, scans.measured, scans.baseline, {"events": scans.events, **cpu, **detail})
