"""Canonical bytes of an event, its id, the link to the one before, its signature (`formats.md` §1.1).

Everything here is exact: two programs that follow the format make the same bytes. Keys are sorted by code point, no
white space, only integers, strings in NFC, instants always with six digits and `Z`. Bytes that do not decode and
re-encode to themselves are refused, so that one event has one form and one id.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Json = Any
"""A value of the canonical form: dict with str keys, list, str, int or bool."""

MAX_BYTES = 64 * 1024
MAX_DEPTH = 8
MAX_INTEGER = 2**53 - 1
NO_EVENT = "0" * 64
"""`prev` of the first event of an epoch."""

_EVENT = b"coordinator/event/v1\x00"
_SIGNATURE = b"coordinator/sig/v1\x00"
_PERSON = b"coordinator/person/v1\x00"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", re.ASCII)


class NotCanonical(ValueError):
    """The value or bytes are not in the one canonical form; the text says where and why."""


def instant(at: datetime) -> str:
    """Write an aware instant as `YYYY-MM-DDTHH:MM:SS.ffffffZ`; raises NotCanonical for one without a zone."""
    if at.tzinfo is None:
        raise NotCanonical("An instant without a time zone cannot be recorded; give it one.")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_instant(text: str) -> datetime:
    """Read an instant in the exact form of `instant`; raises NotCanonical for any other."""
    if not _INSTANT.fullmatch(text):
        raise NotCanonical(f"{text!r} is not an instant of the form YYYY-MM-DDTHH:MM:SS.ffffffZ.")
    try:
        return datetime.fromisoformat(text)
    except ValueError as fault:
        raise NotCanonical(f"{text!r} is not a day and time that exists.") from fault


def _check(value: Json, depth: int, where: str) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"{where} is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise NotCanonical(f"{where} is not in Unicode form NFC.")
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical(f"{where} is an integer outside ±(2^53−1).")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"{where} has a key that is not text.")
            _check(key, depth, f"{where}, key {key!r}")
            _check(inner, depth + 1, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, depth + 1, f"{where}[{index}]")
    else:
        raise NotCanonical(f"{where} holds {type(value).__name__}; only text, integers, true/false, lists and objects.")


def canonical(value: Mapping[str, Json]) -> bytes:
    """Write an object in canonical bytes; raises NotCanonical for what the format cannot hold."""
    _check(value, 1, "event")
    try:
        written = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as fault:
        raise NotCanonical("The event holds half a surrogate pair, which is not a character.") from fault
    if len(written) > MAX_BYTES:
        raise NotCanonical(f"The event has {len(written)} bytes, more than {MAX_BYTES}; store it as an attachment.")
    return written


def _no_repeats(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("The event names one key twice.")
    return found


def _no_fraction(text: str) -> int:
    raise NotCanonical(f"The event holds {text}; amounts with a fraction are written as text.")


def read_canonical(written: bytes) -> dict[str, Json]:
    """Read canonical bytes; raises NotCanonical unless they re-encode to themselves."""
    if len(written) > MAX_BYTES:
        raise NotCanonical(f"The event has {len(written)} bytes, more than {MAX_BYTES}.")
    try:
        value = json.loads(
            written, object_pairs_hook=_no_repeats, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except (ValueError, RecursionError) as fault:
        if isinstance(fault, NotCanonical):
            raise
        raise NotCanonical("The event is not a JSON object in UTF-8.") from fault
    if not isinstance(value, dict):
        raise NotCanonical("The event is not a JSON object.")
    if canonical(value) != written:
        raise NotCanonical("The event is not in canonical form: white space, key order, escapes or -0.")
    return value


def event_id(written: bytes) -> str:
    """Return the id of an event: SHA-256 over its canonical bytes, 64 hex digits."""
    return hashlib.sha256(_EVENT + written).hexdigest()


def event_digest(written: bytes) -> bytes:
    """Return the id of an event as its 32 bytes."""
    return hashlib.sha256(_EVENT + written).digest()


def signed_part(id: str) -> bytes:
    """Return the bytes that the workstation signs for this event id."""
    return _SIGNATURE + bytes.fromhex(id)


def person_part(id: str) -> bytes:
    """Return the bytes that a person signs for this event id."""
    return _PERSON + bytes.fromhex(id)


def sealed_context(epoch: str, seq: int, type: str, subject: str, key: str) -> bytes:
    """Return the additional data that ties sealed fields to their own event."""
    return f"{epoch}|{seq}|{type}|{subject}|{key}".encode()
