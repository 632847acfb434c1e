"""The record of one workstation: opened in the order of design §3.2, written in transactions, read by case."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import sqlcipher3

from coordinator_app.domain.events import EVENT_TYPES, EpochOpened
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.faults import StoreDamaged, StoreFault, StorePoisoned
from coordinator_app.store.founding import Grounds, found_grounds, open_grounds
from coordinator_app.store.journal import Journal
from coordinator_app.store.journal_check import check_tail
from coordinator_app.store.keys import KeyPort
from coordinator_app.store.moment import Clock, Moment
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import PROJECTIONS_VERSION, SITE, Found, Projections
from coordinator_app.store.replay import fill
from coordinator_app.store.sealing import opened_body, recorded_of
from coordinator_app.store.writing import Writing

__all__ = ["Found", "Store", "Writing"]

CHECKPOINT_AFTER = 1000
"""Commits after which the write-ahead log is copied into the file even if nobody asked for it."""

FOUND_AT_MOST = 50
"""Things a search by words returns."""

_T = TypeVar("_T")
_ROW_OF = "SELECT n FROM journal WHERE id = ?"
_NEWEST = "SELECT id, bytes, psig FROM journal WHERE n < ? ORDER BY n DESC LIMIT ?"


class Store:
    """The record of one workstation; one thread opens and uses it."""

    def __init__(self, grounds: Grounds, clock: Clock | None) -> None:
        """Use `create`, `open` or `open_for_reading`."""
        self._grounds = grounds
        self._connection = grounds.connection
        self._keys: PatientKeys = grounds.patient_keys
        self._clock = clock
        self._projections = Projections(grounds.connection)
        self._journal = Journal(grounds.connection, grounds.workstation, grounds.keys.signing)
        self._sample: Moment | None = None
        self._writing: Writing | None = None
        self._poisoned: StorePoisoned | None = None
        self._since_checkpoint = 0
        self.workstation = grounds.workstation
        self.site = grounds.site
        self.epoch = ""
        self.public_key: bytes = grounds.keys.public

    # Opening and closing ------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, folder: Path, *, keys: KeyPort, clock: Clock, workstation: str, site: str, program: str) -> Store:
        """Found a new record in `folder` and open it; raises StoreFault and leaves nothing behind when it cannot."""
        grounds = found_grounds(folder, keys, workstation, site)
        return cls(grounds, clock)._started(clock, program)

    @classmethod
    def open(cls, folder: Path, *, keys: KeyPort, clock: Clock, program: str) -> Store:
        """Open the record in `folder` for recording, in a new epoch; raises StoreFault."""
        return cls(open_grounds(folder, keys), clock)._started(clock, program)

    @classmethod
    def open_for_reading(cls, folder: Path, *, keys: KeyPort) -> Store:
        """Open the record in `folder` to read, verify or export; nothing is written. Raises StoreFault."""
        return cls(open_grounds(folder, keys, reading=True), None)

    @property
    def connection(self) -> sqlcipher3.Connection:
        """The connection, for verification, export and figures; nobody else writes through it."""
        self._usable()
        return self._connection

    @property
    def patient_keys(self) -> PatientKeys:
        """The keys that open sealed fields."""
        return self._keys

    @property
    def folder(self) -> Path:
        """The folder of the record."""
        return self._grounds.folder

    def close(self) -> None:
        """Copy the write-ahead log into the file, close it and let go of the folder; safe to call twice."""
        try:
            if self._poisoned is None and self._clock is not None and not self._grounds.closed:
                self.checkpoint()
        finally:
            self._grounds.close()

    def __enter__(self) -> Store:
        """Return the store; it closes at the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """Close the store."""
        self.close()

    def _started(self, clock: Clock, program: str) -> Store:
        try:
            self._start(clock, program)
        except BaseException as fault:
            self._grounds.close()
            if _is_failing(fault):
                raise StoreDamaged(
                    f"The record in {self.folder} cannot be read to its end; check the disk and restore the backup."
                ) from fault
            raise
        return self

    def _start(self, clock: Clock, program: str) -> None:
        moment = clock.moment()
        newest = check_tail(self._connection, self.workstation, self.public_key)
        self._renew_projections()
        last = self._last_of_ours()
        self.epoch = secrets.token_hex(16)
        parent: dict[str, str | int] = {}
        if last is not None:
            parent = {"epoch": last.epoch, "seq": last.seq, "id": last.id}
            self._sample = Moment(last.at, last.zone, last.boot, last.boot_ns, last.clock)
        self._journal.start(self.epoch, newest)
        opened = EpochOpened(
            workstation=self.workstation,
            site=self.site,
            program=program,
            parent=parent,
            types=tuple(sorted(EVENT_TYPES)),
        )
        with self.writing() as writing:
            writing.open_epoch(opened, moment)

    def _renew_projections(self) -> None:
        if self._grounds.projections == str(PROJECTIONS_VERSION):
            return
        with self.writing():
            fill(self._connection, self._keys, "main")
            self._connection.execute("REPLACE INTO store_fact VALUES ('projections', ?)", (str(PROJECTIONS_VERSION),))

    def _last_of_ours(self) -> Recorded | None:
        row = self._connection.execute(
            "SELECT epoch FROM epoch WHERE device = ? ORDER BY n DESC LIMIT 1", (self.workstation,)
        ).fetchone()
        if row is None:
            return None
        found = self._connection.execute(
            "SELECT id, bytes, psig FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1", (bytes.fromhex(row[0]),)
        ).fetchone()
        return self._recorded(*found)

    def sign(self, part: bytes) -> bytes:
        """Sign bytes with this workstation's key, 64 bytes; labels carry such a signature."""
        return self._grounds.keys.signing.sign(part)

    # Writing ------------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Open the write transaction: committed at the end of the block, rolled back by any exception.

        Raises StorePoisoned when the disk fails: then nothing of the block was recorded as far as anybody was told.
        """
        self._usable()
        if self._clock is None:
            raise StoreFault("The record was opened for reading only; open it in the program to record something.")
        if self._writing is not None:
            raise RuntimeError("A write transaction is open already; append to that one.")
        head = self._journal.head
        self._ask(lambda: self._connection.execute("BEGIN IMMEDIATE"))
        writing = Writing(self._journal, self._projections, self._keys, self._clock, self._sample)
        self._writing = writing
        try:
            yield writing
            writing.check_whole()
            self._connection.execute("COMMIT")
        except BaseException as fault:
            self._journal.head = head
            self._roll_back()
            if _is_failing(fault):
                raise self._poison(fault) from fault
            raise
        finally:
            self._writing = None
        self._sample = writing.sample
        self._after_commit()

    def _after_commit(self) -> None:
        self._since_checkpoint += 1
        if self._since_checkpoint >= CHECKPOINT_AFTER:
            self.checkpoint()

    def checkpoint(self) -> bool:
        """Copy the write-ahead log into the file and empty it; False while somebody is reading and it has to wait.

        Raises StorePoisoned when not all of it was copied: an automatic checkpoint would keep that to itself.
        """
        try:
            row = self._ask(lambda: self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())
        except sqlcipher3.OperationalError:
            return False  # busy or locked, for the disk's own errors come as StorePoisoned
        if row[0] != 0:
            return False
        if row[1] != row[2]:
            raise self._poison(RuntimeError(f"checkpoint answered {row}"))
        self._since_checkpoint = 0
        return True

    def note(self, name: str) -> str | None:
        """Return a note, or None; notes stand outside the journal and can be replaced (drafts, parked screens)."""
        row = self._ask(lambda: self._connection.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone())
        return None if row is None else str(row[0])

    def set_note(self, name: str, value: str | None) -> None:
        """Keep a note, or drop it with None; within `writing` it shares its fate."""
        if self._writing is None:
            with self.writing():
                self.set_note(name, value)
        elif value is None:
            self._connection.execute("DELETE FROM note WHERE name = ?", (name,))
        else:
            self._connection.execute("REPLACE INTO note VALUES (?, ?)", (name, value))

    # Reading ------------------------------------------------------------------------------------------------------

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

    def cases(self) -> tuple[str, ...]:
        """Return all cases, sorted by their ids."""
        return self._ask(self._projections.cases)

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
        event = read_event(written)
        body, opened = opened_body(event, self._keys)
        return recorded_of(event, id.hex(), body, opened, psig is not None)

    # When the disk fails ------------------------------------------------------------------------------------------

    def _usable(self) -> None:
        if self._poisoned is not None:
            raise self._poisoned

    def _ask(self, question: Callable[[], _T]) -> _T:
        self._usable()
        try:
            return question()
        except sqlcipher3.Error as fault:
            if _is_failing(fault):
                raise self._poison(fault) from fault
            raise

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlcipher3.Error as fault:
            self._poison(fault)

    def _poison(self, fault: BaseException) -> StorePoisoned:
        # After a failed write or fsync nobody knows what the disk holds; only opening and verifying again tells.
        self._poisoned = StorePoisoned(
            "The record cannot be written and nothing more is recorded; go on with the paper sheet, "
            "then open the record again."
        )
        self._poisoned.__cause__ = fault
        return self._poisoned


def _is_failing(fault: BaseException) -> bool:
    # Programming and integrity errors are mistakes of ours that a rollback settles, and busy or locked (5, 6) means
    # that somebody is reading; all others come from the disk.
    ours = sqlcipher3.ProgrammingError | sqlcipher3.IntegrityError | sqlcipher3.InterfaceError
    if not isinstance(fault, sqlcipher3.Error) or isinstance(fault, ours):
        return False
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF not in (5, 6)
