"""A product given into the body: nothing is collected; vials come from the sponsor, the guardian answers for a child."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from site_by_hand import refused
from site_from_empty import ROLES, Draw, SiteFromEmpty

from coordinator_app.demo import cast
from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import UnitRecord
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, GuidedPage
from coordinator_app.resource_files import resource_path

TRIAL = "IN-VIVO-VECTOR"
VIALS = [cast.kit(cast.GTIN_A, f"VEC00{number}", f"LOT-V{number}") for number in (1, 2)]
"""Two vials of two lots."""


class Children(SiteFromEmpty):
    """A site that gives a vector into the body of a child."""

    def is_set_up_for(self, profile: str, training: str) -> None:
        """Found the site, its people and the profile of the trial."""
        self.is_founded()
        for name in ROLES:
            if name != "administrator_a":
                self.admits(name, training)
        self.brings_in_profile(resource_path("profiles") / profile)
        self.approves_profile("pharmacist_a", "quality_a")

    def enrols_child(self) -> str:
        """Enrol a child whose order comes in a file; the site issues the identifier on its own pattern."""
        patient = self.draw.patient()
        self.listing["patients"]["p1"] = patient
        self.signs_in("coordinator_a")
        self.opens("today")
        self.presses("enrol")
        self.fills_in(profile=TRIAL)
        self.scans(patient["wristband"])
        self.presses("save")
        self.is_described_by_two(patient)
        path = self.files / "order.toml"
        path.write_text(
            f'trial = "{TRIAL}"\n[order]\nnumber = "ORD-2026-70001"\nunits = 2\ncode = "ORD-2026-70001"\n'
            '[[identifier]]\nname = "subject"\nvalue = "S-204-0001"\n'
            '[[identifier]]\nname = "order"\nvalue = "ORD-2026-70001"\ncode = "ORD-2026-70001"\n',
            encoding="utf-8",
        )
        self.fills_in(path=str(path))
        self.types_identifiers(coi="TH-000123", kit="VEC001")
        return self.is_enrolled_as_child()

    def is_enrolled_as_child(self) -> str:
        """Note the case."""
        id = self.bench.showing
        self.listing["cases"]["c1"] = {"id": id, "order": "ORD-2026-70001"}
        return id

    def takes_in_vials(self) -> dict[str, str]:
        """Take in what the sponsor sends: two vials of two lots in one shipment."""
        shipment = self.draw.shipment()
        self.listing["shipments"]["s1"] = shipment
        text = f'trial = "{TRIAL}"\n'
        for number, code in enumerate(VIALS, start=1):
            written = code.replace(cast.GS, "\\u001d")
            text += f'[[unit]]\nnumber = {number}\nkind = "vial"\nname = "vector"\ncodes = ["{written}"]\nlot = "LOT-V{number}"\n'
            self.listing["units"][f"u{number}"] = {"code": code}
        holds = self.clock.moment().at + timedelta(days=4)
        text += (f'[[shipment]]\nnumber = "CX-9"\ncode = "{shipment["code"]}"\nunits = [1, 2]\n'
                 f"holds_until = {holds:%Y-%m-%dT%H:%M:00Z}\n")  # fmt: skip
        path = self.files / "vials.toml"
        path.write_text(text, encoding="utf-8")
        self.signs_in("coordinator_a")
        self.opens(self.id("c1"))
        self.presses("sponsor_file")
        self.fills_in(path=str(path))
        return shipment

    def thaws_vial(self, unit: str) -> None:
        """Thaw one vial."""
        self.signs_in("pharmacist_a")
        self.begins("thaw", self.id("c1"))
        self.scans(self.code(unit))
        self.goes_on()
        self.presses("start_thaw")
        self.presses("thaw_complete")

    def draws(self, unit: str, volume_ml: str) -> None:
        """Draw one vial into the dose in hand, or begin one, after both pharmacists have read order and vial."""
        self.signs_in("pharmacist_a")
        if self.bench.in_hand is None:
            self.begins("prepare", self.id("c1"))
        else:
            self.presses("draw_another")
        self.scans("ORD-2026-70001", self.code(unit))
        self.shows_badge_and_pin("pharmacist_b")
        self.scans("ORD-2026-70001", self.code(unit))
        self.goes_on()
        self.fills_in(volume_ml=volume_ml)

    def finishes_dose(self) -> UnitRecord:
        """Label the dose and let both read its label on it."""
        case = self.id("c1")
        if "draw_another" in str(self.answer.page):
            self.presses("dose_complete")
        self.applies_labels(case)
        dose = [each for each in self.case(case).product_units() if each.prepared][-1]
        self.scans(self.label_of(dose))
        self.shows_badge_and_pin("pharmacist_b")
        self.scans(self.label_of(dose))
        self.goes_on()
        return self.case(case).units[dose.unit]

    def label_of(self, dose: UnitRecord) -> str:
        """Return what a scanner reads on the label of a dose."""
        labels = self.case(self.id("c1")).labels.values()
        return next(f"]d1{each.expected}" for each in labels if each.unit == dose.unit and each.state == "applied")

    def states(self, fact: str) -> None:
        """Record a fact that a gate asks for."""
        self.signs_in("coordinator_a")
        self.opens(self.id("c1"))
        self.presses("record_fact")
        self.fills_in(fact=fact, note="")


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    made = Children(tmp_path / "site", Draw(secrets.randbits(32)))
    made.is_set_up_for("in-vivo-vector.toml", TRIAL)
    yield made
    made.closes()


def test_a_vector_goes_from_the_door_into_the_body_and_nothing_was_ever_collected(children: Children) -> None:
    site, case = children, children.enrols_child()
    shipment = site.takes_in_vials()
    page = site.opens(case).page
    assert isinstance(page, CasePage)
    assert "journey.collect" not in {mark.say.code for mark in page.journey}
    site.receives(shipment, "c1", ["u1", "u2"])
    site.reviews_logger(shipment, case)
    site.signs_in("pharmacist_a")
    site.begins("accept", case)
    for unit in ("u1", "u2"):
        site.scans("ORD-2026-70001", site.code(unit))
        site.goes_on()
        site.presses("accept_unit")
        site.signs()
    site.stores("c1", ["u1", "u2"])
    site.signs_in("pharmacist_a")
    site.begins("release", case)
    site.scans("ORD-2026-70001")
    site.goes_on()
    site.signs()
    assert all(unit.has("BagReleased") for unit in site.case(case).product_units())
    for unit in ("u1", "u2"):
        site.signs_in("pharmacist_a")
        site.begins("retrieve", case)
        site.scans(site.code(unit))
        site.goes_on()
        site.scans(site.listing["spare"]["location"])
    site.begins("thaw", case)
    refused(site.tries_scan(site.code("u1")), Refusal.GATE_CLOSED)
    site.goes_on()
    site.states("consent.current")
    site.states("site.ready")
    for unit in ("u1", "u2"):
        site.thaws_vial(unit)
    site.begins("prepare", case)
    site.scans("ORD-2026-70001")
    refused(site.tries_scan(site.code("u1")), Refusal.TOO_EARLY)
    site.goes_on()
    site.waits(minutes=31)
    site.draws("u1", "20")
    site.draws("u2", "22")
    dose = site.finishes_dose()
    assert (dose.called, dose.lot) == ("syringe 1", "LOT-V1 + LOT-V2"), "one dose of two lots"
    assert {site.case(case).units[each].called for each in dose.parents} == {"vial 1", "vial 2"}
    assert all(site.unit(case, number).used for number in (1, 2)), "what is empty is used"
    site.signs_in("nurse_a")
    site.begins("transport", case)
    site.scans(site.label_of(dose))
    site.goes_on()
    site.fills_in(to="Ward 2")
    site.begins("bedside", case)
    site.scans(site.patient("p1")["wristband"])
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "ask.stated.guardian"
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    site.scans(site.label_of(dose))
    site.shows_badge_and_pin("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.label_of(dose))
    site.goes_on()
    site.scans(site.label_of(dose))
    site.presses("complete_infusion")
    assert site.case(case).units[dose.unit].has("AdministrationCompleted")
    assert not site.events("CollectionStarted")
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.unit == dose.unit
    site.confirms_nothing_wrong()
