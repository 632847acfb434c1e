"""Break-glass: a session for somebody without badge, PIN or account, vouched for by two, reviewed afterwards."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.recorded import Recorded


class GlassRecord(Struct):
    """One session that two people vouched for, and who looked at it afterwards."""

    glass: str
    person: str
    role: str
    vouched_by: tuple[str, ...]
    at: datetime
    until: datetime
    account: bool
    family: str
    given: str
    reason: str
    training: tuple[str, ...] = ()
    event: str = ""
    reviewed_by: str = ""
    conclusion: str = ""


def follow_glass(known: dict[str, GlassRecord], event: Recorded) -> None:
    """Let one more event count."""
    body = event.body
    match body:
        case e.BreakGlassOpened():
            known[body.glass] = GlassRecord(
                glass=body.glass, person=body.person, role=body.role, vouched_by=body.vouched_by, at=event.at,
                until=body.until, account=body.account, family=body.family, given=body.given, reason=body.reason,
                training=body.training, event=event.id,
            )  # fmt: skip
        case e.BreakGlassReviewed():
            if body.glass in known and not known[body.glass].reviewed_by:
                known[body.glass].reviewed_by = event.actor or ""
                known[body.glass].conclusion = body.conclusion
        case _:
            return
