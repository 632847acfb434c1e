"""Who asks a hub, how often, and how it is answered: what every call has in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from coordinator_app.exchange import protocol as p
from coordinator_app.hub.checking import Verify
from coordinator_app.hub.counters import Counters
from coordinator_app.hub.door import Door, Rates
from coordinator_app.hub.ledger import Ledger, LedgerRefused, SiteMoved, WorkstationRow
from coordinator_app.hub.ledger_joining import LEAVING
from coordinator_app.hub.reading import SiteReading
from coordinator_app.hub.standing import HubSigner


class Asked(Struct, frozen=True):
    """One request as it came: `target` is path and query as they were sent, `peer` an address."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    peer: str = ""

    def query(self, name: str) -> str:
        """Return one value of the query, or an empty text."""
        found = parse_qs(self.target.partition("?")[2]).get(name, [""])
        return found[0]


class Answered(Struct, frozen=True):
    """One reply: status, content and headers besides the usual ones."""

    status: int
    body: bytes
    headers: dict[str, str] = {}
    media_type: str = "application/json"


def now_in_utc() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Reception:
    """Lets workstations in, and tells those whose site went elsewhere."""

    def __init__(
        self,
        ledger: Ledger,
        signer: HubSigner,
        verify: Verify,
        secret: bytes,
        *,
        now: Callable[[], datetime],
        rates: Rates | None,
        tick: Callable[[], float],
        mint: Callable[[], str],
    ) -> None:
        """As `calls.Calls`."""
        self.ledger = ledger
        self.signer, self.verify = signer, verify
        self.counters = Counters()
        self._now = now
        self._tick = tick
        self._reading = SiteReading(ledger, signer, verify, mint)
        self._door = Door(ledger, verify, secret, now())
        self._rates = rates or Rates(per_second=50.0, burst=200.0)
        self._strangers = Rates(per_second=1.0, burst=20.0)
        self._only: WorkstationRow | None = None
        self._gone: dict[str, p.Moved] = {}
        with ledger.reading() as book:
            sites = book.sites()
        for site in sites:
            self.departed(site)

    def departed(self, site: str) -> None:
        """Look again whether a site has moved away, and tell its workstations from now on."""
        with self.ledger.reading() as book:
            row = book.site(site)
        gone = row.moved if row is not None and row.moved != LEAVING else ""
        if gone:
            self._gone[site] = msgspec.json.decode(gone, type=p.Moved)
        else:
            self._gone.pop(site, None)

    def _who(self, asked: Asked) -> WorkstationRow | Answered:
        early = self._protocol(asked)
        if early is not None:
            return early
        if self._only is not None:
            return self._only
        header = asked.headers.get("authorization", "")
        by = self._door.admit(asked.method, asked.target, asked.body, header, self._now())
        if isinstance(by, p.Refused):
            return self._reply(by)
        if by.site in self._gone:
            return self._reply(self._moved_to(by.site))
        return self._too_often(self._rates, by.device) or by

    def _standing_member(self, asked: Asked) -> WorkstationRow | Answered:
        by = self._who(asked)
        if isinstance(by, WorkstationRow) and by.state != "approved":
            return self._reply(self._reading.withdrawn(by.site))
        return by

    def _with_body(self, asked: Asked, kind: type[Any], act: Callable[[WorkstationRow, Any], Struct]) -> Answered:
        by = self._standing_member(asked)
        if isinstance(by, Answered):
            return by
        try:
            told = msgspec.json.decode(asked.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            return self._refuse("malformed", f"The body is not what this call takes: {fault}.")
        return self._reply(self._unless_moved(by.site, lambda: act(by, told)))

    def _unless_moved(self, site: str, act: Callable[[], Struct]) -> Struct:
        """Do something that writes; where another process of this hub moved the site away, this one learns it here."""
        try:
            return act()
        except SiteMoved:
            self.departed(site)
            if site not in self._gone:
                raise
            return self._moved_to(site)

    def _moved_to(self, site: str) -> p.Refused:
        why = "The log of this site goes on at another hub; this workstation goes there by itself."
        return p.Refused("moved", why, moved=self._gone[site])

    def _protocol(self, asked: Asked) -> Answered | None:
        said = asked.headers.get(p.PROTOCOL_HEADER.lower(), "")
        if said == str(p.PROTOCOL):
            return None
        return self._refuse(
            "protocol", f"This hub speaks version {p.PROTOCOL} of the exchange; bring both programs up to date."
        )

    def _too_often(self, rates: Rates, name: str) -> Answered | None:
        seconds = rates.wait(name, self._tick())
        if seconds <= 0:
            return None
        refused = p.Refused("rate", "Too many requests; ask again later.")
        self.counters.refused["rate"] += 1
        return Answered(429, p.written(refused), {"Retry-After": str(max(1, math.ceil(seconds)))})

    def _refuse(self, code: str, why: str) -> Answered:
        return self._reply(p.Refused(code, why))

    def _reply(self, answer: Struct) -> Answered:
        if not isinstance(answer, p.Refused):
            return Answered(200, p.written(answer))
        self.counters.refused[answer.code] += 1
        headers = {"WWW-Authenticate": "Coordinator"} if p.REFUSALS[answer.code] == 401 else {}
        return Answered(p.REFUSALS[answer.code], p.written(answer), headers)


def busy(fault: LedgerRefused) -> Answered:
    """Return the answer of a hub whose books do not answer."""
    return Answered(503, p.written(p.Refused("busy", str(fault))), {"Retry-After": "5"})
