"""Rules of the store that are seen only from beside it: the write lock, the reserve, a folder that becomes read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlcipher3
from record_ward import CASE, SITE, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import FolderUnusable
from coordinator_app.store.ground import check_folder
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.room import MIB, RESERVE_FILE, Levels, Room
from coordinator_app.store.store_keys import read_marker

LEVELS = Levels(low=6 * MIB, critical=2 * MIB)


# The write lock ---------------------------------------------------------------------------------------------------


def _somebody_else(ward: Ward) -> sqlcipher3.Connection:
    """Open the file beside the program, as a tool would that has its key."""
    connection = sqlcipher3.connect(str(ward.folder / STORE_FILE), isolation_level=None, timeout=0)
    secret = FileKeys(ward.folder).get(f"{read_marker(ward.folder)}.store")
    assert secret is not None
    connection.execute(f"PRAGMA key = \"x'{secret.hex()}'\"")
    return connection


def test_from_the_first_line_of_a_transaction_nobody_else_can_write(ward: Ward) -> None:
    """The last seal is read under the lock: between a look and the write nobody else may have moved it."""
    other = _somebody_else(ward)
    with ward.store.writing() as writing:
        with pytest.raises(sqlcipher3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


# The reserve ------------------------------------------------------------------------------------------------------


class Usage(NamedTuple):
    """What the system says about a disk."""

    free: int


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A disk on which the system says so many bytes are free; the test changes the one number in the list."""
    said = [100 * MIB]
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(said[0]))
    return said


def _low(room: Room) -> bool:
    room.look()
    return room.is_low


def test_low_water_is_told_at_the_level_that_was_set_and_not_before(tmp_path: Path, free: list[int]) -> None:
    room = Room(tmp_path, LEVELS)
    for there, low in ((LEVELS.low, False), (LEVELS.low - 1, True), (LEVELS.low + 1, False)):
        free[0] = there
        assert _low(room) is low


def test_a_nearly_full_disk_gets_the_reserve_and_nothing_new_begins_on_it(tmp_path: Path, free: list[int]) -> None:
    room = Room(tmp_path, LEVELS)
    room.keep_reserve(MIB)
    assert (tmp_path / RESERVE_FILE).exists()
    free[0] = LEVELS.critical
    room.look()
    assert room.has_reserve, "not before it is critical"
    free[0] = LEVELS.critical - 1
    assert _low(room)
    assert not (tmp_path / RESERVE_FILE).exists()
    free[0] = LEVELS.low
    assert _low(room), "there is no room to take the reserve back, so nothing new begins"
    free[0] = LEVELS.low + MIB
    assert not _low(room)
    assert room.has_reserve


def test_the_reserve_holds_real_blocks_of_the_disk(tmp_path: Path) -> None:
    Room(tmp_path, Levels(low=0, critical=0)).keep_reserve(MIB)
    found = (tmp_path / RESERVE_FILE).stat()
    assert found.st_size == MIB
    assert found.st_blocks * 512 >= MIB, "a file with holes keeps nothing back"


def test_a_disk_that_does_not_answer_is_a_full_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_folder: Path) -> Usage:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", silent)
    assert _low(Room(tmp_path, LEVELS))


# The folder -------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 2 MiB, in memory."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a disk on Linux")
    there = tmp_path / "disk"
    there.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(there)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode != 0:
        pytest.skip("this system does not let a disk be mounted")
    yield there
    subprocess.run(["umount", "-l", str(there)], check=True)


def test_a_record_in_a_folder_that_became_read_only_is_refused(disk: Path) -> None:
    ward = Ward(disk / "record")
    kept = ward.record(e.SiteFounded(name="Example Hospital", zone="Europe/Berlin"), SITE)
    ward.store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(FolderUnusable, match=r"cannot be written; choose another one"):
        check_folder(ward.folder)
    with pytest.raises(FolderUnusable, match=r"cannot be written; choose another one"):
        ward.open()
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    ward.store = ward.open()
    assert ward.store.event(kept.id) == kept
    ward.store.close()


def test_a_folder_on_a_disk_that_is_full_to_the_last_byte_is_refused(disk: Path) -> None:
    """A new name may still go on such a disk; it is the first byte that shows it."""
    folder = disk / "record"
    folder.mkdir()
    with suppress(OSError), (disk / "somebody elses file").open("wb", buffering=0) as out:
        while True:
            out.write(bytes(4096))
    with pytest.raises(FolderUnusable, match=r"cannot be written; choose another one"):
        check_folder(folder)
