"""Events by USB stick: to another workstation of the site, or to the hub and with its replies back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, structs

from coordinator_app.domain.seal import instant
from coordinator_app.domain.sealed_to import open_sealed
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.judging import Judging
from coordinator_app.exchange.ports import Identity, Reply
from coordinator_app.exchange.protocol.stick import (
    HUB,
    BundleRefused,
    Carried,
    Cover,
    is_push,
    open_stick,
    read_stick,
    write_stick,
)
from coordinator_app.exchange.protocol.stick_apart import check_apart, copied
from coordinator_app.exchange.stick_round import heads_on, requests_of, take_replies
from coordinator_app.exchange.witness import note_seen
from coordinator_app.procedures.exchange_attachments import RecordAttachments
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.procedures.exchange_rounds import NotJoined, Rounds, verify
from coordinator_app.store.arrivals import knows
from coordinator_app.store.store import Store

_PART = re.compile(r"/v1/attachments/([0-9a-f]{64})\?from=(\d+)&of=(\d+)\Z")
_KNOWN = "stick_known"
"""The mark with how far the hub has each epoch, by its last reply on a stick."""


class Unbundled(Struct, frozen=True):
    """What became of a bundle: events that came in, that were here already, and that were kept apart.

    `acknowledged` counts own events that the hub says in its reply to have.
    """

    device: str
    made_at: str
    integrated: int
    here: int
    kept: int
    attachments: int = 0
    acknowledged: int = 0


def make_bundle(store: Store, path: Path, to: Literal["site", "hub"] = "site") -> int:
    """Write a bundle and return how many events are in it: everything for the site, what it lacks for the hub.

    Raises NotJoined where nobody could read it, and OSError.
    """
    rounds = Rounds(store)
    record, attachments = rounds.record, rounds.attachments
    members = {store.workstation: store.public_key, **record.arrivals.admitted()}
    if to == "hub":
        hub = rounds.hub
        if hub is None:
            raise NotJoined("This record has no hub yet; join one first, then a bundle can be made for it.")
        recipients = [bytes.fromhex(hub.hub_key)]
        known, names = _known_to_hub(record), attachments.to_send()
    else:
        recipients, known = list(members.values()), {}
        names = [name for name in attachments.named() if attachments.size(name)]
    keys = record.keys.to_carry(members, for_hub=to == "hub")
    epochs = {epoch: (min(known.get(epoch, 0), here.next), here) for epoch, here in record.streams().items()}
    contents = ((name, store.attachments.ciphertext(name)) for name in names)
    wanted = attachments.wanted() if to == "hub" else []
    requests = requests_of(record, epochs, keys, contents, wanted)
    cover = Cover(store.site, store.workstation, instant(datetime.now(UTC)))
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            write_stick(file, recipients, store.sign, cover, requests)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return sum(here.next - first for first, here in epochs.values())


def take_bundle(store: Store, path: Path) -> Unbundled:
    """Take in a bundle: looked through whole before anything of it is used, and the same again does nothing.

    Raises BundleRefused, NotJoined and OSError.
    """
    rounds = Rounds(store)
    signing = store._grounds.keys.signing
    with copied(path, store.folder) as copy:
        with copy.open("rb") as file:
            key = open_stick(file, store.public_key, lambda purpose, sealed: open_sealed(signing, purpose, sealed))
        cover = check_apart(copy, key, _makers(rounds))
        if cover.site != store.site:
            raise BundleRefused("The bundle belongs to another site; choose another one.")
        with copy.open("rb") as file:
            carried = read_stick(file, key)
            return (
                _take_replies(rounds, cover, carried) if cover.device == HUB else _Taking(rounds).take(cover, carried)
            )


def _makers(rounds: Rounds) -> dict[str, bytes]:
    """Return the signing keys of everybody whose bundle may be taken: the workstations of the site, and its hub."""
    record, hub = rounds.record, rounds.hub
    admitted = record.arrivals.admitted()
    found = dict(admitted or record.told_keys())
    return {**found, HUB: bytes.fromhex(hub.hub_key)} if hub is not None else found


def _known_to_hub(record: ExchangeRecord) -> dict[str, int]:
    text = record.arrivals.tables.mark(_KNOWN)
    known: dict[str, int] = msgspec.json.decode(text.encode(), type=dict[str, int]) if text else {}
    return {**known, **record.acknowledged()}


def _take_replies(rounds: Rounds, cover: Cover, carried: Iterator[Carried]) -> Unbundled:
    """Hand the hub's replies to the core, as if they had come over the network."""
    record = rounds.record
    before, counted = sum(record.acknowledged().values()), record.arrivals.counted()
    replies: dict[tuple[str, str], Reply] = {}
    known: dict[str, int] = {}
    for one in carried:
        replies[one.method, one.target] = Reply(one.status, one.body)
        known |= heads_on(one)
    done = take_replies(rounds.exchange(30.0), replies)
    if known:
        with rounds.store.writing():
            record.arrivals.tables.set_mark(_KNOWN, msgspec.json.encode(known).decode())
    now = record.arrivals.counted()
    came = now.integrated + now.unknown - counted.integrated - counted.unknown
    kept = max(0, now.kept - counted.kept)
    acknowledged = sum(record.acknowledged().values()) - before
    taken = done.attachments.taken
    return Unbundled(cover.device, cover.made_at, came, max(0, done.pulled - came), kept, taken, acknowledged)


class _Taking:
    """Takes what another workstation of the site would have said to the hub."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds
        self._store = rounds.store
        self._record = rounds.record
        self._attachments: RecordAttachments = rounds.attachments
        self._states = {"integrated": 0, "here": 0, "kept": 0, "unknown": 0}
        self._arrived = 0

    def take(self, cover: Cover, carried: Iterator[Carried]) -> Unbundled:
        for one in carried:
            if is_push(one):
                self._take_lines(p.read_push(one.body))
            elif one.method == "PUT" and one.target == "/v1/keys":
                self._take_keys(one.body)
            elif part := _PART.match(one.target):
                self._take_part(part.group(1), int(part.group(2)), int(part.group(3)), one.body)
        # The hub may lack what came by hand: it is offered with the next round.
        self._record.set_marks(structs.replace(self._record.marks(), offered=""))
        came = self._states["integrated"] + self._states["unknown"]
        return Unbundled(cover.device, cover.made_at, came, self._states["here"], self._states["kept"], self._arrived)

    def _take_lines(self, lines: list[p.Line]) -> None:
        store = self._store
        draw = secrets.SystemRandom().random
        who = Identity(store.workstation, store.site, b"", store.sign, verify, str, str, draw, knows)
        taken = Judging(self._record, who).judge(lines)
        self._record.take(taken, note_seen(self._record.marks(), taken))
        for each in taken:
            self._states[each.state] += 1

    def _take_keys(self, body: bytes) -> None:
        try:
            keys = msgspec.json.decode(body, type=p.Keys)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise BundleRefused("The bundle holds keys that cannot be read; make it again.") from fault
        self._record.keys.see_elsewhere(keys.generation, keys.keys, self._record.arrivals.admitted())

    def _take_part(self, name: str, start: int, of: int, content: bytes) -> None:
        if name not in self._attachments.wanted() or self._attachments.begun(name) != start:
            return
        self._attachments.add(name, content)
        if self._attachments.begun(name) == of and self._attachments.finish(name):
            self._arrived += 1
