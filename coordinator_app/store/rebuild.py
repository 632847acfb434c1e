"""Makes the projections anew from the journal, or says where the ones in use differ from what the journal says."""

from __future__ import annotations

import sqlcipher3

from coordinator_app.store.journal_check import Progress
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import PROJECTIONS_VERSION, TABLES
from coordinator_app.store.replay import fill
from coordinator_app.store.store import Store


def rebuild(store: Store, check: bool = False, progress: Progress | None = None) -> tuple[str, ...]:
    """Make the projections anew; with `check` only compare. Returns the names of the tables that differed.

    `progress` hears of each reading of the journal: one with `check`, two without. Raises StorePoisoned when the
    disk fails: the projections are then as they were.
    """
    connection, keys = store.connection, store.patient_keys
    if check:
        return differing_tables(connection, keys, progress)
    with store.writing():
        differing = differing_tables(connection, keys, progress)
        fill(connection, keys, "main", progress)
        connection.execute("REPLACE INTO store_fact VALUES (?, ?)", ("projections", str(PROJECTIONS_VERSION)))
    store.checkpoint()  # the log still holds what was dropped
    return differing


def differing_tables(
    connection: sqlcipher3.Connection, keys: PatientKeys, progress: Progress | None = None
) -> tuple[str, ...]:
    """Return the names of the projections that differ from what the journal behind this connection says."""
    fill(connection, keys, "temp", progress)
    try:
        return tuple(table for table in TABLES if _differs(connection, table))
    finally:
        for table in TABLES:
            connection.execute(f"DROP TABLE temp.{table}")


def _differs(connection: sqlcipher3.Connection, table: str) -> bool:
    # Rows of the search are compared with their numbers, so that the two are equal to the byte.
    columns = "rowid, *" if table == "search" else "*"
    here, anew = (
        f"SELECT {columns} FROM {schema}.{table}"  # noqa: S608 - our own table names
        for schema in ("main", "temp")
    )
    for one, other in ((here, anew), (anew, here)):
        if connection.execute(f"SELECT EXISTS ({one} EXCEPT {other})").fetchone()[0]:
            return True
    if table == "search":
        try:
            connection.execute("INSERT INTO main.search (search, rank) VALUES ('integrity-check', 1)")
        except sqlcipher3.DatabaseError:
            return True
    return False
