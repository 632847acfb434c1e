"""Reads canonical bytes fast: accepts only what `domain.seal.read_canonical` accepts, and asks it in every doubt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from coordinator_app.domain.seal import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, Json, canonical, read_canonical

_Integer = Annotated[int, Meta(ge=-MAX_INTEGER, le=MAX_INTEGER)]
_Value: Any = str | bool | _Integer
for _ in range(MAX_DEPTH - 2):  # the object itself is the first level, a plain value in it at most the eighth
    _Value = str | bool | _Integer | list[_Value] | dict[str, _Value]

_decoder: msgspec.json.Decoder[dict[str, Json]] = msgspec.json.Decoder(dict[str, _Value])
_encoder = msgspec.json.Encoder(order="sorted")


def read_event(written: bytes) -> dict[str, Json]:
    """Return the object in canonical bytes; raises NotCanonical, with the reason, for any others."""
    try:
        value = _decoder.decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return read_canonical(written)
    if len(written) > MAX_BYTES or _encoder.encode(value) != written:
        return read_canonical(written)
    # Quotes and commas never join with what follows them, so the whole text is in NFC exactly when each string is;
    # escapes would hide a character from this, but canonical bytes escape none that NFC could touch.
    if not written.isascii() and not unicodedata.is_normalized("NFC", written.decode()):
        return read_canonical(written)
    return value


def write_event(value: Mapping[str, Json]) -> bytes:
    """Return the canonical bytes of an object; raises NotCanonical for what the format cannot hold."""
    try:
        written = _encoder.encode(value)
        again = _decoder.decode(written)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return canonical(value)
    # Bytes that decode to an equal object are its one canonical form where they are as the reader wants them and plain
    # text, numbers, truth values, lists and objects, which is what was decoded, are written in the same bytes.
    plain = written.isascii() or unicodedata.is_normalized("NFC", written.decode())
    if not plain or len(written) > MAX_BYTES or again != value or _encoder.encode(again) != written:
        return canonical(value)
    return written
