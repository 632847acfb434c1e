"""Moves the log of a site to another hub while workstations go on pushing: most of it first, the rest behind a lock.

Each step asks the new hub what it has, so that a move goes on where it was broken off, by any process of this hub.
"""

from __future__ import annotations

import hashlib
import secrets
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
from msgspec import Raw, Struct

from coordinator_app.domain.seal import instant
from coordinator_app.exchange import protocol as p
from coordinator_app.hub.admission import NotKnown
from coordinator_app.hub.checking import Verify
from coordinator_app.hub.joining import stated
from coordinator_app.hub.ledger import Book, EntryRow, KeptRow, Ledger, SiteRow
from coordinator_app.hub.ledger_joining import LEAVING
from coordinator_app.hub.standing import HubSigner

STEP_SECONDS = 5.0
"""How long one step goes on; whoever asked for it then asks for the next one."""
_ANSWER_WITHIN = 60.0


class Target(Struct, frozen=True):
    """The hub to which a site moves: its address, the code with which it invites, a PEM file of its authority."""

    site: str
    url: str
    code: str
    authority: str = ""


class Leaving:
    """One site on its way to another hub."""

    def __init__(self, ledger: Ledger, signer: HubSigner, verify: Verify, target: Target) -> None:
        """Prepare the connection; nothing is sent yet. Raises NotKnown."""
        self._ledger = ledger
        self._signer = signer
        self._verify = verify
        self._target = target
        self._carried: set[str] = set()
        self._client = _client(target)

    def step(self, now: datetime) -> dict[str, Any]:
        """Send for some seconds; at the end the log is sealed here and goes on there. Raises NotKnown."""
        try:
            return self._step(now)
        except httpx.TransportError as fault:
            raise NotKnown(
                "The other hub does not answer; the log stays here until it does, ask again later."
            ) from fault

    def _step(self, now: datetime) -> dict[str, Any]:
        end = time.monotonic() + STEP_SECONDS
        row = self._row()
        if row.moved not in ("", LEAVING):
            return self._told(row, row.size, msgspec.json.decode(row.moved, type=p.Moved))
        there = self._tell(self._people())
        if there.moved is not None:
            return self._gone(there.moved)
        for piece in self._pieces(there):
            there = self._tell(piece)
            if time.monotonic() > end and row.moved != LEAVING:
                return self._told(row, there.size, None)
        if row.moved != LEAVING:
            # From here on nothing is added: whoever pushes waits a moment and is then told where to go.
            with self._ledger.writing() as book:
                book.set_moved(self._target.site, LEAVING)
        return self._finish(there, now)

    def _finish(self, there: p.Joined, now: datetime) -> dict[str, Any]:
        self._tell(self._people())
        for piece in self._pieces(there):
            there = self._tell(piece)
        with self._ledger.reading() as book:
            row, streams = _row(book, self._target.site), book.streams(self._target.site)
        told = [p.JoinStream(*_fields(each)) for each in streams]
        there = self._tell(self._piece(streams=told, last=True, size=row.size, head=row.head))
        if (there.size, there.head, there.kept, there.findings) != (row.size, row.head, row.kept, row.findings):
            raise NotKnown("The other hub does not have the whole log; the move was broken off, ask again.")
        moved = stated(self._target.site, self._signer.public_key, there, self._target.url, now, self._signer.sign)
        self._tell(self._piece(moved=moved))
        return self._gone(moved)

    def _gone(self, moved: p.Moved) -> dict[str, Any]:
        # Last of all: a hub that stops before this asks again, and is told that everything is there.
        part, sig = p.moved_part(moved), bytes.fromhex(moved.sig)
        row = self._row()
        if not self._verify(self._signer.public_key, sig, part) or (moved.size, moved.head) != (row.size, row.head):
            raise NotKnown("The other hub shows a statement that this one did not make of its log; do not use it.")
        with self._ledger.writing() as book:
            book.set_moved(self._target.site, msgspec.json.encode(moved).decode())
        return self._told(row, moved.size, moved)

    # Pieces ---------------------------------------------------------------------------------------------------------

    def _pieces(self, there: p.Joined) -> Iterator[p.Joining]:
        yield from self._log(there.size)
        yield from self._kept(there.kept)
        with self._ledger.reading() as book:
            row = _row(book, self._target.site)
            findings = book.findings(self._target.site)[there.findings :]
            keys = book.keys(self._target.site, row.key_generation)
        if findings:
            told = [p.JoinFinding(f.kind, f.device, f.epoch, f.seq, f.at) for f in findings]
            yield self._piece(findings=told, findings_after=there.findings)
        if keys:
            yield self._piece(generation=row.key_generation, keys={name: each.hex() for name, each in keys.items()})
        yield from self._attachments()

    def _log(self, after: int) -> Iterator[p.Joining]:
        while True:
            with self._ledger.reading() as book:
                rows = _fitting(book.entries(self._target.site, after, p.MAX_EVENTS))
            if not rows:
                return
            yield self._piece(after=after, lines=[_line(row) for row in rows])
            after += len(rows)

    def _kept(self, after: int) -> Iterator[p.Joining]:
        while True:
            with self._ledger.reading() as book:
                rows = _fitting(book.kept(self._target.site, after, p.MAX_EVENTS))
            if not rows:
                return
            told = [p.JoinKept(row.epoch, row.seq, row.device, row.why, _line(row)) for row in rows]
            yield self._piece(kept_after=after, kept=told)
            after += len(rows)

    def _attachments(self) -> Iterator[p.Joining]:
        after = ""
        while True:
            with self._ledger.reading() as book:
                names = book.attachment_names(self._target.site, after, 200)
            if not names:
                return
            for name in names:
                if name not in self._carried:
                    yield from self._attachment(name)
                    self._carried.add(name)
            after = names[-1]

    def _attachment(self, name: str) -> Iterator[p.Joining]:
        with self._ledger.reading() as book:
            of = book.attachment_size(self._target.site, name) or 0
        has = self._tell(self._piece(part=p.JoinPart(name, 0, of, ""))).has
        while has < of:
            with self._ledger.reading() as book:
                content = book.attachment_part(self._target.site, name, has, p.MAX_PART) or b""
            yield self._piece(part=p.JoinPart(name, has, of, content.hex()))
            has += len(content)

    def _people(self) -> p.Joining:
        with self._ledger.reading() as book:
            members = book.workstations(site=self._target.site)
            epochs = book.hub_epochs(self._target.site)
            stated_before = [each for _, each in book.predecessors(self._target.site) if each]
        former = [msgspec.json.decode(each, type=p.Moved) for each in stated_before]
        told = [p.JoinMember(row.device, row.public_key, row.state, row.at) for row in members]
        at = instant(datetime.now(UTC))
        return self._piece(members=told, hub_epochs=[(epoch, base, at) for epoch, base in epochs], former=former)

    def _piece(self, **parts: Any) -> p.Joining:
        key = self._signer.public_key.hex()
        return p.Joining(code=self._target.code, site=self._target.site, hub_key=key, **parts)

    # Asking ---------------------------------------------------------------------------------------------------------

    def _tell(self, piece: p.Joining) -> p.Joined:
        body, nonce, at = p.written(piece), secrets.token_hex(16), instant(datetime.now(UTC))
        part = p.request_part("POST", "/v1/joinings", hashlib.sha256(body).hexdigest(), nonce, at)
        signed = p.authorization("hub", nonce, at, self._signer.sign(part))
        headers = {"Authorization": signed, p.PROTOCOL_HEADER: str(p.PROTOCOL)}
        answer = self._client.post("/v1/joinings", content=body, headers=headers)
        try:
            if answer.status_code != 200:
                raise NotKnown(msgspec.json.decode(answer.content, type=p.Refused).why)
            told = msgspec.json.decode(answer.content, type=p.Joined)
        except msgspec.DecodeError as fault:
            raise NotKnown("Something else than a hub answers at this address; check it.") from fault
        checkpoint = p.checkpoint_part(self._target.site, told.hub_epoch, told.size, told.head)
        if not self._verify(bytes.fromhex(told.hub_key), bytes.fromhex(told.sig), checkpoint):
            raise NotKnown("The other hub did not sign its answer with its own key; do not use it.")
        return told

    def _row(self) -> SiteRow:
        with self._ledger.reading() as book:
            return _row(book, self._target.site)

    def _told(self, row: SiteRow, there: int, moved: p.Moved | None) -> dict[str, Any]:
        url = moved.url if moved is not None else self._target.url
        return {"site": self._target.site, "done": moved is not None, "events": row.size, "there": there, "url": url}


def stay(ledger: Ledger, site: str) -> None:
    """Take a site back that was leaving and has not gone; raises NotKnown."""
    with ledger.writing() as book:
        row = _row(book, site)
        if row.moved != LEAVING:
            raise NotKnown("This site is not on its way to another hub; nothing was changed.")
        book.set_moved(site, "")


def _client(target: Target) -> httpx.Client:
    url = httpx.URL(target.url)
    if url.scheme != "https" and url.host not in ("127.0.0.1", "localhost", "::1"):
        raise NotKnown("The other hub's address begins with https:// unless it is on this computer; correct it.")
    context = ssl.create_default_context()
    if target.authority:
        try:
            context.load_verify_locations(cafile=target.authority)
        except (OSError, ssl.SSLError) as fault:
            raise NotKnown(f"The certificate authority {target.authority} cannot be read; check the file.") from fault
    return httpx.Client(base_url=target.url, verify=context, timeout=_ANSWER_WITHIN)


def _row(book: Book, site: str) -> SiteRow:
    row = book.site(site)
    if row is None:
        raise NotKnown(f"There is no site {site} here; check its name.")
    return row


def _fitting(rows: list[Any]) -> list[Any]:
    room = p.MAX_BYTES
    taken: list[Any] = []
    for row in rows:
        room -= len(row.written) + 500
        if taken and room < 0:
            break
        taken.append(row)
    return taken


def _line(row: EntryRow | KeptRow) -> p.JoinLine:
    return p.JoinLine(Raw(row.written), row.id, row.sig.hex(), row.at, row.psig.hex() if row.psig else "")


def _fields(row: Any) -> tuple[Any, ...]:
    return (
        row.epoch,
        row.device,
        row.next,
        row.id,
        row.announced,
        row.announced_id,
        row.parent_epoch,
        row.parent_seq,
    )
