"""Decides what becomes of each line of a page: here already, integrated, stored unknown, or kept apart and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from coordinator_app.domain.seal import NO_EVENT, event_id, signed_part
from coordinator_app.exchange.ports import Here, Identity, Record, Taken
from coordinator_app.exchange.protocol import Line

FORK = "fork"
"""Another event stands at this position here."""
WAITS = "waits: "
"""Begins the reason of a line that may be integrated later."""


class Place(Struct, frozen=True):
    """The fields of an event that say where it belongs."""

    epoch: str
    seq: int
    prev: str
    device: str
    type: str
    type_v: int


_place = msgspec.json.Decoder(Place)


def place_of(line: Line) -> Place | str:
    """Return where a line belongs, or what is wrong with it."""
    written = line.written
    if event_id(written) != line.id:
        return "its id is not the one of its bytes"
    try:
        return _place.decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "it is not an event"


class Judging:
    """One page under judgement, and whatever waited for it."""

    def __init__(self, record: Record, identity: Identity) -> None:
        """Nothing is stored here: the caller hands the result to the record in one piece."""
        self._record = record
        self._who = identity
        self._streams: dict[str, Here] = {}
        self._fresh: dict[tuple[str, int], str] = {}
        self._held: dict[tuple[str, int], tuple[int, Line, Place]] = {}
        self._taken: list[Taken | None] = []

    def judge(self, lines: Iterable[Line]) -> list[Taken]:
        """Return what becomes of these lines, in their order, then what waited and can be integrated now."""
        page = [(line, place_of(line)) for line in lines]
        unsigned = self._unsigned(page)
        for line, place in page:
            if isinstance(place, str):
                self._taken.append(Taken(line, "", 0, "kept", place))
            elif place.epoch in unsigned:
                self._keep(line, place, unsigned[place.epoch])
            else:
                self._lay(line, place)
        self._go_on_with_what_waited()
        return [each for each in self._taken if each is not None]

    def _lay(self, line: Line, place: Place) -> None:
        here = self._stream(place.epoch)
        if place.seq < here.next:
            known = self._fresh.get((place.epoch, place.seq)) or self._record.id_at(place.epoch, place.seq)
            if known == line.id:
                self._taken.append(Taken(line, place.epoch, place.seq, "here"))
            else:
                self._keep(line, place, FORK)
        elif place.epoch == self._record.current():
            self._keep(line, place, FORK)  # only this run of the program writes it: whoever else does is a copy
        elif place.seq > here.next:
            self._keep(line, place, WAITS + "the events before it are not here")
        elif place.prev != here.id or (here.device and place.device != here.device):
            self._keep(line, place, FORK)
        else:
            fault = self._record.fault_of(line)
            if fault:
                self._keep(line, place, fault)
            else:
                self._integrate(line, place)

    def _integrate(self, line: Line, place: Place) -> None:
        known = self._who.knows(place.type, place.type_v)
        self._taken.append(Taken(line, place.epoch, place.seq, "integrated" if known else "unknown"))
        self._streams[place.epoch] = Here(place.device, place.seq + 1, line.id)
        self._fresh[place.epoch, place.seq] = line.id

    def _keep(self, line: Line, place: Place, why: str) -> None:
        if why.startswith(WAITS):
            self._held[place.epoch, place.seq] = (len(self._taken), line, place)
        self._taken.append(Taken(line, place.epoch, place.seq, "kept", why))

    def _go_on_with_what_waited(self) -> None:
        # One epoch may wait for another: round and round until nothing moves any more.
        epochs = [*dict.fromkeys([*self._record.waiting(), *(epoch for epoch, _ in self._held)])]
        moved = bool(epochs)
        while moved:
            moved = False
            for epoch in epochs:
                while self._next_fits(epoch):
                    moved = True

    def _next_fits(self, epoch: str) -> bool:
        if epoch == self._record.current():
            return False
        here = self._stream(epoch)
        held = self._held.get((epoch, here.next))
        waiting = [(-1, line, place_of(line)) for line in self._record.waiting_at(epoch, here.next)]
        for index, line, place in [*([held] if held is not None else []), *waiting]:
            if isinstance(place, str) or place.prev != here.id or (here.device and place.device != here.device):
                continue
            if self._unsigned([(line, place)]) or self._record.fault_of(line):
                continue
            if index >= 0:
                self._taken[index] = None
                del self._held[epoch, place.seq]
            self._integrate(line, place)
            return True
        return False

    def _stream(self, epoch: str) -> Here:
        found = self._streams.get(epoch)
        if found is None:
            found = self._record.stream(epoch) or Here("", 0, NO_EVENT)
            self._streams[epoch] = found
        return found

    def _unsigned(self, page: Sequence[tuple[Line, Place | str]]) -> dict[str, str]:
        """Return the epochs whose last line in this page its workstation did not sign, with the reason.

        The links inside a run vouch for all lines before the last one; where a link is broken each is checked.
        """
        heads: dict[str, tuple[list[Line], str]] = {}
        for line, place in page:
            if isinstance(place, str):
                continue
            lines, device = heads.setdefault(place.epoch, ([], place.device))
            if lines and lines[-1].id == place.prev and device == place.device:
                lines[-1] = line
            else:
                lines.append(line)
        found = {}
        for epoch, (lines, device) in heads.items():
            key = self._record.key_of(device)
            if key is None:
                found[epoch] = WAITS + "its workstation is not known here"
            elif not all(self._who.verify(key, bytes.fromhex(each.sig), signed_part(each.id)) for each in lines):
                found[epoch] = "its workstation did not sign it"
        return found
