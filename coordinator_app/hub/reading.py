"""What workstations read from a site's log, and how the hub learns that it was put back from a copy."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from msgspec import structs

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.protocol import (
    MAX_EVENTS,
    Announce,
    Changes,
    EpochHeads,
    Finding,
    Heads,
    Kept,
    KeptLines,
    Member,
    Refused,
    Shown,
    Stream,
    Waited,
    checkpoint_part,
    cursor,
    fitting,
    line_of,
)
from coordinator_app.hub.checking import Verify
from coordinator_app.hub.ledger import NO_HEAD, Book, Ledger, SiteRow, StreamRow
from coordinator_app.hub.standing import HubSigner


class SiteReading:
    """Answers what workstations ask; the site is the one of the workstation that signed."""

    def __init__(
        self,
        ledger: Ledger,
        signer: HubSigner,
        verify: Verify,
        mint: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """`mint` draws a new hub epoch."""
        self._ledger = ledger
        self._signer = signer
        self._verify = verify
        self._mint = mint

    def changes(self, site: str, hub_epoch: str, after: int, limit: int) -> Changes | Refused:
        """Return lines in hub order.

        A cursor of another hub epoch is answered from there too: `before` tells the workstation whether it read the
        same lines up to there, and if it did not, it looks for the last place where it did.
        """
        with self._ledger.reading() as book:
            row = _row(book, site)
            signed = self._signer.checkpoint(site, row)
            start = after if hub_epoch == row.hub_epoch else min(after, row.size)
            if start > row.size:
                return Refused("ahead", "The hub has fewer events than you have read; it was put back.", *signed)
            entries = book.entries(site, start, max(1, min(limit, MAX_EVENTS)))
            before = book.head_at(site, start)
        lines = fitting(line_of(each.written, each.id, each.sig, each.psig) for each in entries)
        return Changes(*signed, lines, cursor(row.hub_epoch, start + len(lines)), start, before)

    def heads(self, site: str) -> Heads:
        """Return where every epoch stands, known and announced, and what was found."""
        with self._ledger.reading() as book:
            row = _row(book, site)
            epochs = {
                each.epoch: EpochHeads(
                    each.device, Stream(each.next, each.id), Stream(each.announced, each.announced_id)
                )
                for each in book.streams(site)
            }
            findings = [Finding(f.n, f.kind, f.device, f.epoch, f.seq, f.at) for f in book.findings(site)]
            workstations = {each.device: Member(each.state, each.public_key) for each in book.workstations(site=site)}
            keys = row.key_generation, book.key_count(site, row.key_generation)
        return Heads(*self._signer.checkpoint(site, row), epochs, row.kept, findings, workstations, *keys)

    def announce(self, site: str, told: Announce) -> Waited:
        """Take note of where epochs stand elsewhere: what is missing here can then be named."""
        with self._ledger.writing() as book:
            row = _row(book, site, lock=True)
            for epoch, stream in told.epochs.items():
                known = book.stream(site, epoch)
                if known is not None and stream.next > known.announced:
                    book.put_stream(site, structs.replace(known, announced=stream.next, announced_id=stream.id))
                elif known is None and stream.next > 0:
                    book.put_stream(site, StreamRow(epoch, "", 0, NO_HEAD, stream.next, stream.id))
        return Waited(*self._signer.checkpoint(site, row))

    def standing(self, site: str) -> Waited:
        """Return where the log of a site stands."""
        with self._ledger.reading() as book:
            row = _row(book, site)
        return Waited(*self._signer.checkpoint(site, row))

    def withdrawn(self, site: str) -> Refused:
        """Answer a workstation that was withdrawn; signed, so that nobody else can tell it so."""
        return Refused(
            "revoked",
            "This workstation was withdrawn; what it still has is kept apart.",
            *structs.astuple(self.standing(site)),
        )

    def kept(self, site: str, after: int, limit: int) -> KeptLines:
        """Return lines that stand outside the log, after the one numbered `after`."""
        with self._ledger.reading() as book:
            row = _row(book, site)
            found = book.kept(site, after, max(1, min(limit, MAX_EVENTS)))
            last = book.kept(site, after - 1, 1) if after > 0 else []
        lines = fitting(line_of(each.written, each.id, each.sig, each.psig) for each in found)
        signed = self._signer.checkpoint(site, row)
        named = [Kept(each.n, each.epoch, each.seq, each.id, each.device, each.why) for each in found[: len(lines)]]
        return KeptLines(*signed, named, lines, last[0].id if last else "")

    def shown(self, site: str, told: Shown, now: datetime) -> Waited:
        """Look at a checkpoint that this hub signed; one that does not fit the log proves that the log was put back.

        The log then goes on in a new hub epoch, so that every workstation offers again what is lacking.
        """
        part = checkpoint_part(site, told.hub_epoch, told.size, told.head)
        sig = bytes.fromhex(told.sig)
        with self._ledger.writing() as book:
            row = _row(book, site, lock=True)
            # What the hubs signed from which the log came counts like what this one signed.
            keys = [self._signer.public_key, *(bytes.fromhex(key) for key, stated in book.predecessors(site) if stated)]
            ours = any(self._verify(key, sig, part) for key in keys)
            if ours and told.hub_epoch == row.hub_epoch and book.head_at(site, told.size) != told.head:
                row = begin_hub_epoch(book, site, row, self._mint(), now)
        return Waited(*self._signer.checkpoint(site, row))


def begin_hub_epoch(book: Book, site: str, row: SiteRow, hub_epoch: str, now: datetime) -> SiteRow:
    """Begin a new hub epoch at the present size; the caller holds the transaction and the site's lock."""
    book.add_hub_epoch(site, hub_epoch, row.size, instant(now))
    row = structs.replace(row, hub_epoch=hub_epoch)
    book.put_site(site, row)
    return row


def _row(book: Book, site: str, *, lock: bool = False) -> SiteRow:
    row = book.site(site, lock=lock)
    if row is None:
        raise LookupError(site)
    return row
