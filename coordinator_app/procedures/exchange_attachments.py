"""A record's attachments as the exchange sees them: which the hub may lack, which are named and not here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from coordinator_app.domain.events import PatientErased
from coordinator_app.exchange.asking import Moved
from coordinator_app.store.arriving_attachments import ArrivingFile, NamedAttachments
from coordinator_app.store.attachments import LARGEST
from coordinator_app.store.faults import FolderUnusable, StoreFault
from coordinator_app.store.store import Store

SOON, RARELY = timedelta(seconds=2), timedelta(minutes=5)
"""A photo is on its way when its event comes; one whose workstation was switched off may stay away for days."""
_ENCRYPTED = 28
"""Bytes that encryption adds to an attachment: nonce and tag."""


class LookingAgain:
    """When to ask the hub again for what it did not have yet: soon at first, then ever more rarely."""

    def __init__(self) -> None:
        """Nothing is awaited yet."""
        self._at: datetime | None = None
        self._pause = SOON

    def round_ended(self, moved: Moved, now: datetime) -> None:
        """Take what the last round left behind."""
        if moved.missing == 0:
            self._at, self._pause = None, SOON
        else:
            self._pause = SOON if moved.taken else min(2 * self._pause, RARELY)
            self._at = now + self._pause

    def is_due(self, now: datetime) -> bool:
        """Say whether it is time to ask."""
        return self._at is not None and now >= self._at


class RecordAttachments:
    """The port of `exchange.attachments` over a store."""

    def __init__(self, store: Store) -> None:
        """Take the open store."""
        self._store = store
        self._named = NamedAttachments(store.connection)
        self._open: tuple[str, bytes] = ("", b"")
        with store.writing():
            self._named.create()

    def to_send(self) -> Sequence[str]:
        """Return those that are here and that the hub is not known to have."""
        self._follow()
        here = set(self._store.attachments.names())
        return [name for name, _, at_hub in self._named.all() if not at_hub and name in here]

    def size(self, name: str) -> int:
        """Return how many bytes of ciphertext one has, 0 where it cannot be read or is larger than it may be."""
        size = len(self._content(name))
        return size if size <= LARGEST + _ENCRYPTED else 0

    def part(self, name: str, start: int, count: int) -> bytes:
        """Return some bytes of one, none where it cannot be read."""
        return self._content(name)[start : start + count]

    def is_at_hub(self, name: str) -> None:
        """Note that the hub has one whole."""
        self._open = ("", b"")
        with self._store.writing():
            self._named.note(name)

    def wanted(self) -> Sequence[str]:
        """Return those that events name and that are not here, without those of erased patients."""
        self._follow()
        here = set(self._store.attachments.names())
        missing = [(name, case) for name, case, _ in self._named.all() if name not in here]
        erased = {case for case in {case for _, case in missing} if self._is_erased(case)}
        return [name for name, case in missing if case not in erased]

    def named(self) -> Sequence[str]:
        """Return all that events name."""
        self._follow()
        return [name for name, _, _ in self._named.all()]

    def begun(self, name: str) -> int:
        """Return how many bytes have been fetched of one that broke off."""
        return self._arriving(name).size()

    def add(self, name: str, content: bytes) -> None:
        """Keep the next bytes of one; raises FolderUnusable."""
        try:
            self._arriving(name).add(content)
        except OSError as fault:
            raise _no_room() from fault

    def finish(self, name: str) -> bool:
        """Say whether what was fetched is what the name says, and keep it; raises FolderUnusable."""
        try:
            return self._arriving(name).finish()
        except OSError as fault:
            raise _no_room() from fault

    def hub_lost(self) -> None:
        """Note that the hub was put back and may lack any of them."""
        with self._store.writing():
            self._named.forget_hub()

    def missing(self) -> int:
        """Return how many are named and not here."""
        return len(self.wanted())

    def _arriving(self, name: str) -> ArrivingFile:
        return ArrivingFile(self._store.attachments, name)

    def _content(self, name: str) -> bytes:
        if self._open[0] != name:
            try:
                self._open = (name, self._store.attachments.ciphertext(name))
            except StoreFault:
                self._open = (name, b"")  # whoever looks at it is told; the exchange goes on with the others
        return self._open[1]

    def _follow(self) -> None:
        named = self._named.unread()
        if named or self._named.is_far():
            with self._store.writing():
                self._named.add(named)

    def _is_erased(self, case: str) -> bool:
        recipient = self._store.read_case(case).recipient
        if recipient is None or self._store.patient_keys.get(recipient.patient) is not None:
            return False
        events = self._store.events_of_case(case)
        return any(isinstance(each.body, PatientErased) and each.body.key == recipient.patient for each in events)


def _no_room() -> FolderUnusable:
    return FolderUnusable("A photo or file that came cannot be kept on this computer's disk; free space on it.")
