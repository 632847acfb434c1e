"""Appends sealed and signed events to the journal, in one stream per run of the program (`formats.md` §1.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from coordinator_app.domain.event_body import Body
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.seal import (
    NO_EVENT,
    Json,
    event_id,
    instant,
    person_part,
    sealed_context,
    signed_part,
)
from coordinator_app.store.fast_form import write_event
from coordinator_app.store.moment import Moment
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.sealing import plain_fields, seal_fields

_INSERT = "INSERT INTO journal (id, epoch, seq, bytes, sig, psig) VALUES (?, ?, ?, ?, ?, ?)"

BACKWARDS = timedelta(seconds=2)
"""A wall clock further behind the newest recorded instant than this is suspect (`reference/reliability.md` §3.2)."""


class Head(Struct, frozen=True):
    """Where a stream stands: its epoch, the next position, the id of the last event, the newest instant recorded."""

    epoch: str
    next_seq: int
    id: str
    newest: datetime | None = None


class Act(Struct, frozen=True):
    """What is to be recorded besides the body: about whom, by whom, resting on what."""

    subject: str
    actor: str | None
    role: str | None
    key: str | None
    evidence: tuple[Evidence, ...]
    refs: tuple[str, ...]
    happened_at: datetime | None
    late_reason: str
    person_sign: Callable[[bytes], bytes] | None


class Sealed(Struct, frozen=True):
    """One event ready for the journal: its id, the decoded event, its canonical bytes and the signatures."""

    id: str
    event: dict[str, Json]
    written: bytes
    sig: bytes
    psig: bytes | None


class Journal:
    """The append side of the journal table: keeps the head of our own stream in memory."""

    def __init__(self, connection: sqlcipher3.Connection, workstation: str, signing: Ed25519PrivateKey) -> None:
        """Take the connection and the key that signs; `start` begins a stream."""
        self.connection = connection
        self.workstation = workstation
        self._signing = signing
        self.head = Head("", 0, NO_EVENT)

    def start(self, epoch: str, newest: datetime | None) -> None:
        """Begin the stream of this run."""
        self.head = Head(epoch, 0, NO_EVENT, newest)

    def seal(self, body: Body, act: Act, moment: Moment, keys: PatientKeys) -> Sealed:
        """Make the next event of our stream, sealed and signed; nothing is written yet.

        Raises ValueError for sealed fields without a key that is here, NotCanonical for what the format cannot hold.
        """
        head = self.head
        event = self._envelope(type(body), act, moment)
        fields, sealed = plain_fields(body)
        event["body"] = fields
        if sealed or any(reading.mac for reading in act.evidence):
            secret = keys.get(act.key) if act.key else None
            if secret is None or act.key is None:
                raise ValueError(f"{type(body).__name__} has fields that identify a person and no key to seal them.")
            event["key"] = act.key
            if sealed:
                context = sealed_context(head.epoch, head.next_seq, event["type"], act.subject, act.key)
                event["sealed"] = seal_fields(sealed, secret, context)
        written = write_event(event)
        id = event_id(written)
        sig = self._signing.sign(signed_part(id))
        psig = act.person_sign(person_part(id)) if act.person_sign else None
        return Sealed(id, event, written, sig, psig)

    def insert(self, sealed: Sealed) -> int:
        """Insert the event that was sealed last and return its row; the caller holds the transaction."""
        head = self.head
        row = (
            bytes.fromhex(sealed.id),
            bytes.fromhex(head.epoch),
            head.next_seq,
            sealed.written,
            sealed.sig,
            sealed.psig,
        )
        n: int = self.connection.execute(_INSERT, row).lastrowid
        at = datetime.fromisoformat(sealed.event["at"])  # written by `_envelope`, so its form is known
        newest = at if head.newest is None else max(head.newest, at)
        self.head = Head(head.epoch, head.next_seq + 1, sealed.id, newest)
        return n

    def insert_foreign(self, sealed: Sealed) -> int:
        """Insert an event of another epoch than ours and return its row; the caller holds the transaction."""
        if sealed.event["epoch"] == self.head.epoch:
            raise ValueError("Only this run of the program writes its epoch.")
        epoch, seq = bytes.fromhex(sealed.event["epoch"]), sealed.event["seq"]
        row = (bytes.fromhex(sealed.id), epoch, seq, sealed.written, sealed.sig, sealed.psig)
        n: int = self.connection.execute(_INSERT, row).lastrowid
        return n

    def _envelope(self, kind: type[Body], act: Act, moment: Moment) -> dict[str, Json]:
        head = self.head
        suspect = head.newest is not None and moment.at < head.newest - BACKWARDS
        event: dict[str, Json] = {
            "v": 1,
            "epoch": head.epoch,
            "seq": head.next_seq,
            "prev": head.id,
            "type": kind.__name__,
            "type_v": kind.VERSION,
            "must": kind.MUST,
            "subject": act.subject,
            "device": self.workstation,
            "at": instant(moment.at),
            "zone": moment.zone,
            "boot": moment.boot,
            "boot_ns": moment.boot_ns,
            "clock": "suspect" if suspect else moment.clock,
        }
        optional: Mapping[str, Any] = {
            "actor": act.actor,
            "role": act.role,
            "happened_at": instant(act.happened_at) if act.happened_at else None,
            "late_reason": act.late_reason,
            "evidence": [msgspec.to_builtins(reading) for reading in act.evidence],
            "refs": list(act.refs),
        }
        event.update({name: value for name, value in optional.items() if value})
        return event
