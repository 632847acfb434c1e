"""The whole record is verified behind the work; what is bad is named, and nothing that was not reached counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from record_ward import CASE, OTHER_CASE, Ward

from coordinator_app.domain import events as e
from coordinator_app.store import history_check
from coordinator_app.store.history_check import HistoryCheck
from coordinator_app.store.journal_check import TAIL


def _history(ward: Ward) -> HistoryCheck:
    return HistoryCheck(ward.store.connection, ward.store.workstation, ward.store.public_key)


def _long(ward: Ward, events: int = TAIL + 60) -> None:
    """Record a case, then so much about another that the first is behind the newest events."""
    ward.found_site()
    ward.enrol()
    ward.thaw()
    with ward.store.writing() as writing:
        for _ in range(events):
            ward.clock.advance(timedelta(seconds=1))
            writing.append(e.ConditioningStarted(case=OTHER_CASE), subject=OTHER_CASE)
    ward.restart()


def test_a_case_behind_the_newest_events_is_not_verified_until_the_check_has_reached_it(ward: Ward) -> None:
    _long(ward)
    history = _history(ward)
    assert not history.verifies(CASE)
    assert history.verifies("case:" + "0" * 32)
    while not history.over:
        assert not history.verifies(CASE) or history.verified >= 12
        history.go_on(0.001)
    assert history.verifies(CASE)
    assert history.verifies(OTHER_CASE)
    assert (history.verified, history.first_bad) == (history.total, None)


def test_what_is_recorded_meanwhile_needs_no_check_and_does_not_hold_it_up(ward: Ward) -> None:
    ward.enrol()
    history = _history(ward)
    ward.record(e.ConditioningStarted(case=CASE))
    assert history.verifies(CASE)
    history.go_on(10)
    assert (history.over, history.verified, history.first_bad) == (True, history.total, None)
    assert history.total == ward.store.count() - 1


@pytest.mark.parametrize("row", [4, 9, 40])
def test_an_event_changed_behind_our_back_is_named_and_nothing_after_it_counts(ward: Ward, row: int) -> None:
    _long(ward)
    id, written = ward.store.connection.execute("SELECT id, bytes FROM journal WHERE n = ?", (row,)).fetchone()
    ward.store.close()
    with ward.behind_our_back() as connection:
        connection.execute("UPDATE journal SET bytes = ? WHERE n = ?", (written.replace(b"Z", b"Y", 1), row))
    ward.store = ward.open()
    history = _history(ward)
    history.go_on(10)
    assert history.over
    assert history.first_bad is not None
    assert history.first_bad.id == id.hex()
    assert not history.verifies(OTHER_CASE)


def test_a_row_that_is_gone_is_noticed(ward: Ward) -> None:
    _long(ward)
    ward.store.close()
    with ward.behind_our_back() as connection:
        connection.execute("DELETE FROM journal WHERE n = 7")
    ward.store = ward.open()
    history = _history(ward)
    history.go_on(10)
    assert history.first_bad is not None
    assert "row 7" in history.first_bad.why
    assert not history.verifies(CASE)


def test_a_chain_made_anew_with_another_key_is_noticed_where_its_signature_is_read(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_check, "_AT_ONCE", 1)
    _long(ward)
    id = ward.store.connection.execute("SELECT id FROM journal WHERE n = 9").fetchone()[0]
    ward.store.close()
    with ward.behind_our_back() as connection:
        connection.execute("UPDATE journal SET sig = zeroblob(64) WHERE n = 9")
    ward.store = ward.open()
    history = _history(ward)
    while not history.over:
        history.go_on(0)  # one event to a slice: each slice ends with a signature
    assert history.first_bad is not None
    assert (history.first_bad.id, history.first_bad.why) == (id.hex(), "the signature of its workstation is wrong")
    assert history.verified == 8
