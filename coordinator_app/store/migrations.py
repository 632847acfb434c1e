"""Numbered steps that bring an older file to this program's version; the journal's own table is never among them.

Before the first step the file is copied as it stands, so that the older program can be installed again and opened on
the copy. All steps are one transaction: a power cut leaves the old version or the new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import sqlcipher3

from coordinator_app.store.faults import FolderUnusable
from coordinator_app.store.files import private_files, sync_folder
from coordinator_app.store.schema import FILE_VERSION

Step = Callable[[sqlcipher3.Connection], None]

STEPS: dict[int, Step] = {}
"""What brings a file of a version to the next one. Tables of the projections need none: they are made anew."""


def copy_path(path: Path, version: int) -> Path:
    """Return where the copy of a file of an older version is kept."""
    return path.with_name(f"{path.name}.version-{version}")


def bring_up_to_date(connection: sqlcipher3.Connection, path: Path, steps: dict[int, Step] | None = None) -> int:
    """Copy a file of an older version and bring it to this one; returns the version it had.

    Raises FolderUnusable when the copy cannot be made; then nothing was changed.
    """
    had = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if had >= FILE_VERSION:
        return had
    _copy(connection, path, had)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(had, FILE_VERSION):
            (STEPS if steps is None else steps)[version](connection)
        connection.execute(f"PRAGMA user_version = {FILE_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return had


def _copy(connection: sqlcipher3.Connection, path: Path, version: int) -> None:
    target, draft = copy_path(path, version), path.with_name(f"{path.name}.copying")
    if target.exists():
        return  # an earlier try was cut off after the copy; the file has not changed since
    try:
        draft.unlink(missing_ok=True)
        with private_files():
            connection.execute("VACUUM INTO ?", (str(draft),))
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.rename(target)
        sync_folder(path.parent)
    except (OSError, sqlcipher3.Error) as fault:
        draft.unlink(missing_ok=True)
        raise FolderUnusable(
            f"The record in {path.parent} was written by an older version and cannot be copied before it is brought up "
            "to date; free space on its disk and start again, nothing was changed."
        ) from fault
