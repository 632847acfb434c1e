"""Yesterday's file put back is noticed, and stays noticed until a person settles it; heartbeats overwrite a ring."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from record_ward import CASE, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.anchor import read_anchor
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.files import write_whole
from coordinator_app.store.keys import KEY_FILE
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.store_keys import read_marker


def _put_yesterday_back(ward: Ward) -> None:
    """Record something after a copy of the record and its mirror was made, and put the copy in their place."""
    ward.enrol()
    ward.store.close()
    copy = ward.folder.parent / "yesterday"
    shutil.copytree(ward.folder, copy)
    ward.store = ward.open()
    ward.record(e.ConditioningStarted(case=CASE))
    ward.store.close()
    for name in (STORE_FILE, MIRROR_FILE):
        shutil.copy(copy / name, ward.folder / name)


def test_an_honest_restart_raises_no_alarm(ward: Ward) -> None:
    ward.enrol()
    for _ in range(3):
        ward.restart()
        assert ward.store.rollback == ""


def test_yesterdays_record_with_yesterdays_mirror_is_noticed_until_it_is_settled(ward: Ward) -> None:
    _put_yesterday_back(ward)
    ward.store = ward.open()
    assert "6 events had been recorded here and it holds 4" in ward.store.rollback
    assert "paper sheets" in ward.store.rollback
    ward.record(e.ConditioningStarted(case=CASE))
    ward.restart()
    assert "older than it was" in ward.store.rollback
    ward.store.settle_rollback()
    assert ward.store.rollback == ""
    ward.restart()
    assert ward.store.rollback == ""


def test_yesterdays_record_alone_is_healed_by_its_mirror_and_raises_no_alarm(ward: Ward) -> None:
    _put_yesterday_back(ward)
    ward.store = ward.open()
    ward.record(e.ConditioningStarted(case=CASE))
    yesterday = ward.folder.parent / "yesterday" / STORE_FILE
    ward.store.settle_rollback()
    ward.store.close()
    shutil.copy(yesterday, ward.folder / STORE_FILE)
    ward.store = ward.open()
    assert "taken over from its second copy" in ward.store.repairs[0]
    assert ward.store.rollback == ""


def test_as_many_events_of_another_history_are_noticed_too(ward: Ward) -> None:
    _put_yesterday_back(ward)
    after = (ward.folder / KEY_FILE).read_bytes()
    ward.store = ward.open()
    ward.store.settle_rollback()
    for _ in range(5):
        ward.record(e.ConditioningStarted(case=CASE))
    ward.store.close()
    write_whole(ward.folder / KEY_FILE, after)
    ward.store = ward.open()
    assert "older than it was" in ward.store.rollback


def test_the_anchor_is_renewed_while_the_program_runs(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.enrol()
    store_id = read_marker(ward.folder)
    first = read_anchor(ward.keys, store_id)
    assert first is not None
    assert (first.count, first.epoch, first.workstation) == (1, ward.store.epoch, ward.store.workstation)
    monkeypatch.setattr("coordinator_app.store.store.ANCHOR_AFTER", 0.0)
    held = ward.record(e.ConditioningStarted(case=CASE))
    anchor = read_anchor(ward.keys, store_id)
    assert anchor is not None
    assert (anchor.count, anchor.head) == (5, held.id)


def test_an_anchor_that_cannot_be_written_is_told_and_loses_no_event(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coordinator_app.store.store.ANCHOR_AFTER", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr("coordinator_app.store.keys.write_whole", full)
        held = ward.record(e.ConditioningStarted(case=CASE))
        assert "No space left" in ward.store.anchor_fault
    assert ward.store.event(held.id) == held
    ward.record(e.ProcedureParked(case=CASE, step="thaw"))
    assert ward.store.anchor_fault == ""


def test_an_anchor_that_cannot_be_read_is_no_anchor(ward: Ward) -> None:
    ward.store.close()
    ward.keys.put(f"{read_marker(ward.folder)}.anchor", b"no")
    ward.store = ward.open()
    assert ward.store.rollback == ""


def test_heartbeats_overwrite_a_ring_of_a_hundred_outside_the_journal(ward: Ward) -> None:
    count = ward.store.count()
    for _ in range(130):
        ward.clock.advance(timedelta(seconds=30))
        ward.store.beat(ward.clock.moment())
    beats = ward.store.heartbeats()
    assert len(beats) == 100
    assert beats[-1] == ward.clock.moment()
    assert [each.boot_ns for each in beats] == sorted(each.boot_ns for each in beats)
    assert ward.store.count() == count
    ward.restart()
    ward.clock.advance(timedelta(seconds=30))
    ward.store.beat(ward.clock.moment())
    assert (len(ward.store.heartbeats()), ward.store.heartbeats()[-1]) == (100, ward.clock.moment())
    assert ward.store.heartbeats()[0] == beats[1]
