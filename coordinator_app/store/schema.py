"""The tables of the file: the journal with its triggers, the facts of this store, and notes outside the journal.

Journal columns never change; projections have their own tables (`projections.py`) and can be made anew at any time.
"""

from __future__ import annotations

import sqlcipher3

APPLICATION_ID = 0x434F4931
"""Says that the file is ours: COI1."""

FILE_VERSION = 1

JOURNAL = {
    "journal": """CREATE TABLE journal (
 n INTEGER PRIMARY KEY,
 id BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
 epoch BLOB NOT NULL CHECK (length(epoch) = 16),
 seq INTEGER NOT NULL CHECK (seq >= 0),
 bytes BLOB NOT NULL,
 sig BLOB NOT NULL CHECK (length(sig) = 64),
 psig BLOB CHECK (psig IS NULL OR length(psig) = 64),
 UNIQUE (epoch, seq)
) STRICT""",
    "journal_no_update": """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    "journal_no_delete": """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
}
"""The protected part, as it must stand in the file, to the letter."""

_BESIDE = (
    "CREATE TABLE store_fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


def create_tables(connection: sqlcipher3.Connection) -> None:
    """Make all tables but the projections, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in (*JOURNAL.values(), *_BESIDE):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FILE_VERSION}")
    connection.execute("COMMIT")


def protection_missing(connection: sqlcipher3.Connection) -> str:
    """Return the name of the first part of the journal's protection that is not to the letter, or an empty text."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'journal' AND sql IS NOT NULL")
    found = dict(rows.fetchall())
    for name, wanted in JOURNAL.items():
        if found.pop(name, None) != wanted:
            return name
    return next(iter(sorted(found)), "")
