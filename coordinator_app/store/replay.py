"""Fills the projections from the whole journal, in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import sqlcipher3

from coordinator_app.store.fast_form import read_event
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import Projections, rows_of
from coordinator_app.store.sealing import opened_body, recorded_of

_BATCH = 5000
_ROWS = "SELECT n, id, bytes, psig FROM journal ORDER BY n"


def fill(connection: sqlcipher3.Connection, keys: PatientKeys, schema: str) -> None:
    """Make the projections in `schema` from the whole journal. The caller holds the transaction."""
    projections = Projections(connection, schema)
    projections.create()
    waiting: dict[str, list[tuple[str | int, ...]]] = defaultdict(list)
    for count, (table, row) in enumerate(_all_rows(connection, keys), start=1):
        waiting[table].append(row)
        if count % _BATCH == 0:
            _insert(connection, projections, waiting)
    _insert(connection, projections, waiting)


def _all_rows(connection: sqlcipher3.Connection, keys: PatientKeys) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for n, id, written, psig in connection.execute(_ROWS):
        event = read_event(written)
        body, opened = opened_body(event, keys)
        yield from rows_of(recorded_of(event, id.hex(), body, opened, psig is not None), n, event["at"])


def _insert(
    connection: sqlcipher3.Connection, projections: Projections, waiting: dict[str, list[tuple[str | int, ...]]]
) -> None:
    for table, rows in waiting.items():
        connection.executemany(projections.inserts[table], rows)
    waiting.clear()
