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
    "CREATE TABLE IF NOT EXISTS exchange_came (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT",
    """CREATE TABLE IF NOT EXISTS exchange_unknown (id TEXT PRIMARY KEY, type TEXT NOT NULL, type_v INTEGER NOT NULL,
 must INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS exchange_decided (id TEXT PRIMARY KEY, admitted INTEGER NOT NULL)
 STRICT, WITHOUT ROWID""",
)
ADMITTED = "waits: people admitted it"
"""The reason of a line beside the journal that people decided to let in: it comes in as soon as it fits."""
_KEPT = "SELECT k.id, k.epoch, k.seq, k.why, k.written, k.sig, k.psig FROM exchange_kept AS k"


class KeptApart(Struct, frozen=True):
    """A line that stands beside the journal, and why."""

    id: str
    epoch: str
    seq: int
    why: str
    written: bytes
    sig: bytes
    psig: bytes | None


def admitted_beside(connection: sqlcipher3.Connection, id: str) -> bytes:
    """Return the bytes of a line beside the journal that people admitted: what follows it may rest on it."""
    if not ExchangeTables(connection).there():
        return b""
    row = connection.execute(
        "SELECT k.written FROM exchange_kept AS k JOIN exchange_decided AS d ON d.id = k.id "
        "WHERE k.id = ? AND d.admitted = 1",
        (id,),
    ).fetchone()
    return b"" if row is None else bytes(row[0])


class ExchangeTables:
    """The tables of the exchange on the record's own connection; who writes holds the transaction."""

    def __init__(self, connection: sqlcipher3.Connection) -> None:
        """Take the connection; `create` makes the tables where they are not there yet."""
        self._connection = connection

    def create(self) -> None:
        """Make the tables where they are not there yet; the caller holds the transaction."""
        for statement in _TABLES:
            self._connection.execute(statement)

    def decide(self, ids: Iterable[str], *, admitted: bool) -> None:
        """Keep what people decided about lines beside the journal; the first decision about a line stands."""
        for id in ids:
            self._connection.execute("INSERT OR IGNORE INTO exchange_decided VALUES (?, ?)", (id, int(admitted)))
        self._connection.execute(
            "UPDATE exchange_kept SET why = ? WHERE id IN (SELECT id FROM exchange_decided WHERE admitted = 1)",
            (ADMITTED,),
        )

    def decided_count(self) -> int:
        """Return about how many lines people decided."""
        return int(self._connection.execute("SELECT count(*) FROM exchange_decided").fetchone()[0])

    def undecided(self) -> list[KeptApart]:
        """Return what stands beside the journal and nobody decided about, by epoch and position."""
        rows = self._connection.execute(
            f"{_KEPT} LEFT JOIN exchange_decided AS d ON d.id = k.id WHERE d.id IS NULL ORDER BY k.epoch, k.seq, k.id"
        )
        return [KeptApart(*row) for row in rows]

    def add_came(self, first: int, last: int) -> None:
        """Note that the journal's rows from `first` to `last` came from elsewhere."""
        extended = self._connection.execute("UPDATE exchange_came SET last = ? WHERE last = ?", (last, first - 1))
        if extended.rowcount == 0:
            self._connection.execute("INSERT INTO exchange_came VALUES (?, ?)", (first, last))

    def came_count(self) -> int:
        """Return how many rows of the journal came from elsewhere."""
        row = self._connection.execute("SELECT coalesce(sum(last - first + 1), 0) FROM exchange_came").fetchone()
        return int(row[0])

    def add_unknown(self, id: str, type: str, type_v: int, *, must: bool) -> None:
        """Note an event that came in and is of a type this program does not know."""
        self._connection.execute("INSERT OR IGNORE INTO exchange_unknown VALUES (?, ?, ?, ?)", (id, type, type_v, must))

    def drop_unknown(self, ids: Iterable[str]) -> None:
        """No longer list events of which the type is known by now."""
        self._connection.executemany("DELETE FROM exchange_unknown WHERE id = ?", ((id,) for id in ids))

    def unknown(self) -> list[tuple[str, str, int, bool]]:
        """Return id, type, version and whether it must be understood, of events that were unknown when they came."""
        rows = self._connection.execute("SELECT id, type, type_v, must FROM exchange_unknown ORDER BY id")
        return [(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def there(self) -> bool:
        """Say whether this record was ever exchanged."""
        row = self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'exchange_decided'").fetchone()
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
            "INSERT OR IGNORE INTO exchange_kept SELECT ?1, ?2, ?3, "
            "CASE WHEN EXISTS (SELECT 1 FROM exchange_decided WHERE id = ?1 AND admitted = 1) THEN ?8 ELSE ?4 END, "
            "?5, ?6, ?7",
            ((k.id, k.epoch, k.seq, k.why, k.written, k.sig, k.psig, ADMITTED) for k in lines),
        )

    def drop_kept(self, ids: Iterable[str]) -> None:
        """Forget lines that came into the journal."""
        self._connection.executemany("DELETE FROM exchange_kept WHERE id = ?", ((id,) for id in ids))

    def kept(self) -> list[KeptApart]:
        """Return everything beside the journal, by epoch and position."""
        rows = self._connection.execute(f"{_KEPT} ORDER BY k.epoch, k.seq, k.id")
        return [KeptApart(*row) for row in rows]

    def kept_at(self, epoch: str, seq: int) -> list[KeptApart]:
        """Return what stands beside the journal at a position."""
        rows = self._connection.execute(f"{_KEPT} WHERE k.epoch = ? AND k.seq = ? ORDER BY k.id", (epoch, seq))
        return [KeptApart(*row) for row in rows]

    def kept_with_id(self, id: str) -> KeptApart | None:
        """Return one line that stands beside the journal."""
        row = self._connection.execute(f"{_KEPT} WHERE k.id = ?", (id,)).fetchone()
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
