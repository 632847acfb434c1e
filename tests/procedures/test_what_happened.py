"""A block refuses to begin and never refuses to record what happened; the physician's path covers what it may, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped, Stated
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import GuidedPage, Verdict, VerdictPage


def test_a_running_infusion_is_paused_resumed_and_ended_although_its_clock_has_run_out(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    site.waits(hours=3)
    for action, event in (
        ("pause_infusion", "AdministrationPaused"),
        ("resume_infusion", "AdministrationResumed"),
        ("complete_infusion", "AdministrationCompleted"),
    ):
        answer = site.tries_press(action)
        assert answer.verdict is Verdict.ACCEPTED
        assert site.unit(c1, 1).has(event)
    reading = next(each for each in site.readings("c1") if each.clock == "thaw-to-end")
    assert str(reading.state) == "missed", "it is on the record that it ended too late"
    site.confirms_nothing_wrong()


def test_a_running_thaw_is_ended_although_its_conditioning_window_has_closed(site: Demonstration) -> None:
    site.conditions("c1", days=7)
    site.retrieves("c1", "u1")
    site.begins("thaw", site.id("c1"))
    site.scans(site.code("u1"), site.code("u1"))
    site.goes_on()
    site.applies_labels(site.id("c1"))
    site.presses("start_thaw")
    site.waits(days=3)
    assert site.tries_press("thaw_complete").verdict is Verdict.ACCEPTED
    assert site.unit(site.id("c1"), 1).has("ThawCompleted")


def test_an_infusion_is_stopped_with_one_press_and_explained_afterwards(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    answer = site.tries_press("stop_now")
    assert answer.verdict is Verdict.ACCEPTED
    assert answer.events[0] == "AdministrationStopped", "no PIN, no question first"
    assert not {"PersonSignedIn", "RecordSigned"} & set(answer.events)
    assert site.unit(c1, 1).has("AdministrationStopped")
    assert not site.unit(c1, 1).stop_explained
    assert isinstance(answer.page, GuidedPage)
    assert {field.id for field in answer.page.fields} == {"reason", "residual_ml", "physician"}
    refused(site.tries_fill(reason="rigor"), Refusal.ENTRY_INCOMPLETE)
    refused(site.tries_fill(reason="rigor", residual_ml="much", physician="Dr Rahman"), Refusal.ENTRY_INCOMPLETE)
    site.fills_in(reason="rigor", residual_ml="12.5", physician="Dr Rahman")
    assert site.unit(c1, 1).stop_explained
    site.confirms_nothing_wrong()


def test_a_paused_infusion_can_be_stopped_too(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    site.presses("pause_infusion")
    assert site.tries_press("stop_now").verdict is Verdict.ACCEPTED
    assert site.unit(c1, 1).has("AdministrationStopped")


def test_a_stop_that_nobody_explained_before_the_program_ended_is_asked_for_again(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    site.presses("stop_now")
    site.restarts()
    site.signs_in("nurse_b")
    site.begins("bedside", c1)
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "infusion.stopped"
    site.fills_in(reason="rigor", residual_ml="40", physician="Dr Rahman")
    explained = site.events("StopExplained")[-1]
    assert isinstance(explained.body, e.StopExplained)
    assert explained.body.residual_ml == "40"
    assert explained.actor == site.people["nurse_b"]["id"]


def _overdue_at_the_bedside(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.waits(hours=2, minutes=31)
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    refused(site.tries_scan(site.code("u1")), Refusal.CLOCK_OVERDUE)


def test_physician_and_pharmacist_let_an_overdue_infusion_begin_once(site: Demonstration) -> None:
    c1 = site.id("c1")
    _overdue_at_the_bedside(site)
    site.authorises_exception()
    recorded = site.events("ExceptionAuthorised")[-1]
    body = recorded.body
    assert isinstance(body, e.ExceptionAuthorised)
    assert body.reasons == ("CLOCK_OVERDUE",)
    assert (body.physician, body.pharmacist) == (
        site.people["physician_a"]["id"], site.people["pharmacist_a"]["id"],
    )  # fmt: skip
    assert body.sponsor == "not reachable"
    second = site.events("RecordSigned")[-1]
    assert second.refs == (recorded.id,)
    assert second.actor == body.pharmacist
    assert [each.kind for each in site.case(c1).deviations.values()][-1] == "exception"
    site.starts_infusion("c1", "u1")
    started = site.events("AdministrationStarted")[-1]
    assert recorded.id in started.refs, "the movement cites the exception it rests on"
    assert recorded.id in site.case(c1).used_events, "and uses it up"
    site.presses("complete_infusion")
    site.confirms_nothing_wrong()


def test_an_exception_is_worth_nothing_after_sixty_minutes(site: Demonstration) -> None:
    _overdue_at_the_bedside(site)
    site.authorises_exception()
    site.waits(minutes=61)
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u1")), Refusal.CLOCK_OVERDUE)


def test_an_exception_for_one_bag_says_nothing_of_the_other_and_nothing_of_another_step(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.retrieves("c1", "u2")
    site.waits(minutes=31)
    site.begins("thaw", site.id("c1"))
    refused(site.tries_scan(site.code("u1")), Refusal.CLOCK_OVERDUE)
    site.authorises_exception()
    site.begins("thaw", site.id("c1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u2")), Refusal.CLOCK_OVERDUE)
    site.goes_on()
    site.thaws("c1", "u1")


def test_an_exception_for_a_clock_does_not_cover_a_quarantine_that_came_later(site: Demonstration) -> None:
    _overdue_at_the_bedside(site)
    site.authorises_exception()
    site.quarantines("c1", "u1")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u1")), Refusal.QUARANTINED)


@pytest.mark.parametrize(("wrong", "reason"), [("wristband", Refusal.WRONG_PATIENT), ("bag", Refusal.WRONG_UNIT)])
def test_no_exception_lets_a_mismatch_pass(site: Demonstration, wrong: str, reason: Refusal) -> None:
    _overdue_at_the_bedside(site)
    site.authorises_exception()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    with site.nothing_moves():
        if wrong == "wristband":
            answer = site.tries_scan(site.patient("p5")["wristband"])
        else:
            site.reads_wristband_and_hears(site.patient("p1"))
            answer = site.tries_scan(site.code("u5"))
        refused(answer, reason)
        site.tries_press("exception")
    assert len(site.events("ExceptionAuthorised")) == 1


def test_a_nurse_and_a_pharmacist_are_not_a_physician_and_a_pharmacist(site: Demonstration) -> None:
    _overdue_at_the_bedside(site)
    site.presses("exception")
    site.fills_in(reason="patient is conditioned", sponsor="not reachable")
    refused(site.tries_badge_and_pin("nurse_a"), Refusal.NOT_ALLOWED)
    asks_for_somebody(site.answer, "sign")
    refused(site.tries_badge_and_pin("pharmacist_a"), Refusal.NOT_ALLOWED)
    site.shows_badge_and_pin("physician_a")
    refused(site.tries_badge_and_pin("physician_a"), Refusal.NOT_ALLOWED)
    assert not site.events("ExceptionAuthorised")


def test_the_third_suspicion_of_a_proxy_leaves_the_physician_s_path_and_it_works(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    patient = site.patient("p1")
    for _ in range(3):
        site.scans(patient["wristband"])
        site.tries(Stated(patient["family"], patient["born"]), after=timedelta(milliseconds=100))
        refused(site.tries_scan(site.code("u1"), milliseconds=100), Refusal.PROXY_SUSPECTED)
    site.authorises_exception("wristband and bag hang on the same pole")
    site.begins("bedside", site.id("c1"))
    for person in ("", "nurse_b"):
        if person:
            site.second_person(person)
        site.scans(patient["wristband"])
        site.tries(Stated(patient["family"], patient["born"]), after=timedelta(milliseconds=100))
        site.tries_scan(site.code("u1"), milliseconds=100)
    assert isinstance(site.answer.page, VerdictPage)
    assert site.answer.page.kind == "accepted"


def test_an_infusion_that_is_not_begun_in_time_after_its_check_needs_fresh_scans_of_both(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.waits(minutes=16)
    with site.nothing_moves():
        answer = site.tries_press("start_infusion")
    refused(answer, Refusal.CHECK_EXPIRED)
    assert site.last_refusal().reason == "CHECK_EXPIRED"
    site.scans(site.patient("p1")["wristband"], site.code("u1"))
    site.second_person("nurse_b")
    site.scans(site.patient("p1")["wristband"], site.code("u1"))
    site.goes_on()
    site.presses("start_infusion")
    assert site.unit(c1, 1).running
    site.confirms_nothing_wrong()


def test_a_collection_that_is_not_begun_in_time_after_its_check_needs_fresh_scans_of_both(site: Demonstration) -> None:
    c2 = site.id("c2")
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.waits(minutes=16)
    with site.nothing_moves():
        refused(site.tries_press("start_collection"), Refusal.CHECK_EXPIRED)
    assert site.last_refusal().reason == "CHECK_EXPIRED"
    patient = site.patient("p2")
    site.scans(patient["wristband"])
    site.second_person("apheresis_nurse_b")
    site.scans(patient["wristband"])
    site.goes_on()
    site.presses("start_collection")
    assert site.case(c2).collected_units()[0].has("CollectionStarted")
    site.confirms_nothing_wrong()


def test_a_thaw_that_is_not_begun_in_time_after_its_check_needs_fresh_scans(site: Demonstration) -> None:
    c1 = site.id("c1")
    site.retrieves("c1", "u1")
    site.begins("thaw", c1)
    site.scans(site.code("u1"), site.code("u1"))
    site.goes_on()
    site.applies_labels(c1)
    site.waits(minutes=16)
    with site.nothing_moves():
        refused(site.tries_press("start_thaw"), Refusal.CHECK_EXPIRED)
    assert site.last_refusal().reason == "CHECK_EXPIRED"
    site.scans(site.code("u1"), site.code("u1"))
    site.goes_on()
    site.presses("start_thaw")
    assert site.unit(c1, 1).has("ThawStarted")


def test_a_release_that_is_not_signed_in_time_after_its_check_is_refused(site: Demonstration) -> None:
    """A release is a decision and not something that happened; it needs papers freshly read."""
    c4 = site.id("c4")
    site.receives(site.listing["shipments"]["s2"], "c4", ("u4",), logger=False)
    site.accepts("c4", ("u4",))
    site.begins("release", c4)
    site.scans(site.order("c4"), site.certificate("c4"))
    site.goes_on()
    site.waits(minutes=16)
    with site.nothing_moves():
        answer = site.tries(PinTyped(site.people["pharmacist_a"]["pin"]))
    refused(answer, Refusal.CHECK_EXPIRED)


def test_what_expired_while_the_bag_was_on_its_way_is_asked_again_before_the_start(site: Demonstration) -> None:
    """The clock runs out between the green page and the start: beginning is still refused (design §2 rule 2)."""
    site.thawed_at_the_bedside()
    site.waits(hours=2, minutes=24)
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.waits(minutes=6)
    with site.nothing_moves():
        answer = site.tries_press("start_infusion")
    refused(answer, Refusal.CLOCK_OVERDUE)
