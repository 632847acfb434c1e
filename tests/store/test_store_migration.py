"""An older file is copied and brought up to date; a newer one is left alone; every release's own file still opens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlcipher3
from record_ward import OTHER_CASE, Ward

from coordinator_app import __version__
from coordinator_app.store import connection as connections
from coordinator_app.store import migrations
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import FolderUnusable, StoreNewer
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.migrations import STEPS, bring_up_to_date, copy_path
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.schema import FILE_VERSION
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import read_marker
from coordinator_app.store.verify import check_pages, verify

OLD_FILES = Path(__file__).parents[1] / "old_files"
RELEASES = sorted(each.name for each in OLD_FILES.iterdir() if each.is_dir() and each.name[0].isdigit())
NEXT = FILE_VERSION + 1


@pytest.fixture
def newer_program(monkeypatch: pytest.MonkeyPatch) -> dict[int, migrations.Step]:
    """This program as its next version will be, with one step more."""
    steps = {FILE_VERSION: lambda connection: connection.execute("CREATE TABLE came_later (x TEXT) STRICT") and None}
    monkeypatch.setattr(migrations, "FILE_VERSION", NEXT)
    monkeypatch.setattr(connections, "FILE_VERSION", NEXT)
    monkeypatch.setattr(migrations, "STEPS", steps)
    return steps


def _raw(ward: Ward, path: Path) -> sqlcipher3.Connection:
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    secret = FileKeys(ward.folder).get(f"{read_marker(ward.folder)}.store")
    assert secret is not None
    connection.execute(f"PRAGMA key = \"x'{secret.hex()}'\"")
    return connection


def test_every_version_before_this_one_has_a_step() -> None:
    assert sorted(STEPS) == list(range(1, FILE_VERSION))


def test_an_older_file_is_copied_whole_before_it_is_brought_up_to_date(
    ward: Ward, newer_program: dict[int, migrations.Step]
) -> None:
    ward.enrol()
    count = ward.store.count()
    ward.restart()
    copied = _raw(ward, copy_path(ward.folder / STORE_FILE, FILE_VERSION))
    assert copied.execute("SELECT count(*) FROM journal").fetchone()[0] == count
    assert copied.execute("PRAGMA user_version").fetchone()[0] == FILE_VERSION
    assert copied.execute("PRAGMA cipher_integrity_check").fetchall() == []
    copied.close()
    connection = ward.store.connection
    assert connection.execute("PRAGMA user_version").fetchone()[0] == NEXT
    assert connection.execute("SELECT count(*) FROM came_later").fetchone()[0] == 0
    assert verify(ward.store, all_signatures=True).first_bad is None


def test_a_step_that_fails_leaves_the_file_as_it_was(ward: Ward, newer_program: dict[int, migrations.Step]) -> None:
    def breaks(connection: sqlcipher3.Connection) -> None:
        connection.execute("CREATE TABLE half_done (x TEXT) STRICT")
        raise KeyError("a mistake in the step")

    newer_program[FILE_VERSION] = breaks
    ward.store.close()
    with pytest.raises(KeyError):
        ward.open()
    connection = _raw(ward, ward.folder / STORE_FILE)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == FILE_VERSION
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half_done'").fetchone()[0] == 0
    connection.close()
    newer_program[FILE_VERSION] = lambda connection: None
    ward.store = ward.open()


def test_without_room_for_the_copy_nothing_is_changed(
    ward: Ward, newer_program: dict[int, migrations.Step], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    ward.store.close()
    with monkeypatch.context() as patch:
        patch.setattr("coordinator_app.store.migrations.os.fsync", no_room)
        with pytest.raises(FolderUnusable, match="free space on its disk and start again, nothing was changed"):
            ward.open()
    assert not copy_path(ward.folder / STORE_FILE, FILE_VERSION).exists()
    connection = _raw(ward, ward.folder / STORE_FILE)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == FILE_VERSION
    connection.close()
    ward.store = ward.open()


def test_reading_changes_no_older_file(ward: Ward, newer_program: dict[int, migrations.Step]) -> None:
    ward.store.close()
    with Store.open_for_reading(ward.folder, keys=FileKeys(ward.folder)) as store:
        assert store.count()
    assert not copy_path(ward.folder / STORE_FILE, FILE_VERSION).exists()
    ward.store = ward.open()


def test_a_newer_file_is_refused_and_left_as_it_is(ward: Ward) -> None:
    ward.store.close()
    connection = _raw(ward, ward.folder / STORE_FILE)
    connection.execute(f"PRAGMA user_version = {NEXT}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = (ward.folder / STORE_FILE).read_bytes()
    with pytest.raises(StoreNewer, match="install the newer version, nothing was changed"):
        ward.open()
    assert (ward.folder / STORE_FILE).read_bytes() == before
    connection = _raw(ward, ward.folder / STORE_FILE)
    assert bring_up_to_date(connection, ward.folder / STORE_FILE) == NEXT
    connection.execute(f"PRAGMA user_version = {FILE_VERSION}")
    connection.close()
    ward.store = ward.open()


# The files of the releases ------------------------------------------------------------------------------------------


def test_this_release_keeps_a_file() -> None:
    assert __version__ in RELEASES, "run python tests/old_files/make.py for this release"


@pytest.mark.parametrize("release", RELEASES)
def test_the_file_of_every_release_opens_verifies_and_reads_as_it_did(release: str, tmp_path: Path) -> None:
    folder = tmp_path / "record"
    shutil.copytree(OLD_FILES / release, folder)
    (folder / "keys.json").chmod(0o600)
    from datetime import UTC, datetime

    clock = ScriptedClock(datetime(2027, 1, 1, tzinfo=UTC))
    with Store.open_for_reading(folder, keys=FileKeys(folder)) as store:
        assert verify(store, all_signatures=True).first_bad is None
        check_pages(store)
        count = store.count()
    with Store.open(folder, keys=FileKeys(folder), clock=clock, program="later") as store:
        assert store.repairs == ()
        assert store.rollback == ""
        assert store.count() == count + 1
        assert rebuild(store, check=True) == (), "what screens read is not what the journal of that release says"
        assert [each.case for each in store.search("oberhuber")] == [OTHER_CASE]
        assert store.search("zolkiewska") == (), "the erased patient came back"
        assert store.attachments.read(store.attachments.names()[0], "site") == b"a photo"
        assert verify(store, all_signatures=True).first_bad is None
