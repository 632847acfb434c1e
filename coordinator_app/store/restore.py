"""Puts a record back from a backup. The next opening begins a new epoch, so no position is ever used twice.

What the second copy and the key file in the folder know beyond the backup is kept: the opening takes the events over
from the mirror, and patients' keys made since stay. What cannot be had back is told on a banner until a person settles
it (`RollbackFound`).
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlcipher3
from msgspec import Struct

from coordinator_app.store.anchor import read_anchor
from coordinator_app.store.attachments import ATTACHMENT_FOLDER
from coordinator_app.store.backup_manifest import Manifest, check_files, read_manifest
from coordinator_app.store.connection import STORE_FILE, open_file
from coordinator_app.store.faults import BackupDamaged, FolderUnusable, StoreExists, StoreFault
from coordinator_app.store.files import private_files, sync_folder, write_whole
from coordinator_app.store.findings import RestoredNote, note_restored
from coordinator_app.store.ground import FolderLock, prepare_folder
from coordinator_app.store.keys import KeyPort
from coordinator_app.store.mirror_place import is_beside, mirror_of
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE, PatientKeys
from coordinator_app.store.reconcile import MARK
from coordinator_app.store.recovery_key import RECOVERY_FILE
from coordinator_app.store.store_keys import MARKER_FILE, StoreKeys, read_marker, write_marker

_NEW = STORE_FILE + ".restored"
_PARTS = ("", "-wal", "-shm")


class Restored(Struct, frozen=True):
    """What was put back: when the backup was made, its events, and how many more the key store knew of (or 0)."""

    made_at: datetime
    events: int
    missing: int


def restore(backup: Path, folder: Path, *, keys: KeyPort, replace: bool = False) -> Restored:
    """Put the record of a backup back into `folder`; its keys must be in `keys`. Raises StoreFault.

    A record that stands there is only replaced with `replace`; its file is then kept beside it under a name with
    `before-restore`. Nothing is changed when the backup is not sound or the keys do not open it.
    """
    manifest = read_manifest(backup)
    check_files(backup, manifest)
    own = _own_keys(backup, manifest, keys)
    prepare_folder(folder)
    lock = FolderLock(folder)
    try:
        elsewhere = _check_place(folder, manifest, replace)
        with private_files():
            _bring(backup, folder, manifest, own)
            _exchange(folder)
            write_marker(folder, manifest.store, elsewhere)
    except (OSError, sqlcipher3.Error) as fault:
        raise FolderUnusable(f"The record cannot be put back into {folder}; free space on its disk.") from fault
    finally:
        for part in _PARTS:
            with suppress(OSError):
                (folder / (_NEW + part)).unlink(missing_ok=True)
        lock.release()
    anchor = read_anchor(keys, manifest.store)
    return Restored(manifest.made, manifest.events, max(0, anchor.count - manifest.events) if anchor else 0)


def _own_keys(backup: Path, manifest: Manifest, port: KeyPort) -> StoreKeys:
    own = StoreKeys(manifest.store, port)
    if own.public.hex() != manifest.public_key:
        raise BackupDamaged(f"The backup {backup.name} was not signed by this workstation; use another backup.")
    return own


def _check_place(folder: Path, manifest: Manifest, replace: bool) -> Path | None:
    """Raise StoreExists where the backup may not go; returns where the second copy stands if it is not beside."""
    if not (folder / MARKER_FILE).exists() and not (folder / STORE_FILE).exists():
        return None
    if not replace:
        raise StoreExists(f"There is a record in {folder} already; name an empty folder, or replace it with --replace.")
    stands = manifest.store
    with suppress(StoreFault):  # a marker that cannot be read is part of what is replaced
        stands = read_marker(folder)
    if stands != manifest.store:
        raise StoreExists(f"The record in {folder} is another one than the backup's; name an empty folder.")
    with suppress(StoreFault):
        mirror = mirror_of(folder)
        return None if is_beside(folder, mirror) else mirror
    return None


def _bring(backup: Path, folder: Path, manifest: Manifest, own: StoreKeys) -> None:
    _copy(backup / STORE_FILE, folder / _NEW)
    connection = open_file(folder / _NEW, own.store)
    try:
        facts = dict(connection.execute("SELECT name, value FROM store_fact").fetchall())
        if facts.get("store") != manifest.store:
            raise BackupDamaged(f"The files of the backup {backup.name} belong to two records; use another backup.")
        note_restored(connection, RestoredNote(manifest.made, manifest.events))
        connection.execute("DELETE FROM store_fact WHERE name = ?", (MARK,))
        if _keeps_own_keys(folder, own):
            # A patient erased since must not come back by the tables of the backup: the opening makes them anew.
            connection.execute("REPLACE INTO store_fact VALUES ('projections', '')")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if not _keeps_own_keys(folder, own):
        _opened_keys(backup, own)
        write_whole(folder / PATIENT_KEY_FILE, (backup / PATIENT_KEY_FILE).read_bytes())
    if (backup / RECOVERY_FILE).exists() and not (folder / RECOVERY_FILE).exists():
        _copy(backup / RECOVERY_FILE, folder / RECOVERY_FILE)
    _bring_attachments(backup, folder)


def _keeps_own_keys(folder: Path, own: StoreKeys) -> bool:
    """Tell whether the key file that is here opens: it has the keys made since, and not those of erased patients."""
    if not (folder / PATIENT_KEY_FILE).exists():
        return False
    try:
        _opened_keys(folder, own)
    except StoreFault:
        return False
    return True


def _opened_keys(folder: Path, own: StoreKeys) -> None:
    keys = PatientKeys(folder, own.site)
    try:
        for key_id in keys.known():
            keys.get(key_id)
    except StoreFault as fault:
        raise BackupDamaged(
            "The patients' keys of this backup were sealed with a key that has been retired since, because a patient "
            "was erased; restore a newer backup, or open this one with the recovery key sheet."
        ) from fault


def _bring_attachments(backup: Path, folder: Path) -> None:
    source, target = backup / ATTACHMENT_FOLDER, folder / ATTACHMENT_FOLDER
    if not source.exists():
        return
    target.mkdir(mode=0o700, exist_ok=True)
    for each in source.iterdir():
        if not (target / each.name).exists():
            _copy(each, target / each.name)
    sync_folder(target)


def _exchange(folder: Path) -> None:
    number = 1
    while any((folder / f"{STORE_FILE}.before-restore-{number}{part}").exists() for part in _PARTS):
        number += 1
    for part in _PARTS:
        old = folder / (STORE_FILE + part)
        if old.exists():
            old.rename(folder / f"{STORE_FILE}.before-restore-{number}{part}")
    (folder / _NEW).rename(folder / STORE_FILE)
    sync_folder(folder)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1024 * 1024)
        write.flush()
        os.fsync(write.fileno())
