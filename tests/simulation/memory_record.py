"""A workstation's record in memory, for the simulation: every call is one transaction, a crash falls between two."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from coordinator_app.domain.seal import NO_EVENT
from coordinator_app.exchange.judging import WAITS, place_of
from coordinator_app.exchange.ports import Here, Marks, Taken, runs_of
from coordinator_app.exchange.protocol import Finding, Line, Receipt, Stream, fitting
from coordinator_app.store.arrivals import Counted
from coordinator_app.store.marks import ADMITTED

DECISION = "KeptLinesJudged"


class Cited(msgspec.Struct, frozen=True):
    """What an event relies on: the run before its own, other events."""

    epoch: str
    seq: int
    body: dict[str, object]
    refs: list[str] = []


_cited = msgspec.json.Decoder(Cited)


class MemoryRecord:
    """Journal, lines kept apart, and marks."""

    def __init__(self, device: str) -> None:
        self.device = device
        self.rows: list[tuple[str, int, Line]] = []
        self.epochs: dict[str, list[Line]] = {}
        self.devices: dict[str, str] = {}
        self.ids: set[str] = set()
        self.kept: dict[str, tuple[str, int, Line, str]] = {}
        self.acked: dict[str, int] = {}
        self.apart: dict[str, str] = {}
        self.writing = ""
        self.mark = Marks()
        self.pages: list[tuple[int, str]] = []
        self.received: set[str] = set()
        self.came = 0
        self.unknown: set[str] = set()
        self.decided: set[str] = set()
        self.found: tuple[Finding, ...] = ()
        self.elsewhere: dict[str, Stream] = {}
        self._keys: dict[str, bytes] = {}
        self._fresh: set[str] = set()

    def copy(self) -> MemoryRecord:
        """Return a backup, or the disk of a copied machine."""
        twin = MemoryRecord(self.device)
        twin.rows = list(self.rows)
        twin.epochs = {epoch: list(lines) for epoch, lines in self.epochs.items()}
        twin.devices, twin.ids, twin.kept = dict(self.devices), set(self.ids), dict(self.kept)
        twin.acked, twin.apart, twin.writing = dict(self.acked), dict(self.apart), self.writing
        twin.mark, twin.pages = self.mark, list(self.pages)
        twin.received, twin.found = set(self.received), self.found
        twin.came, twin.unknown, twin.decided = self.came, set(self.unknown), set(self.decided)
        twin.elsewhere, twin._keys = dict(self.elsewhere), dict(self._keys)
        return twin

    def append(self, epoch: str, line: Line) -> None:
        """Record an event of our own."""
        self._insert(epoch, line, self.device)

    def counted(self) -> Counted:
        """Count as the real record does: what came from the lines, the rest from where it ended."""
        return Counted(len(self.received), self.came - len(self.unknown), len(self.unknown), len(self.kept))

    def everything(self) -> set[str]:
        """Return the ids of all that is here, in the journal or beside it."""
        return self.ids | self.kept.keys()

    # The port -----------------------------------------------------------------------------------------------------

    def marks(self) -> Marks:
        return self.mark

    def set_marks(self, marks: Marks) -> None:
        self.mark = marks
        self.pages = [page for page in self.pages if page[0] <= marks.n]

    def page_marks(self) -> Sequence[tuple[int, str]]:
        return list(self.pages)

    def unsent(self) -> Sequence[tuple[str, int]]:
        return [
            (epoch, self.acked.get(epoch, 0))
            for epoch, lines in self.epochs.items()
            if self.devices[epoch] == self.device and self.acked.get(epoch, 0) < len(lines)
        ]

    def streams(self) -> dict[str, Here]:
        return {epoch: Here(self.devices[epoch], len(lines), lines[-1].id) for epoch, lines in self.epochs.items()}

    def lines(self, epoch: str, first: int) -> list[Line]:
        return fitting(self.epochs[epoch][first : first + 500])

    def sent(self, epoch: str, first: int, next_seq: int, receipt: Receipt | None, kept: str) -> None:
        self.acked[epoch] = max(next_seq, self.acked.get(epoch, 0))
        if kept:
            self.apart[epoch] = kept

    def acknowledged(self) -> dict[str, int]:
        return dict(self.acked)

    def kept_by_hub(self) -> Sequence[str]:
        return list(self.apart)

    def kept_runs(self) -> Sequence[tuple[str, int, list[Line]]]:
        return runs_of([(epoch, seq, line) for epoch, seq, line, _ in self.kept.values()])

    def current(self) -> str:
        return self.writing

    def lacking(self, epoch: str, next_seq: int) -> None:
        self.acked[epoch] = min(next_seq, self.acked.get(epoch, 0))

    def id_at(self, epoch: str, seq: int) -> str:
        lines = self.epochs.get(epoch, [])
        return lines[seq].id if seq < len(lines) else ""

    def stream(self, epoch: str) -> Here | None:
        lines = self.epochs.get(epoch)
        return Here(self.devices[epoch], len(lines), lines[-1].id) if lines else None

    def fault_of(self, line: Line) -> str:
        event = _cited.decode(line.written)
        parent = event.body.get("parent")
        wanted = [*event.refs, *([str(parent["id"])] if isinstance(parent, dict) and parent else [])]
        admitted = self.decided & self.kept.keys()
        if any(id not in self.ids and id not in self._fresh and id not in admitted for id in wanted):
            return WAITS + "what it relies on is not here"
        self._fresh.add(line.id)
        return ""

    def key_of(self, device: str) -> bytes | None:
        return self._keys.get(device)

    def waiting(self) -> Sequence[str]:
        return list(dict.fromkeys(epoch for epoch, _, _, why in self.kept.values() if why.startswith(WAITS)))

    def waiting_at(self, epoch: str, seq: int) -> Sequence[Line]:
        found = [line for known, place, line, why in self.kept.values()
                 if (known, place) == (epoch, seq) and why.startswith(WAITS)]  # fmt: skip
        return sorted(found, key=lambda line: line.id)

    def lacks_keys(self, lines: Sequence[Line]) -> bool:
        return False

    def take(self, taken: Sequence[Taken], marks: Marks, came: Sequence[Line] | None = None) -> None:
        self._store(taken, came)
        self.mark = marks
        if not self.pages or self.pages[-1][0] < marks.n:
            self.pages.append((marks.n, marks.head))

    def take_kept(self, taken: Sequence[Taken], marks: Marks, came: Sequence[Line] | None = None) -> None:
        self._store(taken, came)
        self.mark = marks

    def tell(
        self,
        findings: Sequence[Finding],
        elsewhere: dict[str, Stream],
        keys: dict[str, bytes],
        writers: dict[str, str] | None = None,
    ) -> None:
        self.found, self.elsewhere = tuple(findings), dict(elsewhere)
        self._keys.update(keys)

    # Inside -------------------------------------------------------------------------------------------------------

    def decide(self, ids: Sequence[str]) -> None:
        """Let lines in that stand apart, as soon as they fit."""
        self.decided.update(ids)
        for id in ids:
            if id in self.kept:
                epoch, seq, line, _ = self.kept[id]
                self.kept[id] = (epoch, seq, line, ADMITTED)

    def _store(self, taken: Sequence[Taken], came: Sequence[Line] | None) -> None:
        self._fresh.clear()
        lines = [each.line for each in taken] if came is None else came
        self.received |= {line.id for line in lines if line.id not in self.ids and line.id not in self.kept}
        for each in taken:
            if each.state in ("integrated", "unknown"):
                place = place_of(each.line)
                assert not isinstance(place, str)
                self._insert(each.epoch, each.line, place.device)
                self.kept.pop(each.line.id, None)
                self.came += 1
                if each.state == "unknown":
                    self.unknown.add(each.line.id)
                if place.type == DECISION:
                    self.decide(_cited.decode(each.line.written).body["lines"])  # type: ignore[arg-type]
            elif each.state == "kept" and each.line.id not in self.ids:
                why = ADMITTED if each.line.id in self.decided else each.why
                self.kept.setdefault(each.line.id, (each.epoch, each.seq, each.line, why))
        counted = self.counted()
        assert counted.adds_up, f"received and what became of it do not add up: {counted}"

    def _insert(self, epoch: str, line: Line, device: str) -> None:
        lines = self.epochs.setdefault(epoch, [])
        self.devices.setdefault(epoch, device)
        assert line.id not in self.ids, "an event stands in the journal twice"
        place = place_of(line)
        assert not isinstance(place, str)
        assert place.seq == len(lines), "the journal has a hole"
        assert place.prev == (lines[-1].id if lines else NO_EVENT), "the journal's links are broken"
        lines.append(line)
        self.ids.add(line.id)
        self.rows.append((epoch, len(lines) - 1, line))
