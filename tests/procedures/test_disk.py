"""On a nearly full disk nothing new begins, and what has begun is brought to its end with its signatures."""

from __future__ import annotations

from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.store.room import Levels, Room

FULL = Levels(low=2**62, critical=0)


def _fills_up(site: Demonstration) -> None:
    site.bench.disk.room = Room(site.folder, FULL)


def test_nothing_new_begins_and_what_has_begun_goes_on(site: Demonstration) -> None:
    site.signs_in("apheresis_nurse_a")
    site.begins("collect", site.id("c2"))
    before = len(site.events("ScanRefused"))
    _fills_up(site)
    site.does(Ticked())
    assert [each.say.code for each in site.answer.frame.alarms if each.say.code.startswith("alarm.site")] == [
        "alarm.site.disk"
    ]
    patient = site.patient("p2")
    site.scans(patient["wristband"])
    site.hears(patient["family"], patient["born"])
    assert len(site.events("ScanRefused")) == before, "a check under way must not be broken off"
    site.tries_press("abort")
    site.goes_on()
    refused(site.tries_to_begin("collect", site.id("c2")), Refusal.DISK_NEARLY_FULL)
    assert site.last_refusal().reason == "DISK_NEARLY_FULL"
    site.opens("today")
    refused(site.tries_press("enrol"), Refusal.DISK_NEARLY_FULL)


def test_the_alarm_ends_when_there_is_room_again(site: Demonstration) -> None:
    _fills_up(site)
    site.does(Ticked())
    site.does(Ticked())
    assert len(site.events("SiteAlarmRaised")) == 1
    site.bench.disk.room = Room(site.folder, Levels(low=1, critical=0))
    site.does(Ticked())
    assert len(site.events("SiteAlarmResolved")) == 1
    assert not [each for each in site.answer.frame.alarms if each.say.code.startswith("alarm.site")]
