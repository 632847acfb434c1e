"""`pull`: taking in pages of 500 events of another workstation, against bare inserts of the same rows in SQLCipher."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import sqlcipher3
from exchange_author import Author, verify
from msgspec import structs

from coordinator_app.exchange.judging import Judging
from coordinator_app.exchange.ports import Identity
from coordinator_app.exchange.protocol import Line, person_and_device
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.store.arrivals import knows
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.store import Store
from tests.benchmarks.sites import machine

GOAL = 4.0
PAGE = 500
EVENTS = 100_000


def measure(events: int = EVENTS) -> dict[str, Any]:
    """Return the line of this figure; pages of both kinds alternate."""
    author = Author("pulled from")
    author.at = datetime(2026, 3, 2, tzinfo=UTC)
    author.opens()
    for n in range(events - 1):
        author.writes(body={"slept_ms": n})
    lines = author.lines[author.epoch]
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where)
        return _measure(author, lines, folder)


def _measure(author: Author, lines: list[Line], folder: Path) -> dict[str, Any]:
    record_folder = folder / "record"
    record_folder.mkdir()
    keys, clock = FileKeys(record_folder, ""), MachineClock("UTC")
    device, site = "workstation:" + "9" * 32, "site:" + "b" * 32
    pulled, bare = [], []
    with Store.create(record_folder, keys=keys, clock=clock, workstation=device, site=site, program="1") as store:
        record = ExchangeRecord(store)
        record.tell([], {}, {author.device: author.public})
        who = Identity(device, site, b"", store.sign, verify, str, str, float, knows)
        connection = _bare_file(folder / "bare.db")
        for first in range(0, len(lines), PAGE):
            page = lines[first : first + PAGE]
            began = time.perf_counter()
            taken = Judging(record, who).judge(page)
            record.take(taken, structs.replace(record.marks(), hub_epoch="e", n=first + len(page)))
            pulled.append(time.perf_counter() - began)
            rows = [
                (bytes.fromhex(each.id), author.epoch, first + i, each.written, person_and_device(each)[0])
                for i, each in enumerate(page)
            ]
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO rows (id, epoch, seq, written, sig) VALUES (?, ?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
            bare.append(time.perf_counter() - began)
        connection.close()
        if record.arrivals.counted().integrated != len(lines):
            raise RuntimeError("not all of it came in")
    measured, baseline = sum(pulled) * 1000, sum(bare) * 1000
    return {
        "figure": "pull", "value": round(measured / baseline, 2), "unit": "x", "goal": GOAL,
        "measured_ms": round(measured, 1), "baseline_ms": round(baseline, 1), "n": len(pulled),
        "detail": {"events": len(lines), "page": PAGE, "page_ms": round(statistics.median(pulled) * 1000, 2), **machine()},
    }  # fmt: skip


def _bare_file(path: Path) -> sqlcipher3.Connection:
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA key = \"x'" + "00" * 32 + "'\"")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(
        "CREATE TABLE rows (n INTEGER PRIMARY KEY, id BLOB UNIQUE, epoch TEXT, seq INTEGER, written BLOB, sig BLOB, UNIQUE (epoch, seq))"
    )
    return connection
