"""Erasing a patient: two people sign, the event is recorded, and with it the key that opened everything is gone.

What stays is what identifies nobody: that a product was moved, by whom, when, and that it was checked. The chain goes
on verifying. Refused while anything of the case is under way, for then the name is still needed at the bedside.
"""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.clockwork import clocks_of
from coordinator_app.procedures.keeping_page import KEEPERS
from coordinator_app.procedures.list_parts import roles_of
from coordinator_app.procedures.sign_act import sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.two_signatures import ask_both

REASONS = ("retention_over", "request_granted", "entered_by_mistake")
"""Why a patient is erased: the time for keeping is over, the person's own request was granted, it was no patient."""


def erase_patient(run: Sitting, case: str) -> Flow[None]:
    """Ask who, why and for the name on the wall once more, then for two signatures; then the patient is erased."""
    if not roles_of(run.work, run.performer) & KEEPERS:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    record = run.work.case(case)
    if _is_under_way(run, record):
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("erase.under_way"))
        raise Ended
    parts = [part for part in ("recipient", "donor") if _known(run, record, part)]
    if not parts:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("erase.nobody"))
        raise Ended

    def check(values: dict[str, str]) -> Refusal | Say | None:
        if values["reason"] not in REASONS or values.get("part", parts[0]) not in parts:
            return Refusal.ENTRY_INCOMPLETE
        return None if values["wall"].strip().casefold() == record.wall_name.casefold() else Say("erase.other_name")

    of_whom = tuple((each, Say(f"part.{each}")) for each in parts)
    reasons = tuple((each, Say(f"erase.{each}")) for each in REASONS)
    told = yield from run.fill_in(
        "erase_patient",
        (
            FieldShown("part", "choice", Say("field.part"), choices=of_whom),
            FieldShown("reason", "choice", Say("field.reason"), choices=reasons),
            FieldShown("wall", "text", Say("field.wall_again")),
        ),
        check=check,
    )
    people = yield from ask_both(run, Say("meaning.erase_patient"))
    patient = _known(run, record, told["part"])
    erased = run.work.record(
        e.PatientErased(
            case=case, patient=patient, key=patient, reason=told["reason"],
            people=tuple(each.person for each in people),
        ),
        subject=case, actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    for person in people:
        sign_record(run, case, erased, "erase_patient", person)
    # Nothing may begin in a case whose patient nobody can check any more.
    run.work.record(
        e.HoldPlaced(case=case, reason=told["reason"]), subject=case, actor=run.performer.person,
        role=run.performer.role, key=SITE_KEY,
    )  # fmt: skip


def _known(run: Sitting, record: CaseRecord, part: str) -> str:
    """Return the id of the patient, which is that of the key, if the key is here."""
    person = record.donor if part == "donor" else record.recipient
    if person is None or run.work.store.patient_keys.get(person.patient) is None:
        return ""
    return person.patient


def _is_under_way(run: Sitting, record: CaseRecord) -> bool:
    return bool(clocks_of(run.work, record)) or any(unit.running for unit in record.units.values())
