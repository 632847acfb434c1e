"""Attachments at the hub: in parts that may be repeated, broken off and gone on with, on both engines."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hub_under_test import SITE, HubUnderTest
from postgres_server import PostgresServer

from coordinator_app.hub import ledger_postgres, ledger_sqlite, vault
from coordinator_app.hub.ledger import SiteRow
from coordinator_app.hub.ledger_postgres import PostgresLedger
from coordinator_app.hub.ledger_sqlite import SqliteLedger

CONTENT = bytes(range(256)) * 40
NAME = hashlib.sha256(CONTENT).hexdigest()


def _sends(hub: HubUnderTest, start: int, end: int, of: int = len(CONTENT), name: str = NAME) -> int:
    return hub.vault.hold(SITE, name, start, of, CONTENT[start:end])


def test_an_attachment_comes_in_parts_and_goes_on_where_it_was_broken_off(hub: HubUnderTest) -> None:
    assert _sends(hub, 0, 0) == 0
    assert _sends(hub, 0, 4000) == 4000
    assert _sends(hub, 0, 4000) == 4000, "the same part again does nothing"
    assert _sends(hub, 8000, 9000) == 4000, "a part behind a hole is not taken"
    assert hub.vault.attachment(SITE, NAME) is None
    assert _sends(hub, 4000, len(CONTENT)) == len(CONTENT)
    assert hub.vault.attachment(SITE, NAME) == CONTENT
    assert _sends(hub, 0, 0) == len(CONTENT), "what is here whole is asked for once more by nobody"
    with hub.ledger.reading() as book:
        assert book.parts_size(SITE) == 0
        assert book.attachment_names(SITE, "", 10) == [NAME]


def test_it_is_fetched_in_parts_too_and_the_last_one_is_shorter(
    hub: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "MAX_PART", 4096)
    _sends(hub, 0, len(CONTENT))
    got = bytearray()
    while len(part := hub.vault.attachment_part(SITE, NAME, len(got)) or b"") == 4096:
        got += part
    assert bytes(got + part) == CONTENT
    assert hub.vault.attachment_part(SITE, NAME, len(CONTENT)) == b""
    assert hub.vault.attachment_part(SITE, "0" * 64, 0) is None


def test_what_is_not_what_its_name_says_is_forgotten_and_begins_again(hub: HubUnderTest) -> None:
    wrong = "0" * 64
    assert _sends(hub, 0, 5000, name=wrong) == 5000
    assert _sends(hub, 5000, len(CONTENT), name=wrong) == 0
    assert hub.vault.attachment(SITE, wrong) is None
    with hub.ledger.reading() as book:
        assert book.parts_size(SITE) == 0


def test_what_nobody_finishes_does_not_fill_the_disk(hub: HubUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "MAX_UNFINISHED", 3000)
    assert _sends(hub, 0, 4000, name="1" * 64) == 4000
    assert _sends(hub, 0, 1000) == 0, "the unfinished ones went; this one begins again"
    assert _sends(hub, 0, 1000) == 1000


def test_a_file_of_the_program_before_gets_the_new_table_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_sqlite, "MIGRATIONS", ledger_sqlite.MIGRATIONS[:1])
    old = SqliteLedger(tmp_path, bytes(32))
    with old.writing() as book:
        book.put_site(SITE, SiteRow(0, "0" * 64, "e0"))
    with pytest.raises(Exception, match="no such table"), old.reading() as book:
        book.parts_size(SITE)
    old.close()
    monkeypatch.undo()
    new = SqliteLedger(tmp_path, bytes(32))
    with new.writing() as book:
        assert book.site(SITE) is not None
        book.put_part(SITE, NAME, 0, b"x")
        assert book.parts_size(SITE) == 1
    new.close()


def test_a_database_of_the_program_before_gets_the_new_table_with_its_rights(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = postgres.fresh_database("before_parts")
    monkeypatch.setattr(ledger_postgres, "MIGRATIONS", ledger_postgres.MIGRATIONS[:1])
    monkeypatch.setattr(ledger_postgres, "PARTS", {})
    monkeypatch.setattr(ledger_postgres, "MOVES", {})
    PostgresLedger(dsn).close()
    monkeypatch.undo()
    new = PostgresLedger(dsn)
    with new.writing() as book:
        book.put_part(SITE, NAME, 0, b"x")
        book.drop_parts(SITE)
        assert book.parts_size(SITE) == 0
        book.put_site(SITE, SiteRow(0, "0" * 64, "e0"))
        book.put_predecessor(SITE, "a" * 64, "")
        book.put_predecessor(SITE, "a" * 64, "said")
        assert book.predecessors(SITE) == [("a" * 64, "said")]
        book.set_moved(SITE, "leaving")
    new.close()
