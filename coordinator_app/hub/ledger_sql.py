"""The SQL that both engines speak; they differ in placeholders, blobs, locks and how many rows go in at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coordinator_app.hub.ledger import (
    EntryRow,
    FindingRow,
    InviteRow,
    KeptRow,
    SiteMoved,
    SiteRow,
    StreamRow,
    WorkstationRow,
)
from coordinator_app.hub.ledger_attachments import Runs, SqlAttachments
from coordinator_app.hub.ledger_joining import SqlJoining

TABLES = {
    "site": """CREATE TABLE site (site TEXT NOT NULL PRIMARY KEY, size {int} NOT NULL, head TEXT NOT NULL,
 hub_epoch TEXT NOT NULL, kept {int} NOT NULL, findings {int} NOT NULL, key_generation {int} NOT NULL)""",
    "hub_epoch": """CREATE TABLE hub_epoch (site TEXT NOT NULL, hub_epoch TEXT NOT NULL, base {int} NOT NULL,
 at TEXT NOT NULL, place {int} NOT NULL, PRIMARY KEY (site, place))""",
    "entry": """CREATE TABLE entry (site TEXT NOT NULL, n {int} NOT NULL, epoch {blob} NOT NULL, seq {int} NOT NULL,
 id {blob} NOT NULL, written {blob} NOT NULL, sig {blob} NOT NULL, psig {blob}, head {blob} NOT NULL,
 at TEXT NOT NULL, PRIMARY KEY (site, n), UNIQUE (site, epoch, seq))""",
    "stream": """CREATE TABLE stream (site TEXT NOT NULL, epoch TEXT NOT NULL, device TEXT NOT NULL,
 next {int} NOT NULL, id TEXT NOT NULL, announced {int} NOT NULL, announced_id TEXT NOT NULL,
 parent_epoch TEXT NOT NULL, parent_seq {int} NOT NULL, PRIMARY KEY (site, epoch))""",
    "kept": """CREATE TABLE kept (site TEXT NOT NULL, n {int} NOT NULL, epoch TEXT NOT NULL, seq {int} NOT NULL,
 id TEXT NOT NULL, device TEXT NOT NULL, why TEXT NOT NULL, written {blob} NOT NULL, sig {blob} NOT NULL,
 psig {blob}, at TEXT NOT NULL, PRIMARY KEY (site, n), UNIQUE (site, epoch, seq, id))""",
    "finding": """CREATE TABLE finding (site TEXT NOT NULL, n {int} NOT NULL, kind TEXT NOT NULL,
 device TEXT NOT NULL, epoch TEXT NOT NULL, seq {int} NOT NULL, at TEXT NOT NULL, PRIMARY KEY (site, n))""",
    "workstation": """CREATE TABLE workstation (site TEXT NOT NULL, device TEXT NOT NULL, public_key TEXT NOT NULL,
 state TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (site, device))""",
    "invite": """CREATE TABLE invite (site TEXT NOT NULL, code TEXT NOT NULL, until TEXT NOT NULL,
 PRIMARY KEY (site, code))""",
    "wrapped_key": """CREATE TABLE wrapped_key (site TEXT NOT NULL, generation {int} NOT NULL, name TEXT NOT NULL,
 wrapped {blob} NOT NULL, PRIMARY KEY (site, generation, name))""",
    "attachment": """CREATE TABLE attachment (site TEXT NOT NULL, sha256 TEXT NOT NULL, content {blob} NOT NULL,
 PRIMARY KEY (site, sha256))""",
}
"""Every table begins with the site, so that one engine can be parted by it."""

NEVER_CHANGED = ("entry", "kept", "finding", "attachment", "hub_epoch")
"""Rows of these are only ever added."""


_ENTRY = ("site", "n", "epoch", "seq", "id", "written", "sig", "psig", "head", "at")
_KEPT = ("site", "n", "epoch", "seq", "id", "device", "why", "written", "sig", "psig", "at")


class SqlBook(SqlAttachments, SqlJoining):
    """The books of `ledger.Book` in SQL."""

    def __init__(self, runs: Runs, lock: str) -> None:
        """`lock` is appended to the statement that reads the counter row for writing."""
        super().__init__(runs)
        self._lock = lock

    def sites(self) -> list[str]:
        """Return all sites, sorted."""
        return [row[0] for row in self._run.ask("SELECT site FROM site ORDER BY site")]

    def site(self, site: str, *, lock: bool = False) -> SiteRow | None:
        """Return the counter row."""
        rows = self._run.ask(
            _SITE + (self._lock if lock else ""),
            (site,),
        )
        row = SiteRow(*rows[0]) if rows else None
        if lock and row is not None and row.moved:
            # Behind the lock: what was pushed while the last lines went over is refused, and goes to the new hub.
            raise SiteMoved("The log of this site moves to another hub; ask again.")
        return row

    def put_site(self, site: str, row: SiteRow) -> None:
        """Insert or replace the counter row."""
        self._run.tell(
            "INSERT INTO site (site, size, head, hub_epoch, kept, findings, key_generation) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (site) DO UPDATE SET size = excluded.size, head = excluded.head, "
            "hub_epoch = excluded.hub_epoch, kept = excluded.kept, findings = excluded.findings, "
            "key_generation = excluded.key_generation",
            (site, row.size, row.head, row.hub_epoch, row.kept, row.findings, row.key_generation),
        )

    def hub_epochs(self, site: str) -> list[tuple[str, int]]:
        """Return the hub epochs with the size at which each began, oldest first."""
        rows = self._run.ask("SELECT hub_epoch, base FROM hub_epoch WHERE site = ? ORDER BY place", (site,))
        return [(row[0], row[1]) for row in rows]

    def add_hub_epoch(self, site: str, hub_epoch: str, base: int, at: str) -> None:
        """Add a hub epoch."""
        place = len(self.hub_epochs(site))
        self._run.tell(
            "INSERT INTO hub_epoch (site, hub_epoch, base, at, place) VALUES (?, ?, ?, ?, ?)",
            (site, hub_epoch, base, at, place),
        )

    def stream(self, site: str, epoch: str) -> StreamRow | None:
        """Return where an epoch stands."""
        rows = self._run.ask(_STREAMS + " AND epoch = ?", (site, epoch))
        return StreamRow(*rows[0]) if rows else None

    def streams(self, site: str) -> list[StreamRow]:
        """Return all epochs of a site, sorted by epoch."""
        return [StreamRow(*row) for row in self._run.ask(_STREAMS + " ORDER BY epoch", (site,))]

    def streams_of(self, site: str, device: str) -> list[StreamRow]:
        """Return the epochs of one workstation."""
        rows = self._run.ask(_STREAMS + " AND device = ? ORDER BY epoch", (site, device))
        return [StreamRow(*row) for row in rows]

    def put_stream(self, site: str, row: StreamRow) -> None:
        """Insert or replace an epoch."""
        self._run.tell(
            "INSERT INTO stream (site, epoch, device, next, id, announced, announced_id, parent_epoch, parent_seq) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (site, epoch) DO UPDATE SET device = excluded.device, "
            "next = excluded.next, id = excluded.id, announced = excluded.announced, "
            "announced_id = excluded.announced_id, parent_epoch = excluded.parent_epoch, "
            "parent_seq = excluded.parent_seq",
            (
                *(site, row.epoch, row.device, row.next, row.id, row.announced, row.announced_id),
                *(row.parent_epoch, row.parent_seq),
            ),
        )

    def ids(self, site: str, epoch: str, first: int, last: int) -> dict[int, str]:
        """Return the ids at these positions of an epoch."""
        rows = self._run.ask(
            "SELECT seq, id FROM entry WHERE site = ? AND epoch = ? AND seq BETWEEN ? AND ?",
            (site, bytes.fromhex(epoch), first, last),
        )
        return {row[0]: bytes(row[1]).hex() for row in rows}

    def append(self, site: str, rows: Sequence[EntryRow]) -> None:
        """Append lines to the log."""
        self._run.add(
            "entry",
            _ENTRY,
            (
                (
                    *(site, row.n, bytes.fromhex(row.epoch), row.seq, bytes.fromhex(row.id)),
                    *(row.written, row.sig, row.psig, bytes.fromhex(row.head), row.at),
                )
                for row in rows
            ),
        )

    def entries(self, site: str, after: int, limit: int) -> list[EntryRow]:
        """Return lines in hub order."""
        rows = self._run.ask(
            "SELECT n, epoch, seq, id, written, sig, psig, head, at FROM entry WHERE site = ? AND n > ? "
            "ORDER BY n LIMIT ?",
            (site, after, limit),
        )
        return [
            EntryRow(
                n, bytes(epoch).hex(), seq, bytes(id).hex(), bytes(written), bytes(sig), psig, bytes(head).hex(), at
            )
            for n, epoch, seq, id, written, sig, psig, head, at in rows
        ]

    def head_at(self, site: str, n: int) -> str:
        """Return the running hash after `n` lines."""
        if n == 0:
            return "0" * 64
        rows = self._run.ask("SELECT head FROM entry WHERE site = ? AND n = ?", (site, n))
        return bytes(rows[0][0]).hex() if rows else ""

    def is_kept(self, site: str, epoch: str, seq: int, id: str) -> str:
        """Return why this line is kept outside the log."""
        rows = self._run.ask(
            "SELECT why FROM kept WHERE site = ? AND epoch = ? AND seq = ? AND id = ?", (site, epoch, seq, id)
        )
        return rows[0][0] if rows else ""

    def kept_between(self, site: str, epoch: str, first: int, last: int) -> list[KeptRow]:
        """Return the lines kept outside the log from one position to another, both included, in their order."""
        where = "epoch = ? AND seq BETWEEN ? AND ? ORDER BY seq, n"
        return self._kept_rows(where, (site, epoch, first, last))

    def keep(self, site: str, rows: Sequence[KeptRow]) -> None:
        """Keep lines outside the log."""
        self._run.add(
            "kept",
            _KEPT,
            ((site, r.n, r.epoch, r.seq, r.id, r.device, r.why, r.written, r.sig, r.psig, r.at) for r in rows),
        )

    def kept(self, site: str, after: int, limit: int) -> list[KeptRow]:
        """Return lines kept outside the log."""
        return self._kept_rows("n > ? ORDER BY n LIMIT ?", (site, after, limit))

    def _kept_rows(self, where: str, values: tuple[str | int, ...]) -> list[KeptRow]:
        columns = "n, epoch, seq, id, device, why, written, sig, psig, at"
        rows = self._run.ask(f"SELECT {columns} FROM kept WHERE site = ? AND {where}", values)  # noqa: S608 - both ours
        return [
            KeptRow(n, epoch, seq, id, device, why, bytes(written), bytes(sig), psig, at)
            for n, epoch, seq, id, device, why, written, sig, psig, at in rows
        ]

    def add_finding(self, site: str, row: FindingRow) -> None:
        """Add a finding."""
        self._run.tell(
            "INSERT INTO finding (site, n, kind, device, epoch, seq, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (site, row.n, row.kind, row.device, row.epoch, row.seq, row.at),
        )

    def findings(self, site: str) -> list[FindingRow]:
        """Return what was found, oldest first."""
        rows = self._run.ask("SELECT n, kind, device, epoch, seq, at FROM finding WHERE site = ? ORDER BY n", (site,))
        return [FindingRow(*row) for row in rows]

    def workstations(self, device: str | None = None, site: str | None = None) -> list[WorkstationRow]:
        """Return workstations, of one name or of one site."""
        rows = self._run.ask(
            "SELECT site, device, public_key, state, at FROM workstation WHERE (device = ? OR ? = '') "
            "AND (site = ? OR ? = '') ORDER BY site, device",
            (device or "", device or "", site or "", site or ""),
        )
        return [WorkstationRow(*row) for row in rows]

    def put_workstation(self, row: WorkstationRow) -> None:
        """Insert or replace a workstation."""
        self._run.tell(
            "INSERT INTO workstation (site, device, public_key, state, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (site, device) DO UPDATE SET public_key = excluded.public_key, state = excluded.state, "
            "at = excluded.at",
            (row.site, row.device, row.public_key, row.state, row.at),
        )

    def invites(self, code: str) -> list[InviteRow]:
        """Return the invitations with this hash."""
        return [
            InviteRow(*row) for row in self._run.ask("SELECT site, code, until FROM invite WHERE code = ?", (code,))
        ]

    def add_invite(self, row: InviteRow) -> None:
        """Add an invitation."""
        self._run.tell("INSERT INTO invite (site, code, until) VALUES (?, ?, ?)", (row.site, row.code, row.until))

    def keys(self, site: str, generation: int) -> dict[str, bytes]:
        """Return the wrapped keys of one generation."""
        rows = self._run.ask(
            "SELECT name, wrapped FROM wrapped_key WHERE site = ? AND generation = ? ORDER BY name", (site, generation)
        )
        return {row[0]: bytes(row[1]) for row in rows}

    def key_count(self, site: str, generation: int) -> int:
        """Return how many wrapped keys there are of one generation."""
        statement = "SELECT count(*) FROM wrapped_key WHERE site = ? AND generation = ?"
        return int(self._run.ask(statement, (site, generation))[0][0])

    def put_keys(self, site: str, generation: int, keys: Iterable[tuple[str, bytes]]) -> None:
        """Add wrapped keys."""
        rows = ((site, generation, name, wrapped) for name, wrapped in keys)
        self._run.add("wrapped_key", ("site", "generation", "name", "wrapped"), rows)

    def drop_keys(self, site: str, below: int) -> None:
        """Forget the wrapped keys of older generations."""
        self._run.tell("DELETE FROM wrapped_key WHERE site = ? AND generation < ?", (site, below))


_SITE = "SELECT size, head, hub_epoch, kept, findings, key_generation, moved FROM site WHERE site = ?"
_STREAMS = (
    "SELECT epoch, device, next, id, announced, announced_id, parent_epoch, parent_seq FROM stream WHERE site = ?"
)
