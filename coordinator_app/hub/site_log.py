"""Takes pushed lines into a site's log: in order, each once, and whatever does not fit is kept beside it and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import structs

from coordinator_app.domain.log_head import next_head
from coordinator_app.domain.seal import NO_EVENT, event_id, instant, read_instant, signed_part
from coordinator_app.exchange.protocol import Line, Pushed, Refused, Stream, person_and_device
from coordinator_app.hub.checking import Checked, NotAuthor, Poison, Verify, check_lines, stands_for
from coordinator_app.hub.ledger import (
    NO_HEAD,
    Book,
    EntryRow,
    FindingRow,
    KeptRow,
    Ledger,
    SiteRow,
    StreamRow,
    WorkstationRow,
)
from coordinator_app.hub.standing import HubSigner

AHEAD = timedelta(minutes=5)
BEHIND = timedelta(days=60)
"""A wall clock further off than this when the hub receives an event is suspect; weeks without a network are usual."""


class SiteLog:
    """Appends to the logs of all sites."""

    def __init__(self, ledger: Ledger, signer: HubSigner, verify: Verify) -> None:
        """`verify` checks the workstations' signatures."""
        self._ledger = ledger
        self._signer = signer
        self._verify = verify
        self._keys: dict[tuple[str, str], bytes] = {}

    def push(
        self,
        by: WorkstationRow,
        epoch: str,
        first: int,
        lines: Sequence[Line],
        now: datetime,
        *,
        apart: bool = False,
    ) -> Pushed | Refused:
        """Take contiguous lines of one epoch, from position `first` on: all of them, or a prefix.

        `apart` says that they stand apart where they come from: what was before them may be nowhere any more.
        """
        site = by.site
        try:
            good, poison = check_lines(lines, epoch, first, lambda device: self._key_of(site, device), self._verify)
        except NotAuthor as stranger:
            return self._refused(site, "unknown", f"The workstation {stranger} was never admitted to this site.")
        self._key_of(site, by.device)  # known before the books are locked
        with self._ledger.writing() as book:
            taking = _Taking(book, site, epoch, now, lambda row, device: self._is_by(site, row, device))
            # Asked again behind the lock: from the withdrawal on, in the hub's own order, nothing more comes in.
            if any(row.state == "revoked" for row in book.workstations(by.device, site)):
                return self._keep_revoked(taking, first, lines, by.device)
            # What was quarantined stays so when somebody else offers it again to a hub that was put back.
            author = good[0].device if good else ""
            if apart and any(row.state == "revoked" for row in book.workstations(author, site)):
                taking.keep(lines, first, author, "revoked")
                return self._answer(taking, "quarantined", _WHY["author"])
            return self._take(taking, by, first, good, poison, lines, apart=apart)

    def _key_of(self, site: str, device: str) -> bytes | None:
        """Return the key of a workstation that was ever admitted; a key never changes, so it is asked for once."""
        known = self._keys.get((site, device))
        if known is None:
            with self._ledger.reading() as book:
                rows = [row for row in book.workstations(device, site) if row.state != "waiting"]
            if not rows:
                return None
            known = self._keys[site, device] = bytes.fromhex(rows[0].public_key)
        return known

    def _is_by(self, site: str, row: KeptRow, device: str) -> bool:
        """Say whether this workstation signed a line that is kept apart for the very place it is kept for."""
        key = self._key_of(site, device)
        return (
            key is not None
            and stands_for(row.written) == (row.epoch, row.seq, device)
            and self._verify(key, row.sig, signed_part(row.id))
        )

    def _take(
        self,
        taking: _Taking,
        by: WorkstationRow,
        first: int,
        good: Sequence[Checked],
        poison: Poison | None,
        lines: Sequence[Line],
        *,
        apart: bool,
    ) -> Pushed | Refused:
        outcome = taking.place(first, good) if good else taking.reach(first)
        if outcome == "gap" and apart:
            outcome = "follows"
        if outcome == "gap":
            return self._answer(taking, "gap", "Events before these are not here yet; send those first.")
        place = taking.taken
        if outcome:
            taking.keep(lines[place:], first + place, by.device, outcome)
            return self._answer(taking, "fork" if outcome == "fork" else "quarantined", _WHY[outcome])
        if poison is not None:
            taking.keep(lines[poison.place :], first + poison.place, by.device, f"quarantined: {poison.why}")
            return self._answer(taking, "quarantined", f"Event {first + poison.place} was kept apart: {poison.why}.")
        return self._answer(taking, "", "")

    def _keep_revoked(self, taking: _Taking, first: int, lines: Sequence[Line], device: str) -> Refused:
        taking.keep(lines, first, device, "revoked")
        answer = self._answer(taking, "revoked", "This workstation was withdrawn; its events are kept apart.")
        assert isinstance(answer, Refused)  # noqa: S101 - only an empty code makes the other answer
        return answer

    def _answer(self, taking: _Taking, code: str, why: str) -> Pushed | Refused:
        taking.save()
        signed = self._signer.checkpoint(taking.site, taking.row)
        stream = Stream(taking.stream.next, taking.stream.id) if taking.stream else Stream(0)
        receipts = [self._signer.receipt(taking.site, taking.row.hub_epoch, *taking.receipt())] if taking.taken else []
        if not code:
            return Pushed(*signed, taking.taken, stream, receipts)
        return Refused(code, why, *signed, stream, taking.taken, taking.kept_ids, receipts)

    def _refused(self, site: str, code: str, why: str) -> Refused:
        with self._ledger.reading() as book:
            row = book.site(site)
        return Refused(code, why, *self._signer.checkpoint(site, row or SiteRow(0, NO_HEAD, "")))


_WHY = {
    "fork": "Another event stands at this position already; both are kept and people are told.",
    "author": "The workstation that wrote these was withdrawn; they are kept apart until people decide about them.",
    "follows": "These events follow one that was kept apart; they are kept with it.",
}


class _Taking:
    """One push inside its transaction."""

    def __init__(self, book: Book, site: str, epoch: str, now: datetime, is_by: Callable[[KeptRow, str], bool]) -> None:
        row = book.site(site, lock=True)
        if row is None:
            raise LookupError(site)
        self.book, self.site, self.epoch, self.now = book, site, epoch, now
        self.at = instant(now)
        self._is_by = is_by
        self.row: SiteRow = row
        self.stream = book.stream(site, epoch)
        self.taken = 0
        self.kept_ids: list[str] = []
        self._new: list[EntryRow] = []
        self._last: tuple[int, str] = (-1, "")
        self._first = 0

    def place(self, first: int, good: Sequence[Checked]) -> str:
        """Lay the lines where they belong; returns `gap`, `fork`, `follows`, or nothing when all fit."""
        here = self.stream or StreamRow(self.epoch, "", 0, NO_EVENT, 0, NO_EVENT)
        if here.next == 0:  # a run that was only announced belongs to nobody yet
            here = structs.replace(here, device=good[0].device, id=NO_EVENT)
        self._first = first
        known = self.book.ids(self.site, self.epoch, first, good[-1].seq) if first < here.next else {}
        next_seq, head_id, n, head = here.next, here.id, self.row.size, self.row.head
        outcome = ""
        for line in good:
            if line.seq < next_seq:
                if known[line.seq] != line.id:
                    outcome = "fork"
                    break
            elif line.seq > next_seq or line.prev != head_id or line.device != here.device:
                outcome = self._stray(line, next_seq)
                break
            else:
                n, head = n + 1, next_head(head, line.id)
                self._new.append(self._entry(line, n, head))
                next_seq, head_id = line.seq + 1, line.id
            self.taken += 1
            self._last = (line.seq, line.id)
        if self._new:
            self._append(here, good, next_seq, head_id, n, head)
        if outcome == "fork":
            self.find("fork", here.device, self.epoch, first + self.taken)
        return outcome

    def reach(self, first: int) -> str:
        """Say whether a push of which nothing can be read even begins where it may."""
        return "gap" if first > (self.stream.next if self.stream else 0) else ""

    def keep(self, lines: Sequence[Line], first: int, device: str, why: str) -> None:
        """Keep lines outside the log, each once."""
        rows: list[KeptRow] = []
        there = self.book.ids(self.site, self.epoch, first, first + len(lines) - 1)
        for seq, line in enumerate(lines, start=first):
            id = event_id(line.written)
            self.kept_ids.append(id)
            if there.get(seq) != id and not self.book.is_kept(self.site, self.epoch, seq, id):
                n = self.row.kept + len(rows) + 1
                sig, psig = person_and_device(line)
                rows.append(KeptRow(n, self.epoch, seq, id, device, why, line.written, sig, psig, self.at))
        if rows:
            self.book.keep(self.site, rows)
            self.row = _with(self.row, kept=self.row.kept + len(rows))
        # Two branches may part behind a line that was kept apart already, where the log cannot tell.
        if self.stream is not None and self.stream.device == device:
            self._find_branches(device, first, first + len(lines) - 1, there)

    def _find_branches(self, device: str, first: int, last: int, there: dict[int, str]) -> None:
        """Find a fork where two lines stand for one position, in the log, which has `there`, or apart from it."""
        standing = dict(there)
        for row in self.book.kept_between(self.site, self.epoch, first, last):
            # What was altered on its way, or sent for another place, is no second branch.
            if self._is_by(row, device) and standing.setdefault(row.seq, row.id) != row.id:
                self.find("fork", device, self.epoch, row.seq)
                return

    def find(self, kind: str, device: str, epoch: str, seq: int) -> None:
        """Add a finding unless it is known."""
        known = {(each.kind, each.device, each.epoch) for each in self.book.findings(self.site)}
        if (kind, device, epoch) not in known:
            n = self.row.findings + 1
            self.book.add_finding(self.site, FindingRow(n, kind, device, epoch, seq, self.at))
            self.row = _with(self.row, findings=n)

    def save(self) -> None:
        """Write the counter row, last of all."""
        self.book.put_site(self.site, self.row)

    def receipt(self) -> tuple[str, int, int, str, int, str]:
        """Return what the hub signs for: epoch, first and last position, id of the last, place in the log, instant."""
        return self.epoch, self._first, self._last[0], self._last[1], self.row.size, self.at

    def _stray(self, line: Checked, next_seq: int) -> str:
        if line.seq > 0 and self.book.is_kept(self.site, self.epoch, line.seq - 1, line.prev):
            return "follows"
        # At the next position but behind another event: the branch parted earlier than what was sent now.
        return "gap" if line.seq > next_seq else "fork"

    def _append(self, here: StreamRow, good: Sequence[Checked], next_seq: int, head_id: str, n: int, head: str) -> None:
        opening = good[0] if good[0].seq == 0 else None
        parent = opening.parent if opening and here.next == 0 else None
        announced = (here.announced, here.announced_id) if here.announced > next_seq else (next_seq, head_id)
        stream = StreamRow(self.epoch, here.device, next_seq, head_id, *announced, here.parent_epoch, here.parent_seq)
        if parent is not None:
            stream = StreamRow(self.epoch, here.device, next_seq, head_id, *announced, parent[0], parent[1])
        if opening and here.next == 0:
            self._whence(here.device, parent)
        self.book.append(self.site, self._new)
        self.book.put_stream(self.site, stream)
        self.stream = stream
        self.row = _with(self.row, size=n, head=head)
        # What could not be read when it came was kept apart, and a copy goes on from the same place.
        self._find_branches(here.device, here.next, next_seq - 1, {row.seq: row.id for row in self._new})
        said = read_instant(good[-1].at)
        if said > self.now + AHEAD or said < self.now - BEHIND:
            self.find("clock", here.device, self.epoch, good[-1].seq)

    def _whence(self, device: str, parent: tuple[str, int, str] | None) -> None:
        """Notice a workstation that was restored from a copy, or copied: its run follows an old end."""
        others = [row for row in self.book.streams_of(self.site, device) if row.epoch != self.epoch]
        if parent is None:
            if others:
                self.find("restored", device, self.epoch, 0)
            return
        epoch, seq, id = parent
        before = self.book.stream(self.site, epoch)
        if any((row.parent_epoch, row.parent_seq) == (epoch, seq) for row in others):
            self.find("cloned", device, self.epoch, 0)
        elif before is not None and before.next > seq + 1:
            self.find("restored", device, self.epoch, 0)
        if before is not None and before.announced < seq + 1:
            self.book.put_stream(self.site, _announced(before, seq + 1, id))

    def _entry(self, line: Checked, n: int, head: str) -> EntryRow:
        return EntryRow(n, self.epoch, line.seq, line.id, line.written, line.sig, line.psig, head, self.at)


def _with(row: SiteRow, **changed: int | str) -> SiteRow:
    return structs.replace(row, **changed)


def _announced(row: StreamRow, next_seq: int, id: str) -> StreamRow:
    return structs.replace(row, announced=next_seq, announced_id=id)
