"""A site for any trial's profile, and somebody who does what each page asks: a whole walk reads like its steps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from site_from_empty import ROLES, Draw, SiteFromEmpty

from coordinator_app.demo import cast
from coordinator_app.domain.case_record import UnitRecord
from coordinator_app.domain.inputs import Submitted
from coordinator_app.domain.screens import Answer, FormPage, GuidedPage, SignInPage, Verdict, VerdictPage
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.resource_files import resource_path

MOST_PAGES = 120
"""More pages than any one step shows."""
ENTRIES = {
    "file": "",
    "volume_ml": "30", "condition": "good", "seal": "intact", "lowest_c": "-180", "highest_c": "-150",
    "verdict": "accepted", "location": "T1-01", "to": "Ward 4B, bed 4", "rest": "none", "given_ml": "12",
    "residual_ml": "18",
}  # fmt: skip


class AnyTrial(SiteFromEmpty):
    """A site on which the patients of one trial are walked through its steps, whatever the product."""

    trial: str

    @classmethod
    def of(cls, folder: Path, seed: int, profile: str, file: Path | None = None) -> AnyTrial:
        """Found a site with its people and one example profile, or one changed in a file."""
        made = cls(folder, Draw(seed))
        made.is_founded()
        path = file or resource_path("profiles") / f"{profile}.toml"
        made.trial = profile.upper()
        made.listing["extra"] = {}
        for name in ROLES:
            if name != "administrator_a":
                made.admits(name, made.trial)
        made.brings_in_profile(path)
        made.approves_profile("pharmacist_a", "quality_a")
        return made

    # Enrolling ----------------------------------------------------------------------------------------------------

    def enrols_for(
        self,
        case: str,
        identifiers: dict[str, str],
        *,
        donor: bool = False,
        patient: dict[str, str] | None = None,
        units: int = 1,
    ) -> str:
        """Enrol a drawn patient (and donor) on the sponsor's order file; returns the case's id."""
        number = case[1:]
        people = {"recipient": patient or self.draw.patient(), "donor": self.draw.patient()}
        self.listing["patients"][f"p{number}"] = people["recipient"]
        if donor:
            self.listing["patients"][f"d{number}"] = people["donor"]
        order = f"ORD-{self.draw.characters(4, '123456789')}-{self.draw.characters(5, '0123456789')}"
        subject = f"S-204-{self.draw.characters(4, '0123456789')}"
        self.listing["cases"][case] = {"patient": f"p{number}", "order": order, "units": units}
        path = self._order(case, {"subject": subject, "order": order, **identifiers})
        self.signs_in("coordinator_a")
        self.opens("today")
        self.presses("enrol")
        for _ in range(MOST_PAGES):
            if self.bench.in_hand is None:
                break
            self._enrolment_page(people, path)
        id = self.bench.showing
        self.listing["cases"][case]["id"] = id
        return id

    def _order(self, case: str, identifiers: dict[str, str]) -> Path:
        path = self.files / f"order-{case}.toml"
        order = identifiers["order"]
        count = self.listing["cases"][case]["units"]
        text = f'trial = "{self.trial}"\n[order]\nnumber = "{order}"\nunits = {count}\ncode = "{order}"\n'
        for name, value in identifiers.items():
            code = f"]d1&/{value}" if name == "coi" and value.startswith("CH") else value
            if name == "donation":
                code = f"]C0={value}00"
            written = code.replace(cast.GS, "\\u001d")
            text += f'[[identifier]]\nname = "{name}"\nvalue = "{value}"\n'
            text += f'code = "{written}"\n' if name != "subject" else ""
        path.write_text(text, encoding="utf-8")
        return path

    def _enrolment_page(self, people: dict[str, dict[str, str]], path: Path) -> None:
        page = self.answer.page
        if isinstance(page, SignInPage):
            self.shows_badge_and_pin("apheresis_nurse_a")
            return
        assert isinstance(page, FormPage), page
        person = people[page.title.values.get("part", "recipient")]
        if page.form == "enrol_trial":
            self.fills_in(profile=self.trial)
        elif page.form == "enrol_wristband":
            self.scans(person["wristband"])
            self.presses("save")
        elif page.form == "enrol_person":
            assert self.describes(person).verdict is not Verdict.REFUSED
        elif page.form == "enrol_order":
            self.fills_in(path=str(path))
        elif page.form == "enrol_identifiers":
            self.fills_in(**{field.id: self.listing["extra"].get(field.id, "") for field in page.fields})
        else:
            raise AssertionError(page)

    # The product --------------------------------------------------------------------------------------------------

    def sends(self, case: str, units: list[dict[str, Any]], *, releases: bool = True, shipped: bool = True) -> None:
        """Take in the sponsor's file: units (number, kind, name, lot), a certificate for them, one shipment."""
        shipment, certificate = self.draw.shipment(), cast.document(self.draw.number(6))
        self.listing["shipments"][case] = shipment
        self.listing["cases"][case].setdefault("certificate", certificate)
        text = f'trial = "{self.trial}"\n'
        for unit in units:
            code = cast.kit(cast.GTIN_A, f"{self.draw.characters(8)}{unit['number']}", unit.get("lot", "LOT-1"))
            self.listing["units"][f"{case}u{unit['number']}"] = {"code": code}
            written = code.replace(cast.GS, "\\u001d")
            text += f'[[unit]]\nnumber = {unit["number"]}\nkind = "{unit["kind"]}"\nname = "{unit["name"]}"\n'
            text += f'codes = ["{written}"]\ncontainer_codes = ["{written}"]\nlot = "{unit.get("lot", "LOT-1")}"\n'
            if "expires_at" in unit:
                text += f"expires_at = {unit['expires_at']:%Y-%m-%dT%H:%M:00Z}\n"
        text += f'[certificate]\nnumber = "C-{self.draw.number(5)}"\nreleases = {str(releases).lower()}\n'
        text += f'code = "{certificate}"\n'
        if shipped:
            holds = self.clock.moment().at + timedelta(days=9)
            text += f'[[shipment]]\nnumber = "CX-{self.draw.number(4)}"\ncode = "{shipment["code"]}"\n'
            text += f"units = {[unit['number'] for unit in units]}\nholds_until = {holds:%Y-%m-%dT%H:%M:00Z}\n"
        self.takes_in(case, text)

    def takes_in(self, case: str, text: str) -> Answer:
        """Take in a sponsor's file, whatever comes of it."""
        path = self.files / f"file-{self.draw.number(6)}.toml"
        path.write_text(text, encoding="utf-8")
        self.signs_in("coordinator_a")
        self.opens(self.id(case))
        self.presses("sponsor_file")
        return self.tries_fill(path=str(path))

    def states(self, case: str, *facts: str) -> None:
        """Record facts that gates ask for."""
        self.signs_in("coordinator_a")
        for fact in facts:
            self.opens(self.id(case))
            self.presses("record_fact")
            self.fills_in(fact=fact, note="")

    def label_of(self, case: str, unit: UnitRecord) -> str:
        """Return what a scanner reads on the newest label of a unit."""
        labels = self.case(self.id(case)).labels.values()
        return next(
            f"]d1{each.expected}" for each in reversed(labels) if (each.unit, each.state) == (unit.unit, "applied")
        )

    def doses(self, case: str) -> list[UnitRecord]:
        """Return the doses prepared for a case, by number."""
        return [each for each in self.case(self.id(case)).product_units() if each.prepared]

    # Walking ------------------------------------------------------------------------------------------------------

    def does_step(self, step: str, case: str, *units: str, press: tuple[str, ...] = (), **entries: str) -> None:
        """Do a step from its beginning to its end: what each page asks for, by people who may, unit after unit."""
        self._begins(step, case)
        for _ in range(MOST_PAGES):
            if self.bench.in_hand is None:
                return
            self._page(step, case, units, press, entries)
        raise AssertionError(f"{step} does not end: {self.answer.page}")

    def goes_as_far_as(
        self, instruction: str, step: str, case: str, *units: str, press: tuple[str, ...] = ()
    ) -> GuidedPage:
        """Do a step up to the page with this instruction, and leave it there."""
        self._begins(step, case)
        for _ in range(MOST_PAGES):
            page = self.answer.page
            if isinstance(page, GuidedPage) and page.instruction.code == instruction:
                return page
            self._page(step, case, units, press, {})
        raise AssertionError(f"{instruction} is never asked in {step}: {self.answer.page}")

    def _begins(self, step: str, case: str) -> None:
        rule = self.bench.work.profile(self.case(self.id(case))).step(step)
        assert rule is not None
        self._doing = rule
        mine = {str(role) for role in rule.roles}
        self.signs_in(next(name for name, role in ROLES.items() if role in mine))
        self._checks_before = len(self.case(self.id(case)).checks)
        self._pressed: list[str] = []
        if self.bench.in_hand is None:
            self.begins(step, self.id(case))

    def _page(
        self, step: str, case: str, units: tuple[str, ...], press: tuple[str, ...], entries: dict[str, str]
    ) -> None:
        page = self.answer.page
        if isinstance(page, VerdictPage):
            assert page.kind == "accepted", page
            self.goes_on()
        elif isinstance(page, SignInPage):
            self._sign_in_page(page)
        else:
            assert isinstance(page, GuidedPage), page
            self._guided_page(page, case, units, press, entries)

    def _sign_in_page(self, page: SignInPage) -> None:
        if page.purpose == "sign":
            self.signs()
            return
        second = {str(role) for role in self._doing.witness_roles or self._doing.roles}
        self.shows_badge_and_pin(next(n for n, role in ROLES.items() if role in second and n != self.signed_in))

    def _guided_page(
        self, page: GuidedPage, case: str, units: tuple[str, ...], press: tuple[str, ...], entries: dict[str, str]
    ) -> None:
        code = page.instruction.code
        donor = self._doing.procedure is ProcedureKind.COLLECT and case.replace("c", "d") in self.listing["patients"]
        person = self.patient(case.replace("c", "d" if donor else "p"))
        if code.startswith("label."):
            self.applies_labels(self.id(case))
        elif code.startswith("ask.stated") and page.fields[0].id == "record_number":
            self.does(Submitted({"record_number": person["record_number"]}))
        elif code.startswith("ask.stated"):
            self.hears(person["family"], person["born"])
        elif code == "scan.wristband":
            self.scans(person["wristband"])
        elif code.startswith("scan."):
            self.scans(self._thing(code.removeprefix("scan."), case, units))
        elif page.fields:
            self.fills_in(**self._entries(page, case, entries))
        else:
            self.presses(self._action(page, press))

    def _thing(self, object: str, case: str, units: tuple[str, ...]) -> str:
        if object in {"unit", "cassette"}:
            turn = len(self.case(self.id(case)).checks) - self._checks_before - 1
            if turn < len(units):
                return (
                    self.listing["units"][units[turn]]["code"] if units[turn] in self.listing["units"] else units[turn]
                )
            return self.label_of(case, self.doses(case)[-1])
        if object in {"order", "certificate"}:
            return str(self.listing["cases"][case][object])
        if object == "shipment":
            return str(self.listing["shipments"][case]["code"])
        if object == "label-roll":
            return f"]C0={self.draw.donation()}00"
        return str(self.listing["spare"][object])

    def _entries(self, page: GuidedPage, case: str, entries: dict[str, str]) -> dict[str, str]:
        known = {**ENTRIES, "count": str(len(self.case(self.id(case)).product_units())), **entries}
        return {field.id: known[field.id] for field in page.fields}

    def _action(self, page: GuidedPage, press: tuple[str, ...]) -> str:
        wanted = next(
            (each for each in press if any(a.id == each for a in page.actions) and each not in self._pressed), ""
        )
        if wanted:
            self._pressed.append(wanted)
            return wanted
        return next(each.id for each in page.actions if each.primary)
