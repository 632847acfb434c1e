"""Two hospital records become one: the number changes, and nothing is released until the patient was checked anew."""

from __future__ import annotations

from msgspec.structs import replace

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.profile_parts import Profile, StepRule
from coordinator_app.domain.readiness import CHECK_ANEW, merge_unchecked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import Check, ObjectKind, ProcedureKind
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.sitting import Ended, Flow, Sitting


def merge_records(run: Sitting, case: str) -> Flow[None]:
    """Record that the hospital merged two records of the patient; the former number stays known."""
    record = run.work.case(case)
    parts = () if record.donor is None else (
        FieldShown("part", "choice", Say("field.part"),
                   choices=tuple((part, Say(f"part.{part}")) for part in ("recipient", "donor"))),
    )  # fmt: skip
    told = yield from run.fill_in(
        "merge_records",
        (
            *parts, FieldShown("record_number", "text", Say("field.record_number")),
            FieldShown("record_issuer", "text", Say("field.record_issuer")),
            FieldShown("reason", "text", Say("field.reason")),
        ),
    )  # fmt: skip
    person = record.donor if told.get("part") == "donor" else record.recipient
    if person is None:
        raise Ended
    if told["record_number"] == person.record_number:
        run.refuse(Refusal.IDENTIFIER_TAKEN)
        raise Ended
    run.work.record(
        e.RecordMerged(
            case=case, patient=person.patient, record_number=told["record_number"],
            record_issuer=told["record_issuer"], former_number=person.record_number, reason=told["reason"],
        ),
        subject=case, actor=run.performer.person, role=run.performer.role, key=person.patient,
    )  # fmt: skip


def check_anew(profile: Profile) -> StepRule:
    """Return the step of checking the patient anew: as at the bedside, by two, with the wristband alone."""
    bedside = next(iter(profile.steps_of(ProcedureKind.ADMINISTER)), profile.steps[0])
    return replace(
        bedside, name=CHECK_ANEW, procedure=ProcedureKind.ENROL, check=Check.BLIND, needs=(ObjectKind.WRISTBAND,),
        after=(),
    )  # fmt: skip


def check_after_merge(run: Run) -> Flow[None]:
    """Let two people check who the patient is now; what waited for it may then go on."""
    if not merge_unchecked(run.case, run.profile):
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        raise Ended
    yield from confirm_identity(run, (), (gate.WRISTBAND,))
