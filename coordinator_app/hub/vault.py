"""Ciphertext that belongs to a site: wrapped keys and attachments. The hub can open neither."""

from __future__ import annotations

import hashlib

from msgspec import structs

from coordinator_app.exchange.protocol import MAX_PART, Keys, KeysAnswer, Refused
from coordinator_app.hub.ledger import NO_HEAD, Book, Ledger, SiteRow
from coordinator_app.hub.standing import HubSigner

MAX_UNFINISHED = 1024**3
"""Bytes of attachments of one site that were begun and not finished."""


class Vault:
    """Keeps what it cannot read."""

    def __init__(self, ledger: Ledger, signer: HubSigner) -> None:
        """Take the books and the hub's key."""
        self._ledger = ledger
        self._signer = signer

    def keys(self, site: str) -> KeysAnswer:
        """Return the wrapped keys of the newest generation."""
        with self._ledger.reading() as book:
            row = _row(book, site)
            return self._answer(site, row, book.keys(site, row.key_generation))

    def put_keys(self, site: str, told: Keys) -> KeysAnswer | Refused:
        """Add keys; a higher generation replaces all, so that an erased patient's key is gone here too."""
        with self._ledger.writing() as book:
            row = book.site(site, lock=True) or SiteRow(0, NO_HEAD, "")
            known = book.keys(site, row.key_generation)
            wanted = {name: bytes.fromhex(wrapped) for name, wrapped in told.keys.items()}
            if told.generation < row.key_generation:
                return self._refused(site, row, "The keys of this site were changed since; fetch them first.")
            if told.generation > row.key_generation:
                book.put_keys(site, told.generation, sorted(wanted.items()))
                book.drop_keys(site, told.generation)
                row = structs.replace(row, key_generation=told.generation)
                book.put_site(site, row)
                return self._answer(site, row, wanted)
            if any(known.get(name, wrapped) != wrapped for name, wrapped in wanted.items()):
                return self._refused(site, row, "Another key has this name already; fetch the keys first.")
            new = {name: wrapped for name, wrapped in wanted.items() if name not in known}
            if new:
                book.put_keys(site, row.key_generation, sorted(new.items()))
            return self._answer(site, row, {**known, **new})

    def attachment(self, site: str, sha256: str) -> bytes | None:
        """Return an attachment."""
        with self._ledger.reading() as book:
            return book.attachment(site, sha256)

    def put_attachment(self, site: str, sha256: str, content: bytes) -> bool:
        """Keep an attachment; False where its name is not its hash."""
        if hashlib.sha256(content).hexdigest() != sha256:
            return False
        with self._ledger.writing() as book:
            book.put_attachment(site, sha256, content)
        return True

    def attachment_part(self, site: str, sha256: str, start: int) -> bytes | None:
        """Return the next bytes of an attachment, at most `MAX_PART`; less is the end."""
        with self._ledger.reading() as book:
            return book.attachment_part(site, sha256, start, MAX_PART)

    def hold(self, site: str, sha256: str, start: int, of: int, content: bytes) -> int:
        """Take the bytes of an attachment from `start` on and return how many of its `of` bytes are here.

        What does not begin where the hub has come to is left, and the answer says where to go on. What was taken but
        has not its name's hash in the end is forgotten: the answer is then 0.
        """
        with self._ledger.writing() as book:
            book.site(site, lock=True)
            whole = book.attachment_size(site, sha256)
            if whole is not None:
                return whole
            has = book.parts_end(site, sha256)
            if start == has and content:
                if book.parts_size(site) > MAX_UNFINISHED:
                    # Whoever broke off and never came back must not fill the disk; who still sends begins again.
                    book.drop_parts(site)
                    return 0
                book.put_part(site, sha256, start, content)
                has += len(content)
            if has < of:
                return has
            joined = b"".join(book.parts(site, sha256))
            book.drop_parts(site, sha256)
            if len(joined) != of or hashlib.sha256(joined).hexdigest() != sha256:
                return 0
            book.put_attachment(site, sha256, joined)
            return of

    def _answer(self, site: str, row: SiteRow, keys: dict[str, bytes]) -> KeysAnswer:
        named = {name: wrapped.hex() for name, wrapped in sorted(keys.items())}
        return KeysAnswer(*self._signer.checkpoint(site, row), row.key_generation, named)

    def _refused(self, site: str, row: SiteRow, why: str) -> Refused:
        return Refused("keys", why, *self._signer.checkpoint(site, row))


def _row(book: Book, site: str) -> SiteRow:
    row = book.site(site)
    if row is None:
        raise LookupError(site)
    return row
