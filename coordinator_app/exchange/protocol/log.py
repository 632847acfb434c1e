"""The messages about a site's log: lines, where it stands, what was pushed, what is read, and cursors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from coordinator_app.exchange.protocol.limits import (
    MAX_BODY,
    MAX_BYTES,
    MAX_EVENTS,
    NO_HEAD,
    Count,
    Hex32,
    Hex64,
    Hex128,
    ProtocolBroken,
)


class Line(Struct, frozen=True, omit_defaults=True):
    """One line of an export: the canonical bytes as they stand, the id, the signatures of workstation and person."""

    event: Raw
    id: Hex64
    sig: Hex128
    psig: Annotated[str, Meta(pattern=r"^([0-9a-f]{128})?\Z")] = ""

    @property
    def written(self) -> bytes:
        """The canonical bytes."""
        return bytes(self.event)


class Checkpoint(Struct, frozen=True):
    """Where the log of a site stands, signed by the hub: size, and the running hash over all ids in its order."""

    hub_epoch: str
    size: Count
    head: str
    sig: str


class Receipt(Struct, frozen=True):
    """The hub has these positions of an epoch: `id` is the last one's, `n` its place in the log. Signed by the hub."""

    epoch: str
    first: Count
    last: Count
    id: str
    n: Count
    at: str
    hub_epoch: str
    sig: str


class Stream(Struct, frozen=True):
    """Where one epoch stands at the hub: the next position, the id of the last event."""

    next: Count
    id: Hex64 = NO_HEAD


class Push(Struct, frozen=True):
    """Body of `PUT /v1/epochs/{epoch}/events?from=n`."""

    events: list[Line]


class Pushed(Struct, frozen=True):
    """Answer to a push: how many lines count now as had, how the epoch stands, and the hub's receipt for them."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    accepted: Count
    stream: Stream
    receipts: list[Receipt] = []


class Changes(Struct, frozen=True):
    """Answer to `GET /v1/changes`: lines `after + 1 …` in hub order; `before` is the log's head at `after`."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    events: list[Line]
    cursor: str
    after: Count
    before: str


class EpochHeads(Struct, frozen=True):
    """One epoch: whose it is, what the hub has, what somebody told the hub to exist."""

    device: str
    known: Stream
    announced: Stream


class Kept(Struct, frozen=True):
    """A line that the hub keeps outside the log, and why; `n` counts what is kept for the site."""

    n: Count
    epoch: str
    seq: Count
    id: str
    device: str
    why: str


class Finding(Struct, frozen=True):
    """Something about a workstation that people must know: `restored`, `cloned`, `fork`, `clock`, `revoked`."""

    n: Count
    kind: str
    device: str
    epoch: str
    seq: Count
    at: str


class Member(Struct, frozen=True):
    """A workstation as the hub knows it: `waiting`, `approved` or `revoked`, and its public key."""

    state: str
    public_key: str


class Heads(Struct, frozen=True):
    """Answer to `GET /v1/heads`: every epoch, how many lines are kept outside the log, what was found.

    `key_generation` and `key_count` say whether the wrapped keys of the site are still those that were fetched last.
    """

    hub_epoch: str
    size: Count
    head: str
    sig: str
    epochs: dict[str, EpochHeads]
    kept: Count
    findings: list[Finding]
    workstations: dict[str, Member]
    key_generation: Count = 0
    key_count: Count = 0


class Announce(Struct, frozen=True):
    """Body of `PUT /v1/heads`: where the epochs stand that a workstation knows."""

    epochs: dict[Hex32, Stream]


class KeptLines(Struct, frozen=True):
    """Answer to `GET /v1/kept`: lines outside the log; `before` is the id of the line after which these come."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    kept: list[Kept]
    events: list[Line]
    before: str = ""


class Waited(Struct, frozen=True):
    """Answer to `GET /v1/wait`, `PUT /v1/heads` and whatever else has nothing more to say."""

    hub_epoch: str
    size: Count
    head: str
    sig: str


def cursor(hub_epoch: str, n: int) -> str:
    """Write a cursor."""
    return f"{hub_epoch}:{n}"


def read_cursor(text: str) -> tuple[str, int]:
    """Read a cursor; an empty one is the beginning. Raises ProtocolBroken."""
    if not text:
        return "", 0
    hub_epoch, colon, n = text.rpartition(":")
    if not colon or not n.isascii() or not n.isdecimal() or len(n) > 16 or len(hub_epoch) > 64:
        raise ProtocolBroken("The cursor is not one; it looks like hub_epoch:n.")
    return hub_epoch, int(n)


_encoder = msgspec.json.Encoder()


def written(message: Struct) -> bytes:
    """Return the bytes of a message."""
    return _encoder.encode(message)


def read_push(body: bytes) -> list[Line]:
    """Read the lines of a push; raises ProtocolBroken where it is none, too many or too large."""
    if len(body) > MAX_BODY:
        raise ProtocolBroken(f"One push holds at most {MAX_BYTES} bytes; send fewer events at once.")
    try:
        lines = _push.decode(body).events
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise ProtocolBroken(f"This is not a push of events: {fault}.") from fault
    if len(lines) > MAX_EVENTS:
        raise ProtocolBroken(f"One push holds at most {MAX_EVENTS} events; send the rest in the next one.")
    return lines


_push = msgspec.json.Decoder(Push)


def line_of(bytes_of_event: bytes, id: str, sig: bytes, psig: bytes | None) -> Line:
    """Return the line for one event."""
    return Line(Raw(bytes_of_event), id, sig.hex(), psig.hex() if psig is not None else "")


def fitting(lines: Iterable[Line]) -> list[Line]:
    """Return as many of the lines, from the first on, as fit into one message."""
    taken: list[Line] = []
    room = MAX_BYTES
    for line in lines:
        room -= len(line.written) + 300
        if taken and (room < 0 or len(taken) == MAX_EVENTS):
            break
        taken.append(line)
    return taken


def person_and_device(line: Line) -> tuple[bytes, bytes | None]:
    """Return both signatures as bytes."""
    return bytes.fromhex(line.sig), bytes.fromhex(line.psig) if line.psig else None
