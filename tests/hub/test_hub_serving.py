"""A hub as a process of its own, asked over real sockets."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from exchange_author import Author
from postgres_server import PostgresServer
from serving_hub import SITE, ServingHub

from coordinator_app.exchange.protocol import PROTOCOL_HEADER


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingHub]:
    hub = ServingHub(tmp_path_factory.mktemp("hub"))
    yield hub
    assert hub.stop() == 0


@pytest.fixture
def ward(served: ServingHub, request: pytest.FixtureRequest) -> Author:
    author = Author(request.node.name)
    served.admits(author)
    author.opens()
    for _ in range(4):
        author.writes()
    return author


def test_one_command_serves_and_another_invites_and_approves_beside_it(served: ServingHub, ward: Author) -> None:
    pushed = served.push(ward).json()
    assert (pushed["accepted"], pushed["stream"]["next"]) == (5, 5)
    status = served.office("status")
    assert status["engine"] == "sqlite"
    states = {row["workstation"]: row["state"] for row in status["sites"][SITE]["workstations"]}
    assert states[ward.device] == "approved"
    page = served.ask(ward, "GET", "/v1/changes?after=&limit=500").json()
    assert [each["id"] for each in page["events"]][-5:] == [line.id for line in ward.lines[ward.epoch]]
    assert page["events"][-1]["event"]["subject"] == ward.device


def test_every_reply_of_the_log_says_where_it_stands(served: ServingHub, ward: Author) -> None:
    served.push(ward)
    for target in ("/v1/changes", "/v1/heads", "/v1/kept", "/v1/keys"):
        reply = served.ask(ward, "GET", target).json()
        assert {"hub_epoch", "size", "head"} <= set(reply)


@pytest.mark.parametrize("change", ["other body", "other path", "other key", "unsigned", "again"])
def test_a_request_that_its_workstation_did_not_sign_just_so_is_refused(
    served: ServingHub, ward: Author, change: str
) -> None:
    if change == "unsigned":
        reply = served.client.get("/v1/heads", headers={PROTOCOL_HEADER: "1"})
    elif change == "other key":
        stranger = Author("stranger")
        stranger.device = ward.device
        reply = served.ask(stranger, "GET", "/v1/heads")
    elif change == "again":
        nonce = hashlib.sha256(ward.device.encode()).hexdigest()[:32]
        assert served.ask(ward, "GET", "/v1/heads", nonce=nonce).status_code == 200
        reply = served.ask(ward, "GET", "/v1/heads", nonce=nonce)
    else:
        sent = served.ask(ward, "GET", "/v1/heads").request
        headers = {name: sent.headers[name] for name in ("authorization", PROTOCOL_HEADER)}
        if change == "other body":
            reply = served.client.request("GET", "/v1/heads", headers=headers, content=b"{}")
        else:
            reply = served.client.request("GET", "/v1/heads?x=1", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (401, "signature")


def test_a_workstation_whose_clock_is_off_gets_in_by_the_challenge_and_only_once(
    served: ServingHub, ward: Author
) -> None:
    off = timedelta(days=-400)
    first = served.ask(ward, "GET", "/v1/heads", off=off)
    assert (first.status_code, first.json()["code"]) == (401, "clock")
    assert first.json()["time"].endswith("Z")
    challenge = first.json()["challenge"]
    assert served.ask(ward, "GET", "/v1/heads", off=off, nonce=challenge).status_code == 200
    assert served.ask(ward, "GET", "/v1/heads", off=off, nonce=challenge).status_code == 401
    made_up = challenge[:-1] + ("0" if challenge[-1] != "0" else "1")
    assert served.ask(ward, "GET", "/v1/heads", off=off, nonce=made_up).status_code == 401


def test_other_versions_of_the_protocol_are_told_so(served: ServingHub, ward: Author) -> None:
    reply = served.ask(ward, "GET", "/v1/heads", protocol="99")
    assert (reply.status_code, reply.json()["code"]) == (426, "protocol")


def test_too_much_at_once_is_refused_whole(served: ServingHub, ward: Author) -> None:
    large = b'{"events":[' + b" " * (2 * 1024 * 1024) + b"]}"
    reply = served.ask(ward, "PUT", f"/v1/epochs/{ward.epoch}/events?from=0", large)
    assert (reply.status_code, reply.json()["code"]) == (413, "size")
    line = ward.lines[ward.epoch][0]
    one = b'{"event":' + line.written + f',"id":"{line.id}","sig":"{line.sig}"}}'.encode()
    many = b'{"events":[' + b",".join([one] * 501) + b"]}"
    reply = served.ask(ward, "PUT", f"/v1/epochs/{ward.epoch}/events?from=0", many)
    assert reply.status_code == 400


def test_who_waits_is_told_within_a_second(served: ServingHub, ward: Author) -> None:
    standing = served.push(ward).json()
    cursor = f"{standing['hub_epoch']}:{standing['size']}"
    told: list[tuple[float, int]] = []

    def wait() -> None:
        reply = served.ask(ward, "GET", f"/v1/wait?after={cursor}").json()
        told.append((time.monotonic(), reply["size"]))

    waiting = threading.Thread(target=wait)
    waiting.start()
    ward.writes()
    time.sleep(0.3)
    served.push(ward, 5)
    waiting.join(20)
    assert told[0][1] == standing["size"] + 1


def test_a_workstation_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    hub = ServingHub(tmp_path, "--rate", "0.25")
    ward = Author("ward")
    hub.admits(ward)
    replies = [hub.ask(ward, "GET", "/v1/heads") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [200, 429]
    assert 1 <= int(replies[1].headers["retry-after"]) <= 4
    assert replies[1].json()["code"] == "rate"
    assert hub.stop() == 0


def test_a_withdrawn_workstation_learns_it_and_what_it_sends_is_kept(served: ServingHub, ward: Author) -> None:
    served.push(ward, 0, 2)
    served.office("revoke", ward.device)
    assert served.ask(ward, "GET", "/v1/changes").status_code == 403
    reply = served.push(ward, 2)
    assert (reply.status_code, len(reply.json()["kept"])) == (403, 3)


def test_health_and_figures_can_be_read_by_whoever_watches_the_hub(served: ServingHub, ward: Author) -> None:
    served.push(ward)
    text = served.client.get("/metrics").text
    assert 'coordinator_hub_log_events{site="' + SITE in text
    for line in text.splitlines():
        assert line.startswith("#") or (line.rpartition(" ")[2].isdigit() and line.startswith("coordinator_hub_"))
    described = served.client.get("/openapi.json").json()
    assert "/v1/epochs/{epoch}/events" in described["paths"]
    assert "/v1/office" not in described["paths"]


def test_nobody_but_the_hubs_own_command_line_does_its_office(served: ServingHub, ward: Author) -> None:
    body = b'{"task":"approve","named":"' + ward.fingerprint.encode() + b'"}'
    assert served.ask(ward, "POST", "/v1/office", body).status_code == 401
    impostor = Author("impostor")
    impostor.device = "hub"
    assert served.ask(impostor, "POST", "/v1/office", body).status_code == 401


def test_a_hub_that_is_killed_has_everything_it_acknowledged(tmp_path: Path) -> None:
    hub = ServingHub(tmp_path)
    ward = Author("ward")
    hub.admits(ward)
    ward.opens()
    for _ in range(20):
        ward.writes()
        last = hub.push(ward).json()
    hub.kill()
    hub = ServingHub(tmp_path)
    page = hub.ask(ward, "GET", "/v1/changes").json()
    # What was signed just before this process began may have been used before: it asks for a challenge.
    if page.get("code") == "clock":
        page = hub.ask(ward, "GET", "/v1/changes", nonce=page["challenge"]).json()
    assert (page["size"], page["head"], page["hub_epoch"]) == (last["size"], last["head"], last["hub_epoch"])
    assert hub.stop() == 0


def test_a_hub_that_is_stopped_lets_go_of_who_waits_and_ends_with_zero(tmp_path: Path) -> None:
    hub = ServingHub(tmp_path)
    ward = Author("ward")
    hub.admits(ward)
    standing = hub.ask(ward, "GET", "/v1/heads").json()
    replies: list[int] = []

    def wait() -> None:
        with httpx.Client(base_url=hub.url, timeout=40.0) as client:
            target = f"/v1/wait?after={standing['hub_epoch']}:0"
            replies.append(hub.ask(ward, "GET", target, client=client).status_code)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert hub.stop() == 0
    waiting.join(20)
    assert replies == [200]
    assert time.monotonic() - began < 15
    assert not (tmp_path / "serving.json").exists()


def test_two_hubs_on_one_postgresql_are_one_hub(tmp_path: Path, postgres: PostgresServer) -> None:
    dsn = postgres.fresh_database("served")
    hubs = [ServingHub(tmp_path, environment={"COORDINATOR_HUB_POSTGRES": dsn}) for _ in range(2)]
    ward = Author("ward")
    hubs[0].admits(ward)
    ward.opens()
    ward.writes()
    standing = hubs[1].ask(ward, "GET", "/v1/heads").json()
    sizes: list[int] = []

    def wait() -> None:
        sizes.append(hubs[1].ask(ward, "GET", f"/v1/wait?after={standing['hub_epoch']}:0").json()["size"])

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    assert hubs[0].push(ward).json()["accepted"] == 2
    waiting.join(20)
    assert sizes == [2]
    nonce = "1" * 32
    assert hubs[0].ask(ward, "GET", "/v1/heads", nonce=nonce).status_code == 200
    assert hubs[1].ask(ward, "GET", "/v1/heads", nonce=nonce).status_code == 401
    assert [hub.stop() for hub in hubs] == [0, 0]


def test_without_a_certificate_the_hub_stays_on_this_computer(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="certificate"):
        ServingHub(tmp_path, "--host", "0.0.0.0")  # noqa: S104 - that it is refused is the point
