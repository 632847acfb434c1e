"""One event as it stands in the journal, read back and opened."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from coordinator_app.domain.event_body import Body
from coordinator_app.domain.evidence import Evidence


class Recorded(Struct, frozen=True):
    """One event of the journal with its body opened.

    `body` is None where this program does not know the type: then `names_case` is the case that its bytes name.
    `opened` is false where sealed fields could not be opened (patient erased or key not here): then they hold their
    empty values.
    """

    id: str
    epoch: str
    seq: int
    type: str
    type_v: int
    must: bool
    subject: str
    actor: str | None
    role: str | None
    device: str
    at: datetime
    zone: str
    boot: str
    boot_ns: int
    clock: str
    body: Body | None
    happened_at: datetime | None = None
    late_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    refs: tuple[str, ...] = ()
    opened: bool = True
    signed_by_person: bool = False
    names_case: str = ""

    @property
    def when(self) -> datetime:
        """When it happened: the entered instant of a late entry, else the instant of recording."""
        return self.happened_at or self.at
