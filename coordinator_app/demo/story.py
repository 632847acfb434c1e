"""The demonstration site's past: six cases walked through the bench, so that nothing in it was written by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from coordinator_app.demo import cast
from coordinator_app.demo.hands import Hands
from coordinator_app.domain.inputs import CalibrationRead, Scanned
from coordinator_app.procedures.found_site import offer_profile, record_delegation, record_site, record_training
from coordinator_app.procedures.lists import shipped_profiles
from coordinator_app.procedures.people import add_person
from coordinator_app.procedures.reading import read_code
from coordinator_app.procedures.scanner_setup import record_calibration
from coordinator_app.procedures.workplace import Workplace

SITE = "St Brigid's Hospital, Cell Therapy"
PLACE = "Ward 4B · cart 2"
PIN_COST = (1, 8, 1)
"""A cheap Argon2id cost, for invented people only: the demonstration must open quickly."""


def found(work: Workplace) -> dict[str, str]:
    """Record site, people, training and approved profiles; returns each person's id by their name in the cast."""
    record_site(
        work, name=SITE, place=PLACE, zone="Europe/Berlin", facility="A9999", training=True,
        phones={"pharmacy": "4411", "physician": "4400", "cell laboratory": "4412"},
    )  # fmt: skip
    ids: dict[str, str] = {}
    until = work.now() + timedelta(days=365)
    first: str | None = None
    for name, person in cast.PEOPLE.items():
        codes = tuple(sorted(read_code(work, Scanned(person.badge.encode())).codes))
        ids[name] = add_person(
            work, family=person.family, given=person.given, roles=person.roles, badges=codes, pin=person.pin,
            added_by=first, cost=PIN_COST,
        )  # fmt: skip
        first = first or ids[name]
    for name, person in cast.PEOPLE.items():
        for training in sorted(set(cast.PROFILES.values())) if person.trained else ():
            record_training(work, ids[name], training, until, ids["administrator_a"])
        for trial in sorted(set(cast.PROFILES.values())):
            record_delegation(work, ids[name], trial, until, ids["administrator_a"])
    record_calibration(work, CalibrationRead("scanner-1"), ids["administrator_a"])
    work.commit()
    for text in shipped_profiles().values():
        offer_profile(work, text, ids["coordinator_a"])
    work.commit()
    return ids


def approve_profiles(hands: Hands) -> None:
    """Have the three trials' profiles approved by two people."""
    hands.sign_in("coordinator_a")
    for known in list(hands.bench.work.site.profiles.values()):
        if known.profile in set(cast.PROFILES.values()):
            hands.open("profiles")
            hands.press(f"approve_profile:{known.sha256}")
            hands.badge_and_pin("pharmacist_a")
            hands.badge_and_pin("quality_a")


# Enrolment --------------------------------------------------------------------------------------------------------


def enrol(hands: Hands, case: str, files: Path) -> str:
    """Enrol the patient of a case through the enrolment screens; returns the case id."""
    hands.sign_in("coordinator_a")
    hands.open("today")
    hands.press("enrol")
    hands.fill(profile=cast.PROFILES[case])
    patient = cast.PATIENT_OF[case]
    for part in (patient, "d3") if cast.PROFILES[case] == "DONOR-DLI" else (patient,):
        hands.scan(_band_at_enrolment(part))
        hands.fill(wristband=_band_at_enrolment(part))
        _person(hands, part)
        hands.badge_and_pin("apheresis_nurse_a")
        _person(hands, part)
    order = files / f"order-{case}.toml"
    order.write_text(order_file(case), encoding="utf-8")
    hands.fill(path=str(order))
    missing = {name: value for name, value in _typed_identifiers(case).items()
               if any(field.id == name for field in getattr(hands.answer.page, "fields", ()))}  # fmt: skip
    if missing:
        hands.fill(**missing)
        hands.badge_and_pin("apheresis_nurse_a")
        hands.fill(**missing)
    return hands.bench.showing


def _band_at_enrolment(patient: str) -> str:
    return cast.VOID_WRISTBAND if patient == "p1" else cast.PATIENTS[patient].wristband


def _person(hands: Hands, name: str) -> None:
    who = cast.PATIENTS[name]
    family = cast.FORMER_NAME_P6 if name == "p6" else who.family
    hands.fill(
        family=family, given=who.given, title=who.title, born=who.born, sex=who.sex, record_number=who.record_number,
        record_issuer=cast.RECORD_ISSUER, communication=who.communication,
    )  # fmt: skip


def _typed_identifiers(case: str) -> dict[str, str]:
    return {"donor": "D-2026-0301", "donation": cast.DOSE_DIN, "disposition": "DF-0042117", "lot": cast.LOT[case],
            "order": cast.ORDER[case], "subject": cast.SUBJECT[case], "coi": cast.COI[case]}  # fmt: skip


def order_file(case: str) -> str:
    """Return the sponsor's order of a case as TOML."""
    count = 2 if case == "c1" else 1
    return f"""trial = "{cast.PROFILES[case]}"
[order]
number = "{cast.ORDER[case]}"
units = {count}
code = "{cast.ORDER[case]}"
[[identifier]]
name = "coi"
value = "{cast.COI[case]}"
code = "]d1&/{cast.COI[case]}"
[[identifier]]
name = "subject"
value = "{cast.SUBJECT[case]}"
[[identifier]]
name = "order"
value = "{cast.ORDER[case]}"
code = "{cast.ORDER[case]}"
"""


# Collection -------------------------------------------------------------------------------------------------------


def collect(hands: Hands, case: str, id: str) -> None:
    """Collect, label, pack and hand over to the courier."""
    person = "d3" if case == "c3" else cast.PATIENT_OF[case]
    hands.sign_in("apheresis_nurse_a")
    hands.begin("collect", id)
    _arm(hands, person)
    hands.witness("apheresis_nurse_b")
    _arm(hands, person)
    hands.go_on()
    hands.scan(cast.DIN[case])
    hands.press("start_collection")
    hands.apply_labels(id)
    hands.clock.advance(timedelta(hours=4))
    hands.fill(volume_ml="182")
    number = int(case[1:])
    hands.begin("pack", id)
    hands.scan(hands.labels[-1] if hands.labels[-1].startswith("]") else f"]d1{hands.labels[-1]}")
    hands.go_on()
    hands.scan(cast.sscc(700 + number), cast.seal(700 + number))
    hands.begin("hand-over", id)
    hands.scan(cast.sscc(700 + number))
    hands.go_on()
    hands.scan(cast.seal(700 + number), cast.courier(31))


def _arm(hands: Hands, patient: str) -> None:
    """Scan a wristband and enter what its wearer says, under the name they had then."""
    who = cast.PATIENTS[patient]
    hands.scan(_band_at_enrolment(patient))
    hands.state(cast.FORMER_NAME_P6 if patient == "p6" else who.family, who.born)


# Product ----------------------------------------------------------------------------------------------------------


def unit_codes(case: str, number: int, stamped: datetime | None = None) -> str:
    """Return the label of a product unit as a scanner sends it; the cassette bears the same code."""
    if cast.PROFILES[case] == "DONOR-DLI":
        return cast.dose(cast.DOSE_DIN, f"{number:02d}")
    if cast.PROFILES[case] == "FRESH-STAMPED":
        at = (stamped or datetime.now(UTC)).astimezone(UTC)
        return cast.kit(cast.GTIN_F, f"F{case[1:]}0{number}", cast.LOT[case], at.strftime("%y%m%d%H%M"))
    return cast.kit(cast.GTIN_A, f"KIT0{case[1:]}00{number}", cast.LOT[case])


def product_file(case: str, units: int, stamped: datetime | None, holds_until: datetime) -> str:
    """Return the sponsor's file of what was made and shipped: units, certificate, shipment."""
    number = int(case[1:])
    text = f'trial = "{cast.PROFILES[case]}"\n[[identifier]]\nname = "lot"\nvalue = "{cast.LOT[case]}"\n'
    for each in range(1, units + 1):
        code = unit_codes(case, each, stamped).replace(cast.GS, "\\u001d")
        expiry = f"expires_at = {stamped.astimezone(UTC):%Y-%m-%dT%H:%M:00Z}\n" if stamped is not None else ""
        kind = "dose" if cast.PROFILES[case] == "DONOR-DLI" else "product"
        container = f'container_codes = ["{code}"]\n' if cast.PROFILES[case] != "FRESH-STAMPED" else ""
        text += (f'[[unit]]\nnumber = {each}\nname = "{kind}"\ncodes = ["{code}"]\n{container}'
                 f'lot = "{cast.LOT[case]}"\n'
                 f"{expiry}")  # fmt: skip
    text += f'[certificate]\nnumber = "CERT-{number:04d}"\nreleases = true\ncode = "{cast.document(number)}"\n'
    listed = ", ".join(str(each) for each in range(1, units + 1))
    text += (
        f'[[shipment]]\nnumber = "CX-204{10 + number}"\ncode = "{cast.sscc(800 + number)}"\nunits = [{listed}]\n'
        f'seal = "950600013SEAL{800 + number:05d}"\nlogger = "950600013LOG{800 + number:05d}"\n'
        f"holds_until = {holds_until.astimezone(UTC):%Y-%m-%dT%H:%M:00Z}\n"
    )
    return text


def announce(
    hands: Hands, case: str, id: str, files: Path, units: int, stamped: datetime | None, holds_until: datetime
) -> None:
    """Take in the sponsor's file about the product on its way."""
    hands.sign_in("coordinator_a")
    path = files / f"product-{case}.toml"
    path.write_text(product_file(case, units, stamped, holds_until), encoding="utf-8")
    hands.open(id)
    hands.press("sponsor_file")
    hands.fill(path=str(path))


def receive_to_release(hands: Hands, case: str, id: str, units: int) -> None:
    """Receive, review the logger, accept, store and release every unit of a case."""
    number = int(case[1:])
    hands.sign_in("pharmacist_a")
    hands.scan(cast.sscc(800 + number))
    hands.scan(cast.sscc(800 + number), cast.seal(800 + number), cast.logger(800 + number))
    hands.fill(condition="good", seal="intact", count=str(units))
    for each in range(1, units + 1):
        hands.scan(unit_codes(case, each))
        hands.go_on()
    hands.begin("review-logger", id)
    hands.scan(cast.logger(800 + number))
    hands.fill(lowest_c="-186.2", highest_c="-158.4", verdict="accepted")
    hands.begin("accept", id)
    for each in range(1, units + 1):
        papers = (cast.ORDER[case], cast.document(number), unit_codes(case, each))
        hands.scan(*papers)
        hands.witness("pharmacist_b")
        hands.scan(*papers)
        hands.go_on()
        hands.press("accept_unit")
        hands.pin()
    hands.sign_in("cell_laboratory_a")
    hands.begin("store", id)
    for each in range(1, units + 1):
        hands.scan(unit_codes(case, each))
        hands.go_on()
        hands.scan(cast.place(f"T3-B4-{number}{each}"))
    hands.sign_in("pharmacist_a")
    hands.begin("release", id)
    hands.scan(cast.ORDER[case], cast.document(number))
    hands.go_on()
    hands.pin()


def replace_wristband(hands: Hands, id: str, code: str) -> None:
    """Replace a lost wristband at the bench."""
    hands.sign_in("nurse_a")
    hands.open(id)
    hands.press("replace_wristband")
    hands.scan(code)
    hands.fill(reason="wristband lost")


def rename(hands: Hands, id: str, family: str) -> None:
    """Record a patient's new family name."""
    hands.sign_in("coordinator_a")
    hands.open(id)
    hands.press("rename_patient")
    hands.fill(family=family, given="", reason="married")


def fact(hands: Hands, id: str, name: str) -> None:
    """Record a fact of a case."""
    hands.sign_in("coordinator_a")
    hands.open(id)
    hands.press("record_fact")
    hands.fill(fact=name, note="")
