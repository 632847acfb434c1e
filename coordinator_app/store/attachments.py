"""What is too large for an event (a photo, a logger's file): encrypted files named by the SHA-256 of their ciphertext.

A file is nonce (12 bytes) and AES-256-GCM of the content under the patient's or the site's key, with
`coordinator/attachment/v1` + NUL + the id of that key as additional data (`formats.md` §1.1). The event carries the
name; so the event's own signature vouches for every byte of the file.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coordinator_app.store.faults import (
    AttachmentClosed,
    AttachmentDamaged,
    AttachmentMissing,
    FolderUnusable,
    StoreFault,
)
from coordinator_app.store.files import private_files, sync_folder, write_whole
from coordinator_app.store.patient_keys import PatientKeys

ATTACHMENT_FOLDER = "attachments"
PART = ".part"
"""Ends the name of a file that is still being fetched."""
LARGEST = 64 * 1024 * 1024
"""Bytes of the largest attachment: a photo of a modern camera has 10 MiB, a month of a logger less than one."""

_CONTEXT = b"coordinator/attachment/v1\x00"
_NAME = re.compile(r"[0-9a-f]{64}\Z")


class Attachments:
    """The attachments of one record, in a folder beside its file."""

    def __init__(self, folder: Path, keys: PatientKeys) -> None:
        """Take the folder of the record and the keys; the attachments' own folder is made with the first of them."""
        self.folder = folder / ATTACHMENT_FOLDER
        self._record_folder = folder
        self._keys = keys

    def keep(self, plain: bytes, key: str) -> str:
        """Keep `plain` under the key with this id and return its name, which the event then carries (64 hex digits).

        When this returns, the file is durable: record the event after it, never before. Raises ValueError for a key
        that is not here or more than `LARGEST` bytes, FolderUnusable when the disk refuses.
        """
        secret = self._keys.get(key)
        if secret is None:
            raise ValueError("An attachment needs a key that is here.")
        if len(plain) > LARGEST:
            raise ValueError(f"An attachment has at most {LARGEST // 1024**2} MiB; keep the larger file elsewhere.")
        nonce = secrets.token_bytes(12)
        content = nonce + AESGCM(secret).encrypt(nonce, plain, _CONTEXT + key.encode())
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            with private_files():
                if not self.folder.exists():
                    self.folder.mkdir(mode=0o700)
                    sync_folder(self._record_folder)
                write_whole(self.folder / sha256, content)
        except OSError as fault:
            raise FolderUnusable(
                "The photo or file cannot be kept on this computer's disk; free space on it and try again."
            ) from fault
        return sha256

    def read(self, sha256: str, key: str) -> bytes:
        """Return what was kept under this name with this key.

        Raises AttachmentMissing, AttachmentDamaged, and AttachmentClosed where its patient was erased or the key is
        not here; each with one plain sentence.
        """
        secret = self._keys.get(key)
        if secret is None:
            raise AttachmentClosed(
                "The photo or file cannot be opened: its patient was erased, or the key has not come to this "
                "workstation yet; nothing needs to be done for an erased patient."
            )
        content = self.ciphertext(sha256)
        try:
            return AESGCM(secret).decrypt(content[:12], content[12:], _CONTEXT + key.encode())
        except (InvalidTag, ValueError) as fault:
            raise AttachmentClosed(
                "The photo or file belongs to another patient than the one it is asked for; "
                "do not use it, and tell whoever looks after this program."
            ) from fault

    def ciphertext(self, sha256: str) -> bytes:
        """Return the encrypted bytes, checked against the name; raises AttachmentMissing and AttachmentDamaged."""
        if not _NAME.match(sha256):
            raise AttachmentMissing("The event names no photo or file that could be here; nothing can be shown.")
        try:
            content = (self.folder / sha256).read_bytes()
        except FileNotFoundError as fault:
            raise AttachmentMissing(
                f"The photo or file {sha256[:12]}… has not come to this workstation yet; it comes by itself with the "
                "exchange, and until then it can be seen at the workstation that took it."
            ) from fault
        except OSError as fault:
            raise AttachmentDamaged(
                f"The photo or file {sha256[:12]}… cannot be read from the disk; put it back from the backup."
            ) from fault
        if hashlib.sha256(content).hexdigest() != sha256:
            raise AttachmentDamaged(
                f"The photo or file {sha256[:12]}… is not as it was kept; put it back from the backup."
            )
        return content

    def drop_those_of(self, key: str, names: Iterable[str]) -> None:
        """Remove those of these attachments that this key opens, while it is still here; raises OSError."""
        for name in names:
            path = self.folder / name
            if not _NAME.match(name):
                continue
            if path.exists() and self._is_opened_by(name, key):
                path.unlink()
            path.with_name(name + PART).unlink(missing_ok=True)
        if self.folder.exists():
            sync_folder(self.folder)

    def _is_opened_by(self, name: str, key: str) -> bool:
        try:
            self.read(name, key)
        except AttachmentClosed:
            return False
        except StoreFault:
            return True  # damaged: nobody can say any more whose it was, and nobody can read it
        return True

    def names(self) -> tuple[str, ...]:
        """Return the names of all attachments that are here, sorted; what a broken write left is not one of them."""
        if not self.folder.exists():
            return ()
        return tuple(sorted(path.name for path in self.folder.iterdir() if _NAME.match(path.name)))
