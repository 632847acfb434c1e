"""Late entries: what happened while the program was not at hand, entered afterwards; it can only make clocks stricter.

The same entry for something that is on record already corrects it: both stay on record, and the first goes on counting
until two people have signed the correction, where that would make a clock less strict (design §6).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.profile_parts import StepRule
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import EventName, ProcedureKind
from coordinator_app.procedures.clock_history import planned_event
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.sign_act import sign_record
from coordinator_app.procedures.site_time import instants, typed_time
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.two_signatures import Comparison, Signatures, ask_two

REASONS = ("paper", "program_away", "power", "forgotten", "typed_wrong")
"""Why something is entered late. A list and no free text: the reason stands in the open part of the event."""


class Kind(Struct, frozen=True):
    """One thing that can be entered late: its event, the procedures it belongs to, what must be on record before it."""

    body: type[e.ProductMoved]
    procedures: tuple[ProcedureKind, ...]
    after: str = ""


KINDS: dict[EventName, Kind] = {
    EventName.COLLECTION_ENDED: Kind(e.CollectionEnded, (ProcedureKind.COLLECT,), "CollectionStarted"),
    EventName.HANDED_OVER: Kind(e.BagHandedOver, (ProcedureKind.HAND_OVER, ProcedureKind.TRANSPORT)),
    EventName.THAW_STARTED: Kind(e.ThawStarted, (ProcedureKind.THAW,)),
    EventName.THAW_COMPLETED: Kind(e.ThawCompleted, (ProcedureKind.THAW,), "ThawStarted"),
    EventName.ADMINISTRATION_STARTED: Kind(e.AdministrationStarted, (ProcedureKind.ADMINISTER,)),
    EventName.ADMINISTRATION_PAUSED: Kind(
        e.AdministrationPaused, (ProcedureKind.ADMINISTER,), "AdministrationStarted"
    ),
    EventName.ADMINISTRATION_RESUMED: Kind(
        e.AdministrationResumed, (ProcedureKind.ADMINISTER,), "AdministrationPaused"
    ),
    EventName.ADMINISTRATION_COMPLETED: Kind(
        e.AdministrationCompleted, (ProcedureKind.ADMINISTER,), "AdministrationStarted"
    ),
}  # fmt: skip
AGAIN = frozenset({EventName.ADMINISTRATION_PAUSED, EventName.ADMINISTRATION_RESUMED})
"""What can happen several times to one unit, so that a second entry is no correction of the first."""
ENDS = frozenset({EventName.ADMINISTRATION_COMPLETED, EventName.ADMINISTRATION_RESUMED, EventName.COLLECTION_ENDED})
"""Of an hour that came twice, an end is taken as the later one, anything else as the earlier: strictly read."""


class Entry(Struct, frozen=True):
    """A late entry that may be recorded: on which unit and step, resting on which check, correcting what."""

    kind: Kind
    name: EventName
    unit: UnitRecord
    step: StepRule
    rests_on: tuple[str, ...]
    happened_at: datetime
    reason: str
    corrects: tuple[str, ...]


def late_entry(run: Sitting, case: str) -> Flow[None]:
    """Ask what happened to which unit, when, and why it is entered late; then record it, signed by two where needed."""
    record = run.work.case(case)
    now = run.work.now().astimezone(ZoneInfo(run.work.site.zone))
    units = tuple(
        (unit.unit, Say("late.collected" if unit.collected else "late.unit", {"unit": unit.called}))
        for unit in _units(record)
    )
    found: list[Entry] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        told = _entry(run, record, values)
        found[:] = [told] if isinstance(told, Entry) else []
        return None if isinstance(told, Entry) else told

    told = yield from run.fill_in(
        "late_entry",
        (
            FieldShown("event", "choice", Say("field.late_event"),
                       choices=tuple((str(name), Say(f"event.{kind.body.__name__}")) for name, kind in KINDS.items())),
            FieldShown("unit", "choice", Say("field.late_unit"), choices=units),
            FieldShown("date", "date", Say("field.late_date"), value=now.date().isoformat()),
            FieldShown("time", "text", Say("field.late_time"), hint=Say("field.late_time.hint")),
            FieldShown("reason", "choice", Say("field.late_reason"),
                       choices=tuple((each, Say(f"late_reason.{each}")) for each in REASONS)),
            FieldShown("to", "text", Say("field.late_to"), required=False, hint=Say("field.late_to.hint")),
        ),
        check=check,
    )  # fmt: skip
    entry = found[0]
    compared = _compared(run, record, entry)
    signed = Signatures(())
    if compared.needs_two:
        signed = yield from ask_two(run, compared, "late_entry", may_be_alone=True)
    made = _record(run, case, entry, told["to"])
    for person in signed.people:
        sign_record(run, case, made, "late_entry", person)


def _units(case: CaseRecord) -> tuple[UnitRecord, ...]:
    return (*case.product_units(), *case.collected_units())


def _entry(run: Sitting, case: CaseRecord, values: dict[str, str]) -> Entry | Refusal | Say:
    """Return the entry that the form holds, or why it cannot be made and what to do instead."""
    unit = case.units.get(values["unit"])
    if values["event"] not in set(KINDS) or unit is None or values["reason"] not in REASONS:
        return Refusal.ENTRY_INCOMPLETE
    name = EventName(values["event"])
    kind = KINDS[name]
    if name is EventName.HANDED_OVER and not values["to"].strip():
        return Say("late.to_whom")
    at = told_instant(run, values["date"], values["time"], name)
    if isinstance(at, Say):
        return at
    step, rests_on = _rests_on(run, case, unit, kind)
    if step is None:
        return Say("late.no_step", {"unit": unit.called})
    if not {str(role) for role in step.roles} & set(run.work.site.people[run.performer.person].roles):
        return Refusal.NOT_ALLOWED
    if not rests_on:
        run.work.record(
            e.ScanRefused(
                case=case.case, step=step.name, reason=Refusal.IDENTITY_CHECK_NEEDED.value, unit=unit.unit
            ),
            subject=case.case, actor=run.performer.person, role=run.performer.role,
        )  # fmt: skip
        return Say("late.no_check", {"unit": unit.called, "step": str(step.procedure)})
    if kind.after and not unit.has(kind.after):
        return Say("late.nothing_before", {"unit": unit.called})
    corrects = () if name in AGAIN else _entered_before(case, unit, kind)
    return Entry(kind, name, unit, step, rests_on, at, values["reason"], corrects)


def told_instant(run: Sitting, day: str, text: str, name: EventName) -> datetime | Say:
    """Return the instant that a day and a time of the site mean, strictly read, or what is wrong with them."""
    told = typed_time(text)
    if told is None:
        return Say("late.bad_time")
    meant = instants(day, told[0], ZoneInfo(run.work.site.zone))
    if not meant:
        return Say("late.no_such_time")
    # In the first of two equal hours the later meaning is still to come, so that the earlier is the only one there is.
    past = [at for at in meant if at < run.work.now()]
    if not past:
        return Say("late.in_future")
    return past[-1] if name in ENDS else past[0]


def _rests_on(run: Sitting, case: CaseRecord, unit: UnitRecord, kind: Kind) -> tuple[StepRule | None, tuple[str, ...]]:
    """Return the step a thing belongs to and the newest identity check of this unit in it.

    A step that went on under a physician's exception rests on what its first event cites.
    """
    steps = [step for procedure in kind.procedures for step in run.work.profile(case).steps_of(procedure)]
    steps = [step for step in steps if (step.procedure is not ProcedureKind.TRANSPORT) or not unit.collected]
    for recorded in reversed(case.confirmations):
        body = recorded.body
        for step in steps:
            if isinstance(body, e.IdentityConfirmed) and (body.unit, body.step) == (unit.unit, step.name):
                return step, (recorded.id,)
    names = {step.name for step in steps}
    for recorded in reversed(case.recorded):
        body = recorded.body
        if isinstance(body, e.ProductMoved) and body.unit == unit.unit and body.step in names and recorded.refs:
            step = next(step for step in steps if step.name == body.step)
            known = {each.id for each in (*case.confirmations, *case.exceptions)}
            return step, tuple(ref for ref in recorded.refs if ref in known)
    return (steps[0] if steps else None), ()


def _entered_before(case: CaseRecord, unit: UnitRecord, kind: Kind) -> tuple[str, ...]:
    """Return every entry of the same thing that is on record: a correction takes the place of all of them."""
    return tuple(each.id for each in case.recorded if type(each.body) is kind.body and each.subject == unit.unit)


def _compared(run: Sitting, case: CaseRecord, entry: Entry) -> Comparison:
    """Return the clocks as they stand, and as they would with the entry in the place of what it corrects."""
    planned = planned_event(run.work, case, entry.unit, str(entry.name), entry.happened_at)
    after = readings_of(run.work, case, None, (planned,), frozenset(entry.corrects))
    return Comparison(readings_of(run.work, case), after)


def _record(run: Sitting, case: str, entry: Entry, to: str) -> Recorded:
    about = {"case": case, "step": entry.step.name, "unit": entry.unit.unit}
    body = e.BagHandedOver(**about, to=to) if entry.kind.body is e.BagHandedOver else entry.kind.body(**about)
    return run.work.record(
        body, subject=entry.unit.unit, actor=run.performer.person, role=run.performer.role,
        refs=(*entry.rests_on, *entry.corrects), happened_at=_whole(entry.happened_at), late_reason=entry.reason,
    )  # fmt: skip


def _whole(at: datetime) -> datetime:
    return at - timedelta(microseconds=at.microsecond)
