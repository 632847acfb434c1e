"""How this workstation stands with its hub, in numbers and names, as the panel shows it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from coordinator_app.domain.screens import ExchangeShown
from coordinator_app.procedures.hub_here import HubHere


class Trouble(Struct, frozen=True):
    """The last thing that went wrong with the exchange: one plain sentence, when, and since when it is over."""

    why: str
    at: datetime
    over_at: datetime | None = None


class Lacking(Struct, frozen=True):
    """Events that are known to exist and are not here: whose, and how many. `device` is empty where nobody knows."""

    device: str
    count: int


class Asking(Struct, frozen=True):
    """A workstation that asked the hub and that this site has not admitted, with the fingerprint of its key."""

    device: str
    fingerprint: str


class Replaying(Struct, frozen=True):
    """How far a new workstation has the site's record: taken in first, then checked from its beginning."""

    checking: bool
    done: int
    total: int


class ExchangeStanding(Struct, frozen=True):
    """Everything the panel tells; `received` must be the sum of the three counts behind it."""

    shown: ExchangeShown
    hub: str = ""
    received: int = 0
    integrated: int = 0
    unknown: int = 0
    kept: int = 0
    lacking: tuple[Lacking, ...] = ()
    trouble: Trouble | None = None
    asking: tuple[Asking, ...] = ()
    findings: tuple[tuple[str, str, str], ...] = ()
    """What the hub found: kind, workstation, instant as text."""
    replaying: Replaying | None = None
    hub_here: HubHere | None = None
    let_in: bool = False
    """The hub knows this workstation; nothing that was asked of it waits for an answer any more."""

    @property
    def adds_up(self) -> bool:
        """Whether everything that was received is accounted for."""
        return self.received == self.integrated + self.unknown + self.kept


ALONE = ExchangeStanding(ExchangeShown("alone"))
"""A record that was never joined to a hub."""
