"""A product from the shelf: a unit becomes the patient's by two readings, and is the wrong one for everybody else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from any_trial import AnyTrial
from site_by_hand import asks_for_somebody, refused

from coordinator_app.demo import cast
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, FormPage

SHELF = {
    "v1": cast.kit(cast.GTIN_A, "SHELF0001", "LOT-A"), "v2": cast.kit(cast.GTIN_A, "SHELF0002", "LOT-B"),
    "v3": cast.kit(cast.GTIN_A, "SHELF0003", "LOT-B"),
    "old": cast.kit(cast.GTIN_A, "SHELF0004", "LOT-0", expiry="2608010800"),
    "lot_alone": f"]d201{cast.GTIN_A}{cast.check_digit(cast.GTIN_A)}10LOT-A",
}  # fmt: skip
"""What lies on the shelf when the walk begins; nobody's yet."""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[AnyTrial]:
    """A trial of cells from the shelf with two patients ordered for: two vials, and one."""
    made = AnyTrial.of(tmp_path / "site", secrets.randbits(32), "shelf-cells")
    made.listing["units"] = {name: {"code": code} for name, code in SHELF.items()}
    made.enrols_for("c1", {}, units=2)
    made.enrols_for("c2", {}, units=1)
    yield made
    made.closes()


def begins_to_assign(site: AnyTrial, case: str) -> None:
    site.signs_in("pharmacist_a")
    site.opens(site.id(case))
    site.presses("changes")
    site.tries_fill(change="assign_unit")


def assigns(site: AnyTrial, case: str, unit: str) -> None:
    begins_to_assign(site, case)
    site.scans(site.code(unit))
    site.presses("save")
    site.shows_badge_and_pin("pharmacist_b")
    site.scans(site.code(unit))
    site.presses("save")


def certifies(site: AnyTrial, case: str, unit: str, number: int, document: int, *, releases: bool = True) -> None:
    """Take in the certificate of one unit."""
    certificate = cast.document(document)
    site.listing["cases"][case]["certificate"] = certificate
    written = site.code(unit).replace(cast.GS, "\\u001d")
    text = f'trial = "{site.trial}"\n[[unit]]\nnumber = {number}\nkind = "vial"\ncodes = ["{written}"]\n'
    text += f'[certificate]\nnumber = "C-{document}"\nreleases = {str(releases).lower()}\ncode = "{certificate}"\n'
    site.takes_in(case, text)


def test_a_unit_of_the_shelf_goes_to_the_patient_it_was_assigned_to_and_nothing_is_collected(shelf: AnyTrial) -> None:
    site = shelf
    page = site.opens(site.id("c1")).page
    assert isinstance(page, CasePage)
    assert not {"journey.collect", "journey.receive"} & {mark.say.code for mark in page.journey}
    for unit in ("v1", "v2"):
        assigns(site, "c1", unit)
    assert {unit.lot for unit in site.case(site.id("c1")).product_units()} == {"LOT-A", "LOT-B"}
    registered = site.events("UnitRegistered")[-1].body
    assert len(set(registered.read_by)) == 2, "who read it stands on the record"  # type: ignore[union-attr]
    certifies(site, "c1", "v1", 1, 700001)
    certifies(site, "c1", "v2", 2, 700002)
    site.states("c1", "consent.current")
    site.does_step("accept", "c1", "v1", "v2")
    site.does_step("store", "c1", "v1", "v2")
    site.does_step("release", "c1")
    for unit in ("v1", "v2"):
        site.does_step("retrieve", "c1", unit)
        if unit == "v2":
            site.goes_as_far_as("scan.unit", "thaw", "c1")
            refused(site.tries_scan(site.code("v2")), Refusal.TOO_EARLY)
            site.goes_on()
            site.waits(minutes=31)
        for step in ("thaw", "transport", "bedside"):
            site.does_step(step, "c1", unit)
    assert all(unit.has("AdministrationCompleted") for unit in site.case(site.id("c1")).product_units())
    assert not site.events("CollectionStarted")
    site.confirms_nothing_wrong()


def test_a_unit_that_is_somebody_s_is_assigned_to_nobody_else(shelf: AnyTrial) -> None:
    assigns(shelf, "c1", "v1")
    begins_to_assign(shelf, "c2")
    refused(shelf.tries_scan(shelf.code("v1")), Refusal.IDENTIFIER_TAKEN)
    assert shelf.last_refusal().reason == "IDENTIFIER_TAKEN"
    shelf.presses("cancel")
    assert not shelf.case(shelf.id("c2")).units


def test_two_people_who_take_two_units_from_the_shelf_assign_neither(shelf: AnyTrial) -> None:
    begins_to_assign(shelf, "c1")
    shelf.scans(shelf.code("v1"))
    shelf.presses("save")
    asks_for_somebody(shelf.answer, "witness")
    refused(shelf.tries_badge_and_pin("pharmacist_a"), Refusal.SAME_PERSON_TWICE)
    shelf.shows_badge_and_pin("pharmacist_b")
    page = shelf.answer.page
    assert isinstance(page, FormPage)
    assert [field.value for field in page.fields] == [""], "the second begins with an empty form"
    assert "SHELF0001" not in repr(page)
    shelf.scans(shelf.code("v2"))
    refused(shelf.tries_press("save"), Refusal.ARMS_DISAGREE)
    assert not shelf.case(shelf.id("c1")).units


@pytest.mark.parametrize(("unit", "reason"), [("old", Refusal.EXPIRED), ("lot_alone", Refusal.NOT_WHAT_WAS_ASKED)])
def test_what_is_past_its_day_or_names_no_single_unit_is_not_assigned(
    shelf: AnyTrial, unit: str, reason: Refusal
) -> None:
    begins_to_assign(shelf, "c1")
    refused(shelf.tries_scan(shelf.code(unit)), reason)


def test_not_more_is_assigned_than_was_ordered(shelf: AnyTrial) -> None:
    assigns(shelf, "c2", "v1")
    begins_to_assign(shelf, "c2")
    refused(shelf.answer, Refusal.COUNT_DIFFERS)


def test_a_nurse_takes_nothing_from_the_shelf(shelf: AnyTrial) -> None:
    shelf.signs_in("nurse_a")
    shelf.opens(shelf.id("c1"))
    shelf.presses("changes")
    refused(shelf.tries_fill(change="assign_unit"), Refusal.NOT_ALLOWED)


def test_the_neighbour_s_unit_and_one_that_is_nobody_s_are_refused_where_it_is_accepted(shelf: AnyTrial) -> None:
    assigns(shelf, "c1", "v1")
    assigns(shelf, "c2", "v3")
    for wrong in ("v3", "v2"):
        shelf.goes_as_far_as("scan.order", "accept", "c1")
        shelf.scans(shelf.order("c1"))
        with shelf.nothing_moves():
            refused(shelf.tries_scan(shelf.code(wrong)), Refusal.WRONG_UNIT)
        shelf.goes_on()


def test_a_certificate_releases_only_the_units_that_it_names(shelf: AnyTrial) -> None:
    site = shelf
    for unit in ("v1", "v2"):
        assigns(site, "c1", unit)
    site.does_step("accept", "c1", "v1", "v2")
    site.does_step("store", "c1", "v1", "v2")
    certifies(site, "c1", "v1", 1, 700001)
    site.does_step("release", "c1")
    released = {unit.number: unit.has("BagReleased") for unit in site.case(site.id("c1")).product_units()}
    assert released == {1: True, 2: False}
    site.goes_as_far_as("scan.order", "release", "c1")
    site.scans(site.order("c1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.certificate("c1")), Refusal.CERTIFICATE_MISSING)
    site.goes_on()
    certifies(site, "c1", "v2", 2, 700002, releases=False)
    assert site.case(site.id("c1")).certified(site.unit(site.id("c1"), 1)), "what was released stays released"
    assert not site.case(site.id("c1")).certified(site.unit(site.id("c1"), 2))
    certifies(site, "c1", "v2", 2, 700003)
    site.does_step("release", "c1")
    assert site.unit(site.id("c1"), 2).has("BagReleased")
