"""One event is copied beside its commit, everything else behind it; what was not committed stays in neither."""

from __future__ import annotations

import gc
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3
from record_ward import CASE, KEY, NURSE, PATIENT, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.faults import StorePoisoned
from coordinator_app.store.journal import Sealed
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE, Mirror
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

BUSY, FULL = 5, 13


class Watched:
    """The connection of a record, with something done in the place of each commit."""

    def __init__(self, connection: sqlcipher3.Connection, commits: Callable[[Callable[[], object]], None]) -> None:
        self._connection = connection
        self._commits = commits

    def execute(self, statement: str, *values: object) -> object:
        if statement == "COMMIT":
            return self._commits(lambda: self._connection.execute(statement))
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


def _watch(ward: Ward, commits: Callable[[Callable[[], object]], None]) -> None:
    store: Any = ward.store
    store._connection = Watched(store._connection, commits)


def _size(ward: Ward) -> int:
    return (ward.folder / MIRROR_FILE).stat().st_size


def _wait_for_the_copy(ward: Ward, size: int) -> None:
    deadline = time.monotonic() + 10
    while _size(ward) == size:
        assert time.monotonic() < deadline, "nothing was copied before the commit"
        time.sleep(0.001)


def _fails(ward: Ward, code: int, size: int) -> Callable[[Callable[[], object]], None]:
    """Return a commit that fails once the copy is written."""

    def commit(_commit: Callable[[], object]) -> None:
        _wait_for_the_copy(ward, size)
        fault: Any = sqlcipher3.OperationalError("the commit failed")
        fault.sqlite_errorcode = code
        raise fault

    return commit


def _holds_the_same(ward: Ward) -> None:
    """Open the record again: neither lacks anything, and it verifies."""
    ward.restart()
    assert ward.store.repairs == ()
    assert verify(ward.store, all_signatures=True).first_bad is None


def test_one_event_is_copied_beside_its_commit(ward: Ward) -> None:
    size, beside = _size(ward), []

    def commit(real: Callable[[], object]) -> None:
        _wait_for_the_copy(ward, size)
        beside.append(_size(ward))
        real()

    _watch(ward, commit)
    ward.record(e.ConditioningStarted(case=CASE))
    assert beside == [_size(ward)]
    _holds_the_same(ward)


def _two_events(ward: Ward) -> None:
    with ward.store.writing() as writing:
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)


def _with_a_note(ward: Ward) -> None:
    with ward.store.writing() as writing:
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
        ward.store.set_note("draft", "something")


def _of_another_run(ward: Ward) -> None:
    other = Ward(ward.folder.parent / "other")
    other.record(e.ConditioningStarted(case=CASE))
    row = other.store.connection.execute("SELECT bytes, sig FROM journal ORDER BY n DESC LIMIT 1").fetchone()
    event = other.store.log(1)[0]
    other.store.close()
    with ward.store.writing() as writing:
        writing.take_in(Sealed(event.id, read_event(row[0]), row[0], row[1], None))


def _erasing(ward: Ward) -> None:
    body = e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="retention_over", people=(NURSE, "person:2"))
    with ward.store.writing() as writing:
        writing.new_key(KEY)
    ward.record(body)


@pytest.mark.parametrize("does", [_two_events, _with_a_note, _of_another_run, _erasing])
def test_what_could_come_apart_is_copied_behind_its_commit(ward: Ward, does: Callable[[Ward], None]) -> None:
    """The copy holds events only: beside a commit that a power cut takes, it would bring a part of it back."""
    size, seen = _size(ward), []

    def commit(real: Callable[[], object]) -> None:
        time.sleep(0.05)  # enough for a copy that is under way: it takes a fraction of a millisecond
        seen.append(_size(ward) == size)
        real()

    _watch(ward, commit)
    does(ward)
    assert seen
    assert all(seen)
    assert _size(ward) > size


@pytest.mark.parametrize("code", [BUSY, FULL])
def test_a_commit_that_fails_leaves_nothing_in_the_copy(ward: Ward, code: int) -> None:
    connection, size = ward.store.connection, _size(ward)
    _watch(ward, _fails(ward, code, size))
    with pytest.raises(StorePoisoned if code == FULL else sqlcipher3.OperationalError):
        ward.record(e.ConditioningStarted(case=CASE))
    assert _size(ward) == size
    if code == BUSY:
        ward.store._connection = connection
        ward.record(e.ConditioningStarted(case=CASE))
        assert _size(ward) > size
    ward.store._connection = connection
    _holds_the_same(ward)
    assert sum(each.type == "ConditioningStarted" for each in ward.store.log(100)) == (code == BUSY)


def test_a_copy_that_cannot_be_taken_back_poisons_the_record(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = ward.store.connection

    def fails(self: Mirror, end: int) -> None:
        raise OSError(5, "Input/output error")

    _watch(ward, _fails(ward, BUSY, _size(ward)))
    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "cut_back", fails)
        with pytest.raises(StorePoisoned):
            ward.record(e.ConditioningStarted(case=CASE))
    with pytest.raises(StorePoisoned):
        ward.store.count()
    ward.store._connection = connection
    ward.restart()
    # Nobody could say any more whether it was recorded; the opening says what it found.
    assert ward.store.repairs == ("1 event that was missing in the record was taken over from its second copy.",)
    assert verify(ward.store, all_signatures=True).first_bad is None


def test_nobody_is_told_before_the_copy_is_durable(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    real, size = Mirror.append, _size(ward)

    def slowly(self: Mirror, events: Any) -> None:
        time.sleep(0.2)
        real(self, events)

    monkeypatch.setattr(Mirror, "append", slowly)
    ward.record(e.ConditioningStarted(case=CASE))
    assert _size(ward) > size
    monkeypatch.undo()
    _holds_the_same(ward)


def test_a_power_cut_that_leaves_an_event_in_the_copy_alone_loses_nothing(ward: Ward, tmp_path: Path) -> None:
    size, after = _size(ward), tmp_path / "after the cut"

    def commit(real: Callable[[], object]) -> None:
        _wait_for_the_copy(ward, size)
        shutil.copytree(ward.folder, after)
        real()

    _watch(ward, commit)
    recorded = ward.record(e.ConditioningStarted(case=CASE))
    with Store.open(after, keys=FileKeys(after), clock=ward.clock, program="0.1.0") as opened:
        assert opened.repairs == ("1 event that was missing in the record was taken over from its second copy.",)
        assert recorded.id in {each.id for each in opened.log(100)}
        assert verify(opened, all_signatures=True).first_bad is None


def test_a_machine_without_another_thread_copies_behind_the_commit(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.restart()

    def none_left(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    size = _size(ward)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", none_left)
        ward.record(e.ConditioningStarted(case=CASE))
    assert _size(ward) > size
    _holds_the_same(ward)


def test_the_thread_ends_with_the_record(ward: Ward) -> None:
    ward.record(e.ConditioningStarted(case=CASE))
    at_work = threading.active_count()
    ward.store.close()
    assert threading.active_count() == at_work - 1
    ward.store.close()


def test_a_record_that_nobody_closed_leaves_no_thread_behind(ward: Ward) -> None:
    ward.record(e.ConditioningStarted(case=CASE))
    at_work = threading.active_count()
    ward.store._grounds.close()
    del ward.store
    gc.collect()
    deadline = time.monotonic() + 10
    while threading.active_count() == at_work:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    ward.store = ward.open()
