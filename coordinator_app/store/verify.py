"""Verifies a record: every position, id, link, form and citation, and the signatures at the heads or all of them."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3

from coordinator_app.store.faults import StoreDamaged
from coordinator_app.store.founding import open_grounds
from coordinator_app.store.journal_check import Progress, Verified, verify_connection
from coordinator_app.store.keys import KeyPort, find_keys
from coordinator_app.store.store import Store

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

    Checks the signature at the head of each run, which vouches for the run; `all_signatures` checks each event's and
    each person's.
    """
    if isinstance(where, Store):
        return verify_connection(where.connection, where.workstation, where.public_key, all_signatures, progress)
    grounds = open_grounds(where, keys or find_keys(where), reading=True)
    try:
        own, public = grounds.workstation, grounds.keys.public
        return verify_connection(grounds.connection, own, public, all_signatures, progress)
    finally:
        grounds.close()
