"""Every call of the protocol, from bytes to bytes: who asks, how often, what is answered. No sockets here."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from copy import copy
from datetime import datetime
from typing import Any

import msgspec

from coordinator_app.exchange import protocol as p
from coordinator_app.hub.admission import Admission, NotKnown
from coordinator_app.hub.checking import Verify
from coordinator_app.hub.door import Rates
from coordinator_app.hub.joining import Arriving, NotJoined, joining_of
from coordinator_app.hub.ledger import Ledger, WorkstationRow
from coordinator_app.hub.office import Office, Task
from coordinator_app.hub.reception import Answered, Asked, Reception, busy, now_in_utc
from coordinator_app.hub.site_log import SiteLog
from coordinator_app.hub.standing import HubSigner
from coordinator_app.hub.vault import Vault

__all__ = ["Answered", "Asked", "Calls", "busy"]


class Calls(Reception):
    """Answers requests of workstations."""

    def __init__(
        self,
        ledger: Ledger,
        signer: HubSigner,
        verify: Verify,
        secret: bytes,
        *,
        now: Callable[[], datetime] = now_in_utc,
        rates: Rates | None = None,
        tick: Callable[[], float] = time.monotonic,
        mint: Callable[[], str] = lambda: secrets.token_hex(8),
        wait_at_most: float = p.MAX_WAIT,
    ) -> None:
        """`secret` is the hub's own, for challenges; `now` gives aware UTC, `tick` seconds, `mint` a new hub epoch."""
        super().__init__(ledger, signer, verify, secret, now=now, rates=rates, tick=tick, mint=mint)
        self._wait_at_most = wait_at_most
        self._log = SiteLog(ledger, signer, verify)
        self._admission = Admission(ledger, signer)
        self._vault = Vault(ledger, signer)
        self._office = Office(ledger, signer)
        self._arriving = Arriving(ledger, signer, verify, self._vault)
        self.stopping = False
        self.site_named = self._office.site_named
        self.tasks: dict[str, Callable[[Task, datetime], dict[str, Any]]] = {}
        """What the command line may ask besides what the office does."""

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

    def administer(self, asked: Asked) -> Answered:
        """`POST /v1/office`: what the command line of the hub asks of the process that serves."""
        now = self._now()
        header = asked.headers.get("authorization", "")
        if not self._door.is_office(asked.method, asked.target, asked.body, header, self.signer.public_key, now):
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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
