"""Fills the projections from the whole journal, in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import sqlcipher3

from coordinator_app.domain.attention import settled_at
from coordinator_app.domain.case_record import read_case
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.seal import instant
from coordinator_app.store.fast_recorded import recorded_fast
from coordinator_app.store.journal_check import Progress
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import Projections, rows_of
from coordinator_app.store.without_collecting import without_collecting

_BATCH = 50_000
_TELL_EVERY = 1000
_AT_ONCE = 256
"""Cases of which the events are kept while the journal is read; a site works on fewer at one time."""
_OF_CASE = """SELECT j.id, j.bytes, j.psig FROM {schema}.case_event AS c JOIN journal AS j ON j.n = c.n
 WHERE c.kase = ?"""
_ROWS = "SELECT n, id, bytes, psig FROM journal ORDER BY n"


def fill(connection: sqlcipher3.Connection, keys: PatientKeys, schema: str, progress: Progress | None = None) -> None:
    """Make the projections in `schema` from the whole journal. The caller holds the transaction."""
    total = int(connection.execute("SELECT count(*) FROM journal").fetchone()[0]) if progress is not None else 0
    projections = Projections(connection, schema)
    projections.create()
    waiting: dict[str, list[tuple[str | int, ...]]] = defaultdict(list)
    folding = _Folding(connection, keys, schema)
    with without_collecting():
        for count, (n, id, written, psig) in enumerate(connection.execute(_ROWS), start=1):
            recorded, at = recorded_fast(id, written, psig, keys)
            for table, row in rows_of(recorded, n, at):
                if table == "known_case":
                    folding.take(str(row[0]), recorded)
                else:
                    waiting[table].append(row)
            if count % _BATCH == 0:
                _insert(connection, projections, waiting)
            if progress is not None and count % _TELL_EVERY == 0 and count < total:
                progress(count, total)
        _insert(connection, projections, waiting)
        rows = [(case, "" if at is None else instant(at)) for case, at in folding.end()]
    connection.executemany(f"INSERT INTO {schema}.known_case VALUES (?, ?)", rows)  # noqa: S608 - our own schema names
    if progress is not None:
        progress(total, total)


class _Folding:
    """Finds out of every case whether it is settled, while the journal is read once.

    The events of the cases that were read last are kept. A case that comes again after it was let go, which happens
    when workstations exchange what they recorded, is read from its own events at the end.
    """

    def __init__(self, connection: sqlcipher3.Connection, keys: PatientKeys, schema: str) -> None:
        self._connection = connection
        self._keys = keys
        self._schema = schema
        self._open: dict[str, list[Recorded]] = {}
        self._settled: dict[str, datetime | None] = {}
        self._again: set[str] = set()

    def take(self, case: str, recorded: Recorded) -> None:
        """Take one event of a case, in the order of the journal."""
        if case in self._again:
            return
        if case in self._settled:
            self._again.add(case)
            return
        events = self._open.pop(case, None) or []
        events.append(recorded)
        self._open[case] = events
        if len(self._open) > _AT_ONCE:
            self._let_go(next(iter(self._open)))

    def end(self) -> Iterator[tuple[str, datetime | None]]:
        """Yield every case with the instant since which it is settled, or None."""
        for case in list(self._open):
            self._let_go(case)
        for case in sorted(self._again):
            rows = self._connection.execute(_OF_CASE.format(schema=self._schema), (case,)).fetchall()
            self._settled[case] = settled_at(
                read_case(case, [recorded_fast(id, written, psig, self._keys)[0] for id, written, psig in rows])
            )
        yield from self._settled.items()

    def _let_go(self, case: str) -> None:
        self._settled[case] = settled_at(read_case(case, self._open.pop(case)))


def _insert(
    connection: sqlcipher3.Connection, projections: Projections, waiting: dict[str, list[tuple[str | int, ...]]]
) -> None:
    for table, rows in waiting.items():
        if table != "search":
            rows.sort()  # neighbours in the table are written together
        connection.executemany(projections.inserts[table], rows)
    waiting.clear()
