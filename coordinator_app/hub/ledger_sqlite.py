"""The hub's books in one encrypted SQLite file: one process, one connection, one writer at a time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from coordinator_app.hub.file_lock import FileLock
from coordinator_app.hub.ledger import LedgerRefused
from coordinator_app.hub.ledger_attachments import TABLES as PARTS
from coordinator_app.hub.ledger_joining import COLUMN
from coordinator_app.hub.ledger_joining import TABLES as MOVES
from coordinator_app.hub.ledger_sql import NEVER_CHANGED, TABLES, SqlBook

FILE = "hub.db"
_APPLICATION = 0x434F4948
"""Says that the file is a hub's: COIH."""
_CHECKPOINT_AFTER = 200
_SETTINGS: dict[str, tuple[str, int | str]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "recursive_triggers": ("ON", 1),
    "wal_autocheckpoint": ("0", 0),
    "cell_size_check": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "temp_store": ("MEMORY", 2),
    "mmap_size": ("0", 0),
    "fullfsync": ("ON", 1),
    "checkpoint_fullfsync": ("ON", 1),
}
"""As the workstation's record has them (`store/connection.py`); less loses acknowledged events in a power cut."""


def _protection() -> dict[str, str]:
    found = {}
    for table in NEVER_CHANGED:
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_no_{act.lower()}"
            found[name] = (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table}\n"
                f"BEGIN SELECT RAISE(ABORT, 'the books of the hub are append-only'); END"
            )
    return found


PROTECTION = _protection()
"""The triggers, as they must stand in the file, to the letter."""


def _first_tables(connection: sqlcipher3.Connection) -> None:
    for statement in TABLES.values():
        connection.execute(statement.format(int="INTEGER", blob="BLOB") + " STRICT")
    for statement in PROTECTION.values():
        connection.execute(statement)
    connection.execute("CREATE INDEX stream_device ON stream (site, device)")
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")


def _tables_of_parts(connection: sqlcipher3.Connection) -> None:
    for statement in PARTS.values():
        connection.execute(statement.format(int="INTEGER", blob="BLOB") + " STRICT")


def _tables_of_moves(connection: sqlcipher3.Connection) -> None:
    connection.execute(COLUMN)
    for statement in MOVES.values():
        connection.execute(statement.format(int="INTEGER", blob="BLOB") + " STRICT")


MIGRATIONS: tuple[Callable[[sqlcipher3.Connection], None], ...] = (_first_tables, _tables_of_parts, _tables_of_moves)
"""Numbered steps from an empty file on; a file of a newer program is refused."""


class SqliteLedger:
    """Books in a SQLCipher file."""

    engine = "sqlite"

    def __init__(self, folder: Path, key: bytes) -> None:
        """Open or make the file; raises LedgerRefused."""
        _check_engine()
        self._held = FileLock(folder / "hub.lock")
        try:
            self._connection = _open(folder / FILE, key)
        except BaseException:
            self._held.release()
            raise
        self._lock = threading.RLock()
        self._more = threading.Condition()
        self._commits = 0
        self._nonces: dict[tuple[str, str], str] = {}
        self._broken = ""

    @contextmanager
    def writing(self) -> Iterator[SqlBook]:
        """Open a write transaction."""
        with self._lock:
            self._usable()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield SqlBook(_Runs(self._connection), "")
                self._connection.execute("COMMIT")
            except BaseException as fault:
                self._roll_back(fault)
                raise
            self._commits += 1
            if self._commits >= _CHECKPOINT_AFTER:
                self._checkpoint()
        with self._more:
            self._more.notify_all()

    @contextmanager
    def reading(self) -> Iterator[SqlBook]:
        """Open a transaction that only reads."""
        with self._lock:
            self._usable()
            self._connection.execute("BEGIN")
            try:
                yield SqlBook(_Runs(self._connection), "")
            finally:
                self._connection.execute("ROLLBACK")

    def first_use(self, device: str, nonce: str, at: str, forget_before: str) -> bool:
        """Remember a nonce; there is one process, so its memory is enough."""
        with self._lock:
            if (device, nonce) in self._nonces:
                return False
            self._nonces[device, nonce] = at
            if len(self._nonces) % 1000 == 0:
                self._nonces = {known: then for known, then in self._nonces.items() if then >= forget_before}
            return True

    def wait_for_more(self, site: str, size: int, seconds: float) -> int:
        """Return the size of a site's log as soon as it is more than `size`, or after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            with self._more:
                found = self._size(site)
                left = end - time.monotonic()
                if found > size or left <= 0:
                    return found
                self._more.wait(left)

    def close(self) -> None:
        """Copy the write-ahead log into the file and close it."""
        with self._lock:
            try:
                if not self._broken:
                    self._checkpoint()
            finally:
                self._connection.close()
                self._held.release()

    def copy_to(self, path: Path) -> None:
        """Write a consistent encrypted copy, for a backup."""
        with self._lock:
            self._connection.execute("VACUUM INTO ?", (str(path),))

    def _size(self, site: str) -> int:
        with self.reading() as book:
            row = book.site(site)
        return row.size if row else 0

    def _usable(self) -> None:
        if self._broken:
            raise LedgerRefused(self._broken)

    def _roll_back(self, fault: BaseException) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlcipher3.Error:
            fault = sqlcipher3.OperationalError("disk I/O error")
        if isinstance(fault, sqlcipher3.DatabaseError) and not isinstance(fault, sqlcipher3.IntegrityError):
            # After a failed write nobody knows what reached the disk; going on could acknowledge what is lost.
            self._broken = "The disk of the hub failed while it wrote; check the disk and start the hub again."

    def _checkpoint(self) -> None:
        busy, logged, copied = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._commits = 0
        if not busy and logged != copied:
            self._broken = "The disk of the hub failed while it wrote; check the disk and start the hub again."
            raise LedgerRefused(self._broken)


class _Runs:
    def __init__(self, connection: sqlcipher3.Connection) -> None:
        self._connection = connection

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._connection.execute(statement, values).fetchall()
        return rows

    def tell(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._connection.execute(statement, values)

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)  # noqa: S608


def _check_engine() -> None:
    version = sqlcipher3.sqlite_version_info
    # 3.7.0 to 3.51.2 can lose committed pages, 3.52.0 was withdrawn (`reference/reliability.md` §0.1).
    if version < (3, 51, 3) or version[:2] == (3, 52):
        raise LedgerRefused(
            f"The database engine is version {sqlcipher3.sqlite_version}, which can lose events; "
            "install the program again with sqlcipher3 0.6.4 or newer."
        )


def _open(path: Path, key: bytes) -> sqlcipher3.Connection:
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False, cached_statements=256)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        _prepare(connection, path)
    except sqlcipher3.DatabaseError as fault:
        connection.close()
        raise LedgerRefused(
            f"The key does not open {path.name}, or the file is damaged; restore file and key from one backup."
        ) from fault
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlcipher3.Connection, path: Path) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise LedgerRefused(
            f"{path.name} was written by a newer hub (version {version}, known is {len(MIGRATIONS)}); "
            "install the newer program, nothing was changed."
        )
    for name, (wanted, expected) in _SETTINGS.items():
        connection.execute(f"PRAGMA {name} = {wanted}").fetchall()
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if (found.lower() if isinstance(found, str) else found) != expected:
            raise LedgerRefused(f"The database keeps {name} at {found} instead of {wanted}; events could be lost.")
    for number in range(version, len(MIGRATIONS)):
        connection.execute("BEGIN IMMEDIATE")
        MIGRATIONS[number](connection)
        connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    if dict(rows) != PROTECTION:
        raise LedgerRefused(
            f"The protection of {path.name} against changes was itself changed; restore it from the backup."
        )
