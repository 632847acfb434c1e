"""`hub_push`: signed pushes of 500 events to a hub on PostgreSQL, against bare COPY of the same rows."""

from __future__ import annotations

import hashlib
import secrets
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import psycopg
from exchange_author import Author, verify
from postgres_server import PostgresServer

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.protocol import PROTOCOL_HEADER, Line, Push, authorization, request_part, written
from coordinator_app.hub.calls import Asked, Calls
from coordinator_app.hub.door import Rates
from coordinator_app.hub.ledger import NO_HEAD, SiteRow, WorkstationRow
from coordinator_app.hub.ledger_postgres import PostgresLedger
from coordinator_app.hub.standing import HubSigner
from tests.benchmarks.sites import machine

GOAL = 4.0
BATCH, BATCHES = 500, 40
SITE = "site:" + "b" * 32


def measure() -> dict[str, Any]:
    """Return the line of this figure; batches of both kinds alternate on one server."""
    server = PostgresServer()
    try:
        return _measure(server)
    finally:
        server.remove()


def _measure(server: PostgresServer) -> dict[str, Any]:
    author, hub = Author("pushing"), Author("hub")
    author.at = datetime.now(UTC) - timedelta(seconds=BATCH * BATCHES)  # an event a second, the last one now
    author.opens()
    for n in range(BATCH * BATCHES - 1):
        author.writes(body={"slept_ms": n, "note": "x" * 200})
    lines = author.lines[author.epoch]
    dsn = server.fresh_database("push")
    ledger = PostgresLedger(dsn)
    with ledger.writing() as book:
        book.put_site(SITE, SiteRow(0, NO_HEAD, "epoch0"))
        book.put_workstation(WorkstationRow(SITE, author.device, author.public.hex(), "approved", "-"))
    calls = Calls(ledger, HubSigner(hub.sign, hub.public), verify, bytes(32), rates=Rates(1e9, 1e9))
    pushed, bare, worked = [], [], []
    with psycopg.connect(server.fresh_database("bare")) as connection:
        connection.execute(
            "CREATE TABLE rows (n BIGINT PRIMARY KEY, epoch BYTEA, seq BIGINT, id BYTEA, written BYTEA, sig BYTEA)"
        )
        connection.commit()
        for first in range(0, len(lines), BATCH):
            batch = lines[first : first + BATCH]
            asked = _asked(author, first, batch)
            began, cpu = time.perf_counter(), time.process_time()
            answered = calls.push(asked, author.epoch)
            pushed.append(time.perf_counter() - began)
            worked.append(time.process_time() - cpu)
            if answered.status != 200:
                raise RuntimeError(answered.body.decode())
            rows = [
                (
                    first + i,
                    bytes.fromhex(author.epoch),
                    first + i,
                    bytes.fromhex(each.id),
                    each.written,
                    bytes.fromhex(each.sig),
                )
                for i, each in enumerate(batch)
            ]
            began = time.perf_counter()
            _copy(connection, rows)
            bare.append(time.perf_counter() - began)
    size = calls.sizes()[SITE][0]
    ledger.close()
    if size != len(lines):
        raise RuntimeError("the hub has not all of it")
    measured, baseline = statistics.median(pushed) * 1000, statistics.median(bare) * 1000
    return {
        "figure": "hub_push", "value": round(measured / baseline, 2), "unit": "x", "goal": GOAL,
        "measured_ms": round(measured, 2), "baseline_ms": round(baseline, 2), "n": BATCHES,
        "detail": {"events": len(lines), "batch": BATCH, "events_per_second": round(BATCH / measured * 1000),
                   "cpu_ms": round(statistics.median(worked) * 1000, 2), **machine()},
    }  # fmt: skip


def _asked(author: Author, first: int, batch: list[Line]) -> Asked:
    body, target = written(Push(batch)), f"/v1/epochs/{author.epoch}/events?from={first}"
    nonce, at = secrets.token_hex(16), instant(datetime.now(UTC))
    sig = author.sign(request_part("PUT", target, hashlib.sha256(body).hexdigest(), nonce, at))
    headers = {"authorization": authorization(author.device, nonce, at, sig), PROTOCOL_HEADER.lower(): "1"}
    return Asked("PUT", target, headers, body, "bench")


def _copy(connection: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY rows FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int8", "bytea", "int8", "bytea", "bytea", "bytea"])
        for row in rows:
            copy.write_row(row)
    connection.commit()
