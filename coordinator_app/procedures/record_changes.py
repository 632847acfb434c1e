"""What changes in a case outside a step: a fact a gate asks for, a new name or wristband, a hold, a deviation."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import PatientRecord
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import Fact
from coordinator_app.procedures.assign_unit import assign_unit, from_the_shelf
from coordinator_app.procedures.deviations import report_deviation
from coordinator_app.procedures.erase import erase_patient
from coordinator_app.procedures.factory_arrival import factory_arrival, on_the_way
from coordinator_app.procedures.late_entry import late_entry
from coordinator_app.procedures.merge_records import merge_records
from coordinator_app.procedures.move_profile import move_profile
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.record_kit import record_kit
from coordinator_app.procedures.settle import resolve
from coordinator_app.procedures.sitting import Ended, Flow, Sitting

CONDITIONING = "conditioning_started"
FACTS = (
    Fact.CONSENT_CURRENT, Fact.CONDITIONING_PLANNED, Fact.BACKUP_EXISTS, Fact.SITE_READY, Fact.CALIBRATION_CURRENT,
)  # fmt: skip
"""Facts that a person states; the others follow from the record itself."""


def _person(run: Sitting, case: str, part: str) -> PatientRecord:
    record = run.work.case(case)
    person = record.donor if part == "donor" else record.recipient
    if person is None:
        raise Ended
    return person


def _part_field(run: Sitting, case: str) -> tuple[FieldShown, ...]:
    if run.work.case(case).donor is None:
        return ()
    return (
        FieldShown("part", "choice", Say("field.part"),
                   choices=tuple((part, Say(f"part.{part}")) for part in ("recipient", "donor"))),
    )  # fmt: skip


def record_fact(run: Sitting, case: str) -> Flow[None]:
    """Record a fact that a gate of the profile asks for, or that conditioning has begun."""
    names = (*(str(fact) for fact in FACTS), CONDITIONING)
    choices = tuple((name, Say(f"fact.{name}")) for name in names)
    told = yield from run.fill_in(
        "fact",
        (FieldShown("fact", "choice", Say("field.fact"), choices=choices),
         FieldShown("note", "text", Say("field.note"), required=False)),
        check=lambda values: None if values["fact"] in names else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    body = e.ConditioningStarted(case=case) if told["fact"] == CONDITIONING else e.FactRecorded(
        case=case, fact=told["fact"], note=told["note"])  # fmt: skip
    run.work.record(body, subject=case, actor=run.performer.person, role=run.performer.role)


def rename_patient(run: Sitting, case: str) -> Flow[None]:
    """Record a new name; the former family name stays known, so that what the patient says still agrees."""
    told = yield from run.fill_in(
        "rename",
        (
            *_part_field(run, case), FieldShown("family", "text", Say("field.family")),
            FieldShown("given", "text", Say("field.given"), required=False),
            FieldShown("reason", "text", Say("field.reason")),
        ),
    )  # fmt: skip
    person = _person(run, case, told.get("part", "recipient"))
    run.work.record(
        e.PatientRenamed(
            case=case, patient=person.patient, family=told["family"], given=told["given"], reason=told["reason"]
        ),
        subject=case, actor=run.performer.person, role=run.performer.role, key=person.patient,
    )  # fmt: skip


def replace_wristband(run: Sitting, case: str) -> Flow[None]:
    """Void the patient's wristbands and put the scanned one in their place."""
    found: list[CodeRead] = []

    def read(scan: Scanned) -> dict[str, str] | Refusal | Say:
        code = read_code(run.work, scan)
        if code.label is None:
            return Say("refusal.code", {"sentence": code.refused.message if code.refused else ""})
        if code.known_as:
            return Refusal.IDENTIFIER_TAKEN
        found[:] = [code]
        return {"wristband": code.shown()}

    told = yield from run.fill_in(
        "replace_wristband",
        (
            *_part_field(run, case), FieldShown("wristband", "scan", Say("field.wristband.new")),
            FieldShown("reason", "text", Say("field.reason")),
        ),
        scan=read, check=lambda values: None if found else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    part = told.get("part") or "recipient"
    person = _person(run, case, part)
    for body in (
        e.WristbandVoided(case=case, patient=person.patient, codes=tuple(sorted(person.bands)), reason=told["reason"]),
        e.WristbandIssued(
            case=case, patient=person.patient, part=part, codes=tuple(sorted(found[0].codes)), shown=found[0].shown()
        ),
    ):
        run.work.record(body, subject=case, actor=run.performer.person, role=run.performer.role, key=person.patient)


def place_hold(run: Sitting, case: str) -> Flow[None]:
    """Put the case on hold; nothing begins until somebody lifts it with a signature."""
    told = yield from run.fill_in("hold", (FieldShown("reason", "text", Say("field.reason")),))
    run.work.record(
        e.HoldPlaced(case=case, reason=told["reason"]), subject=case, actor=run.performer.person,
        role=run.performer.role,
    )  # fmt: skip


CHANGES: dict[str, Callable[[Sitting, str], Flow[object]]] = {
    "report_deviation": report_deviation,
    "record_fact": record_fact,
    "assign_unit": assign_unit,
    "record_kit": record_kit,
    "late_entry": late_entry,
    "factory_arrival": factory_arrival,
    "replace_wristband": replace_wristband,
    "rename_patient": rename_patient,
    "merge_records": merge_records,
    "place_hold": place_hold,
    "resolve": resolve,
    "move_profile": move_profile,
    "erase_patient": erase_patient,
}
"""What can be changed, by action id."""


def choose_change(run: Sitting, case: str) -> Flow[None]:
    """Ask which of the changes it is."""
    fits = {"assign_unit": from_the_shelf(run, case), "factory_arrival": bool(on_the_way(run.work.case(case)))}
    names = tuple(each for each in CHANGES if fits.get(each, True))
    choices = tuple((each, Say(f"change.{each}")) for each in names)
    told = yield from run.fill_in(
        "changes", (FieldShown("change", "choice", Say("field.change"), choices=choices),),
        check=lambda values: None if values["change"] in names else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    yield from CHANGES[told["change"]](run, case)
