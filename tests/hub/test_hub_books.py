"""What keeps the hub's books safe: rights, triggers, settings of the server, one process for one file."""

# ruff: noqa: S608

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
import sqlcipher3
from exchange_author import Author, verify
from hub_under_test import SITE, HubUnderTest
from postgres_server import PostgresServer

from coordinator_app.exchange.protocol import Changes, Pushed
from coordinator_app.hub.ledger import InviteRow, LedgerRefused, SiteRow
from coordinator_app.hub.ledger_postgres import APPENDER, PostgresLedger
from coordinator_app.hub.ledger_sql import NEVER_CHANGED
from coordinator_app.hub.ledger_sqlite import FILE, MIGRATIONS, SqliteLedger
from coordinator_app.hub.reading import SiteReading


def _with_events(hub: HubUnderTest, name: str = "ward") -> Author:
    author = Author(name)
    hub.admits(author)
    author.opens()
    author.writes()
    assert isinstance(hub.takes(author), Pushed)
    return author


def test_a_file_of_the_hub_holds_no_byte_that_can_be_read_and_opens_with_its_key_only(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path, bytes(32))
    _with_events(HubUnderTest(ledger))
    ledger.close()
    assert b"EpochOpened" not in (tmp_path / FILE).read_bytes()
    with pytest.raises(LedgerRefused, match="does not open"):
        SqliteLedger(tmp_path, bytes(31) + b"\x01")
    again = SqliteLedger(tmp_path, bytes(32))
    with again.reading() as book:
        assert book.site(SITE).size == 2  # type: ignore[union-attr]
    again.close()


def test_one_process_at_a_time_uses_the_file(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path, bytes(32))
    with pytest.raises(LedgerRefused, match="Another process"):
        SqliteLedger(tmp_path, bytes(32))
    ledger.close()


@pytest.mark.parametrize("table", NEVER_CHANGED)
def test_rows_of_the_embedded_books_cannot_be_changed_or_removed(tmp_path: Path, table: str) -> None:
    ledger = SqliteLedger(tmp_path, bytes(32))
    hub = HubUnderTest(ledger)
    author = _with_events(hub)
    author.writes(body={"slept_ms": 7})
    twin = author.copied()
    hub.takes(author)
    twin.seq, twin.lines[twin.epoch] = 1, twin.lines[twin.epoch][:1]
    twin.head = twin.lines[twin.epoch][0].id
    twin.writes(body={"slept_ms": 8})
    hub.takes(twin)
    hub.vault.put_attachment(SITE, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", b"")
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET site = 'x'"):
        with pytest.raises(sqlcipher3.IntegrityError, match="append-only"):
            ledger._connection.execute(statement)
    ledger.close()


def test_a_file_whose_protection_was_taken_away_or_that_is_newer_is_refused(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path, bytes(32))
    ledger._connection.execute("DROP TRIGGER entry_no_delete")
    ledger.close()
    with pytest.raises(LedgerRefused, match="protection"):
        SqliteLedger(tmp_path, bytes(32))
    other = tmp_path / "newer"
    other.mkdir()
    ledger = SqliteLedger(other, bytes(32))
    ledger._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    ledger.close()
    with pytest.raises(LedgerRefused, match="newer hub"):
        SqliteLedger(other, bytes(32))


def test_the_hubs_role_may_not_change_a_row_and_the_owner_meets_the_trigger(postgres: PostgresServer) -> None:
    dsn = postgres.fresh_database("rights")
    ledger = PostgresLedger(dsn)
    _with_events(HubUnderTest(ledger))
    ledger.close()
    for table in NEVER_CHANGED:
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET site = 'x'", f"TRUNCATE {table}"):
            with psycopg.connect(dsn) as connection:
                connection.execute(f"SET ROLE {APPENDER}")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
            with psycopg.connect(dsn) as connection, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute(statement.encode())


def test_the_hub_itself_works_under_that_role(postgres: PostgresServer) -> None:
    ledger = PostgresLedger(postgres.fresh_database("role"))
    with ledger._pool.connection() as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APPENDER,)
    ledger.close()


@pytest.mark.parametrize("setting", ["fsync=off", "full_page_writes=off", "synchronous_commit=off"])
def test_a_server_that_could_lose_what_it_acknowledged_is_refused(setting: str) -> None:
    server = PostgresServer([setting])
    try:
        with pytest.raises(LedgerRefused, match=setting.partition("=")[0]):
            PostgresLedger(server.dsn())
    finally:
        server.remove()


def test_tables_of_a_newer_program_are_refused_and_left_alone(postgres: PostgresServer) -> None:
    dsn = postgres.fresh_database("newer")
    PostgresLedger(dsn).close()
    with psycopg.connect(dsn) as connection:
        connection.execute("INSERT INTO hub_schema VALUES (99)")
    with pytest.raises(LedgerRefused, match="newer program"):
        PostgresLedger(dsn)


def test_two_hub_processes_on_one_server_keep_one_order_and_tell_each_other(postgres: PostgresServer) -> None:
    dsn = postgres.fresh_database("two")
    one, two = PostgresLedger(dsn), PostgresLedger(dsn)
    first = HubUnderTest(one)
    woke: list[int] = []
    waiting = threading.Thread(target=lambda: woke.append(two.wait_for_more(SITE, 0, 20.0)))
    waiting.start()
    _with_events(first)
    waiting.join(5.0)
    assert woke == [2]
    page = SiteReading(two, first.signer, verify).changes(SITE, "epoch0", 0, 10)
    assert isinstance(page, Changes)
    assert [line.id for line in page.events] == first.order()
    assert two.first_use("w", "a" * 16, "1", "0")
    assert not one.first_use("w", "a" * 16, "1", "0")
    one.close()
    two.close()


def test_no_server_is_a_plain_sentence() -> None:
    with pytest.raises(LedgerRefused, match="PostgreSQL"):
        PostgresLedger("host=127.0.0.1 port=1 dbname=none user=nobody connect_timeout=2")


def _admit_twice(ledger: PostgresLedger) -> None:
    with ledger.writing() as book:
        book.put_site(SITE, SiteRow(4, "b" * 64, "epoch0"))
        book.add_hub_epoch(SITE, "epoch1", 3, "now")
        book.add_invite(InviteRow(SITE, "twice", "later"))
        book.add_invite(InviteRow(SITE, "twice", "later"))


def test_what_is_only_told_to_the_server_is_taken_back_whole_when_one_part_of_it_fails(
    postgres: PostgresServer,
) -> None:
    ledger = PostgresLedger(postgres.fresh_database("told"))
    try:
        with ledger.writing() as book:
            book.put_site(SITE, SiteRow(3, "a" * 64, "epoch0"))
        with pytest.raises(psycopg.Error):
            _admit_twice(ledger)
        with ledger.writing() as book:  # the connection serves on, and nothing of the failed transaction stands
            assert book.site(SITE) == SiteRow(3, "a" * 64, "epoch0")
            assert book.hub_epochs(SITE) == []
            assert book.invites("twice") == []
    finally:
        ledger.close()


def test_a_nonce_counts_once_whichever_process_saw_it_and_is_there_for_the_others_at_once(
    postgres: PostgresServer,
) -> None:
    dsn = postgres.fresh_database("nonces")
    one, other = PostgresLedger(dsn), PostgresLedger(dsn)
    try:
        assert one.first_use("workstation:a", "0abc", "2026-03-02", "2026-03-01")
        assert not one.first_use("workstation:a", "0abc", "2026-03-02", "2026-03-01")
        assert not other.first_use("workstation:a", "0abc", "2026-03-02", "2026-03-01")
        assert other.first_use("workstation:b", "0abc", "2026-03-02", "2026-03-01")
        # One that begins with 0 also lets go of those that are too old to be asked for again.
        assert other.first_use("workstation:b", "0def", "2026-03-09", "2026-03-08")
        assert one.first_use("workstation:a", "0abc", "2026-03-09", "2026-03-08")
    finally:
        one.close()
        other.close()
