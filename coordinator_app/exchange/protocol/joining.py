"""The messages with which the log of a site moves to another hub: all in its order, and a statement of the move."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

from coordinator_app.exchange.protocol.limits import Count, Hex, Hex32, Hex64, Hex128, KeyName, Name


class Moved(Struct, frozen=True):
    """A site's log goes on at another hub, which has all of it up to `size` and `head`; signed with `old_key`."""

    site: str
    old_key: Hex64
    new_key: Hex64
    url: str
    hub_epoch: str
    size: Count
    head: Hex64
    at: str
    sig: str


class JoinLine(Struct, frozen=True, omit_defaults=True):
    """One line of the log, and when the former hub received it."""

    event: Raw
    id: Hex64
    sig: Hex128
    at: str
    psig: str = ""


class JoinKept(Struct, frozen=True, omit_defaults=True):
    """One line that the former hub keeps outside the log."""

    epoch: str
    seq: Count
    device: str
    why: str
    line: JoinLine


class JoinMember(Struct, frozen=True):
    """A workstation as the former hub knows it."""

    device: Name
    public_key: Hex64
    state: str
    at: str


class JoinStream(Struct, frozen=True):
    """Where an epoch stands at the former hub, known and announced, and which run it follows."""

    epoch: Hex32
    device: str
    next: Count
    id: Hex64
    announced: Count
    announced_id: Hex64
    parent_epoch: str
    parent_seq: int


class JoinFinding(Struct, frozen=True):
    """What the former hub found."""

    kind: str
    device: str
    epoch: str
    seq: Count
    at: str


class JoinPart(Struct, frozen=True):
    """A part of an attachment."""

    sha256: Hex64
    start: Count
    of: Count
    content: Hex


class Joining(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Body of `POST /v1/joinings`: what follows what the new hub has; signed like a request, with the former hub's key.

    `last` says that nothing more comes: the log ends at `size` with `head`. `moved` is the statement, sent at the end;
    `former` are those by which the log came to the former hub.
    """

    code: Annotated[str, Meta(min_length=1, max_length=100)]
    site: Name
    hub_key: Hex64
    hub_epochs: list[tuple[str, Count, str]] = []
    members: list[JoinMember] = []
    after: Count = 0
    lines: list[JoinLine] = []
    kept_after: Count = 0
    kept: list[JoinKept] = []
    findings_after: Count = 0
    findings: list[JoinFinding] = []
    streams: list[JoinStream] = []
    generation: Count = 0
    keys: dict[KeyName, Hex] = {}
    part: JoinPart | None = None
    last: bool = False
    size: Count = 0
    head: str = ""
    moved: Moved | None = None
    former: list[Moved] = []


class Joined(Struct, frozen=True):
    """Answer to it: how much is there now, and the key with which this hub signs.

    `moved` is the statement where the move was ended before; then nothing was taken.
    """

    hub_epoch: str
    size: Count
    head: str
    sig: str
    hub_key: str
    kept: Count
    findings: Count
    has: Count = 0
    moved: Moved | None = None


class MovedHere(Struct, frozen=True):
    """Answer to `GET /v1/moved`: the statements by which the log came to this hub, oldest first."""

    hub_epoch: str
    size: Count
    head: str
    sig: str
    hub_key: str
    statements: list[Moved]


def moved_part(moved: Moved) -> bytes:
    """Return what the former hub signs for a move."""
    fields = (moved.site, moved.old_key, moved.new_key, moved.url, moved.hub_epoch, moved.size, moved.head, moved.at)
    return b"coordinator/moved/v1\x00" + "|".join(map(str, fields)).encode()
