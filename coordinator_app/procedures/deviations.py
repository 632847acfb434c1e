"""Deviations: a person reports them or judges what the program proposed; nothing closes without a name."""

from __future__ import annotations

from collections.abc import Callable

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.deviation import CLASSES, CONFIRMED, KINDS, REJECTED, DeviationRecord
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, ListPage, RowShown, Say
from coordinator_app.domain.vocabulary import Role
from coordinator_app.procedures.list_parts import list_page, moment_of, name_of, roles_of
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.photos import PHOTO, keep_photo, photo_fault, pictures_of
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, new_id

JUDGES = frozenset({str(role) for role in (Role.QUALITY, Role.PHYSICIAN, Role.PHARMACIST, Role.COORDINATOR)})
"""Who may confirm, reject and close a deviation."""
WHOLE_CASE = "case"
MOST = 60


# What is shown ----------------------------------------------------------------------------------------------------


def case_of_deviation(work: Workplace, deviation: str) -> CaseRecord | None:
    """Return the case in which a deviation was reported."""
    hit = next((each for each in work.find([deviation]) if each.kind == "deviation"), None)
    return None if hit is None else work.case(hit.case)


def deviation_rows(work: Workplace) -> list[tuple[bool, str, RowShown]]:
    """Return a line for every open deviation and the newest others, with what it is sorted by: open, when it was."""
    found = []
    newest = {case for _, case in work.store.newest("deviation", MOST)} | {each.case for each in work.open_cases()}
    for case in map(work.case, sorted(newest)):
        for each in case.deviations.values():
            cells = (moment_of(each.at), case.wall_name, Say(f"deviation.{each.kind}"), each.what,
                     name_of(work, each.actor), Say(f"deviation.{_state(each)}"))  # fmt: skip
            found.append((each.open, each.at.isoformat(), RowShown(cells, None, each.deviation)))
    return found


def _state(record: DeviationRecord) -> str:
    if record.judgement == REJECTED:
        return "rejected"
    if record.closed:
        return "closed"
    return "proposed" if record.waits_for_judgement else "open"


def called(case: CaseRecord, object: str) -> str:
    """Return what people call a unit or shipment of a case."""
    if object in case.units:
        return case.units[object].called
    return case.shipments[object].shown if object in case.shipments else object


def deviation_page(work: Workplace, deviation: str, present: Present) -> ListPage:
    """Return everything known about one deviation and what this person can do about it."""
    case = case_of_deviation(work, deviation)
    if case is None:
        return list_page("deviation", ("detail", "entry"), [])
    record = case.deviations[deviation]
    affected = ", ".join(called(case, each) for each in record.affected)
    entries: tuple[tuple[Say, str | Say], ...] = (
        (Say("detail.state"), Say(f"deviation.{_state(record)}")),
        (Say("detail.case"), f"{case.wall_name} · {case.profile}"),
        (Say("detail.kind"), Say(f"deviation.{record.kind}")), (Say("detail.at"), moment_of(record.at)),
        (Say("detail.by"), Say("detail.program") if record.proposed else name_of(work, record.actor)),
        (Say("detail.what"), record.what), (Say("detail.affected"), affected or Say("detail.whole_case")),
        (Say("detail.action"), record.immediate_action),
        (Say("detail.classification"), Say(f"class.{record.classification or 'none'}")),
        (Say("detail.sponsor"), record.sponsor_reference),
        (Say("detail.judged_by"), name_of(work, record.judged_by) if record.judged_by else ""),
        (Say("detail.reason"), record.reason), (Say("detail.conclusion"), record.conclusion),
        (Say("detail.closed_by"), name_of(work, record.closed_by) if record.closed_by else ""),
    )  # fmt: skip
    rows = [RowShown((say, value)) for say, value in entries if value]
    pictures = pictures_of(work, case, record.photos)
    return list_page("deviation", ("detail", "entry"), rows, _actions(work, case, record, present), pictures)


def _actions(work: Workplace, case: CaseRecord, record: DeviationRecord, present: Present) -> tuple[ActionShown, ...]:
    id = record.deviation
    to_case = ActionShown(f"open:{case.case}", key="F6", values={"procedure": "case"})
    if not record.open:
        return (to_case,)
    more = ActionShown(f"add_to_deviation:{id}", key="F5")
    if not roles_of(work, present) & JUDGES:
        return (more, to_case)
    if record.waits_for_judgement:
        return (
            ActionShown(f"confirm_deviation:{id}", primary=True, key="F12"), more, to_case,
            ActionShown(f"reject_deviation:{id}", danger=True, key="F8"),
        )  # fmt: skip
    return (ActionShown(f"close_deviation:{id}", primary=True, key="F12"), more, to_case)


# Reporting --------------------------------------------------------------------------------------------------------


def _affected_choices(case: CaseRecord) -> tuple[tuple[str, Say], ...]:
    units = [*case.product_units(), *case.collected_units()]
    return (
        *((unit.unit, Say("affected.unit" if not unit.collected else "affected.collected", {"unit": unit.called}))
          for unit in units),
        *((each.shipment, Say("affected.shipment", {"shipment": each.shown})) for each in case.shipments.values()),
    )  # fmt: skip


def _affected_fields(case: CaseRecord) -> tuple[FieldShown, ...]:
    choices = _affected_choices(case)
    whole = (WHOLE_CASE, Say("affected.case"))
    first = FieldShown("affected", "choice", Say("field.affected"), value=WHOLE_CASE, choices=(whole, *choices))
    if len(choices) < 2:
        return (first,)
    return (first, FieldShown("also", "choice", Say("field.also_affected"), choices=choices, required=False))


def _class_field(*, required: bool) -> FieldShown:
    choices = tuple((each, Say(f"class.{each}")) for each in CLASSES)
    return FieldShown("classification", "choice", Say("field.classification"), choices=choices, required=required)


def _sponsor_field() -> FieldShown:
    return FieldShown("sponsor", "text", Say("field.sponsor_reference"), required=False)


def _entries_right(case: CaseRecord, values: dict[str, str]) -> Refusal | Say | None:
    known = {WHOLE_CASE, "", *(id for id, _ in _affected_choices(case))}
    objects = {values.get("affected", ""), values.get("also", "")}
    right = objects <= known and values.get("classification", "") in {"", *CLASSES}
    if not right or values.get("kind", KINDS[0]) not in KINDS:
        return Refusal.ENTRY_INCOMPLETE
    return photo_fault(values)


def _affected(told: dict[str, str]) -> tuple[str, ...]:
    named = (told.get("affected", ""), told.get("also", ""))
    return tuple(dict.fromkeys(each for each in named if each and each != WHOLE_CASE))


def report_deviation(run: Sitting, case: str) -> Flow[str]:
    """Let a person report that something happened off protocol; returns the deviation's page."""
    kinds = tuple((each, Say(f"deviation.{each}")) for each in KINDS)
    record = run.work.case(case)
    told = yield from run.fill_in(
        "deviation",
        (
            FieldShown("kind", "choice", Say("field.deviation_kind"), choices=kinds),
            *_affected_fields(record),
            FieldShown("what", "text", Say("field.deviation_what")),
            FieldShown("immediate", "text", Say("field.deviation_action")),
            _class_field(required=False), _sponsor_field(), PHOTO,
        ),
        check=lambda values: _entries_right(record, values),
    )  # fmt: skip
    affected = _affected(told)
    run.work.record(
        e.DeviationReported(
            case=case, deviation=new_id("deviation"), kind=told["kind"], what=told["what"],
            unit=next((each for each in affected if each in record.units), ""), affected=affected,
            immediate_action=told["immediate"], classification=told["classification"],
            sponsor_reference=told["sponsor"], photos=keep_photo(run.work, record, told),
        ),
        subject=case, actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
    return case


# What follows -----------------------------------------------------------------------------------------------------


def _known(run: Sitting, deviation: str) -> tuple[CaseRecord, DeviationRecord]:
    case = case_of_deviation(run.work, deviation)
    if case is None or not case.deviations[deviation].open:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        raise Ended
    return case, case.deviations[deviation]


def _judging(run: Sitting, deviation: str, *, proposed: bool) -> tuple[CaseRecord, DeviationRecord]:
    if not roles_of(run.work, run.performer) & JUDGES:
        run.refuse(Refusal.NOT_ALLOWED)
        raise Ended
    case, record = _known(run, deviation)
    if record.waits_for_judgement is not proposed:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        raise Ended
    return case, record


def confirm_deviation(run: Sitting, deviation: str) -> Flow[None]:
    """Confirm what the program proposed, with its class and what was done at once."""
    case, record = _judging(run, deviation, proposed=True)
    told = yield from run.fill_in(
        "confirm_deviation",
        (_class_field(required=True), *_affected_fields(case),
         FieldShown("immediate", "text", Say("field.deviation_action")), _sponsor_field()),
        check=lambda values: _entries_right(case, values),
    )  # fmt: skip
    run.work.record(
        e.DeviationAssessed(
            case=case.case, deviation=deviation, judgement=CONFIRMED, classification=told["classification"],
            affected=_affected(told), immediate_action=told["immediate"], sponsor_reference=told["sponsor"],
        ),
        subject=case.case, actor=run.performer.person, role=run.performer.role, refs=record.told,
    )  # fmt: skip


def reject_deviation(run: Sitting, deviation: str) -> Flow[None]:
    """Say with a reason and a signature that what the program proposed was none."""
    case, record = _judging(run, deviation, proposed=True)
    told = yield from run.fill_in("reject_deviation", (FieldShown("reason", "text", Say("field.reason")),))
    signer = yield from ask_signature(run, Say("meaning.reject_deviation"))
    rejected = run.work.record(
        e.DeviationAssessed(case=case.case, deviation=deviation, judgement=REJECTED, reason=told["reason"]),
        subject=case.case, actor=signer.person, role=signer.role, refs=record.told,
    )  # fmt: skip
    sign_record(run, case.case, rejected, "reject_deviation", signer)


def add_to_deviation(run: Sitting, deviation: str) -> Flow[None]:
    """Say more about a deviation: its class, what else it touches, what was done, the sponsor's reference."""
    case, record = _known(run, deviation)
    told = yield from run.fill_in(
        "add_to_deviation",
        (_class_field(required=False), *_affected_fields(case),
         FieldShown("immediate", "text", Say("field.deviation_action"), required=False), _sponsor_field(), PHOTO),
        check=lambda values: _entries_right(case, values),
    )  # fmt: skip
    run.work.record(
        e.DeviationAssessed(
            case=case.case, deviation=deviation, classification=told["classification"], affected=_affected(told),
            immediate_action=told["immediate"], sponsor_reference=told["sponsor"],
            photos=keep_photo(run.work, case, told),
        ),
        subject=case.case, actor=run.performer.person, role=run.performer.role, refs=record.told,
    )  # fmt: skip


def close_deviation(run: Sitting, deviation: str) -> Flow[None]:
    """Close a deviation with a conclusion and a signature over it; one without a class is given one first."""
    case, record = _judging(run, deviation, proposed=False)
    fields: tuple[FieldShown, ...] = (FieldShown("conclusion", "text", Say("field.conclusion")),)
    if not record.classification:
        fields = (_class_field(required=True), *fields)
    told = yield from run.fill_in("close_deviation", fields, check=lambda values: _entries_right(case, values))
    signer = yield from ask_signature(run, Say("meaning.close_deviation"))
    by, role, work = signer.person, signer.role, run.work
    if told.get("classification"):
        work.record(
            e.DeviationAssessed(case=case.case, deviation=deviation, classification=told["classification"]),
            subject=case.case, actor=by, role=role, refs=record.told,
        )  # fmt: skip
    told_so_far = work.case(case.case).deviations[deviation].told
    closed = work.record(
        e.DeviationClosed(case=case.case, deviation=deviation, conclusion=told["conclusion"]),
        subject=case.case, actor=by, role=role, refs=told_so_far,
    )  # fmt: skip
    sign_record(run, case.case, closed, "close_deviation", signer)


DEVIATION_FLOWS: dict[str, Callable[[Sitting, str], Flow[None]]] = {
    "confirm_deviation": confirm_deviation,
    "reject_deviation": reject_deviation,
    "add_to_deviation": add_to_deviation,
    "close_deviation": close_deviation,
}
"""What can be done about a deviation, by action id."""
