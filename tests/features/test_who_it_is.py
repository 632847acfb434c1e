"""Patients who are easily taken for one another, who cannot answer, whose record or name changed: the gate at the bed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import refused
from site_from_empty import Draw, SiteFromEmpty

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Stated, Submitted
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, GuidedPage, PatientBanner, VerdictPage
from coordinator_app.resource_files import resource_path

# Twins ------------------------------------------------------------------------------------------------------------


class Wards(SiteFromEmpty):
    """A site from empty on which patients are enrolled who are alike."""

    def enrols_alike(self, case: str, other: dict[str, str], **differing: str) -> dict[str, str]:
        """Enrol another patient with the same names and date of birth, and a wristband and number of their own."""
        patient = self.draws_case(case)
        patient.update({"family": other["family"], "given": other["given"], "born": other["born"], **differing})
        self.begins_enrolment(patient)
        self.is_described_by_two(patient)
        self.fills_in(path=str(self.order_file(case)))
        self.types_identifiers(lot=self.listing["cases"][case]["lot"])
        self.is_enrolled_as(case)
        return patient

    def brings_product_to_release(self, case: str) -> None:
        """Receive, accept, store and release what was made for a case."""
        shipment = self.announces(case)
        units = [f"{case}u1"]
        self.receives(shipment, case, units, logger=False)
        self.reviews_logger(shipment, case)
        self.accepts(case, units)
        self.stores(case, units)
        self.releases(case)


@pytest.fixture
def wards(tmp_path: Path) -> Iterator[Wards]:
    made = Wards(tmp_path / "site", Draw(secrets.randbits(32)))
    made.is_set_up()
    yield made
    made.closes()


def test_the_wristband_of_a_twin_with_the_same_name_and_birth_date_ends_the_check(wards: Wards) -> None:
    wards.enrols("c1")
    p1 = wards.patient("p1")
    p2 = wards.enrols_alike("c2", p1)
    assert (p1["family"], p1["given"], p1["born"]) == (p2["family"], p2["given"], p2["born"])
    wards.signs_in("apheresis_nurse_a")
    wards.begins("collect", wards.id("c1"))
    with wards.nothing_moves():
        refused(wards.tries_scan(p2["wristband"]), Refusal.WRONG_PATIENT)
    assert isinstance(wards.answer.page, VerdictPage)
    assert wards.answer.page.kind == "mismatch"
    wards.goes_on()
    wards.begins("collect", wards.id("c2"))
    wards.reads_wristband_and_hears(p2)
    wards.shows_badge_and_pin("apheresis_nurse_b")
    with wards.nothing_moves():
        refused(wards.tries_scan(p1["wristband"]), Refusal.WRONG_PATIENT)


def test_each_of_two_patients_alike_is_found_by_their_own_wristband(wards: Wards) -> None:
    wards.enrols("c1")
    p2 = wards.enrols_alike("c2", wards.patient("p1"))
    for case, patient in (("c1", wards.patient("p1")), ("c2", p2)):
        wards.signs_in("nurse_a")
        wards.scans(patient["wristband"])
        page = wards.answer.page
        assert isinstance(page, CasePage)
        assert page.case == wards.id(case)
        assert page.banner.record_number == patient["record_number"]


# Merged records ---------------------------------------------------------------------------------------------------


def merges(site: Demonstration, case: str, number: str, issuer: str = "St Brigid's") -> None:
    site.signs_in("coordinator_a")
    site.opens(site.id(case))
    site.presses("changes")
    site.fills_in(change="merge_records")
    site.fills_in(record_number=number, record_issuer=issuer, reason="double registration found by medical records")


def test_after_a_merge_nothing_goes_on_until_two_people_have_checked_the_patient_anew(site: Demonstration) -> None:
    c1 = site.id("c1")
    merges(site, "c1", "004799999")
    assert isinstance(site.answer.page, CasePage)
    assert isinstance(site.answer.page.banner, PatientBanner)
    assert site.answer.page.banner.record_number == "004799999"
    assert site.answer.page.actions[0].id == "begin:identity-after-merge"
    recipient = site.case(c1).recipient
    assert recipient is not None
    assert recipient.former_numbers == ("004718226",)
    assert "004799999" not in str(site.written(site.events("RecordMerged")[-1]))
    site.signs_in("cell_laboratory_a")
    with site.nothing_moves():
        refused(site.tries_to_begin("retrieve", c1), Refusal.IDENTITY_CHECK_NEEDED)
    site.goes_on()
    site.signs_in("nurse_a")
    site.begins("identity-after-merge", c1)
    site.reads_wristband_and_hears(site.patient("p1"))
    refused(site.tries_badge_and_pin("nurse_a"), Refusal.SAME_PERSON_TWICE)
    site.shows_badge_and_pin("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert (confirmed.step, confirmed.unit, confirmed.objects) == ("identity-after-merge", "", ("wristband",))
    site.goes_on()
    site.retrieves("c1", "u1")
    site.confirms_nothing_wrong()


def test_a_check_from_before_the_merge_does_not_count(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.finishes_infusion("c1", "u1")
    merges(site, "c1", "004799999")
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("retrieve", site.id("c1")), Refusal.IDENTITY_CHECK_NEEDED)


def test_a_merge_into_the_number_of_somebody_born_on_another_day_is_a_contradiction(site: Demonstration) -> None:
    merges(site, "c1", site.patient("p5")["record_number"])
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("retrieve", site.id("c1")), Refusal.DISCREPANCY_OPEN)
    assert set(site.case(site.id("c1")).discrepancies.values()) == {"record_number_of_two"}


def test_there_is_nothing_to_check_anew_where_nothing_was_merged(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    refused(site.tries_to_begin("identity-after-merge", site.id("c1")), Refusal.NOT_WHAT_WAS_ASKED)


# Who answers ------------------------------------------------------------------------------------------------------


def profile_where(stated: str, path: Path) -> Path:
    text = (resource_path("profiles") / "auto-cart-cryo.toml").read_text(encoding="utf-8")
    assert 'stated = "spoken"' in text
    path.write_text(text.replace('stated = "spoken"', f'stated = "{stated}"'), encoding="utf-8")
    return path


def ward_where(stated: str, tmp_path: Path) -> Wards:
    made = Wards(tmp_path / "site", Draw(secrets.randbits(32)))
    made.is_founded()
    for name in ("coordinator_a", "apheresis_nurse_a", "apheresis_nurse_b", "pharmacist_a", "quality_a"):
        made.admits(name, "AUTO-CART-CRYO")
    made.brings_in_profile(profile_where(stated, tmp_path / "profile.toml"))
    made.approves_profile("pharmacist_a", "quality_a")
    made.enrols("c1")
    return made


@pytest.fixture
def unconscious(tmp_path: Path) -> Iterator[Wards]:
    made = ward_where("wristband-pair", tmp_path)
    yield made
    made.closes()


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Wards]:
    made = ward_where("guardian", tmp_path)
    yield made
    made.closes()


def _reads_number(site: Wards, number: str) -> None:
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert [each.id for each in page.fields] == ["record_number"]
    site.does(Submitted({"record_number": number}))


def test_for_a_patient_who_cannot_answer_two_people_each_read_a_second_identifier(unconscious: Wards) -> None:
    p1 = unconscious.patient("p1")
    unconscious.signs_in("apheresis_nurse_a")
    unconscious.begins("collect", unconscious.id("c1"))
    unconscious.scans(p1["wristband"])
    _reads_number(unconscious, p1["record_number"])
    unconscious.shows_badge_and_pin("apheresis_nurse_b")
    unconscious.scans(p1["wristband"])
    _reads_number(unconscious, f" {p1['record_number'][:3]} {p1['record_number'][3:]}")
    assert len(unconscious.events("IdentityConfirmed")) == 1
    closed = unconscious.events("ArmClosed")
    assert len(closed) == 2
    assert all(p1["record_number"] not in str(unconscious.written(each)) for each in closed)


def test_another_number_for_a_patient_who_cannot_answer_is_asked_once_more_and_then_refused(
    unconscious: Wards,
) -> None:
    p1 = unconscious.patient("p1")
    unconscious.signs_in("apheresis_nurse_a")
    unconscious.begins("collect", unconscious.id("c1"))
    unconscious.scans(p1["wristband"])
    _reads_number(unconscious, p1["record_number"])
    unconscious.shows_badge_and_pin("apheresis_nurse_b")
    unconscious.scans(p1["wristband"])
    _reads_number(unconscious, "000000001")
    with unconscious.nothing_moves():
        _reads_number(unconscious, "000000001")
        unconscious.shows_badge_and_pin("apheresis_nurse_a")
        refused(
            unconscious.tries(Submitted({"record_number": p1["record_number"]})), Refusal.ARMS_DISAGREE
        )  # fmt: skip


def test_name_and_birth_date_do_not_stand_in_for_the_second_identifier(unconscious: Wards) -> None:
    p1 = unconscious.patient("p1")
    unconscious.signs_in("apheresis_nurse_a")
    unconscious.begins("collect", unconscious.id("c1"))
    for name in ("", "apheresis_nurse_b"):
        if name:
            unconscious.shows_badge_and_pin(name)
        unconscious.scans(p1["wristband"])
        unconscious.hears(p1["family"], p1["born"])
    assert not unconscious.events("IdentityConfirmed")


def test_for_a_child_the_guardian_is_asked(child: Wards) -> None:
    child.signs_in("apheresis_nurse_a")
    child.begins("collect", child.id("c1"))
    child.scans(child.patient("p1")["wristband"])
    assert isinstance(child.answer.page, GuidedPage)
    assert child.answer.page.instruction.code == "ask.stated.guardian"
    child.hears(child.patient("p1")["family"], child.patient("p1")["born"])
    child.shows_badge_and_pin("apheresis_nurse_b")
    child.reads_wristband_and_hears(child.patient("p1"))
    assert len(child.events("IdentityConfirmed")) == 1


def test_another_birth_date_from_the_guardian_is_asked_once_more_and_then_refused(child: Wards) -> None:
    p1 = child.patient("p1")
    wrong = "2019-01-31" if p1["born"] != "2019-01-31" else "2019-02-01"
    child.signs_in("apheresis_nurse_a")
    child.begins("collect", child.id("c1"))
    child.scans(p1["wristband"])
    child.hears(p1["family"], wrong)
    child.shows_badge_and_pin("apheresis_nurse_b")
    child.scans(p1["wristband"])
    with child.nothing_moves():
        child.hears(p1["family"], wrong)
        child.hears(p1["family"], wrong)
        child.shows_badge_and_pin("apheresis_nurse_a")
        refused(child.tries(Stated(p1["family"], wrong)), Refusal.WRONG_PATIENT)
    assert wrong not in str(child.answer.page)


def test_the_interpreter_is_named_while_the_patient_is_asked_and_nothing_else_is(site: Demonstration) -> None:
    site.c3_thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c3"))
    site.scans(site.patient("p3")["wristband"])
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert page.hint is not None
    assert page.hint.values["communication"] == "Portuguese interpreter"
    shown = repr(page)
    for told in ("Fernandes", "1988", "004719044"):
        assert told not in shown
