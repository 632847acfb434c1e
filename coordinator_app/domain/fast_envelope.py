"""Reads the envelope of an event in one go: bytes that are canonical and sound in every field, or a doubt.

Says nothing that `fast_form.read_event` and `envelope.envelope_fault` would not say together; where it answers None,
those are asked, and tell the reason. Patterns are compared without regular expressions, which cost more than all else.
Fields stand here in the order of canonical bytes: writing them again to compare then has only the body to sort.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from coordinator_app.domain.seal import MAX_BYTES, MAX_DEPTH, MAX_INTEGER

_Integer = Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
_Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
_Word = Annotated[str, Meta(min_length=1)]
_Value: Any = str | bool | _Integer
for _ in range(MAX_DEPTH - 3):  # the event is the first level and the body the second
    _Value = str | bool | _Integer | list[_Value] | dict[str, _Value]
_HEX = "0123456789abcdef"


class ReadEvidence(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One reading of `evidence.Evidence` as it was read; what is absent is empty."""

    arm: _Integer
    at_ns: _Integer
    how: str
    length: _Integer
    mac: str = ""
    object: str
    raw: str = ""
    scanner: str
    symbology: str


class ReadEnvelope(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The table of `formats.md` §1.1 as it was read; what is absent is empty."""

    actor: str = ""
    at: str
    body: dict[str, _Value]
    boot: _Word
    boot_ns: _Count
    clock: Literal["anchored", "free", "suspect"]
    device: _Word
    epoch: str
    evidence: tuple[ReadEvidence, ...] = ()
    happened_at: str = ""
    key: str = ""
    late_reason: str = ""
    must: bool
    prev: str
    refs: tuple[str, ...] = ()
    role: str = ""
    sealed: str = ""
    seq: _Count
    subject: _Word
    type: _Word
    type_v: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    v: Literal[1]
    zone: _Word


_decode = msgspec.json.Decoder(ReadEnvelope).decode
_encode = msgspec.json.Encoder(order="deterministic").encode
_instant_of = datetime.fromisoformat


def read_envelope(written: bytes, epoch: str | None = None, prev: str | None = None) -> ReadEnvelope | None:
    """Return the envelope of canonical bytes that are sound, or None where only the slow way can tell.

    `epoch` and `prev` are what the event should name, if that is known: texts known to be sound are not weighed again.
    """
    try:
        event = _decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # An optional field that is there but empty would be left out here: such bytes differ and are doubted.
    if _encode(event) != written or len(written) > MAX_BYTES:
        return None
    if not written.isascii() and not unicodedata.is_normalized("NFC", written.decode()):
        return None
    if (
        _is_instant(event.at)
        and (event.prev == prev or _is_id(event.prev))
        and (event.epoch == epoch or (len(event.epoch) == 32 and not event.epoch.strip(_HEX)))
        and (not event.refs or all(map(_is_id, event.refs)))
        and (not event.sealed or (bool(event.key) and _is_sealed(event.sealed)))
        and (not event.happened_at or _is_instant(event.happened_at))
    ):
        return event
    return None


def _is_id(text: str) -> bool:
    return len(text) == 64 and not text.strip(_HEX)


def _is_sealed(text: str) -> bool:
    return len(text) >= 56 and len(text) % 2 == 0 and not text.strip(_HEX)


def _is_instant(text: str) -> bool:
    try:
        _instant_of(text)
    except ValueError:
        return False
    return (
        len(text) == 27
        and text[10] == "T"
        and text[19] == "."
        and text[26] == "Z"
        and text[4] == text[7] == "-"
        and text.isascii()
    )
