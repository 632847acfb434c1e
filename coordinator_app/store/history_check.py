"""Verifies the whole journal behind the work, in slices so short that nobody waits for one (design §3.2).

Every start verifies everything anew: a mark of how far an earlier run had come would itself have to be trusted. The
newest events are verified before the record opens (`journal_check.check_tail`); the others count as verified once their
chain was followed to them from the beginning and the run they belong to is signed at the place that was reached.
"""

from __future__ import annotations

import time

import sqlcipher3

from coordinator_app.store.chain import Chain, FirstBad, Row
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.journal_check import ROWS, TAIL, first_unsigned, lookups, unreadable
from coordinator_app.store.pace import Pace

_AT_ONCE = 50
"""Rows between two looks at the time; about two milliseconds."""
_UNVERIFIED = "SELECT EXISTS (SELECT 1 FROM case_event WHERE kase = ? AND n > ? AND n <= ?)"


class HistoryCheck:
    """How far the events that were in the journal when it was opened have been verified.

    `first_bad` is the first event that is not as it was written, and why, once it was met; nothing behind it counts as
    verified any more.
    """

    def __init__(self, connection: sqlcipher3.Connection, workstation: str, public_key: bytes) -> None:
        """Nothing is verified yet but the newest events."""
        self._connection = connection
        self._chain = Chain({workstation: public_key}, *lookups(connection), from_start=True)
        self._followed = 0
        self._waiting: set[str] = set()
        self.total = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
        self.verified = 0
        self.pace = Pace()
        self.first_bad: FirstBad | None = None

    @property
    def over(self) -> bool:
        """Whether everything was verified, or something bad was met."""
        return self.first_bad is not None or self._followed >= self.total

    @property
    def all_verified(self) -> bool:
        """Whether every event that was here at the opening was verified."""
        return self.first_bad is None and self.verified >= self.total

    def newest_at(self) -> str:
        """Return the instant of the newest event that is verified, as it is written there; empty where none is."""
        row = self._connection.execute("SELECT bytes FROM journal WHERE n = ?", (self.total,)).fetchone()
        return str(read_event(row[0])["at"]) if row is not None else ""

    def go_on(self, seconds: float) -> None:
        """Verify for about so long."""
        until = time.perf_counter() + seconds
        self.pace.begin()
        reached: set[str] = set()
        try:
            while not self.over:
                self._follow(reached)
                if time.perf_counter() >= until:
                    break
            self._check_signatures(reached)
        except sqlcipher3.DatabaseError:
            self.first_bad = self.first_bad or unreadable(self._followed + 1)

    def verifies(self, case: str) -> bool:
        """Tell whether every event of a case that was here at the opening was verified since."""
        upto = self.total - TAIL if self.first_bad is None else self.total
        if self.verified >= upto:
            return self.first_bad is None
        row = self._connection.execute(_UNVERIFIED, (case, self.verified, upto)).fetchone()
        return not row[0]

    def _follow(self, reached: set[str]) -> None:
        rows = self._connection.execute(f"{ROWS} LIMIT {_AT_ONCE}", (self._followed,)).fetchall()
        if not rows:
            self._missing()
        for row in rows:
            if row[0] > self.total:
                self._followed = self.total
                return
            if row[0] != self._followed + 1:
                self._missing(row)
                return
            self.first_bad = self._chain.follow(row)
            if self.first_bad is not None:
                return
            self._followed += 1
            reached.add(row[2].hex())

    def _missing(self, row: Row | None = None) -> None:
        why = f"row {self._followed + 1} of the journal is missing"
        self.first_bad = FirstBad("", 0, "", why) if row is None else FirstBad(row[1].hex(), row[3], row[2].hex(), why)

    def _check_signatures(self, reached: set[str]) -> None:
        """Check the signature at the place that was reached in each run; it vouches for the run up to there."""
        at_the_end = self._followed >= self.total
        bad = self._chain.bad_streams(to_the_end=at_the_end, only=reached | self._waiting)
        if bad and self.first_bad is None:
            self.first_bad = first_unsigned(self._connection, self._chain, self._followed, None)
        self._waiting = self._chain.keyless(reached | self._waiting)
        if self.first_bad is None and not self._waiting:
            self.verified = self._followed
