"""Seals bytes for the holder of one Ed25519 key: workstations and hubs are known by their signing keys alone.

The signing key is turned into an X25519 key by the birational map of RFC 7748 §4.1, as SSH keys are by `age`; that one
key pair may serve both is shown in E. Thormarker, "On using the same key pair for Ed25519 and an X25519 based KEM"
(2021). Each sealing draws a key of its own, so the nonce is always zero.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

OVERHEAD = 48
"""Bytes that sealing adds: an ephemeral public key and a tag."""

_P = 2**255 - 19
_NONCE = bytes(12)


class SealedForAnother(ValueError):
    """The bytes were sealed for somebody else, for another purpose, or were changed."""


def seal_to(recipient: bytes, purpose: bytes, plain: bytes, drawn: bytes) -> bytes:
    """Seal `plain` for the holder of this Ed25519 public key; `drawn` are 32 random bytes used for nothing else.

    Raises ValueError for a public key that is none.
    """
    own = X25519PrivateKey.from_private_bytes(drawn)
    ephemeral = own.public_key().public_bytes_raw()
    theirs = _exchange_key(recipient)
    key = _stretched(own.exchange(X25519PublicKey.from_public_bytes(theirs)), purpose, ephemeral, recipient)
    return ephemeral + AESGCM(key).encrypt(_NONCE, plain, purpose)


def open_sealed(signing: Ed25519PrivateKey, purpose: bytes, sealed: bytes) -> bytes:
    """Return what was sealed for the holder of this key and for this purpose; raises SealedForAnother."""
    if len(sealed) < OVERHEAD:
        raise SealedForAnother
    ephemeral = sealed[:32]
    scalar = hashlib.sha512(signing.private_bytes_raw()).digest()[:32]
    try:
        shared = X25519PrivateKey.from_private_bytes(scalar).exchange(X25519PublicKey.from_public_bytes(ephemeral))
        key = _stretched(shared, purpose, ephemeral, signing.public_key().public_bytes_raw())
        return AESGCM(key).decrypt(_NONCE, sealed[32:], purpose)
    except (InvalidTag, ValueError) as fault:
        raise SealedForAnother from fault


def _exchange_key(public: bytes) -> bytes:
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if len(public) != 32 or y in (0, 1) or y >= _P - 1:
        raise ValueError("This is no signing key that bytes can be sealed to.")
    return ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(32, "little")


def _stretched(shared: bytes, purpose: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose + b"\x00" + ephemeral + recipient).derive(shared)
