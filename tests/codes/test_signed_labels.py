"""The program's own label: genuine for whoever holds the signer's key, and nothing for anybody else."""

from __future__ import annotations

import cbor2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.codes.dispatch import read
from coordinator_app.codes.keys import keys_of
from coordinator_app.codes.signed_label import PREFIX, LabelStatement, decode, encode, key_id_of, key_list
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel, ScanRefused

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SIGNER.public_key().public_bytes_raw()
KEY_ID = key_id_of(PUBLIC)
KEYS = key_list([PUBLIC])
STATEMENT = LabelStatement(
    serial="01JABCDEF0",
    coi="CHA999926ABC123",
    unit="A999926123456/S1295100",
    expiry="2026-12-31T23:59Z",
    site="site-1",
    workstation="ws-3",
)
LABEL = encode(STATEMENT, SIGNER.sign, KEY_ID)


def reason(digits: str, keys: dict[str, bytes] = KEYS) -> Refusal:
    answer = read(digits.encode(), label_keys=keys)
    assert isinstance(answer, ScanRefused), answer
    return answer.reason


def digits_of(message: bytes) -> str:
    body = str(int.from_bytes(b"\x01" + message))
    return f"{PREFIX}{len(body):03d}{body}"


def signed(protected: object, payload: object, unprotected: object = None, sign: bool = True) -> str:
    head, body = cbor2.dumps(protected, canonical=True), cbor2.dumps(payload, canonical=True)
    to_be_signed = cbor2.dumps(["Signature1", head, b"", body], canonical=True)
    signature = SIGNER.sign(to_be_signed) if sign else bytes(64)
    return digits_of(cbor2.dumps([head, unprotected or {}, body, signature], canonical=True))


def test_a_workstation_that_holds_the_key_reads_the_label() -> None:
    label = read(("]d1" + LABEL).encode(), label_keys=KEYS)
    assert isinstance(label, ScannedLabel)
    assert [field.id for field in label.fields] == [
        "label:serial",
        "label:coi",
        "label:unit",
        "label:expiry",
        "label:site",
        "label:workstation",
    ]
    assert label.fields[3].normal == "2026-12-31T23:59Z"
    assert keys_of(label) == ("serial:01JABCDEF0", "coi:CHA999926ABC123", "unit:A999926123456/S1295100")
    assert decode(LABEL, KEYS)[0] == STATEMENT


def test_the_label_is_digits_only_and_names_no_person() -> None:
    assert LABEL.isdigit()
    assert set(LabelStatement.__struct_fields__) == {"serial", "coi", "unit", "expiry", "site", "workstation"}


def test_a_label_may_have_no_expiry() -> None:
    statement = msgspec.structs.replace(STATEMENT, expiry=None)
    assert decode(encode(statement, SIGNER.sign, KEY_ID), KEYS)[0] == statement


def test_a_stranger_and_a_wrong_key_are_told_apart() -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert reason(LABEL, {}) is Refusal.SIGNER_UNKNOWN
    assert reason(LABEL, key_list([other])) is Refusal.SIGNER_UNKNOWN
    assert reason(LABEL, {KEY_ID.hex(): other}) is Refusal.SIGNATURE_WRONG


@given(st.integers(9, len(LABEL) - 1), st.integers(1, 9))
def test_no_digit_of_it_can_be_changed(place: int, by: int) -> None:
    changed = LABEL[:place] + str((int(LABEL[place]) + by) % 10) + LABEL[place + 1 :]
    assert reason(changed) in (Refusal.SIGNATURE_WRONG, Refusal.SIGNER_UNKNOWN)


@given(st.integers(1, len(LABEL) - 1))
def test_no_part_of_it_is_taken_for_the_whole(length: int) -> None:
    assert isinstance(read(LABEL[:length].encode(), label_keys=KEYS), ScanRefused)


def test_damage_is_named() -> None:
    assert reason(LABEL[:-1]) is Refusal.CODE_CUT_OFF
    assert reason(PREFIX) is Refusal.CODE_CUT_OFF
    assert reason(LABEL + "1") is Refusal.CODES_RUN_TOGETHER
    assert reason(LABEL + "=A99992612345600") in (Refusal.CODES_RUN_TOGETHER, Refusal.CODE_TOO_LONG)
    assert reason(PREFIX + "x") is Refusal.CODES_RUN_TOGETHER
    assert reason(PREFIX + "000") is Refusal.SIGNATURE_WRONG
    assert reason(PREFIX + "00201") is Refusal.SIGNATURE_WRONG
    assert reason(PREFIX + "00299") is Refusal.SIGNATURE_WRONG


def test_one_label_can_be_written_in_one_way_only() -> None:
    body = cbor2.dumps({1: -8, 4: KEY_ID}, canonical=True)
    loose = b"\x9f" + cbor2.dumps(body) + b"\xa0" + cbor2.dumps(b"") + cbor2.dumps(bytes(64)) + b"\xff"
    assert reason(digits_of(loose)) is Refusal.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "forged",
    [
        digits_of(b"\xff"),
        digits_of(cbor2.dumps("text")),
        digits_of(cbor2.dumps([b"", {}, b"", b"short"])),
        signed({1: -7, 4: KEY_ID}, {1: "A"}),
        signed({1: -8, 4: KEY_ID, 5: 1}, {1: "A"}),
        signed({1: -8, 4: "text"}, {1: "A"}),
        signed({1: -8, 4: KEY_ID}, {1: "A"}, {"x": 1}),
        signed({1: -8, 4: KEY_ID}, {1: "A"}, sign=False),
    ],
)
def test_other_envelopes_are_not_genuine(forged: str) -> None:
    assert reason(forged) is Refusal.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "payload",
    [
        {1: "A"},
        {1: "A", 2: "B", 3: "C", 4: "tomorrow", 5: "D", 6: "E"},
        {1: "A", 2: "B", 3: "C", 5: "D", 6: 7},
        {1: "A", 2: "B", 3: "C", 5: "D", 6: "E", 7: "F"},
        {1: "A", 2: "B", 3: "C", 5: "D", 6: "x" * 41},
        "text",
    ],
)
def test_a_genuine_label_of_a_newer_program_is_not_guessed_at(payload: object) -> None:
    assert reason(signed({1: -8, 4: KEY_ID}, payload)) is Refusal.STRUCTURE_UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"serial": ""},
        {"coi": "x" * 41},
        {"unit": "\u00fc"},
        {"expiry": "2026-12-31"},
        {"expiry": "2026-1-31T23:59Z"},
    ],
)
def test_what_cannot_stand_on_a_label_is_never_signed(change: dict[str, str]) -> None:
    def never(_: bytes) -> bytes:
        raise AssertionError("signed")

    with pytest.raises(ValueError, match=r"cannot stand|no instant"):
        encode(msgspec.structs.replace(STATEMENT, **change), never, KEY_ID)


@given(st.binary(max_size=300))
def test_no_bytes_whatever_behind_the_prefix_make_the_reader_fail(message: bytes) -> None:
    assert isinstance(read(digits_of(message).encode(), label_keys=KEYS), ScanRefused)
