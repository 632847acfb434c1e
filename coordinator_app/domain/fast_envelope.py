"""Reads the envelope of an event in one go: bytes that are canonical and sound in every field, or a doubt.

Says nothing that `fast_form.read_event` and `envelope.envelope_fault` would not say together; where it answers None,
those are asked, and tell the reason. Patterns are compared without regular expressions, which cost more than all else.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.seal import MAX_BYTES, MAX_DEPTH, MAX_INTEGER

_Integer = Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
_Count = Annotated[int, Meta(ge=0, le=MAX_INTEGER)]
_Value: Any = str | bool | _Integer
for _ in range(MAX_DEPTH - 3):  # the event is the first level and the body the second
    _Value = str | bool | _Integer | list[_Value] | dict[str, _Value]
_HEX = "0123456789abcdef"


class ReadEnvelope(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The table of `formats.md` §1.1 as it was read; what is absent is empty."""

    v: Literal[1]
    epoch: str
    seq: _Count
    prev: str
    type: str
    type_v: Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
    must: bool
    subject: str
    device: str
    at: str
    zone: str
    boot: str
    boot_ns: _Count
    clock: Literal["anchored", "free", "suspect"]
    body: dict[str, _Value]
    actor: str = ""
    role: str = ""
    happened_at: str = ""
    late_reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    sealed: str = ""
    key: str = ""
    refs: tuple[str, ...] = ()


_decoder = msgspec.json.Decoder(ReadEnvelope)
_encoder = msgspec.json.Encoder(order="sorted")


def read_envelope(written: bytes) -> ReadEnvelope | None:
    """Return the envelope of canonical bytes that are sound, or None where only the slow way can tell."""
    try:
        event = _decoder.decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # An optional field that is there but empty would be left out here: such bytes differ and are doubted.
    if _encoder.encode(event) != written or len(written) > MAX_BYTES:
        return None
    if not written.isascii() and not unicodedata.is_normalized("NFC", written.decode()):
        return None
    return event if _sound(event) else None


def _sound(event: ReadEnvelope) -> bool:
    return (
        len(event.epoch) == 32
        and not event.epoch.strip(_HEX)
        and _is_id(event.prev)
        and _is_instant(event.at)
        and bool(event.type and event.subject and event.device and event.zone and event.boot)
        and (not event.happened_at or _is_instant(event.happened_at))
        and (not event.sealed or (bool(event.key) and _is_sealed(event.sealed)))
        and all(map(_is_id, event.refs))
        and all(map(_is_evidence, event.evidence))
    )


def _is_id(text: str) -> bool:
    return len(text) == 64 and not text.strip(_HEX)


def _is_sealed(text: str) -> bool:
    return len(text) >= 56 and len(text) % 2 == 0 and not text.strip(_HEX)


def _is_instant(text: str) -> bool:
    if len(text) != 27 or (text[4], text[7], text[10], text[19], text[26]) != ("-", "-", "T", ".", "Z"):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return text.isascii()


def _is_evidence(reading: Evidence) -> bool:
    numbers = (reading.arm, reading.length, reading.at_ns)
    return all(-MAX_INTEGER <= each <= MAX_INTEGER for each in numbers)
