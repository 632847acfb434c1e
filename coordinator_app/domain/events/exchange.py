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


class HubLogSeen(Body, frozen=True):
    """How the site's log stood at the hub when it was last read here, as the hub signed it: `size` lines up to `head`.

    Written at the first contact of a run and after every hundredth event of it, so that every other workstation can
    hold the hub to it (`exchange/witness.py`). `sig` is the hub's, over its checkpoint, in hex.
    """

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    SINCE: ClassVar[int] = 3
    hub_epoch: str
    size: int
    head: str
    sig: str


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
