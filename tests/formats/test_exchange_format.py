"""The worked file of the exchange: what is signed and hashed there is what the program signs and hashes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WORKED = json.loads((Path(__file__).parent / "exchange" / "messages.json").read_text(encoding="utf-8"))


def _holds(key: str, sig: str, part: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(sig), part)


def test_the_signed_request_verifies_by_the_words_of_the_manual_alone() -> None:
    asked = WORKED["request"]
    fields = dict(part.split("=", 1) for part in asked["authorization"].removeprefix("Coordinator ").split(","))
    body = hashlib.sha256(asked["body"].encode()).hexdigest()
    part = "\n".join([asked["method"], asked["target"], body, fields["nonce"], fields["time"]]).encode()
    _holds(WORKED["workstation_key"], fields["sig"], part)


def test_head_checkpoint_and_receipt_follow_from_the_lines_by_the_words_of_the_manual_alone() -> None:
    lines = json.loads(WORKED["request"]["body"])["events"]
    answer, site = WORKED["answer"], WORKED["site"]
    head = "0" * 64
    for line in lines:
        head = hashlib.sha256(b"coordinator/log/v1\x00" + bytes.fromhex(head) + bytes.fromhex(line["id"])).hexdigest()
    assert (answer["size"], answer["head"], answer["accepted"]) == (len(lines), head, len(lines))
    part = f"{site}|{answer['hub_epoch']}|{answer['size']}|{answer['head']}".encode()
    _holds(WORKED["hub_key"], answer["sig"], b"coordinator/hub/v1\x00" + part)
    [receipt] = answer["receipts"]
    names = ("epoch", "first", "last", "id", "n", "at", "hub_epoch")
    part = "|".join([site, *(str(receipt[name]) for name in names)]).encode()
    _holds(WORKED["hub_key"], receipt["sig"], b"coordinator/receipt/v1\x00" + part)
    assert receipt["id"] == lines[-1]["id"] == answer["stream"]["id"]


def test_the_program_reads_and_writes_the_worked_messages_byte_for_byte() -> None:
    import msgspec

    from coordinator_app.exchange import protocol as p

    body = WORKED["request"]["body"].encode()
    lines = p.read_push(body)
    assert p.written(p.Push(lines)) == body
    assert (
        p.written(msgspec.json.decode(WORKED["answer_text"].encode(), type=p.Pushed)) == WORKED["answer_text"].encode()
    )
    assert json.loads(WORKED["answer_text"]) == WORKED["answer"]


def test_the_hub_gives_exactly_the_worked_answer_to_the_worked_request(tmp_path: Path) -> None:
    from datetime import datetime

    from exchange_author import Author, verify

    from coordinator_app.hub.calls import Asked, Calls
    from coordinator_app.hub.ledger import NO_HEAD, SiteRow, WorkstationRow
    from coordinator_app.hub.ledger_sqlite import SqliteLedger
    from coordinator_app.hub.standing import HubSigner

    hub, at = Author("hub"), datetime.fromisoformat(WORKED["received_at"])
    ledger = SqliteLedger(tmp_path, bytes(32))
    with ledger.writing() as book:
        book.put_site(WORKED["site"], SiteRow(0, NO_HEAD, WORKED["answer"]["hub_epoch"]))
        device = json.loads(WORKED["request"]["body"])["events"][0]["event"]["device"]
        book.put_workstation(WorkstationRow(WORKED["site"], device, WORKED["workstation_key"], "approved", "-"))
    calls = Calls(ledger, HubSigner(hub.sign, hub.public), verify, bytes(32), now=lambda: at)
    asked = WORKED["request"]
    headers = {"authorization": asked["authorization"], "coordinator-protocol": "1"}
    epoch = asked["target"].split("/")[3]
    answered = calls.push(Asked(asked["method"], asked["target"], headers, asked["body"].encode()), epoch)
    ledger.close()
    assert (answered.status, answered.body.decode()) == (200, WORKED["answer_text"])
