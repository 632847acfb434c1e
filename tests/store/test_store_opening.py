"""What the workstation says when its record cannot be used, and that nothing is lost or half-written then."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import sqlcipher3
from record_ward import BEGIN, SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.store import connection, ground
from coordinator_app.store.connection import STORE_FILE, engine_refusal
from coordinator_app.store.faults import (
    EngineTooOld,
    FolderUnusable,
    KeyFileDamaged,
    MissingKey,
    StoreDamaged,
    StoreExists,
    StoreFault,
    StoreInUse,
    StoreMissing,
    StoreNewer,
    WrongKey,
)
from coordinator_app.store.ground import filesystem_of
from coordinator_app.store.keys import KEY_FILE, FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import MARKER_FILE, read_marker

OPEN_IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.store import Store
folder = Path(sys.argv[1])
try:
    Store.open(folder, keys=FileKeys(folder), clock=MachineClock("UTC"), program="0").close()
except StoreFault as fault:
    print(type(fault).__name__, fault.sentence)
"""


def _one_sentence_with_a_next_step(fault: StoreFault) -> bool:
    return (
        fault.sentence.endswith(".") and "\n" not in fault.sentence and (";" in fault.sentence or "." in fault.sentence)
    )


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix not in (".db-wal", ".db-shm")}


def test_a_record_closed_and_opened_again_has_every_event_and_a_new_run(ward: Ward) -> None:
    ward.enrol()
    before, first_epoch = ward.store.events_of_case("case:" + "c" * 32), ward.store.epoch
    ward.restart()
    assert ward.store.events_of_case("case:" + "c" * 32) == before
    assert len(before) == 3
    assert ward.store.epoch != first_epoch
    opened = ward.store.log(1)[0].body
    assert isinstance(opened, e.EpochOpened)
    assert (opened.workstation, opened.site, opened.parent["epoch"]) == (WORKSTATION, SITE, first_epoch)


def test_a_second_process_is_refused_while_the_first_one_records(ward: Ward) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", OPEN_IN_ANOTHER_PROCESS, str(ward.folder)], capture_output=True, text=True, check=True
    )
    assert answer.stdout.startswith("StoreInUse")
    assert "close that one and start again." in answer.stdout
    assert answer.stderr == ""
    ward.enrol()
    ward.store.close()
    again = subprocess.run(
        [sys.executable, "-c", OPEN_IN_ANOTHER_PROCESS, str(ward.folder)], capture_output=True, text=True, check=True
    )
    assert again.stdout == ""


def test_a_second_window_of_the_same_process_is_refused_too(ward: Ward) -> None:
    with pytest.raises(StoreInUse):
        ward.open()


def test_a_wrong_key_opens_nothing_and_changes_nothing(ward: Ward) -> None:
    ward.enrol()
    ward.store.close()
    ward.keys.put(f"{read_marker(ward.folder)}.store", bytes(32))
    before = _contents(ward.folder)
    with pytest.raises(WrongKey) as caught:
        ward.open()
    assert "recovery key" in caught.value.sentence
    assert _one_sentence_with_a_next_step(caught.value)
    assert _contents(ward.folder) == before


@pytest.mark.parametrize("name", ["store", "site", "workstation"])
def test_a_missing_key_is_said_in_one_sentence(ward: Ward, name: str) -> None:
    ward.store.close()
    ward.keys.delete(f"{read_marker(ward.folder)}.{name}")
    before = _contents(ward.folder)
    with pytest.raises(MissingKey, match="The key of this record is not on this computer"):
        ward.open()
    assert _contents(ward.folder) == before


@pytest.mark.parametrize("name", ["store", "site", "workstation"])
def test_half_a_key_is_not_used(ward: Ward, name: str) -> None:
    ward.store.close()
    ward.keys.put(f"{read_marker(ward.folder)}.{name}", bytes(16))
    with pytest.raises(MissingKey, match="damaged"):
        ward.open()


def test_the_key_file_of_another_record_does_not_open_this_one(tmp_path: Path) -> None:
    one, other = Ward(tmp_path / "one"), Ward(tmp_path / "other")
    one.store.close()
    other.store.close()
    (one.folder / KEY_FILE).write_bytes((other.folder / KEY_FILE).read_bytes())
    with pytest.raises(MissingKey):
        one.open()


def test_patient_keys_of_another_site_are_noticed_before_a_name_is_shown_empty(tmp_path: Path) -> None:
    one, other = Ward(tmp_path / "one"), Ward(tmp_path / "other")
    one.found_site()
    one.store.close()
    other.store.close()
    (one.folder / PATIENT_KEY_FILE).write_bytes((other.folder / PATIENT_KEY_FILE).read_bytes())
    with pytest.raises(KeyFileDamaged, match="belongs to another site"):
        one.open()


def test_a_file_of_a_newer_program_is_left_alone(ward: Ward) -> None:
    ward.store.close()
    with ward.behind_our_back() as file:
        file.execute("PRAGMA user_version = 2")
    before = (ward.folder / STORE_FILE).read_bytes()
    with pytest.raises(StoreNewer) as caught:
        ward.open()
    assert "install the newer version" in caught.value.sentence
    assert (ward.folder / STORE_FILE).read_bytes() == before


def test_a_folder_without_a_record_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="its disk is connected"):
        Store.open(tmp_path, keys=FileKeys(tmp_path, ""), clock=ScriptedClock(BEGIN), program="0")
    assert list(tmp_path.iterdir()) == []


def test_a_marker_without_its_file_is_a_missing_record_and_no_new_one_is_made(ward: Ward) -> None:
    ward.store.close()
    (ward.folder / STORE_FILE).unlink()
    with pytest.raises(StoreMissing):
        ward.open()
    assert not (ward.folder / STORE_FILE).exists()


def test_an_empty_file_is_a_damaged_record(ward: Ward) -> None:
    ward.store.close()
    (ward.folder / STORE_FILE).write_bytes(b"")
    with pytest.raises(StoreDamaged, match="restore it from the backup"):
        ward.open()


def test_a_damaged_marker_is_said_in_one_sentence(ward: Ward) -> None:
    ward.store.close()
    (ward.folder / MARKER_FILE).write_text("{", encoding="utf-8")
    with pytest.raises(StoreDamaged, match=r"store\.json"):
        ward.open()


def test_files_of_two_records_in_one_folder_are_refused(ward: Ward) -> None:
    ward.store.close()
    with ward.behind_our_back() as file:
        file.execute("UPDATE store_fact SET value = 'another' WHERE name = 'store'")
    with pytest.raises(StoreDamaged, match="belong to two records"):
        ward.open()


def test_another_programs_file_is_refused(ward: Ward) -> None:
    ward.store.close()
    with ward.behind_our_back() as file:
        file.execute("PRAGMA application_id = 7")
    with pytest.raises(StoreDamaged, match="not a record of this program"):
        ward.open()


def test_a_damaged_page_is_said_in_one_sentence(ward: Ward) -> None:
    ward.enrol()
    ward.store.close()
    path = ward.folder / STORE_FILE
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page + 100] ^= 1
    path.write_bytes(content)
    with pytest.raises(StoreFault) as caught:
        ward.open()
    assert _one_sentence_with_a_next_step(caught.value)


def test_a_new_record_is_not_founded_over_an_old_one(ward: Ward) -> None:
    ward.enrol()
    count = ward.store.count()
    ward.store.close()
    with pytest.raises(StoreExists, match="open that one"):
        Store.create(ward.folder, keys=ward.keys, clock=ward.clock, workstation=WORKSTATION, site=SITE, program="0")
    ward.store = ward.open()
    assert ward.store.count() == count + 1


def test_a_folder_that_cannot_be_written_is_refused_and_no_key_is_left_behind(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, "")
    for folder in (Path("/proc/coordinator"), tmp_path / "a-file" / "below"):
        (tmp_path / "a-file").write_text("not a folder", encoding="utf-8")
        with pytest.raises(FolderUnusable, match="choose another one"):
            Store.create(folder, keys=keys, clock=ScriptedClock(BEGIN), workstation=WORKSTATION, site=SITE, program="0")
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX systems")
def test_a_record_that_became_read_only_is_refused(ward: Ward) -> None:
    ward.store.close()
    # Not below pytest's own folder: every other run of pytest closes that one again to all but its owner.
    with tempfile.TemporaryDirectory() as open_to_all:
        folder = Path(shutil.move(ward.folder, open_to_all))
        folder.chmod(0o500)
        code = OPEN_IN_ANOTHER_PROCESS
        if os.geteuid() == 0:
            # Root may write anywhere, so the record is opened by somebody who may not.
            for path in (folder, *folder.iterdir()):
                os.chown(path, 65534, 65534)
            _let_through(folder.parent)
            code = "import os\nos.setgid(65534)\nos.setuid(65534)\n" + code.replace(
                "folder = Path", "os.stat(sys.argv[1])\nfolder = Path"
            )
        answer = subprocess.run(
            [sys.executable, "-c", _import_first(code), str(folder)], capture_output=True, text=True, check=False
        )
        folder.chmod(0o700)
    assert answer.stdout.startswith("FolderUnusable"), answer.stderr
    assert "cannot be written" in answer.stdout


def _let_through(folder: Path) -> None:
    for above in (folder, *folder.parents):
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o011)


def _import_first(code: str) -> str:
    # Everything is imported before the process becomes somebody who may not read this checkout.
    imports = [line for line in code.splitlines() if line.startswith(("import ", "from "))]
    rest = [line for line in code.splitlines() if not line.startswith(("import ", "from "))]
    return "\n".join((*imports, "import encodings.idna, zoneinfo", *rest))


def test_a_founding_that_fails_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "record"

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    keys = FileKeys(tmp_path, "")
    monkeypatch.setattr("coordinator_app.store.store_keys.write_whole", full)
    with pytest.raises(FolderUnusable, match="free space"):
        Store.create(folder, keys=keys, clock=ScriptedClock(BEGIN), workstation=WORKSTATION, site=SITE, program="0")
    assert [path.name for path in folder.iterdir()] == ["lock"]
    assert json.loads((tmp_path / KEY_FILE).read_text(encoding="utf-8"))["secrets"] == {}
    monkeypatch.undo()
    Store.create(folder, keys=keys, clock=ScriptedClock(BEGIN), workstation=WORKSTATION, site=SITE, program="0").close()


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_drive_is_refused(ward: Ward, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.store.close()
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"40 21 0:50 / {str(ward.folder).replace(' ', chr(92) + '040')} rw,relatime shared:9 - {kind} host:/x rw\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(ground, "MOUNTS", mounts)
    with pytest.raises(FolderUnusable, match="network drive"):
        ward.open()


def test_the_drive_below_a_folder_is_the_nearest_mount_above_it() -> None:
    mounts = (
        "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "30 21 8:2 / /srv rw - xfs /dev/sda2 rw\n"
        "40 30 0:50 / /srv/far\\040away rw shared:1 - nfs4 host:/x rw\n"
        "a line of another kind\n"
    )
    assert filesystem_of(Path("/srv/far away/record"), mounts) == "nfs4"
    assert filesystem_of(Path("/srv/far"), mounts) == "xfs"
    assert filesystem_of(Path("/home"), mounts) == "ext4"
    assert filesystem_of(Path("/home"), "") == ""


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("3.40.1", False), ("3.44.5", False), ("3.44.6", True), ("3.45.0", False), ("3.50.6", False), ("3.50.7", True),
        ("3.51.2", False), ("3.51.3", True), ("3.52.0", False), ("3.53.0", True), ("4.0.0", True),
    ],
)  # fmt: skip
def test_an_engine_that_can_lose_pages_is_refused(version: str, good: bool) -> None:
    assert (engine_refusal(version) == "") is good


def test_an_old_engine_opens_no_record(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.store.close()
    monkeypatch.setattr(connection.sqlcipher3, "sqlite_version", "3.40.1")
    with pytest.raises(EngineTooOld, match="can lose recorded events; install the program again"):
        ward.open()


def test_the_engine_here_is_good() -> None:
    assert engine_refusal(sqlcipher3.sqlite_version) == ""


@pytest.mark.parametrize("broken_off", ["write_marker", "Mirror", "new_file"])
def test_a_founding_that_the_power_broke_off_can_be_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_off: str
) -> None:
    class PowerCut(BaseException):
        """Nothing more is done, not even tidying up."""

    def cut(*_arguments: object) -> None:
        raise PowerCut

    folder, keys = tmp_path / "record", FileKeys(tmp_path, "")
    monkeypatch.setattr(f"coordinator_app.store.founding.{broken_off}", cut)
    monkeypatch.setattr("coordinator_app.store.founding._clear", lambda *_: None)
    with pytest.raises(PowerCut):
        Store.create(folder, keys=keys, clock=ScriptedClock(BEGIN), workstation=WORKSTATION, site=SITE, program="0")
    monkeypatch.undo()
    left = {path.name for path in folder.iterdir()} - {"lock"}
    assert left, "something was left behind"
    Store.create(folder, keys=keys, clock=ScriptedClock(BEGIN), workstation=WORKSTATION, site=SITE, program="0").close()
    Store.open(folder, keys=keys, clock=ScriptedClock(BEGIN), program="0").close()
    assert {path.name for path in (folder / "unfinished-1").iterdir()} >= left - {"mirror.log"}, "nothing is deleted"


def test_a_record_without_its_marker_is_not_taken_for_an_unfinished_one(ward: Ward) -> None:
    ward.enrol()
    ward.store.close()
    (ward.folder / MARKER_FILE).unlink()
    before = _contents(ward.folder)
    with pytest.raises(StoreExists):
        Store.create(ward.folder, keys=ward.keys, clock=ward.clock, workstation=WORKSTATION, site=SITE, program="0")
    assert _contents(ward.folder) == before


def test_the_folder_of_a_new_record_is_durable_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("coordinator_app.store.ground.sync_folder", synced.append)
    ground.prepare_folder(tmp_path / "above" / "record")
    assert synced == [tmp_path / "above", tmp_path]
