"""Copies a record while it is in use: the encrypted file as of one instant, the key files and the attachments.

The copy is read through a second connection that can only read (`open_beside`): the writer goes on recording, and a
backup disk that fails cannot poison the record. A backup is a folder; it gets its name only when it is whole. It holds
no key that opens it, save the key file when a passphrase protects that and the file for the recovery key.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlcipher3
from msgspec import Struct

from coordinator_app.domain.seal import instant
from coordinator_app.store.attachments import ATTACHMENT_FOLDER
from coordinator_app.store.backup_manifest import At, Filed, Manifest, sha256_of_file, write_manifest
from coordinator_app.store.connection import STORE_FILE, open_beside
from coordinator_app.store.faults import BackupImpossible, BackupStopped, StoreFault
from coordinator_app.store.files import private_files, sync_folder
from coordinator_app.store.keys import KEY_FILE
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE, PatientKeys
from coordinator_app.store.recovery_key import RECOVERY_FILE
from coordinator_app.store.store_keys import MARKER_FILE, StoreKeys

PREFIX = "record-"
SPARE = 16 * 1024 * 1024
"""Bytes that stay free on the backup disk besides the copy itself."""

_STEPS = 1000
"""Machine steps of the engine after which a copy looks whether it should stop: a few hundred events."""
_TRIES = 3

Stop = Callable[[], bool]


def _never() -> bool:
    return False


class BackupSource(Struct, frozen=True):
    """What a backup is made of; made on the store's thread, used on any."""

    folder: Path
    keys: StoreKeys
    workstation: str
    site: str


def make_backup(
    source: BackupSource, where: Path, *, made_at: datetime, versions: Mapping[str, str], stop: Stop = _never
) -> Path:
    """Make a backup in a new folder under `where` and return it, durable and with its signed list.

    `made_at` is aware; `stop` says when to give up. Raises BackupImpossible with what to do, BackupStopped, StoreFault.
    Nothing is left behind when it fails.
    """
    name = f"{PREFIX}{made_at:%Y%m%dT%H%M%SZ}-{source.keys.store_id[:8]}"
    draft = where / f".{name}.part"
    try:
        with private_files():
            where.mkdir(parents=True, exist_ok=True)
            _check_room(source, where)
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            _fill(source, draft, made_at, versions, stop)
            whole = _unused(where, name)
            draft.rename(whole)
            sync_folder(where)
    except OSError as fault:
        raise BackupImpossible(
            f"The backup cannot be written to {where}; connect its disk, free space on it, or set another folder."
        ) from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return whole


def backups_in(where: Path, store_id: str) -> tuple[Path, ...]:
    """Return the backups of this record under a folder, oldest first."""
    if not where.is_dir():
        return ()
    ending = f"-{store_id[:8]}"
    return tuple(sorted(each for each in where.glob(f"{PREFIX}*") if ending in each.name and each.is_dir()))


def drop_oldest(where: Path, store_id: str, keep: int) -> tuple[str, ...]:
    """Remove the oldest backups of this record beyond `keep`, at least one stays; returns their names."""
    gone = backups_in(where, store_id)[: -max(keep, 1)]
    for each in gone:
        shutil.rmtree(each, ignore_errors=True)
    return tuple(each.name for each in gone)


def _unused(where: Path, name: str) -> Path:
    number, whole = 1, where / name
    while whole.exists():
        number += 1
        whole = where / f"{name}-{number}"
    return whole


def _check_room(source: BackupSource, where: Path) -> None:
    parts = [source.folder / (STORE_FILE + part) for part in ("", "-wal")]
    parts += list((source.folder / ATTACHMENT_FOLDER).glob("*"))
    needed = sum(each.stat().st_size for each in parts if each.exists()) + SPARE
    if shutil.disk_usage(where).free < needed:
        raise BackupImpossible(
            f"There is no room for a backup in {where}: {needed // 1024**2 + 1} MiB are needed; "
            "free space there or set another folder."
        )


def _fill(source: BackupSource, draft: Path, made_at: datetime, versions: Mapping[str, str], stop: Stop) -> None:
    copy = draft / STORE_FILE
    _copy_file(source, copy, stop)
    events, heads = _standing(copy, source.keys.store)
    # After the file: every key that an event in it needs is in the key file by now, for keys are minted before.
    keys = _copy_keys(source, draft)
    for name in (MARKER_FILE, RECOVERY_FILE):
        if (source.folder / name).exists():
            _copy(source.folder / name, draft / name)
    if _is_protected(source.folder / KEY_FILE):
        _copy(source.folder / KEY_FILE, draft / KEY_FILE)
    _copy_attachments(source.folder / ATTACHMENT_FOLDER, draft / ATTACHMENT_FOLDER, stop)
    files = {
        path.relative_to(draft).as_posix(): Filed(sha256_of_file(path), path.stat().st_size)
        for path in sorted(draft.rglob("*"))
        if path.is_file()
    }
    manifest = Manifest(
        store=source.keys.store_id, workstation=source.workstation, site=source.site,
        public_key=source.keys.public.hex(), made_at=instant(made_at), versions=dict(versions), events=events,
        heads=heads, keys=keys, files=files,
    )  # fmt: skip
    write_manifest(draft, manifest, source.keys.signing.sign)


@contextmanager
def _beside(path: Path, key: bytes) -> Iterator[sqlcipher3.Connection]:
    connection = open_beside(path, key)
    try:
        yield connection
    finally:
        connection.close()


def _copy_file(source: BackupSource, copy: Path, stop: Stop) -> None:
    with _beside(source.folder / STORE_FILE, source.keys.store) as connection:
        connection.set_progress_handler(lambda: int(stop()), _STEPS)
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlcipher3.OperationalError as fault:
            if stop():
                raise BackupStopped("The backup was given up because the program was left; it is made anew.") from fault
            raise BackupImpossible(
                f"The record cannot be copied to {copy.parent.parent}; check its disk, or set another folder."
            ) from fault
    # The engine leaves making it durable to us.
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _standing(copy: Path, key: bytes) -> tuple[int, dict[str, At]]:
    """Return how many events the copy holds and the head of every run; reading it proves that the key opens it."""
    with _beside(copy, key) as connection:
        count = int(connection.execute("SELECT count(*) FROM journal").fetchone()[0])
        # SQLite takes the other columns of a group from the row that holds the maximum.
        rows = connection.execute("SELECT epoch, max(seq), id FROM journal GROUP BY epoch").fetchall()
    return count, {epoch.hex(): At(seq, id.hex()) for epoch, seq, id in rows}


def _copy_keys(source: BackupSource, draft: Path) -> int:
    """Copy the patients' keys and return how many there are; a rotation in between is waited out."""
    for left in range(_TRIES, 0, -1):
        _copy(source.folder / PATIENT_KEY_FILE, draft / PATIENT_KEY_FILE)
        try:
            keys = PatientKeys(draft, StoreKeys(source.keys.store_id, source.keys.port).site)
            for key_id in keys.known():
                keys.get(key_id)
        except StoreFault:
            if left == 1:
                raise
            continue
        break
    return len(keys.known())


def _is_protected(path: Path) -> bool:
    # A key file that anybody can read would make the whole backup one that anybody can read.
    try:
        return path.exists() and "salt" in json.loads(path.read_bytes())
    except ValueError:
        return False


def _copy_attachments(folder: Path, target: Path, stop: Stop) -> None:
    if not folder.exists():
        return
    target.mkdir()
    for each in sorted(folder.iterdir()):
        if stop():
            raise BackupStopped("The backup was given up because the program was left; it is made anew.")
        if len(each.name) == 64:
            _copy(each, target / each.name)
    sync_folder(target)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, 1024 * 1024)
        write.flush()
        os.fsync(write.fileno())
