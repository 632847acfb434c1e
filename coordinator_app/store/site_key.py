"""Hands the site key from a workstation that has it to one that was admitted; nobody between can open it."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.store.faults import StoreFault
from coordinator_app.store.recovery_key import seal_for_recovery
from coordinator_app.store.store import Store

_OFFER = b"coordinator/site-key-offer/v1\x00"
_HANDED = b"coordinator/site-key/v1\x00"
_NAME = "sealing"


def offer(store: Store) -> bytes:
    """Return a key to seal to, 32 bytes, and this workstation's signature over it, 64 bytes; it is drawn once."""
    keys = store._grounds.keys
    name = f"{keys.store_id}.{_NAME}"
    drawn = keys.port.get(name)
    if drawn is None:
        drawn = secrets.token_bytes(32)
        keys.port.put(name, drawn)
    public = X25519PrivateKey.from_private_bytes(drawn).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return public + store.sign(_OFFER + public)


def hand_over(store: Store, offered: bytes, recipient: bytes) -> bytes:
    """Seal the site key for the workstation whose signing key is `recipient`; raises StoreFault for another's offer.

    Ephemeral public key, nonce, ciphertext, and this workstation's signature over all three.
    """
    public, sig = offered[:32], offered[32:]
    if not _signed(recipient, sig, _OFFER + public):
        raise StoreFault("What was offered is not signed by the workstation with this fingerprint; do not admit it.")
    own = X25519PrivateKey.generate()
    ephemeral = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = _stretched(own.exchange(X25519PublicKey.from_public_bytes(public)), ephemeral, public)
    nonce = secrets.token_bytes(12)
    sealed = ephemeral + nonce + AESGCM(key).encrypt(nonce, store._grounds.keys.site, _HANDED + recipient)
    return sealed + store.sign(_HANDED + sealed)


def take_over(store: Store, handed: bytes, giver: bytes, wrapped: dict[str, bytes]) -> None:
    """Make the site's key this record's own; `giver` is the signing key of the workstation that sealed it.

    Raises StoreFault where it was not sealed by that workstation for this one, or does not open the site's keys.
    """
    keys = store._grounds.keys
    sealed, sig = handed[:-64], handed[-64:]
    drawn = keys.port.get(f"{keys.store_id}.{_NAME}")
    if drawn is None or not _signed(giver, sig, _HANDED + sealed):
        raise StoreFault("The site key was not sealed by the workstation whose fingerprint was named; ask it again.")
    ephemeral, nonce = sealed[:32], sealed[32:44]
    own = X25519PrivateKey.from_private_bytes(drawn)
    public = own.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key = _stretched(own.exchange(X25519PublicKey.from_public_bytes(ephemeral)), ephemeral, public)
    try:
        site_key = AESGCM(key).decrypt(nonce, sealed[44:], _HANDED + store.public_key)
    except InvalidTag as fault:
        raise StoreFault("The site key was sealed for another workstation; ask for admission again.") from fault
    keys.port.put(f"{keys.store_id}.site", site_key)
    keys.site = site_key
    store.patient_keys.begin_anew(site_key, wrapped)
    seal_for_recovery(store.folder, keys.port, keys.store_id, keys.secrets())


def fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of a signing key, 64 hex digits; people compare the first sixteen."""
    return hashlib.sha256(public_key).hexdigest()


def _stretched(shared: bytes, ephemeral: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=_HANDED + ephemeral + public).derive(shared)


def _signed(key: bytes, sig: bytes, part: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, part)
    except (InvalidSignature, ValueError):
        return False
    return True
