"""Real records and a real hub process with a network between them that does everything wrong; both kinds of books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange.bad_network import BadNetwork
from hub.serving_hub import ServingHub
from postgres_server import PostgresServer
from store.record_ward import SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.exchange.client import HubAddress
from coordinator_app.exchange.core import Unreachable
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store


@pytest.fixture(params=["sqlite", "postgres"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServingHub]:
    environment = {}
    server = None
    if request.param == "postgres":
        server = PostgresServer()
        environment = {"COORDINATOR_HUB_POSTGRES": server.dsn()}
    made = ServingHub(tmp_path / "hub", environment=environment)
    yield made
    assert made.stop() == 0
    if server is not None:
        server.remove()


def _through_the_bad_network(rounds: Rounds, enough: int = 60) -> int:
    """Exchange until one whole round went through; returns how many did not."""
    for failed in range(enough):
        try:
            rounds.once()
        except Unreachable as fault:
            if fault.code not in ("offline", "stranger"):  # of a request that arrived twice one is refused
                raise
        else:
            return failed
    raise AssertionError("nothing gets through")


def test_through_a_network_that_does_everything_wrong_both_records_become_whole(
    hub: ServingHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordinator_app.exchange.core.ANSWER_WITHIN", 1.0)
    network = BadNetwork(int(hub.url.rpartition(":")[2]), seed=4)
    address = HubAddress(f"http://127.0.0.1:{network.port}")
    ward = Ward(tmp_path / "ward")
    ward.found_site()
    for n in range(700):
        ward.record(e.SleepNoticed(slept_ms=n), WORKSTATION)
    code = hub.office("invite", "--site", SITE)["code"]
    direct = HubAddress(hub.url)
    rounds = Rounds(ward.store)
    rounds.join(address, ask_admission(direct, code, WORKSTATION, ward.store.public_key))
    hub.office("approve", fingerprint(ward.store.public_key))
    troubles = _through_the_bad_network(rounds)
    other = "workstation:" + "9" * 32
    folder = tmp_path / "pharmacy"
    folder.mkdir()
    with Store.create(
        folder, keys=FileKeys(folder, ""), clock=ward.clock, workstation=other, site=SITE, program="0.1.0"
    ) as pharmacy:
        ward.record(
            e.WorkstationAdmitted(workstation=other, place="Pharmacy", public_key=pharmacy.public_key.hex()), other
        )
        there = Rounds(pharmacy)
        there.join(address, ask_admission(direct, code, other, pharmacy.public_key))
        hub.office("approve", fingerprint(pharmacy.public_key))
        for _ in range(4):
            troubles += _through_the_bad_network(rounds)
            troubles += _through_the_bad_network(there)
        ours = {row[0] for row in ward.store.connection.execute("SELECT id FROM journal")}
        theirs = {row[0] for row in pharmacy.connection.execute("SELECT id FROM journal")}
        assert ours == theirs
        assert there.record.arrivals.counted().adds_up
        assert there.record.arrivals.counted().integrated == ward.store.count() - 1
        assert rounds.record.unsent() == []
        assert there.record.missing() == {}
    while len(network.happened) < 7:
        troubles += _through_the_bad_network(rounds)
    network.close()
    ward.store.close()
    assert troubles > 0
    assert {"cut request", "cut reply", "truncate", "double", "blackhole", "delay"} <= set(network.happened)
