"""The settings and triggers that keep an acknowledged event: whoever weakens one makes a test red."""

from __future__ import annotations

import os
import stat

import pytest
import sqlcipher3
from record_ward import Ward

from coordinator_app.store import connection
from coordinator_app.store.faults import StoreDamaged, StoreFault, StorePoisoned

# Frozen here a second time on purpose: changing connection.SETTINGS alone makes this red.
WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "wal_autocheckpoint": 0,
    "secure_delete": 1,
    "cell_size_check": 1,
    "trusted_schema": 0,
    "temp_store": 2,
    "mmap_size": 0,
    "fullfsync": 1,
    "checkpoint_fullfsync": 1,
}


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_opening_sets_what_keeps_an_acknowledged_event(ward: Ward, name: str) -> None:
    for _ in range(2):
        row = ward.store.connection.execute(f"PRAGMA {name}").fetchone()
        assert (row[0] if row else 0) == WANTED[name]
        ward.restart()


@pytest.mark.parametrize("name", ["synchronous", "recursive_triggers", "wal_autocheckpoint", "journal_mode"])
def test_a_setting_that_does_not_hold_is_refused(ward: Ward, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.store.close()
    weaker = {
        "synchronous": "NORMAL",
        "recursive_triggers": "OFF",
        "wal_autocheckpoint": "1000",
        "journal_mode": "DELETE",
    }
    expected = connection.SETTINGS[name][1]
    monkeypatch.setitem(connection.SETTINGS, name, (weaker[name], expected))
    with pytest.raises(StoreFault, match=f"keeps {name} at"):
        ward.open()


def test_the_journal_cannot_be_changed_or_shortened(ward: Ward) -> None:
    ward.enrol()
    database = ward.store.connection
    before = database.execute("SELECT * FROM journal").fetchall()
    for statement in (
        "UPDATE journal SET bytes = x'00' WHERE n = 2",
        "DELETE FROM journal WHERE n = 4",
        "DELETE FROM journal",
        "REPLACE INTO journal SELECT n, id, epoch, seq, x'00', sig, psig FROM journal WHERE n = 2",
        "INSERT OR REPLACE INTO journal SELECT 99, id, epoch, seq, x'00', sig, psig FROM journal WHERE n = 2",
        "UPDATE OR REPLACE journal SET n = 2 WHERE n = 3",
    ):
        with pytest.raises(sqlcipher3.IntegrityError, match="append-only"):
            database.execute(statement)
    assert database.execute("SELECT * FROM journal").fetchall() == before


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER journal_no_update",
        "DROP TRIGGER journal_no_delete",
        "CREATE TRIGGER rewrite AFTER INSERT ON journal BEGIN SELECT 1; END",
        "CREATE INDEX extra ON journal (sig)",
    ],
)
def test_a_record_whose_protection_was_changed_is_not_opened(ward: Ward, statement: str) -> None:
    ward.store.connection.execute(statement)
    ward.store.close()
    with pytest.raises(StoreDamaged, match="protection of the journal was changed"):
        ward.open()


def test_a_trigger_that_only_looks_the_same_is_noticed(ward: Ward) -> None:
    database = ward.store.connection
    database.execute("DROP TRIGGER journal_no_delete")
    database.execute("CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT 1; END")
    ward.store.close()
    with pytest.raises(StoreDamaged, match="journal_no_delete"):
        ward.open()


def test_closing_copies_the_log_into_the_file(ward: Ward) -> None:
    ward.enrol()
    log = ward.folder / "journal.db-wal"
    assert log.stat().st_size > 0
    ward.store.checkpoint()
    assert log.stat().st_size == 0


def test_the_log_does_not_grow_for_ever(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coordinator_app.store.store.CHECKPOINT_AFTER", 3)
    sizes = []
    for number in range(8):
        ward.store.set_note("draft", str(number))
        sizes.append((ward.folder / "journal.db-wal").stat().st_size)
    assert sizes.count(0) >= 2


def test_a_checkpoint_waits_for_somebody_who_is_reading(ward: Ward) -> None:
    ward.enrol()
    reader = ward.store.connection.cursor()
    reader.execute("SELECT n FROM journal")
    reader.fetchone()
    assert ward.store.checkpoint() is False
    reader.close()
    assert ward.store.checkpoint() is True


def test_a_checkpoint_that_copied_only_a_part_stops_recording(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    class Partly:
        """Answers as the engine does when it copied 3 of 5 pages."""

        in_transaction = False

        def execute(self, statement: str, values: object = ()) -> Partly:
            return self

        def fetchone(self) -> tuple[int, int, int]:
            return (0, 5, 3)

    real = ward.store.connection
    monkeypatch.setattr(ward.store, "_connection", Partly())
    with pytest.raises(StorePoisoned, match="paper sheet"):
        ward.store.checkpoint()
    monkeypatch.setattr(ward.store, "_connection", real)
    with pytest.raises(StorePoisoned):
        ward.enrol()


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX systems")
def test_only_this_account_can_read_the_files_of_the_record(ward: Ward) -> None:
    ward.enrol()
    assert stat.S_IMODE(ward.folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in ward.folder.iterdir()}
    assert "journal.db-wal" in modes
    assert set(modes.values()) == {0o600}
