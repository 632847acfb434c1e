"""Every kind of product from the door to the body, by whoever the profile names, and the wrong turns each invites."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from any_trial import AnyTrial
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import GuidedPage

Site = Callable[[str], AnyTrial]


@pytest.fixture
def site_of(tmp_path: Path) -> Iterator[Site]:
    """Found a site for a profile; closed at the end."""
    made: list[AnyTrial] = []

    def found(profile: str) -> AnyTrial:
        made.append(AnyTrial.of(tmp_path / f"site-{len(made)}", secrets.randbits(32), profile))
        return made[-1]

    yield found
    for each in made:
        each.closes()


def units_of(kind: str, *names: str, lots: tuple[str, ...] = ("LOT-1",)) -> list[dict[str, Any]]:
    """Describe units as the sponsor's file does, numbered from 1."""
    return [
        {"number": number, "kind": kind, "name": name, "lot": lots[(number - 1) % len(lots)]}
        for number, name in enumerate(names, start=1)
    ]


def comes_in(
    site: AnyTrial, case: str, units: list[dict[str, Any]], *, before: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Take units in at the door up to their release; `before` are facts that release asks for."""
    site.sends(case, units)
    names = tuple(f"{case}u{unit['number']}" for unit in units)
    known = {step.name for step in site.bench.work.profile(site.case(site.id(case))).steps}
    for step in ("receive", "review-logger", "accept", "store"):
        if step in known:
            site.does_step(step, case, *names)
    site.states(case, *before)
    site.does_step("release", case)
    return names


def goes_to_the_bed(site: AnyTrial, case: str, unit: str, *, upto: str = "bedside") -> None:
    """Take one unit from the store to the patient; `upto` is the first step left out, or the infusion included."""
    profile = site.bench.work.profile(site.case(site.id(case)))
    known = {step.name for step in profile.steps}
    for step in ("retrieve", "thaw", "prepare", "transport"):
        if step in known:
            site.does_step(step, case, unit)
    if upto == "bedside":
        site.does_step("bedside", case, unit)


def wrong_wristband(site: AnyTrial, step: str, case: str, wristband: str, reason: Refusal) -> None:
    """Begin a step at the patient with somebody's wristband that must be refused."""
    site.goes_as_far_as("scan.wristband", step, case)
    with site.nothing_moves():
        refused(site.tries_scan(wristband), reason)
    site.goes_on()


def nobody_collected(site: AnyTrial) -> bool:
    return not site.events("CollectionStarted")


# Donor lymphocytes ------------------------------------------------------------------------------------------------


def test_donor_lymphocytes_the_donor_gives_the_recipient_receives_and_neither_is_taken_for_the_other(
    site_of: Site,
) -> None:
    site = site_of("donor-dli")
    site.enrols_for(
        "c1", {"coi": site.draw.coi(), "donation": site.draw.donation(), "donor": "D-1234-5678"}, donor=True
    )
    p1, d1 = site.patient("p1"), site.patient("d1")
    wrong_wristband(site, "collect", "c1", p1["wristband"], Refusal.DONOR_RECIPIENT_CONFUSED)
    site.does_step("collect", "c1")
    site.states("c1", "consent.current", "backup.exists")
    one, two = comes_in(site, "c1", units_of("bag", "dose", "dose"))
    site.does_step("retrieve", "c1", two)
    site.goes_as_far_as("scan.cassette", "thaw", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code(two)), Refusal.WRONG_ORDER_OF_UNITS)
    site.goes_on()
    goes_to_the_bed(site, "c1", one, upto="")
    wrong_wristband(site, "bedside", "c1", d1["wristband"], Refusal.DONOR_RECIPIENT_CONFUSED)
    site.goes_as_far_as("infusion.running", "bedside", "c1", one)
    site.presses("portion_given")
    site.fills_in(given_ml="12", residual_ml="20")
    site.does_step("bedside", "c1", one)
    first = site.unit(site.id("c1"), 1)
    assert (first.given_ml, first.residual_ml, first.used) == (("12",), "20", True)
    deviations = site.case(site.id("c1")).deviations.values()
    assert {each.kind for each in deviations} >= {"mismatch"}
    site.confirms_nothing_wrong()


# Cord blood in two fractions --------------------------------------------------------------------------------------


def cord(site_of: Site) -> tuple[AnyTrial, str, str]:
    """Bring both fractions to their release."""
    site = site_of("cord-two-fractions")
    site.enrols_for("c1", {"coi": site.draw.coi(), "donation": site.draw.donation()})
    units = units_of("fraction", "cultured", "non-cultured")
    one, two = comes_in(site, "c1", units, before=("backup.exists",))
    return site, one, two


def test_cord_blood_comes_in_two_fractions_the_cultured_one_first(site_of: Site) -> None:
    site, one, two = cord(site_of)
    site.does_step("retrieve", "c1", two)
    site.goes_as_far_as("scan.cassette", "thaw", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code(two)), Refusal.WRONG_ORDER_OF_UNITS)
    site.goes_on()
    goes_to_the_bed(site, "c1", one)
    for step in ("thaw", "prepare", "transport", "bedside"):
        site.does_step(step, "c1", two)
    assert all(unit.has("AdministrationCompleted") for unit in site.case(site.id("c1")).product_units())
    assert nobody_collected(site)
    site.confirms_nothing_wrong()


def test_the_second_fraction_that_would_begin_sixty_one_minutes_after_the_first_ended_is_refused(site_of: Site) -> None:
    site, one, two = cord(site_of)
    goes_to_the_bed(site, "c1", one)
    goes_to_the_bed(site, "c1", two, upto="")
    site.waits(minutes=61)
    site.goes_as_far_as("scan.unit", "bedside", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code(two)), Refusal.CLOCK_OVERDUE)
    assert not site.unit(site.id("c1"), 2).has("AdministrationStarted")


# Vials of several lots, a bag with a stamped expiry, infiltrating lymphocytes -------------------------------------


def test_vials_of_several_lots_are_given_one_after_the_other(site_of: Site) -> None:
    site = site_of("auto-cd34-vials")
    site.enrols_for("c1", {"coi": site.draw.coi(), "lot": "LOT-ABC123"})
    site.does_step("collect", "c1")
    site.states("c1", "backup.exists", "conditioning.planned")
    one, two = comes_in(site, "c1", units_of("vial", "product", "product", lots=("LOT-A", "LOT-B")))
    site.states("c1", "conditioning_started")
    site.waits(days=3)
    goes_to_the_bed(site, "c1", one, upto="")
    site.does_step("retrieve", "c1", two)
    site.goes_as_far_as("scan.cassette", "thaw", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code(two)), Refusal.WRONG_ORDER_OF_UNITS)
    site.goes_on()
    site.does_step("bedside", "c1", one)
    for step in ("thaw", "transport", "bedside"):
        site.does_step(step, "c1", two)
    assert {unit.lot for unit in site.case(site.id("c1")).product_units()} == {"LOT-A", "LOT-B"}
    site.confirms_nothing_wrong()


def test_fresh_cells_are_given_before_their_stamped_hour_and_not_after(site_of: Site) -> None:
    site = site_of("fresh-stamped")
    site.enrols_for("c1", {"coi": site.draw.coi(), "disposition": "DF-1234567"})
    site.does_step("collect", "c1")
    stamped = site.clock.moment().at + timedelta(hours=18)
    units = [{**units_of("bag", "product")[0], "expires_at": stamped}]
    (bag,) = comes_in(site, "c1", units)
    goes_to_the_bed(site, "c1", bag, upto="")
    site.waits(hours=19)
    site.goes_as_far_as("scan.unit", "bedside", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code(bag)), Refusal.EXPIRED)


def test_tumour_infiltrating_lymphocytes_reach_the_patient_they_were_made_from(site_of: Site) -> None:
    site = site_of("auto-til")
    site.enrols_for("c1", {"coi": site.draw.coi(), "lot": "LOT-ABC123"})
    site.does_step("collect", "c1")
    site.states("c1", "conditioning.planned", "consent.current", "site.ready", "backup.exists")
    (bag,) = comes_in(site, "c1", units_of("bag", "product"))
    site.states("c1", "conditioning_started")
    site.waits(days=7)
    goes_to_the_bed(site, "c1", bag, upto="")
    site.enrols_for("c2", {"coi": site.draw.coi(), "lot": "LOT-XYZ789"})
    wrong_wristband(site, "bedside", "c1", site.patient("p2")["wristband"], Refusal.WRONG_PATIENT)
    site.does_step("bedside", "c1", bag)
    assert site.unit(site.id("c1"), 1).has("AdministrationCompleted")
    site.confirms_nothing_wrong()


# What changes between collection and infusion ---------------------------------------------------------------------


def test_a_name_and_a_wristband_that_changed_since_the_collection_are_the_same_patient_still(site_of: Site) -> None:
    site = site_of("donor-dli")
    site.enrols_for(
        "c1", {"coi": site.draw.coi(), "donation": site.draw.donation(), "donor": "D-1234-5678"}, donor=True
    )
    site.does_step("collect", "c1")
    site.states("c1", "consent.current", "backup.exists")
    (bag,) = comes_in(site, "c1", units_of("bag", "dose"))
    old = site.patient("p1")["wristband"]
    site.signs_in("coordinator_a")
    site.opens(site.id("c1"))
    site.presses("changes")
    site.fills_in(change="rename_patient")
    site.fills_in(part="recipient", family="Quillfeather", given="", reason="married")
    site.presses("changes")
    site.fills_in(change="replace_wristband")
    new = site.draw.patient()["wristband"]
    site.scans(new)
    site.fills_in(part="recipient", reason="worn out")
    goes_to_the_bed(site, "c1", bag, upto="")
    site.goes_as_far_as("scan.wristband", "bedside", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(old), Refusal.WRISTBAND_VOID)
    former = dict(site.patient("p1"))
    site.listing["patients"]["p1"]["wristband"] = new
    site.scans(new)
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    site.hears(former["family"], former["born"])
    site.listing["patients"]["p1"]["family"] = "Quillfeather"
    site.does_step("bedside", "c1", bag)
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.step == "bedside"
    assert site.unit(site.id("c1"), 1).has("AdministrationCompleted")
    site.confirms_nothing_wrong()
