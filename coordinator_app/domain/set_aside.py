"""What was recorded and cannot count yet: types this program does not know, and events that stand beside the journal.

Both block their subject: nothing is begun on a record of which a part is not understood or not let in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from coordinator_app.domain.blocks import Block
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.journey import LAST_RESORTS
from coordinator_app.domain.profile_parts import StepRule
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal


class KeptEvent(Struct, frozen=True):
    """One event beside the journal: what it says of itself, and why it stands there.

    What cannot be read as an event has an empty type and names nothing.
    """

    id: str
    epoch: str
    seq: int
    device: str
    type: str
    subject: str
    case: str
    at: str
    why: str


def names_of(case: CaseRecord) -> frozenset[str]:
    """Return the ids by which an event can name this case: itself, its units, people, shipments and labels."""
    people = {each.patient for each in (case.recipient, case.donor) if each is not None}
    return frozenset({case.case, *case.units, *people, *case.shipments, *case.labels})


def not_understood(case: CaseRecord, of_site: Sequence[Recorded], site: str) -> tuple[Recorded, ...]:
    """Return the events about this case, or about its whole site, that must be understood and are not."""
    if not of_site:
        return case.not_understood
    names = names_of(case) | {site}
    about = (each for each in of_site if each.subject in names)
    return (*case.not_understood, *about)


def kept_about(case: CaseRecord, kept: Collection[KeptEvent]) -> tuple[KeptEvent, ...]:
    """Return the events beside the journal that name this case."""
    if not kept:
        return ()
    names = names_of(case)
    return tuple(each for each in kept if each.case == case.case or each.subject in names)


def set_aside_blocks(unknown: Sequence[Recorded], kept: Sequence[KeptEvent], step: StepRule) -> list[Block]:
    """Return what stands against a step because a part of the record does not count yet."""
    if step.procedure in LAST_RESORTS:
        return []
    found = []
    if unknown:
        found.append(Block(Refusal.NEEDS_UPDATE, ", ".join(sorted({each.type for each in unknown}))))
    if kept:
        found.append(Block(Refusal.EVENTS_KEPT_APART, str(len(kept))))
    return found
