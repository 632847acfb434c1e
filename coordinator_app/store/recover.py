"""Makes a destroyed record anew from its second copy, with nothing missing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import sqlcipher3

from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.envelope import envelope_fault
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.faults import FolderUnusable, StoreDamaged, StoreMissing
from coordinator_app.store.files import private_files, sync_folder
from coordinator_app.store.founding import new_file, open_patient_keys
from coordinator_app.store.ground import FolderLock, check_folder
from coordinator_app.store.journal_check import check_tail
from coordinator_app.store.keys import KeyPort
from coordinator_app.store.mirror import Mirror, mirror_key
from coordinator_app.store.mirror_place import mirror_of
from coordinator_app.store.reconcile import mark_agreement, reconcile
from coordinator_app.store.replay import fill
from coordinator_app.store.store_keys import StoreKeys, read_marker

_NEW = STORE_FILE + ".new"
_PARTS = ("", "-wal", "-shm")


def recover(folder: Path, *, keys: KeyPort, mirror: Path | None = None) -> int:
    """Make the record in `folder` anew from its second copy and return how many events it holds.

    What is left of the old file is kept beside it, under a name with `damaged`. Raises StoreFault, and then nothing
    was changed.
    """
    store_id = read_marker(folder)
    check_folder(folder)
    lock = FolderLock(folder)
    try:
        with private_files():
            count = _rebuilt(folder, StoreKeys(store_id, keys), mirror or mirror_of(folder))
        _exchange(folder)
    except (OSError, sqlcipher3.Error) as fault:
        raise FolderUnusable(
            f"The record cannot be made anew in {folder}; free space on its disk and try again."
        ) from fault
    finally:
        for part in _PARTS:
            (folder / (_NEW + part)).unlink(missing_ok=True)
        lock.release()
    return count


def _rebuilt(folder: Path, keys: StoreKeys, path: Path) -> int:
    if not path.exists():
        raise StoreMissing(f"There is no second copy at {path}; restore the record from the backup.")
    for part in _PARTS:
        (folder / (_NEW + part)).unlink(missing_ok=True)
    mirror = Mirror(path, keys.store_id, mirror_key(keys.store))
    try:
        workstation, site = _founders(mirror)
        connection = new_file(folder / _NEW, keys, workstation, site)
        try:
            check = partial(check_tail, connection, workstation, keys.public)
            patient_keys = open_patient_keys(folder, keys)
            reconcile(connection, patient_keys, mirror, check, None)
            connection.execute("BEGIN IMMEDIATE")
            fill(connection, patient_keys, "main")
            connection.execute("COMMIT")
            mark_agreement(connection, mirror)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])
        finally:
            connection.close()
    finally:
        mirror.close()


def _founders(mirror: Mirror) -> tuple[str, str]:
    first = next(iter(mirror.records()), None)
    event = read_event(first.written) if first is not None else {}
    if envelope_fault(event) or event["type"] != "EpochOpened":
        raise StoreDamaged("The second copy does not begin at its beginning; restore the record from the backup.")
    return str(event["body"]["workstation"]), str(event["body"]["site"])


def _exchange(folder: Path) -> None:
    number = 1
    while (folder / f"{STORE_FILE}.damaged-{number}").exists():
        number += 1
    for part in _PARTS:
        old = folder / (STORE_FILE + part)
        if old.exists():
            old.rename(folder / f"{STORE_FILE}.damaged-{number}{part}")
    (folder / _NEW).rename(folder / STORE_FILE)
    sync_folder(folder)
