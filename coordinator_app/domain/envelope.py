"""The keys of an event and what may stand under each (`formats.md` §1.1), checked before anything relies on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.seal import Json

_Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Instant = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")]
_Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){28,}\Z")]
_Word = Annotated[str, Meta(min_length=1)]
_Count = Annotated[int, Meta(ge=0)]


class Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """The table of `formats.md` §1.1; a field with a default may be absent."""

    v: Literal[1]
    epoch: _Hex32
    seq: _Count
    prev: _Id
    type: _Word
    type_v: Annotated[int, Meta(ge=1)]
    must: bool
    subject: _Word
    device: _Word
    at: _Instant
    zone: _Word
    boot: _Word
    boot_ns: _Count
    clock: Literal["anchored", "free", "suspect"]
    body: dict[str, Any]
    actor: _Word = "-"
    role: _Word = "-"
    happened_at: _Instant = ""
    late_reason: _Word = "-"
    evidence: list[Evidence] = []
    sealed: _Hex = ""
    key: _Word = "-"
    refs: list[_Id] = []


def envelope_fault(event: Mapping[str, Json]) -> str:
    """Return what is wrong with the keys of a decoded event, or an empty text."""
    try:
        msgspec.convert(event, type=Envelope, strict=True)
    except msgspec.ValidationError as fault:
        return f"its fields are not those of an event: {fault}"
    return "its sealed fields name no key" if "sealed" in event and "key" not in event else ""


def written_fault(written: bytes, event: Mapping[str, Json]) -> str:
    """Return the same as `envelope_fault`, faster, for an event whose bytes are at hand."""
    try:
        _decoder.decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return envelope_fault(event)
    return "its sealed fields name no key" if "sealed" in event and "key" not in event else ""


_decoder = msgspec.json.Decoder(Envelope, strict=True)
