"""Opens the one connection to the encrypted file, and refuses every engine, key or setting that could lose an event."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import sqlcipher3

from coordinator_app.store.faults import EngineTooOld, StoreDamaged, StoreFault, StoreMissing, StoreNewer, WrongKey
from coordinator_app.store.migrations import bring_up_to_date
from coordinator_app.store.schema import APPLICATION_ID, FILE_VERSION, create_tables, protection_missing

# sqlite-utils takes the engine called pysqlite3 if there is one. Without this line it would judge errors of our engine
# by the classes of the standard library's, and catch none of them.
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlcipher3.dbapi2)

STORE_FILE = "journal.db"

SETTINGS: dict[str, tuple[str, int | str]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "recursive_triggers": ("ON", 1),
    "wal_autocheckpoint": ("0", 0),
    "secure_delete": ("ON", 1),
    "cell_size_check": ("ON", 1),
    "trusted_schema": ("OFF", 0),
    "temp_store": ("MEMORY", 2),
    "mmap_size": ("0", 0),
    "fullfsync": ("ON", 1),
    "checkpoint_fullfsync": ("ON", 1),
}
"""What is set at every opening, and what must then be read back. WAL with FULL lost 0 of 30,000 simulated power cuts,
NORMAL lost acknowledged events in 1,581 of 2,000; with automatic checkpoints a failed fsync went unnoticed 40 times of
40 (`reference/reliability.md` §0.2, §5). recursive_triggers lets REPLACE not slip past the append-only triggers."""


def engine_refusal(version: str) -> str:
    """Return why this SQLite version may not hold the journal, or an empty text.

    3.7.0 to 3.51.2 can lose committed pages when two connections checkpoint at once; 3.50.7 and 3.44.6 carry the
    repair, 3.52.0 was withdrawn (`reference/reliability.md` §0.1).
    """
    numbers = tuple(int(part) for part in version.split("."))
    repaired = (
        (numbers >= (3, 51, 3) and numbers[:2] != (3, 52))
        or (numbers[:2] == (3, 50) and numbers >= (3, 50, 7))
        or (numbers[:2] == (3, 44) and numbers >= (3, 44, 6))
    )
    if repaired:
        return ""
    return (
        f"The database engine is version {version}, which can lose recorded events; "
        "install the program again with sqlcipher3 0.6.4 or newer."
    )


def create_file(path: Path, key: bytes) -> sqlcipher3.Connection:
    """Make a new encrypted file with the journal's tables and return its connection; raises StoreFault and OSError."""
    _check_engine()
    # The write-ahead log takes over the mode of the file, so it is made private before the engine sees it.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = _connect(path, key)
    try:
        _set(connection)
        create_tables(connection)
        _check_protection(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_file(path: Path, key: bytes, *, reading: bool = False) -> sqlcipher3.Connection:
    """Open an existing file and return its connection; raises StoreFault. `reading` forbids every write."""
    _check_engine()
    if not path.exists():
        raise StoreMissing(
            f"There is no record in {path.parent}; check that the right folder is named, or found a new site there."
        )
    connection = _connect(path, key)
    try:
        _check_key(connection, path)
        _check_version(connection, path)
        if not reading:
            bring_up_to_date(connection, path)
        _set(connection)
        _check_protection(connection)
        if reading:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_beside(path: Path, key: bytes) -> sqlcipher3.Connection:
    """Open a second connection that can only read, for a copy of the file while it is in use; raises StoreFault.

    It cannot write, checkpoint or change a setting: the one connection that writes stays alone with that. Any thread
    may use it.
    """
    _check_engine()
    connection = sqlcipher3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=5, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        _check_key(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_engine() -> None:
    refusal = engine_refusal(sqlcipher3.sqlite_version)
    if refusal:
        raise EngineTooOld(refusal)


def _connect(path: Path, key: bytes) -> sqlcipher3.Connection:
    if len(key) != 32:
        raise WrongKey("The key of the record is damaged; use the recovery key, or restore the key from the backup.")
    # isolation_level None: nobody but `writing` opens a transaction. timeout 0: nobody else may hold this file at all.
    connection = sqlcipher3.connect(str(path), isolation_level=None, timeout=0, cached_statements=256)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it writes to standard error, where no screen shows it
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _check_key(connection: sqlcipher3.Connection, path: Path) -> None:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.DatabaseError as fault:
        raise WrongKey(
            f"The key does not open the record in {path.parent}, or its first page is damaged; "
            "use the recovery key, or restore the record from the backup."
        ) from fault


def _check_version(connection: sqlcipher3.Connection, path: Path) -> None:
    application = _pragma(connection, "application_id")
    version = _pragma(connection, "user_version")
    if application != APPLICATION_ID:
        raise StoreDamaged(f"The file {path} is empty or not a record of this program; restore it from the backup.")
    if isinstance(version, int) and version > FILE_VERSION:
        raise StoreNewer(
            f"The record was written by a newer version of this program (file version {version}, known is "
            f"{FILE_VERSION}); install the newer version, nothing was changed."
        )


def _set(connection: sqlcipher3.Connection) -> None:
    for name, (wanted, expected) in SETTINGS.items():
        connection.execute(f"PRAGMA {name} = {wanted}").fetchall()
        got = _pragma(connection, name)
        if got != expected:
            raise StoreFault(
                f"The database keeps {name} at {got} instead of {wanted}, and events could be lost; "
                "tell whoever looks after this program."
            )


def _check_protection(connection: sqlcipher3.Connection) -> None:
    missing = protection_missing(connection)
    if missing:
        raise StoreDamaged(
            f"The protection of the journal was changed ({missing}); do not use this record, "
            "call whoever looks after this program and restore the backup."
        )


def _pragma(connection: sqlcipher3.Connection, name: str) -> int | str:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    found: int | str = row[0] if row else 0
    return found.lower() if isinstance(found, str) else found
