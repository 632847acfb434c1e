"""The earlier record is verified behind the work: what is bad is an alarm that is recorded, and a banner that stays."""

from __future__ import annotations

from demonstration_by_hand import Demonstration

from coordinator_app.domain.inputs import Ticked
from coordinator_app.store.history_check import HistoryCheck


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
