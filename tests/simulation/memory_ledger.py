"""The third implementation of the hub's seam, in memory, for the simulation only: it can be put back and can crash."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from coordinator_app.hub.ledger import (
    EntryRow,
    FindingRow,
    InviteRow,
    KeptRow,
    SiteRow,
    StreamRow,
    WorkstationRow,
)


def _author(row: KeptRow) -> str:
    return str(msgspec.json.decode(row.written)["device"])


class HubCrashed(Exception):
    """The hub's machine stopped before the transaction was committed."""


class MemoryLedger:
    """One site. Rows of the log are only appended; a transaction that fails leaves nothing behind."""

    engine = "memory"

    def __init__(self) -> None:
        self.site_row: SiteRow | None = None
        self.log: list[EntryRow] = []
        self.places: dict[tuple[str, int], str] = {}
        self.stream_rows: dict[str, StreamRow] = {}
        self.kept_rows: list[KeptRow] = []
        self.kept_why: dict[tuple[str, int, str], str] = {}
        self.finding_rows: list[FindingRow] = []
        self.members: dict[str, WorkstationRow] = {}
        self.crash_next = False
        self.ever: set[str] = set()
        """Ids that stood in the log once, whatever was put back since."""
        self.quarantined: set[str] = set()
        """Ids that were never in the log when they were kept because their workstation was withdrawn.

        What it passed on of others is theirs, and comes in when they send it: a copied run after the hub was put back.
        """
        self._nonces: set[tuple[str, str]] = set()

    # What only the simulation does ------------------------------------------------------------------------------

    def copy(self) -> MemoryLedger:
        """Return a backup."""
        twin = copy.copy(self)
        twin.log, twin.kept_rows = list(self.log), list(self.kept_rows)
        twin.finding_rows, twin.members = list(self.finding_rows), dict(self.members)
        twin.places, twin.stream_rows = dict(self.places), dict(self.stream_rows)
        twin.kept_why = dict(self.kept_why)
        twin._nonces = set()
        return twin

    @contextmanager
    def writing(self) -> Iterator[MemoryLedger]:
        before = (self.site_row, len(self.log), len(self.kept_rows), len(self.finding_rows))
        self._undo: list[tuple[dict[object, object], object, object]] = []
        try:
            yield self
            if self.crash_next:
                self.crash_next = False
                raise HubCrashed  # noqa: TRY301 - it is undone where every fault is
        except BaseException:
            self.site_row = before[0]
            for row in self.log[before[1] :]:
                del self.places[row.epoch, row.seq]
            for kept in self.kept_rows[before[2] :]:
                del self.kept_why[kept.epoch, kept.seq, kept.id]
            del self.log[before[1] :], self.kept_rows[before[2] :], self.finding_rows[before[3] :]
            for table, key, old in reversed(self._undo):
                if old is None:
                    del table[key]
                else:
                    table[key] = old
            raise

    @contextmanager
    def reading(self) -> Iterator[MemoryLedger]:
        yield self

    # The seam ---------------------------------------------------------------------------------------------------

    def first_use(self, device: str, nonce: str, at: str, forget_before: str) -> bool:
        if (device, nonce) in self._nonces:
            return False
        self._nonces.add((device, nonce))
        return True

    def wait_for_more(self, site: str, size: int, seconds: float) -> int:
        return len(self.log)

    def close(self) -> None:
        pass

    def sites(self) -> list[str]:
        return ["site"] if self.site_row else []

    def site(self, site: str, *, lock: bool = False) -> SiteRow | None:
        return self.site_row

    def put_site(self, site: str, row: SiteRow) -> None:
        self.site_row = row

    def hub_epochs(self, site: str) -> list[tuple[str, int]]:
        return []

    def add_hub_epoch(self, site: str, hub_epoch: str, base: int, at: str) -> None:
        pass

    def predecessors(self, site: str) -> list[tuple[str, str]]:
        return []

    def stream(self, site: str, epoch: str) -> StreamRow | None:
        return self.stream_rows.get(epoch)

    def streams(self, site: str) -> list[StreamRow]:
        return [self.stream_rows[epoch] for epoch in sorted(self.stream_rows)]

    def streams_of(self, site: str, device: str) -> list[StreamRow]:
        return [row for row in self.streams(site) if row.device == device]

    def put_stream(self, site: str, row: StreamRow) -> None:
        self._undo.append((self.stream_rows, row.epoch, self.stream_rows.get(row.epoch)))  # type: ignore[arg-type]
        self.stream_rows[row.epoch] = row

    def ids(self, site: str, epoch: str, first: int, last: int) -> dict[int, str]:
        return {seq: self.places[epoch, seq] for seq in range(first, last + 1) if (epoch, seq) in self.places}

    def append(self, site: str, rows: Sequence[EntryRow]) -> None:
        for row in rows:
            assert row.n == len(self.log) + 1, "the hub's order has a hole"
            assert (row.epoch, row.seq) not in self.places, "a position was given twice"
            self.log.append(row)
            self.ever.add(row.id)
            self.places[row.epoch, row.seq] = row.id

    def entries(self, site: str, after: int, limit: int) -> list[EntryRow]:
        return self.log[after : after + limit]

    def head_at(self, site: str, n: int) -> str:
        if n == 0:
            return "0" * 64
        return self.log[n - 1].head if n <= len(self.log) else ""

    def is_kept(self, site: str, epoch: str, seq: int, id: str) -> str:
        return self.kept_why.get((epoch, seq, id), "")

    def kept_between(self, site: str, epoch: str, first: int, last: int) -> list[KeptRow]:
        found = [row for row in self.kept_rows if row.epoch == epoch and first <= row.seq <= last]
        return sorted(found, key=lambda row: row.seq)

    def keep(self, site: str, rows: Sequence[KeptRow]) -> None:
        for row in rows:
            assert row.n == len(self.kept_rows) + 1, "what is kept has a hole"
            self.kept_rows.append(row)
            if row.why == "revoked" and row.id not in self.ever and _author(row) == row.device:
                self.quarantined.add(row.id)
            self.kept_why[row.epoch, row.seq, row.id] = row.why

    def kept(self, site: str, after: int, limit: int) -> list[KeptRow]:
        return self.kept_rows[after : after + limit]

    def add_finding(self, site: str, row: FindingRow) -> None:
        self.finding_rows.append(row)

    def findings(self, site: str) -> list[FindingRow]:
        return list(self.finding_rows)

    def workstations(self, device: str | None = None, site: str | None = None) -> list[WorkstationRow]:
        if device is not None:
            return [self.members[device]] if device in self.members else []
        return [self.members[name] for name in sorted(self.members)]

    def put_workstation(self, row: WorkstationRow) -> None:
        self.members[row.device] = row

    def invites(self, code: str) -> list[InviteRow]:
        return []

    def add_invite(self, row: InviteRow) -> None:
        pass

    def keys(self, site: str, generation: int) -> dict[str, bytes]:
        return {}

    def key_count(self, site: str, generation: int) -> int:
        return 0

    def put_keys(self, site: str, generation: int, keys: Iterable[tuple[str, bytes]]) -> None:
        pass

    def drop_keys(self, site: str, below: int) -> None:
        pass

    def attachment(self, site: str, sha256: str) -> bytes | None:
        return None

    def put_attachment(self, site: str, sha256: str, content: bytes) -> None:
        pass
