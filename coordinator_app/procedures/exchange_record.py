"""A workstation's record as the exchange core sees it: lines, marks and keys over the real store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from coordinator_app.domain.seal import event_id
from coordinator_app.exchange.judging import WAITS
from coordinator_app.exchange.ports import Here, Marks, Taken, runs_of
from coordinator_app.exchange.protocol import (
    MAX_EVENTS,
    Finding,
    Line,
    Receipt,
    Stream,
    fitting,
    line_of,
    person_and_device,
)
from coordinator_app.procedures.exchange_keys import RecordKeys
from coordinator_app.store.arrivals import Arrivals
from coordinator_app.store.marks import KeptApart
from coordinator_app.store.store import Store

REPLAYING = "replaying"
"""The mark that the site's record is being taken in for the first time, or not yet checked from its beginning."""
HUB = "hub"
"""The mark with the hub's address and pinned key."""


class ExchangeRecord:
    """The port of the exchange core over a store; every call that changes something is one transaction."""

    def __init__(self, store: Store) -> None:
        """Take the open store."""
        self._store = store
        self.arrivals = Arrivals(store)
        self._tables = self.arrivals.tables
        self.keys = RecordKeys(store, self.arrivals)
        self.arrivals.learn({name: bytes.fromhex(key) for name, key in self._json("told_keys").items()})

    # Marks ----------------------------------------------------------------------------------------------------------

    def marks(self) -> Marks:
        """Return how far the exchange has come."""
        text = self._tables.mark("marks")
        return msgspec.json.decode(text.encode(), type=Marks) if text else Marks()

    def set_marks(self, marks: Marks) -> None:
        """Keep the marks alone."""
        with self._store.writing():
            self._tables.set_mark("marks", _text(marks))
            self._tables.add_page(marks.n, marks.head)

    def page_marks(self) -> Sequence[tuple[int, str]]:
        """Return places of the hub's log with their heads, rising."""
        return self._tables.pages()

    # Sending --------------------------------------------------------------------------------------------------------

    def unsent(self) -> Sequence[tuple[str, int]]:
        """Return own epochs and the first position the hub has not acknowledged."""
        sent = self._tables.sent()
        return [(epoch, sent.get(epoch, 0)) for epoch, end in self.arrivals.own_epochs() if sent.get(epoch, 0) < end]

    def streams(self) -> dict[str, Here]:
        """Return where every epoch stands."""
        return {epoch: Here(each.device, each.next, each.id) for epoch, each in self.arrivals.streams().items()}

    def lines(self, epoch: str, first: int) -> list[Line]:
        """Return lines of an epoch, as many as fit into one push."""
        rows = self.arrivals.lines(epoch, first, MAX_EVENTS)
        return fitting(line_of(written, id.hex(), sig, psig) for written, id, sig, psig in rows)

    def sent(self, epoch: str, first: int, next_seq: int, receipt: Receipt | None, kept: str) -> None:
        """Note that the hub has the lines before `next_seq`."""
        with self._store.writing():
            at = max(next_seq, self._tables.sent().get(epoch, 0))
            self._tables.set_sent(epoch, at, kept, _text(receipt) if receipt else "")

    def lacking(self, epoch: str, next_seq: int) -> None:
        """Note that the hub has fewer lines of an epoch than it acknowledged."""
        with self._store.writing():
            self._tables.set_sent(epoch, min(next_seq, self._tables.sent().get(epoch, 0)))

    def acknowledged(self) -> dict[str, int]:
        """Return up to where the hub acknowledged each own epoch."""
        return self._tables.sent()

    def kept_by_hub(self) -> Sequence[str]:
        """Return own epochs of which the hub keeps lines apart."""
        return list(self._tables.apart())

    def kept_runs(self) -> Sequence[tuple[str, int, list[Line]]]:
        """Return what stands beside the journal, in runs that fit into one push each."""
        kept = (each for each in self._tables.kept() if len(each.epoch) == 32)
        return runs_of((k.epoch, k.seq, line_of(k.written, k.id, k.sig, k.psig)) for k in kept)

    # Receiving ------------------------------------------------------------------------------------------------------

    def current(self) -> str:
        """Return the epoch that this run writes."""
        return self._store.epoch

    def id_at(self, epoch: str, seq: int) -> str:
        """Return the id at a position."""
        return self.arrivals.id_at(epoch, seq)

    def stream(self, epoch: str) -> Here | None:
        """Return where one epoch stands."""
        found = self.arrivals.stream(epoch)
        return Here(found.device, found.next, found.id) if found else None

    def fault_of(self, line: Line) -> str:
        """Return why a line cannot be integrated now."""
        sig, psig = person_and_device(line)
        why, may_change = self.arrivals.fault_of(line.written, line.id, sig, psig)
        return WAITS + why if may_change else why

    def key_of(self, device: str) -> bytes | None:
        """Return the public key of a workstation."""
        return self.arrivals.key_of(device)

    def waiting(self) -> Sequence[str]:
        """Return the epochs with lines that wait for something."""
        return self._tables.waiting(WAITS)

    def waiting_at(self, epoch: str, seq: int) -> Sequence[Line]:
        """Return the lines that wait for this position."""
        kept = self._tables.kept_at(epoch, seq)
        return [line_of(k.written, k.id, k.sig, k.psig) for k in kept if k.why.startswith(WAITS)]

    def take(self, taken: Sequence[Taken], marks: Marks, came: Sequence[Line] | None = None) -> None:
        """Store a page with its marks."""
        rows = [(each.state, _row(each)) for each in taken]
        lines = [each.line for each in taken] if came is None else came
        ids = [event_id(each.written) for each in lines]
        self.keys.note_closed(self._closed_in(each.line for each in taken if each.state == "integrated"))
        self.arrivals.take(rows, {"marks": _text(marks)}, (marks.n, marks.head), ids)

    def take_kept(self, taken: Sequence[Taken], marks: Marks, came: Sequence[Line] | None = None) -> None:
        """Store lines that the hub keeps apart."""
        self.take(taken, marks, came)

    def tell(
        self,
        findings: Sequence[Finding],
        elsewhere: dict[str, Stream],
        keys: dict[str, bytes],
        writers: dict[str, str] | None = None,
    ) -> None:
        """Note what the hub told about workstations; what the journal admits counts before its keys."""
        told = {
            "findings": _text(list(findings)),
            "elsewhere": _text(elsewhere),
            "told_keys": json.dumps({name: key.hex() for name, key in sorted(keys.items())}),
        }
        if writers is not None:
            told["writers"] = json.dumps(writers, sort_keys=True)
        if any(self._tables.mark(name) != value for name, value in told.items()):
            with self._store.writing():
                for name, value in told.items():
                    self._tables.set_mark(name, value)
        self.arrivals.learn(keys)

    # Keys -----------------------------------------------------------------------------------------------------------

    def lacks_keys(self, lines: Sequence[Line]) -> bool:
        """Say whether a line is sealed with a key that is not here."""
        return bool(self._closed_in(lines))

    def _closed_in(self, lines: Iterable[Line]) -> set[str]:
        needed = {_sealed.decode(line.written).key for line in lines}
        return needed - {"", *self._store.patient_keys.known()}

    # What people are shown ------------------------------------------------------------------------------------------

    def findings(self) -> list[Finding]:
        """Return what the hub found about workstations, and last what was found here about the hub."""
        text = self._tables.mark("findings")
        found = msgspec.json.decode(text.encode(), type=list[Finding]) if text else []
        differs = self.marks().two_logs
        if differs is not None:
            found.append(Finding(len(found), "two_logs", differs.device, "", 0, differs.at))
        return found

    def missing(self) -> dict[str, tuple[int, int]]:
        """Return the epochs of which events are known to exist that are not here: first and last position."""
        text = self._tables.mark("elsewhere")
        told: dict[str, Stream] = msgspec.json.decode(text.encode(), type=dict[str, Stream]) if text else {}
        found = {}
        for epoch, stream in told.items():
            here = self.stream(epoch)
            if stream.next > (here.next if here else 0):
                found[epoch] = (here.next if here else 0, stream.next - 1)
        return found

    def writer_of(self, epoch: str) -> str:
        """Return the workstation that writes an epoch, or an empty text where nobody told."""
        here = self.stream(epoch)
        return here.device if here is not None else self._json("writers").get(epoch, "")

    def told_keys(self) -> dict[str, bytes]:
        """Return the keys of all workstations that the hub knows for this site, those that still wait among them."""
        return {device: bytes.fromhex(key) for device, key in self._json("told_keys").items()}

    def _json(self, name: str) -> dict[str, str]:
        text = self._tables.mark(name)
        found: dict[str, str] = json.loads(text) if text else {}
        return found


class _Sealed(msgspec.Struct, frozen=True):
    key: str = ""


_sealed = msgspec.json.Decoder(_Sealed)


def _row(taken: Taken) -> KeptApart:
    sig, psig = person_and_device(taken.line)
    # What is kept is known by its own bytes: a line may name the id of another event.
    id = event_id(taken.line.written) if taken.state == "kept" else taken.line.id
    return KeptApart(id, taken.epoch, taken.seq, taken.why, taken.line.written, sig, psig)


def _text(value: Marks | Receipt | list[Finding] | Mapping[str, Stream]) -> str:
    return msgspec.json.encode(value).decode()
