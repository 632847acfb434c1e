"""What a scan at rest opens, and what a broken run left open."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.journey import next_step
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.people import by_badge
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.refusals import code_message, record_unused_scan
from coordinator_app.procedures.sitting import Sitting
from coordinator_app.procedures.workplace import Workplace


class Meant(Struct, frozen=True):
    """What a code at rest means: a person, or a case with perhaps a unit and the step it waits for."""

    case: str = ""
    unit: str = ""
    step: str = ""
    person: str | None = None


def meaning_of(work: Workplace, sitting: Sitting, scan: Scanned) -> Meant | None:
    """Return what a scanned code opens; an unknown code is refused and recorded."""
    code = read_code(work, scan)
    if code.label is None:
        _refuse(work, sitting, code, code.reason or Refusal.CODE_NOT_RECOGNISED)
        return None
    staff = by_badge(work, code.codes)
    if staff is not None:
        return Meant(person=staff.person)
    cases = code.cases()
    if not cases:
        _refuse(work, sitting, code, Refusal.CODE_NOT_RECOGNISED)
        return None
    if len(cases) > 1:
        _refuse(work, sitting, code, Refusal.CODE_AMBIGUOUS)
        return None
    case = cases[0]
    unit = code.id_of("unit") or code.id_of("cassette") or ""
    if unit:
        return Meant(case, unit, _step_for_unit(work, sitting, case, unit))
    if code.id_of("shipment"):
        return Meant(case, "", _step_of(work, sitting, case, ProcedureKind.RECEIVE))
    return Meant(case)


def _refuse(work: Workplace, sitting: Sitting, code: CodeRead, reason: Refusal) -> None:
    sitting.refuse(reason, code_message(code, reason))
    record_unused_scan(work, code, reason, sitting.actor)


def _may(work: Workplace, sitting: Sitting, case: str, step_name: str) -> bool:
    """Tell whether the person has a role of the step; what else stands against them is said when it is begun."""
    step = work.profile(work.case(case)).step(step_name)
    roles = set(work.site.people[sitting.performer.person].roles)
    return step is not None and bool({str(role) for role in step.roles} & roles)


def _step_for_unit(work: Workplace, sitting: Sitting, case_id: str, unit_id: str) -> str:
    case = work.case(case_id)
    unit = case.units[unit_id]
    step = next_step(case, work.profile(case), unit)
    return step.name if step is not None and _may(work, sitting, case_id, step.name) else ""


def _step_of(work: Workplace, sitting: Sitting, case_id: str, procedure: ProcedureKind) -> str:
    case = work.case(case_id)
    waiting = any(shipment.arrived_at is None for shipment in case.shipments.values())
    step = next(iter(work.profile(case).steps_of(procedure)), None)
    return step.name if waiting and step is not None and _may(work, sitting, case_id, step.name) else ""


def record_interrupted(work: Workplace) -> None:
    """Record every check that an earlier run of the program left open; none is ever resumed."""
    for case in work.open_cases():
        for check in case.checks.values():
            if check.outcome == "open":
                work.record(
                    e.ProcedureInterrupted(case=case.case, step=check.step, unit=check.unit, check=check.check),
                    subject=case.case,
                )  # fmt: skip
