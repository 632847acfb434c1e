"""What workstations of a site decide between them: lines that stood apart, and which of them has the token of a bag."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Belongs, Body


class KeptLinesJudged(Body, frozen=True):
    """A named person decided about events that stand beside the journal, by their ids: let in, or left aside.

    Either way they are kept and shown; what is let in comes into the journal wherever it fits.
    """

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    MUST: ClassVar[bool] = True
    SINCE: ClassVar[int] = 2
    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    lines: tuple[str, ...]
    admitted: bool
    reason: str = ""


class CustodyTaken(Body, frozen=True):
    """Two people took a unit's custody token to the workstation that records this, without asking the hub.

    From here on that workstation may accept the unit while it is offline, until the instant `until`.
    """

    SINCE: ClassVar[int] = 2
    case: str
    unit: str
    step: str
    people: tuple[str, ...]
    until: datetime
