"""Every call of the protocol, from bytes to bytes: who asks, how often, what is answered. No sockets here."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from coordinator_app.exchange import protocol as p
from coordinator_app.hub.admission import Admission, NotKnown
from coordinator_app.hub.checking import Verify
from coordinator_app.hub.counters import Counters
from coordinator_app.hub.door import Door, Rates
from coordinator_app.hub.joining import Arriving, NotJoined, joining_of
from coordinator_app.hub.ledger import Ledger, LedgerRefused, SiteMoved, WorkstationRow
from coordinator_app.hub.ledger_joining import LEAVING
from coordinator_app.hub.office import Office, Task
from coordinator_app.hub.reading import SiteReading
from coordinator_app.hub.site_log import SiteLog
from coordinator_app.hub.standing import HubSigner
from coordinator_app.hub.vault import Vault


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


def _now() -> datetime:
    return datetime.now(UTC)


class Calls:
    """Answers requests of workstations."""

    def __init__(
        self,
        ledger: Ledger,
        signer: HubSigner,
        verify: Verify,
        secret: bytes,
        *,
        now: Callable[[], datetime] = _now,
        rates: Rates | None = None,
        tick: Callable[[], float] = time.monotonic,
        mint: Callable[[], str] = lambda: secrets.token_hex(8),
        wait_at_most: float = p.MAX_WAIT,
    ) -> None:
        """`secret` is the hub's own, for challenges; `now` gives aware UTC, `tick` seconds, `mint` a new hub epoch."""
        self.ledger = ledger
        self.counters = Counters()
        self._now = now
        self._tick = tick
        self._wait_at_most = wait_at_most
        self._log = SiteLog(ledger, signer, verify)
        self._reading = SiteReading(ledger, signer, verify, mint)
        self._admission = Admission(ledger, signer)
        self._vault = Vault(ledger, signer)
        self._office = Office(ledger, signer)
        self._hub_key = signer.public_key
        self._door = Door(ledger, verify, secret, now())
        self._rates = rates or Rates(per_second=50.0, burst=200.0)
        self._strangers = Rates(per_second=1.0, burst=20.0)
        self._arriving = Arriving(ledger, signer, verify, self._vault)
        self._gone: dict[str, p.Moved] = {}
        self.stopping = False
        self.signer, self.verify = signer, verify
        self.site_named = self._office.site_named
        self.tasks: dict[str, Callable[[Task, datetime], dict[str, Any]]] = {}
        """What the command line may ask besides what the office does."""
        self._only: WorkstationRow | None = None
        with ledger.reading() as book:
            sites = book.sites()
        for site in sites:
            self.departed(site)

    def for_one(self, by: WorkstationRow) -> Calls:
        """Return the same calls for requests of one workstation that came another way and are known to be its own."""
        twin = copy(self)
        twin._only = by
        return twin

    def push(self, asked: Asked, epoch: str) -> Answered:
        """`PUT /v1/epochs/{epoch}/events?from=n`."""
        by = self._who(asked)
        if isinstance(by, Answered):
            return by
        first = asked.query("from")
        if not first.isascii() or not first.isdecimal() or len(first) > 15:
            return self._refuse("malformed", "The query names no position; write ?from= and a number.")
        try:
            lines = p.read_push(asked.body)
        except p.ProtocolBroken as fault:
            return self._refuse("malformed", str(fault))
        apart = asked.query("apart") == "1"
        answer = self._unless_moved(
            by.site, lambda: self._log.push(by, epoch, int(first), lines, self._now(), apart=apart)
        )
        self.counters.pushed(answer)
        return self._reply(answer)

    def changes(self, asked: Asked) -> Answered:
        """`GET /v1/changes?after=CURSOR&limit=m`."""
        by = self._standing_member(asked)
        if isinstance(by, Answered):
            return by
        try:
            hub_epoch, n = p.read_cursor(asked.query("after"))
        except p.ProtocolBroken as fault:
            return self._refuse("malformed", str(fault))
        limit = asked.query("limit") or str(p.MAX_EVENTS)
        if not limit.isascii() or not limit.isdecimal() or len(limit) > 9:
            return self._refuse("malformed", "The limit is a number of events.")
        answer = self._reading.changes(by.site, hub_epoch, n, int(limit))
        if isinstance(answer, p.Changes):
            self.counters.pulled += len(answer.events)
        return self._reply(answer)

    def kept(self, asked: Asked) -> Answered:
        """`GET /v1/kept?after=n`."""
        by = self._standing_member(asked)
        if isinstance(by, Answered):
            return by
        after = asked.query("after") or "0"
        if not after.isascii() or not after.isdecimal() or len(after) > 15:
            return self._refuse("malformed", "The query names no position; write ?after= and a number.")
        return self._reply(self._reading.kept(by.site, int(after), p.MAX_EVENTS))

    def heads(self, asked: Asked) -> Answered:
        """`GET /v1/heads`."""
        by = self._standing_member(asked)
        return by if isinstance(by, Answered) else self._reply(self._reading.heads(by.site))

    def announce(self, asked: Asked) -> Answered:
        """`PUT /v1/heads`."""
        return self._with_body(asked, p.Announce, lambda by, told: self._reading.announce(by.site, told))

    def show(self, asked: Asked) -> Answered:
        """`POST /v1/checkpoints`."""
        return self._with_body(asked, p.Shown, lambda by, told: self._reading.shown(by.site, told, self._now()))

    def wait(self, asked: Asked) -> Answered:
        """`GET /v1/wait?after=CURSOR`: answered as soon as there is more, or after 25 seconds."""
        by = self._standing_member(asked)
        if isinstance(by, Answered):
            return by
        try:
            hub_epoch, n = p.read_cursor(asked.query("after"))
        except p.ProtocolBroken as fault:
            return self._refuse("malformed", str(fault))
        asked_for = asked.query("seconds") or "25"
        if not asked_for.isascii() or not asked_for.isdecimal() or len(asked_for) > 3:
            return self._refuse("malformed", "The seconds to wait are a whole number.")
        end = time.monotonic() + min(self._wait_at_most, float(asked_for))
        standing = self._reading.standing(by.site)
        self.counters.waiting += 1
        try:
            while standing.hub_epoch == hub_epoch and standing.size <= n and not self.stopping:
                left = end - time.monotonic()
                if left <= 0:
                    break
                # In slices, so that a hub that is told to stop lets go of everybody.
                self.ledger.wait_for_more(by.site, n, min(left, 1.0))
                standing = self._reading.standing(by.site)
        finally:
            self.counters.waiting -= 1
        return self._reply(standing)

    def enrol(self, asked: Asked) -> Answered:
        """`POST /v1/enrolments`: 202 while it waits for a person, 200 once approved."""
        early = self._protocol(asked) or self._too_often(self._strangers, asked.peer)
        if early is not None:
            return early
        try:
            told = msgspec.json.decode(asked.body, type=p.Enrolment)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            return self._refuse("malformed", f"This is not an enrolment: {fault}.")
        answer = self._admission.enrol(told, self._now())
        if isinstance(answer, p.Enrolled) and answer.state == "waiting":
            return Answered(202, p.written(answer))
        return self._reply(answer)

    def keys(self, asked: Asked) -> Answered:
        """`GET /v1/keys`."""
        by = self._standing_member(asked)
        return by if isinstance(by, Answered) else self._reply(self._vault.keys(by.site))

    def put_keys(self, asked: Asked) -> Answered:
        """`PUT /v1/keys`."""
        return self._with_body(asked, p.Keys, lambda by, told: self._vault.put_keys(by.site, told))

    def attachment(self, asked: Asked, sha256: str) -> Answered:
        """`GET /v1/attachments/{sha256}`, whole, or with `?from=n` one part from there on."""
        by = self._standing_member(asked)
        if isinstance(by, Answered):
            return by
        start = _number(asked.query("from"))
        if asked.query("from") and start is None:
            return self._refuse("malformed", "The query names no position; write ?from= and a number.")
        if start is None:
            content = self._vault.attachment(by.site, sha256)
        else:
            content = self._vault.attachment_part(by.site, sha256, start)
        if content is None:
            return self._refuse("unknown", "The hub has no attachment of this name.")
        return Answered(200, content, media_type="application/octet-stream")

    def put_attachment(self, asked: Asked, sha256: str) -> Answered:
        """`PUT /v1/attachments/{sha256}`, whole, or with `?from=n&of=total` one part of it."""
        by = self._standing_member(asked)
        if isinstance(by, Answered):
            return by
        if asked.query("of") or asked.query("from"):
            return self._put_part(by.site, asked, sha256)
        if not self._vault.put_attachment(by.site, sha256, asked.body):
            return self._refuse("malformed", "The name of the attachment is not the SHA-256 of its bytes.")
        return self._reply(self._held(by.site, len(asked.body)))

    def _put_part(self, site: str, asked: Asked, sha256: str) -> Answered:
        start, of = _number(asked.query("from")), _number(asked.query("of"))
        if start is None or of is None or start + len(asked.body) > of or len(asked.body) > p.MAX_PART:
            return self._refuse("malformed", "The part does not lie within the attachment; write ?from= and &of=.")
        if of > p.MAX_ATTACHMENT:
            return self._refuse("size", f"An attachment has at most {p.MAX_ATTACHMENT} bytes.")
        return self._reply(self._held(site, self._vault.hold(site, sha256, start, of, asked.body)))

    def _held(self, site: str, has: int) -> p.Held:
        standing = self._reading.standing(site)
        return p.Held(standing.hub_epoch, standing.size, standing.head, standing.sig, has)

    def join(self, asked: Asked) -> Answered:
        """`POST /v1/joinings`: a piece of a site's log that moves here, signed by the hub that it comes from."""
        early = self._protocol(asked)
        if early is not None:
            return early
        try:
            told = joining_of(asked.body)
        except NotJoined as fault:
            return self._refuse("malformed", str(fault))
        header, key = asked.headers.get("authorization", ""), bytes.fromhex(told.hub_key)
        if not self._door.is_office(asked.method, asked.target, asked.body, header, key, self._now()):
            return self._refuse("signature", "The hub that the log comes from did not sign this just now.")
        return self._reply(self._arriving.take(told, self._now()))

    def moved(self, asked: Asked) -> Answered:
        """`GET /v1/moved`: how the log of a site came here."""
        by = self._standing_member(asked)
        return by if isinstance(by, Answered) else self._reply(self._arriving.statements(by.site))

    def departed(self, site: str) -> None:
        """Look again whether a site has moved away, and tell its workstations from now on."""
        with self.ledger.reading() as book:
            row = book.site(site)
        gone = row.moved if row is not None and row.moved != LEAVING else ""
        if gone:
            self._gone[site] = msgspec.json.decode(gone, type=p.Moved)
        else:
            self._gone.pop(site, None)

    def administer(self, asked: Asked) -> Answered:
        """`POST /v1/office`: what the command line of the hub asks of the process that serves."""
        now = self._now()
        header = asked.headers.get("authorization", "")
        if not self._door.is_office(asked.method, asked.target, asked.body, header, self._hub_key, now):
            return self._refuse("signature", "Only the hub's own command line may ask this.")
        try:
            told = msgspec.json.decode(asked.body, type=Task)
            act = self.tasks.get(told.task, self._office.do)
            return Answered(200, msgspec.json.encode(act(told, now)))
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            return self._refuse("malformed", f"This is not a task of the hub's office: {fault}.")
        except NotKnown as fault:
            return self._refuse("unknown", str(fault))

    def healthy(self) -> bool:
        """Say whether the books answer."""
        try:
            with self.ledger.reading() as book:
                book.sites()
        except Exception:  # noqa: BLE001 - whatever stops the books from answering makes the hub unhealthy
            return False
        return True

    def sizes(self) -> dict[str, tuple[int, int]]:
        """Return for each site how many lines its log holds and how many are kept beside it."""
        with self.ledger.reading() as book:
            rows = {site: book.site(site) for site in book.sites()}
        return {site: (row.size, row.kept) for site, row in rows.items() if row is not None}

    # Who asks ------------------------------------------------------------------------------------------------------

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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def busy(fault: LedgerRefused) -> Answered:
    """Return the answer of a hub whose books do not answer."""
    return Answered(503, p.written(p.Refused("busy", str(fault))), {"Retry-After": "5"})
