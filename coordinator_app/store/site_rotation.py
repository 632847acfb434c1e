"""A new site key on its way to the other workstations of the site, and its taking over without a moment of no key.

It is sealed for each workstation by its signing key and signed by the one that hands it on, together with the number of
the generation it begins: an older one that somebody lays down again is not taken.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from coordinator_app.domain.sealed_to import SealedForAnother, open_sealed, seal_to
from coordinator_app.store.erasing import destroy_key
from coordinator_app.store.faults import FolderUnusable
from coordinator_app.store.recovery_key import seal_for_recovery
from coordinator_app.store.store import Store

_PURPOSE = b"coordinator/site-key-rotation/v1\x00"
_PRINT = b"coordinator/site-key-print/v1\x00"


def seal_site_key(store: Store, generation: int, recipient: bytes) -> bytes:
    """Return this record's site key, sealed for the workstation with this signing key, and our signature over it."""
    purpose = _purpose(store, generation)
    sealed = seal_to(recipient, purpose, store._grounds.keys.site, secrets.token_bytes(32))
    return sealed + store.sign(purpose + recipient + sealed)


def open_site_key(store: Store, generation: int, handed: bytes, givers: Iterable[bytes]) -> bytes | None:
    """Return the site key that one of these workstations sealed for this one; None where none of them did."""
    sealed, sig = handed[:-64], handed[-64:]
    purpose = _purpose(store, generation)
    signed = purpose + store.public_key + sealed
    if not any(_signed(giver, sig, signed) for giver in givers):
        return None
    try:
        found = open_sealed(store._grounds.keys.signing, purpose, sealed)
    except SealedForAnother:
        return None
    return found if len(found) == 32 else None


def print_of_site_key(store: Store) -> str:
    """Return what tells one site key from another and nothing of it, 32 hex digits; it is kept in the record only."""
    return hashlib.sha256(_PRINT + store._grounds.keys.site).hexdigest()[:32]


def is_site_key(store: Store, site_key: bytes) -> bool:
    """Say whether this is the site key that is in use here."""
    return hmac.compare_digest(site_key, store._grounds.keys.site)


def take_site_key(store: Store, site_key: bytes, wrapped: Mapping[str, bytes], gone: Collection[str]) -> None:
    """Make the site's new key this record's own, with the keys it wraps, but those that are gone.

    The next key is kept first and the key file is replaced before the key in use is: wherever this is cut off, one of
    the two opens the file. Raises FolderUnusable.
    """
    keys = store._grounds.keys
    try:
        keys.keep_next_site_key(site_key)
        store.patient_keys.take_under(site_key, wrapped, gone)
        keys.take_next_site_key()
        seal_for_recovery(store.folder, keys.port, keys.store_id, keys.secrets())
        keys.end_rotation()
    except OSError as fault:
        raise FolderUnusable(
            "The site has a new key, and the key file cannot be written; free space on the disk, then exchange again."
        ) from fault


def rotate_site_key(store: Store) -> None:
    """Draw a new site key although no key is erased here: somebody else erased one and could not. Raises OSError."""
    destroy_key(store.folder, store._grounds.keys, store.patient_keys, "")


def _purpose(store: Store, generation: int) -> bytes:
    return _PURPOSE + f"{store.site}|{generation}".encode()


def _signed(key: bytes, sig: bytes, part: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, part)
    except (InvalidSignature, ValueError):
        return False
    return True
