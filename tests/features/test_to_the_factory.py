"""The clock from the collection to the factory ends with what the manufacturer tells, and with nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from any_trial import AnyTrial

from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.screens import FormPage, ListPage
from coordinator_app.domain.vocabulary import ClockState
from coordinator_app.procedures.clockwork import readings_of


@pytest.fixture
def site(tmp_path: Path) -> Iterator[AnyTrial]:
    """A site whose tumour tissue must reach the factory within 48 hours, and has just left with the courier."""
    made = AnyTrial.of(tmp_path / "site", secrets.randbits(32), "auto-til")
    made.enrols_for("c1", {"coi": made.draw.coi(), "lot": "LOT-ABC123"})
    made.does_step("collect", "c1")
    made.listing["shipments"]["c1"] = made.draw.shipment()
    label = next(each for each in made.case(made.id("c1")).labels.values() if each.state == "applied")
    made.does_step("pack", "c1", f"]d1{label.expected}")
    made.does_step("hand-over", "c1")
    yield made
    made.closes()


def to_factory(site: AnyTrial) -> ClockReading:
    """Return the clock from the collection to the factory."""
    case = site.case(site.id("c1"))
    return next(each for each in readings_of(site.bench.work, case) if each.clock == "tumour-to-factory")


def tells(site: AnyTrial, ago: timedelta) -> None:
    """Enter that it arrived there so long ago."""
    at: datetime = (site.clock.moment().at - ago).astimezone(ZoneInfo(site.bench.work.site.zone))
    site.opens(site.id("c1"))
    site.presses("factory_arrival")
    assert isinstance(site.answer.page, FormPage)
    site.tries_fill(date=f"{at:%Y-%m-%d}", time=f"{at:%H:%M:%S}")


def test_what_the_manufacturer_tells_in_time_ends_the_clock_and_its_alarm(site: AnyTrial) -> None:
    site.waits(hours=40)
    site.does(Ticked())
    assert to_factory(site).state is ClockState.DUE
    assert site.answer.frame.alarms
    tells(site, timedelta(hours=2))
    assert to_factory(site).state is ClockState.MET
    (entry,) = site.events("CollectionArrived")
    assert entry.late_reason == "told"
    site.does(Ticked())
    assert not [each for each in site.answer.frame.alarms if "factory" in each.detail.values["title"]]


def test_told_after_the_time_it_counts_once_two_people_have_signed(site: AnyTrial) -> None:
    site.waits(hours=60)
    site.does(Ticked())
    assert to_factory(site).state is ClockState.OVERDUE
    tells(site, timedelta(hours=20))
    assert isinstance(site.answer.page, ListPage)
    site.presses("record_alone")
    assert to_factory(site).state is ClockState.MISSED
    tells(site, timedelta(hours=21))
    site.presses("sign_by_two")
    site.signs()
    site.shows_badge_and_pin("pharmacist_b" if "pharmacist_b" in site.people else "pharmacist_a")
    assert to_factory(site).state is ClockState.MET


def test_what_arrives_at_the_factory_begins_no_clock_of_the_product_that_comes_back(site: AnyTrial) -> None:
    before = {each.clock: each.state for each in readings_of(site.bench.work, site.case(site.id("c1")))}
    tells(site, timedelta(seconds=30))
    after = {each.clock: each.state for each in readings_of(site.bench.work, site.case(site.id("c1")))}
    assert {clock for clock in after if after[clock] is not before[clock]} == {"tumour-to-factory"}


def test_nothing_that_is_still_here_can_have_arrived_there(tmp_path: Path) -> None:
    site = AnyTrial.of(tmp_path / "other", secrets.randbits(32), "auto-til")
    site.enrols_for("c1", {"coi": site.draw.coi(), "lot": "LOT-ABC123"})
    site.signs_in("coordinator_a")
    site.opens(site.id("c1"))
    answer = site.presses("changes")
    assert isinstance(answer.page, FormPage)
    assert "factory_arrival" not in {name for field in answer.page.fields for name, _ in field.choices}
    site.closes()
