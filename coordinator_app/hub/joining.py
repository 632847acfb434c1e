"""Takes in the log of a site that moves here from another hub: every line in its place, checked like a push."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec
from msgspec import structs

from coordinator_app.domain.log_head import next_head
from coordinator_app.domain.seal import NO_EVENT, instant
from coordinator_app.exchange import protocol as p
from coordinator_app.hub.admission import is_invited
from coordinator_app.hub.checking import Checked, NotAuthor, Verify, check_lines
from coordinator_app.hub.ledger import (
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
from coordinator_app.hub.vault import Vault


class NotJoined(Exception):
    """What came is not the log of this site as its hub signed it; the text is one plain sentence. Nothing was kept."""


class Arriving:
    """Takes what a former hub sends, piece by piece; the same piece again does nothing."""

    def __init__(self, ledger: Ledger, signer: HubSigner, verify: Verify, vault: Vault) -> None:
        """`verify` checks the signatures of workstations and of the former hub."""
        self._ledger = ledger
        self._signer = signer
        self._verify = verify
        self._vault = vault

    def take(self, told: p.Joining, now: datetime) -> p.Joined | p.Refused:
        """Take one piece, of whoever signed it with `told.hub_key`."""
        ended = self._ended(told)
        if ended is not None:
            return ended
        try:
            with self._ledger.writing() as book:
                row = _Piece(book, told, self._verify, self._signer.public_key.hex(), now).take()
            has = 0
            if told.part is not None:
                part = told.part
                has = self._vault.hold(told.site, part.sha256, part.start, part.of, bytes.fromhex(part.content))
        except NotJoined as fault:
            return p.Refused("malformed", str(fault))
        signed = self._signer.checkpoint(told.site, row)
        return p.Joined(*signed, self._signer.public_key.hex(), row.kept, row.findings, has)

    def _ended(self, told: p.Joining) -> p.Joined | None:
        """Return the answer to a hub whose log has come here already: it did not hear so."""
        with self._ledger.reading() as book:
            row = book.site(told.site)
            statement = dict(book.predecessors(told.site)).get(told.hub_key, "")
        if row is None or not statement:
            return None
        signed = self._signer.checkpoint(told.site, row)
        moved = msgspec.json.decode(statement, type=p.Moved)
        return p.Joined(*signed, self._signer.public_key.hex(), row.kept, row.findings, 0, moved)

    def statements(self, site: str) -> p.MovedHere | p.Refused:
        """Return how the log of a site came here."""
        with self._ledger.reading() as book:
            row = book.site(site)
            found = [each for _, each in book.predecessors(site) if each]
        if row is None or not found:
            return p.Refused("unknown", "The log of this site began at this hub; it came from nowhere else.")
        statements = [msgspec.json.decode(each, type=p.Moved) for each in found]
        return p.MovedHere(*self._signer.checkpoint(site, row), self._signer.public_key.hex(), statements)


class _Piece:
    """One piece inside its transaction."""

    def __init__(self, book: Book, told: p.Joining, verify: Verify, own_key: str, now: datetime) -> None:
        self._book = book
        self._told = told
        self._verify = verify
        self._own_key = own_key
        self._now = now
        self._site = told.site

    def take(self) -> SiteRow:
        row = self._admitted()
        for epoch, base, at in self._told.hub_epochs[len(self._known_epochs()) :]:
            self._book.add_hub_epoch(self._site, epoch, base, at)
            row = structs.replace(row, hub_epoch=epoch)
        for member in self._told.members:
            self._book.put_workstation(
                WorkstationRow(self._site, member.device, member.public_key, member.state, member.at)
            )
        for each in self._told.former:
            if not self._verify(bytes.fromhex(each.old_key), bytes.fromhex(each.sig), p.moved_part(each)):
                raise NotJoined("A statement of an earlier move is not signed by its hub; the move is broken off.")
            self._book.put_predecessor(self._site, each.old_key, msgspec.json.encode(each).decode())
        row = self._lines(row)
        row = self._beside(row)
        row = self._keys(row)
        self._book.put_site(self._site, row)
        if self._told.last:
            self._check_whole(row)
        if self._told.moved is not None:
            self._keep_statement(self._told.moved, row)
        return row

    def _known_epochs(self) -> list[str]:
        told = {epoch for epoch, _, _ in self._told.hub_epochs}
        return [epoch for epoch, _ in self._book.hub_epochs(self._site) if epoch in told]

    def _admitted(self) -> SiteRow:
        """Say no to whoever was not invited, and to a log beside one that is here already."""
        row = self._book.site(self._site, lock=True)
        known = dict(self._book.predecessors(self._site))
        invited = is_invited(self._book, self._site, self._told.code, self._now)
        if row is None or (self._told.hub_key not in known and not invited):
            raise NotJoined("This code is not one that invites for this site, or its three days are over.")
        if self._told.hub_key not in known:
            if row.size or row.kept or known:
                raise NotJoined("This hub has a log of this site already; two logs cannot be put together.")
            self._book.put_predecessor(self._site, self._told.hub_key, "")
        return row

    def _lines(self, row: SiteRow) -> SiteRow:
        skipped = row.size - self._told.after
        if self._told.lines and skipped < 0:
            raise NotJoined("Lines before these are not here yet; send those first.")
        lines = self._told.lines[skipped:] if skipped < len(self._told.lines) else []
        n, head, rows = row.size, row.head, []
        for run, checked in self._runs(lines):
            for line, each in zip(run, checked, strict=True):
                n, head = n + 1, next_head(head, each.id)
                rows.append(self._entry(line, each, n, head))
        if rows:
            self._book.append(self._site, rows)
        return structs.replace(row, size=n, head=head)

    def _entry(self, line: p.JoinLine, checked: Checked, n: int, head: str) -> EntryRow:
        place = msgspec.json.decode(line.event, type=_Place)
        return EntryRow(
            n, place.epoch, checked.seq, checked.id, checked.written, checked.sig, checked.psig, head, line.at
        )

    def _runs(self, lines: Sequence[p.JoinLine]) -> list[tuple[Sequence[p.JoinLine], list[Checked]]]:
        """Return the lines in runs of one epoch each, checked against what is here of it."""
        places = [msgspec.json.decode(line.event, type=_Place) for line in lines]
        found: list[tuple[Sequence[p.JoinLine], list[Checked]]] = []
        start = 0
        for end in range(1, len(lines) + 1):
            if end < len(lines) and places[end].epoch == places[start].epoch:
                continue
            run = lines[start:end]
            found.append((run, self._checked(run, places[start].epoch)))
            start = end
        return found

    def _checked(self, run: Sequence[p.JoinLine], epoch: str) -> list[Checked]:
        here = self._book.stream(self._site, epoch) or StreamRow(epoch, "", 0, NO_EVENT, 0, NO_EVENT)
        written = [p.Line(line.event, line.id, line.sig, line.psig) for line in run]
        try:
            good, poison = check_lines(written, epoch, here.next, self._key_of, self._verify)
        except NotAuthor as stranger:
            raise NotJoined(f"The workstation {stranger} is not one that the former hub named.") from stranger
        if poison is not None or good[0].prev != (here.id if here.next else NO_EVENT):
            why = poison.why if poison is not None else "it does not follow what is here"
            raise NotJoined(f"A line of the log cannot be taken: {why}; the move is broken off.")
        last = good[-1]
        parent = good[0].parent if here.next == 0 and good[0].parent is not None else None
        behind = (parent[0], parent[1]) if parent is not None else (here.parent_epoch, here.parent_seq)
        announced = (here.announced, here.announced_id) if here.announced > last.seq else (last.seq + 1, last.id)
        row = StreamRow(epoch, here.device or last.device, last.seq + 1, last.id, *announced, *behind)
        self._book.put_stream(self._site, row)
        return good

    def _key_of(self, device: str) -> bytes | None:
        rows = self._book.workstations(device, self._site)
        return bytes.fromhex(rows[0].public_key) if rows else None

    def _beside(self, row: SiteRow) -> SiteRow:
        told = self._told
        kept = told.kept[max(0, row.kept - told.kept_after) :] if row.kept >= told.kept_after else []
        rows = [
            KeptRow(
                row.kept + i + 1, each.epoch, each.seq, each.line.id, each.device, each.why, bytes(each.line.event),
                bytes.fromhex(each.line.sig), bytes.fromhex(each.line.psig) if each.line.psig else None, each.line.at,
            )
            for i, each in enumerate(kept)
        ]  # fmt: skip
        if rows:
            self._book.keep(self._site, rows)
        findings = told.findings[max(0, row.findings - told.findings_after) :]
        if row.findings < told.findings_after:
            findings = []
        for i, each in enumerate(findings):
            n = row.findings + i + 1
            self._book.add_finding(self._site, FindingRow(n, each.kind, each.device, each.epoch, each.seq, each.at))
        return structs.replace(row, kept=row.kept + len(rows), findings=row.findings + len(findings))

    def _keys(self, row: SiteRow) -> SiteRow:
        told = self._told
        if not told.keys or told.generation < row.key_generation:
            return row
        known = self._book.keys(self._site, told.generation) if told.generation == row.key_generation else {}
        new = {name: bytes.fromhex(each) for name, each in told.keys.items() if name not in known}
        self._book.put_keys(self._site, told.generation, sorted(new.items()))
        self._book.drop_keys(self._site, told.generation)
        return structs.replace(row, key_generation=told.generation)

    def _check_whole(self, row: SiteRow) -> None:
        told = self._told
        if (row.size, row.head) != (told.size, told.head):
            raise NotJoined("What is here is not yet the whole log of the former hub; send what is lacking.")
        for each in told.streams:
            here = self._book.stream(self._site, each.epoch)
            if each.next and (here is None or (here.next, here.id) != (each.next, each.id)):
                raise NotJoined(f"The run {each.epoch[:8]} does not stand here as at the former hub; broken off.")
            self._book.put_stream(self._site, StreamRow(*structs.astuple(each)))

    def _keep_statement(self, moved: p.Moved, row: SiteRow) -> None:
        signed = self._verify(bytes.fromhex(moved.old_key), bytes.fromhex(moved.sig), p.moved_part(moved))
        ours = (moved.site, moved.old_key, moved.new_key) == (self._site, self._told.hub_key, self._own_key)
        if not signed or not ours or self._book.head_at(self._site, moved.size) != moved.head or moved.size > row.size:
            raise NotJoined("The statement of the move is not the former hub's, or not of this log.")
        self._book.put_predecessor(self._site, moved.old_key, msgspec.json.encode(moved).decode())


class _Place(msgspec.Struct, frozen=True):
    epoch: str


def joining_of(body: bytes) -> p.Joining:
    """Read a piece; raises NotJoined."""
    try:
        return msgspec.json.decode(body, type=p.Joining)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise NotJoined(f"This is no piece of a log that moves: {fault}.") from fault


def stated(
    site: str, old_key: bytes, answer: p.Joined, url: str, now: datetime, sign: Callable[[bytes], bytes]
) -> p.Moved:
    """Return the statement that the log goes on where this answer came from, signed with the former hub's key."""
    at = (answer.hub_epoch, answer.size, answer.head, instant(now))
    moved = p.Moved(site, old_key.hex(), answer.hub_key, url, *at, "")
    return structs.replace(moved, sig=sign(p.moved_part(moved)).hex())
