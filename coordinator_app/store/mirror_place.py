"""Where the second copy of a record stands: beside it, or in a folder of its own on another disk (`store.json`).

A folder of its own, made when the place is chosen: where its disk is not connected the folder is missing too, and the
opening says so instead of beginning another second copy on whatever disk lies below.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from coordinator_app.store.faults import FolderUnusable, StoreDamaged
from coordinator_app.store.ground import BLOCKS, can_be_pulled_out, lies_far_away, prepare_folder
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.store_keys import MARKER_FILE

OWN_FOLDER = "coordinator-second-copy"


def mirror_of(folder: Path) -> Path:
    """Return the file of the second copy of the record in `folder`; raises StoreDamaged for an unreadable marker."""
    try:
        named = json.loads((folder / MARKER_FILE).read_bytes()).get("mirror", "")
    except FileNotFoundError:
        named = ""
    except (OSError, ValueError, AttributeError) as fault:
        raise StoreDamaged(
            f"The file {MARKER_FILE} in {folder} cannot be read; put it back from the backup and start again."
        ) from fault
    return Path(named) if named else folder / MIRROR_FILE


def is_beside(folder: Path, mirror: Path) -> bool:
    """Tell whether this second copy stands in the record's own folder."""
    return mirror.parent.absolute() == folder.absolute()


def place_for(folder: Path, chosen: Path | None) -> Path:
    """Return the file for the second copy of the record in `folder` on the disk of `chosen`; None puts it beside.

    Makes the folder of its own. Raises FolderUnusable as `check_place` does, and where it cannot be made.
    """
    check_place(folder, chosen)
    if chosen is None:
        return folder / MIRROR_FILE
    chosen = chosen.expanduser().absolute()
    number, own = 1, chosen / OWN_FOLDER
    while (own / MIRROR_FILE).exists():
        number += 1
        own = chosen / f"{OWN_FOLDER}-{number}"
    prepare_folder(own)
    return own / MIRROR_FILE


def check_place(folder: Path, chosen: Path | None) -> None:
    """Raise FolderUnusable, with the reason, unless `chosen` lies on another disk of this computer that stays in it.

    The disk must be of the kind the record itself needs: what is recorded waits for the second copy too.
    """
    if chosen is None:
        if is_beside(folder, mirror_of(folder)):
            raise FolderUnusable("The second copy stands beside the record already; name a folder on another disk.")
        return
    chosen = chosen.expanduser().absolute()
    if not chosen.is_dir():
        raise FolderUnusable(f"There is no folder {chosen}; connect its disk, or make the folder first.")
    if lies_far_away(chosen):
        raise FolderUnusable(
            f"{chosen} lies on a network drive; the second copy needs a disk of the same kind as the record, "
            "built into this computer. Choose a folder on such a disk, and use network drives for backups."
        )
    if can_be_pulled_out(chosen):
        raise FolderUnusable(
            f"{chosen} lies on a disk that can be pulled out; the second copy needs a disk of the same kind as the "
            "record, built into this computer. Choose a folder on such a disk."
        )
    if disk_of(chosen) == disk_of(folder if folder.exists() else folder.absolute().parent):
        raise FolderUnusable(
            f"{chosen} lies on the same disk as the record, and one fault would take both; "
            "choose a folder on another disk, or keep the second copy beside the record."
        )


def disk_of(folder: Path) -> str:
    """Return what names the disk below a folder: two partitions of one disk are one, where the system tells."""
    number = next(each for each in (folder, *folder.absolute().parents) if each.exists()).stat().st_dev
    if sys.platform != "linux":
        return str(number)
    block = BLOCKS / f"{os.major(number)}:{os.minor(number)}"
    if not block.exists():
        return str(number)  # memory and layered file systems have no disk of their own
    block = block.resolve()
    return str(block.parent if (block / "partition").exists() else block)


def why_unreachable(folder: Path, mirror: Path) -> str:
    """Return the sentence for a second copy that cannot be opened where it stands."""
    if is_beside(folder, mirror):
        return (
            f"The second copy of the record, {mirror}, cannot be written; free space on its disk, "
            "or ask the administrator of this computer."
        )
    return (
        f"The second copy of the record stands in {mirror.parent}, which cannot be reached, and nothing is recorded "
        "without it: connect its disk and start again, or set another place for it with 'coordinator mirror move'."
    )
