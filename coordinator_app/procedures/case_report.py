"""The case on paper for quality and inspectors: from a case's record to the lines that `reports` writes down.

Nothing is judged here: each line is an event, and the journal behind the document is verified as it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, CheckRecord, PatientRecord
from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.preparation import made_of
from coordinator_app.domain.profile_parts import Narrowed
from coordinator_app.domain.readiness import EVENT_NAMES
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.typed_readings import readings_typed
from coordinator_app.domain.vocabulary import ClockState
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.custody_words import ABOUT_A_UNIT, amount_of, went_into
from coordinator_app.procedures.label_content import nhs_date
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.reports.case_records import (
    ArmWritten,
    CaseSummary,
    CheckWritten,
    ClockWritten,
    CustodyWritten,
    DeviationWritten,
    IdentifierWritten,
    LabelsWritten,
    PersonWritten,
    RefusalWritten,
    SignatureWritten,
    TypedWritten,
    VerificationWritten,
)
from coordinator_app.reports.case_summary import Extent, case_summary
from coordinator_app.store.verify import verify

PROGRAM = PersonWritten("The program", "no person")
_ENDS = ("applied", "voided", "destroyed", "returned")
_ID = 10
"""Digits of an event's id that are printed; the whole one is in the journal."""


def write_case_report(work: Workplace, case: str, extent: str, by: PersonWritten = PROGRAM) -> bytes:
    """Return the PDF of a case: extent `identity`, `custody` or `inspection`; raises ValueError for another word."""
    return case_summary(summary_of(work, work.case(case), by), Extent(extent))


def summary_of(work: Workplace, case: CaseRecord, by: PersonWritten = PROGRAM) -> CaseSummary:
    """Return everything the record says about one case, for a document."""
    site, profile = work.site, work.profile(case)
    return CaseSummary(
        site=site.name, place=site.places.get(work.store.workstation, ""), printed_at=work.now(), printed_by=by,
        zone=site.zone, trial=f"{profile.id} {profile.title}",
        profile=f"version {case.profile_version}, SHA-256 {case.profile_sha256[:16]}", case=case.case,
        wall_name=case.wall_name, patient=_patient(case), identifiers=_identifiers(case),
        checks=tuple(_check(work, case, each) for each in case.checks.values()), custody=_custody(work, case),
        refusals=_refusals(work, case), labels=_labels(case), clocks=_clocks(work, case),
        deviations=_deviations(work, case), signatures=_signatures(work, case), verification=_verification(work),
        demonstration=site.demonstration, typed=_typed(work, case),
    )  # fmt: skip


def _patient(case: CaseRecord) -> tuple[str, ...]:
    lines: list[str] = []
    for person, part in ((case.recipient, ""), (case.donor, "Donor: ")):
        if person is not None:
            lines += [part + line for line in _lines_of(person)]
    return tuple(lines) or ("Not known on this workstation",)


def _lines_of(person: PatientRecord) -> tuple[str, ...]:
    if not person.born:
        return ("Not known on this workstation",)
    former = (f"formerly {', '.join(name.upper() for name in person.former)}",) if person.former else ()
    return (
        f"{person.family.upper()}, {person.given}", *former,
        f"Born {nhs_date(person.born)}, {person.sex}, record No. {person.record_number} ({person.record_issuer})",
    )  # fmt: skip


def _identifiers(case: CaseRecord) -> tuple[IdentifierWritten, ...]:
    rows = [IdentifierWritten(row.name, row.value, row.issuer, row.origin) for row in case.identifiers]
    if case.order is not None and not any(row.name == "order" for row in rows):
        rows.append(IdentifierWritten("order", case.order.order, "sponsor", case.order.origin))
    rows += [
        IdentifierWritten(f"{unit.kind} {unit.number}{' collected' if unit.collected else ''}", unit.shown,
                          f"lot {unit.lot}" if unit.lot else "site",
                          f"prepared from {made_of(case, unit)}" if unit.prepared else "")
        for unit in case.units.values()
    ]  # fmt: skip
    return tuple(dict.fromkeys(rows))


# What happened ----------------------------------------------------------------------------------------------------


def _check(work: Workplace, case: CaseRecord, check: CheckRecord) -> CheckWritten:
    read = [each for event in case.recorded for each in event.evidence if _of_check(event, check)]
    closed = [
        event for event in case.recorded if isinstance(event.body, e.ArmClosed) and event.body.check == check.check
    ]
    arms = tuple(
        ArmWritten(
            _person(work, event), event.at, _how([r.how for r in read if r.arm == getattr(event.body, "arm", 0)])
        )
        for event in closed
    )
    confirmed = check.outcome == "confirmed"
    result = ", ".join(_name(work, person) for person in check.people) if confirmed else _said(check.outcome)
    return CheckWritten(
        step=check.step, unit=_units(case, check), begun_at=check.at, ended_at=check.ended_at or check.at,
        result=result, confirmed=confirmed, arms=arms,
    )  # fmt: skip


def _how(readings: list[str]) -> str:
    """Return how one arm was read: `3 scanned`, `2 scanned, 1 typed by hand`."""
    words = {"typed": "typed by hand", "camera": "by camera"}
    counted = Counter(words.get(how, how) for how in readings)
    return ", ".join(f"{count} {how}" for how, count in sorted(counted.items())) or "nothing scanned"


def _typed(work: Workplace, case: CaseRecord) -> tuple[TypedWritten, ...]:
    rows = []
    for event in case.recorded:
        readings = readings_typed(event)
        if not readings:
            continue
        body = event.body
        people = tuple(_staff(work, each) for each in body.people) if isinstance(body, e.CodeTyped) else (
            _person(work, event),
        )  # fmt: skip
        what = _said(_first(body, "object", "name") or ("order" if isinstance(body, e.OrderRecorded) else event.type))
        rows.append(TypedWritten(event.at, what, people, readings))
    return tuple(rows)


def _of_check(event: Recorded, check: CheckRecord) -> bool:
    return isinstance(event.body, e.ScanAccepted) and event.body.check == check.check


def _custody(work: Workplace, case: CaseRecord) -> tuple[CustodyWritten, ...]:
    rows = []
    for event in case.recorded:
        body = event.body
        if not isinstance(body, ABOUT_A_UNIT):
            continue
        amount = amount_of(case, event)
        rows.append(
            CustodyWritten(
                unit=_unit(case, body.unit), at=event.at, what=_said(event.type) + (f": {amount}" if amount else ""),
                person=_person(work, event), place=_first(body, "location", "place", "shipper"),
                to=_first(body, "to", "courier") or went_into(case, event),
                happened_at=event.happened_at, late_reason=event.late_reason,
                relied_on=", ".join(ref[:_ID] for ref in event.refs),
            )
        )  # fmt: skip
    return tuple(rows)


def _refusals(work: Workplace, case: CaseRecord) -> tuple[RefusalWritten, ...]:
    rows = []
    for at, event in enumerate(case.recorded):
        if isinstance(event.body, e.ScanRefused):
            then = next((each for each in case.recorded[at + 1 :] if each.type != "ScanRefused"), None)
            rows.append(
                RefusalWritten(
                    event.at, event.body.step, event.body.reason, _said(event.body.reason), _person(work, event),
                    _said(then.type) if then is not None else "",
                )
            )  # fmt: skip
    return tuple(rows)


def _labels(case: CaseRecord) -> tuple[LabelsWritten, ...]:
    rows = []
    for job in dict.fromkeys(label.job for label in case.labels.values()):
        mine = [label for label in case.labels.values() if label.job == job]
        count = {state: sum(label.state == state for label in mine) for state in _ENDS}
        rows.append(LabelsWritten(job.removeprefix("job:")[:8], mine[0].template, len(mine), **count))
    return tuple(rows)


def _deviations(work: Workplace, case: CaseRecord) -> tuple[DeviationWritten, ...]:
    rows = []
    for event in case.recorded:
        body = event.body
        if isinstance(body, e.DeviationReported):
            known = case.deviations[body.deviation]
            state = "closed" if known.closed else "open"
            rows.append(
                DeviationWritten(event.at, f"deviation: {_said(body.kind)}", body.what, _people(work, event), state)
            )
        elif isinstance(body, e.ExceptionAuthorised):
            what = f"{body.step}: {', '.join(body.reasons)}. {body.reason} Sponsor: {body.sponsor}"
            signed = tuple(_staff(work, each) for each in (body.physician, body.pharmacist))
            state = "used" if event.id in case.used_events else "not used"
            rows.append(DeviationWritten(event.at, "exception", what, signed, state))
        elif isinstance(body, e.DiscrepancyFound):
            state = "open" if event.id in case.discrepancies else "settled"
            rows.append(DeviationWritten(event.at, "discrepancy", body.kind, _people(work, event), state))
    return tuple(rows)


def _signatures(work: Workplace, case: CaseRecord) -> tuple[SignatureWritten, ...]:
    return tuple(
        SignatureWritten(_person(work, event), event.body.meaning, event.at, (event.refs or (event.id,))[0][:_ID])
        for event in case.recorded
        if isinstance(event.body, e.RecordSigned)
    )


# Clocks -----------------------------------------------------------------------------------------------------------


def _clocks(work: Workplace, case: CaseRecord) -> tuple[ClockWritten, ...]:
    rules = {rule.name: rule for rule in work.profile(case).clocks}
    rows = []
    for reading in readings_of(work, case):
        rule = rules[reading.clock]
        met = {ClockState.MET: True, ClockState.MISSED: False, ClockState.OVERDUE: False}.get(reading.state)
        rows.append(
            ClockWritten(
                title=reading.title, scope=" ".join(f"{key} {value}" for key, value in reading.scope.items()),
                started_at=_when(case, rule.starts, reading), limit_at=reading.deadline or reading.earliest,
                ended_at=_when(case, rule.ends, reading) if rule.ends is not None else None,
                state=f"{reading.state}. {reading.why}", within=met, entered_late=reading.entered_late,
                source=rule.source,
            )
        )  # fmt: skip
    return tuple(rows)


def _when(case: CaseRecord, named: Narrowed, reading: ClockReading) -> datetime | None:
    """Return when the event that a clock names happened to what the reading is about; of one before it, nothing."""
    if named.previous or reading.state is ClockState.WAITING:
        return None
    types = {type for type, name in EVENT_NAMES.items() if name == named.event}
    for event in case.recorded:
        if event.type in types and _is_about(case, event, named, reading.scope):
            return event.when
    return None


def _is_about(case: CaseRecord, event: Recorded, named: Narrowed, scope: dict[str, str]) -> bool:
    body = event.body
    if isinstance(body, e.ShipmentArrived):
        shipment = case.shipments.get(body.shipment)
        return scope.get("shipment") in (None, shipment.shown if shipment is not None else body.shipment)
    if not isinstance(body, e.ProductMoved):
        return True
    unit = case.units.get(body.unit)
    if unit is None or named.part not in (None, unit.name):
        return False
    return all(scope.get(kind) in (None, str(unit.number)) for kind in (unit.kind, "dose"))


# Who, what and how they are written ---------------------------------------------------------------------------------


def _verification(work: Workplace) -> VerificationWritten:
    found = verify(work.store)
    head = list(found.heads.values())[-1][1] if found.heads else ""
    remark = f"event {found.first_bad.id[:_ID]}… {found.first_bad.why}." if found.first_bad is not None else ""
    return VerificationWritten(work.now(), found.events, head, found.first_bad is None, remark)


def _person(work: Workplace, event: Recorded) -> PersonWritten:
    return _staff(work, event.actor or "", event.role or "")


def _people(work: Workplace, event: Recorded) -> tuple[PersonWritten, ...]:
    return (_person(work, event),)


def _staff(work: Workplace, person: str, role: str = "") -> PersonWritten:
    known = work.site.people.get(person)
    if known is None:
        return PROGRAM
    return PersonWritten(known.name, role or ", ".join(known.roles))


def _name(work: Workplace, person: str) -> str:
    return _staff(work, person).name


def _unit(case: CaseRecord, unit: str) -> str:
    known = case.units.get(unit)
    return f"{known.kind} {known.number}, {known.shown}" if known is not None else ""


def _units(case: CaseRecord, check: CheckRecord) -> str:
    """Return every unit that a check confirmed; one check of the papers can be about several."""
    bodies = [event.body for event in case.confirmations]
    confirmed = [body.unit for body in bodies if isinstance(body, e.IdentityConfirmed) and body.check == check.check]
    return "\n".join(_unit(case, unit) for unit in confirmed or [check.unit])


def _first(body: object, *names: str) -> str:
    values: Iterable[str] = (str(getattr(body, name, "") or "") for name in names)
    return next((value for value in values if value), "")


def _said(code: str) -> str:
    """Return a code as words: `BagHandedOver` and `WRONG_PATIENT` as `bag handed over`, `wrong patient`."""
    if code.isupper() or "_" in code or "-" in code:
        return code.replace("_", " ").replace("-", " ").lower()
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in code).strip()
