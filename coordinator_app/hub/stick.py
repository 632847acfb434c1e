"""The hub's side of a USB stick: does what a workstation wrote to a file, by the same rules, and writes its replies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from coordinator_app.domain.seal import instant
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.protocol.stick import HUB, BundleRefused, Carried, open_stick, read_stick, write_stick
from coordinator_app.exchange.protocol.stick_apart import check_apart, copied
from coordinator_app.hub.admission import NotKnown
from coordinator_app.hub.calls import Calls
from coordinator_app.hub.ledger import WorkstationRow
from coordinator_app.hub.reception import Answered, Asked

_EVENTS = re.compile(r"/v1/epochs/([0-9a-f]{32})/events\Z")
_ATTACHMENT = re.compile(r"/v1/attachments/([0-9a-f]{64})\Z")


class Imported(Struct, frozen=True):
    """What a file brought."""

    device: str
    made_at: str
    accepted: int
    kept: int
    refused: int
    replies: int


class HubStick:
    """Takes files from sticks."""

    def __init__(self, calls: Calls, folder: Path, opened: Callable[[bytes, bytes], bytes]) -> None:
        """Take the hub's calls, its folder, and what opens what was sealed for the hub's key."""
        self._calls = calls
        self._folder = folder
        self._opened = opened

    def take(self, path: Path, out: Path, now: datetime) -> Imported:
        """Do what the file asks for and write the replies to `out`; raises BundleRefused, NotKnown and OSError."""
        with copied(path, self._folder) as copy:
            with copy.open("rb") as file:
                key = open_stick(file, self._calls.signer.public_key, self._opened)
            with self._calls.ledger.reading() as book:
                known = {row.device: row for row in book.workstations() if row.state != "waiting"}
            cover = check_apart(copy, key, {name: bytes.fromhex(row.public_key) for name, row in known.items()})
            by = known[cover.device]
            if by.site != cover.site:
                raise BundleRefused("The bundle belongs to another site than the workstation that made it; ask there.")
            done = _Doing(self._calls, by)
            with copy.open("rb") as file:
                replies = list(done.replies(read_stick(file, key)))
        made = p.Cover(by.site, HUB, instant(now))
        draft = out.with_name(f".{out.name}.part")
        try:
            with draft.open("wb") as file:
                count = write_stick(file, self._readers(by), self._calls.signer.sign, made, replies)
            draft.replace(out)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return Imported(cover.device, cover.made_at, done.accepted, done.kept, done.refused, count)

    def _readers(self, by: WorkstationRow) -> list[bytes]:
        with self._calls.ledger.reading() as book:
            rows = [row for row in book.workstations(site=by.site) if row.state == "approved"]
        keys = {row.device: bytes.fromhex(row.public_key) for row in [*rows, by]}
        if not keys:
            raise NotKnown("No workstation of this site may read the reply; approve one first.")
        return list(keys.values())


class _Doing:
    """One file: each request is answered as if its workstation had come over the network."""

    def __init__(self, calls: Calls, by: WorkstationRow) -> None:
        self._calls = calls.for_one(by)
        self.accepted = self.kept = self.refused = 0

    def replies(self, requests: Iterator[Carried]) -> Iterator[Carried]:
        for carried in requests:
            answered = self._answered(carried)
            self._count(carried, answered)
            yield Carried(carried.method, carried.target, answered.status, answered.body)
            while (following := _following(carried, answered)) is not None:
                carried, answered = following, self._answered(following)
                yield Carried(carried.method, carried.target, answered.status, answered.body)

    def _answered(self, carried: Carried) -> Answered:
        asked = Asked(carried.method, carried.target, {p.PROTOCOL_HEADER.lower(): str(p.PROTOCOL)}, carried.body)
        path = urlsplit(carried.target).path
        plain = {
            ("GET", "/v1/heads"): self._calls.heads,
            ("GET", "/v1/keys"): self._calls.keys,
            ("PUT", "/v1/keys"): self._calls.put_keys,
            ("GET", "/v1/kept"): self._calls.kept,
            ("GET", "/v1/changes"): self._calls.changes,
        }.get((carried.method, path))
        if plain is not None:
            return plain(asked)
        events, attachment = _EVENTS.match(path), _ATTACHMENT.match(path)
        if events is not None and carried.method == "PUT":
            return self._calls.push(asked, events.group(1))
        if attachment is not None and carried.method in ("GET", "PUT"):
            act = self._calls.attachment if carried.method == "GET" else self._calls.put_attachment
            return act(asked, attachment.group(1))
        refused = p.Refused("malformed", "The address of this request is not one of the exchange; see its manual.")
        return Answered(400, p.written(refused))

    def _count(self, carried: Carried, answered: Answered) -> None:
        if answered.status >= 400:
            self.refused += 1
        if _EVENTS.match(urlsplit(carried.target).path):
            if answered.status == 200:
                self.accepted += msgspec.json.decode(answered.body, type=p.Pushed).accepted
            else:
                refused = msgspec.json.decode(answered.body, type=p.Refused)
                self.accepted += refused.accepted
                self.kept += len(refused.kept)


def _following(carried: Carried, answered: Answered) -> Carried | None:
    """Return the question that the workstation would ask next: pages and parts come one after another."""
    if carried.method != "GET" or answered.status != 200:
        return None
    if carried.target.startswith("/v1/changes"):
        page = msgspec.json.decode(answered.body, type=p.Changes)
        n = page.after + len(page.events)
        after = p.cursor(page.hub_epoch, n)
        return Carried("GET", f"/v1/changes?after={after}&limit={p.MAX_EVENTS}") if n < page.size else None
    if carried.target.startswith("/v1/kept"):
        kept = msgspec.json.decode(answered.body, type=p.KeptLines).kept
        return Carried("GET", f"/v1/kept?after={kept[-1].n}") if kept else None
    if carried.target.startswith("/v1/attachments/") and len(answered.body) == p.MAX_PART:
        path, _, start = carried.target.partition("?from=")
        return Carried("GET", f"{path}?from={int(start) + p.MAX_PART}")
    return None
