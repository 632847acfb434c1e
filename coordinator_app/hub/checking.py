"""Looks at pushed lines before the books are opened: form, ids, links inside the run, and the signature at its head."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from coordinator_app.domain.envelope import envelope_fault
from coordinator_app.domain.fast_envelope import ReadEnvelope, read_envelope
from coordinator_app.domain.fast_form import read_event
from coordinator_app.domain.seal import Json, NotCanonical, event_id, signed_part
from coordinator_app.exchange.protocol import Line

Verify = Callable[[bytes, bytes, bytes], bool]
"""Says whether the holder of the public key signed the part: key, signature, part."""


class Checked(Struct, frozen=True):
    """One line that is an event of this epoch as it was written."""

    seq: int
    id: str
    prev: str
    device: str
    type: str
    at: str
    written: bytes
    sig: bytes
    psig: bytes | None
    parent: tuple[str, int, str] | None


class Poison(Struct, frozen=True):
    """The first line of a push that is not an event of this epoch, and why."""

    place: int
    why: str


class _Place(Struct, frozen=True):
    epoch: str
    seq: int
    device: str


_place = msgspec.json.Decoder(_Place)


class NotAuthor(Exception):
    """Nobody admitted to the site has this name; the text is the name."""


def check_lines(
    lines: Sequence[Line], epoch: str, first: int, key_of: Callable[[str], bytes | None], verify: Verify
) -> tuple[list[Checked], Poison | None]:
    """Return the lines up to the first bad one, and that one.

    Raises NotAuthor where the workstation that wrote them is not known to the site.
    """
    found: list[Checked] = []
    poison = None
    for place, line in enumerate(lines):
        try:
            found.append(_checked(line, epoch, first + place, found[-1] if found else None))
        except ValueError as fault:  # NotCanonical is a ValueError
            poison = Poison(place, str(fault))
            break
    if not found:
        return found, poison
    key = key_of(found[0].device)
    if key is None:
        raise NotAuthor(found[0].device)
    if not verify(key, found[-1].sig, signed_part(found[-1].id)):
        place = next(i for i, each in enumerate(found) if not verify(key, each.sig, signed_part(each.id)))
        return found[:place], Poison(place, "its workstation did not sign it")
    return found, poison


def stands_for(written: bytes) -> tuple[str, int, str] | None:
    """Return for which epoch and position and by which workstation a line says that it was written, if it says so."""
    try:
        place = _place.decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return place.epoch, place.seq, place.device


def _checked(line: Line, epoch: str, seq: int, before: Checked | None) -> Checked:
    written = line.written
    event = _read(written, line.id, (epoch, before.id) if before is not None else None)
    why = _misplaced(event, epoch, seq, before)
    if why:
        raise NotCanonical(why)
    psig = bytes.fromhex(line.psig) if line.psig else None
    if (psig is not None and len(psig) != 64) or (psig is None and event.type == "RecordSigned"):
        raise NotCanonical("the signature of a person is missing or is none")
    return Checked(
        seq,
        line.id,
        event.prev,
        event.device,
        event.type,
        event.at,
        written,
        bytes.fromhex(line.sig),
        psig,
        _parent(event.body) if seq == 0 else None,
    )


def _read(written: bytes, id: str, due: tuple[str, str] | None) -> ReadEnvelope:
    """Return the envelope of an event; `due` are the epoch and the event before it that were read already."""
    event = read_envelope(written, *(due or (None, None)))
    decoded = read_event(written) if event is None else None
    if event_id(written) != id:
        raise NotCanonical("its id is not the one of its bytes")
    if event is not None:
        return event
    why = envelope_fault(decoded or {})
    if why:
        raise NotCanonical(why)
    return msgspec.convert(decoded, ReadEnvelope)


def _misplaced(event: ReadEnvelope, epoch: str, seq: int, before: Checked | None) -> str:
    if event.epoch != epoch or event.seq != seq:
        return "it was written for another position"
    if before is not None and event.prev != before.id:
        return "it does not name the event before it"
    if before is not None and event.device != before.device:
        return "its run belongs to another workstation"
    opens = event.type == "EpochOpened"
    if (seq == 0) != opens or (opens and event.body.get("workstation") != event.device):
        return "a run begins with its opening by its workstation, and nowhere else"
    return ""


def _parent(body: dict[str, Json]) -> tuple[str, int, str] | None:
    parent = body.get("parent")
    if not parent:
        return None
    try:
        epoch, seq, id = parent["epoch"], parent["seq"], parent["id"]
    except (KeyError, TypeError) as fault:
        raise NotCanonical("what it says about the run before it cannot be read") from fault
    if not (isinstance(epoch, str) and isinstance(id, str) and isinstance(seq, int) and len(epoch) == 32):
        raise NotCanonical("what it says about the run before it cannot be read")
    return epoch, seq, id
