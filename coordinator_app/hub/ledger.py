"""The seam between the hub's rules and where it keeps its books: one site's rows, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from coordinator_app.hub.ledger_attachments import AttachmentBook
from coordinator_app.hub.ledger_joining import JoiningBook

MIGRATIONS_TABLE = "hub_schema"
NO_HEAD = "0" * 64


class LedgerRefused(Exception):
    """The books cannot be opened or are not safe; the text is one plain sentence with what to do next."""


class SiteMoved(LedgerRefused):
    """The log of this site goes on at another hub, or is on its way there: nothing is added to it here any more."""


class SiteRow(Struct, frozen=True):
    """The counter row of a site: how many lines its log holds, the running hash, the present hub epoch.

    `moved` is empty, `LEAVING`, or the statement of the move as JSON; `JoiningBook.set_moved` alone changes it.
    """

    size: int
    head: str
    hub_epoch: str
    kept: int = 0
    findings: int = 0
    key_generation: int = 0
    moved: str = ""


class EntryRow(Struct, frozen=True):
    """One line of a site's log at place `n`; `head` is the running hash up to and with it."""

    n: int
    epoch: str
    seq: int
    id: str
    written: bytes
    sig: bytes
    psig: bytes | None
    head: str
    at: str


class StreamRow(Struct, frozen=True):
    """One epoch: whose it is, where it stands here, where it is said to stand, and which run it follows."""

    epoch: str
    device: str
    next: int
    id: str
    announced: int
    announced_id: str
    parent_epoch: str = ""
    parent_seq: int = -1


class KeptRow(Struct, frozen=True):
    """One line outside the log, with the reason: branch of a fork, poison, or of a revoked workstation."""

    n: int
    epoch: str
    seq: int
    id: str
    device: str
    why: str
    written: bytes
    sig: bytes
    psig: bytes | None
    at: str


class FindingRow(Struct, frozen=True):
    """Something found about a workstation."""

    n: int
    kind: str
    device: str
    epoch: str
    seq: int
    at: str


class WorkstationRow(Struct, frozen=True):
    """A workstation of a site: its key and whether it is `waiting`, `approved` or `revoked`."""

    site: str
    device: str
    public_key: str
    state: str
    at: str


class InviteRow(Struct, frozen=True):
    """A code with which workstations may ask to be admitted, by its hash, and until when."""

    site: str
    code: str
    until: str


class Book(AttachmentBook, JoiningBook, Protocol):
    """What may be read and written inside one transaction."""

    def sites(self) -> list[str]:
        """Return all sites, sorted."""
        ...

    def site(self, site: str, *, lock: bool = False) -> SiteRow | None:
        """Return the counter row; `lock` keeps every other writer of the site out until the transaction ends."""
        ...

    def put_site(self, site: str, row: SiteRow) -> None:
        """Insert or replace the counter row."""
        ...

    def hub_epochs(self, site: str) -> list[tuple[str, int]]:
        """Return the hub epochs of a site with the size of the log when each began, oldest first."""
        ...

    def add_hub_epoch(self, site: str, hub_epoch: str, base: int, at: str) -> None:
        """Add a hub epoch."""
        ...

    def stream(self, site: str, epoch: str) -> StreamRow | None:
        """Return where an epoch stands."""
        ...

    def streams(self, site: str) -> list[StreamRow]:
        """Return all epochs of a site, sorted by epoch."""
        ...

    def streams_of(self, site: str, device: str) -> list[StreamRow]:
        """Return the epochs of one workstation."""
        ...

    def put_stream(self, site: str, row: StreamRow) -> None:
        """Insert or replace an epoch."""
        ...

    def ids(self, site: str, epoch: str, first: int, last: int) -> dict[int, str]:
        """Return the ids at these positions of an epoch, both ends included."""
        ...

    def append(self, site: str, rows: Sequence[EntryRow]) -> None:
        """Append lines to the log."""
        ...

    def entries(self, site: str, after: int, limit: int) -> list[EntryRow]:
        """Return lines in hub order."""
        ...

    def head_at(self, site: str, n: int) -> str:
        """Return the running hash after `n` lines; empty where there are fewer."""
        ...

    def is_kept(self, site: str, epoch: str, seq: int, id: str) -> str:
        """Return why this line is kept outside the log, or an empty text."""
        ...

    def kept_between(self, site: str, epoch: str, first: int, last: int) -> list[KeptRow]:
        """Return the lines kept outside the log from one position to another, both included, in their order."""
        ...

    def keep(self, site: str, rows: Sequence[KeptRow]) -> None:
        """Keep lines outside the log."""
        ...

    def kept(self, site: str, after: int, limit: int) -> list[KeptRow]:
        """Return lines kept outside the log."""
        ...

    def add_finding(self, site: str, row: FindingRow) -> None:
        """Add a finding."""
        ...

    def findings(self, site: str) -> list[FindingRow]:
        """Return what was found, oldest first."""
        ...

    def workstations(self, device: str | None = None, site: str | None = None) -> list[WorkstationRow]:
        """Return workstations, of one name or of one site."""
        ...

    def put_workstation(self, row: WorkstationRow) -> None:
        """Insert or replace a workstation."""
        ...

    def invites(self, code: str) -> list[InviteRow]:
        """Return the invitations with this hash."""
        ...

    def add_invite(self, row: InviteRow) -> None:
        """Add an invitation."""
        ...

    def keys(self, site: str, generation: int) -> dict[str, bytes]:
        """Return the wrapped keys of one generation."""
        ...

    def key_count(self, site: str, generation: int) -> int:
        """Return how many wrapped keys there are of one generation."""
        ...

    def put_keys(self, site: str, generation: int, keys: Iterable[tuple[str, bytes]]) -> None:
        """Add wrapped keys."""
        ...

    def drop_keys(self, site: str, below: int) -> None:
        """Forget the wrapped keys of older generations."""
        ...


class Ledger(Protocol):
    """Books of one kind of engine; several threads may ask at once."""

    engine: str

    def writing(self) -> AbstractContextManager[Book]:
        """Open a write transaction: committed at the end, rolled back by any exception."""
        ...

    def reading(self) -> AbstractContextManager[Book]:
        """Open a transaction that only reads."""
        ...

    def first_use(self, device: str, nonce: str, at: str, forget_before: str) -> bool:
        """Remember a nonce; False where it was used before."""
        ...

    def wait_for_more(self, site: str, size: int, seconds: float) -> int:
        """Return the size of a site's log as soon as it is more than `size`, or after so many seconds."""
        ...

    def close(self) -> None:
        """Let go of the engine."""
        ...
