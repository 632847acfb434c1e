"""The second copy stands on another disk by setting, and moves there without a moment in which none is whole and named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from record_ward import BEGIN, CASE, SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.store import mirror_move, mirror_place
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import FolderUnusable, StoreDamaged
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE, Mirror, mirror_key
from coordinator_app.store.mirror_move import MirrorMove
from coordinator_app.store.mirror_place import OWN_FOLDER, mirror_of
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.recover import recover
from coordinator_app.store.restore import restore
from coordinator_app.store.room import MIB, Levels, Room
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import StoreKeys, read_marker, write_marker
from coordinator_app.store.verify import verify


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A second disk of the computer, as far as the program can tell."""
    made = tmp_path / "second-disk"
    made.mkdir()
    monkeypatch.setattr(mirror_place, "disk_of", lambda folder: "second" if "second-disk" in str(folder) else "first")
    return made


@pytest.fixture
def filled(ward: Ward) -> Ward:
    """A record with a patient, a bag and some dozens of events."""
    ward.found_site()
    ward.enrol()
    ward.thaw()
    with ward.store.writing() as writing:
        for _ in range(250):
            writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
    return ward


def _moved(ward: Ward, chosen: Path | None) -> None:
    move = ward.store.begin_mirror_move(chosen)
    move.go_on(60)
    assert move.over


def _copied(folder: Path, path: Path) -> list[tuple[bytes, bytes, bytes | None]]:
    """Return what a second copy holds, read with the record's key."""
    keys = StoreKeys(read_marker(folder), FileKeys(folder))
    mirror = Mirror(path, keys.store_id, mirror_key(keys.store))
    try:
        return [(each.written, each.sig, each.psig) for each in mirror.records()]
    finally:
        mirror.close()


def _events(ward: Ward) -> list[Any]:
    rows: list[Any] = ward.store.connection.execute("SELECT bytes, sig, psig FROM journal ORDER BY n").fetchall()
    return rows


def test_a_place_chosen_at_founding_is_remembered_for_every_opening(tmp_path: Path, disk: Path) -> None:
    folder = tmp_path / "record"
    place = mirror_place.place_for(folder, disk)
    assert place == disk / OWN_FOLDER / MIRROR_FILE
    keys, clock = FileKeys(tmp_path, ""), ScriptedClock(BEGIN)
    Store.create(folder, keys=keys, clock=clock, workstation=WORKSTATION, site=SITE, program="0", mirror=place).close()
    assert not (folder / MIRROR_FILE).exists()
    with Store.open(folder, keys=keys, clock=clock, program="0") as store:
        assert (store.repairs, store.mirror_folder, store.count()) == ((), place.parent, 2)
    assert not (folder / MIRROR_FILE).exists()
    (folder / STORE_FILE).unlink()
    assert recover(folder, keys=keys) == 2


def test_a_founding_that_fails_leaves_nothing_on_the_other_disk(
    tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_told: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coordinator_app.store.founding.write_marker", fails)
    place = mirror_place.place_for(tmp_path / "record", disk)
    with pytest.raises(FolderUnusable):
        Store.create(
            tmp_path / "record", keys=FileKeys(tmp_path, ""), clock=ScriptedClock(BEGIN), workstation=WORKSTATION,
            site=SITE, program="0", mirror=place,
        )  # fmt: skip
    assert not place.exists()


def test_the_second_copy_moves_there_and_back_while_people_go_on_recording(filled: Ward, disk: Path) -> None:
    old = filled.folder / MIRROR_FILE
    move = filled.store.begin_mirror_move(disk)
    slices = 0
    while not move.over:
        assert mirror_of(filled.folder) == old, "until it is whole nothing else is the second copy"
        move.go_on(0)
        slices += 1
        if slices in (2, 5):
            filled.record(e.ConditioningStarted(case=CASE))
            assert move.over or _copied(filled.folder, old) == _events(filled)
    assert slices >= 6
    assert (move.written, move.compared) == (move.total, move.total)
    place = disk / OWN_FOLDER / MIRROR_FILE
    assert mirror_of(filled.folder) == place
    assert not old.exists()
    filled.record(e.ConditioningStarted(case=CASE))
    assert _copied(filled.folder, place) == _events(filled)
    filled.restart()
    assert filled.store.repairs == ()
    _moved(filled, None)
    assert (mirror_of(filled.folder), filled.store.mirror_folder) == (old, None)
    assert not place.exists()
    filled.restart()
    assert filled.store.repairs == ()
    assert verify(filled.store, all_signatures=True).first_bad is None
    assert rebuild(filled.store, check=True) == ()


def test_a_record_is_made_anew_from_a_second_copy_that_was_moved(filled: Ward, disk: Path) -> None:
    _moved(filled, disk)
    filled.record(e.ConditioningStarted(case=CASE))
    events = _events(filled)
    filled.store.close()
    (filled.folder / STORE_FILE).unlink()
    assert recover(filled.folder, keys=FileKeys(filled.folder)) == len(events)
    filled.store = filled.open()
    assert filled.store.repairs == ()
    assert _events(filled)[: len(events)] == events


def test_a_backup_put_back_takes_what_came_since_from_the_moved_second_copy(
    filled: Ward, disk: Path, tmp_path: Path
) -> None:
    from coordinator_app.store.backup import make_backup

    _moved(filled, disk)
    backup = make_backup(filled.store.backup_source(), tmp_path / "backups", made_at=BEGIN, versions={})
    filled.record(e.ConditioningStarted(case=CASE))
    events = _events(filled)
    filled.store.close()
    restore(backup, filled.folder, keys=FileKeys(filled.folder), replace=True)
    assert mirror_of(filled.folder) == disk / OWN_FOLDER / MIRROR_FILE
    filled.store = filled.open()
    assert _events(filled)[: len(events)] == events


# Disks that are no place for it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("lies_far_away", "network drive; the second copy needs a disk of the same kind as the record"),
        ("can_be_pulled_out", "can be pulled out; the second copy needs a disk of the same kind as the record"),
    ],
)
def test_a_disk_of_another_kind_is_refused_in_one_sentence(
    what: str, said: str, filled: Ward, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_place, what, lambda _folder: True)
    with pytest.raises(FolderUnusable, match=said):
        filled.store.begin_mirror_move(disk)
    assert not list(disk.iterdir())


def test_the_same_disk_and_no_disk_are_refused(filled: Ward, tmp_path: Path) -> None:
    beside = tmp_path / "another-folder"
    beside.mkdir()
    with pytest.raises(FolderUnusable, match="on the same disk as the record, and one fault would take both"):
        filled.store.begin_mirror_move(beside)
    with pytest.raises(FolderUnusable, match="There is no folder"):
        filled.store.begin_mirror_move(tmp_path / "not-connected")
    with pytest.raises(FolderUnusable, match="beside the record already"):
        filled.store.begin_mirror_move(None)
    assert _copied(filled.folder, filled.folder / MIRROR_FILE) == _events(filled)


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells of its disks elsewhere")
def test_two_partitions_of_one_disk_are_one_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = tmp_path.stat().st_dev
    whole = tmp_path / "devices" / "sda"
    (whole / "sda1").mkdir(parents=True)
    (whole / "sda1" / "partition").write_text("1")
    blocks = tmp_path / "blocks"
    blocks.mkdir()
    (blocks / f"{os.major(number)}:{os.minor(number)}").symlink_to(whole / "sda1")
    monkeypatch.setattr(mirror_place, "BLOCKS", blocks)
    assert mirror_place.disk_of(tmp_path / "not" / "there" / "yet") == str(whole)
    (whole / "sda1" / "partition").unlink()
    assert mirror_place.disk_of(tmp_path) == str(whole / "sda1")


def test_a_disk_that_is_not_connected_stops_the_opening_and_says_what_to_do(filled: Ward, disk: Path) -> None:
    _moved(filled, disk)
    filled.store.close()
    record = (filled.folder / STORE_FILE).read_bytes()
    disk.rename(disk.with_name("pulled"))
    for empty in (False, True):
        if empty:
            disk.mkdir()  # the folder a disk is connected at stays when it is not
        with pytest.raises(FolderUnusable) as said:
            filled.open()
        assert str(disk / OWN_FOLDER) in said.value.sentence
        assert "connect its disk and start again" in said.value.sentence
        assert "coordinator mirror move" in said.value.sentence
    assert not list(disk.iterdir()), "no other second copy is begun where the disk is missing"
    assert (filled.folder / STORE_FILE).read_bytes() == record
    disk.rmdir()
    disk.with_name("pulled").rename(disk)
    filled.store = filled.open()
    assert filled.store.repairs == ()


def test_a_second_copy_lost_on_its_own_disk_is_written_anew(filled: Ward, disk: Path) -> None:
    _moved(filled, disk)
    filled.store.close()
    (disk / OWN_FOLDER / MIRROR_FILE).unlink()
    filled.store = filled.open()
    assert "missing in the second copy were written" in filled.store.repairs[0]
    assert _copied(filled.folder, disk / OWN_FOLDER / MIRROR_FILE) == _events(filled)


def _is_low(room: Room) -> bool:
    room.look()
    return room.is_low


def test_on_a_real_second_disk_low_water_is_told_and_a_start_without_it_refused(filled: Ward, small_disk: Path) -> None:
    room = Room(filled.folder, Levels(low=6 * MIB, critical=2 * MIB), lambda: filled.store.mirror_folder)
    _moved(filled, small_disk)
    assert not _is_low(room)
    with (small_disk / "somebody elses file").open("wb") as out:
        out.write(bytes(11 * MIB))
    assert _is_low(room), "what is recorded needs room on both disks"
    (small_disk / "somebody elses file").unlink()
    assert not _is_low(room)
    filled.store.close()
    subprocess.run(["umount", "-l", str(small_disk)], check=True)
    with pytest.raises(FolderUnusable, match="connect its disk and start again"):
        filled.open()
    assert not list(small_disk.iterdir()), "and nothing is begun on the disk below"


# Moves that fail ------------------------------------------------------------------------------------------------------


def _stays_where_it_was(ward: Ward) -> None:
    old = ward.folder / MIRROR_FILE
    assert mirror_of(ward.folder) == old
    ward.record(e.ConditioningStarted(case=CASE))
    assert _copied(ward.folder, old) == _events(ward)
    ward.restart()
    assert ward.store.repairs == ()


def test_a_disk_that_does_not_keep_what_was_written_gets_no_second_copy(filled: Ward, disk: Path) -> None:
    move = filled.store.begin_mirror_move(disk)
    while move.written < move.total:
        move.go_on(0)
    draft = disk / OWN_FOLDER / (MIRROR_FILE + ".new")
    content = bytearray(draft.read_bytes())
    content[-30] ^= 1
    draft.write_bytes(content)
    with pytest.raises(StoreDamaged, match="does not keep what was written to it"):
        move.go_on(60)
    assert not draft.exists()
    _stays_where_it_was(filled)


def test_a_full_disk_gets_no_second_copy(filled: Ward, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Mirror, events: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        move = filled.store.begin_mirror_move(disk)
        patch.setattr(Mirror, "append", full)
        with pytest.raises(FolderUnusable, match="it stays where it was"):
            move.go_on(60)
    assert not list((disk / OWN_FOLDER).iterdir())
    _stays_where_it_was(filled)
    _moved(filled, disk)
    assert filled.store.mirror_folder == disk / OWN_FOLDER


def test_a_move_that_was_given_up_leaves_nothing_behind(filled: Ward, disk: Path) -> None:
    move = filled.store.begin_mirror_move(disk)
    move.go_on(0)
    move.give_up()
    assert not list((disk / OWN_FOLDER).iterdir())
    _stays_where_it_was(filled)


_OPERATIONS = ("write", "fsync", "replace", "rename", "unlink", "ftruncate", "open")


def _die_at(n: int) -> None:
    """Let this process end, without a word and without tidying, before the n-th thing it does to a disk."""
    left = [n]

    def dying(operation: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*told: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)
            return operation(*told, **named)

        return asked

    for name in _OPERATIONS:
        setattr(os, name, dying(getattr(os, name)))


def _kill_everywhere(filled: Ward, disk: Path) -> dict[bool, int]:
    """Kill the move before each thing it does to a disk; returns how often the old and the new copy was named then.

    Raises AssertionError where neither was whole and named.
    """
    filled.store.close()
    names = {True: 0, False: 0}
    for n in range(1000):
        child = os.fork()
        if child == 0:
            try:
                store = filled.open()
                move = store.begin_mirror_move(disk if mirror_of(filled.folder).parent == filled.folder else None)
                _die_at(n)
                move.go_on(60)
            finally:
                os._exit(0 if move.over else 8)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended in (0, 9), n
        named = mirror_of(filled.folder)
        filled.store = filled.open()
        assert filled.store.repairs == (), f"killed before operation {n}"
        assert _copied(filled.folder, named) == _events(filled), n
        if ended == 0:
            assert named.parent.parent == disk
            return names
        names[named.parent == filled.folder] += 1
        if named.parent != filled.folder:
            _moved(filled, None)
        filled.store.close()
    raise AssertionError("the move never came to its end")


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot split a process in two")


@needs_fork
def test_killed_anywhere_in_the_move_one_of_the_two_is_whole_and_named(
    filled: Ward, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_move, "_AT_ONCE", 30)
    names = _kill_everywhere(filled, disk)
    assert names[True] > 15, "killed while the old one was named"
    assert names[False] >= 2, "killed after the new one was named"


def _named_first(move: MirrorMove) -> None:
    write_marker(move._folder, move._keys.store_id, move.target)


def _old_one_first(move: MirrorMove) -> None:
    mirror_of(move._folder).unlink()


@needs_fork
@pytest.mark.parametrize("too_early", [_named_first, _old_one_first])
def test_the_killing_finds_a_move_that_does_its_steps_in_another_order(
    filled: Ward, disk: Path, monkeypatch: pytest.MonkeyPatch, too_early: Callable[[MirrorMove], None]
) -> None:
    switch = MirrorMove._switch

    def other_order(self: MirrorMove) -> None:
        too_early(self)
        switch(self)

    monkeypatch.setattr(MirrorMove, "_switch", other_order)
    with pytest.raises(AssertionError, match="killed before operation"):
        _kill_everywhere(filled, disk)
