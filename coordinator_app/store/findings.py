"""What an opening found about the record itself, as events: put back, repaired, or older than it was."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlcipher3
from msgspec import Struct

from coordinator_app.domain.event_body import Body
from coordinator_app.domain.events import RecordRepaired, RecordRestored, RollbackFound

RESTORED = "restored"
"""The fact in a restored file that its first opening turns into `RecordRestored`."""


class RestoredNote(Struct, frozen=True):
    """When the backup was made that a file was put back from, and how many events it held."""

    made_at: datetime
    events: int


def note_restored(connection: sqlcipher3.Connection, note: RestoredNote) -> None:
    """Leave word in a file that it was put back from a backup."""
    written = msgspec.json.encode(note).decode()
    connection.execute("REPLACE INTO store_fact VALUES (?, ?)", (RESTORED, written))


def restored_note(connection: sqlcipher3.Connection) -> RestoredNote | None:
    """Return the word left by a restore, or None."""
    row = connection.execute("SELECT value FROM store_fact WHERE name = ?", (RESTORED,)).fetchone()
    return None if row is None else msgspec.json.decode(row[0], type=RestoredNote)


def forget_restored(connection: sqlcipher3.Connection) -> None:
    """Take the word left by a restore away, in the transaction that records it."""
    connection.execute("DELETE FROM store_fact WHERE name = ?", (RESTORED,))


def found_at_opening(restored: RestoredNote | None, repairs: tuple[str, ...], rollback: str) -> tuple[Body, ...]:
    """Return the events for what an opening found, in the order in which they are to be recorded."""
    found: list[Body] = []
    if restored is not None:
        found.append(RecordRestored(made_at=restored.made_at, events=restored.events))
    if repairs:
        found.append(RecordRepaired(repairs=repairs))
    if rollback:
        found.append(RollbackFound(found=rollback))
    return tuple(found)
