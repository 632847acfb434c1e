"""The hub's books in PostgreSQL 15 or newer: several hub processes may share them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import BytesBinaryDumper
from psycopg_pool import ConnectionPool

from coordinator_app.hub.ledger import MIGRATIONS_TABLE, LedgerRefused
from coordinator_app.hub.ledger_attachments import TABLES as PARTS
from coordinator_app.hub.ledger_joining import COLUMN
from coordinator_app.hub.ledger_joining import TABLES as MOVES
from coordinator_app.hub.ledger_sql import NEVER_CHANGED, TABLES, SqlBook

APPENDER = "coordinator_hub_appender"
"""The role under which the hub works: it may add rows to the log and never change or remove one."""
CHANNEL = "coordinator_hub"
_LOCK = 4_841_219_905
"""The advisory lock that lets one process at a time migrate."""
_SAFE = {"fsync": "on", "full_page_writes": "on"}
_Connection = psycopg.Connection[tuple[Any, ...]]


def _first_tables(connection: _Connection) -> None:
    for statement in TABLES.values():
        connection.execute(statement.format(int="BIGINT", blob="BYTEA").encode())
    connection.execute("CREATE INDEX stream_device ON stream (site, device)")
    connection.execute(
        "CREATE UNLOGGED TABLE nonce (device TEXT NOT NULL, nonce TEXT NOT NULL, at TEXT NOT NULL, "
        "PRIMARY KEY (device, nonce))"
    )
    connection.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the books of the hub are append-only'; END $$"
    )
    for table in NEVER_CHANGED:
        connection.execute(
            sql.SQL(
                "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ).format(sql.Identifier(table))
        )


def _grants(connection: _Connection) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (APPENDER,)).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(APPENDER)))
    role = sql.Identifier(APPENDER)
    schema = sql.Identifier(str(_one(connection, "SELECT current_schema()")))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    for table in (*TABLES, *PARTS, *MOVES, "nonce", MIGRATIONS_TABLE):
        rights = "SELECT, INSERT" if table in NEVER_CHANGED else "SELECT, INSERT, UPDATE"
        if table in ("wrapped_key", "nonce", "attachment_part"):
            rights += ", DELETE"
        if table == MIGRATIONS_TABLE:
            rights = "SELECT"
        connection.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), sql.Identifier(table), role))
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))


def _tables_of_parts(connection: _Connection) -> None:
    for statement in PARTS.values():
        connection.execute(statement.format(int="BIGINT", blob="BYTEA").encode())


def _tables_of_moves(connection: _Connection) -> None:
    connection.execute(COLUMN.encode())
    for statement in MOVES.values():
        connection.execute(statement.format(int="BIGINT", blob="BYTEA").encode())


MIGRATIONS: tuple[Callable[[_Connection], None], ...] = (_first_tables, _tables_of_parts, _tables_of_moves)


def migrate(dsn: str) -> None:
    """Bring the tables to this program's version; raises LedgerRefused for newer ones or an unsafe server."""
    try:
        with psycopg.connect(dsn) as connection:
            check_safe(connection)
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            connection.execute(f"CREATE TABLE IF NOT EXISTS {MIGRATIONS_TABLE} (version BIGINT NOT NULL PRIMARY KEY)")
            version = int(_one(connection, f"SELECT coalesce(max(version), 0) FROM {MIGRATIONS_TABLE}"))  # noqa: S608
            if version > len(MIGRATIONS):
                raise LedgerRefused(
                    f"The hub's tables were made by a newer program (version {version}, known is {len(MIGRATIONS)}); "
                    "install the newer program, nothing was changed."
                )
            if version == len(MIGRATIONS):
                return
            for number in range(version, len(MIGRATIONS)):
                MIGRATIONS[number](connection)
                connection.execute(f"INSERT INTO {MIGRATIONS_TABLE} VALUES (%s)", (number + 1,))  # noqa: S608
            _grants(connection)
    except psycopg.Error as fault:
        raise LedgerRefused(f"PostgreSQL refused: {_sentence(fault)} Check the connection and its rights.") from fault


def check_safe(connection: _Connection) -> None:
    """Raise LedgerRefused where this server may lose what it acknowledged, or is too old."""
    version = connection.info.server_version
    if version < 150000:
        raise LedgerRefused(f"This is PostgreSQL {version // 10000}; the hub needs version 15 or newer.")
    for name, wanted in _SAFE.items():
        found = _one(connection, "SELECT current_setting(%s)", (name,))
        if found != wanted:
            raise LedgerRefused(
                f"PostgreSQL runs with {name} = {found} and could lose events it acknowledged; "
                f"set {name} = {wanted} and start the hub again."
            )
    found = _one(connection, "SELECT current_setting('synchronous_commit')")
    if found not in ("on", "remote_apply", "remote_write", "local"):
        raise LedgerRefused(
            f"PostgreSQL runs with synchronous_commit = {found} and could lose events it acknowledged; "
            "set synchronous_commit = on and start the hub again."
        )


class PostgresLedger:
    """Books in PostgreSQL."""

    engine = "postgres"

    def __init__(self, dsn: str, connections: int = 8) -> None:
        """Migrate, check the server and open the connections; raises LedgerRefused."""
        migrate(dsn)
        self._pool = ConnectionPool(
            dsn, min_size=1, max_size=connections, open=False, configure=_configure, timeout=20.0, name="hub"
        )
        try:
            self._pool.open(wait=True, timeout=20.0)
        except psycopg.Error as fault:
            self._pool.close()
            raise LedgerRefused("PostgreSQL does not answer; check that it runs and the name in the DSN.") from fault
        self._more = threading.Condition()
        self._stopping = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(dsn,), name="hub-listener", daemon=True)
        self._listener.start()

    @contextmanager
    def writing(self) -> Iterator[SqlBook]:
        """Open a write transaction; commit tells the other processes that there may be more."""
        with self._pool.connection() as connection:
            runs = _Runs(connection)
            yield SqlBook(runs, " FOR UPDATE")
            runs.tell(f"NOTIFY {CHANNEL}")
            runs.end()

    @contextmanager
    def reading(self) -> Iterator[SqlBook]:
        """Open a transaction that only reads, all of it at one instant."""
        with self._pool.connection() as connection:
            # Part of the BEGIN itself: one way to the server and back less for every question.
            connection.isolation_level, connection.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
            try:
                yield SqlBook(_Runs(connection), "")
            finally:
                connection.rollback()
                connection.isolation_level, connection.read_only = None, None

    def first_use(self, device: str, nonce: str, at: str, forget_before: str) -> bool:
        """Remember a nonce where every process sees it."""
        with self._pool.connection() as connection:
            connection.autocommit = True  # one statement, one way to the server and back
            try:
                added = connection.execute(_FIRST_USE, (device, nonce, at)).rowcount
                if nonce.startswith("0"):
                    connection.execute("DELETE FROM nonce WHERE at < %s", (forget_before,))
            finally:
                connection.autocommit = False
        return added == 1

    def wait_for_more(self, site: str, size: int, seconds: float) -> int:
        """Return the size of a site's log as soon as it is more than `size`, or after so many seconds."""
        end = time.monotonic() + seconds
        while True:
            with self._more:
                found = self._size(site)
                left = end - time.monotonic()
                if found > size or left <= 0 or self._stopping.is_set():
                    return found
                # A notification may be missed while the listener connects anew; one look a second bounds that.
                self._more.wait(min(left, 1.0))

    def close(self) -> None:
        """Let go of all connections."""
        self._stopping.set()
        with self._more:
            self._more.notify_all()
        self._listener.join(5.0)
        self._pool.close()

    def _size(self, site: str) -> int:
        with self.reading() as book:
            row = book.site(site)
        return row.size if row else 0

    def _listen(self, dsn: str) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(dsn, autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    while not self._stopping.is_set():
                        for _ in connection.notifies(timeout=0.5, stop_after=1):
                            with self._more:
                                self._more.notify_all()
            except psycopg.Error:
                self._stopping.wait(1.0)


class _Runs:
    """Statements of one transaction; what only tells waits until something is asked or the end comes."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._told: list[tuple[bytes, Sequence[Any]]] = []

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self._tell_all()
        return self._connection.execute(_numbered(statement), values).fetchall()

    def tell(self, statement: str, values: Sequence[Any] = ()) -> None:
        self._told.append((_numbered(statement), values))

    def end(self) -> None:
        """Send what was told, and the commit with it: one way to the server and back for all."""
        with self._connection.pipeline():
            self._tell_all()
            self._connection.commit()

    def _tell_all(self) -> None:
        told, self._told = self._told, []
        for statement, values in told:
            self._connection.execute(statement, values)

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self._tell_all()
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(into) as copy:
            copy.set_types(_TYPES[table])
            for row in rows:
                copy.write_row(row)


_FIRST_USE = (
    # A nonce lost in a crash is answered by the clock window; its commit need not wait for the disk.
    "INSERT INTO nonce SELECT %s, %s, %s FROM set_config('synchronous_commit', 'off', true) ON CONFLICT DO NOTHING"
)
_TYPES = {
    "entry": ["text", "int8", "bytea", "int8", "bytea", "bytea", "bytea", "bytea", "bytea", "text"],
    "kept": ["text", "int8", "text", "int8", "text", "text", "text", "bytea", "bytea", "bytea", "text"],
    "wrapped_key": ["text", "int8", "text", "bytea"],
}
"""Binary copies name their types: a wrong one would be refused, never guessed."""


def _configure(connection: _Connection) -> None:
    check_safe(connection)
    # Of two ways to send bytes the driver takes the one named last, and its own last one is many times slower.
    connection.adapters.register_dumper(bytes, BytesBinaryDumper)
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APPENDER)))
    connection.commit()


@cache
def _numbered(statement: str) -> bytes:
    return statement.replace("?", "%s").encode()


def _one(connection: _Connection, statement: str, values: Sequence[Any] = ()) -> Any:
    row = connection.execute(statement.encode(), values).fetchone()
    return row[0] if row else None


def _sentence(fault: psycopg.Error) -> str:
    text = (fault.diag.message_primary or str(fault).partition("\n")[0]).strip()
    return text if text.endswith(".") else text + "."
