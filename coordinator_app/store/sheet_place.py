"""Where the sheet with the recovery key may be saved: on a stick that leaves with it, never on the record's disk."""

from __future__ import annotations

import os
from pathlib import Path

from coordinator_app.store.faults import FolderUnusable
from coordinator_app.store.files import private_files
from coordinator_app.store.ground import lies_far_away
from coordinator_app.store.mirror_place import disk_of


def save_sheet(record: Path, chosen: Path, name: str, sheet: bytes) -> Path:
    """Write the sheet into the folder `chosen` under this name and return its file; raises FolderUnusable.

    Whoever took the disk of the record would have the key with it, and a network drive keeps copies nobody counts.
    """
    chosen = chosen.expanduser().absolute()
    if not chosen.is_dir():
        raise FolderUnusable(f"There is no folder {chosen}; connect the stick and name its folder.")
    if lies_far_away(chosen):
        raise FolderUnusable(
            f"{chosen} lies on a network drive, which keeps copies; name a folder on a stick that you take with you."
        )
    if disk_of(chosen) == disk_of(record):
        raise FolderUnusable(
            f"{chosen} lies on the disk of the record, and whoever takes that disk would have the key with it; "
            "name a folder on a stick that you take with you, or write the lines down."
        )
    path = chosen / name
    try:
        with private_files(), path.open("wb") as out:
            out.write(sheet)
            out.flush()
            os.fsync(out.fileno())
    except OSError as fault:
        raise FolderUnusable(f"The sheet cannot be written to {chosen}; use another stick.") from fault
    return path
