"""Everything the hub describes of itself, asked at random: it answers as described and never breaks."""

from __future__ import annotations

import hashlib
import itertools
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from exchange_author import Author, verify
from hypothesis import HealthCheck, settings

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.protocol import PROTOCOL_HEADER, authorization, request_part
from coordinator_app.hub.calls import Calls
from coordinator_app.hub.door import Rates
from coordinator_app.hub.http import make_app, make_server
from coordinator_app.hub.ledger import NO_HEAD, SiteRow, WorkstationRow
from coordinator_app.hub.ledger_sqlite import SqliteLedger
from coordinator_app.hub.standing import HubSigner

SITE = "site:" + "b" * 32
_AUTHOR, _HUB = Author("asked at random"), Author("hub")
_EXAMPLES = int(os.environ.get("COORDINATOR_EXAMPLES", "25"))
_numbers = itertools.count()


def _calls(folder: Path) -> Calls:
    ledger = SqliteLedger(folder, bytes(32))
    with ledger.writing() as book:
        book.put_site(SITE, SiteRow(0, NO_HEAD, "epoch0"))
        book.put_workstation(WorkstationRow(SITE, _AUTHOR.device, _AUTHOR.public.hex(), "approved", "-"))
    opened = datetime(2026, 1, 1, tzinfo=UTC)
    times = itertools.chain([opened], itertools.repeat(None))
    return Calls(
        ledger,
        HubSigner(_HUB.sign, _HUB.public),
        verify,
        bytes(32),
        now=lambda: next(times) or datetime.now(UTC),
        rates=Rates(1e9, 1e9),
        wait_at_most=0.01,
    )


def _described() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        calls = _calls(Path(folder))
        found: dict[str, Any] = make_app(calls).openapi()
        calls.ledger.close()
    return found


schema = schemathesis.openapi.from_dict(_described())


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A hub that listens on a real socket in this process."""
    calls = _calls(tmp_path_factory.mktemp("hub"))
    door = socket.create_server(("127.0.0.1", 0))
    server = make_server(calls)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{door.getsockname()[1]}", timeout=20.0) as made:
        yield made
    server.stop()
    thread.join(20)
    door.close()
    calls.ledger.close()


def test_a_position_that_no_book_can_hold_is_refused_as_malformed(client: httpx.Client) -> None:
    body = b'{"epochs":{"' + b"a" * 32 + b'":{"next":' + str(2**63).encode() + b"}}}"
    reply = client.put("/v1/heads", content=body, headers=_signed("PUT", "/v1/heads", body))
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


def _signed(method: str, target: str, body: bytes) -> dict[str, str]:
    nonce, at = f"{next(_numbers):032x}", instant(datetime.now(UTC))
    sig = _AUTHOR.sign(request_part(method, target, hashlib.sha256(body).hexdigest(), nonce, at))
    return {"Authorization": authorization(_AUTHOR.device, nonce, at, sig), PROTOCOL_HEADER: "1"}


@schema.parametrize()
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_the_hub_answers_as_it_describes_itself(case: Any, client: httpx.Client) -> None:
    prepared = case.as_transport_kwargs(base_url=str(client.base_url))
    taken = ("method", "url", "params", "json", "content", "data", "headers", "cookies")
    prepared = {name: prepared[name] for name in taken if prepared.get(name) is not None}
    if isinstance(prepared.get("data"), bytes):
        prepared["content"] = prepared.pop("data")
    prepared.pop("cookies", None)
    request = client.build_request(**prepared)
    request.headers.update(_signed(request.method, request.url.raw_path.decode("ascii"), request.read()))
    reply = client.send(request)
    assert reply.status_code < 500
    # A log that moves is signed by the hub that it comes from, with the key that the body names: here by nobody.
    assert reply.status_code != 401 or request.url.path == "/v1/joinings", reply.text
    assert reply.status_code != 426, reply.text
    if reply.headers["content-type"].startswith("application/json"):
        assert isinstance(reply.json(), dict)
        assert reply.status_code < 400 or {"code", "why"} <= set(reply.json()) or reply.status_code == 405
    else:
        assert reply.headers["content-type"].startswith(("text/plain", "application/octet-stream"))
