"""How far the hub has our events and we have the hub's: tables beside the journal, moved together with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlcipher3
from msgspec import Struct

_TABLES = (
    "CREATE TABLE IF NOT EXISTS exchange_mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS exchange_page (n INTEGER PRIMARY KEY, head TEXT NOT NULL) STRICT",
    """CREATE TABLE IF NOT EXISTS exchange_sent (epoch TEXT PRIMARY KEY, next INTEGER NOT NULL, kept TEXT NOT NULL,
 receipt TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS exchange_kept (id TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
 why TEXT NOT NULL, written BLOB NOT NULL, sig BLOB NOT NULL, psig BLOB) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS exchange_kept_place ON exchange_kept (epoch, seq)",
)


class KeptApart(Struct, frozen=True):
    """A line that stands beside the journal, and why."""

    id: str
    epoch: str
    seq: int
    why: str
    written: bytes
    sig: bytes
    psig: bytes | None


class ExchangeTables:
    """The tables of the exchange on the record's own connection; who writes holds the transaction."""

    def __init__(self, connection: sqlcipher3.Connection) -> None:
        """Take the connection; `create` makes the tables where they are not there yet."""
        self._connection = connection

    def create(self) -> None:
        """Make the tables where they are not there yet; the caller holds the transaction."""
        for statement in _TABLES:
            self._connection.execute(statement)

    def there(self) -> bool:
        """Say whether this record was ever exchanged."""
        row = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'exchange_kept'").fetchone()
        return row is not None

    def mark(self, name: str) -> str:
        """Return a mark, or an empty text."""
        row = self._connection.execute("SELECT value FROM exchange_mark WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def set_mark(self, name: str, value: str) -> None:
        """Keep a mark."""
        self._connection.execute("REPLACE INTO exchange_mark VALUES (?, ?)", (name, value))

    def add_page(self, n: int, head: str) -> None:
        """Keep a place of the hub's log with its head; places beyond it belong to a log that is no more."""
        self._connection.execute("DELETE FROM exchange_page WHERE n > ?", (n,))
        if n > 0:
            self._connection.execute("INSERT OR IGNORE INTO exchange_page VALUES (?, ?)", (n, head))

    def pages(self) -> list[tuple[int, str]]:
        """Return the places with their heads, rising."""
        return [(row[0], row[1]) for row in self._connection.execute("SELECT n, head FROM exchange_page ORDER BY n")]

    def sent(self) -> dict[str, int]:
        """Return up to which position the hub has each own epoch."""
        return dict(self._connection.execute("SELECT epoch, next FROM exchange_sent ORDER BY epoch").fetchall())

    def apart(self) -> dict[str, str]:
        """Return the own epochs of which the hub keeps lines apart, and why."""
        rows = self._connection.execute("SELECT epoch, kept FROM exchange_sent WHERE kept <> '' ORDER BY epoch")
        return dict(rows.fetchall())

    def set_sent(self, epoch: str, next_seq: int, kept: str = "", receipt: str = "") -> None:
        """Move the position of an epoch; the reason and the receipt stay where none is given."""
        self._connection.execute(
            "INSERT INTO exchange_sent VALUES (?, ?, ?, ?) ON CONFLICT (epoch) DO UPDATE SET next = excluded.next, "
            "kept = CASE excluded.kept WHEN '' THEN kept ELSE excluded.kept END, "
            "receipt = CASE excluded.receipt WHEN '' THEN receipt ELSE excluded.receipt END",
            (epoch, next_seq, kept, receipt),
        )

    def keep(self, lines: Iterable[KeptApart]) -> None:
        """Keep lines beside the journal, each once."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO exchange_kept VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((k.id, k.epoch, k.seq, k.why, k.written, k.sig, k.psig) for k in lines),
        )

    def drop_kept(self, ids: Iterable[str]) -> None:
        """Forget lines that came into the journal."""
        self._connection.executemany("DELETE FROM exchange_kept WHERE id = ?", ((id,) for id in ids))

    def kept(self) -> list[KeptApart]:
        """Return everything beside the journal, by epoch and position."""
        rows = self._connection.execute(
            "SELECT id, epoch, seq, why, written, sig, psig FROM exchange_kept ORDER BY epoch, seq, id"
        )
        return [KeptApart(*row) for row in rows]

    def kept_at(self, epoch: str, seq: int) -> list[KeptApart]:
        """Return what stands beside the journal at a position."""
        rows = self._connection.execute(
            "SELECT id, epoch, seq, why, written, sig, psig FROM exchange_kept WHERE epoch = ? AND seq = ? ORDER BY id",
            (epoch, seq),
        )
        return [KeptApart(*row) for row in rows]

    def kept_with_id(self, id: str) -> KeptApart | None:
        """Return one line that stands beside the journal."""
        row = self._connection.execute(
            "SELECT id, epoch, seq, why, written, sig, psig FROM exchange_kept WHERE id = ?", (id,)
        ).fetchone()
        return None if row is None else KeptApart(*row)

    def waiting(self, beginning: str) -> Sequence[str]:
        """Return the epochs with lines whose reason begins so."""
        rows = self._connection.execute(
            "SELECT DISTINCT epoch FROM exchange_kept WHERE substr(why, 1, ?) = ? ORDER BY epoch",
            (len(beginning), beginning),
        )
        return [row[0] for row in rows]

    def kept_count(self) -> int:
        """Return how many lines stand beside the journal."""
        return int(self._connection.execute("SELECT count(*) FROM exchange_kept").fetchone()[0])
