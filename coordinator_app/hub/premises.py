"""The folder of a hub: its own keys, and where the process that serves can be reached."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.domain.sealed_to import open_sealed
from coordinator_app.hub.ledger import Ledger, LedgerRefused
from coordinator_app.hub.standing import HubSigner

KEY_FILE = "hub.key"
SERVING_FILE = "serving.json"


class Premises:
    """A folder with the hub's keys; made with the first look at it."""

    def __init__(self, folder: Path) -> None:
        """Read or make the keys; raises LedgerRefused."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            keys = self._keys()
        except OSError as fault:
            raise LedgerRefused(f"The hub's folder {folder} cannot be used; check its rights and its disk.") from fault
        self.file_key = bytes.fromhex(keys["file"])
        self._signing = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys["signing"]))
        self.secret = bytes.fromhex(keys["signing"])
        public = self._signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.signer = HubSigner(self._signing.sign, public)

    def sign(self, part: bytes) -> bytes:
        """Sign with the hub's key."""
        return self._signing.sign(part)

    def open_sealed(self, purpose: bytes, sealed: bytes) -> bytes:
        """Return what was sealed for the hub's key; raises SealedForAnother."""
        return open_sealed(self._signing, purpose, sealed)

    def open_books(self, dsn: str = "") -> Ledger:
        """Open the embedded file, or PostgreSQL where a DSN is given; raises LedgerRefused."""
        if dsn:
            from coordinator_app.hub.ledger_postgres import PostgresLedger

            return PostgresLedger(dsn)
        from coordinator_app.hub.ledger_sqlite import SqliteLedger

        return SqliteLedger(self.folder, self.file_key)

    def serving(self) -> str:
        """Return the address of the process that serves from this folder, or an empty text."""
        try:
            return str(json.loads((self.folder / SERVING_FILE).read_text())["url"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def set_serving(self, url: str) -> None:
        """Note the address of the process that serves; an empty one takes the note away."""
        path = self.folder / SERVING_FILE
        if url:
            path.write_text(json.dumps({"url": url}))
        else:
            path.unlink(missing_ok=True)

    def _keys(self) -> dict[str, Any]:
        path = self.folder / KEY_FILE
        if not path.exists():
            fresh = {"format": "coordinator-hub-keys", "v": 1, "file": secrets.token_hex(32)}
            fresh["signing"] = secrets.token_hex(32)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as out:
                json.dump(fresh, out)
                out.flush()
                os.fsync(out.fileno())
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise LedgerRefused(f"Other people can read {path}; run 'chmod 600' on it and start the hub again.")
        try:
            found: dict[str, Any] = json.loads(path.read_text())
            if found["format"] == "coordinator-hub-keys" and len(found["file"]) == len(found["signing"]) == 64:
                return found
        except (ValueError, KeyError, TypeError):
            pass
        raise LedgerRefused(f"The hub's keys in {path} are damaged; put them back from the backup.")


def verify(key: bytes, sig: bytes, part: bytes) -> bool:
    """Say whether the holder of this public key signed the part."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, part)
    except (InvalidSignature, ValueError):
        return False
    return True
