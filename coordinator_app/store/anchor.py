"""The anchor outside the file: how far this workstation had recorded, so that yesterday's file put back is noticed."""

from __future__ import annotations

import msgspec
import sqlcipher3
from msgspec import Struct

from coordinator_app.store.findings import RestoredNote
from coordinator_app.store.keys import KeyPort

_ALARM = "rollback"


class Anchor(Struct, frozen=True):
    """Workstation, last epoch, number of events, id of the last one of this workstation."""

    workstation: str
    epoch: str
    count: int
    head: str


def read_anchor(port: KeyPort, store_id: str) -> Anchor | None:
    """Return the anchor in the key store, or None where there is none or it cannot be read."""
    found = port.get(f"{store_id}.anchor")
    try:
        return None if found is None else msgspec.json.decode(found, type=Anchor)
    except msgspec.DecodeError:
        return None


def write_anchor(port: KeyPort, store_id: str, anchor: Anchor) -> None:
    """Put the anchor into the key store; raises StoreFault and OSError."""
    port.put(f"{store_id}.anchor", msgspec.json.encode(anchor))


def compare_anchor(
    connection: sqlcipher3.Connection, anchor: Anchor | None, restored: RestoredNote | None = None
) -> str:
    """Say in one sentence that the record is older than its anchor; empty when it is not, or nobody knows.

    `restored` tells that it was just put back from a backup: where no anchor knows how far it had come, that is said.
    The finding is kept in the file until `settle` is called: the next anchor would hide it.
    """
    if anchor is None and restored is not None:
        sentence = (
            f"This record was put back from the backup of {restored.made_at:%d-%b-%Y %H:%M} UTC with "
            f"{restored.events} events, and nobody can tell whether more had been recorded since. "
            "Check every case against its paper sheets."
        )
        connection.execute("REPLACE INTO store_fact VALUES (?, ?)", (_ALARM, sentence))
    if anchor is not None:
        count = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
        known = connection.execute("SELECT 1 FROM journal WHERE id = ?", (bytes.fromhex(anchor.head),)).fetchone()
        if count < anchor.count or known is None:
            sentence = (
                f"This record is older than it was: {anchor.count} events had been recorded here and it holds {count}. "
                "Call whoever looks after this program, and check every case against its paper sheets."
            )
            connection.execute("REPLACE INTO store_fact VALUES (?, ?)", (_ALARM, sentence))
    row = connection.execute("SELECT value FROM store_fact WHERE name = ?", (_ALARM,)).fetchone()
    return "" if row is None else str(row[0])


def settle(connection: sqlcipher3.Connection) -> None:
    """Forget the finding, after a person has settled it in a recorded decision."""
    connection.execute("DELETE FROM store_fact WHERE name = ?", (_ALARM,))
