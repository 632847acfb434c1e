"""The program's own label: a COSE_Sign1 statement signed with Ed25519, carried as decimal digits.

Digits alone survive every keyboard layout but the French, caps lock and wedge scanners (standards §4). The statement
names no person. Layout: the prefix, three digits that count the rest, then the bytes as one decimal number behind a
leading 1 that keeps zeros. COSE (RFC 9052): protected `{1: -8, 4: key id}`, no unprotected header, payload a CBOR map
`{1: serial, 2: coi, 3: unit, 4: expiry, 5: site, 6: workstation}`, deterministic encoding throughout.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField

PREFIX = "688001"
"""How every signed label begins. No GS1 identifier begins with 68, so the two can never be taken for each other."""

LONGEST_LABEL = 900
"""Digits of the longest signed label, prefix included: a Data Matrix of 80 by 80 modules."""

_EDDSA = -8
_TEXT_LIMIT = 40
_NAMES = {1: "serial", 2: "coi", 3: "unit", 4: "expiry", 5: "site", 6: "workstation"}
_SHOWN = {
    "serial": "Label serial",
    "coi": "Chain of identity identifier",
    "unit": "Unit",
    "expiry": "Expiry",
    "site": "Issuing site",
    "workstation": "Issuing workstation",
}


class LabelStatement(Struct, frozen=True):
    """What a label says of itself. `expiry` is an ISO instant in UTC, `YYYY-MM-DDTHH:MMZ`, or None.

    All texts are ASCII of at most 40 characters; `serial` is unique for each printed copy.
    """

    serial: str
    coi: str
    unit: str
    expiry: str | None
    site: str
    workstation: str


def key_id_of(public_key: bytes) -> bytes:
    """Return the eight bytes by which a signer's raw Ed25519 public key is named in a label."""
    return hashlib.sha256(public_key).digest()[:8]


def key_list(public_keys: Iterable[bytes]) -> dict[str, bytes]:
    """Return raw public keys by the hex of their key ids, as `decode` and `dispatch.read` want them."""
    return {key_id_of(key).hex(): key for key in public_keys}


def encode(statement: LabelStatement, sign: Callable[[bytes], bytes], key_id: bytes) -> str:
    """Return the digits of a signed label; `sign` returns the 64-byte Ed25519 signature of the bytes it is given.

    Raises ValueError for a text that is empty, too long or not ASCII, or an expiry in another form.
    """
    texts = (statement.serial, statement.coi, statement.unit, statement.expiry, statement.site, statement.workstation)
    payload_map = {number: text for number, text in enumerate(texts, start=1) if text is not None}
    for text in payload_map.values():
        if not _may_stand(text):
            raise ValueError(f"{text!r} cannot stand on a signed label: use 1 to {_TEXT_LIMIT} plain characters.")
    if statement.expiry is not None and _instant(statement.expiry) is None:
        raise ValueError(f"{statement.expiry!r} is no instant of the form 2026-12-31T23:59Z.")
    protected = cbor2.dumps({1: _EDDSA, 4: key_id}, canonical=True)
    payload = cbor2.dumps(payload_map, canonical=True)
    signature = sign(_to_be_signed(protected, payload))
    message = cbor2.dumps([protected, {}, payload, signature], canonical=True)
    digits = str(int.from_bytes(b"\x01" + message))
    return f"{PREFIX}{len(digits):03d}{digits}"


def decode(digits: str, keys: Mapping[str, bytes]) -> tuple[LabelStatement, tuple[ScanField, ...]]:
    """Return the statement and the fields of a signed label whose signature one of the keys confirms.

    `keys` are raw Ed25519 public keys by the hex of their key ids. Raises Unreadable.
    """
    message = _bytes_of(digits)
    protected, payload, signature = _parts_of(message)
    key_id = _key_id(protected)
    public_key = keys.get(key_id.hex())
    if public_key is None:
        raise Unreadable(
            Refusal.SIGNER_UNKNOWN,
            "This label was signed by a workstation that is not on this one's list; "
            "exchange with the hub or load its bundle, then scan again.",
        )
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _to_be_signed(protected, payload))
    except InvalidSignature:
        raise _not_genuine() from None
    statement = _statement_of(payload)
    return statement, _fields_of(statement)


def _bytes_of(digits: str) -> bytes:
    body = digits.removeprefix(PREFIX)
    if not digits.startswith(PREFIX) or not digits.isdigit() or not digits.isascii():
        raise Unreadable(
            Refusal.CODES_RUN_TOGETHER,
            "A signed label is digits only, and this scan holds more; scan one code at a time.",
        )
    length, number = body[:3], body[3:]
    if len(length) < 3 or len(number) < int(length):
        raise Unreadable(Refusal.CODE_CUT_OFF, "The code ends too early; scan it again over its whole length.")
    if len(number) > int(length):
        raise Unreadable(
            Refusal.CODES_RUN_TOGETHER,
            "More characters follow the end of the code; scan one code at a time.",
        )
    value = int(number or "0")
    message = value.to_bytes((value.bit_length() + 7) // 8)
    # Leading zeros or another first byte would let one label be written in several ways.
    if not number or number[0] == "0" or message[:1] != b"\x01":
        raise _not_genuine()
    return message[1:]


def _parts_of(message: bytes) -> tuple[bytes, bytes, bytes]:
    match _cbor(message):
        case [bytes(protected), {}, bytes(payload), bytes(signature)] if len(signature) == 64:
            if cbor2.dumps([protected, {}, payload, signature], canonical=True) == message:
                return protected, payload, signature
    raise _not_genuine()


def _key_id(protected: bytes) -> bytes:
    match _cbor(protected):
        case {1: -8, 4: bytes(key_id), **rest} if not rest and len(key_id) <= 32:
            return key_id
    raise _not_genuine()


def _statement_of(payload: bytes) -> LabelStatement:
    found = _cbor(payload)
    # The signature is right by now: a payload outside the form is of a newer program, not forged.
    if isinstance(found, dict) and set(found) | {4} == set(_NAMES) and all(_may_stand(text) for text in found.values()):
        statement = LabelStatement(**{"expiry": None, **{_NAMES[number]: text for number, text in found.items()}})
        if statement.expiry is None or _instant(statement.expiry) is not None:
            return statement
    raise Unreadable(
        Refusal.STRUCTURE_UNKNOWN,
        "This signed label says things that this version of the program does not know; update the program.",
    )


def _fields_of(statement: LabelStatement) -> tuple[ScanField, ...]:
    fields = []
    for name in _NAMES.values():
        value = getattr(statement, name)
        if value is not None:
            normal = value if name == "expiry" else None
            fields.append(ScanField(id=f"label:{name}", name=_SHOWN[name], value=value, normal=normal))
    return tuple(fields)


def _cbor(data: bytes) -> object:
    try:
        return cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError):
        raise _not_genuine() from None


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure of RFC 9052 §4.4 with no external data."""
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _may_stand(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= _TEXT_LIMIT and text.isascii() and text.isprintable()


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=None)  # noqa: DTZ007 - only its form counts
    except ValueError:
        return None
    return found if found.strftime("%Y-%m-%dT%H:%MZ") == text else None


def _not_genuine() -> Unreadable:
    return Unreadable(
        Refusal.SIGNATURE_WRONG,
        "The signature on this label is wrong: it is damaged or no label of this program; "
        "do not use it, and call the pharmacy.",
    )
