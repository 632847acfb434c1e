"""A backup is made while the record is in use, tells of every change to it, and comes back into a new epoch."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from record_ward import CASE, KEY, NURSE, PATIENT, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.attachments import ATTACHMENT_FOLDER
from coordinator_app.store.backup import backups_in, drop_oldest, make_backup
from coordinator_app.store.backup_manifest import MANIFEST, SIGNATURE, read_manifest
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.drill import drill
from coordinator_app.store.faults import (
    BackupDamaged,
    BackupImpossible,
    BackupStopped,
    MissingKey,
    StoreExists,
    StoreFault,
)
from coordinator_app.store.keys import FileKeys, HeldKeys
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.restore import restore
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

VERSIONS = {"coordinator_app": "0.1.0"}


def _backup(ward: Ward, where: Path) -> Path:
    return make_backup(ward.store.backup_source(), where, made_at=ward.clock.moment().at, versions=VERSIONS)


def _secrets(ward: Ward) -> dict[str, bytes]:
    return ward.store.backup_source().keys.secrets()


@pytest.fixture
def busy(ward: Ward) -> Ward:
    ward.found_site()
    ward.enrol()
    ward.thaw()
    ward.store.attachments.keep(b"a photo of the wristband", KEY)
    return ward


@pytest.fixture
def backup(busy: Ward, tmp_path: Path) -> Path:
    return _backup(busy, tmp_path / "safe")


def test_a_backup_holds_every_event_and_says_which(busy: Ward, backup: Path) -> None:
    manifest = read_manifest(backup)
    assert manifest.events == busy.store.count()
    assert manifest.heads[busy.store.epoch].seq == manifest.events - 1
    assert manifest.versions == VERSIONS
    assert {STORE_FILE, PATIENT_KEY_FILE, "store.json"} <= set(manifest.files)
    assert sum(name.startswith(ATTACHMENT_FOLDER) for name in manifest.files) == 1
    assert [each.name for each in backup.parent.iterdir()] == [backup.name], "a draft was left behind"
    if os.name == "posix":
        assert all(path.stat().st_mode & 0o077 == 0 for path in backup.rglob("*"))


def test_no_key_that_opens_it_and_no_name_is_in_a_backup(busy: Ward, backup: Path) -> None:
    content = b"".join(path.read_bytes() for path in backup.rglob("*") if path.is_file())
    for secret in _secrets(busy).values():
        assert secret not in content
        assert secret.hex().encode() not in content
    assert "Żółkiewska".encode() not in content
    assert not (backup / "keys.json").exists(), "a key file without a passphrase would open the backup for anybody"


def test_a_key_file_with_a_passphrase_goes_into_the_backup(busy: Ward, tmp_path: Path) -> None:
    busy.keys.change_passphrase("correct horse")
    backup = _backup(busy, tmp_path / "safe")
    assert FileKeys(backup, "correct horse").get(f"{read_manifest(backup).store}.store") is not None


def test_recording_goes_on_while_a_backup_is_made(busy: Ward, tmp_path: Path) -> None:
    """What is recorded meanwhile is in the record, and the backup is the record as of one instant."""
    done: list[Path] = []
    source, at = busy.store.backup_source(), busy.clock.moment().at
    begun, go_on = threading.Event(), threading.Event()

    def stop() -> bool:
        begun.set()
        go_on.wait(10)
        return False

    for _ in range(400):
        busy.record(e.HoldPlaced(case=CASE, reason="x" * 200), key=KEY)
    before = busy.store.count()
    thread = threading.Thread(
        target=lambda: done.append(make_backup(source, tmp_path / "safe", made_at=at, versions=VERSIONS, stop=stop))
    )
    thread.start()
    assert begun.wait(10), "the copy never began"
    busy.record(e.HoldLifted(case=CASE, reason="recorded while the copy stood still"), key=KEY)
    assert busy.store.checkpoint() is False, "the copy holds its instant, so the log must wait"
    go_on.set()
    thread.join()
    assert busy.store.count() == before + 1
    assert read_manifest(done[0]).events == before
    assert drill(done[0], _secrets(busy), scratch=tmp_path).events == before
    assert busy.store.checkpoint() is True


def test_a_backup_that_is_given_up_leaves_nothing(busy: Ward, tmp_path: Path) -> None:
    for _ in range(400):
        busy.record(e.HoldPlaced(case=CASE, reason="x" * 200), key=KEY)
    where = tmp_path / "safe"
    with pytest.raises(BackupStopped):
        make_backup(
            busy.store.backup_source(), where, made_at=busy.clock.moment().at, versions=VERSIONS, stop=lambda: True
        )
    assert list(where.iterdir()) == []
    busy.record(e.HoldPlaced(case=CASE, reason="later"), key=KEY)


def test_a_backup_folder_that_cannot_be_written_is_one_sentence(busy: Ward, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BackupImpossible, match=r"connect its disk, free space"):
        _backup(busy, tmp_path / "file")


def test_no_room_is_told_before_anything_is_copied(busy: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _where: shutil._ntuple_diskusage(100, 90, 10))
    with pytest.raises(BackupImpossible, match=r"no room for a backup .* MiB are needed"):
        _backup(busy, tmp_path / "safe")
    assert list((tmp_path / "safe").iterdir()) == []


def test_the_drill_finds_a_sound_backup_sound_and_cleans_up(busy: Ward, backup: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = drill(backup, _secrets(busy), scratch=scratch)
    assert (found.events, found.epochs, found.attachments) == (busy.store.count(), 1, 1)
    assert list(scratch.iterdir()) == []


def _flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "a bit of the file": lambda folder: _flip(folder / STORE_FILE, 5000),
    "a bit of the key file": lambda folder: _flip(folder / PATIENT_KEY_FILE, 100),
    "a bit of an attachment": lambda folder: _flip(next((folder / ATTACHMENT_FOLDER).iterdir()), 3),
    "a bit of the list": lambda folder: _flip(folder / MANIFEST, 30),
    "a bit of its signature": lambda folder: _flip(folder / SIGNATURE, 0),
    "a file that is missing": lambda folder: (folder / STORE_FILE).unlink(),
    "a list that is missing": lambda folder: (folder / MANIFEST).unlink(),
    "a signature that is missing": lambda folder: (folder / SIGNATURE).unlink(),
    "a file cut short": lambda folder: os.truncate(folder / STORE_FILE, 4096),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_to_a_backup_is_found_and_nothing_is_restored(
    busy: Ward, backup: Path, tmp_path: Path, damage: str
) -> None:
    DAMAGES[damage](backup)
    with pytest.raises(BackupDamaged, match=r"; (use another backup|name the folder)"):
        drill(backup, _secrets(busy), scratch=tmp_path)
    with pytest.raises(BackupDamaged):
        restore(backup, tmp_path / "elsewhere", keys=HeldKeys(_secrets(busy)))
    assert not (tmp_path / "elsewhere").exists()


def test_a_list_that_names_a_file_outside_is_refused(busy: Ward, backup: Path, tmp_path: Path) -> None:
    """A backup with such a list was never made by us; the signature alone must not be what saves the disk."""
    from msgspec.structs import replace

    from coordinator_app.store.backup_manifest import check_files

    manifest = read_manifest(backup)
    evil = replace(manifest, files={**manifest.files, "../../outside": manifest.files[STORE_FILE]})
    with pytest.raises(BackupDamaged, match="outside itself"):
        check_files(backup, evil)


def test_a_backup_whose_journal_was_changed_and_signed_anew_is_found_by_the_drill(busy: Ward, tmp_path: Path) -> None:
    """The workstation's own key does not help whoever changes an event before the backup is made."""
    busy.store.close()
    with busy.behind_our_back() as connection:
        n, written = connection.execute("SELECT n, bytes FROM journal ORDER BY n DESC LIMIT 1").fetchone()
        connection.execute("UPDATE journal SET bytes = ? WHERE n = ?", (written.replace(b"thaw", b"moved"), n))
    with Store.open_for_reading(busy.folder, keys=FileKeys(busy.folder)) as store:
        backup = make_backup(
            store.backup_source(), tmp_path / "safe", made_at=busy.clock.moment().at, versions=VERSIONS
        )
        secrets = store.backup_source().keys.secrets()
    with pytest.raises(BackupDamaged, match="not as it was written"):
        drill(backup, secrets, scratch=tmp_path)


def test_a_restored_record_goes_on_in_a_new_epoch_and_uses_no_number_twice(
    busy: Ward, backup: Path, tmp_path: Path
) -> None:
    old = busy.store.epoch
    keys = HeldKeys(_secrets(busy))
    there = tmp_path / "new computer" / "record"
    restored = restore(backup, there, keys=keys)
    assert restored.events == read_manifest(backup).events
    with Store.open(there, keys=keys, clock=busy.clock, program="0.1.0") as store:
        assert store.epoch != old
        assert [each.type for each in store.log(4)] == [
            "RollbackFound", "RecordRepaired", "RecordRestored", "EpochOpened",
        ]  # fmt: skip
        opened = store.log(4)[3].body
        assert isinstance(opened, e.EpochOpened)
        assert opened.parent["epoch"] == old
        assert "put back from the backup of 02-Mar-2026" in store.rollback
        assert store.search("zolkiewska")
        assert store.attachments.read(store.attachments.names()[0], KEY) == b"a photo of the wristband"
        assert verify(store, all_signatures=True).first_bad is None
        assert rebuild(store, check=True) == ()
    # The finding is recorded once, and stands until a person settles it.
    with Store.open(there, keys=keys, clock=busy.clock, program="0.1.0") as store:
        assert store.rollback
        assert [each.type for each in store.log(2)] == ["EpochOpened", "RollbackFound"]


def test_events_after_the_backup_come_back_from_the_mirror_beside_it(busy: Ward, backup: Path) -> None:
    with busy.store.writing() as writing:
        writing.new_key("key:" + "9" * 32)
    late = busy.record(e.HoldPlaced(case=CASE, reason="after the backup"), key="key:" + "9" * 32)
    count = busy.store.count()
    busy.store.close()
    (busy.folder / STORE_FILE).write_bytes(b"destroyed")
    keys = FileKeys(busy.folder)
    with pytest.raises(StoreExists, match="--replace"):
        restore(backup, busy.folder, keys=keys)
    restored = restore(backup, busy.folder, keys=keys, replace=True)
    assert restored.missing == count - restored.events
    assert (busy.folder / f"{STORE_FILE}.before-restore-1").read_bytes() == b"destroyed"
    busy.store = busy.open()
    found = busy.store.event(late.id)
    assert found is not None
    assert found.opened, "the key minted after the backup was lost"
    assert busy.store.rollback == "", "nothing is missing, so nobody must be alarmed"
    assert busy.store.repairs
    assert [each.type for each in busy.store.log(3)] == ["RecordRepaired", "RecordRestored", "EpochOpened"]


def test_without_the_mirror_the_anchor_tells_how_much_is_missing(busy: Ward, backup: Path) -> None:
    busy.record(e.HoldPlaced(case=CASE, reason="after the backup"), key=KEY)
    busy.store.close()
    (busy.folder / MIRROR_FILE).unlink()
    assert restore(backup, busy.folder, keys=FileKeys(busy.folder), replace=True).missing == 1
    busy.store = busy.open()
    assert "events had been recorded here" in busy.store.rollback


def test_a_restore_without_the_keys_says_to_use_the_recovery_key(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingKey, match="use the recovery key"):
        restore(backup, tmp_path / "elsewhere", keys=HeldKeys({}))
    assert not (tmp_path / "elsewhere").exists()


def test_a_backup_of_another_workstation_with_the_same_name_is_refused(
    busy: Ward, backup: Path, tmp_path: Path
) -> None:
    other = Ward(tmp_path / "other")
    secrets = _secrets(busy)
    theirs = other.store.backup_source().keys
    name = read_manifest(backup).store
    other.store.close()
    secrets[f"{name}.workstation"] = theirs.secrets()[f"{theirs.store_id}.workstation"]
    with pytest.raises(BackupDamaged, match="not signed by this workstation"):
        restore(backup, tmp_path / "elsewhere", keys=HeldKeys(secrets))


def test_another_record_is_never_replaced(busy: Ward, backup: Path, tmp_path: Path) -> None:
    other = Ward(tmp_path / "other")
    other.store.close()
    before = (other.folder / STORE_FILE).read_bytes()
    with pytest.raises(StoreExists, match="another one than the backup's"):
        restore(backup, other.folder, keys=HeldKeys(_secrets(busy)), replace=True)
    assert (other.folder / STORE_FILE).read_bytes() == before


def test_the_oldest_backups_go_and_the_newest_always_stays(busy: Ward, tmp_path: Path) -> None:
    where = tmp_path / "safe"
    made = []
    for _ in range(3):
        busy.record(e.TrainingRecorded(person=NURSE, training="x", until=busy.clock.moment().at), NURSE)
        made.append(_backup(busy, where))
    (where / "record-of-somebody-else").mkdir()
    store_id = read_manifest(made[0]).store
    assert backups_in(where, store_id) == tuple(made)
    assert drop_oldest(where, store_id, 2) == (made[0].name,)
    assert drop_oldest(where, store_id, 0) == (made[1].name,)
    assert backups_in(where, store_id) == (made[2],)
    assert (where / "record-of-somebody-else").exists()


def test_two_backups_in_one_second_are_two(busy: Ward, tmp_path: Path) -> None:
    assert _backup(busy, tmp_path) != _backup(busy, tmp_path)


def test_an_older_backup_does_not_bring_back_who_was_erased_since(busy: Ward, backup: Path) -> None:
    busy.store.patient_keys.forget(KEY)
    busy.store.close()
    restore(backup, busy.folder, keys=FileKeys(busy.folder), replace=True)
    busy.store = busy.open()
    assert busy.store.search("zolkiewska") == ()
    enrolled = next(each for each in busy.store.events_of_case(CASE) if each.type == "PatientEnrolled")
    assert not enrolled.opened
    assert isinstance(enrolled.body, e.PatientEnrolled)
    assert enrolled.body.patient == PATIENT
    assert rebuild(busy.store, check=True) == ()


def test_a_backup_sealed_with_a_retired_key_says_so(busy: Ward, backup: Path, tmp_path: Path) -> None:
    secrets = _secrets(busy)
    site = next(name for name in secrets if name.endswith(".site"))
    secrets[site] = bytes(32)
    with pytest.raises(StoreFault, match="retired since, because a patient was erased"):
        restore(backup, tmp_path / "elsewhere", keys=HeldKeys(secrets))


def test_the_list_is_canonical_json_that_anybody_can_check(backup: Path) -> None:
    written = (backup / MANIFEST).read_bytes()
    plain = json.loads(written)
    assert json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == written
    assert plain["format"] == "coordinator-backup"
