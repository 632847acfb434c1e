"""Splits a body into what anybody may read and what only the patient's key opens, and puts it together again."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec.structs import fields as fields_of

from coordinator_app.domain.event_body import Body
from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.seal import Json, instant, sealed_context
from coordinator_app.store.fast_form import read_event, write_event
from coordinator_app.store.patient_keys import PatientKeys

_READINGS = tuple[Evidence, ...]


def plain_fields(body: Body) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the readable and the sealed fields of a body in canonical values: instants as text, text in NFC."""
    fields = _canonical_value(msgspec.to_builtins(body, builtin_types=(datetime,)))
    sealed = {name: fields.pop(name) for name in body.SEALED if name in fields}
    return fields, sealed


def _canonical_value(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {name: _canonical_value(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_canonical_value(inner) for inner in value]
    if isinstance(value, datetime):
        return instant(value)
    return value


def seal_fields(fields: Mapping[str, Json], secret: bytes, context: bytes) -> str:
    """Return nonce and AES-256-GCM ciphertext of the canonical bytes of `fields`, in hex."""
    nonce = secrets.token_bytes(12)
    return (nonce + AESGCM(secret).encrypt(nonce, write_event(fields), context)).hex()


def open_fields(sealed: str, secret: bytes, context: bytes) -> dict[str, Json]:
    """Open what `seal_fields` made; raises InvalidTag and NotCanonical."""
    cipher = bytes.fromhex(sealed)
    return read_event(AESGCM(secret).decrypt(cipher[:12], cipher[12:], context))


def opened_body(event: Mapping[str, Json], keys: PatientKeys) -> tuple[Body | None, bool]:
    """Return the body of a decoded event, and whether its sealed fields could be opened.

    The body is None where this program does not know the type, its version or its fields. Without the key the sealed
    fields hold their empty values.
    """
    fields, opened = dict(event["body"]), True
    if "sealed" in event:
        secret = keys.get(event["key"])
        context = sealed_context(event["epoch"], event["seq"], event["type"], event["subject"], event["key"])
        try:
            if secret is None:
                opened = False
            else:
                fields.update(open_fields(event["sealed"], secret, context))
        except (InvalidTag, ValueError):  # NotCanonical is a ValueError
            opened = False
    known = EVENT_TYPES.get(event["type"])
    if known is None or event["type_v"] != known.VERSION:
        return None, opened
    if not opened:
        fields = {**_empty_sealed(known), **fields}
    try:
        return msgspec.convert(fields, type=known, strict=True), opened
    except msgspec.ValidationError:
        return None, opened


@cache
def _empty_sealed(known: type[Body]) -> dict[str, Json]:
    """Return empty values for the sealed fields that must be there: an erased patient leaves the rest readable."""
    return {field.name: "" for field in fields_of(known) if field.required and field.name in known.SEALED}


def _case_named(fields: Mapping[str, Json]) -> str:
    case = fields.get("case")
    return case if isinstance(case, str) and case.startswith("case:") else ""


def recorded_of(event: Mapping[str, Json], id: str, body: Body | None, opened: bool, by_person: bool) -> Recorded:
    """Return a decoded event as the rest of the program reads it."""
    return Recorded(
        id=id,
        epoch=event["epoch"],
        seq=event["seq"],
        type=event["type"],
        type_v=event["type_v"],
        must=event["must"],
        subject=event["subject"],
        actor=event.get("actor"),
        role=event.get("role"),
        device=event["device"],
        at=datetime.fromisoformat(event["at"]),
        zone=event["zone"],
        boot=event["boot"],
        boot_ns=event["boot_ns"],
        clock=event["clock"],
        body=body,
        happened_at=datetime.fromisoformat(event["happened_at"]) if "happened_at" in event else None,
        late_reason=event.get("late_reason", ""),
        evidence=msgspec.convert(event["evidence"], type=_READINGS) if "evidence" in event else (),
        refs=tuple(event.get("refs", ())),
        opened=opened,
        signed_by_person=by_person,
        names_case=_case_named(event["body"]) if body is None else "",
    )
