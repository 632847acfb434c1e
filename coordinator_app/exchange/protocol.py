"""The messages between workstation and hub (`formats.md` §6): their fields, limits, cursors and error answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

PROTOCOL = 1
"""The version of these messages; apart from the version of the program."""
PROTOCOL_HEADER = "Coordinator-Protocol"

MAX_EVENTS = 500
"""Events in one push or page."""
MAX_BYTES = 1024 * 1024
"""Bytes of one push or page."""
MAX_BODY = MAX_BYTES + 64 * 1024
"""Bytes of any other request: the lists of heads and keys of a large site fit."""
MAX_ATTACHMENT = 16 * 1024 * 1024
MAX_WAIT = 25.0
"""Seconds of a long poll (`formats.md` §6)."""
MAX_PAUSE = 300.0
"""Seconds between two attempts at most (`reference/reliability.md` §6, backpressure)."""

NO_HEAD = "0" * 64
"""The head of a log that holds nothing."""

Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hex128 = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9:._-]+\Z")]
Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2})*\Z")]
KeyName = Annotated[str, Meta(min_length=1, max_length=100)]


class ProtocolBroken(ValueError):
    """A message is not one of this protocol; the text says why."""


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
    """Answer to `GET /v1/heads`: every epoch, how many lines are kept outside the log, what was found."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    epochs: dict[str, EpochHeads]
    kept: Count
    findings: list[Finding]
    workstations: dict[str, Member]


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


class Enrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /v1/enrolments`; `name` is the workstation's id as its events carry it."""

    code: Annotated[str, Meta(min_length=1, max_length=100)]
    name: Name
    public_key: Hex64
    fingerprint: Hex64


class Enrolled(Struct, frozen=True):
    """Answer to an enrolment: `waiting` or `approved`, the site, and the key with which the hub signs."""

    state: str
    site: str
    hub_key: str
    hub_epoch: str
    size: Count
    head: str
    sig: str


class Keys(Struct, frozen=True):
    """Wrapped keys of a site. A higher `generation` replaces all; the same one may only add."""

    generation: Count
    keys: dict[KeyName, Hex]


class KeysAnswer(Struct, frozen=True):
    """Answer to `GET` and `PUT /v1/keys`."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    generation: Count
    keys: dict[str, str]


class Shown(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /v1/checkpoints`: a checkpoint that does not fit the hub's log; it tells a hub it was restored."""

    hub_epoch: Annotated[str, Meta(min_length=1, max_length=64)]
    size: Count
    head: Hex64
    sig: Hex128


class Refused(Struct, frozen=True, omit_defaults=True):
    """The answer when something is not as asked: `code` for programs, `why` one sentence for people.

    `stream` comes with 412 and 409, `kept` (ids) with 409 and 422, `accepted` says how many lines before were taken;
    `time` and `challenge` come with 401.
    """

    code: str
    why: str
    hub_epoch: str = ""
    size: Count = 0
    head: str = ""
    sig: str = ""
    stream: Stream | None = None
    accepted: Count = 0
    kept: list[str] = []
    receipts: list[Receipt] = []
    time: str = ""
    challenge: str = ""


REFUSALS = {
    "clock": 401,
    "signature": 401,
    "revoked": 403,
    "unknown": 404,
    "fork": 409,
    "keys": 409,
    "gap": 412,
    "ahead": 412,
    "size": 413,
    "quarantined": 422,
    "malformed": 400,
    "protocol": 426,
    "rate": 429,
    "busy": 503,
}
"""Every `code` and the HTTP status it goes with."""


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


# What is signed ----------------------------------------------------------------------------------------------------


def request_part(method: str, target: str, body_sha256: str, nonce: str, time: str) -> bytes:
    """Return what a workstation signs for a request; `target` is path and query as they are sent."""
    return "\n".join((method.upper(), target, body_sha256, nonce, time)).encode()


def authorization(device: str, nonce: str, time: str, sig: bytes) -> str:
    """Return the value of the header `Authorization`."""
    return f"Coordinator device={device},nonce={nonce},time={time},sig={sig.hex()}"


class Signed(Struct, frozen=True):
    """The four parts of the header `Authorization`."""

    device: Name
    nonce: Annotated[str, Meta(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9._-]+\Z")]
    time: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")]
    sig: Hex128


def read_authorization(header: str) -> Signed:
    """Read the header `Authorization`; raises ProtocolBroken."""
    scheme, _, rest = header.partition(" ")
    if scheme != "Coordinator":
        raise ProtocolBroken("The request is not signed by a workstation; sign it as the manual of the exchange says.")
    parts: Sequence[tuple[str, str, str]] = [part.strip().partition("=") for part in rest.split(",")]
    fields = {name: value for name, _, value in parts}
    if len(fields) != len(parts):
        raise ProtocolBroken("The signature of the request names a part twice.")
    try:
        return msgspec.convert(fields, Signed, strict=True)
    except msgspec.ValidationError as fault:
        raise ProtocolBroken(f"The signature of the request cannot be read: {fault}.") from fault


def checkpoint_part(site: str, hub_epoch: str, size: int, head: str) -> bytes:
    """Return what the hub signs for a checkpoint."""
    return b"coordinator/hub/v1\x00" + f"{site}|{hub_epoch}|{size}|{head}".encode()


def receipt_part(site: str, receipt: Receipt) -> bytes:
    """Return what the hub signs for a receipt."""
    fields = (receipt.epoch, receipt.first, receipt.last, receipt.id, receipt.n, receipt.at, receipt.hub_epoch)
    return b"coordinator/receipt/v1\x00" + "|".join([site, *map(str, fields)]).encode()


def person_and_device(line: Line) -> tuple[bytes, bytes | None]:
    """Return both signatures as bytes."""
    return bytes.fromhex(line.sig), bytes.fromhex(line.psig) if line.psig else None
