"""The earlier record is verified behind the work: what is bad is an alarm that is recorded, and a banner that stays."""

from __future__ import annotations

import itertools

import pytest
from demonstration_by_hand import Demonstration

from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.screens import ListPage, RowShown, Say, Tone
from coordinator_app.procedures import look_back
from coordinator_app.store.history_check import HistoryCheck
from coordinator_app.store.pace import Pace


def _row(site: Demonstration, part: str) -> RowShown:
    """Return the row of the page about the record that is about this."""
    page = site.does(Ticked()).page
    assert isinstance(page, ListPage)
    return next(row for row in page.rows if isinstance(row.cells[0], Say) and row.cells[0].code == part)


def _said(row: RowShown) -> Say:
    assert isinstance(row.cells[1], Say)
    return row.cells[1]


def test_a_sound_record_is_verified_to_its_end_and_nobody_is_told(site: Demonstration) -> None:
    while site.bench.look_back():
        pass
    history = site.bench.work.history
    assert history.verified == history.total > 400
    assert site.bench.work.history_verified(site.id("c1"))
    answer = site.does(Ticked())
    assert not [each for each in answer.frame.notices if each.code == "notice.record_changed"]


def test_a_record_signed_by_another_key_raises_an_alarm_once_and_keeps_a_banner(site: Demonstration) -> None:
    store = site.bench.work.store
    site.bench.work.history = HistoryCheck(store.connection, store.workstation, bytes(range(32)))
    while site.bench.look_back():
        pass
    before = store.count()
    assert not site.bench.look_back()
    answer = site.does(Ticked())
    assert answer.frame.notices[0].code == "notice.record_changed"
    assert "alarm.site.record" in {each.say.code for each in answer.frame.alarms}
    assert store.log(1)[0].type == "SiteAlarmRaised"
    assert store.count() == before
    site.signs_in("nurse_a")
    assert site.answer.frame.notices[0].code == "notice.record_changed"


def test_the_page_says_how_far_it_is_how_fast_and_when_all_was_verified(
    site: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_back, "TAIL", 10)
    site.signs_in("administrator_a")
    site.opens("keeping")
    row = _row(site, "keeping.history")
    assert (_said(row).code, row.cells[2]) == ("progress.verifying.begun", "–")
    assert site.answer.frame.verified == 0
    history = site.bench.work.history
    seconds = itertools.chain([0.0], itertools.repeat(10.0))
    history.pace = Pace(lambda: next(seconds))
    history.go_on(0)
    assert 0 < history.verified < history.total
    said = _said(_row(site, "keeping.history"))
    assert said.code == "progress.verifying.soon" if history.verified * 6 > history.total else "progress.verifying"
    assert said.values["done"] == f"{history.verified:,}"
    assert said.values["rate"] == f"{history.verified / 10:,.0f}"
    assert site.answer.frame.verified == 100 * history.verified // history.total
    while site.bench.look_back():
        pass
    at = site.bench.work.now()
    upto = site.bench.work.store.connection.execute("SELECT max(n) FROM journal").fetchone()[0]
    row = _row(site, "keeping.history")
    assert (_said(row).code, row.tone) == ("keeping.history_verified", Tone.IN_TIME)
    assert _said(row).values["events"] == f"{history.total:,}"
    assert history.total <= upto
    assert site.answer.frame.verified is None
    verified_at = row.cells[2]
    assert isinstance(verified_at, Say)
    assert verified_at.values["at"] == at.isoformat()


def test_when_all_was_last_verified_is_known_after_a_restart_and_a_bad_event_stands_there(site: Demonstration) -> None:
    while site.bench.look_back():
        pass
    at = site.bench.work.now()
    site.waits(hours=2)
    site.restarts()
    site.signs_in("administrator_a")
    site.opens("keeping")
    row = _row(site, "keeping.history")
    assert _said(row).code == "progress.verifying.begun"
    assert row.cells[2] == Say("moment", {"at": at.isoformat()})
    store = site.bench.work.store
    site.bench.work.history = HistoryCheck(store.connection, store.workstation, bytes(range(32)))
    while site.bench.look_back():
        pass
    row = _row(site, "keeping.history")
    assert (_said(row).code, row.tone) == ("keeping.history_bad", Tone.OVERDUE)
    assert row.cells[2] == Say("moment", {"at": at.isoformat()}), "what is bad is no verification"


def test_what_takes_minutes_says_so() -> None:
    from coordinator_app.procedures.progress_said import progress_said

    seconds = itertools.chain([0.0], itertools.repeat(10.0))
    pace = Pace(lambda: next(seconds))
    assert progress_said("verifying", 0, 1_000_000, pace).code == "progress.verifying.begun"
    pace.begin()
    said = progress_said("verifying", 50_000, 1_000_000, pace)
    assert said == Say(
        "progress.verifying",
        {"percent": "5", "done": "50,000", "total": "1,000,000", "rate": "5,000", "minutes": "4"},
    )
    assert progress_said("verifying", 999_999, 1_000_000, pace).values["percent"] == "99"
