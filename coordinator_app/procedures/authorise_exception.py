"""The physician's path: a physician and a pharmacist take named refusals upon themselves, once, within 60 minutes."""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.refusal import COVERABLE, Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sitting import Flow
from coordinator_app.procedures.workplace import Workplace, new_id

VALID_FOR = timedelta(minutes=60)
"""How long an exception may be used (design §4.4)."""


def covered_now(work: Workplace, case: CaseRecord, step: str, unit: str) -> frozenset[Refusal]:
    """Return what a fresh, unused exception covers for this step and unit."""
    found: set[Refusal] = set()
    for recorded in case.exceptions:
        body = recorded.body
        if not isinstance(body, e.ExceptionAuthorised) or body.step != step or body.unit != unit:
            continue
        if recorded.id in case.used_events or work.now() - recorded.at > VALID_FOR:
            continue
        found.update(Refusal(reason) for reason in body.reasons)
    return frozenset(found) & COVERABLE


def exception_for(work: Workplace, case: CaseRecord, step: str, unit: str) -> tuple[str, ...]:
    """Return the ids of the exceptions that an act on this unit in this step uses up."""
    return tuple(
        recorded.id
        for recorded in case.exceptions
        if isinstance(recorded.body, e.ExceptionAuthorised)
        and (recorded.body.step, recorded.body.unit) == (step, unit)
        and recorded.id not in case.used_events
        and work.now() - recorded.at <= VALID_FOR
    )


def authorise_exception(run: Run, unit: str, blocks: list[Block], reason: Refusal) -> Flow[None]:
    """Ask for the reason and both signatures; every refusal that stands must be one that may be covered."""
    reasons = {block.reason for block in blocks} or {reason}
    if not reasons <= COVERABLE or not unit:
        run.refuse(Refusal.NOT_ALLOWED, Say("exception.not_possible"))
        return
    fields = (
        FieldShown("reason", "text", Say("field.exception_reason")),
        FieldShown("sponsor", "text", Say("field.sponsor_contact"), hint=Say("field.sponsor_contact.hint")),
    )
    told = yield from run.ask_fields(fields, Say("exception.ask"), drawing="person", hint=Say("exception.hint"))
    meaning = Say("exception.meaning", {"reasons": ", ".join(sorted(each.value for each in reasons))})
    physician = yield from sign_in_person(run, "sign", witness=True, meaning=meaning, roles=frozenset({"physician"}))
    if physician is None:
        return
    pharmacist = yield from sign_in_person(run, "sign", witness=True, meaning=meaning, roles=frozenset({"pharmacist"}))
    if pharmacist is None or pharmacist.person == physician.person:
        refuse_same_person(run)
        return
    authorised = run.record(
        e.ExceptionAuthorised(
            case=run.case_id, exception=new_id("exception"), step=run.step.name, unit=unit,
            reasons=tuple(sorted(each.value for each in reasons)), reason=told["reason"], sponsor=told["sponsor"],
            physician=physician.person, pharmacist=pharmacist.person,
        ),
        subject=unit, actor=physician, sign=physician.sign,
    )  # fmt: skip
    run.record(
        e.RecordSigned(case=run.case_id, meaning="authorise_exception"),
        subject=unit, refs=(authorised.id,), actor=pharmacist, sign=pharmacist.sign,
    )  # fmt: skip
    run.record(
        e.DeviationReported(
            case=run.case_id, deviation=new_id("deviation"), kind="exception", what=told["reason"], unit=unit,
            proposed_by_program=True,
        ),
        refs=(authorised.id,),
    )  # fmt: skip
