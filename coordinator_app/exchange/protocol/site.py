"""The messages about who belongs to a site and what is kept for it, and the answer when something is not as asked."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from coordinator_app.exchange.protocol.joining import Moved
from coordinator_app.exchange.protocol.limits import Count, Hex, Hex64, Hex128, KeyName, Name
from coordinator_app.exchange.protocol.log import Receipt, Stream


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
    `time` and `challenge` come with 401, `moved` with 410.
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
    moved: Moved | None = None


REFUSALS = {
    "clock": 401,
    "signature": 401,
    "revoked": 403,
    "unknown": 404,
    "fork": 409,
    "keys": 409,
    "moved": 410,
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
