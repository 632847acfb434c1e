"""Deviations: what went off protocol, from the report or the program's proposal to the end that somebody signs."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.recorded import Recorded

KINDS = ("late", "early", "temperature", "damage", "label", "identity", "other")
"""What a person can report; the program proposes more."""
CLASSES = ("minor", "major", "critical")
CONFIRMED, REJECTED = "confirmed", "rejected"


class DeviationRecord(Struct):
    """Something off protocol, open until a named person rejects the proposal or closes it with a conclusion.

    `judgement` is empty until somebody has confirmed or rejected what the program proposed; what a person reports needs
    no confirmation. `told` are the ids of the events that made it what it is.
    """

    deviation: str
    kind: str
    what: str
    unit: str
    at: datetime
    actor: str
    proposed: bool = False
    affected: tuple[str, ...] = ()
    classification: str = ""
    immediate_action: str = ""
    sponsor_reference: str = ""
    photos: tuple[str, ...] = ()
    judgement: str = ""
    judged_by: str = ""
    reason: str = ""
    closed: bool = False
    closed_by: str = ""
    conclusion: str = ""
    told: tuple[str, ...] = ()

    @property
    def waits_for_judgement(self) -> bool:
        """Whether the program proposed it and nobody has said yet whether it is one."""
        return self.proposed and not self.judgement and not self.closed

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return not self.closed and self.judgement != REJECTED


def follow_deviation(known: dict[str, DeviationRecord], event: Recorded) -> None:
    """Let one more event count; the first report of a deviation stands, later ones add to it."""
    body = event.body
    match body:
        case e.DeviationReported():
            if body.deviation not in known:
                known[body.deviation] = _reported(event, body)
        case e.DeviationAssessed():
            if body.deviation in known:
                _assess(known[body.deviation], event, body)
        case e.DeviationClosed():
            if body.deviation in known:
                record = known[body.deviation]
                record.closed, record.conclusion = True, body.conclusion
                record.closed_by = event.actor or ""
                record.told = (*record.told, event.id)
        case _:
            return


def _reported(event: Recorded, body: e.DeviationReported) -> DeviationRecord:
    affected = dict.fromkeys((*((body.unit,) if body.unit else ()), *body.affected))
    return DeviationRecord(
        deviation=body.deviation, kind=body.kind, what=body.what, unit=body.unit, at=event.when,
        actor=event.actor or "", proposed=body.proposed_by_program, affected=tuple(affected),
        classification=body.classification, immediate_action=body.immediate_action,
        sponsor_reference=body.sponsor_reference, photos=body.photos, told=(event.id,),
    )  # fmt: skip


def _assess(record: DeviationRecord, event: Recorded, body: e.DeviationAssessed) -> None:
    if body.judgement and not record.judgement:
        record.judgement, record.judged_by = body.judgement, event.actor or ""
    record.reason = body.reason or record.reason
    record.classification = body.classification or record.classification
    record.affected = tuple(dict.fromkeys((*record.affected, *body.affected)))
    record.immediate_action = "; ".join(each for each in (record.immediate_action, body.immediate_action) if each)
    record.sponsor_reference = body.sponsor_reference or record.sponsor_reference
    record.photos = tuple(dict.fromkeys((*record.photos, *body.photos)))
    record.told = (*record.told, event.id)
