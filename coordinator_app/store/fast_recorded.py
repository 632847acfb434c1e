"""Reads events of the journal in one go, for the tables that are made from all of them: a million take half a minute.

Only what `sealing` would read in the same way is read here; what is sealed, not known or in any doubt is read there.
Whether the bytes are in their one form and fit their id is verification's question, not asked again for each reading.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

import msgspec
from msgspec import Raw, Struct

from coordinator_app.domain.event_body import Body
from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.sealing import opened_body, recorded_of


class _Written(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    at: str
    body: Raw
    boot: str
    boot_ns: int
    clock: str
    device: str
    epoch: str
    must: bool
    prev: str
    seq: int
    subject: str
    type: str
    type_v: int
    v: int
    zone: str
    actor: str | None = None
    evidence: tuple[Evidence, ...] = ()
    happened_at: str | None = None
    key: str | None = None
    late_reason: str = ""
    refs: tuple[str, ...] = ()
    role: str | None = None


_read = msgspec.json.Decoder(_Written).decode


@cache
def _body_decoder(known: type[Body]) -> msgspec.json.Decoder[Body]:
    return msgspec.json.Decoder(known)


def recorded_fast(id: bytes, written: bytes, psig: bytes | None, keys: PatientKeys) -> tuple[Recorded, str]:
    """Return an event as the rest of the program reads it, and its instant as written.

    Raises NotCanonical where the bytes are no event.
    """
    try:
        event = _read(written)
        known = EVENT_TYPES[event.type]
        if event.type_v != known.VERSION:
            return recorded_slowly(id, written, psig, keys)
        body = _body_decoder(known).decode(event.body)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):  # sealed fields are unknown to `_Written`
        return recorded_slowly(id, written, psig, keys)
    recorded = Recorded(
        id.hex(),
        event.epoch,
        event.seq,
        event.type,
        event.type_v,
        event.must,
        event.subject,
        event.actor,
        event.role,
        event.device,
        datetime.fromisoformat(event.at),
        event.zone,
        event.boot,
        event.boot_ns,
        event.clock,
        body,
        datetime.fromisoformat(event.happened_at) if event.happened_at is not None else None,
        event.late_reason,
        event.evidence,
        event.refs,
        True,
        psig is not None,
    )
    return recorded, event.at


def recorded_slowly(id: bytes, written: bytes, psig: bytes | None, keys: PatientKeys) -> tuple[Recorded, str]:
    """Return the same by the way that every single event is read; raises NotCanonical."""
    event = read_event(written)
    body, opened = opened_body(event, keys)
    return recorded_of(event, id.hex(), body, opened, psig is not None), event["at"]
