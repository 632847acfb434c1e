"""Nobody proceeds on a mismatch: every refusal of an identity check, what is on the record of it, and what moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, is_on_record, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Stated
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Answer, GuidedPage, Verdict, VerdictPage


def _ends_in_mismatch(site: Demonstration, answer: Answer, reason: Refusal, deviations: int = 1) -> VerdictPage:
    """Assert that the check is over with a mismatch that has no way round it."""
    refused(answer, reason)
    page = answer.page
    assert isinstance(page, VerdictPage)
    assert (page.kind, page.reason) == ("mismatch", reason)
    assert "exception" not in {action.id for action in page.actions}, "a mismatch of identity has no override"
    assert [each.body.reason for each in site.events("CheckEnded")][-1:] == [reason.value]  # type: ignore[union-attr]
    reported = [each.body for each in site.events("DeviationReported")]
    assert [each.kind for each in reported if isinstance(each, e.DeviationReported)][-deviations:] == ["mismatch"]
    return page


def test_another_patient_s_wristband_ends_the_check(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    other = site.patient("p2")["wristband"]
    with site.nothing_moves():
        answer = site.tries_scan(other)
    page = _ends_in_mismatch(site, answer, Refusal.WRONG_PATIENT)
    is_on_record(site, Refusal.WRONG_PATIENT, other)
    assert page.aligned is not None
    assert other[-18:] == page.aligned.read
    assert site.patient("p1")["wristband"][-18:] == page.aligned.expected
    assert page.aligned.read_marks == page.aligned.expected_marks != ()


@pytest.mark.parametrize("unit", ["u5", "u6"])
def test_the_bag_of_another_patient_ends_the_check_also_of_one_with_the_same_family_name(
    site: Demonstration, unit: str
) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        answer = site.tries_scan(site.code(unit))
    page = _ends_in_mismatch(site, answer, Refusal.WRONG_UNIT)
    is_on_record(site, Refusal.WRONG_UNIT)
    assert page.aligned is not None
    assert page.aligned.read != page.aligned.expected
    assert "quarantine" in {action.id for action in page.actions}


def test_the_bag_presented_for_another_patient_can_be_put_into_quarantine_at_once(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u5"))
    site.presses("quarantine")
    assert site.unit(site.id("c5"), 1).quarantined == "presented for another patient"
    assert site.unit(site.id("c1"), 1).quarantined == ""


def test_the_donor_s_wristband_at_the_recipient_s_infusion_is_called_by_its_name(site: Demonstration) -> None:
    site.c3_thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c3"))
    donor = site.patient("d3")["wristband"]
    with site.nothing_moves():
        answer = site.tries_scan(donor)
    _ends_in_mismatch(site, answer, Refusal.DONOR_RECIPIENT_CONFUSED)
    is_on_record(site, Refusal.DONOR_RECIPIENT_CONFUSED, donor)


def test_a_wristband_that_was_replaced_does_not_count_and_the_right_one_still_does(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    void = str(site.listing["spare"]["wristband_void"])
    with site.nothing_moves():
        answer = site.tries_scan(void)
    refused(answer, Refusal.WRISTBAND_VOID)
    assert isinstance(answer.page, GuidedPage), "the check goes on: the patient wears another one"
    is_on_record(site, Refusal.WRISTBAND_VOID, void)
    site.scans(site.patient("p1")["wristband"])


def test_the_same_person_cannot_be_the_second_person(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    with site.nothing_moves():
        answer = site.tries_badge_and_pin("nurse_a")
    refused(answer, Refusal.SAME_PERSON_TWICE)
    asks_for_somebody(answer, "witness")
    is_on_record(site, Refusal.SAME_PERSON_TWICE)
    assert site.events("ScanRefused")[-1].evidence == (), "no scan was refused, a person was"
    site.shows_badge_and_pin("nurse_b")


def test_the_arms_disagree_when_each_reads_another_of_the_patient_s_bags(site: Demonstration) -> None:
    c1 = site.two_bags_thawed()
    site.signs_in("nurse_a")
    site.begins("bedside", c1)
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        answer = site.tries_scan(site.code("u2"))
    _ends_in_mismatch(site, answer, Refusal.ARMS_DISAGREE)
    is_on_record(site, Refusal.ARMS_DISAGREE)


def test_a_reading_that_has_grown_stale_voids_the_open_arm_only(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    patient = site.patient("p1")
    site.reads_wristband_and_hears(patient)
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.scans(patient["wristband"])
    with site.nothing_moves():
        answer = site.tries(Stated(patient["family"], patient["born"]), after=timedelta(seconds=121))
    refused(answer, Refusal.STALE_SCAN)
    is_on_record(site, Refusal.STALE_SCAN)
    assert isinstance(answer.page, GuidedPage)
    assert answer.page.instruction.code == "scan.wristband", "the arm begins again at the wristband, by the same person"
    assert answer.page.already == ()
    site.reads_wristband_and_hears(patient)
    site.scans(site.code("u1"))
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert page.kind == "accepted", "the first arm stayed closed"


def test_a_check_that_takes_longer_than_its_time_is_over(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    patient = site.patient("p1")
    site.reads_wristband_and_hears(patient)
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    with site.nothing_moves():
        answer = site.tries_scan(patient["wristband"], minutes=16)
    refused(answer, Refusal.CHECK_EXPIRED)
    is_on_record(site, Refusal.CHECK_EXPIRED)
    assert isinstance(answer.page, VerdictPage)
    assert answer.page.kind == "refused"
    assert site.case(site.id("c1")).checks[list(site.case(site.id("c1")).checks)[-1]].outcome == "CHECK_EXPIRED"


def test_wristband_and_bag_read_faster_than_hands_can_move_are_refused_the_third_time(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    patient = site.patient("p1")
    with site.nothing_moves():
        for attempt in (1, 2, 3):
            site.scans(patient["wristband"])
            site.tries(Stated(patient["family"], patient["born"]), after=timedelta(milliseconds=200))
            answer = site.tries_scan(site.code("u1"), milliseconds=200)
            refused(answer, Refusal.PROXY_SUSPECTED)
            is_on_record(site, Refusal.PROXY_SUSPECTED)
            if attempt < 3:
                assert isinstance(answer.page, GuidedPage)
                assert answer.page.instruction.code == "scan.wristband", "the arm is repeated from its first scan"
    assert isinstance(answer.page, VerdictPage)
    assert "exception" in {action.id for action in answer.page.actions}, "only the physician's path is left"


def test_what_the_patient_says_is_asked_once_more_and_then_refused_without_showing_what_was_expected(
    site: Demonstration,
) -> None:
    site.begins_at_the_bedside()
    patient = site.patient("p1")
    for person in ("", "nurse_b"):
        if person:
            site.second_person(person)
        site.scans(patient["wristband"])
        site.hears("Hargreaves", "1961-07-15")
        answer = site.scans(site.code("u1"))
    assert answer.verdict is Verdict.WARNED
    assert answer.reason is Refusal.STATED_DIFFERS
    assert isinstance(answer.page, GuidedPage)
    with site.nothing_moves():
        shown = [answer, site.hears("Hargreaves", "1961-07-15"), site.shows_badge_and_pin("nurse_a")]
        answer = site.tries(Stated("Hargreaves", "1961-07-15"))
    page = _ends_in_mismatch(site, answer, Refusal.WRONG_PATIENT)
    assert page.aligned is None, "what the patient should have said is never shown"
    for each in (*shown, answer):
        assert "1961-07-14" not in str(each.page)


def test_a_slip_of_the_tongue_that_is_put_right_is_kept_on_the_record(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    patient = site.patient("p1")
    site.scans(patient["wristband"])
    site.hears("Hargreaves", "1961-07-15")
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(patient)
    site.scans(site.code("u1"))
    site.hears(patient["family"], patient["born"])
    site.shows_badge_and_pin("nurse_a")
    site.hears(patient["family"], patient["born"])
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert page.kind == "accepted"
    asked = site.events("ScanRefused")[-1]
    assert isinstance(asked.body, e.ScanRefused)
    assert asked.body.reason == "STATED_DIFFERS"
    assert asked.evidence == (), "no scan was refused"
    said = [each.body for each in site.events("ArmClosed") if isinstance(each.body, e.ArmClosed)][-4:]
    assert [each.stated_born for each in said] == ["1961-07-15", "1961-07-14", "1961-07-14", "1961-07-14"]


def test_the_former_family_name_still_agrees_with_the_patient_who_was_renamed(site: Demonstration) -> None:
    site.retrieves("c6", "u6")
    site.thaws("c6", "u6")
    site.carries("c6", "u6")
    patient = site.patient("p6")
    site.begins("bedside", site.id("c6"))
    site.scans(patient["wristband"])
    site.hears("KOWALCZYK", patient["born"])
    site.scans(site.code("u6"))
    site.second_person("nurse_b")
    site.scans(patient["wristband"])
    site.hears("dův", patient["born"])
    site.scans(site.code("u6"))
    assert isinstance(site.answer.page, VerdictPage)
    assert site.answer.page.kind == "accepted"


def test_a_wristband_this_site_has_never_seen_is_another_patient_s(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    stranger = str(site.listing["spare"]["wristband"])
    answer = site.tries_scan(stranger)
    _ends_in_mismatch(site, answer, Refusal.WRONG_PATIENT)
    is_on_record(site, Refusal.WRONG_PATIENT, stranger)


def test_another_case_s_order_ends_the_check_at_acceptance(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.receives(shipment, "c3", ("u3",))
    site.reviews_logger(shipment, site.id("c3"))
    site.begins("accept", site.id("c3"))
    with site.nothing_moves():
        answer = site.tries_scan(site.order("c4"))
    _ends_in_mismatch(site, answer, Refusal.WRONG_ORDER)


def test_another_case_s_certificate_ends_the_check_at_acceptance(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.receives(shipment, "c3", ("u3",))
    site.reviews_logger(shipment, site.id("c3"))
    site.begins("accept", site.id("c3"))
    site.scans(site.order("c3"))
    with site.nothing_moves():
        answer = site.tries_scan(site.certificate("c4"))
    _ends_in_mismatch(site, answer, Refusal.WRONG_ORDER)
