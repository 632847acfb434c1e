"""The recovery key: a key on paper in the safe that opens this record's keys when the computer that held them is gone.

It is the private half of an X25519 pair, drawn at set-up, printed once and never kept. The public half stays in the key
store; with it the keys of the record (file, and through it the mirror; patients' keys; signing) are sealed into
`recovery.json` beside the record and in every backup. So the paper stays good when a key is rotated, and nobody can
open anything with what lies on the disk.

On paper it is seven numbered lines of eight characters and one that checks its line: base32 of the 32 bytes and three
bytes of their SHA-256. The letters are A–Z and 2–7; 0, 1 and 8 are read as O, I and B.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.store.faults import KeyFileDamaged, MissingKey, RecoveryKeyWrong
from coordinator_app.store.files import write_whole
from coordinator_app.store.keys import KeyPort

RECOVERY_FILE = "recovery.json"
SYMBOL_START = "COIRK1"
"""What the printed symbol begins with, so that a scan of it is told from any other."""

LINES = 7
_CHECKED = b"coordinator/recovery-key/v1\x00"
_CONTEXT = b"coordinator/recovery/v1\x00"
_ALIKE = str.maketrans("018", "OIB")
_NAME = "recovery"


def draw_recovery_key() -> bytes:
    """Draw a new recovery key, 32 bytes; whoever calls prints it and forgets it."""
    return secrets.token_bytes(32)


def recovery_lines(key: bytes) -> tuple[str, ...]:
    """Return the seven lines of a recovery key as they stand on paper, such as `ABCD EFGH 7`."""
    text = _text_of(key)
    parts = [text[at : at + 8] for at in range(0, len(text), 8)]
    return tuple(f"{part[:4]} {part[4:]} {_check_of(number, part)}" for number, part in enumerate(parts, start=1))


def recovery_symbol(key: bytes) -> str:
    """Return the text for the symbol on the paper."""
    return SYMBOL_START + _text_of(key)


def read_recovery_key(text: str) -> bytes:
    """Return the key from its typed lines or its scanned symbol; raises RecoveryKeyWrong that names the wrong line."""
    plain = text.strip().upper()
    before, start, symbol = plain.partition(SYMBOL_START)
    if start and len(before) <= 3:  # a scanner may set its three characters for the kind of symbol in front
        return _key_of(symbol)
    letters = re.sub(r"[^A-Z2-7]", "", plain.translate(_ALIKE))
    if len(letters) != LINES * 9:
        raise RecoveryKeyWrong(
            f"The recovery key has {LINES * 9} characters in {LINES} lines and this has {len(letters)}; "
            "type all lines from the sheet again."
        )
    parts = [letters[at : at + 9] for at in range(0, len(letters), 9)]
    for number, part in enumerate(parts, start=1):
        if part[8] != _check_of(number, part[:8]):
            raise RecoveryKeyWrong(f"Line {number} of the recovery key is mistyped; compare it with the sheet.")
    return _key_of("".join(part[:8] for part in parts))


def fingerprint_of(public: bytes) -> str:
    """Return eight hex digits that name a recovery key on sheet, screen and in the record, and tell nothing of it."""
    return hashlib.sha256(_CHECKED + public).hexdigest()[:8]


def public_half(key: bytes) -> bytes:
    """Return the public half of a recovery key, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(key).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def known_recovery(port: KeyPort, store_id: str) -> bytes | None:
    """Return the public half of the recovery key of a record, or None where none was made."""
    return port.get(f"{store_id}.{_NAME}")


def seal_for_recovery(folder: Path, port: KeyPort, store_id: str, secrets_of: Mapping[str, bytes]) -> bool:
    """Seal the keys of a record into `recovery.json` for the recovery key it knows; False where there is none.

    Called whenever a key changes. Raises OSError.
    """
    recipient = known_recovery(port, store_id)
    if recipient is None:
        return False
    own = X25519PrivateKey.generate()
    ephemeral = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wrapper = _wrapper(own.exchange(X25519PublicKey.from_public_bytes(recipient)), ephemeral, recipient)
    nonce = secrets.token_bytes(12)
    plain = json.dumps({name: secret.hex() for name, secret in sorted(secrets_of.items())}).encode()
    content = {
        "format": "coordinator-recovery", "v": 1, "store": store_id, "recipient": recipient.hex(),
        "ephemeral": ephemeral.hex(),
        "sealed": (nonce + wrapper.encrypt(nonce, plain, _CONTEXT + store_id.encode())).hex(),
    }  # fmt: skip
    write_whole(folder / RECOVERY_FILE, json.dumps(content, indent=1).encode())
    return True


def use_recovery_key(folder: Path, port: KeyPort, store_id: str, key: bytes, secrets_of: Mapping[str, bytes]) -> str:
    """Let a freshly drawn key be the recovery key of a record from now on; returns its fingerprint.

    An older sheet opens nothing made from now on. Raises StoreFault and OSError.
    """
    public = public_half(key)
    port.put(f"{store_id}.{_NAME}", public)
    seal_for_recovery(folder, port, store_id, secrets_of)
    return fingerprint_of(public)


def open_recovery(folder: Path, key: bytes) -> dict[str, bytes]:
    """Return the keys of the record in a folder, or in a backup, opened with the recovery key.

    The public half is among them under its own name, so that the paper stays the recovery key of what is set up anew.
    Raises MissingKey where no recovery key was made, RecoveryKeyWrong for another record's or an older one,
    KeyFileDamaged.
    """
    path = folder / RECOVERY_FILE
    try:
        content = json.loads(path.read_bytes())
        store_id, recipient = str(content["store"]), bytes.fromhex(content["recipient"])
        ephemeral, sealed = bytes.fromhex(content["ephemeral"]), bytes.fromhex(content["sealed"])
    except FileNotFoundError as fault:
        raise MissingKey(
            f"No recovery key was ever made for what is in {folder}; use its key ring or key file, or another backup."
        ) from fault
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise KeyFileDamaged(f"The file {RECOVERY_FILE} is damaged; put it back from a backup.") from fault
    own = public_half(key)
    if own != recipient:
        raise RecoveryKeyWrong(
            f"This is recovery key {fingerprint_of(own)}, and {fingerprint_of(recipient)} is needed here; "
            "look for the sheet with that number."
        )
    try:
        shared = X25519PrivateKey.from_private_bytes(key).exchange(X25519PublicKey.from_public_bytes(ephemeral))
        opened = json.loads(
            _wrapper(shared, ephemeral, recipient).decrypt(sealed[:12], sealed[12:], _CONTEXT + store_id.encode())
        )
    except (InvalidTag, ValueError) as fault:
        raise KeyFileDamaged(f"The file {RECOVERY_FILE} is damaged; put it back from a backup.") from fault
    return {name: bytes.fromhex(text) for name, text in opened.items()} | {f"{store_id}.{_NAME}": recipient}


def _wrapper(shared: bytes, ephemeral: bytes, recipient: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _CONTEXT + ephemeral + recipient).derive(shared))


def _text_of(key: bytes) -> str:
    return base64.b32encode(key + hashlib.sha256(_CHECKED + key).digest()[:3]).decode()


def _key_of(text: str) -> bytes:
    wrong = RecoveryKeyWrong("This is no recovery key; type all lines from the sheet, or scan its symbol again.")
    try:
        content = base64.b32decode(text)
    except ValueError as fault:
        raise wrong from fault
    if len(content) != 35 or hashlib.sha256(_CHECKED + content[:32]).digest()[:3] != content[32:]:
        raise wrong
    return content[:32]


def _check_of(number: int, part: str) -> str:
    # The number of the line is in it: two lines that were exchanged are told.
    return base64.b32encode(hashlib.sha256(f"{number}{part}".encode()).digest())[:1].decode()
