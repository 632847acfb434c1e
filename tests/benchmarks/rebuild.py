"""`rebuild`: all projections of 1,000,000 events made anew; against reading the rows and inserting as many in bulk.

Both write into an empty encrypted file beside the record, in one transaction.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlcipher3

from coordinator_app.store.keys import FileKeys
from coordinator_app.store.projections import INSERTS, TABLES, Projections
from coordinator_app.store.replay import fill
from coordinator_app.store.store import Store
from tests.benchmarks.sites import MILLION, ratio, site_of

GOAL = 3.0
RUNS = 2


def measure() -> dict[str, Any]:
    """Return the line of this figure."""
    folder = site_of(MILLION)
    measured, worked, baseline, bare_worked = [], [], [], []
    with Store.open_for_reading(folder, keys=FileKeys(folder, None)) as store:
        connection = store.connection
        connection.execute("PRAGMA query_only = OFF")  # the record itself is left alone
        for _ in range(RUNS):
            passed, cpu = _into_a_new_file(connection, lambda: _bare(connection))
            baseline.append(passed)
            bare_worked.append(cpu)
            passed, cpu = _into_a_new_file(connection, lambda: fill(connection, store.patient_keys, "anew"))
            measured.append(passed)
            worked.append(cpu)
        events = store.count()
    return ratio(
        "rebuild", GOAL, measured, baseline,
        {"events": events, "cpu_s": round(min(worked), 2), "baseline_cpu_s": round(min(bare_worked), 2)},
    )  # fmt: skip


def _bare(connection: sqlcipher3.Connection) -> None:
    for _row in connection.execute("SELECT n, id, bytes, psig FROM journal ORDER BY n"):
        pass
    Projections(connection, "anew").create()
    for table in TABLES:
        columns = "rowid, words, kind, id, kase" if table == "search" else "*"
        places = "?, ?" if table == "known_case" else INSERTS[table].rpartition("(")[2].rstrip(")")
        into = "anew.search (rowid, words, kind, id, kase)" if table == "search" else f"anew.{table}"
        rows = connection.execute(f"SELECT {columns} FROM main.{table}")  # noqa: S608 - our own table names
        connection.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608


def _into_a_new_file(connection: sqlcipher3.Connection, fill_it: Callable[[], None]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="coordinator-benchmark-") as scratch:
        connection.execute(f"ATTACH DATABASE ? AS anew KEY \"x'{'17' * 32}'\"", (str(Path(scratch) / "anew.db"),))
        try:
            began, cpu = time.perf_counter(), time.process_time()
            connection.execute("BEGIN")
            fill_it()
            connection.execute("COMMIT")
            return (time.perf_counter() - began) * 1000, time.process_time() - cpu
        finally:
            connection.execute("DETACH DATABASE anew")
