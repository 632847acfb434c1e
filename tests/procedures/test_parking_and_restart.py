"""Interruptions: put aside and taken up by scanning, locked, signed out, restarted, rebooted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped, Scanned, Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, GuidedPage, SignInPage, TodayPage, VerdictPage


def _running(site: Demonstration) -> str:
    site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    return site.id("c1")


# Put aside --------------------------------------------------------------------------------------------------------


def test_a_running_infusion_is_put_aside_and_taken_up_by_scanning_its_bag(site: Demonstration) -> None:
    c1 = _running(site)
    answer = site.presses("park")
    assert isinstance(answer.page, TodayPage)
    assert answer.frame.parked == 1
    site.retrieves("c5", "u5")
    site.signs_in("nurse_a")
    answer = site.scans(site.code("u1"))
    assert isinstance(answer.page, GuidedPage)
    assert answer.page.instruction.code == "infusion.running"
    assert answer.frame.parked == 0
    site.presses("complete_infusion")
    assert site.unit(c1, 1).used


def test_a_person_who_may_not_give_infusions_does_not_take_one_up_by_scanning(site: Demonstration) -> None:
    _running(site)
    site.presses("park")
    site.signs_in("pharmacist_a")
    with site.nothing_moves():
        answer = site.scans(site.code("u1"))
    assert not isinstance(answer.page, GuidedPage)
    assert answer.frame.parked == 1


def test_two_procedures_put_aside_are_each_taken_up_by_their_own_object(site: Demonstration) -> None:
    _running(site)
    site.presses("park")
    site.retrieves("c5", "u5")
    site.begins("thaw", site.id("c5"))
    site.scans(site.code("u5"), site.code("u5"))
    site.goes_on()
    site.applies_labels(site.id("c5"))
    site.presses("start_thaw")
    answer = site.presses("park")
    assert answer.frame.parked == 2
    answer = site.scans(site.code("u5"))
    assert isinstance(answer.page, GuidedPage)
    assert answer.page.instruction.code == "thaw.running"
    assert site.case(site.id("c5")).wall_name in str(answer.page.clock) or answer.page.clock is None
    site.presses("thaw_complete")
    assert site.unit(site.id("c5"), 1).has("ThawCompleted")
    assert not site.unit(site.id("c1"), 1).has("AdministrationCompleted")


def test_a_check_cannot_be_put_aside(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.scans(site.patient("p1")["wristband"])
    answer = site.tries_press("park")
    refused(answer, Refusal.NOT_WHAT_WAS_ASKED)
    assert isinstance(answer.page, GuidedPage)
    assert "park" not in {action.id for action in answer.page.actions}


def test_what_was_put_aside_before_its_start_needs_a_fresh_check_when_it_has_grown_old(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.presses("park")
    site.waits(minutes=20)
    site.scans(site.code("u1"))
    with site.nothing_moves():
        refused(site.tries_press("start_infusion"), Refusal.CHECK_EXPIRED)


# Locked and signed out --------------------------------------------------------------------------------------------


def _in_the_second_arm(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))


@pytest.mark.parametrize("why", ["idle", "suspend", "badge"])
def test_a_lock_in_the_middle_of_an_arm_voids_that_arm_only(site: Demonstration, why: str) -> None:
    _in_the_second_arm(site)
    site.locks(why)
    assert isinstance(site.answer.page, SignInPage)
    assert site.answer.page.purpose == "unlock"
    site.shows_badge_and_pin("nurse_a")
    asks_for_somebody(site.answer, "witness")
    with site.nothing_moves():
        refused(site.tries_badge_and_pin("nurse_a"), Refusal.SAME_PERSON_TWICE)
    site.shows_badge_and_pin("nurse_b")
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "scan.wristband", "the second arm begins at nothing"
    assert site.answer.page.already == ()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    assert isinstance(site.answer.page, VerdictPage)
    assert site.answer.page.kind == "accepted", "the first arm stayed closed"
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.people == (site.people["nurse_a"]["id"], site.people["nurse_b"]["id"])


def test_a_lock_in_the_first_arm_leaves_nothing_of_what_was_read(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.locks()
    site.shows_badge_and_pin("nurse_b")
    asks_for_somebody(site.answer, "sign_in")
    site.shows_badge_and_pin("nurse_b")
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "scan.wristband"
    assert site.answer.page.already == ()


def test_signing_out_in_the_middle_of_a_check_ends_it_on_the_record(site: Demonstration) -> None:
    _in_the_second_arm(site)
    site.signs_out()
    assert isinstance(site.answer.page, SignInPage)
    check = list(site.case(site.id("c1")).checks.values())[-1]
    assert check.outcome not in {"open", "confirmed"}
    assert site.answer.frame.parked == 0
    site.bedside_check("c1", "u1")
    assert isinstance(site.answer.page, VerdictPage)


def test_a_person_who_may_not_do_the_step_and_unlocks_ends_the_open_check_on_the_record(site: Demonstration) -> None:
    _in_the_second_arm(site)
    site.locks()
    site.shows_badge_and_pin("pharmacist_a")
    assert not isinstance(site.answer.page, GuidedPage)
    check = list(site.case(site.id("c1")).checks.values())[-1]
    assert check.outcome not in {"open", "confirmed"}


def test_signing_out_puts_a_running_infusion_aside(site: Demonstration) -> None:
    c1 = _running(site)
    site.signs_out()
    assert [each.type for each in site.log()][-1] == "ProcedureParked" or site.events("ProcedureParked")
    site.signs_in("nurse_b")
    site.scans(site.code("u1"))
    assert isinstance(site.answer.page, GuidedPage)
    site.presses("complete_infusion")
    assert site.events("AdministrationCompleted")[-1].actor == site.people["nurse_b"]["id"]
    assert site.unit(c1, 1).used


def test_a_locked_screen_tells_no_name_and_still_shows_the_clocks(site: Demonstration) -> None:
    _running(site)
    site.locks()
    page = site.answer.page
    assert isinstance(page, SignInPage)
    assert "Hargreaves" not in str(page)
    assert any(clock.clock == "thaw-to-end" for clock in page.clocks)


def test_a_half_filled_enrolment_is_kept_for_its_author_and_shown_to_nobody_else(site: Demonstration) -> None:
    site.signs_in("coordinator_a")
    site.opens("today")
    site.presses("enrol")
    site.fills_in(profile="AUTO-CART-CRYO")
    band = str(site.listing["spare"]["wristband"])
    site.scans(band)
    site.fills_in(wristband=band)
    site.types_into(family="Nakagawa", given="Hanako")
    site.locks()
    answer = site.shows_badge_and_pin("apheresis_nurse_a")
    assert "Nakagawa" not in str(answer.page), "the second person must not see the first one's typing"
    site.signed_in = "apheresis_nurse_a"
    site.signs_in("coordinator_a")
    assert isinstance(site.answer.page, FormPage), "the draft waits for its author"
    assert {field.value for field in site.answer.page.fields if field.id == "family"} == {"Nakagawa"}


# Restarted --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reboot", [False, True])
def test_a_running_infusion_is_taken_up_after_a_restart(site: Demonstration, reboot: bool) -> None:
    c1 = _running(site)
    before = next(each for each in site.readings("c1") if each.clock == "thaw-to-end")
    site.restarts(reboot=reboot)
    after = next(each for each in site.readings("c1") if each.clock == "thaw-to-end")
    assert before.deadline is not None
    assert after.deadline is not None
    assert after.deadline <= before.deadline + timedelta(seconds=1), "a restart never lengthens a clock"
    assert before.deadline - after.deadline < timedelta(seconds=10)
    page = site.answer.page
    assert isinstance(page, SignInPage)
    assert any(clock.clock == "thaw-to-end" for clock in page.clocks), (
        "the clock is on the wall before anybody signs in"
    )
    site.signs_in("nurse_a")
    site.scans(site.code("u1"))
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "infusion.running"
    site.presses("complete_infusion")
    assert site.unit(c1, 1).used
    site.confirms_nothing_wrong()


def test_a_running_thaw_is_taken_up_after_a_restart(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.begins("thaw", site.id("c1"))
    site.scans(site.code("u1"), site.code("u1"))
    site.goes_on()
    site.applies_labels(site.id("c1"))
    site.presses("start_thaw")
    site.restarts()
    site.signs_in("cell_laboratory_b")
    site.scans(site.code("u1"))
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "thaw.running"
    site.presses("thaw_complete")
    assert site.events("ThawCompleted")[-1].actor == site.people["cell_laboratory_b"]["id"]


def test_a_check_that_was_open_when_the_program_ended_is_recorded_and_never_resumed(site: Demonstration) -> None:
    _in_the_second_arm(site)
    site.restarts()
    interrupted = site.events("ProcedureInterrupted")
    assert len(interrupted) == 1
    body = interrupted[0].body
    assert isinstance(body, e.ProcedureInterrupted)
    assert (body.case, body.step) == (site.id("c1"), "bedside")
    assert interrupted[0].actor is None, "the program itself observed it"
    site.signs_in("nurse_b")
    with site.nothing_moves():
        site.begins("bedside", site.id("c1"))
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "scan.wristband"
    assert site.answer.page.already == ()
    site.restarts()
    assert len(site.events("ProcedureInterrupted")) == 2


def test_a_restart_between_the_green_page_and_the_start_needs_a_new_check(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.restarts()
    site.signs_in("nurse_a")
    with site.nothing_moves():
        site.begins("bedside", site.id("c1"))
        site.scans(site.patient("p1")["wristband"])


def test_the_record_of_a_restart_names_the_run_before_it(site: Demonstration) -> None:
    site.restarts(reboot=True)
    opened = [each.body for each in site.events("EpochOpened")]
    last = opened[-1]
    assert isinstance(last, e.EpochOpened)
    assert last.parent
    site.confirms_nothing_wrong()


def test_a_collection_under_way_is_taken_up_after_a_restart_with_its_labels_accounted_for(site: Demonstration) -> None:
    c2 = site.id("c2")
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.presses("start_collection")
    first = min(site.case(c2).labels.values(), key=lambda label: label.copy_number)
    site.scans(f"]d1{first.expected}", f"]d1{first.expected}")
    site.restarts()
    site.signs_in("apheresis_nurse_b")
    site.begins("collect", c2)
    site.applies_labels(c2)
    site.fills_in(volume_ml="182")
    states = sorted(label.state for label in site.case(c2).labels.values())
    assert states == ["applied", "applied"]
    assert {label.job for label in site.case(c2).labels.values()} == site.case(c2).closed_jobs


def test_alarms_are_raised_by_time_answered_by_a_named_person_and_survive_a_restart(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.waits(hours=2, minutes=31)
    site.tries(Ticked())
    alarm = next(each for each in site.answer.frame.alarms if each.level == "high")
    site.restarts(reboot=True)
    site.signs_in("nurse_a")
    assert alarm.id in {each.id for each in site.answer.frame.alarms}
    site.presses(f"answer:{alarm.id}")
    site.fills_in(comment="physician called")
    again = next(each for each in site.answer.frame.alarms if each.id == alarm.id)
    assert again.acknowledged_by == "FERREIRA, Inês"


def test_a_badge_shown_before_a_restart_is_not_remembered_after_it(site: Demonstration) -> None:
    site.tries(Scanned(site.people["nurse_a"]["badge"].encode()))
    site.restarts()
    refused(site.tries(PinTyped(site.people["nurse_a"]["pin"])), Refusal.NOT_SIGNED_IN)
