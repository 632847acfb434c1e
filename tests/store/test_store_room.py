"""A disk that fills up is told in time; the reserve lets what has begun finish; folders of the wrong kind are refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from record_ward import CASE, KEY, Ward

from coordinator_app.domain import events as e
from coordinator_app.store import ground
from coordinator_app.store.faults import FolderUnusable, StoreFault
from coordinator_app.store.ground import can_be_pulled_out, check_folder
from coordinator_app.store.room import MIB, RESERVE_FILE, Levels, Room

SMALL = Levels(low=6 * MIB, critical=2 * MIB)


@pytest.fixture
def disk(small_disk: Path) -> Path:
    """A real disk of 16 MiB, in memory."""
    return small_disk


def _low(room: Room) -> bool:
    room.look()
    return room.is_low


def _fill_to(disk: Path, free: int) -> None:
    usage = os.statvfs(disk)
    rest = usage.f_bavail * usage.f_frsize - free
    with (disk / "somebody elses file").open("ab") as out:
        out.write(bytes(max(0, rest)))


def test_the_reserve_takes_real_room_and_gives_it_back(disk: Path) -> None:
    before = os.statvfs(disk).f_bavail
    room = Room(disk, SMALL)
    room.keep_reserve(4 * MIB)
    room.look()
    taken = (before - os.statvfs(disk).f_bavail) * os.statvfs(disk).f_frsize
    assert taken >= 4 * MIB
    assert room.has_reserve
    assert not room.is_low
    room.keep_reserve(0)
    assert os.statvfs(disk).f_bavail == before


def test_low_water_is_told_before_the_reserve_is_touched(disk: Path) -> None:
    room = Room(disk, SMALL)
    room.keep_reserve(4 * MIB)
    _fill_to(disk, 5 * MIB)
    assert _low(room)
    assert room.has_reserve


def test_the_reserve_is_given_up_at_the_end_and_nothing_new_begins_on_it(disk: Path) -> None:
    room = Room(disk, SMALL)
    room.keep_reserve(4 * MIB)
    _fill_to(disk, 1 * MIB)
    room.look()
    assert not (disk / RESERVE_FILE).exists()
    assert room.is_low
    usage = os.statvfs(disk)
    assert usage.f_bavail * usage.f_frsize >= 5 * MIB
    assert _low(room), "the room of the reserve is not there to begin something new"
    (disk / "somebody elses file").unlink()
    assert not _low(room)
    assert (disk / RESERVE_FILE).exists()


def test_what_has_begun_is_recorded_to_its_end_on_a_full_disk_with_a_reserve(disk: Path) -> None:
    """Sixty events, their second copy and a checkpoint fit; without the reserve they do not."""
    ward = Ward(disk / "record")
    ward.enrol()
    room = Room(ward.folder, SMALL)
    room.keep_reserve(4 * MIB)
    _fill_to(disk, 64 * 1024)
    room.look()
    for number in range(60):
        ward.record(e.HoldPlaced(case=CASE, reason=f"{number}"), key=KEY)
    assert ward.store.checkpoint()
    count = ward.store.count()
    ward.restart()
    assert ward.store.count() == count + 1
    ward.store.close()


def test_the_same_without_the_reserve_would_fail(disk: Path) -> None:
    ward = Ward(disk / "record")
    ward.enrol()
    _fill_to(disk, 64 * 1024)

    def record_all() -> None:
        for number in range(60):
            ward.record(e.HoldPlaced(case=CASE, reason=f"{number}"), key=KEY)

    with pytest.raises(StoreFault, match="nothing more is recorded"):
        record_all()
    ward.store.close()


def test_a_disk_that_does_not_answer_has_no_room(tmp_path: Path) -> None:
    room = Room(tmp_path / "gone", SMALL)
    assert _low(room)


def _as_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, removable: str, *, partition: bool) -> None:
    """Stand in for the system's list of disks: the one below `tmp_path` is removable or not."""
    number = tmp_path.stat().st_dev
    disk = tmp_path / "sys" / "devices" / "sdb"
    block = disk / "sdb1" if partition else disk
    block.mkdir(parents=True)
    (disk / "removable").write_text(removable + "\n", encoding="ascii")
    blocks = tmp_path / "sys" / "dev"
    blocks.mkdir()
    (blocks / f"{os.major(number)}:{os.minor(number)}").symlink_to(block)
    monkeypatch.setattr(ground, "BLOCKS", blocks)


@pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux tells")
@pytest.mark.parametrize("partition", [False, True])
def test_a_disk_that_can_be_pulled_out_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, partition: bool
) -> None:
    _as_disk(tmp_path, monkeypatch, "1", partition=partition)
    assert can_be_pulled_out(tmp_path)
    with pytest.raises(FolderUnusable, match=r"can be pulled out, and the record with it; choose a folder on a disk"):
        check_folder(tmp_path)
    with pytest.raises(FolderUnusable, match="pulled out"):
        Ward(tmp_path / "record")


@pytest.mark.skipif(sys.platform != "linux", reason="this is how Linux tells")
def test_a_built_in_disk_and_one_that_nobody_knows_are_not_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not can_be_pulled_out(tmp_path / "nowhere")
    _as_disk(tmp_path, monkeypatch, "0", partition=True)
    assert not can_be_pulled_out(tmp_path)
    check_folder(tmp_path)
