"""The drill: a backup counts only once it was restored, verified and compared, away from the record it is of."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from coordinator_app.store.attachments import Attachments
from coordinator_app.store.backup_manifest import Manifest, read_manifest
from coordinator_app.store.faults import BackupDamaged, BackupImpossible
from coordinator_app.store.founding import open_grounds
from coordinator_app.store.journal_check import Progress, verify_connection
from coordinator_app.store.keys import HeldKeys
from coordinator_app.store.rebuild import differing_tables
from coordinator_app.store.restore import restore


class Drilled(Struct, frozen=True):
    """What a drill found in a sound backup; a backup that is not sound raises instead."""

    backup: str
    made_at: str
    events: int
    epochs: int
    attachments: int


def drill(
    backup: Path, secrets: Mapping[str, bytes], *, scratch: Path | None = None, progress: Progress | None = None
) -> Drilled:
    """Restore a backup into a scratch folder, verify it wholly, compare counts and heads, and take it away again.

    `secrets` are the keys of the record by name. Raises BackupDamaged (or another StoreFault) with the first thing that
    is wrong, BackupImpossible where there is no room for the scratch copy.
    """
    manifest = read_manifest(backup)
    try:
        where = Path(tempfile.mkdtemp(prefix="drill-", dir=scratch))
    except OSError as fault:
        raise BackupImpossible(
            "There is no place to try the backup out; free space for temporary files on this computer."
        ) from fault
    try:
        return _tried(backup, manifest, HeldKeys(secrets), where / "record", progress)
    finally:
        shutil.rmtree(where, ignore_errors=True)


def _tried(backup: Path, manifest: Manifest, keys: HeldKeys, folder: Path, progress: Progress | None) -> Drilled:
    restore(backup, folder, keys=keys)
    grounds = open_grounds(folder, keys, reading=True)
    try:
        connection = grounds.connection
        found = verify_connection(connection, grounds.workstation, grounds.keys.public, False, progress)
        if found.first_bad is not None:
            raise BackupDamaged(
                f"The backup {backup.name} holds an event that is not as it was written: {found.first_bad.id[:16]}… "
                f"{found.first_bad.why}; make a new backup and have the record verified."
            )
        if connection.execute("PRAGMA cipher_integrity_check").fetchall():
            raise BackupDamaged(f"Pages of the backup {backup.name} are not as they were written; make a new backup.")
        heads = {epoch: (at.seq, at.id) for epoch, at in manifest.heads.items()}
        if found.events != manifest.events or found.heads != heads:
            raise BackupDamaged(
                f"The backup {backup.name} says it holds {manifest.events} events and holds {found.events}, or its "
                "runs end elsewhere than it says; make a new backup."
            )
        connection.execute("PRAGMA query_only = OFF")  # the comparison needs tables of its own
        differing = differing_tables(connection, grounds.patient_keys)
        if differing:
            raise BackupDamaged(
                f"What screens would read from the backup {backup.name} is not what its journal says "
                f"({', '.join(differing)}); make a new backup and have the record rebuilt."
            )
        attachments = Attachments(folder, grounds.patient_keys)
        for name in attachments.names():
            attachments.ciphertext(name)
        return Drilled(backup.name, manifest.made_at, found.events, found.epochs, len(attachments.names()))
    finally:
        grounds.close()
