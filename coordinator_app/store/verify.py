"""Verifies a record: every position, id, link, form and citation, and the signatures at the heads or all of them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import sqlcipher3

from coordinator_app.store.chain_part import Trust
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import StoreDamaged
from coordinator_app.store.founding import open_grounds
from coordinator_app.store.journal_check import Progress, Verified, verify_connection
from coordinator_app.store.keys import KeyPort, find_keys
from coordinator_app.store.store import Store
from coordinator_app.store.verify_parts import RecordFile, processes_for, seeming_keys, spans_of, verify_in_processes

__all__ = ["Progress", "Verified", "check_pages", "verify"]


def check_pages(store: Store) -> None:
    """Check the seal of every page of the file, and that tables and indexes agree; raises StoreDamaged.

    Also of pages that hold no event: a page of an older copy bears a good seal, and an index that lacks an event would
    hide it from whoever asks by its place.
    """
    broken = store.connection.execute("PRAGMA cipher_integrity_check").fetchall()
    if broken:
        raise StoreDamaged(
            f"{len(broken)} page(s) of the record's file are not as they were written; close the program, keep the "
            "file as it is, and have the record made anew from its mirror."
        )
    try:
        said = store.connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlcipher3.DatabaseError as fault:
        said = str(fault)
    if said != "ok":
        raise StoreDamaged(
            "The tables of the record's file do not agree with each other; close the program, keep the file as it is, "
            "and have the record made anew from its mirror."
        )


def verify(
    where: Store | Path,
    *,
    keys: KeyPort | None = None,
    all_signatures: bool = False,
    progress: Progress | None = None,
) -> Verified:
    """Verify an open store, or the one in a folder; raises StoreFault when it cannot be opened.

    A large record that nobody writes to meanwhile is verified in several processes (`verify_parts`).

    Checks the signature at the head of each run, which vouches for the run; `all_signatures` checks each event's and
    each person's.
    """
    if isinstance(where, Store):
        file = RecordFile(where.folder / STORE_FILE, where.backup_source().keys.store)
        return _verify(where.connection, file, where.workstation, where.public_key, all_signatures, progress)
    grounds = open_grounds(where, keys or find_keys(where), reading=True)
    try:
        file, own = RecordFile(where / STORE_FILE, grounds.keys.store), grounds.workstation
        return _verify(grounds.connection, file, own, grounds.keys.public, all_signatures, progress)
    finally:
        grounds.close()


def _verify(
    connection: sqlcipher3.Connection,
    file: RecordFile,
    workstation: str,
    public_key: bytes,
    all_signatures: bool,
    progress: Progress | None,
) -> Verified:
    parts = _parts(connection)
    if parts > 1:
        trust = Trust(workstation, public_key, seeming_keys(connection), all_signatures)
        spans = spans_of(_size(connection), parts)
        found = verify_in_processes(connection, file, trust, spans, progress)
        if found is not None:
            return found
    return verify_connection(connection, workstation, public_key, all_signatures, progress)


def _parts(connection: sqlcipher3.Connection) -> int:
    """Return how many processes may look at the file: one where it can be written through this connection."""
    with suppress(sqlcipher3.DatabaseError):
        if connection.execute("PRAGMA query_only").fetchone()[0]:
            return processes_for(_size(connection))
    return 1


def _size(connection: sqlcipher3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
