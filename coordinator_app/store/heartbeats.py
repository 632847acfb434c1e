"""A ring of the last hundred readings of the clocks: how long the program ran before it ended without a word."""

from __future__ import annotations

from datetime import datetime

import sqlcipher3

from coordinator_app.domain.seal import instant
from coordinator_app.store.moment import Moment

RING = 100
"""Rows that are overwritten in turn: 50 minutes at one beat in 30 seconds."""

_TABLE = """CREATE TABLE IF NOT EXISTS heartbeat (slot INTEGER PRIMARY KEY, beat INTEGER NOT NULL, at TEXT NOT NULL,
 zone TEXT NOT NULL, boot TEXT NOT NULL, boot_ns INTEGER NOT NULL, clock TEXT NOT NULL) STRICT"""


class Heartbeats:
    """The ring of one record, outside the journal."""

    def __init__(self, connection: sqlcipher3.Connection) -> None:
        """Take the connection; `begin` makes the table."""
        self._connection = connection
        self._next = 0

    def begin(self) -> None:
        """Make the table where there is none, and go on behind the newest beat."""
        self._connection.execute(_TABLE)
        row = self._connection.execute("SELECT coalesce(max(beat) + 1, 0) FROM heartbeat").fetchone()
        self._next = int(row[0])

    def beat(self, now: Moment) -> None:
        """Write one reading over the oldest."""
        row = (self._next % RING, self._next, instant(now.at), now.zone, now.boot, now.boot_ns, now.clock)
        self._connection.execute("REPLACE INTO heartbeat VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._next += 1

    def all(self) -> tuple[Moment, ...]:
        """Return the readings, oldest first."""
        rows = self._connection.execute("SELECT at, zone, boot, boot_ns, clock FROM heartbeat ORDER BY beat")
        return tuple(Moment(datetime.fromisoformat(at), *rest) for at, *rest in rows.fetchall())
