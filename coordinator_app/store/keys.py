"""Where the secrets of a workstation are kept: the system's key ring, or a file that only this account can read."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import keyring
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.errors import KeyringError, PasswordDeleteError

from coordinator_app.store.faults import KeyFileDamaged, MissingKey, StoreFault
from coordinator_app.store.files import write_whole

KEY_FILE = "keys.json"
_SERVICE = "coordinator_app"
SHORTEST_PASSPHRASE = 12
"""Characters; a passphrase that somebody chooses has at least so many."""
_CONTEXT = b"coordinator/keys/v1\x00"
_ARGON2 = {"time_cost": 3, "memory_cost": 65536, "parallelism": 2}
"""Argon2id, 64 MiB, three passes, two lanes (`reference/reliability.md` §4, PIN hashing)."""


class KeyPort(Protocol):
    """A place for named secrets; `where` says in words where they are, for the self-test report."""

    @property
    def where(self) -> str:
        """Where the secrets are, in words."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return the secret, or None where there is none."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep the secret durably under this name."""
        ...

    def delete(self, name: str) -> None:
        """Forget the secret; nothing happens where there is none."""
        ...


class KeyringKeys:
    """Secrets in the key ring of the operating system."""

    def __init__(self) -> None:
        """Use the key ring that the system offers."""
        self.where = f"in the key ring of the operating system ({keyring.get_keyring().name})"

    @staticmethod
    def works() -> bool:
        """Say whether this system has a key ring that keeps secrets and answers."""
        # The fail and null back ends have priority 0 or below, and plain-text ones less than 1.
        try:
            if float(keyring.get_keyring().priority) < 1:
                return False
            keyring.get_password(_SERVICE, "probe")
        except (KeyringError, RuntimeError, OSError):
            return False
        return True

    def get(self, name: str) -> bytes | None:
        """Return the secret; raises MissingKey when the key ring does not answer."""
        try:
            found = keyring.get_password(_SERVICE, name)
        except KeyringError as fault:
            raise MissingKey("The key ring of this computer does not answer; unlock it and start again.") from fault
        return None if found is None else bytes.fromhex(found)

    def put(self, name: str, secret: bytes) -> None:
        """Keep the secret; raises StoreFault when the key ring refuses."""
        try:
            keyring.set_password(_SERVICE, name, secret.hex())
        except KeyringError as fault:
            raise StoreFault("The key ring of this computer keeps no secret; unlock it and try again.") from fault

    def delete(self, name: str) -> None:
        """Forget the secret."""
        try:
            keyring.delete_password(_SERVICE, name)
        except PasswordDeleteError:
            return  # it was not there


class FileKeys:
    """Secrets in one file with mode 0600, wrapped by a passphrase (Argon2id) unless the passphrase is empty."""

    def __init__(self, folder: Path, passphrase: str | None = None) -> None:
        """Read the file in `folder` if there is one.

        An empty passphrase leaves a new file unwrapped: for demonstration and scratch sites. Raises MissingKey where a
        wrapped file meets no passphrase, KeyFileDamaged where the file or the passphrase is wrong.
        """
        self._path = folder / KEY_FILE
        self._passphrase = passphrase or ""
        self._salt = secrets.token_bytes(16)
        self._wrapper: AESGCM | None = None
        self._secrets: dict[str, bytes] = {}
        if self._path.exists():
            self._read(passphrase)
        elif self._passphrase:
            self._wrapper = AESGCM(_stretch(self._passphrase, self._salt, _ARGON2))

    @property
    def where(self) -> str:
        """Where the secrets are, in words."""
        protected = "protected by a passphrase" if self._wrapper else "readable by this account, without a passphrase"
        return f"in the file {self._path.name} of the record's folder, {protected}"

    def get(self, name: str) -> bytes | None:
        """Return the secret, or None where there is none."""
        return self._secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Keep the secret; the file is replaced whole. Raises OSError."""
        self._write({**self._secrets, name: secret})

    def delete(self, name: str) -> None:
        """Forget the secret; the file is replaced whole. Raises OSError."""
        if name in self._secrets:
            self._write({known: secret for known, secret in self._secrets.items() if known != name})

    def all(self) -> dict[str, bytes]:
        """Return every secret of the file by its name."""
        return dict(self._secrets)

    def is_opened_by(self, passphrase: str) -> bool:
        """Tell whether this is the passphrase of the file on the disk; an unwrapped file has an empty one."""
        if self._wrapper is None:
            return passphrase == ""
        try:
            FileKeys(self._path.parent, passphrase)
        except StoreFault:
            return False
        return True

    def change_passphrase(self, passphrase: str) -> None:
        """Wrap the file with another passphrase; an empty one leaves it unwrapped. Raises OSError."""
        self._salt = secrets.token_bytes(16)
        self._wrapper = AESGCM(_stretch(passphrase, self._salt, _ARGON2)) if passphrase else None
        self._write(self._secrets)

    def _read(self, passphrase: str | None) -> None:
        _only_ours(self._path)
        damaged = KeyFileDamaged(
            f"The key file {self._path.name} is damaged; put it back from the backup, or use the recovery key."
        )
        try:
            content = json.loads(self._path.read_bytes())
            if content["format"] != "coordinator-keys" or content["v"] != 1:
                raise damaged
            if "salt" not in content:
                self._secrets = {name: bytes.fromhex(text) for name, text in content["secrets"].items()}
                return
            self._salt = bytes.fromhex(content["salt"])
            sealed = bytes.fromhex(content["secrets"])
            cost = {name: int(content["argon2id"][name]) for name in _ARGON2}
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise damaged from fault
        if passphrase is None:
            raise MissingKey("The key file is protected; give its passphrase.")
        self._unwrap(sealed, passphrase, cost)

    def _unwrap(self, sealed: bytes, passphrase: str, cost: dict[str, int]) -> None:
        self._wrapper = AESGCM(_stretch(passphrase, self._salt, cost))
        try:
            opened = json.loads(self._wrapper.decrypt(sealed[:12], sealed[12:], _CONTEXT))
        except (InvalidTag, ValueError) as fault:
            raise KeyFileDamaged(
                "The passphrase does not open the key file; type it again, or use the recovery key."
            ) from fault
        self._secrets = {name: bytes.fromhex(text) for name, text in opened.items()}

    def _write(self, wanted: dict[str, bytes]) -> None:
        written: dict[str, Any] = {"format": "coordinator-keys", "v": 1}
        plain = {name: secret.hex() for name, secret in wanted.items()}
        if self._wrapper is None:
            written["secrets"] = plain
        else:
            nonce = secrets.token_bytes(12)
            sealed = nonce + self._wrapper.encrypt(nonce, json.dumps(plain).encode(), _CONTEXT)
            written.update(salt=self._salt.hex(), argon2id=_ARGON2, secrets=sealed.hex())
        write_whole(self._path, json.dumps(written, indent=1).encode())
        self._secrets = wanted


class HeldKeys:
    """Secrets in memory only: what a drill tries a backup with, and what a recovery key has opened."""

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        """Hold these."""
        self.where = "in memory, for this run only"
        self._secrets = dict(secrets)

    def get(self, name: str) -> bytes | None:
        """Return the secret, or None where there is none."""
        return self._secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Hold the secret."""
        self._secrets[name] = secret

    def delete(self, name: str) -> None:
        """Forget the secret."""
        self._secrets.pop(name, None)


def find_keys(folder: Path, passphrase: str | None = None) -> KeyPort:
    """Return where the secrets of the record in `folder` are: its key file if it has one, else a key ring, else a file.

    Raises MissingKey and KeyFileDamaged as FileKeys does.
    """
    if not (folder / KEY_FILE).exists() and KeyringKeys.works():
        return KeyringKeys()
    return FileKeys(folder, passphrase)


def needs_passphrase(folder: Path) -> bool:
    """Say whether keys that are first kept for this folder would lie in a file: then a passphrase is to wrap it."""
    return not (folder / KEY_FILE).exists() and not KeyringKeys.works()


def _stretch(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, hash_len=32, type=Type.ID, **cost)


def _only_ours(path: Path) -> None:
    # A key that others may read is no secret; tightening it quietly would hide that it was open until now.
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyFileDamaged(
            f"Other people on this computer can read the key file {path.name}; tell whoever looks after it, "
            f"then run 'chmod 600 {path.name}' in the record's folder."
        )
