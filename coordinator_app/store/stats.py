"""Figures of a record: how many events of which type, cases, runs of the program, and sizes on the disk."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

# The connection room names the engine that sqlite-utils is to use, and must come before it.
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.projections import TABLES
from coordinator_app.store.store import Store


class Stats(Struct, frozen=True):
    """Figures of one record; sizes in bytes, instants as they are written in the journal (empty for an empty one)."""

    events: int
    epochs: int
    cases: int
    first_at: str
    last_at: str
    by_type: dict[str, int]
    projection_rows: dict[str, int]
    file_bytes: int
    log_bytes: int


def stats(store: Store) -> Stats:
    """Count what a record holds; reads every event once."""
    from sqlite_utils import Database  # takes a tenth of a second, which a start has no use for

    connection = store.connection
    by_type: Counter[str] = Counter()
    first_at, last_at = "", ""
    for (written,) in connection.execute("SELECT bytes FROM journal"):
        event = read_event(written)
        by_type[event["type"]] += 1
        first_at = min(first_at or event["at"], event["at"])
        last_at = max(last_at, event["at"])
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    rows = {name: int(database.table(name).count) for name in TABLES}
    main, log = store.folder / STORE_FILE, store.folder / (STORE_FILE + "-wal")
    return Stats(
        events=store.count(),
        epochs=rows["epoch"],
        cases=rows["known_case"],
        first_at=first_at,
        last_at=last_at,
        by_type=dict(sorted(by_type.items())),
        projection_rows=rows,
        file_bytes=main.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
    )
