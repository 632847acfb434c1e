"""One key per patient, wrapped by the site key, in a file that can be replaced so that a key can be forgotten."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coordinator_app.store.faults import KeyFileDamaged
from coordinator_app.store.files import write_whole

PATIENT_KEY_FILE = "patient-keys.json"
_CONTEXT = b"coordinator/patient-key/v1\x00"


class PatientKeys:
    """The keys that open sealed fields: one per patient, one of the site, one for people not known."""

    def __init__(self, folder: Path, site_key: bytes) -> None:
        """Read the file in `folder` if there is one; raises KeyFileDamaged."""
        self._path = folder / PATIENT_KEY_FILE
        self._site = AESGCM(site_key)
        self._wrapped: dict[str, bytes] = {}
        self._hidden = ""
        self._open: dict[str, bytes] = {}
        if not self._path.exists():
            return
        try:
            content = json.loads(self._path.read_bytes())
            if content["format"] != "coordinator-patient-keys" or content["v"] != 1:
                raise _damaged(self._path)
            self._wrapped = {key_id: bytes.fromhex(text) for key_id, text in content["keys"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise _damaged(self._path) from fault

    def create(self, key_id: str) -> None:
        """Mint a key and keep it durably; a key that is there already stays. Raises OSError."""
        if key_id in self._wrapped:
            return
        secret, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
        self._write({**self._wrapped, key_id: nonce + self._site.encrypt(nonce, secret, _CONTEXT + key_id.encode())})

    def get(self, key_id: str) -> bytes | None:
        """Return the key, or None where it is not known or was forgotten; raises KeyFileDamaged."""
        if key_id == self._hidden:
            return None
        if key_id not in self._open:
            wrapped = self._wrapped.get(key_id)
            if wrapped is None:
                return None
            try:
                self._open[key_id] = self._site.decrypt(wrapped[:12], wrapped[12:], _CONTEXT + key_id.encode())
            except (InvalidTag, ValueError) as fault:
                raise _damaged(self._path) from fault
        return self._open[key_id]

    @contextmanager
    def without(self, key_id: str) -> Iterator[None]:
        """Answer inside as if this key had been forgotten, so that what follows from that can be made in one go."""
        self._hidden = key_id
        try:
            yield
        finally:
            self._hidden = ""

    def opens(self, key_id: str) -> bool:
        """Tell whether the key that wraps the others is the right one, by trying it on this one."""
        try:
            return self.get(key_id) is not None
        except KeyFileDamaged:
            return False

    def rewrap(self, site_key: bytes, forgotten: str = "") -> None:
        """Wrap every key but the forgotten one with another site key, in one replaced file. Raises OSError."""
        secrets_of = {known: self.get(known) for known in self._wrapped if known != forgotten}
        site, wrapped = AESGCM(site_key), {}
        for known, secret in secrets_of.items():
            if secret is not None:
                nonce = secrets.token_bytes(12)
                wrapped[known] = nonce + site.encrypt(nonce, secret, _CONTEXT + known.encode())
        self._write(wrapped)
        self._site = site
        self._open.pop(forgotten, None)

    def forget(self, key_id: str) -> None:
        """Forget a key for good; what it sealed cannot be opened again. Raises OSError."""
        self._write({known: wrapped for known, wrapped in self._wrapped.items() if known != key_id})
        self._open.pop(key_id, None)

    def wrapped(self) -> dict[str, bytes]:
        """Return all keys as they are wrapped; without the site key nobody opens them."""
        return dict(self._wrapped)

    def adopt(self, wrapped: dict[str, bytes]) -> None:
        """Keep wrapped keys of this site that another workstation minted; a key that is here stays. Raises OSError.

        What the site key does not open is left out: it was wrapped with another site key.
        """
        usable = {key_id: each for key_id, each in wrapped.items() if key_id not in self._wrapped}
        for key_id, each in list(usable.items()):
            try:
                self._site.decrypt(each[:12], each[12:], _CONTEXT + key_id.encode())
            except (InvalidTag, ValueError):
                del usable[key_id]
        if usable:
            self._write({**self._wrapped, **usable})

    def take_under(self, site_key: bytes, wrapped: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Keep the keys that this site key wraps and those that are here, all under it, in one replaced file.

        What is gone is left out, and so is what the site key does not open. Raises OSError.
        """
        site, wanted = AESGCM(site_key), {}
        for key_id, each in wrapped.items():
            if key_id not in gone and _opened(site, key_id, each) is not None:
                wanted[key_id] = each
        for key_id in self._wrapped:
            secret = self.get(key_id)
            if key_id not in wanted and key_id not in gone and secret is not None:
                nonce = secrets.token_bytes(12)
                wanted[key_id] = nonce + site.encrypt(nonce, secret, _CONTEXT + key_id.encode())
        self._write(wanted)
        self._site, self._open = site, {}

    def add_from(self, site_key: bytes, wrapped: Mapping[str, bytes], gone: Collection[str]) -> None:
        """Keep the keys that another site key wraps and that are not here, under ours. Raises OSError."""
        other, more = AESGCM(site_key), {}
        for key_id, each in wrapped.items():
            secret = None if key_id in gone or key_id in self._wrapped else _opened(other, key_id, each)
            if secret is not None:
                nonce = secrets.token_bytes(12)
                more[key_id] = nonce + self._site.encrypt(nonce, secret, _CONTEXT + key_id.encode())
        if more:
            self._write({**self._wrapped, **more})

    def begin_anew(self, site_key: bytes, wrapped: dict[str, bytes]) -> None:
        """Take a site's wrapped keys in the place of those minted here, of which none was ever used.

        Raises KeyFileDamaged where the site key does not open them, and OSError.
        """
        site = AESGCM(site_key)
        try:
            for key_id, each in wrapped.items():
                site.decrypt(each[:12], each[12:], _CONTEXT + key_id.encode())
        except (InvalidTag, ValueError) as fault:
            raise _damaged(self._path) from fault
        self._write(wrapped)
        self._site, self._open = site, {}

    def known(self) -> tuple[str, ...]:
        """Return the ids of all keys, sorted."""
        return tuple(sorted(self._wrapped))

    def _write(self, wanted: dict[str, bytes]) -> None:
        keys = {key_id: wrapped.hex() for key_id, wrapped in sorted(wanted.items())}
        content = {"format": "coordinator-patient-keys", "v": 1, "keys": keys}
        write_whole(self._path, json.dumps(content, indent=1).encode())
        self._wrapped = wanted


def _opened(site: AESGCM, key_id: str, wrapped: bytes) -> bytes | None:
    try:
        return site.decrypt(wrapped[:12], wrapped[12:], _CONTEXT + key_id.encode())
    except (InvalidTag, ValueError):
        return None


def _damaged(path: Path) -> KeyFileDamaged:
    return KeyFileDamaged(
        f"The file of the patients' keys ({path.name}) is damaged, an older one, or belongs to another site; "
        "put it back from the backup and start again."
    )
