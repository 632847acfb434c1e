"""Brings up what a record stands on, in the order of design §3.2: folder, lock, keys, file; and founds a new one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlcipher3

from coordinator_app.domain.ids import SITE_KEY, UNKNOWN_PERSON_KEY
from coordinator_app.store.connection import STORE_FILE, create_file, open_file
from coordinator_app.store.faults import FolderUnusable, KeyFileDamaged, StoreDamaged, StoreExists
from coordinator_app.store.files import private_files, sync_folder
from coordinator_app.store.ground import FolderLock, check_folder, prepare_folder
from coordinator_app.store.keys import KeyPort
from coordinator_app.store.mirror import MIRROR_FILE, Mirror, holds_records, mirror_key
from coordinator_app.store.mirror_place import mirror_of, why_unreachable
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE, PatientKeys
from coordinator_app.store.projections import PROJECTIONS_VERSION, Projections
from coordinator_app.store.store_keys import MARKER_FILE, StoreKeys, read_marker, write_marker


@dataclass
class Grounds:
    """Everything that is open while a record is open."""

    folder: Path
    lock: FolderLock
    connection: sqlcipher3.Connection
    keys: StoreKeys
    patient_keys: PatientKeys
    workstation: str
    site: str
    projections: str
    mirror: Mirror | None
    closed: bool = field(default=False)

    def close(self) -> None:
        """Close the file, then let go of the folder; safe to call twice."""
        if not self.closed:
            self.closed = True
            try:
                if self.mirror is not None:
                    self.mirror.close()
                self.connection.close()
            finally:
                self.lock.release()


def found_grounds(folder: Path, port: KeyPort, workstation: str, site: str, mirror: Path | None = None) -> Grounds:
    """Make a new record; raises StoreFault and leaves nothing behind when it cannot.

    A `mirror` on another disk is named in the marker, so that every later opening finds it.
    """
    prepare_folder(folder)
    lock = FolderLock(folder)
    keys: StoreKeys | None = None
    ours = False
    try:
        _check_empty(folder, mirror or folder / MIRROR_FILE)
        ours = True
        keys = StoreKeys.mint(port)
        with private_files():
            return _found(folder, lock, keys, workstation, site, mirror)
    except BaseException as fault:
        if ours:
            with suppress(OSError):  # a disk that refuses may refuse the tidying too; the next founding puts it aside
                _clear(folder, keys, mirror)
        lock.release()
        if isinstance(fault, OSError | sqlcipher3.Error):
            raise FolderUnusable(
                f"The record cannot be written in {folder}; free space on the disk or choose another folder."
            ) from fault
        raise


def _check_empty(folder: Path, mirror: Path) -> None:
    """Raise StoreExists where a record stands; put aside what a founding left that a power cut broke off.

    The marker is written last, and the mirror holds the first event: without either, nothing was ever recorded here.
    Nothing is deleted all the same, for a marker can be lost in other ways.
    """
    if (folder / MARKER_FILE).exists() or holds_records(mirror):
        raise StoreExists(f"There is a record in {folder} already; open that one, or name an empty folder.")
    mirror.unlink(missing_ok=True)
    names = (STORE_FILE, STORE_FILE + "-wal", STORE_FILE + "-shm", PATIENT_KEY_FILE)
    left = [folder / name for name in names if (folder / name).exists()]
    if not left:
        return
    number = 1
    while (folder / f"unfinished-{number}").exists():
        number += 1
    aside = folder / f"unfinished-{number}"
    aside.mkdir(mode=0o700)
    for path in left:
        path.rename(aside / path.name)
    sync_folder(folder)


def _found(
    folder: Path, lock: FolderLock, keys: StoreKeys, workstation: str, site: str, elsewhere: Path | None
) -> Grounds:
    patient_keys = PatientKeys(folder, keys.site)
    patient_keys.create(SITE_KEY)
    patient_keys.create(UNKNOWN_PERSON_KEY)
    connection = new_file(folder / STORE_FILE, keys, workstation, site)
    try:
        mirror = Mirror(elsewhere or folder / MIRROR_FILE, keys.store_id, mirror_key(keys.store))
        write_marker(folder, keys.store_id, elsewhere)
    except BaseException:
        connection.close()
        raise
    version = str(PROJECTIONS_VERSION)
    return Grounds(folder, lock, connection, keys, patient_keys, workstation, site, version, mirror)


def new_file(path: Path, keys: StoreKeys, workstation: str, site: str) -> sqlcipher3.Connection:
    """Make the encrypted file with all tables and the facts of this record; raises StoreFault and OSError."""
    connection = create_file(path, keys.store)
    try:
        connection.execute("BEGIN IMMEDIATE")
        Projections(connection).create()
        facts = {
            "store": keys.store_id,
            "workstation": workstation,
            "site": site,
            "projections": str(PROJECTIONS_VERSION),
        }
        connection.executemany("INSERT INTO store_fact VALUES (?, ?)", facts.items())
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _clear(folder: Path, keys: StoreKeys | None, elsewhere: Path | None) -> None:
    for name in (MARKER_FILE, STORE_FILE, STORE_FILE + "-wal", STORE_FILE + "-shm", PATIENT_KEY_FILE, MIRROR_FILE):
        (folder / name).unlink(missing_ok=True)
    if elsewhere is not None:
        elsewhere.unlink(missing_ok=True)
    if keys is not None:
        keys.forget()


def open_grounds(folder: Path, port: KeyPort, *, reading: bool = False, mirror: Path | None = None) -> Grounds:
    """Open an existing record; raises StoreFault. One opened for reading leaves its mirror alone."""
    store_id = read_marker(folder)
    check_folder(folder)
    lock = FolderLock(folder)
    try:
        keys = StoreKeys(store_id, port)
        with private_files():
            connection = open_file(folder / STORE_FILE, keys.store, reading=reading)
        try:
            facts = _facts(connection, folder, store_id)
            patient_keys = open_patient_keys(folder, keys)
            own, site, projections = facts["workstation"], facts["site"], facts["projections"]
            copy = None if reading else _open_mirror(folder, mirror or mirror_of(folder), keys)
            return Grounds(folder, lock, connection, keys, patient_keys, own, site, projections, copy)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        lock.release()
        raise


def open_patient_keys(folder: Path, keys: StoreKeys) -> PatientKeys:
    """Return the patients' keys, with the site key that wraps them also where a rotation broke off; raises StoreFault.

    The file is replaced before the site key is: one of the two opens it, and no power cut leaves a file for neither.
    """
    found = PatientKeys(folder, keys.site)
    following = keys.next_site_key()
    if following is not None and not found.opens(SITE_KEY):
        found = PatientKeys(folder, following)
    # Without the site's own key nobody could sign in, and a key minted now would hide that the file is gone.
    if found.get(SITE_KEY) is None:
        raise KeyFileDamaged(
            f"The file of the patients' keys ({PATIENT_KEY_FILE}) in {folder} is missing, or not all of it is there; "
            "put it back from the backup and start again."
        )
    return found


def _open_mirror(folder: Path, path: Path, keys: StoreKeys) -> Mirror:
    try:
        return Mirror(path, keys.store_id, mirror_key(keys.store))
    except OSError as fault:
        raise FolderUnusable(why_unreachable(folder, path)) from fault


def _facts(connection: sqlcipher3.Connection, folder: Path, store_id: str) -> dict[str, str]:
    try:
        facts = dict(connection.execute("SELECT name, value FROM store_fact").fetchall())
    except sqlcipher3.DatabaseError as fault:
        raise StoreDamaged(f"The record in {folder} is damaged on the disk; restore it from the backup.") from fault
    if facts.get("store") != store_id:
        raise StoreDamaged(f"The files in {folder} belong to two records; restore them from one backup.")
    return facts
