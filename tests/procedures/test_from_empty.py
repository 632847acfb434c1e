"""A site built from nothing by its own screens, and the whole walk on it with codes drawn at random."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from site_by_hand import asks_for_somebody, refused
from site_from_empty import ROLES, Draw, SiteFromEmpty

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, FormPage, ListPage, SignInPage, TodayPage, Verdict
from coordinator_app.domain.vocabulary import Role
from coordinator_app.resource_files import resource_path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SiteFromEmpty]:
    """A workstation on which nothing has been recorded yet."""
    site = SiteFromEmpty(tmp_path / "site", Draw(secrets.randbits(32)))
    yield site
    site.closes()


@pytest.fixture
def ready(empty: SiteFromEmpty) -> SiteFromEmpty:
    """A site with its people and one approved profile."""
    empty.is_set_up()
    return empty


# Setting up -------------------------------------------------------------------------------------------------------


def test_an_empty_site_asks_first_for_itself_and_its_administrator(empty: SiteFromEmpty) -> None:
    page = empty.answer.page
    assert isinstance(page, FormPage)
    assert page.form == "found_site"
    assert {each.id for each in page.fields} >= {"name", "place", "zone", "kind", "facility", "pharmacy", "physician"}
    assert empty.tries_fill(name="X", place="Y", zone="Mars/Base", kind="training").verdict is Verdict.REFUSED
    assert empty.tries_fill(facility="hospital 7", zone="Europe/Paris").verdict is Verdict.REFUSED
    assert not empty.bench.work.site.founded
    empty.restarts()
    assert isinstance(empty.answer.page, FormPage), "a site half set up is not set up"


def test_a_site_is_set_up_with_its_administrator_who_then_signs_in(tmp_path: Path) -> None:
    """With the PIN cost of a real site."""
    site = SiteFromEmpty(tmp_path / "site", Draw(secrets.randbits(32)), cheap_pins=False)
    site.is_founded("trial")
    assert isinstance(site.answer.page, SignInPage)
    assert [each.type for each in site.log() if each.type != "EpochOpened"] == [
        "SiteFounded", "WorkstationAdmitted", "PersonAdded",
    ]  # fmt: skip
    assert site.answer.frame.demonstration is False
    site.signs_in("administrator_a")
    assert isinstance(site.answer.page, TodayPage)
    assert site.answer.frame.person is not None
    assert site.answer.frame.person.role == "administrator"
    (staff,) = site.bench.work.site.people.values()
    assert staff.pin.startswith("3,65536,2,"), "Argon2id with three passes over 64 MiB"
    site.confirms_nothing_wrong()
    site.closes()


def test_people_come_in_with_badge_roles_and_pin_and_the_administrator_signs(empty: SiteFromEmpty) -> None:
    empty.is_founded()
    empty.signs_in("administrator_a")
    empty.opens("people")
    empty.presses("admit_person")
    person = empty.draw.person()
    right = {"family": "Baker", "given": "Jo", "roles": "nurse", "pin": "135790", "pin_again": "135790"}
    refused(empty.tries_fill(**right), Refusal.ENTRY_INCOMPLETE)
    refused(empty.tries_scan(empty.people["administrator_a"]["badge"]), Refusal.IDENTIFIER_TAKEN)
    empty.scans(person["badge"])
    for wrong in ({"pin_again": "135791"}, {"pin": "1234", "pin_again": "1234"}, {"roles": "surgeon"}):
        refused(empty.tries_fill(**{**right, **wrong}), Refusal.ENTRY_INCOMPLETE)
    empty.fills_in(**right)
    page = empty.answer.page
    assert isinstance(page, SignInPage)
    assert (page.purpose, page.stage) == ("sign", "pin")
    assert not [each for each in empty.events("PersonAdded") if each.actor], "nothing is recorded before the signature"
    empty.signs()
    added = empty.events("PersonAdded")[-1].body
    assert isinstance(added, e.PersonAdded)
    assert added.verified_by == empty.events("PersonAdded")[-1].actor
    empty.people["nurse_a"] = {"badge": person["badge"], "pin": "135790"}
    empty.signs_in("nurse_a")
    refused(empty.tries_press("admit_person"), Refusal.NOT_WHAT_WAS_ASKED)


def test_every_role_can_be_given(ready: SiteFromEmpty) -> None:
    given = {role for staff in ready.bench.work.site.people.values() for role in staff.roles}
    assert given == set(ROLES.values())
    assert given <= {str(role) for role in Role}


def test_a_profile_counts_once_two_different_people_have_approved_exactly_this_text(empty: SiteFromEmpty) -> None:
    empty.is_founded()
    for name in ("coordinator_a", "pharmacist_a", "quality_a", "nurse_a"):
        empty.admits(name, "AUTO-CART-CRYO")
    empty.brings_in_profile()
    assert isinstance(empty.answer.page, ListPage)
    empty.opens("today")
    refused(empty.tries_press("enrol"), Refusal.PROFILE_NOT_APPROVED)
    empty.approves_profile("pharmacist_a")
    asks_for_somebody(empty.answer, "sign")
    refused(empty.tries_badge_and_pin("pharmacist_a"), Refusal.SAME_PERSON_TWICE)
    refused(empty.tries_badge_and_pin("nurse_a"), Refusal.NOT_ALLOWED)
    assert not next(iter(empty.bench.work.site.profiles.values())).approved
    empty.shows_badge_and_pin("quality_a")
    known = next(iter(empty.bench.work.site.profiles.values()))
    assert known.approved
    approved = [each.body for each in empty.events("ProfileApproved")]
    assert [each.sha256 for each in approved if isinstance(each, e.ProfileApproved)] == [known.sha256] * 2
    empty.confirms_nothing_wrong()


def test_a_profile_with_a_mistake_is_refused_with_line_and_remedy_and_changes_nothing(empty: SiteFromEmpty) -> None:
    empty.is_founded()
    for name in ("coordinator_a", "pharmacist_a"):
        empty.admits(name)
    text = (resource_path("profiles") / "auto-cart-cryo.toml").read_text(encoding="utf-8")
    path = empty.files / "mistake.toml"
    path.write_text(text.replace('limit = "2h 30min"', 'limit = "2 and a half hours"'), encoding="utf-8")
    empty.signs_in("coordinator_a")
    empty.opens("profiles")
    empty.presses("bring_in_profile")
    answer = empty.tries_fill(path=str(path))
    assert answer.verdict is Verdict.REFUSED
    assert answer.message is not None
    assert "limit" in answer.message.values["sentence"]
    assert empty.tries_fill(path=str(empty.files / "not-there.toml")).verdict is Verdict.REFUSED
    assert not empty.bench.work.site.profiles


def test_an_example_profile_is_refused_for_real_cases(tmp_path: Path) -> None:
    site = SiteFromEmpty(tmp_path / "site", Draw(secrets.randbits(32)))
    site.is_founded("trial")
    for name in ("coordinator_a", "pharmacist_a", "quality_a"):
        site.admits(name, "AUTO-CART-CRYO")
    site.brings_in_profile()
    site.approves_profile("pharmacist_a", "quality_a")
    site.opens("today")
    refused(site.tries_press("enrol"), Refusal.PROFILE_NOT_APPROVED)
    assert not site.bench.work.store.cases()
    site.closes()


# Enrolling --------------------------------------------------------------------------------------------------------


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
    ready.fills_in(lot=ready.listing["cases"]["c1"]["lot"])
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
    assert rows["lot"] == (drawn["lot"], "typed")
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
    ready.fills_in(subject=drawn["subject"], lot=drawn["lot"])
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
    ready.fills_in(lot=ready.listing["cases"]["c1"]["lot"])
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


# The same walk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [1, 2, "fresh"])
def test_the_same_walk_passes_on_a_site_built_from_empty_with_codes_drawn_at_random(
    tmp_path: Path, draw: int | str
) -> None:
    """Design §13, first point, last clause."""
    site = SiteFromEmpty(tmp_path / "site", Draw(draw if isinstance(draw, int) else secrets.randbits(32)))
    site.is_set_up()
    c1 = site.enrols("c1", units=2)
    site.enrols("c2")
    site.collects("c1")
    site.packs("c1")
    site.hands_over("c1")
    site.waits(days=20)
    shipment = site.announces("c1")
    units = ("c1u1", "c1u2")
    site.receives(shipment, "c1", units)
    site.reviews_logger(shipment, c1)
    site.accepts("c1", units)
    site.stores("c1", units)
    site.releases("c1")
    site.conditions("c1")
    for unit in units:
        site.thawed_at_the_bedside("c1", unit)
        site.starts_infusion("c1", unit)
        site.presses("complete_infusion")
    assert [unit.used for unit in site.case(c1).product_units()] == [True, True]
    site.begins("bedside", c1)
    refused(site.tries_scan(site.patient("p2")["wristband"]), Refusal.WRONG_PATIENT)
    site.confirms_nothing_wrong()
    site.restarts(reboot=True)
    site.confirms_nothing_wrong()
    site.closes()
