"""Follows events row by row and says which is the first that is not as it was written, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from coordinator_app.domain.events import EVENT_TYPES, ProductMoved
from coordinator_app.domain.fast_envelope import ReadEnvelope, read_envelope
from coordinator_app.domain.seal import NO_EVENT, Json, NotCanonical, event_digest, person_part, signed_part
from coordinator_app.store.envelope import envelope_fault
from coordinator_app.store.fast_form import read_event

MOVES = frozenset(name for name, each in EVENT_TYPES.items() if issubclass(each, ProductMoved))
"""Types that move a product and must cite the identity check or the exception they rest on."""

_RELIED_UPON = frozenset({"IdentityConfirmed", "ExceptionAuthorised"})

_BRINGING = frozenset({"WorkstationAdmitted", "PersonAdded"})
_WEIGHED = MOVES | _RELIED_UPON | _BRINGING | {"RecordSigned"}
"""Types of which more is checked than where they stand."""

_REMEMBERED = 20_000
"""Identity checks that are kept in memory while a record is verified: more would grow with its age."""

Row = tuple[int, bytes, bytes, int, bytes, bytes, bytes | None]
"""n, id, epoch, seq, bytes, signature of the workstation, signature of a person."""


class FirstBad(Struct, frozen=True):
    """The first event that is not as it was written."""

    id: str
    seq: int
    epoch: str
    why: str


class Stream(Struct):
    """One epoch as far as it was followed."""

    device: str
    next_seq: int
    head: str
    sig: bytes
    newest: str = ""


class Chain:
    """Checks rows in the order of the journal: positions, ids, links, form, what is cited, and signatures.

    `streams` holds each epoch as far as it was followed.

    `keys` are public keys by workstation, `people` by person; more are learned from the events that admit them.
    `before` finds the event at a position of an epoch whose beginning was not followed, `cited` an event by its id.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        before: Callable[[str, int], dict[str, Json] | None],
        cited: Callable[[str], dict[str, Json] | None],
        *,
        all_signatures: bool = False,
        from_start: bool = False,
    ) -> None:
        """Begin with no event followed; `from_start` when the first row followed will be the first of the journal."""
        self.streams: dict[str, Stream] = {}
        self._given = dict(keys)
        self._keys = {device: Ed25519PublicKey.from_public_bytes(key) for device, key in keys.items()}
        self._people: dict[str, Ed25519PublicKey] = {}
        self._before = before
        self._cited = cited
        self._all = all_signatures
        self._from_start = from_start
        self._early: list[tuple[str, str, str, bytes]] = []
        self._relied: dict[str, tuple[str, ...]] = {}

    def follow(self, row: Row) -> FirstBad | None:
        """Check one row against everything before it; returns it with the reason when it is bad."""
        _, id, epoch, seq, written, sig, psig = row
        name, run = id.hex(), epoch.hex()
        stream = self.streams.get(run)
        known = (run, stream.head) if stream is not None else (None, None)
        event = read_envelope(written, *known) if event_digest(written) == id else None
        if event is None:
            event, why = _read_slowly(written, id)
            if event is None:
                return FirstBad(name, seq, run, why)
        if event.epoch != run or event.seq != seq:
            return FirstBad(name, seq, run, "it stands at another position than the one it was written for")
        why = self._link(event, stream, name, sig)
        if not why and (event.type in _WEIGHED or self._all):
            why = self._weigh(event, name, sig, psig)
        return FirstBad(name, seq, run, why) if why else None

    def bad_streams(self, *, to_the_end: bool = True, only: Collection[str] | None = None) -> dict[str, str]:
        """Check the signature at the head of every stream; returns the epochs where it fails, with the reason.

        Short of the end of the journal the admission of a workstation may still be to come. `only` names the epochs
        that are asked about; the others were checked where they ended.
        """
        wanted = self.streams if only is None else {name: self.streams[name] for name in only}
        found = {
            name: self._by_workstation(stream.device, stream.head, stream.sig, last=to_the_end)
            for name, stream in wanted.items()
        }
        for device, epoch, id, sig in self._early:
            found[epoch] = found.get(epoch) or self._by_workstation(device, id, sig, last=to_the_end)
        return {epoch: why for epoch, why in found.items() if why}

    def newest_of(self, device: str) -> str:
        """Return the newest instant among the events of this workstation that were followed, or an empty text."""
        return max((stream.newest for stream in self.streams.values() if stream.device == device), default="")

    def keyless(self, epochs: Collection[str]) -> set[str]:
        """Return those of the epochs whose workstation's key is not known yet."""
        return {name for name in epochs if self.streams[name].device not in self._keys}

    def signed_by(self, device: str, id: str, sig: bytes) -> bool:
        """Say whether this workstation signed this id, as far as its key is known."""
        return not self._by_workstation(device, id, sig, last=True)

    def _link(self, event: ReadEnvelope, stream: Stream | None, name: str, sig: bytes) -> str:
        seq = event.seq
        if stream is None:
            why, stream = self._begin(event, event.epoch, seq)
            if stream is None:
                return why
        if seq != stream.next_seq:
            return f"position {stream.next_seq} of its run is missing"
        if event.prev != stream.head:
            return "it does not name the event before it"
        if event.device != stream.device:
            return "its run belongs to another workstation"
        stream.next_seq, stream.head, stream.sig = seq + 1, name, sig
        if event.at > stream.newest:
            stream.newest = event.at
        return ""

    def _begin(self, event: ReadEnvelope, epoch: str, seq: int) -> tuple[str, Stream | None]:
        if seq > 0 and self._from_start:
            return "the beginning of its run does not stand before it", None
        if seq > 0:
            earlier = self._before(epoch, seq - 1)
            if earlier is None:
                return f"position {seq - 1} of its run is missing", None
            stream = Stream(event.device, seq, event.prev if earlier["id"] == event.prev else "", b"")
        else:
            why = self._opening(event)
            if why:
                return why, None
            stream = Stream(event.device, 0, NO_EVENT, b"")
        self.streams[epoch] = stream
        return "", stream

    def _opening(self, event: ReadEnvelope) -> str:
        body = event.body
        if event.type != "EpochOpened" or body.get("workstation") != event.device:
            return "its run does not begin with the opening of an epoch by its workstation"
        parent = body.get("parent")
        return self._descends(event.device, parent) if parent else ""

    def _descends(self, device: str, parent: Json) -> str:
        try:
            epoch, seq = parent["epoch"], parent["seq"]
            stream = self.streams.get(epoch)
            if stream is not None and (stream.head, stream.next_seq - 1) == (parent["id"], seq):
                # The end of a run that was just followed is the usual parent; it need not be looked up.
                return "" if stream.device == device else "the run before it is not the one it names"
            found = self._before(epoch, seq)
            if found is None or found["id"] != parent["id"]:
                # A copy goes on from its own branch, which stands beside the journal: people may have admitted that.
                branch = self._cited(parent["id"])
                if branch is not None and (branch["epoch"], branch["seq"], branch["device"]) == (epoch, seq, device):
                    return ""
        except (KeyError, TypeError, ValueError):
            return "what it says about the run before it cannot be read"
        if found is None:
            return "the run before it, or the end of that run, is missing"
        if found["id"] != parent["id"] or found["device"] != device:
            return "the run before it is not the one it names"
        if self._from_start and not self._stands_before(epoch, seq):
            return "the run before it stands behind it"
        return ""

    def _stands_before(self, epoch: str, seq: int) -> bool:
        stream = self.streams.get(epoch)
        return stream is not None and stream.next_seq > seq

    def _weigh(self, event: ReadEnvelope, name: str, sig: bytes, psig: bytes | None) -> str:
        why = self._rests_on(event, name)
        if not why and event.type in _BRINGING:
            why = self._learn(event)
        if not why and self._all:
            why = self._signatures(event, name, sig, psig)
        if not why and event.type == "RecordSigned" and psig is None:
            why = "it is a person's signature and that signature is missing"
        return why

    def _rests_on(self, event: ReadEnvelope, name: str) -> str:
        kind, body = event.type, event.body
        if kind in _RELIED_UPON:
            if len(self._relied) >= _REMEMBERED:
                self._relied.clear()  # what is cited from longer ago is looked up
            self._relied[name] = _place(body)
        if kind not in MOVES:
            return ""
        wanted = _place(body)
        for ref in event.refs:
            place = self._relied.get(ref)
            if place is None:
                found = self._cited(ref)
                place = _place(found["body"]) if found is not None and found["type"] in _RELIED_UPON else ()
            if place == wanted:
                return ""
        return "it moves a product and cites no identity check of that case, unit and step, and no exception"

    def _learn(self, event: ReadEnvelope) -> str:
        body = event.body
        try:
            key = bytes.fromhex(body["public_key"])
            public = Ed25519PublicKey.from_public_bytes(key)
        except (KeyError, TypeError, ValueError):
            return "the public key it brings is not one"
        if event.type == "PersonAdded":
            self._people.setdefault(str(body.get("person")), public)
            return ""
        device = str(body.get("workstation"))
        if self._given.setdefault(device, key) != key:
            return "it gives the workstation another key than it has"
        self._keys[device] = public
        return ""

    def _signatures(self, event: ReadEnvelope, name: str, sig: bytes, psig: bytes | None) -> str:
        device = event.device
        if device not in self._keys:
            self._early.append((device, event.epoch, name, sig))
        elif why := self._by_workstation(device, name, sig):
            return why
        return "" if psig is None else self._by_person(event.actor, name, psig)

    def _by_person(self, actor: str, name: str, psig: bytes) -> str:
        person = self._people.get(actor)
        if person is None:
            return "it is signed by a person whose key nobody brought"
        return "" if holds(person, psig, person_part(name)) else "the signature of the person is wrong"

    def _by_workstation(self, device: str, name: str, sig: bytes, *, last: bool = False) -> str:
        key = self._keys.get(device)
        if key is None:
            return "its workstation was never admitted" if last else ""
        return "" if holds(key, sig, signed_part(name)) else "the signature of its workstation is wrong"


def _read_slowly(written: bytes, id: bytes) -> tuple[ReadEnvelope | None, str]:
    """Return the envelope of an event, or None and what is wrong with its bytes, its id or its fields."""
    try:
        decoded = read_event(written)
    except NotCanonical as fault:
        return None, f"its bytes are not canonical: {fault}"
    if event_digest(written) != id:
        return None, "its id is not the one of its bytes"
    why = envelope_fault(decoded)
    return (None, why) if why else (msgspec.convert(decoded, ReadEnvelope), "")


def _place(body: Mapping[str, Json]) -> tuple[str, ...]:
    return (body.get("case", ""), body.get("unit", ""), body.get("step", ""))


def holds(key: Ed25519PublicKey, sig: bytes, part: bytes) -> bool:
    """Say whether this key signed this."""
    try:
        key.verify(sig, part)
    except InvalidSignature:
        return False
    return True
