"""The event of `formats.md` §1, against the frozen worked files: what was written once is read for ever."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from record_ward import CASE, KEY, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.seal import NotCanonical, canonical, event_id, read_canonical
from coordinator_app.resource_files import resource_path
from coordinator_app.store.envelope import envelope_fault
from coordinator_app.store.export import export
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.sealing import opened_body, recorded_of

FORMATS = Path(__file__).parent.parent / "formats"
WORKED = FORMATS / "event_export.jsonl"
ANSWER = json.loads((FORMATS / "event_export.answer.json").read_text(encoding="utf-8"))
VECTORS = [json.loads(line) for line in (FORMATS / "event_canonical.jsonl").read_text(encoding="utf-8").splitlines()]


def _lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in WORKED.read_bytes().splitlines()]


class KnownKeys(PatientKeys):
    """The keys of the worked file, given instead of read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, bytes(32))

    def get(self, key_id: str) -> bytes | None:
        found = ANSWER["keys"].get(key_id)
        return bytes.fromhex(found) if found else None


@pytest.mark.parametrize("vector", [each for each in VECTORS if "value" in each], ids=lambda each: str(each["id"][:8]))
def test_a_value_has_exactly_these_bytes_and_this_id(vector: dict[str, Any]) -> None:
    written = bytes.fromhex(vector["bytes"])
    assert canonical(vector["value"]) == written
    assert event_id(written) == vector["id"]
    assert hashlib.sha256(b"coordinator/event/v1\x00" + written).hexdigest() == vector["id"]
    assert read_canonical(written) == read_event(written) == vector["value"]


@pytest.mark.parametrize(
    "vector", [each for each in VECTORS if "refused" in each], ids=lambda each: str(each["refused"])
)
def test_bytes_in_another_form_are_refused(vector: dict[str, Any]) -> None:
    for read in (read_canonical, read_event):
        with pytest.raises(NotCanonical):
            read(bytes.fromhex(vector["bytes"]))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: str(each["bytes"][:16]))
def test_the_stand_alone_verifier_has_the_same_form(vector: dict[str, Any]) -> None:
    sys.path.insert(0, str(resource_path("verify_export.py").parent))
    try:
        import verify_export
    finally:
        sys.path.pop(0)
    written = bytes.fromhex(vector["bytes"])
    try:
        value = json.loads(written, object_pairs_hook=verify_export.only_once)
        same = isinstance(value, dict) and verify_export.canonical(value).encode() == written
    except (verify_export.Bad, ValueError):
        same = False
    assert same is ("value" in vector)


_plain = st.text(max_size=6) | st.booleans() | st.integers(-(2**54), 2**54)
_odd = _plain | st.floats(allow_nan=False) | st.none()
_values = st.recursive(
    _odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@given(st.dictionaries(st.text(max_size=4), _values, max_size=4), st.booleans(), st.booleans())
def test_the_fast_reading_accepts_what_the_exact_one_accepts_and_nothing_else(
    value: dict[str, Any], in_order: bool, tight: bool
) -> None:
    separators = (",", ":") if tight else (", ", ":")
    try:
        written = json.dumps(value, sort_keys=in_order, ensure_ascii=False, separators=separators).encode()
    except UnicodeEncodeError:
        return
    try:
        wanted: dict[str, Any] | None = read_canonical(written)
    except NotCanonical:
        wanted = None
    try:
        found: dict[str, Any] | None = read_event(written)
    except NotCanonical:
        found = None
    assert found == wanted


def test_an_event_longer_than_64_kib_is_refused() -> None:
    for size, accepted in ((65_536, True), (65_537, False)):
        written = b'{"a":"' + b"x" * (size - 8) + b'"}'
        assert len(written) == size
        if accepted:
            assert read_event(written) == read_canonical(written)
        else:
            with pytest.raises(NotCanonical, match="more than 65536"):
                read_event(written)


def test_the_worked_file_has_every_part_of_an_event() -> None:
    events = [line["event"] for line in _lines()[1:]]
    keys = set().union(*(event.keys() for event in events))
    assert keys == {
        "v", "epoch", "seq", "prev", "type", "type_v", "must", "subject", "actor", "role", "device", "at", "zone", "boot",
        "boot_ns", "clock", "happened_at", "late_reason", "evidence", "body", "sealed", "key", "refs",
    }  # fmt: skip
    readings = [reading for event in events for reading in event.get("evidence", [])]
    assert {"mac", "raw"} <= set().union(*(reading.keys() for reading in readings))
    assert any("psig" in line for line in _lines())
    assert {event["clock"] for event in events} == {"free", "suspect"}


def test_the_worked_file_reads_as_it_did_when_it_was_frozen(tmp_path: Path) -> None:
    keys = KnownKeys(tmp_path)
    for line, answer in zip(_lines()[1:], ANSWER["events"], strict=True):
        written = canonical(line["event"])
        assert hashlib.sha256(written).hexdigest() == answer["bytes_sha256"]
        assert event_id(written) == line["id"] == answer["id"]
        assert envelope_fault(line["event"]) == ""
        body, opened = opened_body(line["event"], keys)
        assert opened
        assert type(body).__name__ == answer["type"]
        recorded = recorded_of(line["event"], line["id"], body, opened, "psig" in line)
        assert recorded.signed_by_person is (recorded.type == "RecordSigned")
        for name, value in answer.get("sealed", {}).items():
            field = getattr(body, name)
            assert (list(field) if isinstance(field, tuple) else field) == value


def test_the_worked_file_verifies_outside_the_program() -> None:
    verifier = resource_path("verify_export.py")
    answer = subprocess.run([sys.executable, str(verifier), str(WORKED)], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == f"GOOD  {len(ANSWER['events'])} events in 2 runs of 1 workstations, as written\n"


def test_signatures_and_sealed_fields_of_the_worked_file_by_the_letter_of_the_page() -> None:
    """Nothing of the program: what somebody with the page, a key and a cryptography package would write."""
    heading, *lines = _lines()
    for line, answer in zip(lines, ANSWER["events"], strict=True):
        event, id = line["event"], bytes.fromhex(line["id"])
        device = Ed25519PublicKey.from_public_bytes(bytes.fromhex(heading["devices"][event["device"]]))
        device.verify(bytes.fromhex(line["sig"]), b"coordinator/sig/v1\x00" + id)
        if "psig" in line:
            person = Ed25519PublicKey.from_public_bytes(bytes.fromhex(heading["people"][event["actor"]]))
            person.verify(bytes.fromhex(line["psig"]), b"coordinator/person/v1\x00" + id)
        if "sealed" in event:
            cipher = AESGCM(bytes.fromhex(ANSWER["keys"][event["key"]]))
            sealed = bytes.fromhex(event["sealed"])
            tied = "|".join([event["epoch"], str(event["seq"]), event["type"], event["subject"], event["key"]])
            assert json.loads(cipher.decrypt(sealed[:12], sealed[12:], tied.encode())) == answer["sealed"]


def test_a_new_record_is_exported_in_the_same_form(ward: Ward) -> None:
    ward.found_site()
    ward.enrol()
    heading, *lines = [json.loads(line) for line in b"".join(export(ward.store)).splitlines()]
    assert heading.keys() == {"format", "v", "site", "devices", "people"} == _lines()[0].keys()
    assert [line["event"]["seq"] for line in lines] == list(range(ward.store.count()))
    assert all(line.keys() == {"event", "id", "sig"} for line in lines)
    assert heading["devices"] == {ward.store.workstation: ward.store.public_key.hex()}


def test_absent_means_absent_and_never_null_or_empty(ward: Ward) -> None:
    held = ward.record(e.ConditioningStarted(case=CASE))
    row = ward.store.connection.execute("SELECT bytes FROM journal WHERE id = ?", (bytes.fromhex(held.id),)).fetchone()
    event = read_canonical(row[0])
    assert event.keys() == {
        "v", "epoch", "seq", "prev", "type", "type_v", "must", "subject", "device", "at", "zone", "boot", "boot_ns",
        "clock", "body",
    }  # fmt: skip
    assert event["body"] == {"case": CASE}


def test_a_key_without_anything_under_it_is_not_written(ward: Ward) -> None:
    ward.enrol()
    refused = ward.record(e.ScanRefused(case=CASE, step="bedside", reason="UNKNOWN"), key=KEY)
    row = ward.store.connection.execute(
        "SELECT bytes FROM journal WHERE id = ?", (bytes.fromhex(refused.id),)
    ).fetchone()
    assert not {"key", "sealed"} & read_canonical(row[0]).keys()
