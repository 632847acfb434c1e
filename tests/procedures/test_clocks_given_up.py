"""A bag that was destroyed or sent back stops alarming; its clock stays in the record as it stood, and others go on."""

from __future__ import annotations

from demonstration_by_hand import Demonstration

from coordinator_app.domain.clocks import ClockState
from coordinator_app.domain.given_up import is_given_up
from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.screens import ClockShown, Tone, WallPage
from coordinator_app.procedures.clockwork import all_clocks, wall_name_of


def _on_the_wall(site: Demonstration, case: str) -> list[ClockShown]:
    site.opens("clocks")
    page = site.answer.page
    assert isinstance(page, WallPage)
    return [clock for clock in page.clocks if clock.case == site.id(case)]


def _thaw(site: Demonstration) -> dict[str, ClockState]:
    """Return the state of every clock of c1 that runs from a thaw, by bag."""
    return {
        each.scope["bag"]: ClockState(each.state)
        for each in site.readings("c1")
        if each.clock == "thaw-to-end" and each.scope
    }


def _standing(site: Demonstration, case: str) -> set[str]:
    record = site.case(site.id(case))
    return set(record.alarms) - record.resolved


def test_a_thawed_bag_past_its_time_alarms_until_it_is_sent_back_and_stays_overdue_in_the_record(
    site: Demonstration,
) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.waits(hours=3)
    site.does(Ticked())
    overdue = [clock for clock in _on_the_wall(site, "c1") if clock.tone is Tone.OVERDUE]
    assert [clock.clock for clock in overdue] == ["thaw-to-end"]
    assert _standing(site, "c1")
    assert any(alarm.level == "high" for alarm in site.answer.frame.alarms)
    site.returns("c1", "u1")
    site.does(Ticked())
    assert not [clock for clock in _on_the_wall(site, "c1") if clock.clock == "thaw-to-end"]
    assert not [clock for clock in all_clocks(site.bench.work) if clock.tone is Tone.OVERDUE]
    assert not _standing(site, "c1")
    assert site.events("AlarmResolved")
    assert not [alarm for alarm in site.answer.frame.alarms if "thaw" in str(alarm.detail.values)]
    assert _thaw(site)["1"] is ClockState.OVERDUE, "what ends a clock is in the profile alone"
    site.waits(hours=30)
    site.does(Ticked())
    assert not [clock for clock in _on_the_wall(site, "c1") if clock.clock == "thaw-to-end"]
    assert not [
        alarm for alarm in site.case(site.id("c1")).alarms.values() if alarm.at > site.events("BagReturned")[-1].at
    ]
    site.restarts(reboot=True)
    site.does(Ticked())
    assert not [clock for clock in all_clocks(site.bench.work) if clock.clock == "thaw-to-end"]
    site.confirms_nothing_wrong()


def test_the_other_bag_goes_on_alarming(site: Demonstration) -> None:
    site.two_bags_thawed()
    site.waits(hours=3)
    site.does(Ticked())
    assert _thaw(site) == {"1": ClockState.OVERDUE, "2": ClockState.OVERDUE}
    site.returns("c1", "u1")
    site.does(Ticked())
    case = site.case(site.id("c1"))
    second = next(unit for unit in case.product_units() if unit.number == 2)
    left = [clock for clock in _on_the_wall(site, "c1") if clock.clock == "thaw-to-end"]
    assert [(clock.wall_name, clock.tone) for clock in left] == [(wall_name_of(case, second), Tone.OVERDUE)]
    assert _standing(site, "c1")


def test_a_bag_that_was_sent_back_with_a_clock_running_is_not_waited_for(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.thaws("c1", "u1")
    site.does(Ticked())
    assert [clock for clock in _on_the_wall(site, "c1") if clock.clock == "thaw-to-end"]
    site.returns("c1", "u1")
    site.waits(hours=5)
    site.does(Ticked())
    assert not [clock for clock in _on_the_wall(site, "c1") if clock.clock == "thaw-to-end"]
    assert not _standing(site, "c1")
    assert _thaw(site)["1"] is ClockState.OVERDUE


def test_a_thawed_bag_that_was_destroyed_is_not_waited_for(site: Demonstration) -> None:
    site.c3_thawed_at_the_bedside()
    site.waits(hours=30)
    site.does(Ticked())
    running = {clock.clock for clock in _on_the_wall(site, "c3") if clock.tone is Tone.OVERDUE}
    assert running
    assert _standing(site, "c3")
    site.destroys("c3", "u3")
    site.does(Ticked())
    assert not _on_the_wall(site, "c3")
    assert not _standing(site, "c3")
    assert {each.clock for each in site.readings("c3") if each.state is ClockState.OVERDUE} >= running


def test_what_runs_for_a_shipment_goes_on_while_one_of_its_units_may_still_be_given(site: Demonstration) -> None:
    case = site.case(site.id("c3"))
    shipment = next(iter(case.shipments.values()))
    rule = next(each for each in site.bench.work.profile(case).clocks)
    (unit,) = shipment.units
    about = {"shipment": shipment.shown}
    assert not is_given_up(case, rule, about, ())
    site.c3_received()
    site.reviews_logger(site.listing["shipments"]["s1"], site.id("c3"))
    assert not is_given_up(site.case(site.id("c3")), rule, about, ())
    site.destroys("c3", "u3")
    gone = site.case(site.id("c3"))
    assert gone.units[unit].used
    assert is_given_up(gone, rule, about, ())
    assert not is_given_up(gone, rule, {"shipment": "another one"}, ())
    assert is_given_up(gone, rule, {}, ()), "and nothing of the whole case is left to give"
    assert not is_given_up(site.case(site.id("c1")), rule, {}, ())
