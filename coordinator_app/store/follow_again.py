"""Reads events again whose key came after them, so that they are found and listed as if it had come before."""

from __future__ import annotations

from collections.abc import Iterable

from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.erasing import SEALED_WITH, read_row, rows_told
from coordinator_app.store.projections import Projections
from coordinator_app.store.store import Store


def follow_again(store: Store, keys: Iterable[str]) -> list[Recorded]:
    """Add what these keys open to the projections, and return the events; the caller holds the transaction."""
    inserts = Projections(store.connection).inserts
    found = []
    for key_id in keys:
        for row in store.connection.execute(SEALED_WITH, (f'"key":"{key_id}"'.encode(),)).fetchall():
            recorded = read_row(row, store.patient_keys)
            with store.patient_keys.without(key_id):
                told = rows_told(read_row(row, store.patient_keys), row)
            for table, each in sorted(rows_told(recorded, row) - told, key=str):
                store.connection.execute(inserts[table], each)
            found.append(recorded)
    return found
