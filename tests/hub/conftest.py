"""Hubs on both engines, for the one suite that both must pass."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_under_test import HubUnderTest
from postgres_server import PostgresServer

from coordinator_app.hub.ledger import Ledger
from coordinator_app.hub.ledger_postgres import PostgresLedger
from coordinator_app.hub.ledger_sqlite import SqliteLedger

_names = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    made: Ledger
    if request.param == "sqlite":
        made = SqliteLedger(tmp_path, bytes(32))
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        made = PostgresLedger(server.fresh_database(f"hub{next(_names)}"))
    yield made
    made.close()


@pytest.fixture
def hub(ledger: Ledger) -> HubUnderTest:
    return HubUnderTest(ledger)
