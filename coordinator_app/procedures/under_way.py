"""One identity check under way: the one place that drives the gate, and the record of every answer of it."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel, ScanRefused
from coordinator_app.domain.screens import Verdict
from coordinator_app.procedures.check_plan import Standing, Taking, marks_of, plan_of, stands_now
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.reading import CodeRead, evidence_of
from coordinator_app.procedures.refusals import code_message
from coordinator_app.procedures.workplace import new_id

MISMATCH = frozenset({Refusal.WRONG_PATIENT, Refusal.WRONG_UNIT, Refusal.WRONG_ORDER, Refusal.ARMS_DISAGREE,
                      Refusal.DONOR_RECIPIENT_CONFUSED})  # fmt: skip


class UnderWay(Struct):
    """One check under way: the gate's state, who reads now, and what stands against step and units.

    `not_set_up` is whether the last scan was refused because its scanner is not set up: then the physician's path is
    offered. `unproven` is whether such a scanner was used on the strength of an exception.
    """

    state: gate.State
    person: Present
    people: dict[str, Present]
    standing: Standing
    typing: bool = False
    last_code: CodeRead | None = None
    parts: tuple[ScannedLabel | ScanRefused, ...] = ()
    not_set_up: bool = False
    unproven: bool = False


def open_check(run: Run, objects: tuple[str, ...], units: tuple[str, ...], *, stated: bool) -> UnderWay:
    """Begin a check: lay down its plan, record it, and open the first arm for the person acting."""
    performer = run.performer
    standing = stands_now(run, objects, units, Taking(frozenset({performer.person})))
    plan = plan_of(run, objects, standing, stated=stated)
    run.marks = marks_of(run, plan)
    run.already = []
    run.in_check, run.confirmed = True, False
    run.record(e.CheckOpened(case=run.case_id, check=plan.check, step=run.step.name, arms=plan.arms))
    state, _ = gate.step(gate.begin(plan), gate.ArmOpened(performer.person, plan.begun_ns))
    return UnderWay(state, performer, {performer.person: performer}, standing)


def tell_gate(run: Run, check: UnderWay, received: gate.Input) -> tuple[tuple[gate.Effect, ...], Recorded | None]:
    """Hand one input to the gate and record what follows; returns the effects and the confirmation, if it confirmed.

    What stands against step and units is looked at first: a hold may have come from another workstation.
    """
    look_again(run, check)
    if isinstance(received, gate.Abandoned):
        check.last_code = None
    check.state, effects = gate.step(check.state, received)
    if isinstance(received, gate.ArmOpened):
        check.last_code = None
    return effects, record_effects(run, check, effects)


def look_again(run: Run, check: UnderWay) -> None:
    """Tell the gate what stands against step and units at this instant."""
    plan = check.state.plan
    units = tuple(known.unit for known in plan.units)
    check.standing = stands_now(run, plan.objects, units, _taking_part(check))
    now = check.standing
    if (now.units, now.reasons) != (plan.units, plan.blocks):
        learned = gate.Learned(now.units, now.reasons, run.work.moment().boot_ns)
        check.state, _ = gate.step(check.state, learned)


def _taking_part(check: UnderWay) -> Taking:
    """Return who takes part, with the one who is just coming, and who of them does so as the second person."""
    arms, coming = [arm.person for arm in check.state.arms], check.person.person
    second = (coming,) if arms and coming not in arms else ()
    return Taking(frozenset({*arms, coming}), frozenset({*arms[1:], *second}), check.unproven)


def record_effects(run: Run, check: UnderWay, effects: tuple[gate.Effect, ...]) -> Recorded | None:
    """Record what followed from one input; returns the confirmation, if there is one."""
    confirmed = None
    closed = {effect.arm for effect in effects if isinstance(effect, gate.ArmClosed)}
    for effect in effects:
        match effect:
            case gate.Accepted():
                _accepted(run, check, effect)
                if effect.object == gate.STATED and effect.arm not in closed and _was_closed(check, effect.arm):
                    # Said once more after the arms had closed: both statements stay on the record.
                    _arm_closed(run, check, effect.arm)
            case gate.Refused():
                refuse_reading(run, check, effect.reason, effect.object, effect)
            case gate.ArmClosed():
                _arm_closed(run, check, effect.arm)
            case gate.AskedAgain():
                check.last_code = None
                refuse_reading(run, check, Refusal.STATED_DIFFERS, gate.STATED)
                run.verdict = Verdict.WARNED
            case gate.ArmVoided():
                run.already = []
            case gate.Confirmed():
                run.unit_id = effect.event.unit or run.unit_id
                confirmed = run.record(effect.event, subject=effect.event.unit or run.case_id, actor=check.person)
            case gate.Ended():
                _ended(run, check, effect.reason)
            case gate.PersonWanted():
                pass  # Whom the check waits for is in its state, and the next page asks for them.
    return confirmed


def _was_closed(check: UnderWay, number: int) -> bool:
    return check.state.arms[number - 1].closed


def _accepted(run: Run, check: UnderWay, effect: gate.Accepted) -> None:
    check.typing = check.not_set_up = False
    run.read_already(f"read.{effect.object}", run.work.now())
    code = check.last_code
    if effect.object == gate.STATED or code is None:
        return
    sealed = code.identifies_a_person
    key = run.patient_key() if sealed else None
    run.record(
        e.ScanAccepted(
            case=run.case_id, check=check.state.plan.check, object=effect.object, raw=code.raw.hex() if sealed else ""
        ),
        key=key, actor=check.person, evidence=(evidence_of(run.work, code, effect.object, effect.arm, key),),
    )  # fmt: skip


def refuse_reading(run: Run, check: UnderWay, reason: Refusal, object: str, effect: gate.Refused | None = None) -> None:
    """Refuse what was read or heard last, and record it with its bytes, sealed where they may identify a person."""
    code = check.last_code
    check.not_set_up = reason is Refusal.SCANNER_NOT_CALIBRATED
    run.refuse(reason, code_message(code, reason) if code is not None else None)
    sealed = code is not None and (code.identifies_a_person or object in {gate.WRISTBAND, gate.STATED})
    key = UNKNOWN_PERSON_KEY if sealed else None
    run.record(
        e.ScanRefused(
            case=run.case_id, step=run.step.name, reason=reason.value, check=check.state.plan.check, object=object,
            unit=effect.unit if effect is not None else "",
            raw=code.raw.hex() if sealed and code is not None else "",
        ),
        key=key, actor=check.person,
        evidence=(evidence_of(run.work, code, object or "unknown", len(check.state.arms), key),) if code else (),
    )  # fmt: skip


def _arm_closed(run: Run, check: UnderWay, number: int) -> None:
    arm = check.state.arms[number - 1]
    run.record(
        e.ArmClosed(
            case=run.case_id, check=check.state.plan.check, arm=number,
            unit=next((each.unit for each in arm.readings if each.unit), ""), stated_family=arm.family,
            stated_born=arm.born, stated_number=arm.number,
        ),
        key=run.patient_key() if arm.family or arm.born or arm.number else None, actor=check.person,
    )  # fmt: skip


def _ended(run: Run, check: UnderWay, reason: str) -> None:
    run.in_check = False
    plan = check.state.plan
    ended = run.record(e.CheckEnded(case=run.case_id, check=plan.check, step=plan.step, reason=reason))
    if check.state.outcome in MISMATCH:
        _propose(run, check, "mismatch", ended)
    elif check.state.outcome is Refusal.PROXY_SUSPECTED:
        _propose(run, check, "proxy", ended)


def _propose(run: Run, check: UnderWay, kind: str, ended: Recorded) -> None:
    run.record(
        e.DeviationReported(
            case=run.case_id, deviation=new_id("deviation"), kind=kind, what=str(check.state.outcome),
            unit=run.unit_id, proposed_by_program=True,
        ),
        subject=run.case_id, refs=(ended.id,), actor=check.person,
    )  # fmt: skip
