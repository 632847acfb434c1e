"""Reads the record by case, code, word and id; after the disk failed once it answers nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

import sqlcipher3

from coordinator_app.domain.case_record import CaseRecord, read_case
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.seal import instant
from coordinator_app.store.fast_recorded import recorded_slowly
from coordinator_app.store.faults import StorePoisoned
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import SITE, Found, Projections

FOUND_AT_MOST = 50
"""Things a search by words returns."""

_T = TypeVar("_T")
_ROW_OF = "SELECT n FROM journal WHERE id = ?"
_FROM = "SELECT n, id, bytes, psig FROM journal WHERE n > ? ORDER BY n LIMIT ?"
_STRETCH = 200
_NEWEST = "SELECT id, bytes, psig FROM journal WHERE n < ? ORDER BY n DESC LIMIT ?"


class Reading:
    """The reading side of a record."""

    def __init__(self, connection: sqlcipher3.Connection, keys: PatientKeys) -> None:
        """Take the one connection and the keys that open sealed fields."""
        self._connection = connection
        self._keys = keys
        self._projections = Projections(connection)
        self._poisoned: StorePoisoned | None = None
        self._exchanged: bool | None = None
        self.fold: Callable[[str], CaseRecord] = self.read_case
        """Reads one case; who keeps cases in memory gives them from there."""

    @property
    def connection(self) -> sqlcipher3.Connection:
        """The connection, for verification, export and figures; nobody else writes through it."""
        self._usable()
        return self._connection

    @property
    def patient_keys(self) -> PatientKeys:
        """The keys that open sealed fields."""
        return self._keys

    def read_case(self, case: str) -> CaseRecord:
        """Return one case, folded from its events."""
        return read_case(case, self.events_of_case(case))

    def events_of_case(self, case: str) -> tuple[Recorded, ...]:
        """Return the events of a case, opened with the keys that are here, by instant, epoch and position."""
        return self._events(lambda: self._projections.events_of(case))

    def site_events(self) -> tuple[Recorded, ...]:
        """Return the events of the site's people, profiles and settings, in the same order."""
        return self._events(lambda: self._projections.events_of(SITE))

    def event(self, id: str) -> Recorded | None:
        """Return one event by its id, or None."""
        row = self._ask(
            lambda: self._connection.execute(
                "SELECT id, bytes, psig FROM journal WHERE id = ?", (bytes.fromhex(id),)
            ).fetchone()
        )
        return None if row is None else self._recorded(*row)

    def log(self, limit: int, before: str | None = None) -> tuple[Recorded, ...]:
        """Return the newest events of the journal, newest first; `before` is the id of an event to go on from."""
        if before is None:
            first = self.count() + 1
        else:
            row = self._ask(lambda: self._connection.execute(_ROW_OF, (bytes.fromhex(before),)).fetchone())
            first = row[0] if row else 0
        return self._events(lambda: self._connection.execute(_NEWEST, (first, limit)).fetchall())

    def epochs(self) -> tuple[str, ...]:
        """Return every run of the program on any workstation, in the order in which their first events came here."""
        rows = self._ask(lambda: self._connection.execute("SELECT epoch FROM epoch ORDER BY n").fetchall())
        return tuple(row[0] for row in rows)

    def cases(self) -> tuple[str, ...]:
        """Return all cases, sorted by their ids."""
        return self._ask(self._projections.cases)

    def case_count(self) -> int:
        """Return how many cases there are."""
        return self._ask(self._projections.case_count)

    def knows_case(self, case: str) -> bool:
        """Tell whether there is such a case."""
        return self._ask(lambda: self._projections.knows(case))

    def exchanged(self) -> bool:
        """Tell whether this record was ever exchanged: only then there are tables of the exchange."""
        if self._exchanged is None:
            self._exchanged = self._ask(lambda: ExchangeTables(self._connection).there())
        return self._exchanged

    def cases_needing(self, since: datetime) -> tuple[str, ...]:
        """Return the cases in which something needs somebody, or did at an instant (aware) or later; sorted."""
        return self._ask(lambda: self._projections.needing(instant(since)))

    def newest(self, kind: str, limit: int) -> list[tuple[str, str]]:
        """Return ids and cases of the newest deviations (`deviation`) or labels (`label`), newest first."""
        return self._ask(lambda: self._projections.newest(kind, limit))

    def codes_from(self, start: str) -> tuple[str, ...]:
        """Return every known code that begins so, such as `din:A999926`, sorted."""
        return self._ask(lambda: self._projections.with_code(start))

    def since(self, id: str) -> Iterator[Recorded]:
        """Yield an event and those that came here after it, in the order in which they came."""
        row = self._ask(lambda: self._connection.execute(_ROW_OF, (bytes.fromhex(id),)).fetchone())
        after = row[0] - 1 if row else self.count()
        while rows := self._stretch(after):
            yield from (self._recorded(*row[1:]) for row in rows)
            after = rows[-1][0]

    def _stretch(self, after: int) -> list[tuple[int, bytes, bytes, bytes | None]]:
        return self._ask(lambda: self._connection.execute(_FROM, (after, _STRETCH)).fetchall())

    def find(self, key: str) -> tuple[Found, ...]:
        """Return everything that carries exactly this code, such as `din:A9999…` or `gsrn:…`."""
        return self._ask(lambda: self._projections.find(key))

    def search(self, words: str) -> tuple[Found, ...]:
        """Return what carries all these words or parts of words (identifiers and names), at most 50 things."""
        return self._ask(lambda: self._projections.search(words, FOUND_AT_MOST))

    def count(self) -> int:
        """Return how many events the journal holds."""
        row = self._ask(lambda: self._connection.execute("SELECT max(n) FROM journal").fetchone())
        return int(row[0] or 0)

    def _events(self, ask: Callable[[], Iterable[tuple[bytes, bytes, bytes | None]]]) -> tuple[Recorded, ...]:
        return tuple(self._recorded(*row) for row in self._ask(ask))

    def _recorded(self, id: bytes, written: bytes, psig: bytes | None) -> Recorded:
        return recorded_slowly(id, written, psig, self._keys)[0]

    def _usable(self) -> None:
        if self._poisoned is not None:
            raise self._poisoned

    def _ask(self, question: Callable[[], _T]) -> _T:
        self._usable()
        try:
            return question()
        except sqlcipher3.Error as fault:
            if is_failing(fault):
                raise self._poison(fault) from fault
            raise

    def _poison(self, fault: BaseException) -> StorePoisoned:
        # After a failed write or fsync nobody knows what the disk holds; only opening and verifying again tells.
        self._poisoned = StorePoisoned(
            "The record cannot be written and nothing more is recorded; go on with the paper sheet, "
            "then open the record again."
        )
        self._poisoned.__cause__ = fault
        return self._poisoned


def is_failing(fault: BaseException) -> bool:
    """Say whether an error comes from the disk and not from a mistake of ours or somebody who is reading."""
    # Programming and integrity errors are mistakes of ours that a rollback settles, and busy or locked (5, 6) means
    # that somebody is reading; all others come from the disk.
    ours = sqlcipher3.ProgrammingError | sqlcipher3.IntegrityError | sqlcipher3.InterfaceError
    if not isinstance(fault, sqlcipher3.Error) or isinstance(fault, ours):
        return False
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF not in (5, 6)
