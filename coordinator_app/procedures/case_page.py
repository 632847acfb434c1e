"""The case on one screen: banner, journey, every identifier, what comes next, clocks, the record."""

from __future__ import annotations

from datetime import date

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, PatientRecord
from coordinator_app.domain.journey import COLLECTING, LAST_RESORTS, concerns, done
from coordinator_app.domain.preparation import made_of
from coordinator_app.domain.profile_parts import StepRule
from coordinator_app.domain.readiness import CHECK_ANEW, merge_unchecked
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import (
    ActionShown,
    CasePage,
    IdentifierShown,
    JourneyMark,
    PatientBanner,
    RecordLine,
    Say,
)
from coordinator_app.domain.typed_readings import readings_typed, typed_in
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.clockwork import clocks_of, reading_helps
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.today import next_of
from coordinator_app.procedures.workplace import Workplace

QUIET = frozenset({"ScanAccepted", "CheckOpened", "ArmClosed", "RecordSigned", "LabelDrafted", "AlarmRaised"})
"""Events that the short record on the case screen leaves out; the record viewer has them all."""
ON_THE_LINE = 9
CARRIERS = {"coi": "ISBT 128", "din": "ISBT 128", "item": "GS1", "order": "GS1", "gdti": "GS1", "trial": "trial's code"}
"""The standard of the barcode in which an identifier is met, by kind of code."""


def banner_of(work: Workplace, case: CaseRecord, person: PatientRecord | None = None) -> PatientBanner:
    """Return the patient banner of a case."""
    shown = person or case.recipient or PatientRecord("", "recipient")
    born = date.fromisoformat(shown.born) if shown.born else date(1900, 1, 1)
    today = work.now().date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return PatientBanner(
        family=shown.family or "Not Known", given=shown.given, title=shown.title or None, born=born, age_years=age,
        sex=shown.sex or "unknown", record_number=shown.record_number, record_issuer=shown.record_issuer,
        subject=case.identifier("subject") or None, trial=case.profile, wall_name=case.wall_name,
        communication=shown.communication or None,
    )  # fmt: skip


def case_page(work: Workplace, case: CaseRecord, present: Present) -> CasePage:
    """Return the screen of one case for the person signed in."""
    coming = next_of(work, case)
    actions = [_begin(step) for step, _ in coming if _may(work, case, step, present)]
    if coming:
        step, units = coming[0]
        words = {"kind": units[0].kind if units else "bag", "number": ", ".join(str(u.number) for u in units),
                 "count": str(len(units)), "role": ", ".join(str(role) for role in step.roles)}  # fmt: skip
        title, detail = Say(f"next.title.{step.procedure}", words), Say(f"next.detail.{step.procedure}", words)
        if not actions:
            detail = Say("next.detail.other_role", words)
    else:
        title, detail = Say("next.title.nothing"), Say("next.detail.nothing")
    clocks = clocks_of(work, case)
    reads = (ActionShown("read_clock", key="F8"),) if reading_helps(work, clocks) else ()
    if merge_unchecked(case, work.profile(case)):
        title, detail = Say("next.title.anew"), Say("next.detail.anew")
        actions = [ActionShown(f"begin:{CHECK_ANEW}", primary=True, key="F12")]
    return CasePage(
        banner=banner_of(work, case), case=case.case, journey=_journey(work, case), identifiers=_identifiers(case),
        next_title=title, next_detail=detail, clocks=clocks, record=_record(work, case), typed=typed_in(case.recorded),
        actions=(
            *actions[:1], ActionShown("sponsor_file", key="F5"), ActionShown("changes", key="F6"),
            ActionShown("paper", key="F9"), *reads,
        ),
    )  # fmt: skip


def _begin(step: StepRule) -> ActionShown:
    return ActionShown(f"begin:{step.name}", primary=True, key="F12", values={"procedure": str(step.procedure)})


def _may(work: Workplace, case: CaseRecord, step: StepRule, present: Present) -> bool:
    staff = work.site.people[present.person]
    # Who has the role but not the training may press it and is told why; a button that is missing explains nothing.
    return bool({str(role) for role in step.roles} & set(staff.roles))


def _journey(work: Workplace, case: CaseRecord) -> tuple[JourneyMark, ...]:
    profile = work.profile(case)
    marks: list[JourneyMark] = []
    for step in profile.steps:
        if step.procedure in LAST_RESORTS or step.procedure is ProcedureKind.LABEL:
            continue
        units = [unit for unit in case.units.values() if concerns(step, unit)]
        if step.procedure in {ProcedureKind.ENROL, ProcedureKind.REVIEW_LOGGER}:
            finished = done(case, step, None)
        else:
            finished = bool(units) and all(done(case, step, unit) or unit.used for unit in units)
            if step.procedure in COLLECTING and not units and case.product_units():
                continue
        marks.append(JourneyMark(Say(f"journey.{step.procedure}"), "done" if finished else "todo", _when(case, step)))
    first = next((at for at, mark in enumerate(marks) if mark.state == "todo"), None)
    if first is not None:
        marks[first] = JourneyMark(marks[first].say, "now", marks[first].detail)
        start = max(0, min(first - ON_THE_LINE + 4, len(marks) - ON_THE_LINE))
        return tuple(marks[start : start + ON_THE_LINE])
    return tuple(marks[-ON_THE_LINE:])


def _when(case: CaseRecord, step: StepRule) -> Say | None:
    if step.procedure is ProcedureKind.ENROL and case.opened_at is not None:
        return Say("at", {"at": case.opened_at.isoformat()})
    for recorded in reversed(case.recorded):
        if isinstance(recorded.body, e.ProductMoved) and recorded.body.step == step.name:
            return Say("at", {"at": recorded.when.isoformat()})
    return None


def _identifiers(case: CaseRecord) -> tuple[IdentifierShown, ...]:
    rows = []
    seen = set()
    for row in reversed(case.identifiers):
        if (row.name, row.value) in seen:
            continue
        seen.add((row.name, row.value))
        carrier = CARRIERS.get(next(iter(row.codes), "").partition(":")[0].partition("-")[0], "")
        rows.append(IdentifierShown(row.name, row.value, row.issuer, carrier))
    rows.reverse()
    if case.order is not None and not any(row.name == "order" for row in rows):
        rows.append(IdentifierShown("order", case.order.order, case.order.origin))
    for unit in case.product_units():
        where = unit.location or unit.holder or ("quarantine" if unit.quarantined else "")
        name = f"{unit.kind} {unit.number}"
        made = f"from {made_of(case, unit)}" if unit.prepared else f"lot {unit.lot}" if unit.lot else ""
        rows.append(IdentifierShown(name, unit.shown, where or made))
    return tuple(rows)


def _record(work: Workplace, case: CaseRecord) -> tuple[RecordLine, ...]:
    lines = [record_line(work, each) for each in reversed(case.recorded) if each.type not in QUIET]
    return tuple(lines[:12])


def record_line(work: Workplace, recorded: Recorded) -> RecordLine:
    """Return one event as a person reads it."""
    staff = work.site.people.get(recorded.actor or "")
    words = {"type": recorded.type}
    body = recorded.body
    typed = readings_typed(recorded) or getattr(body, "typed", 0)
    if typed:
        words["typed"] = str(typed)
    for name in ("step", "object", "reason", "unit", "location", "to", "volume_ml", "kind", "name", "value", "meaning"):
        value = getattr(body, name, "")
        if isinstance(value, str) and value:
            words[name] = value
    return RecordLine(
        at=recorded.when, say=Say(f"event.{recorded.type}", words), actor=staff.name if staff is not None else "",
        late=recorded.happened_at is not None, refused=recorded.type in {"ScanRefused", "SignInRefused"},
    )  # fmt: skip
