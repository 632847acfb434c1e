"""The secrets of one record: which there are, under which names they are kept, and the marker that names the record."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.store.faults import MissingKey, StoreDamaged, StoreMissing
from coordinator_app.store.files import write_whole
from coordinator_app.store.keys import KeyPort

MARKER_FILE = "store.json"
_NEXT = "site.next"
SECRET_NAMES = ("store", "site", "workstation")


class StoreKeys:
    """The key of the file, the key that wraps the patients' keys, and the key with which the workstation signs."""

    def __init__(self, store_id: str, port: KeyPort) -> None:
        """Fetch the secrets; raises MissingKey where one is not there."""
        self.store_id = store_id
        self.port = port
        self.store = self._secret("store")
        self.site = self._secret("site")
        self.signing = Ed25519PrivateKey.from_private_bytes(self._secret("workstation"))
        self.public = self.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @classmethod
    def mint(cls, port: KeyPort) -> StoreKeys:
        """Draw the secrets of a new record and keep them."""
        store_id = secrets.token_hex(16)
        for name in SECRET_NAMES:
            port.put(f"{store_id}.{name}", secrets.token_bytes(32))
        return cls(store_id, port)

    def forget(self) -> None:
        """Remove the secrets of a record that did not come to be."""
        for name in (*SECRET_NAMES, "anchor"):
            self.port.delete(f"{self.store_id}.{name}")

    def draw_next_site_key(self) -> bytes:
        """Keep a new site key beside the one in use; `take_next_site_key` puts it in its place. Raises StoreFault."""
        drawn = secrets.token_bytes(32)
        self.port.put(f"{self.store_id}.{_NEXT}", drawn)
        return drawn

    def keep_next_site_key(self, key: bytes) -> None:
        """Keep the site key that another workstation drew beside the one in use. Raises StoreFault."""
        self.port.put(f"{self.store_id}.{_NEXT}", key)

    def next_site_key(self) -> bytes | None:
        """Return the site key that was to follow when a rotation broke off, or None."""
        return self.port.get(f"{self.store_id}.{_NEXT}")

    def take_next_site_key(self) -> None:
        """Put the next site key in the place of the one in use; the old one is forgotten. Raises StoreFault."""
        drawn = self.next_site_key()
        if drawn is not None:
            self.port.put(f"{self.store_id}.site", drawn)
            self.site = drawn

    def end_rotation(self) -> None:
        """Forget that a rotation was under way."""
        self.port.delete(f"{self.store_id}.{_NEXT}")

    def secrets(self) -> dict[str, bytes]:
        """Return the secrets of this record by the names under which they are kept."""
        return {f"{self.store_id}.{name}": self._secret(name) for name in SECRET_NAMES}

    def _secret(self, name: str) -> bytes:
        found = self.port.get(f"{self.store_id}.{name}")
        if found is None:
            raise MissingKey(
                "The key of this record is not on this computer; use the recovery key, "
                "or start the program as the person who set it up."
            )
        if len(found) != 32:
            raise MissingKey("The key of this record is damaged; use the recovery key.")
        return found


def write_marker(folder: Path, store_id: str, mirror: Path | None = None) -> None:
    """Write the marker, last of all: a folder without it holds no record. Raises OSError.

    `mirror` is the file of the second copy where it does not stand beside the record.
    """
    content: dict[str, str | int] = {"format": "coordinator-store", "v": 1, "store": store_id}
    if mirror is not None:
        content["mirror"] = str(mirror.absolute())
    write_whole(folder / MARKER_FILE, json.dumps(content).encode())


def read_marker(folder: Path) -> str:
    """Return the id of the record in this folder; raises StoreMissing and StoreDamaged."""
    try:
        content = json.loads((folder / MARKER_FILE).read_bytes())
        return str(content["store"])
    except FileNotFoundError as fault:
        raise StoreMissing(
            f"There is no record in {folder}; check that its disk is connected and the right folder is named, "
            "or found a new site there."
        ) from fault
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreDamaged(
            f"The file {MARKER_FILE} in {folder} cannot be read; put it back from the backup and start again."
        ) from fault
