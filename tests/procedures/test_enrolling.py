"""Enrolment at a site built from nothing: typed by two people alone, ordered by file or by two, linked and unmistaken."""

from __future__ import annotations

from site_by_hand import asks_for_somebody, refused
from site_from_empty import SiteFromEmpty

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, FormPage, Verdict


def test_a_patient_is_described_by_two_people_alone_and_only_the_fields_that_differ_are_named(
    ready: SiteFromEmpty,
) -> None:
    patient = ready.draws_case("c1")
    ready.begins_enrolment(patient)
    ready.describes(patient)
    asks_for_somebody(ready.answer, "witness")
    refused(ready.tries_badge_and_pin("coordinator_a"), Refusal.SAME_PERSON_TWICE)
    ready.shows_badge_and_pin("apheresis_nurse_a")
    page = ready.answer.page
    assert isinstance(page, FormPage)
    assert {field.value for field in page.fields} == {""}, "the second person starts from an empty form"
    answer = ready.describes(patient, born="1931-02-03", given="Xantippe")
    refused(answer, Refusal.ENTRIES_DIFFER)
    assert answer.message is not None
    assert answer.message.values == {"fields": "given, born"}
    for secret in ("1931-02-03", "Xantippe", patient["born"], patient["record_number"]):
        assert secret not in str(answer)
    assert not ready.bench.work.store.cases()
    ready.is_described_by_two(patient)
    ready.fills_in(path=str(ready.order_file("c1")))
    ready.types_identifiers(lot=ready.listing["cases"]["c1"]["lot"])
    case = ready.case(ready.is_enrolled_as("c1"))
    assert case.recipient is not None
    assert (case.recipient.family, case.recipient.born) == (patient["family"], patient["born"])
    enrolled = ready.events("PatientEnrolled")[-1].body
    assert isinstance(enrolled, e.PatientEnrolled)
    assert len(set(enrolled.typed_by)) == 2
    ready.confirms_nothing_wrong()


def test_an_order_from_the_sponsor_s_file_brings_the_chain_of_identity_and_links_the_identifiers(
    ready: SiteFromEmpty,
) -> None:
    case = ready.case(ready.enrols("c1", units=2))
    drawn = ready.listing["cases"]["c1"]
    assert case.order is not None
    assert (case.order.order, case.order.origin, case.order.units_expected) == (drawn["order"], "sponsor-file", 2)
    rows = {row.name: (row.value, row.origin) for row in case.identifiers}
    assert rows["coi"] == (drawn["coi"], "sponsor-file")
    assert rows["lot"] == (drawn["lot"], "typed-by-two")
    assert set(rows) == {"coi", "subject", "order", "lot"}
    for code in (f"]d1&/{drawn['coi']}", drawn["order"], ready.patient("p1")["wristband"]):
        ready.opens("today")
        answer = ready.scans(code)
        assert isinstance(answer.page, CasePage)
        assert answer.page.case == case.case


def test_without_a_file_the_order_is_typed_by_two_people_and_the_site_issues_the_chain_of_identity(
    ready: SiteFromEmpty,
) -> None:
    patient = ready.draws_case("c1")
    drawn = ready.listing["cases"]["c1"]
    ready.begins_enrolment(patient)
    ready.is_described_by_two(patient)
    refused(ready.tries_fill(order=drawn["order"]), Refusal.ENTRY_INCOMPLETE)
    ready.fills_in(order=drawn["order"], units="1")
    asks_for_somebody(ready.answer, "witness")
    refused(ready.tries_badge_and_pin("coordinator_a"), Refusal.SAME_PERSON_TWICE)
    ready.shows_badge_and_pin("pharmacist_a")
    assert isinstance(ready.answer.page, FormPage)
    assert {field.value for field in ready.answer.page.fields} == {""}
    answer = ready.tries_fill(order="ORD-2026-00000", units="1")
    refused(answer, Refusal.ENTRIES_DIFFER)
    assert drawn["order"] not in str(answer.message)
    ready.fills_in(order=drawn["order"], units="1")
    ready.shows_badge_and_pin("pharmacist_a")
    ready.fills_in(order=drawn["order"], units="1")
    assert "order" not in {field.id for field in ready.answer.page.fields}  # type: ignore[union-attr]
    ready.types_identifiers(subject=drawn["subject"], lot=drawn["lot"])
    case = ready.case(ready.is_enrolled_as("c1"))
    assert case.order is not None
    assert case.order.origin == "typed-by-two"
    facility = ready.bench.work.site.facility
    assert case.identifier("coi") == f"CH{facility}26000001"
    assert next(row for row in case.identifiers if row.name == "coi").origin == "issued"
    assert isinstance(ready.scans(drawn["order"]).page, CasePage), "the paper order is found again by scanning"


def test_an_identifier_of_the_wrong_form_or_of_another_case_is_refused(ready: SiteFromEmpty) -> None:
    ready.enrols("c1")
    first = ready.listing["cases"]["c1"]
    patient = ready.draws_case("c2")
    ready.signs_in("coordinator_a")
    ready.opens("today")
    ready.presses("enrol")
    ready.fills_in(profile="AUTO-CART-CRYO")
    refused(ready.tries_scan(ready.patient("p1")["wristband"]), Refusal.IDENTIFIER_TAKEN)
    refused(ready.tries_scan(ready.people["nurse_a"]["badge"]), Refusal.IDENTIFIER_TAKEN)
    ready.scans(patient["wristband"])
    ready.presses("save")
    ready.is_described_by_two(patient)
    order = ready.listing["cases"]["c2"]["order"]
    ready.fills_in(order=order, units="1")
    ready.shows_badge_and_pin("pharmacist_a")
    ready.fills_in(order=order, units="1")
    lot = ready.listing["cases"]["c2"]["lot"]
    assert ready.tries_fill(subject="40-17", lot=lot, coi="").verdict is Verdict.REFUSED
    refused(ready.tries_fill(subject=first["subject"], lot=lot, coi=""), Refusal.IDENTIFIER_TAKEN)
    refused(ready.tries_fill(subject="S-999-0001", lot=lot, coi=first["coi"]), Refusal.IDENTIFIER_TAKEN)
    assert len(ready.bench.work.store.cases()) == 1


def test_two_open_cases_never_share_a_wall_name(ready: SiteFromEmpty) -> None:
    names = [ready.case(ready.enrols(case)).wall_name for case in ("c1", "c2", "c3")]
    assert len(set(names)) == 3


def test_a_name_too_long_for_the_label_holds_back_the_label_and_not_the_collection(ready: SiteFromEmpty) -> None:
    patient = ready.draws_case("c1")
    patient["family"] = "Wolfeschlegelsteinhausenbergerdorff" * 3
    ready.begins_enrolment(patient)
    ready.is_described_by_two(patient)
    ready.fills_in(path=str(ready.order_file("c1")))
    ready.types_identifiers(lot=ready.listing["cases"]["c1"]["lot"])
    c1 = ready.is_enrolled_as("c1")
    ready.checks_at_the_chair("c1")
    ready.scans(ready.listing["spare"]["label_roll"])
    answer = ready.tries_press("start_collection")
    refused(answer, Refusal.LABEL_DOES_NOT_FIT)
    assert ready.case(c1).collected_units()[0].has("CollectionStarted")
    ready.goes_on()
    ready.fills_in(volume_ml="182")
    assert ready.case(c1).collected_units()[0].has("CollectionEnded")
    assert {label.state for label in ready.case(c1).labels.values()} == {"voided"}
    assert {label.job for label in ready.case(c1).labels.values()} == ready.case(c1).closed_jobs


def test_an_identifier_typed_by_hand_counts_only_when_a_second_person_types_the_same(ready: SiteFromEmpty) -> None:
    patient = ready.draws_case("c1")
    drawn = ready.listing["cases"]["c1"]
    ready.begins_enrolment(patient)
    ready.is_described_by_two(patient)
    ready.fills_in(path=str(ready.order_file("c1")))
    ready.fills_in(lot=drawn["lot"])
    refused(ready.tries_badge_and_pin("coordinator_a"), Refusal.SAME_PERSON_TWICE)
    ready.shows_badge_and_pin("apheresis_nurse_a")
    assert {field.value for field in ready.answer.page.fields} == {""}  # type: ignore[union-attr]
    answer = ready.tries_fill(lot="LOT-OTHER")
    refused(answer, Refusal.ENTRIES_DIFFER)
    assert drawn["lot"] not in str(answer.message)
    assert not ready.bench.work.store.cases(), "nothing is recorded before both agree"
    ready.types_identifiers(lot=drawn["lot"])
    case = ready.case(ready.is_enrolled_as("c1"))
    assert {row.name: row.origin for row in case.identifiers}["lot"] == "typed-by-two"


def test_an_identifier_that_was_scanned_needs_no_second_person(ready: SiteFromEmpty) -> None:
    patient = ready.draws_case("c1")
    drawn = ready.listing["cases"]["c1"]
    ready.begins_enrolment(patient)
    ready.is_described_by_two(patient)
    ready.fills_in(path=str(ready.order_file("c1")))
    ready.scans(drawn["lot"])
    ready.presses("save")
    case = ready.case(ready.is_enrolled_as("c1"))
    assert {row.name: row.origin for row in case.identifiers}["lot"] == "scanned"
