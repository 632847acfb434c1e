"""The physician's path: a physician and a pharmacist take named refusals upon themselves, once, within 60 minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.journey import concerns
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import COVERABLE, OF_A_PERSON, Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.ask_object import ask_object
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.reading import CodeRead
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sitting import Flow
from coordinator_app.procedures.workplace import Workplace, new_id

VALID_FOR = timedelta(minutes=60)
"""How long an exception may be used (design §4.4)."""


def _fresh(work: Workplace, case: CaseRecord, step: str, unit: str) -> Iterator[tuple[Recorded, e.ExceptionAuthorised]]:
    """Yield every unused exception of the last 60 minutes for this step and unit, or for the step without a unit."""
    for recorded in case.exceptions:
        body = recorded.body
        if not isinstance(body, e.ExceptionAuthorised) or body.step != step or body.unit not in {unit, ""}:
            continue
        if recorded.id not in case.used_events and timedelta() <= work.now() - recorded.at <= VALID_FOR:
            yield recorded, body


def covered_now(
    work: Workplace, case: CaseRecord, step: str, unit: str, people: frozenset[str] = frozenset()
) -> frozenset[Refusal]:
    """Return what a fresh, unused exception covers for this step, unit and people.

    A missing training or delegation is covered only for the person whom the exception names.
    """
    found: set[Refusal] = set()
    for _, body in _fresh(work, case, step, unit):
        reasons = {Refusal(reason) for reason in body.reasons}
        found |= reasons if body.person in people else reasons - OF_A_PERSON
    return frozenset(found) & COVERABLE


def exception_for(work: Workplace, case: CaseRecord, step: str, unit: str) -> tuple[str, ...]:
    """Return the ids of the exceptions that an act on this unit in this step uses up."""
    return tuple(recorded.id for recorded, _ in _fresh(work, case, step, unit))


def may_be_covered(blocks: list[Block]) -> bool:
    """Tell whether a physician and a pharmacist can take all of this upon themselves."""
    return bool(blocks) and {block.reason for block in blocks} <= COVERABLE


def authorise_exception(run: Run, unit: str, blocks: list[Block], *, person: str = "") -> Flow[bool]:
    """Ask for the unit, the reason and both signatures; tells whether the exception is on record.

    Every refusal that stands must be one that may be covered. `person` is whose training or delegation is missing.
    """
    if not may_be_covered(blocks):
        run.refuse(Refusal.NOT_ALLOWED, Say("exception.not_possible"))
        return False
    unit = unit or (yield from _which_unit(run))
    reasons = tuple(sorted({block.reason.value for block in blocks}))
    fields = (
        FieldShown("reason", "text", Say("field.exception_reason")),
        FieldShown("sponsor", "text", Say("field.sponsor_contact"), hint=Say("field.sponsor_contact.hint")),
    )
    told = yield from run.ask_fields(fields, Say("exception.ask"), drawing="person", hint=Say("exception.hint"))
    meaning = Say("exception.meaning", {"reasons": ", ".join(reasons)})
    physician = yield from sign_in_person(run, "sign", witness=True, meaning=meaning, roles=frozenset({"physician"}))
    if physician is None:
        return False
    pharmacist = yield from sign_in_person(run, "sign", witness=True, meaning=meaning, roles=frozenset({"pharmacist"}))
    if pharmacist is None:
        return False
    if pharmacist.person == physician.person:
        refuse_same_person(run)
        return False
    authorised = run.record(
        e.ExceptionAuthorised(
            case=run.case_id, exception=new_id("exception"), step=run.step.name, unit=unit, reasons=reasons,
            reason=told["reason"], sponsor=told["sponsor"], physician=physician.person, pharmacist=pharmacist.person,
            person=person if OF_A_PERSON & {block.reason for block in blocks} else "",
        ),
        subject=unit or run.case_id, actor=physician, sign=physician.sign,
    )  # fmt: skip
    run.record(
        e.RecordSigned(case=run.case_id, meaning="authorise_exception"),
        subject=unit or run.case_id, refs=(authorised.id,), actor=pharmacist, sign=pharmacist.sign,
    )  # fmt: skip
    run.record(
        e.DeviationReported(
            case=run.case_id, deviation=new_id("deviation"), kind="exception", what=told["reason"], unit=unit,
            proposed_by_program=True,
        ),
        refs=(authorised.id,),
    )  # fmt: skip
    return True


def _which_unit(run: Run) -> Flow[str]:
    """Ask for the unit by scan: an exception is for one; empty where the step reads none or there is none yet."""
    known = {unit.unit for unit in run.case.units.values() if concerns(run.step, unit)}
    needs = {str(need) for need in run.step.needs}
    if not known or gate.SHIPMENT in needs or not {gate.UNIT, gate.CASSETTE} & needs:
        return ""

    def accept(code: CodeRead) -> str | Refusal:
        found = code.id_of("unit") or code.id_of("cassette") or ""
        return found if found in known else Refusal.WRONG_UNIT

    found: str = yield from ask_object(run, "unit", accept, **_words(run))
    return found


def _words(run: Run) -> dict[str, str]:
    kinds = [unit.kind for unit in run.case.product_units()] or [unit.kind for unit in run.case.units.values()]
    return {"kind": kinds[0] if kinds else "bag", "number": "", "person": "1"}
