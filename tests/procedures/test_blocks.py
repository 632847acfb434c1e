"""Blocks refuse to begin: used, out of turn, quarantined, on hold, untrained, too late, expired, locked out."""

from __future__ import annotations

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, refused

from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.refusal import COVERABLE, Refusal
from coordinator_app.domain.screens import Answer, VerdictPage


def _block(site: Demonstration, answer: Answer, reason: Refusal) -> VerdictPage:
    """Assert that a step was refused for this reason, on a page of its own and on the record."""
    refused(answer, reason)
    page = answer.page
    assert isinstance(page, VerdictPage)
    assert (page.kind, page.reason) == ("refused", reason)
    assert page.next_step.code == f"next.{reason.value}"
    assert site.last_refusal().reason == reason.value
    return page


def _reads_at_thaw(site: Demonstration, case: str, unit: str) -> Answer:
    site.signs_in("cell_laboratory_a")
    site.begins("thaw", site.id(case))
    return site.tries_scan(site.code(unit))


def test_a_bag_that_was_given_cannot_be_given_again(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.finishes_infusion("c1", "u1")
    with site.nothing_moves():
        site.begins("bedside", c1)
        site.reads_wristband_and_hears(site.patient("p1"))
        _block(site, site.tries_scan(site.code("u1")), Refusal.UNIT_ALREADY_USED)


def test_a_step_already_done_for_a_bag_is_not_done_twice(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    with site.nothing_moves():
        site.begins("retrieve", site.id("c1"))
        _block(site, site.tries_scan(site.code("u1")), Refusal.UNIT_ALREADY_USED)


def test_a_thaw_cannot_begin_before_the_bag_is_out_of_its_place(site: Demonstration) -> None:
    with site.nothing_moves():
        page = _block(site, _reads_at_thaw(site, "c1", "u1"), Refusal.EARLIER_STEP_MISSING)
    assert "retrieve" in page.sentence.values["about"]


def test_the_second_bag_is_not_thawed_before_the_first_infusion_is_complete(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.retrieves("c1", "u2")
    with site.nothing_moves():
        page = _block(site, _reads_at_thaw(site, "c1", "u2"), Refusal.GATE_CLOSED)
    assert page.sentence.values["source"] == "section 2.2", "the refusal names where the rule stands"
    site.goes_on()
    site.finishes_infusion("c1", "u1")
    site.thaws("c1", "u2")


def test_donor_cells_are_not_thawed_without_a_current_consent(site: Demonstration) -> None:
    c3 = site.id("c3")
    site.c3_received()
    site.reviews_logger(site.listing["shipments"]["s1"], c3)
    site.accepts("c3", ("u3",))
    site.stores("c3", ("u3",))
    site.releases("c3")
    site.retrieves("c3", "u3")
    site.withdraws_fact("c3", "consent.current")
    with site.nothing_moves():
        page = _block(site, _reads_at_thaw(site, "c3", "u3"), Refusal.GATE_CLOSED)
    assert page.sentence.values["about"] == "consent.current"


def test_a_bag_in_quarantine_is_not_thawed(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.quarantines("c1", "u1")
    with site.nothing_moves():
        _block(site, _reads_at_thaw(site, "c1", "u1"), Refusal.QUARANTINED)


def test_nothing_begins_in_a_case_on_hold_until_the_hold_is_lifted_with_a_signature(site: Demonstration) -> None:
    c1 = site.id("c1")
    site.signs_in("coordinator_a")
    site.opens(c1)
    site.presses("place_hold")
    site.fills_in(reason="sponsor asks to wait")
    site.signs_in("cell_laboratory_a")
    with site.nothing_moves():
        page = _block(site, site.tries_to_begin("retrieve", c1), Refusal.ON_HOLD)
    assert page.sentence.values["about"] == "sponsor asks to wait"
    site.goes_on()
    site.opens(c1)
    site.presses("resolve")
    site.fills_in(resolution="sponsor released the case by phone")
    site.signs("cell_laboratory_a")
    assert site.events("RecordSigned")[-1].refs == (site.events("HoldLifted")[-1].id,)
    site.retrieves("c1", "u1")


def test_nothing_begins_while_a_discrepancy_is_open(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.signs_in("pharmacist_a")
    site.scans(shipment["code"], shipment["code"], shipment["seal"], shipment["logger"])
    site.tries_fill(condition="good", seal="intact", count="3")
    with site.nothing_moves():
        _block(site, site.tries_to_begin("receive", site.id("c3")), Refusal.DISCREPANCY_OPEN)
    site.goes_on()
    site.opens(site.id("c3"))
    site.presses("resolve")
    site.fills_in(resolution="counted again: one bag, the packing list was right")
    site.signs()
    site.begins("receive", site.id("c3"))
    site.scans(site.code("u3"))
    site.goes_on()
    assert site.unit(site.id("c3"), 1).has("BagReceived")


def test_a_nurse_who_is_not_trained_in_the_trial_cannot_begin(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_untrained")
    with site.nothing_moves():
        page = _block(site, site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_TRAINED)
    assert page.sentence.values["about"] == "AUTO-CART-CRYO"


def test_a_nurse_who_is_not_trained_in_the_trial_cannot_be_the_second_person(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    with site.nothing_moves():
        answer = site.tries_badge_and_pin("nurse_untrained")
    refused(answer, Refusal.NOT_TRAINED)
    asks_for_somebody(answer, "witness")
    assert site.last_refusal().reason == "NOT_TRAINED"


def test_training_that_has_run_out_counts_for_nothing(site: Demonstration) -> None:
    for _ in range(5):
        site.clock.reboot()
        site.waits(days=80)
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("thaw", site.id("c1")), Refusal.NOT_TRAINED)


@pytest.mark.parametrize(
    ("name", "step"), [("monitor_a", "retrieve"), ("nurse_a", "release"), ("pharmacist_a", "bedside"),
                       ("administrator_a", "thaw"), ("coordinator_a", "accept")],
)  # fmt: skip
def test_a_step_belongs_to_its_roles(site: Demonstration, name: str, step: str) -> None:
    site.signs_in(name)
    with site.nothing_moves():
        _block(site, site.tries_to_begin(step, site.id("c1")), Refusal.NOT_ALLOWED)


def test_a_pharmacist_cannot_be_the_second_person_at_the_bedside(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    refused(site.tries_badge_and_pin("pharmacist_a"), Refusal.NOT_ALLOWED)
    site.shows_badge_and_pin("physician_a")


def test_an_infusion_does_not_begin_when_the_clock_from_the_thaw_has_run_out(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.waits(hours=2, minutes=31)
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        page = _block(site, site.tries_scan(site.code("u1")), Refusal.CLOCK_OVERDUE)
    assert page.clock is not None
    assert page.clock.state == "overdue"
    assert "exception" in {action.id for action in page.actions}


def test_a_thaw_does_not_begin_when_the_bag_was_out_of_its_place_too_long(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.waits(minutes=31)
    with site.nothing_moves():
        _block(site, _reads_at_thaw(site, "c1", "u1"), Refusal.CLOCK_OVERDUE)


def test_a_thaw_does_not_begin_before_the_conditioning_window_opens(site: Demonstration) -> None:
    site.conditions("c1", days=2)
    site.retrieves("c1", "u1")
    with site.nothing_moves():
        _block(site, _reads_at_thaw(site, "c1", "u1"), Refusal.TOO_EARLY)


def test_cells_past_their_stamped_expiry_are_not_given(site: Demonstration) -> None:
    c4 = site.id("c4")
    site.receives(site.listing["shipments"]["s2"], "c4", ("u4",), logger=False)
    site.accepts("c4", ("u4",))
    site.releases("c4")
    site.carries("c4", "u4")
    site.waits(hours=7)
    site.begins("bedside", c4)
    site.reads_wristband_and_hears(site.patient("p4"))
    with site.nothing_moves():
        page = _block(site, site.tries_scan(site.code("u4")), Refusal.EXPIRED)
    assert "exception" in {action.id for action in page.actions}


def test_every_block_that_a_physician_may_cover_offers_that_path(site: Demonstration) -> None:
    """Design §4.4: every refusal but a mismatch of identity has a physician's path."""
    site.retrieves("c1", "u1")
    site.waits(minutes=31)
    answer = _reads_at_thaw(site, "c1", "u1")
    assert answer.reason in COVERABLE
    assert isinstance(answer.page, VerdictPage)
    assert "exception" in {action.id for action in answer.page.actions}


def test_a_shipment_of_another_case_is_not_received_here(site: Demonstration) -> None:
    site.signs_in("pharmacist_a")
    site.begins("receive", site.id("c3"))
    with site.nothing_moves():
        answer = site.tries(Scanned(site.listing["shipments"]["s2"]["code"].encode()))
    refused(answer, Refusal.WRONG_ORDER)
    assert site.last_refusal().reason == "WRONG_ORDER"
