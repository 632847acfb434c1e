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
        self.fills_in(coi="TH-000123", kit="VEC001")
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
    site.begins("retrieve", case)
    site.scans(site.code("u1"))
    site.goes_on()
    site.scans(site.listing["spare"]["location"])
    site.begins("thaw", case)
    refused(site.tries_scan(site.code("u1")), Refusal.GATE_CLOSED)
    site.goes_on()
    site.states("consent.current")
    site.states("site.ready")
    site.signs_in("pharmacist_a")
    site.begins("thaw", case)
    site.scans(site.code("u1"))
    site.goes_on()
    site.presses("start_thaw")
    site.presses("thaw_complete")
    site.begins("prepare", case)
    site.scans("ORD-2026-70001")
    refused(site.tries_scan(site.code("u1")), Refusal.TOO_EARLY)
    site.goes_on()
    site.waits(minutes=31)
    site.begins("prepare", case)
    site.scans("ORD-2026-70001", site.code("u1"))
    site.shows_badge_and_pin("pharmacist_b")
    site.scans("ORD-2026-70001", site.code("u1"))
    site.goes_on()
    site.fills_in(volume_ml="42")
    assert site.unit(case, 1).has("DosePrepared")
    site.signs_in("nurse_a")
    site.begins("transport", case)
    site.scans(site.code("u1"))
    site.goes_on()
    site.fills_in(to="Ward 2")
    site.begins("bedside", case)
    site.scans(site.patient("p1")["wristband"])
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "ask.stated.guardian"
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    site.scans(site.code("u1"))
    site.shows_badge_and_pin("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.goes_on()
    site.scans(site.code("u1"))
    site.presses("complete_infusion")
    assert site.unit(case, 1).has("AdministrationCompleted")
    assert not site.events("CollectionStarted")
    lots = {unit.lot for unit in site.case(case).product_units()}
    assert lots == {"LOT-V1", "LOT-V2"}
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.unit == site.unit(case, 1).unit, "the vial of the other lot is another unit"
    site.confirms_nothing_wrong()
