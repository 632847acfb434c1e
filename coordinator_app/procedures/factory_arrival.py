"""What was collected has arrived at the manufacturer: told by them or by the courier, and entered with its time.

It ends the clocks that run from the collection to the factory, and nothing else: it begins no clock and opens no gate.
As every entry made afterwards it can only make a clock stricter unless two people sign (design §6).
"""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import EventName
from coordinator_app.procedures.clock_history import planned_at_factory
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.late_entry import told_instant
from coordinator_app.procedures.sign_act import sign_record
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.two_signatures import Comparison, Signatures, ask_two

REASON = "told"
"""Why it is entered afterwards: nobody of this site was there."""


def factory_arrival(run: Sitting, case: str) -> Flow[None]:
    """Ask when it arrived there, and record it, signed by two where a clock is kept only by this entry."""
    record = run.work.case(case)
    units = on_the_way(record)
    if not units:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED, Say("factory.nothing_left"))
        raise Ended
    today = run.work.now().astimezone(ZoneInfo(run.work.site.zone)).date().isoformat()

    def check(values: dict[str, str]) -> Refusal | Say | None:
        told = told_instant(run, values["date"], values["time"], EventName.COLLECTION_ENDED)
        return told if isinstance(told, Say) else None

    told = yield from run.fill_in(
        "factory_arrival",
        (FieldShown("date", "date", Say("field.late_date"), value=today),
         FieldShown("time", "text", Say("field.late_time"), hint=Say("field.late_time.hint"))),
        check=check,
    )  # fmt: skip
    at = told_instant(run, told["date"], told["time"], EventName.COLLECTION_ENDED)
    if isinstance(at, Say):
        raise Ended
    at -= timedelta(microseconds=at.microsecond)
    before = tuple(each.id for each in record.recorded if isinstance(each.body, e.CollectionArrived))
    after = readings_of(run.work, record, None, planned_at_factory(run.work, at), frozenset(before))
    compared = Comparison(readings_of(run.work, record), after)
    signed = Signatures(())
    if compared.needs_two:
        signed = yield from ask_two(run, compared, "late_entry", may_be_alone=True)
    made = run.work.record(
        e.CollectionArrived(case=case, unit=units[0].unit), subject=units[0].unit, actor=run.performer.person,
        role=run.performer.role, refs=before, happened_at=at, late_reason=REASON,
    )  # fmt: skip
    for person in signed.people:
        sign_record(run, case, made, "late_entry", person)


def on_the_way(case: CaseRecord) -> tuple[UnitRecord, ...]:
    """Return the collected units that have left the site."""
    return tuple(unit for unit in case.collected_units() if unit.has("BagShipped"))
