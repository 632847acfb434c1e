"""Contradictions that only several workstations can make: each was right by what it knew, and together they are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.arrival_order import came_after

GIVEN = frozenset({"BagHandedOver", "BagShipped"})
CLOCKS_APART = timedelta(seconds=60)
"""Clocks of two workstations may differ by so much and nobody is told: less does not say which of two was first."""

Contradiction = tuple[str, str, tuple[str, ...]]


def between_workstations(work: Workplace, case: CaseRecord) -> Iterator[Contradiction]:
    """Yield what workstations recorded that cannot all be so: kind, unit, and the ids of the events."""
    if case.profile_sha256 in work.site.profiles:
        yield from _received_before_given(case, work.profile(case))
    yield from _verdicts_differ(case)
    yield from _label_used_twice(case)
    yield from _signed_after_withdrawal(work, case)


def _received_before_given(case: CaseRecord, profile: Profile) -> Iterator[Contradiction]:
    """Yield a receipt that is older than every handover or shipment that had to come before it."""
    receiving = {step.name for step in profile.steps_of(ProcedureKind.RECEIVE)}
    order = [step.name for step in profile.steps]
    collected = {unit.unit for unit in case.collected_units()}
    moves = [each for each in case.recorded if isinstance(each.body, e.ProductMoved)]
    given = [each for each in moves if each.type in GIVEN]
    for receipt in moves:
        if receipt.type != "BagReceived" or _step(receipt) not in receiving or _step(receipt) not in order:
            continue
        before = order[: order.index(_step(receipt))]
        # What was collected here and sent away is what the unit was made of; it cannot be back before it left.
        own = [each for each in given if _unit(each) in collected | {_unit(receipt)} and _step(each) in before]
        if own and all(_later(each, receipt) for each in own):
            yield "received_before_given", _unit(receipt), (receipt.id, own[0].id)


def _later(one: Recorded, other: Recorded) -> bool:
    return one.when - other.when > (timedelta() if one.device == other.device else CLOCKS_APART)


def _step(moved: Recorded) -> str:
    return moved.body.step if isinstance(moved.body, e.ProductMoved) else ""


def _unit(moved: Recorded) -> str:
    return moved.body.unit if isinstance(moved.body, e.ProductMoved) else ""


def _verdicts_differ(case: CaseRecord) -> Iterator[Contradiction]:
    """Yield two different verdicts on one thing by two workstations of which the later did not know the earlier.

    Whoever judges anew what was judged names the judgement before in `refs`; on one workstation it stands on screen.
    """
    last: dict[tuple[str, str], tuple[Recorded, object]] = {}
    for recorded in case.recorded:
        for about, verdict in _verdicts(recorded):
            before = last.get((recorded.type, about))
            last[recorded.type, about] = (recorded, verdict)
            if before is None or before[1] == verdict:
                continue
            if before[0].device != recorded.device and before[0].id not in recorded.refs:
                yield "verdicts_differ", "", (before[0].id, recorded.id)


def _verdicts(recorded: Recorded) -> Iterator[tuple[str, object]]:
    match recorded.body:
        case e.LoggerReviewed(shipment=shipment, accepted=accepted):
            yield shipment, accepted
        case e.CertificateReceived(certificate=certificate, releases=releases):
            yield certificate, releases
        case e.DeviationAssessed(deviation=deviation, judgement=judgement) if judgement:
            yield deviation, judgement


def _label_used_twice(case: CaseRecord) -> Iterator[Contradiction]:
    """Yield the second use of a label that is used once: applied at two workstations or to two units."""
    first: dict[str, Recorded] = {}
    for recorded in case.recorded:
        body = recorded.body
        if not isinstance(body, e.LabelApplied):
            continue
        before = first.setdefault(_serial(case, body.label), recorded)
        known = before.body
        if before is recorded or not isinstance(known, e.LabelApplied):
            continue
        if before.device != recorded.device or known.unit != body.unit:
            yield "label_used_twice", body.unit, (before.id, recorded.id)


def _serial(case: CaseRecord, label: str) -> str:
    known = case.labels.get(label)
    return f"{known.serial}/{known.copy_number}" if known is not None else label


def _signed_after_withdrawal(work: Workplace, case: CaseRecord) -> Iterator[Contradiction]:
    """Yield what somebody did who had been withdrawn: dated after it, or come here when it was known here already.

    A clock that was set back hides nothing so, and honest work that was on its way is looked at by a person.
    """
    withdrawn = {staff.person: staff for staff in work.site.people.values() if staff.withdrawn_at is not None}
    if not withdrawn:
        return
    for recorded in case.recorded:
        staff = withdrawn.get(recorded.actor or "")
        if staff is None or staff.withdrawn_at is None or not (recorded.must or recorded.signed_by_person):
            continue
        if recorded.at > staff.withdrawn_at or came_after(work.store.connection, recorded.id, staff.withdrawn_by):
            unit = getattr(recorded.body, "unit", "")
            yield "signed_after_withdrawal", unit, (recorded.id, staff.withdrawn_by)
