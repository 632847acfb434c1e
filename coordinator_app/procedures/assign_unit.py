"""A unit from the shelf becomes a patient's: two people read it, each alone, against an order that is on record.

A product that is made for nobody in particular has no other tie to the patient than this. So what is on the shelf is
never picked from a list: the unit's own code is scanned twice, and a unit that is somebody's already stays theirs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordinator_app.domain import events as e
from coordinator_app.domain.identity import kind_of
from coordinator_app.domain.inputs import Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import Modality, Role
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.reading import CodeRead, read_code
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.typed_by_two import second_person
from coordinator_app.procedures.workplace import new_id

ASSIGNERS = frozenset({str(Role.PHARMACIST), str(Role.CELL_LABORATORY)})
"""Who takes a unit from the shelf for a patient."""
TELLING = frozenset({"item", "unit"})
"""Kinds of code that are on one unit alone; a lot or a kind of product is on all of them."""
SHELF = "shelf"


def from_the_shelf(run: Sitting, case: str) -> bool:
    """Tell whether the product of a case is kept on a shelf and made for nobody in particular."""
    return run.work.profile(run.work.case(case)).modality is Modality.OFF_THE_SHELF


def assign_unit(run: Sitting, case: str) -> Flow[None]:
    """Assign one unit of the shelf to the patient of a case; raises Ended where it cannot be."""
    _refuse_to_begin(run, case)
    first = yield from _scan_unit(run, case, "1")
    other = yield from second_person(run)
    second = yield from _scan_unit(run, case, "2")
    if first.codes != second.codes:
        _refuse(run, case, Refusal.ARMS_DISAGREE)
        raise Ended
    _register(run, case, first, other)


def _refuse_to_begin(run: Sitting, case: str) -> None:
    record = run.work.case(case)
    roles = set(run.work.site.people[run.performer.person].roles)
    reason = None
    if not roles & ASSIGNERS:
        reason = Refusal.NOT_ALLOWED
    elif not from_the_shelf(run, case):
        reason = Refusal.NOT_WHAT_WAS_ASKED
    elif record.order is None:
        reason = Refusal.ORDER_MISSING
    elif record.on_hold:
        reason = Refusal.ON_HOLD
    elif record.discrepancies:
        reason = Refusal.DISCREPANCY_OPEN
    elif len([unit for unit in record.product_units() if not unit.prepared]) >= record.order.units_expected:
        reason = Refusal.COUNT_DIFFERS
    if reason is not None:
        _refuse(run, case, reason)
        raise Ended


def _refuse(run: Sitting, case: str, reason: Refusal) -> None:
    run.refuse(reason)
    run.work.record(
        e.ScanRefused(case=case, step="assign", reason=reason.value, object="unit"), subject=case,
        actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip


def _scan_unit(run: Sitting, case: str, who: str) -> Flow[CodeRead]:
    """Ask one person for the unit; what is refused is on record, and the form stays empty."""
    found: list[CodeRead] = []

    def read(scan: Scanned) -> dict[str, str] | Refusal | Say:
        code = read_code(run.work, scan)
        reason = _reason_against(run, code)
        if reason is not None:
            _refuse(run, case, reason)
            said = code.refused is not None and code.refused.reason is reason
            return Say("refusal.code", {"sentence": code.refused.message}) if said and code.refused else reason
        found[:] = [code]
        return {"unit": code.shown()}

    yield from run.fill_in(
        "assign_unit", (FieldShown("unit", "scan", Say("field.shelf_unit")),), words={"who": who}, scan=read,
        check=lambda values: None if found else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    return found[0]


def _reason_against(run: Sitting, code: CodeRead) -> Refusal | None:
    """Return why this is no unit that can be assigned now."""
    if code.label is None:
        return code.reason or Refusal.CODE_NOT_RECOGNISED
    if not any(kind_of(each) in TELLING for each in code.codes):
        return Refusal.NOT_WHAT_WAS_ASKED
    if code.known_as:
        return Refusal.IDENTIFIER_TAKEN
    expires_at = _expiry(run, code)
    if expires_at is not None and expires_at < run.work.now():
        return Refusal.EXPIRED
    return None


def _expiry(run: Sitting, code: CodeRead) -> datetime | None:
    """Return the earliest expiry on the label, a day as its end in the site's zone; None where there is none."""
    zone, found = ZoneInfo(run.work.site.zone), []
    for id in ("gs1:17", "gs1:7003"):
        field = code.label.field(id) if code.label is not None else None
        if field is not None and field.normal is not None:
            day = date.fromisoformat(field.normal[:10]) + timedelta(days=1)
            at = datetime.combine(day, time()) if id == "gs1:17" else datetime.fromisoformat(field.normal)
            found.append((at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC))
    return min(found, default=None)


def _register(run: Sitting, case: str, code: CodeRead, other: Present) -> None:
    record, rule = run.work.case(case), run.work.profile(run.work.case(case)).units[0]
    lot = code.label.field("gs1:10") if code.label is not None else None
    telling = next(each for each in sorted(code.codes) if kind_of(each) in TELLING)
    unit = new_id("bag")
    run.work.record(
        e.UnitRegistered(
            case=case, unit=unit, kind=str(rule.kind), name=rule.name, origin=SHELF, codes=tuple(sorted(code.codes)),
            number=1 + sum(not each.prepared for each in record.product_units()),
            shown=telling.partition(":")[2], lot=lot.value if lot is not None else "", expires_at=_expiry(run, code),
            read_by=(run.performer.person, other.person),
        ),
        subject=unit, actor=run.performer.person, role=run.performer.role,
    )  # fmt: skip
