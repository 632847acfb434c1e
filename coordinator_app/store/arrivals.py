"""Events of other runs come into the journal: checked as the verifier checks, with the cursor in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from coordinator_app.domain.events import KeptLinesJudged, WorkstationAdmitted
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.seal import Json, NotCanonical, event_id
from coordinator_app.store.chain import Chain
from coordinator_app.store.envelope import envelope_fault
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.journal import Sealed
from coordinator_app.store.marks import ExchangeTables, KeptApart, admitted_beside
from coordinator_app.store.store import Store
from coordinator_app.store.unknown_types import knows as knows
from coordinator_app.store.writing import Writing

_EPOCHS = "SELECT epoch, device FROM epoch ORDER BY n"
_LAST = "SELECT seq, id FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
_ID_AT = "SELECT id FROM journal WHERE epoch = ? AND seq = ?"
_AT = "SELECT id, bytes FROM journal WHERE epoch = ? AND seq = ?"
_BY_ID = "SELECT id, bytes FROM journal WHERE id = ?"
_NEWEST = "SELECT coalesce(max(n), 0) FROM journal"
_LINES = "SELECT bytes, id, sig, psig FROM journal WHERE epoch = ? AND seq >= ? ORDER BY seq LIMIT ?"


_RECEIVED = "received"


class _Place(Struct, frozen=True):
    epoch: str
    seq: int
    type: str


_place = msgspec.json.Decoder(_Place)


class StreamHere(Struct, frozen=True):
    """Where one epoch stands in the journal."""

    device: str
    next: int
    id: str


class Counted(Struct, frozen=True):
    """Everything that came from elsewhere, each line once, and what became of it.

    `received` is counted from the lines as they come, before anybody judges them; the others from where they ended:
    the rows of the journal that came, those of them whose type this program does not know, and what stands beside it.
    """

    received: int
    integrated: int
    unknown: int
    kept: int

    @property
    def adds_up(self) -> bool:
        """Say whether nothing was passed over."""
        return self.received == self.integrated + self.unknown + self.kept


class Arrivals:
    """The side of a record that takes in what others wrote."""

    def __init__(self, store: Store, told_keys: Mapping[str, bytes] | None = None) -> None:
        """`told_keys` are keys of workstations from elsewhere; what the journal admits counts before them."""
        self._store = store
        self._told = dict(told_keys or {})
        with store.writing():
            self.tables = ExchangeTables(store.connection)
            self.tables.create()
        self.before_commit: Callable[[list[Recorded]], None] = lambda came: None
        """Told what comes in, inside its transaction: whoever keeps cases in memory must not settle them unread."""
        self._page: dict[tuple[str, int], str] = {}
        self._page_ids: dict[str, bytes] = {}
        self._admitted: dict[str, bytes] = {}
        self._read_to = 0
        self._read_admitted()
        self._chain = self._fresh_chain()

    # Reading --------------------------------------------------------------------------------------------------------

    def own_epochs(self) -> list[tuple[str, int]]:
        """Return own epochs in the order they were opened, with the next position of each."""
        own = [epoch for epoch, device in self._epochs() if device == self._store.workstation]
        found = ((epoch, self.stream(epoch)) for epoch in own)
        return [(epoch, here.next) for epoch, here in found if here is not None]

    def streams(self) -> dict[str, StreamHere]:
        """Return where every epoch stands, in the order in which they came."""
        found = ((epoch, self.stream(epoch)) for epoch, _ in self._epochs())
        return {epoch: here for epoch, here in found if here is not None}

    def stream(self, epoch: str) -> StreamHere | None:
        """Return where one epoch stands."""
        connection = self._store.connection
        row = connection.execute(_LAST, (bytes.fromhex(epoch),)).fetchone()
        if row is None:
            return None
        device = connection.execute("SELECT device FROM epoch WHERE epoch = ?", (epoch,)).fetchone()
        return StreamHere(device[0] if device else "", row[0] + 1, row[1].hex())

    def id_at(self, epoch: str, seq: int) -> str:
        """Return the id at a position, or an empty text."""
        row = self._store.connection.execute(_ID_AT, (bytes.fromhex(epoch), seq)).fetchone()
        return row[0].hex() if row else ""

    def lines(self, epoch: str, first: int, limit: int) -> list[tuple[bytes, bytes, bytes, bytes | None]]:
        """Return bytes, id and both signatures from a position on."""
        rows: list[tuple[bytes, bytes, bytes, bytes | None]] = self._store.connection.execute(
            _LINES, (bytes.fromhex(epoch), first, limit)
        ).fetchall()
        return rows

    def key_of(self, device: str) -> bytes | None:
        """Return the key of a workstation: its own, or what the journal or this page admits.

        Only a record that knows of no admission yet believes what it was told: it has to begin somewhere.
        """
        if device == self._store.workstation:
            return self._store.public_key
        if device not in self._admitted and self._read_to != self._store.count():
            # This record may itself have admitted somebody since: people do so while the program exchanges.
            self._read_admitted()
        return self._admitted.get(device) if self._admitted else self._told.get(device)

    def learn(self, keys: Mapping[str, bytes]) -> None:
        """Take keys that were told."""
        self._told.update(keys)

    def admitted(self) -> dict[str, bytes]:
        """Return the workstations that events of this journal admit, with their keys."""
        return dict(self._admitted)

    def counted(self) -> Counted:
        """Count what came and what became of it, each from its own place."""
        tables = self.tables
        unknown = sum(not knows(type, version) for _, type, version, _ in tables.unknown())
        return Counted(int(tables.mark(_RECEIVED) or 0), tables.came_count() - unknown, unknown, tables.kept_count())

    # Checking -------------------------------------------------------------------------------------------------------

    def fault_of(self, written: bytes, id: str, sig: bytes, psig: bytes | None) -> tuple[str, bool]:
        """Return why an event cannot come in now, and whether that may change; an empty text where it can.

        Asked in the order of integration: an event that passes counts for the next ones of the page.
        """
        try:
            place = _place.decode(written)
            row = (0, bytes.fromhex(id), bytes.fromhex(place.epoch), place.seq, written, sig, psig)
        except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
            return "it is not an event", False
        bad = self._chain.follow(row)
        if bad is not None:
            # What the check remembers of this epoch now includes an event that does not come in.
            self._chain.streams.pop(place.epoch, None)
            return bad.why, self._may_change(written)
        self._page[place.epoch, place.seq] = id
        self._page_ids[id] = written
        if place.type == "WorkstationAdmitted":
            self._admit(read_event(written)["body"])
        return "", False

    def _may_change(self, written: bytes) -> bool:
        try:
            event = read_event(written)
        except NotCanonical:
            return False
        if envelope_fault(event):
            return False
        refs = list(event.get("refs", ()))
        parent = event["body"].get("parent") if event["type"] == "EpochOpened" else None
        if isinstance(parent, dict) and isinstance(parent.get("id"), str):
            refs.append(parent["id"])
        return any(self._cited(ref) is None for ref in refs)

    # Taking in ------------------------------------------------------------------------------------------------------

    def take(
        self,
        rows: Sequence[tuple[str, KeptApart]],
        marks: Mapping[str, str],
        page: tuple[int, str],
        ids: Iterable[str],
    ) -> None:
        """Store a page, each row with its state, and the marks that go with it: together or not at all.

        `ids` are those of the lines as they came.
        """
        try:
            with self._store.writing() as writing:
                received = self._new_among(set(ids))
                came = self._lay(writing, rows)
                if received:
                    self.tables.set_mark(_RECEIVED, str(int(self.tables.mark(_RECEIVED) or 0) + received))
                for name, value in marks.items():
                    self.tables.set_mark(name, value)
                self.tables.add_page(*page)
                self._note_decisions(came)
                if came:
                    self.before_commit(came)
        finally:
            self._page.clear()
            self._page_ids.clear()
            self._chain = self._fresh_chain()

    def _lay(self, writing: Writing, rows: Sequence[tuple[str, KeptApart]]) -> list[Recorded]:
        came: list[Recorded] = []
        before = self._newest()
        any_kept = self.tables.kept_count() > 0
        for state, row in rows:
            if state in ("integrated", "unknown"):
                event = read_event(row.written)
                came.append(writing.take_in(Sealed(row.id, event, row.written, row.sig, row.psig)))
                if not knows(event["type"], event["type_v"]):
                    self.tables.add_unknown(row.id, event["type"], event["type_v"], must=event["must"])
                if any_kept:
                    self.tables.drop_kept([row.id])
            elif state == "kept" and not self._in_journal(row.id):
                self.tables.keep([row])
                any_kept = True
        last = self._newest()
        if last > before:
            self.tables.add_came(before + 1, last)
        return came

    def _note_decisions(self, came: Iterable[Recorded]) -> None:
        for each in came:
            if isinstance(each.body, KeptLinesJudged):
                self.tables.decide(each.body.lines, admitted=each.body.admitted)

    def _newest(self) -> int:
        return int(self._store.connection.execute(_NEWEST).fetchone()[0])

    def _new_among(self, ids: set[str]) -> int:
        """Count those of these that are neither in the journal nor beside it."""
        new = [id for id in ids if not self._in_journal(id)]
        if self.tables.kept_count():
            new = [id for id in new if self.tables.kept_with_id(id) is None]
        return len(new)

    def _in_journal(self, id: str) -> bool:
        return self._store.connection.execute(_BY_ID, (bytes.fromhex(id),)).fetchone() is not None

    # Inside ---------------------------------------------------------------------------------------------------------

    def _epochs(self) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._store.connection.execute(_EPOCHS).fetchall()]

    def _fresh_chain(self) -> Chain:
        keys = {**self._admitted, self._store.workstation: self._store.public_key}
        return Chain(keys, self._before, self._cited)

    def _before(self, epoch: str, seq: int) -> dict[str, Json] | None:
        known = self._page.get((epoch, seq))
        if known is not None:
            return _decoded(known, self._page_ids[known])
        row = self._store.connection.execute(_AT, (bytes.fromhex(epoch), seq)).fetchone()
        return _decoded(row[0].hex(), row[1]) if row else None

    def _cited(self, id: str) -> dict[str, Json] | None:
        known = self._page_ids.get(id)
        if known is not None:
            return _decoded(id, known)
        try:
            row = self._store.connection.execute(_BY_ID, (bytes.fromhex(id),)).fetchone()
        except ValueError:
            return None
        beside = admitted_beside(self._store.connection, id) if row is None else b""
        return _decoded(id, row[1] if row else beside) if row or beside else None

    def _read_admitted(self) -> None:
        self._read_to = self._store.count()
        for recorded in self._store.site_events():
            if isinstance(recorded.body, WorkstationAdmitted):
                self._admit({"workstation": recorded.body.workstation, "public_key": recorded.body.public_key})

    def _admit(self, body: Mapping[str, Json]) -> None:
        self._admitted.setdefault(str(body["workstation"]), bytes.fromhex(str(body["public_key"])))


def _decoded(id: str, written: bytes) -> dict[str, Json] | None:
    if event_id(written) != id:
        return None
    try:
        return {**read_event(written), "id": id}
    except NotCanonical:
        return None
