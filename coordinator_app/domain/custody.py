"""Which workstation has the token of a unit: it alone may accept the unit while nobody can ask the others.

Two workstations without a network could each accept the same unit. That cannot be prevented, only bounded
(`reference/reliability.md` §6): the token goes from hand to hand by scan, and who has none asks a second person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.blocks import Block
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.profile_parts import Profile, StepRule
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ProcedureKind

TAKING = frozenset({ProcedureKind.RECEIVE, ProcedureKind.ACCEPT})
"""Steps by which a unit becomes this site's, and that two workstations could both do."""
LETS_GO = frozenset({"BagHandedOver", "BagShipped"})
"""Who gives a unit away by scan gives its token away; the scan of whoever takes it makes it theirs."""
WITHOUT_A_LIMIT = timedelta(hours=24)
"""How long a token lasts where the trial's profile names no greatest age of news: whoever took it has gone home."""
IN_TOUCH = timedelta(minutes=2)
"""A workstation that heard the hub this lately knows what the others did; it asks every few seconds."""


class Token(Struct, frozen=True):
    """The token of one unit: the workstation that has it, since when, and until when it counts."""

    workstation: str
    since: datetime
    until: datetime


def lasts(profile: Profile) -> timedelta:
    """Return how long a token counts: as long as a workstation may act without news of the others."""
    return profile.knowledge_max_age or WITHOUT_A_LIMIT


def token_of(case: CaseRecord, unit: str, length: timedelta) -> Token | None:
    """Return the token as the record tells it: with whoever read it last or took it; none once it is given away."""
    for recorded in reversed(case.recorded):
        body = recorded.body
        if isinstance(body, e.CustodyTaken) and body.unit == unit:
            return Token(recorded.device, recorded.at, body.until)
        if isinstance(body, e.ProductMoved) and body.unit == unit:
            return None if recorded.type in LETS_GO else Token(recorded.device, recorded.at, recorded.at + length)
    return None


def in_touch(heard_at: datetime, now: datetime) -> bool:
    """Tell whether this workstation knows what the others did a moment ago."""
    return timedelta() <= now - heard_at <= IN_TOUCH


def custody_block(
    step: StepRule, token: Token | None, here: str, heard_at: datetime | None, now: datetime
) -> Block | None:
    """Return what stands against taking in a unit at this workstation; the block names the one that has the token.

    A site without a hub has one record. Who is offline needs the token to accept; nobody takes in what another
    workstation has while its token counts. An instant behind the token's own tells of a clock set back: it counts not.
    """
    if step.procedure not in TAKING or heard_at is None:
        return None
    counts = token is not None and token.since <= now <= token.until
    if token is not None and counts:
        return None if token.workstation == here else Block(Refusal.CUSTODY_ELSEWHERE, token.workstation)
    if step.procedure is ProcedureKind.ACCEPT and not in_touch(heard_at, now):
        return Block(Refusal.CUSTODY_ELSEWHERE)
    return None
