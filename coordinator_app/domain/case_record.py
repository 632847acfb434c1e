"""One case as its events tell it: a fold over the set of events, whatever order they arrived in.

`read_case` sorts the events by when they were recorded and folds them; the same set gives the same record on every
workstation. Nothing here is stored: it is computed from the journal.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import datetime

from coordinator_app.domain import events as e
from coordinator_app.domain.case_parts import (
    PREPARED_HERE,
    CaseRecord,
    CertificateRecord,
    CheckRecord,
    IdentifierRecord,
    LabelRecord,
    OrderRecord,
    PatientRecord,
    ShipmentRecord,
    UnitRecord,
)
from coordinator_app.domain.case_people import CHANGES, FOLLOW_CASE
from coordinator_app.domain.case_product import FOLLOW_PRODUCT, follow_move
from coordinator_app.domain.record_copy import copied
from coordinator_app.domain.recorded import Recorded

__all__ = [
    "PREPARED_HERE", "CaseRecord", "CertificateRecord", "CheckRecord", "IdentifierRecord", "LabelRecord", "OrderRecord",
    "PatientRecord", "ShipmentRecord", "UnitRecord", "follow_case", "in_order", "read_case",
]  # fmt: skip

_FOLLOW = {**FOLLOW_CASE, **FOLLOW_PRODUCT}

NOT_ABOUT_CLOCKS = frozenset({
    "ScanAccepted", "ScanRefused", "ArmClosed", "CheckOpened", "CheckEnded", "IdentityConfirmed", "LabelDrafted",
    "LabelSent", "LabelFed", "LabelVerified", "LabelApplied", "LabelEnded", "LabelJobClosed", "AlarmRaised",
    "AlarmAcknowledged", "AlarmResolved", "ProcedureParked",
})  # fmt: skip
"""Events that start, end, move or name no clock; every other type makes the clocks of its case be read anew."""


def in_order(events: Iterable[Recorded]) -> list[Recorded]:
    """Return events in the one order every workstation folds them: by instant, epoch and position.

    Within one epoch the position alone decides: a wall clock that is set back while the program runs turns nothing
    round, for what was recorded before an event cannot be later than it.
    """
    events = list(events)
    if _stand_in_order(events):
        return events
    latest: dict[str, datetime] = {}
    placed: list[tuple[datetime, str, int, Recorded]] = []
    for event in sorted(events, key=lambda event: (event.epoch, -event.seq)):
        latest[event.epoch] = min(event.at, latest.get(event.epoch, event.at))
        placed.append((latest[event.epoch], event.epoch, event.seq, event))
    return [event for _, _, _, event in sorted(placed, key=lambda each: each[:3])]


def _stand_in_order(events: list[Recorded]) -> bool:
    """Say whether instants never fall and positions within an epoch rise: then sorting turns nothing round."""
    before: tuple[datetime, str, int] | None = None
    reached: dict[str, int] = {}
    for event in events:
        place = (event.at, event.epoch, event.seq)
        if (before is not None and place < before) or event.seq < reached.get(event.epoch, 0):
            return False
        before, reached[event.epoch] = place, event.seq
    return True


def read_case(case: str, events: Iterable[Recorded]) -> CaseRecord:
    """Fold the events of one case into its record."""
    ordered = in_order(events)
    record = CaseRecord(case=case, recorded=tuple(ordered))
    # What settles something names it: it counts even where another workstation's clock puts it before what it settles.
    for event in ordered:
        if isinstance(event.body, e.HoldLifted):
            record.lifted.update(event.refs)
        elif isinstance(event.body, e.DiscrepancyResolved):
            record.settled.update(event.refs)
            record.resolutions = (*record.resolutions, frozenset(event.refs))
    for event in ordered:
        _follow(record, event)
    return record


def follow_case(record: CaseRecord, event: Recorded) -> CaseRecord:
    """Return the record with one more event; the one given stays as it is.

    Costs as much as one event where that comes after all others. One that comes before another, or that settles
    something, can change what earlier ones meant: then all are folded anew.
    """
    settles = isinstance(event.body, e.HoldLifted | e.DiscrepancyResolved)
    if settles or not _comes_last(record, event):
        return read_case(record.case, (*record.recorded, event))
    changes = isinstance(event.body, e.ProductMoved) or type(event.body) in _FOLLOW
    followed = copied(record, CHANGES.get(type(event.body))) if changes else copy(record)
    followed.recorded = (*record.recorded, event)
    _follow(followed, event)
    return followed


def _comes_last(record: CaseRecord, event: Recorded) -> bool:
    if not record.recorded:
        return True
    last = record.recorded[-1]
    same = next((each for each in reversed(record.recorded) if each.epoch == event.epoch), None)
    return (last.at, last.epoch) <= (event.at, event.epoch) and (same is None or same.seq < event.seq)


def _follow(record: CaseRecord, event: Recorded) -> None:
    body = event.body
    if event.type not in NOT_ABOUT_CLOCKS:
        record.clock_news = (record.clock_news[0] + 1, event.id)
    if body is None and event.must:
        record.not_understood = (*record.not_understood, event)
    if isinstance(body, e.ProductMoved):
        follow_move(record, event, body)
    else:
        follow = _FOLLOW.get(type(body))
        if follow is not None:
            follow(record, event, body)
