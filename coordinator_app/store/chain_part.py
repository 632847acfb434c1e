"""Follows a part of the journal by itself, and joins what was found in the parts of a whole journal.

A part is followed as the whole would be; what can only be known from the parts before it is written down and asked at
the joint. The joint says "sound" or "in doubt", never what is bad: in doubt the journal is followed from its beginning,
so that the first bad event is always named by the one verifier that everybody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from coordinator_app.domain.fast_envelope import ReadEnvelope
from coordinator_app.domain.seal import person_part, signed_part
from coordinator_app.store.chain import Chain, Stream, holds
from coordinator_app.store.journal_check import Progress, Verified, lookups, out_of_turn

_PART = "SELECT n, id, epoch, seq, bytes, sig, psig FROM journal WHERE n BETWEEN ? AND ? ORDER BY n"
_TELL_EVERY = 1000
TO_THE_END = 2**62
"""The last row of a part that ends where the journal does."""


class Span(Struct, frozen=True):
    """The rows of one part: from `first` to `last`, or to wherever the journal ends."""

    first: int
    last: int


class Trust(Struct, frozen=True):
    """The workstation whose record it is, its key, and the keys that others seem to have, proven only at the joint."""

    workstation: str
    public_key: bytes
    seeming: dict[str, bytes]
    all_signatures: bool


class PartFound(Struct, frozen=True):
    """What a part holds, in which nothing was bad, and what the parts before it must answer for."""

    events: int
    streams: dict[str, Stream]
    continued: dict[str, tuple[str, int, str]]
    """Runs that began before this part: workstation, position and id that they must have reached there."""
    before: tuple[tuple[str, int], ...]
    """Positions of runs that must stand before this part."""
    keys: dict[str, bytes]
    people: dict[str, bytes]
    by_workstations: tuple[tuple[str, str, bytes], ...]
    """Workstation, id and signature where the key is not known in this part."""
    by_people: tuple[tuple[str, str, bytes], ...]
    """Person, id and signature where the key was not brought in this part before."""


class PartChain(Chain):
    """Follows the rows of one part; what stands before the part is claimed instead of known."""

    def __init__(self, connection: sqlcipher3.Connection, trust: Trust) -> None:
        """Begin before the first row of a part."""
        given = {trust.workstation: trust.public_key}
        super().__init__(given, *lookups(connection), all_signatures=trust.all_signatures, from_start=True)
        for device, key in trust.seeming.items():
            self._keys.setdefault(device, Ed25519PublicKey.from_public_bytes(key))
        self._continued: dict[str, tuple[str, int, str]] = {}
        self._claimed: list[tuple[str, int]] = []
        self._by_people: list[tuple[str, str, bytes]] = []

    def found(self, events: int) -> PartFound | None:
        """Return what this part of so many events holds, None when a signature at the end of a run is wrong."""
        if self.bad_streams(to_the_end=False):
            return None
        keyless = [self.streams[epoch] for epoch in self.keyless(self.streams.keys())]
        open_heads = [(stream.device, stream.head, stream.sig) for stream in keyless]
        open_events = [(device, id, sig) for device, _, id, sig in self._early if device not in self._keys]
        return PartFound(
            events,
            self.streams,
            self._continued,
            tuple(self._claimed),
            dict(self._given),
            {person: key.public_bytes_raw() for person, key in self._people.items()},
            (*open_heads, *open_events),
            tuple(self._by_people),
        )

    def _begin(self, event: ReadEnvelope, epoch: str, seq: int) -> tuple[str, Stream | None]:
        if seq == 0:
            return super()._begin(event, epoch, seq)
        self._continued[epoch] = (event.device, seq, event.prev)
        stream = self.streams[epoch] = Stream(event.device, seq, event.prev, b"")
        return "", stream

    def _stands_before(self, epoch: str, seq: int) -> bool:
        if epoch in self.streams:
            return super()._stands_before(epoch, seq)
        self._claimed.append((epoch, seq))
        return True

    def _by_person(self, actor: str, name: str, psig: bytes) -> str:
        if actor in self._people:
            return super()._by_person(actor, name, psig)
        self._by_people.append((actor, name, psig))
        return ""


def follow_part(
    connection: sqlcipher3.Connection, span: Span, trust: Trust, progress: Progress | None = None
) -> PartFound | None:
    """Follow the rows of a part; None when anything about them is not as it was written. Raises sqlcipher3.Error."""
    chain, expected = PartChain(connection, trust), span.first
    for row in connection.execute(_PART, (span.first, span.last)):
        if out_of_turn(row, expected) is not None or chain.follow(row) is not None:
            return None
        expected += 1
        if progress is not None and expected % _TELL_EVERY == 0:
            progress(expected - span.first, 0)
    if span.last != TO_THE_END and expected != span.last + 1:
        return None
    return chain.found(expected - span.first)


def joined(parts: Sequence[PartFound], trust: Trust) -> Verified | None:
    """Return what the parts of a whole journal, in its order, hold together; None in doubt."""
    streams: dict[str, Stream] = {}
    keys: dict[str, bytes] = {}
    people: dict[str, bytes] = {}
    for part in parts:
        if not (_continues(part, streams) and _is_signed_by_people(part, people)):
            return None
        if _contradicts(part.keys, keys) or _contradicts(part.people, people):
            return None
        streams.update(part.streams)
        keys.update(part.keys)
        people.update(part.people)
    # Where a workstation was admitted does not matter, but the key it seemed to have must be the one it has.
    for device in {stream.device for stream in streams.values()}:
        if device not in keys or trust.seeming.get(device, keys[device]) != keys[device]:
            return None
    for part in parts:
        for device, id, sig in part.by_workstations:
            if device not in keys or not holds(_public(keys[device]), sig, signed_part(id)):
                return None
    heads = {epoch: (stream.next_seq - 1, stream.head) for epoch, stream in streams.items()}
    return Verified(sum(part.events for part in parts), len(heads), heads, None)


def _continues(part: PartFound, streams: Mapping[str, Stream]) -> bool:
    for epoch in part.streams:
        stream = streams.get(epoch)
        reached = None if stream is None else (stream.device, stream.next_seq, stream.head)
        if part.continued.get(epoch) != reached:
            return False
    return all(epoch in streams and streams[epoch].next_seq > seq for epoch, seq in part.before)


def _is_signed_by_people(part: PartFound, before: Mapping[str, bytes]) -> bool:
    return all(
        person in before and holds(_public(before[person]), psig, person_part(id))
        for person, id, psig in part.by_people
    )


def _contradicts(found: Mapping[str, bytes], before: Mapping[str, bytes]) -> bool:
    return any(before.get(name, key) != key for name, key in found.items())


def _public(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)
