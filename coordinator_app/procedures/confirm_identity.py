"""The identity check: drives the gate with what people scan and hear, and records every answer of it."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.case_record import CaseRecord, PatientRecord, UnitRecord
from coordinator_app.domain.identity import differing
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.inputs import Input, Locked, Pressed, Stated, Submitted, Typed
from coordinator_app.domain.readiness import Block, unit_blocks
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel, ScanRefused
from coordinator_app.domain.screens import (
    ActionShown,
    Aligned,
    FieldShown,
    GuidedPage,
    Say,
    Verdict,
    VerdictPage,
)
from coordinator_app.domain.vocabulary import Check, ProcedureKind
from coordinator_app.domain.vocabulary import Stated as StatedBy
from coordinator_app.procedures.authorise_exception import authorise_exception, covered_now
from coordinator_app.procedures.clockwork import blocks_of, clock_of_unit
from coordinator_app.procedures.guided import DAMAGED, DRAWINGS, Run, as_scan, code_field
from coordinator_app.procedures.label_parts import Gathered, gather
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.reading import CodeRead, evidence_of, read_code
from coordinator_app.procedures.refusals import code_message
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.workplace import Workplace, new_id

IDENTITY_OBJECTS = (gate.WRISTBAND, gate.ORDER, gate.CERTIFICATE, gate.CASSETTE, gate.UNIT)
"""What the gate compares, in the order it is asked for; the other objects of a step are recorded by its acts."""
MISMATCH = frozenset({Refusal.WRONG_PATIENT, Refusal.WRONG_UNIT, Refusal.WRONG_ORDER, Refusal.ARMS_DISAGREE,
                      Refusal.DONOR_RECIPIENT_CONFUSED})  # fmt: skip


NO_LONGER_COUNTS = frozenset({"voided", "destroyed", "returned"})
"""What has become of a label whose serial number must not be read on anything."""


class UnderWay(Struct):
    """One check under way: the gate's state, who reads now, and why units may not be begun with."""

    state: gate.State
    person: Present
    people: dict[str, Present]
    blocks: dict[str, list[Block]]
    typing: bool = False
    last_code: CodeRead | None = None
    parts: tuple[ScannedLabel | ScanRefused, ...] = ()


def right_person(case: CaseRecord, procedure: ProcedureKind) -> tuple[PatientRecord | None, PatientRecord | None]:
    """Return whose wristband a step is about, and the other one: the donor gives, the recipient receives."""
    if case.donor is not None and procedure is ProcedureKind.COLLECT:
        return case.donor, case.recipient
    return case.recipient, case.donor


def _container(unit: UnitRecord, objects: tuple[str, ...]) -> frozenset[str]:
    """Return the codes on what the unit is in: its shipper once packed, else its cassette."""
    return unit.shipper_codes if gate.SHIPMENT in objects else unit.container_codes


def _covered_for_all(work: Workplace, case: CaseRecord, step: str, units: tuple[UnitRecord, ...]) -> frozenset[Refusal]:
    """Return what fresh exceptions cover for every unit of the step: a scanner is judged before any is known."""
    found = [covered_now(work, case, step, unit.unit) for unit in units]
    return frozenset.intersection(*found) if found else frozenset()


def plan_of(
    run: Run, objects: tuple[str, ...], units: tuple[UnitRecord, ...], *, stated: bool = True
) -> tuple[gate.Plan, dict[str, list[Block]]]:
    """Lay down what the check must establish from the case as it stands now."""
    case, step, work = run.case, run.step, run.work
    clocks = blocks_of(work, case)
    blocks = {u.unit: unit_blocks(case, run.profile, step, u, clocks, work.now()) for u in units}
    person, other = right_person(case, step.procedure)
    pair = stated and run.profile.stated is StatedBy.WRISTBAND_PAIR
    spoilt = {f"serial:{each.serial}" for each in case.labels.values() if each.state in NO_LONGER_COUNTS}
    plan = gate.Plan(
        check=new_id("check"), case=run.case_id, step=step.name, workstation=work.store.workstation,
        # Nobody speaks for a patient who cannot answer: two people each read a second identifier instead.
        arms=2 if step.check is Check.BLIND or (pair and gate.WRISTBAND in objects) else 1, objects=objects,
        stated=stated and gate.WRISTBAND in objects, begun_ns=work.moment().boot_ns,
        units=tuple(
            gate.UnitKnown(
                u.unit, u.codes, _container(u, objects), tuple(b.reason for b in blocks[u.unit]),
                covered_now(work, case, step.name, u.unit),
            )
            for u in units
        ),
        unit=run.unit_id if not units else "",
        person_codes=frozenset(person.bands) if person else frozenset(),
        void_codes=frozenset(person.void_bands if person else ()) | spoilt,
        other_codes=frozenset(other.bands) if other else frozenset(),
        order_codes=case.order.codes if case.order else frozenset(),
        certificate_codes=frozenset().union(*case.certificates.values()),
        covered=_covered_for_all(work, case, step.name, units),
        case_codes=frozenset().union(*(row.codes for row in case.identifiers)),
        numbers=(person.record_number,) if pair and person and person.record_number else (),
        born=person.born if person else "", families=person.families if person else (),
        stale_after_ns=int(step.stale_after.total_seconds() * 1e9),
        valid_ns=int(step.check_valid.total_seconds() * 1e9),
    )  # fmt: skip
    return plan, blocks


def confirm_identity(
    run: Run, units: tuple[UnitRecord, ...], objects: tuple[str, ...] | None = None, *, stated: bool = True
) -> Flow[Recorded]:
    """Run one check to its end; returns the IdentityConfirmed, or raises Ended after showing why not."""
    wanted = objects or tuple(each for each in IDENTITY_OBJECTS if each in {str(need) for need in run.step.needs})
    plan, blocks = plan_of(run, wanted, units, stated=stated)
    run.marks = _marks(run, plan)
    run.already = []
    run.in_check, run.confirmed = True, False
    run.record(e.CheckOpened(case=run.case_id, check=plan.check, step=run.step.name, arms=plan.arms))
    state, _ = gate.step(gate.begin(plan), gate.ArmOpened(run.performer.person, plan.begun_ns))
    check = UnderWay(state, run.performer, {run.performer.person: run.performer}, blocks)
    confirmed: Recorded | None = None
    while confirmed is None:
        try:
            if check.state.waiting == "person":
                yield from _next_person(run, check)
                continue
            received = yield _page(run, check)
        except Ended:
            if check.state.waiting != "ended":
                _abandon(run, check)
            raise
        run.settle()
        effects = _take(run, check, received)
        confirmed = _record(run, check, effects)
        if confirmed is None and check.state.waiting == "ended":
            yield from _show_end(run, check, effects)
            raise Ended
    run.in_check, run.confirmed = False, True
    run.advance("mark.act")
    yield from _show_confirmed(run, check, confirmed)
    return confirmed


def _marks(run: Run, plan: gate.Plan) -> list[Say]:
    marks = []
    for object in plan.objects:
        marks.append(Say(f"mark.{object}", _unit_words(run)))
        if object == gate.WRISTBAND and plan.stated:
            marks.append(Say("mark.stated"))
    if plan.arms > 1:
        marks.append(Say("mark.second_person"))
    return [*marks, Say("mark.act")]


# One input --------------------------------------------------------------------------------------------------------


def _take(run: Run, check: UnderWay, received: Input) -> tuple[gate.Effect, ...]:
    at_ns = run.work.moment().boot_ns
    # What is refused below was not read unless it is read below: an old scan must not stand as its evidence.
    check.last_code = None
    if isinstance(received, Pressed) and received.action == "code_damaged":
        check.typing, run.verdict = not check.typing, Verdict.INCOMPLETE
        return ()
    if isinstance(received, Locked):
        translated: gate.Input = gate.Interrupted(received.why, at_ns)
    elif isinstance(received, Stated):
        translated = gate.PatientStated(received.family, received.born, at_ns)
    elif isinstance(received, Submitted) and "record_number" in received.values:
        if not received.values["record_number"].strip():
            run.refuse(Refusal.ENTRY_INCOMPLETE)
            return ()
        translated = gate.PatientStated("", "", at_ns, number=received.values["record_number"].strip())
    elif isinstance(received, Submitted) and "born" in received.values:
        values = received.values
        if not values.get("family", "").strip() or not values["born"]:
            run.refuse(Refusal.ENTRY_INCOMPLETE)
            return ()
        translated = gate.PatientStated(values["family"].strip(), values["born"], at_ns)
    elif (scan := as_scan(received)) is not None:
        code = read_code(run.work, scan)
        check.last_code = code
        asked = gate.wanted(check.state) or ""
        gathered = gather(run.work, code, check.parts, _codes_asked(check.state.plan, asked))
        check.parts = gathered.parts
        if gathered.code is None:
            _part_read(run, check, gathered, asked)
            return ()
        code = check.last_code = gathered.code
        if code.label is None:
            _refuse(run, check, code.reason or Refusal.CODE_NOT_RECOGNISED, asked)
            return ()
        translated = _object_read(run, check, code)
    elif isinstance(received, Typed):
        return ()
    else:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        return ()
    check.state, effects = gate.step(check.state, translated)
    return effects


def _codes_asked(plan: gate.Plan, asked: str) -> tuple[frozenset[str], ...]:
    """Return the codes of the units that the object asked for could be; nothing when it is no unit."""
    if asked not in gate.NAMES_A_UNIT:
        return ()
    return tuple(known.codes if asked == gate.UNIT else known.container for known in plan.units)


def _part_read(run: Run, check: UnderWay, gathered: Gathered, asked: str) -> None:
    """Say what is still missing on the label, or refuse a label whose separator was lost."""
    if gathered.refusal is not None:
        _refuse(run, check, gathered.refusal, asked)
        return
    _refuse(run, check, Refusal.PART_MISSING, asked)
    words = {"missing": " ".join(gathered.missing), "read": str(len(gathered.parts))}
    run.refuse(Refusal.PART_MISSING, Say("scan.more", words), Verdict.INCOMPLETE)


def _object_read(run: Run, check: UnderWay, code: CodeRead) -> gate.ObjectRead:
    plan = check.state.plan
    return gate.ObjectRead(
        codes=code.codes, at_ns=code.at_ns, how=code.how, known_as=code.known_as, check=plan.check,
        workstation=plan.workstation, calibrated=code.how != "scanned" or calibrated(run, code.scanner),
    )  # fmt: skip


def calibrated(run: Run, scanner: str) -> bool:
    """Tell whether a scanner may be used for identity: it read the calibration card here, or sends bytes intact."""
    return scanner in run.work.site.scanners.get(run.work.store.workstation, {})


def _next_person(run: Run, check: UnderWay) -> Flow[None]:
    """Let the next person sign in before an empty screen; the arm opens when the gate takes them."""
    again = check.state.again
    purpose = "again" if again else "witness" if check.state.arms else "sign_in"
    refusal: Say | None = None
    while check.state.waiting == "person":
        person = yield from sign_in_person(run, purpose, witness=bool(check.state.arms), refusal=refusal)
        if person is None:
            effects = _abandon(run, check)
            if check.state.outcome is not None:
                yield from _show_end(run, check, effects)
            raise Ended
        check.state, effects = gate.step(check.state, gate.ArmOpened(person.person, run.work.moment().boot_ns))
        before, check.person, check.last_code = check.person, person, None
        _record(run, check, effects)
        if check.state.waiting == "ended":
            yield from _show_end(run, check, effects)
            raise Ended
        refusal = run.message
        if check.state.waiting == "arm":
            check.people[person.person] = person
        else:
            check.person = before
    check.typing, check.parts = False, ()
    run.already = []
    run.message = None


def _abandon(run: Run, check: UnderWay) -> tuple[gate.Effect, ...]:
    check.state, effects = gate.step(check.state, gate.Abandoned(run.work.moment().boot_ns))
    check.last_code = None
    _record(run, check, effects)
    return effects


# Recording --------------------------------------------------------------------------------------------------------


def _record(run: Run, check: UnderWay, effects: tuple[gate.Effect, ...]) -> Recorded | None:
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
                _refuse(run, check, effect.reason, effect.object, effect)
            case gate.ArmClosed():
                _arm_closed(run, check, effect.arm)
            case gate.AskedAgain():
                check.last_code = None
                _refuse(run, check, Refusal.STATED_DIFFERS, gate.STATED)
                run.verdict = Verdict.WARNED
            case gate.ArmVoided():
                run.already = []
            case gate.Confirmed():
                run.unit_id = effect.event.unit or run.unit_id
                confirmed = run.record(effect.event, subject=effect.event.unit or run.case_id, actor=check.person)
            case gate.Ended():
                _ended(run, check, effect.reason)
            case _:
                pass
    return confirmed


def _was_closed(check: UnderWay, number: int) -> bool:
    return check.state.arms[number - 1].closed


def _accepted(run: Run, check: UnderWay, effect: gate.Accepted) -> None:
    check.typing = False
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


def _refuse(run: Run, check: UnderWay, reason: Refusal, object: str, effect: gate.Refused | None = None) -> None:
    code = check.last_code
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


# Pages ------------------------------------------------------------------------------------------------------------


def _page(run: Run, check: UnderWay) -> GuidedPage:
    asked = gate.wanted(check.state) or gate.UNIT
    run.advance(f"mark.{asked}")
    second = len(check.state.arms) > 1
    words = {"person": "2" if second else "1"}
    if asked == gate.STATED:
        stated = str(run.profile.stated)
        person, _ = right_person(run.case, run.step.procedure)
        # What it takes to be understood names nobody, so it may stand on the neutral page.
        words["communication"] = person.communication if person is not None else ""
        return run.page(
            Say(f"ask.stated.{stated}", words), drawing="person", hint=Say(f"ask.stated.{stated}.hint", words),
            fields=(FieldShown("record_number", "text", Say("field.record_number")),)
            if check.state.plan.numbers
            else (
                FieldShown("family", "letters", Say("field.family_letters")),
                FieldShown("born", "date", Say("field.born")),
            ),
            actions=(ActionShown("save", primary=True, key="F12"),), expects_scan=False,
        )  # fmt: skip
    return run.page(
        Say(f"scan.{asked}", {**words, **_unit_words(run)}), drawing=DRAWINGS.get(asked, "bag"),
        hint=Say(f"scan.{asked}.hint", _unit_words(run)), actions=(DAMAGED,),
        fields=(code_field(),) if check.typing else (), expects_scan=not check.typing,
    )  # fmt: skip


def _unit_words(run: Run) -> dict[str, str]:
    kinds = [unit.kind for unit in run.case.product_units()] or [unit.kind for unit in run.case.units.values()]
    unit = run.unit
    return {"kind": unit.kind if unit else kinds[0] if kinds else "bag", "number": str(unit.number) if unit else ""}


def _show_confirmed(run: Run, check: UnderWay, confirmed: Recorded) -> Flow[None]:
    body = confirmed.body
    assert isinstance(body, e.IdentityConfirmed)  # noqa: S101 - the gate's own event
    times = run.case.checks[body.check].arm_times
    names = tuple((check.people[p].name, at) for p, at in zip(body.people, times, strict=False))
    unit = run.unit
    person, _ = right_person(run.case, run.step.procedure)
    who = {"family": person.family, "given": person.given, "born": person.born} if person else {}
    page = VerdictPage(
        kind="accepted",
        title=Say("verdict.both_agree" if len(names) > 1 else "verdict.agrees"),
        sentence=Say("verdict.for" if gate.WRISTBAND in body.objects else "verdict.unit_ok",
                     {**who, "unit": f"{unit.kind} {unit.number}" if unit else "", "wall": run.case.wall_name}),
        next_step=Say(f"after.{run.step.procedure}", {"unit": f"{unit.kind} {unit.number}" if unit else ""}),
        names=names, clock=clock_of_unit(run.work, run.case, run.unit_id),
        actions=(ActionShown("go_on", primary=True, key="F12"),),
    )  # fmt: skip
    yield from run.verdict_page(page)


def _show_end(run: Run, check: UnderWay, effects: tuple[gate.Effect, ...]) -> Flow[None]:
    refused = next((effect for effect in effects if isinstance(effect, gate.Refused)), None)
    reason = check.state.outcome or Refusal.CHECK_EXPIRED
    mismatch = reason in MISMATCH
    run.refuse(reason)
    block = None
    if refused is not None and refused.unit:
        block = next((each for each in check.blocks.get(refused.unit, []) if each.reason is reason), None)
    actions = [ActionShown("go_on", primary=True, key="F12")]
    if reason is Refusal.WRONG_UNIT and check.last_code is not None and check.last_code.id_of("unit"):
        actions.append(ActionShown("quarantine", danger=True, key="F8"))
    elif not mismatch:
        actions.append(ActionShown("exception", key="F8"))
    page = VerdictPage(
        kind="mismatch" if mismatch else "refused", title=Say(f"refused.title.{reason.value}", _unit_words(run)),
        sentence=Say(f"refusal.{reason.value}", _about(run, block)),
        next_step=Say(f"next.{reason.value}", {**run.work.site.phones, **_unit_words(run)}), reason=reason,
        aligned=aligned_codes(run, refused, check.last_code) if mismatch else None,
        clock=clock_of_unit(run.work, run.case, run.unit_id), actions=tuple(actions),
    )  # fmt: skip
    action = yield from run.verdict_page(page, frozenset({"go_on", "quarantine", "exception"}))
    if action == "quarantine" and check.last_code is not None:
        _quarantine(run, check.last_code)
    if action == "exception" and refused is not None:
        yield from authorise_exception(run, refused.unit, check.blocks.get(refused.unit, []), reason)


def _about(run: Run, block: Block | None) -> dict[str, str]:
    return {
        "about": block.about if block is not None else "",
        "source": block.source if block is not None else "",
        "wall": run.case.wall_name,
        **_unit_words(run),
    }


def _quarantine(run: Run, code: CodeRead) -> None:
    """Put the unit that was read into quarantine, in the case it belongs to."""
    for hit in code.found:
        if hit.kind == "unit" and hit.case:
            run.work.record(
                e.BagQuarantined(case=hit.case, unit=hit.id, reason="presented for another patient"),
                subject=hit.id, actor=run.performer.person, role=run.performer.role,
            )  # fmt: skip


def aligned_codes(run: Run, refused: gate.Refused | None, code: CodeRead | None) -> Aligned | None:
    """Lay what was expected over what was read, of the same kind of code; never for what the patient stated."""
    if refused is None or refused.object == gate.STATED or code is None or not refused.read:
        return None
    for read in sorted(refused.read):
        kind = read.partition(":")[0]
        same = sorted(each for each in refused.expected if each.partition(":")[0] == kind)
        if same:
            expected_text, read_text = same[0].partition(":")[2], read.partition(":")[2]
            marks = differing(expected_text, read_text)
            return Aligned(expected_text, read_text, *marks)
    expected = sorted(each.partition(":")[2] for each in refused.expected)
    if not expected:
        return None
    read_text = sorted(each.partition(":")[2] for each in refused.read)[0]
    return Aligned(expected[0], read_text, *differing(expected[0], read_text))
