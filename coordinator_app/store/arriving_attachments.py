"""Attachments that other workstations keep: which ones events name, which the hub has, and those on their way here.

The names are read off the journal once, event by event, into a table beside it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

import msgspec
import sqlcipher3
from msgspec import Struct

from coordinator_app.store.attachments import PART, Attachments
from coordinator_app.store.files import private_files, sync_folder

_TABLE = """CREATE TABLE IF NOT EXISTS exchange_attachment (sha256 TEXT PRIMARY KEY, kase TEXT NOT NULL,
 at_hub INTEGER NOT NULL) STRICT, WITHOUT ROWID"""
_NAMING = """SELECT n, bytes FROM journal WHERE n > ? AND (instr(bytes, ?) > 0 OR instr(bytes, ?) > 0) ORDER BY n"""
_PHOTOS, _FILE = b'"photos":["', b'"file":"'
_READ_TO = "attachments_read"
_FAR = 2000
"""Events after which the mark is moved although none of them names an attachment."""


class _Body(Struct, frozen=True):
    case: str = ""
    photos: tuple[str, ...] = ()
    file: str = ""


class _Event(Struct, frozen=True):
    body: _Body


_event = msgspec.json.Decoder(_Event)


def named_in(written: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the case of an event and the attachments that it names."""
    try:
        body = _event.decode(written).body
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "", ()  # an event of another program has these fields with another meaning
    return body.case, tuple(name for name in (*body.photos, body.file) if len(name) == 64)


def attachments_of_cases(connection: sqlcipher3.Connection, cases: Iterable[str]) -> tuple[str, ...]:
    """Return every attachment that events of these cases name; the whole journal is read."""
    wanted = set(cases)
    rows = connection.execute(_NAMING, (0, _PHOTOS, _FILE)).fetchall()
    named = (named_in(row[1]) for row in rows)
    return tuple(sorted({name for case, names in named if case in wanted for name in names}))


class NamedAttachments:
    """The table of what events name; who writes holds the transaction."""

    def __init__(self, connection: sqlcipher3.Connection) -> None:
        """Take the record's connection; `create` makes the table where it is not there yet."""
        self._connection = connection
        self._read_to = -1

    def create(self) -> None:
        """Make the table where it is not there yet; the caller holds the transaction."""
        self._connection.execute(_TABLE)

    def unread(self) -> list[tuple[str, str]]:
        """Return attachments, with their cases, that events name which were not read yet, and remember how far."""
        start = max(self._read_to, self._mark())
        rows = self._connection.execute(_NAMING, (start, _PHOTOS, _FILE)).fetchall()
        self._read_to = int(self._connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
        named = (named_in(row[1]) for row in rows)
        return [(name, case) for case, names in named for name in names]

    def is_far(self) -> bool:
        """Say whether the mark stands so far back that it should be moved."""
        return self._read_to - self._mark() > _FAR

    def add(self, named: Iterable[tuple[str, str]]) -> None:
        """Keep what was read, and how far; the caller holds the transaction."""
        self._connection.executemany("INSERT OR IGNORE INTO exchange_attachment VALUES (?, ?, 0)", named)
        self._connection.execute("REPLACE INTO exchange_mark VALUES (?, ?)", (_READ_TO, str(self._read_to)))

    def all(self) -> list[tuple[str, str, bool]]:
        """Return every attachment with its case and whether the hub has it."""
        rows = self._connection.execute("SELECT sha256, kase, at_hub FROM exchange_attachment ORDER BY sha256")
        return [(row[0], row[1], bool(row[2])) for row in rows.fetchall()]

    def note(self, name: str) -> None:
        """Note that the hub has one; the caller holds the transaction."""
        self._connection.execute("UPDATE exchange_attachment SET at_hub = 1 WHERE sha256 = ?", (name,))

    def forget_hub(self) -> None:
        """Note that the hub may lack any; the caller holds the transaction."""
        self._connection.execute("UPDATE exchange_attachment SET at_hub = 0")

    def _mark(self) -> int:
        row = self._connection.execute("SELECT value FROM exchange_mark WHERE name = ?", (_READ_TO,)).fetchone()
        return int(row[0]) if row else 0


class ArrivingFile:
    """One attachment that comes in parts, beside those that are here whole."""

    def __init__(self, attachments: Attachments, name: str) -> None:
        """Take where attachments are kept and the name of this one."""
        self._folder = attachments.folder
        self._whole = self._folder / name
        self._part = self._folder / (name + PART)
        self._name = name

    def size(self) -> int:
        """Return how many bytes are here."""
        return self._part.stat().st_size if self._part.exists() else 0

    def add(self, content: bytes) -> None:
        """Append bytes; raises OSError. What a power cut leaves of them is found by the hash at the end."""
        with private_files():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with self._part.open("ab") as file:
                file.write(content)

    def finish(self) -> bool:
        """Give the file its name if its bytes have that hash, durably; otherwise remove it. Raises OSError."""
        if not self._part.exists():
            return False
        with self._part.open("rb+") as file:
            good = hashlib.file_digest(file, "sha256").hexdigest() == self._name
            if good:
                os.fsync(file.fileno())
        if not good:
            self._part.unlink()
            return False
        self._part.replace(self._whole)
        sync_folder(self._folder)
        return True
