"""The identity check: drives the gate with what people scan and hear, up to its green page or its end."""

from __future__ import annotations

from coordinator_app.domain import gate
from coordinator_app.domain.case_record import UnitRecord
from coordinator_app.domain.inputs import Input, Locked, Pressed, Scanned, Stated, Submitted, Typed
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say, Verdict
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.authorise_exception import authorise_exception
from coordinator_app.procedures.check_pages import asking_page, show_confirmed, show_end
from coordinator_app.procedures.check_people import next_person
from coordinator_app.procedures.guided import Run, as_scan
from coordinator_app.procedures.label_parts import Gathered, gather
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.under_way import UnderWay, open_check, refuse_reading, tell_gate

IDENTITY_OBJECTS = (gate.WRISTBAND, gate.ORDER, gate.CERTIFICATE, gate.CASSETTE, gate.UNIT)
"""What the gate compares, in the order it is asked for; the other objects of a step are recorded by its acts."""


def confirm_identity(
    run: Run, units: tuple[UnitRecord, ...], objects: tuple[str, ...] | None = None, *, stated: bool = True
) -> Flow[Recorded]:
    """Run one check to its end; returns the IdentityConfirmed, or raises Ended after showing why not."""
    wanted = objects or _objects_of(run, units)
    check = open_check(run, wanted, tuple(unit.unit for unit in units), stated=stated)
    confirmed: Recorded | None = None
    while confirmed is None:
        try:
            if check.state.waiting == "person":
                yield from next_person(run, check)
                continue
            received = yield asking_page(run, check)
        except Ended:
            if check.state.waiting != "ended":
                _abandon(run, check)
            raise
        run.settle()
        if check.not_set_up and isinstance(received, Pressed) and received.action == "exception":
            _abandon(run, check)
            yield from authorise_exception(run, "", [Block(Refusal.SCANNER_NOT_CALIBRATED)])
            raise Ended
        effects, confirmed = _take(run, check, received)
        if confirmed is None and check.state.waiting == "ended":
            yield from show_end(run, check, effects)
            raise Ended
    run.in_check, run.confirmed = False, True
    run.advance("mark.act")
    yield from show_confirmed(run, check, confirmed)
    return confirmed


def _objects_of(run: Run, units: tuple[UnitRecord, ...]) -> tuple[str, ...]:
    """Return what the check asks for: what the step needs, and before a thaw the container that is opened for it."""
    needs = {str(need) for need in run.step.needs}
    if run.step.procedure is ProcedureKind.THAW and units and all(unit.container_codes for unit in units):
        needs |= {str(rule.container) for rule in run.profile.units if rule.container}
    return tuple(each for each in IDENTITY_OBJECTS if each in needs)


def _abandon(run: Run, check: UnderWay) -> None:
    tell_gate(run, check, gate.Abandoned(run.work.moment().boot_ns))


Taken = tuple[tuple[gate.Effect, ...], Recorded | None]
NOTHING: Taken = ((), None)


def _take(run: Run, check: UnderWay, received: Input) -> Taken:
    """Take one input: what it means to the gate, or why it means nothing."""
    # What is refused below was not read unless it is read below: an old scan must not stand as its evidence.
    check.last_code = None
    if isinstance(received, Pressed) and received.action == "code_damaged":
        check.typing, run.verdict = not check.typing, Verdict.INCOMPLETE
        return NOTHING
    if isinstance(received, Locked):
        return tell_gate(run, check, gate.Interrupted(received.why, run.work.moment().boot_ns))
    if isinstance(received, Stated):
        return _heard(run, check, {"family": received.family, "born": received.born})
    if isinstance(received, Submitted) and {"born", "record_number"} & set(received.values):
        return _heard(run, check, received.values)
    scan = as_scan(received)
    if scan is not None:
        return _scanned(run, check, scan)
    if not isinstance(received, Typed):
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
    return NOTHING


def _heard(run: Run, check: UnderWay, values: dict[str, str]) -> Taken:
    """Hand on what the patient stated, or the record number read for a patient who cannot answer."""
    at_ns, number = run.work.moment().boot_ns, values.get("record_number", "").strip()
    if number:
        return tell_gate(run, check, gate.PatientStated("", "", at_ns, number=number))
    family, born = values.get("family", "").strip(), values.get("born", "")
    if not family or not born:
        run.refuse(Refusal.ENTRY_INCOMPLETE)
        return NOTHING
    return tell_gate(run, check, gate.PatientStated(family, born, at_ns))


def _scanned(run: Run, check: UnderWay, scan: Scanned) -> Taken:
    code = check.last_code = read_code(run.work, scan)
    asked = gate.wanted(check.state) or ""
    gathered = gather(run.work, code, check.parts, _codes_asked(check.state.plan, asked))
    check.parts = gathered.parts
    if gathered.code is None:
        _part_read(run, check, gathered, asked)
        return NOTHING
    code = check.last_code = gathered.code
    if code.label is None:
        refuse_reading(run, check, code.reason or Refusal.CODE_NOT_RECOGNISED, asked)
        return NOTHING
    return tell_gate(run, check, _object_read(run, check, code))


def _codes_asked(plan: gate.Plan, asked: str) -> tuple[frozenset[str], ...]:
    """Return the codes of the units that the object asked for could be; nothing when it is no unit."""
    if asked not in gate.NAMES_A_UNIT:
        return ()
    return tuple(known.codes if asked == gate.UNIT else known.container for known in plan.units)


def _part_read(run: Run, check: UnderWay, gathered: Gathered, asked: str) -> None:
    """Say what is still missing on the label, or refuse a label whose separator was lost."""
    if gathered.refusal is not None:
        refuse_reading(run, check, gathered.refusal, asked)
        return
    refuse_reading(run, check, Refusal.PART_MISSING, asked)
    words = {"missing": " ".join(gathered.missing), "read": str(len(gathered.parts))}
    run.refuse(Refusal.PART_MISSING, Say("scan.more", words), Verdict.INCOMPLETE)


def _object_read(run: Run, check: UnderWay, code: CodeRead) -> gate.ObjectRead:
    plan = check.state.plan
    proven = code.how != "scanned" or calibrated(run, code.scanner)
    check.unproven = check.unproven or (not proven and Refusal.SCANNER_NOT_CALIBRATED in plan.covered)
    return gate.ObjectRead(
        codes=code.codes, at_ns=code.at_ns, how=code.how, known_as=code.known_as, check=plan.check,
        workstation=plan.workstation, calibrated=proven,
    )  # fmt: skip


def calibrated(run: Run, scanner: str) -> bool:
    """Tell whether a scanner may be used for identity: it read the calibration card here, or sends bytes intact."""
    return scanner in run.work.site.scanners.get(run.work.store.workstation, {})
