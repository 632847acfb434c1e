"""A site that is set up by hand from nothing, with every code drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from demonstration_by_hand import Demonstration

from coordinator_app import __version__
from coordinator_app.codes.check_characters import check_character
from coordinator_app.demo import cast
from coordinator_app.domain.calibration_card import CARD
from coordinator_app.domain.screens import FormPage, ListPage
from coordinator_app.resource_files import resource_path
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.recovery_key import read_recovery_key
from coordinator_app.store.store import Store

CHEAP_PIN = "1,8,1"
"""A cheap Argon2id cost, so that forty sign-ins take no minute."""
ROLES = {
    "administrator_a": "administrator", "coordinator_a": "coordinator", "apheresis_nurse_a": "apheresis-nurse",
    "apheresis_nurse_b": "apheresis-nurse", "nurse_a": "nurse", "nurse_b": "nurse", "pharmacist_a": "pharmacist",
    "pharmacist_b": "pharmacist", "cell_laboratory_a": "cell-laboratory", "physician_a": "physician",
    "quality_a": "quality",
}  # fmt: skip
FAMILIES = ("Ångström", "O'Neill", "García Márquez", "Nguyễn", "Şahin", "Smith-Jones", "Łukasik", "Æbelø", "Ma", "Ó Sé",
            "Müller", "Đặng")  # fmt: skip
GIVEN = ("Zoë", "Jean-Luc", "María José", "Thị", "İrem", "Bo", "Łucja", "Søren", "Li", "Åsa", "Ümit", "Đức")
LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Draw:
    """Codes, names and numbers drawn at random, none twice; the seed is printed so that a failure can be repeated."""

    def __init__(self, seed: int) -> None:
        """Seed the draw."""
        print(f"codes drawn with seed {seed}")  # noqa: T201 - pytest shows it with a failure
        self._random = random.Random(seed)  # noqa: S311 - these are test codes, not secrets
        self._drawn: set[str] = set()

    def number(self, digits: int) -> int:
        """Draw a number of at most so many digits that was not drawn before."""
        return int(self.characters(digits, "0123456789"))

    def characters(self, count: int, alphabet: str = LETTERS) -> str:
        """Draw so many characters."""
        while True:
            text = "".join(self._random.choice(alphabet) for _ in range(count))
            if text not in self._drawn:
                self._drawn.add(text)
                return text

    def pick(self, choices: tuple[str, ...]) -> str:
        """Draw one of these."""
        return self._random.choice(choices)

    def birthday(self) -> str:
        """Draw a date of birth."""
        return (date(1935, 1, 1) + timedelta(days=self._random.randrange(29_000))).isoformat()

    def facility(self) -> str:
        """Draw one of the facilities that ISBT 128 reserves for validation."""
        return f"A999{self._random.randrange(10)}"

    def coi(self) -> str:
        """Draw a chain of identity identifier that the base label can carry."""
        return self._fitting(lambda: f"CH{self.facility()}{self.characters(2, '0123456789')}{self.characters(6)}")

    def donation(self) -> str:
        """Draw a donation number that the base label can carry."""
        return self._fitting(lambda: f"{self.facility()}26{self.characters(6, '0123456789')}")

    def _fitting(self, draw: Callable[[], str]) -> str:
        # The check boxes of the base label are too narrow for an M or a W.
        return next(text for text in iter(draw, "") if check_character(text) not in "MW")

    def person(self) -> dict[str, str]:
        """Draw a person who signs in."""
        return {
            "family": self.pick(FAMILIES), "given": self.pick(GIVEN), "badge": cast.badge(self.number(6)),
            "pin": self.characters(6, "0123456789"),
        }  # fmt: skip

    def patient(self) -> dict[str, str]:
        """Draw a patient."""
        return {
            "family": self.pick(FAMILIES), "given": self.pick(GIVEN), "born": self.birthday(),
            "record_number": str(self.number(9)), "wristband": cast.wristband(self.number(6)),
        }  # fmt: skip

    def case(self, patient: str, units: int) -> dict[str, Any]:
        """Draw the sponsor's numbers of a case and the codes on what is made for it."""
        serial, lot = self.characters(9), f"LOT-{self.characters(6)}"
        return {
            "patient": patient, "coi": self.coi(),
            "order": f"ORD-{self.characters(4, '123456789')}-{self.characters(5, '0123456789')}",
            "subject": f"S-{self.characters(3, '123456789')}-{self.characters(4, '0123456789')}", "lot": lot,
            "certificate": cast.document(self.number(6)),
            "codes": [cast.kit(cast.GTIN_A, f"{serial}{each}", lot) for each in range(1, units + 1)],
        }  # fmt: skip

    def shipment(self) -> dict[str, str]:
        """Draw a shipment with its seal, logger and courier."""
        return {"code": cast.sscc(self.number(8)), "seal": cast.seal(self.number(5)), "logger": cast.logger(self.number(5)),
                "courier": cast.courier(self.number(5))}  # fmt: skip


class SiteFromEmpty(Demonstration):
    """A workstation on which nothing has been recorded yet."""

    def __init__(self, folder: Path, draw: Draw, *, cheap_pins: bool = True) -> None:
        """Found the record, and nothing else."""
        clock = ScriptedClock(datetime(2026, 9, 1, 6, 30, tzinfo=UTC), "Europe/Berlin", clock="anchored")
        store = Store.create(
            folder, keys=FileKeys(folder, None), clock=clock, workstation="workstation:by-hand", site="site:by-hand",
            program=__version__,
        )  # fmt: skip
        if cheap_pins:
            store.set_note("pin_cost", CHEAP_PIN)
        store.close()
        self.draw, self.files = draw, folder / "files"
        self.files.mkdir()
        shipper = draw.shipment()
        listing: dict[str, Any] = {
            "people": {}, "patients": {}, "cases": {}, "units": {}, "shipments": {},
            "spare": {**shipper, "shipper": shipper["code"], "location": cast.place(f"T{draw.number(1)}-{draw.number(3)}"),
                      "label_roll": f"]C0={draw.donation()}00"},
        }  # fmt: skip
        super().__init__(folder, clock, listing)

    # Setting up ---------------------------------------------------------------------------------------------------

    def is_founded(self, kind: str = "training") -> None:
        """Fill in the site and its first administrator."""
        self.fills_in(
            name="Hôpital Saint-Éloi", place="Ward 2 · cart 1", zone="Europe/Paris", kind=kind,
            facility=self.draw.facility(), pharmacy="5511", physician="5500",
        )  # fmt: skip
        self._describes_person("administrator_a")
        if kind != "training":
            self.puts_recovery_key_on_paper()
        self.sets_up_its_scanner()

    def puts_recovery_key_on_paper(self) -> bytes:
        """Write the recovery key down and type back what is asked; returns it."""
        page = self.answer.page
        assert isinstance(page, ListPage)
        lines = [str(row.cells[1]) for row in page.rows]
        self.presses("go_on")
        self.types_back(lines)
        return read_recovery_key("\n".join(lines))

    def types_back(self, lines: list[str]) -> None:
        """Type the lines of the sheet that the page asks for."""
        page = self.answer.page
        assert isinstance(page, FormPage)
        self.fills_in(**{each.id: lines[int(each.id.removeprefix("line_")) - 1] for each in page.fields})

    def sets_up_its_scanner(self) -> None:
        """Read the calibration card with the scanner: until then its scans prove nobody's identity."""
        self.opens("scanners")
        self.scans(CARD)
        self.presses("back")

    def admits(self, name: str, training: str = "") -> None:
        """Add one person through the people form; the administrator signs."""
        self.signs_in("administrator_a")
        self.opens("people")
        self.presses("admit_person")
        self._describes_person(name, roles=ROLES[name], training=training)
        self.signs()

    def _describes_person(self, name: str, **more: str) -> None:
        person = self.draw.person()
        self.people[name] = person
        self.scans(person["badge"])
        self.fills_in(
            family=person["family"], given=person["given"], pin=person["pin"], pin_again=person["pin"], **more
        )

    def brings_in_profile(self, path: Path | None = None) -> None:
        """Offer a profile from a file."""
        self.signs_in("coordinator_a")
        self.opens("profiles")
        self.presses("bring_in_profile")
        self.fills_in(path=str(path or resource_path("profiles") / "auto-cart-cryo.toml"))

    def approves_profile(self, *people: str) -> None:
        """Approve the only profile that waits."""
        waiting = next(each for each in self.bench.work.site.profiles.values() if not each.approved)
        self.opens("profiles")
        self.presses(f"approve_profile:{waiting.sha256}")
        for name in people:
            self.shows_badge_and_pin(name)

    def is_set_up(self) -> None:
        """Found the site, its people and one approved profile."""
        self.is_founded()
        for name in ROLES:
            if name != "administrator_a":
                self.admits(name, "AUTO-CART-CRYO")
        self.brings_in_profile()
        self.approves_profile("pharmacist_a", "quality_a")

    # Enrolling ----------------------------------------------------------------------------------------------------

    def begins_enrolment(self, patient: dict[str, str]) -> None:
        """Choose the trial and scan the wristband."""
        self.signs_in("coordinator_a")
        self.opens("today")
        self.presses("enrol")
        self.fills_in(profile="AUTO-CART-CRYO")
        self.scans(patient["wristband"])
        self.presses("save")

    def describes(self, patient: dict[str, str], **otherwise: str) -> Any:
        """Type who the patient is, perhaps with a slip."""
        typed = {name: patient[name] for name in ("family", "given", "born", "record_number")}
        return self.tries_fill(**{**typed, "sex": "unknown", "record_issuer": "Saint-Éloi", **otherwise})

    def is_described_by_two(self, patient: dict[str, str]) -> None:
        """Type who the patient is, twice, each person alone."""
        self.describes(patient)
        self.shows_badge_and_pin("apheresis_nurse_a")
        self.describes(patient)

    def order_file(self, case: str) -> Path:
        """Write the sponsor's order of a case."""
        drawn = self.listing["cases"][case]
        path = self.files / f"order-{case}.toml"
        path.write_text(
            f'trial = "AUTO-CART-CRYO"\n[order]\nnumber = "{drawn["order"]}"\nunits = {len(drawn["codes"])}\n'
            f'code = "{drawn["order"]}"\n'
            f'[[identifier]]\nname = "coi"\nvalue = "{drawn["coi"]}"\ncode = "]d1&/{drawn["coi"]}"\n'
            f'[[identifier]]\nname = "subject"\nvalue = "{drawn["subject"]}"\n'
            f'[[identifier]]\nname = "order"\nvalue = "{drawn["order"]}"\ncode = "{drawn["order"]}"\n',
            encoding="utf-8",
        )
        return path

    def draws_case(self, case: str, units: int = 1) -> dict[str, str]:
        """Draw a patient and a case for them, and return the patient."""
        number = case[1:]
        patient = self.draw.patient()
        self.listing["patients"][f"p{number}"] = patient
        drawn = self.draw.case(f"p{number}", units)
        self.listing["cases"][case] = drawn
        for at, code in enumerate(drawn["codes"], start=1):
            self.listing["units"][f"{case}u{at}"] = {"code": code}
        return patient

    def enrols(self, case: str, units: int = 1) -> str:
        """Enrol a drawn patient by the sponsor's file; returns the case's id."""
        patient = self.draws_case(case, units)
        self.begins_enrolment(patient)
        self.is_described_by_two(patient)
        self.fills_in(path=str(self.order_file(case)))
        assert isinstance(self.answer.page, FormPage)
        self.types_identifiers(lot=self.listing["cases"][case]["lot"])
        return self.is_enrolled_as(case)

    def is_enrolled_as(self, case: str) -> str:
        """Note the id of the case just opened."""
        id = self.bench.showing
        assert id in self.bench.work.store.cases()
        self.listing["cases"][case]["id"] = id
        return id

    # Product ------------------------------------------------------------------------------------------------------

    def announces(self, case: str) -> dict[str, str]:
        """Take in the sponsor's file of the product on its way; returns the shipment."""
        drawn, shipment = self.listing["cases"][case], self.draw.shipment()
        self.listing["shipments"][case] = shipment
        holds = self.clock.moment().at + timedelta(days=9)
        text = f'trial = "AUTO-CART-CRYO"\n[[identifier]]\nname = "lot"\nvalue = "{drawn["lot"]}"\n'
        for number, code in enumerate(drawn["codes"], start=1):
            written = code.replace(cast.GS, "\\u001d")
            text += f'[[unit]]\nnumber = {number}\ncodes = ["{written}"]\ncontainer_codes = ["{written}"]\n'
        text += f'[certificate]\nnumber = "C-1"\nreleases = true\ncode = "{drawn["certificate"]}"\n'
        text += f'[[shipment]]\nnumber = "CX-1"\ncode = "{shipment["code"]}"\n'
        text += f"units = {list(range(1, len(drawn['codes']) + 1))}\nholds_until = {holds:%Y-%m-%dT%H:%M:00Z}\n"
        path = self.files / f"product-{case}.toml"
        path.write_text(text, encoding="utf-8")
        self.signs_in("coordinator_a")
        self.opens(self.id(case))
        self.presses("sponsor_file")
        self.fills_in(path=str(path))
        return shipment
