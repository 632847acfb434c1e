"""The flat second copy of the journal: the same signed bytes, encrypted, in a file that only grows (`formats.md` §1.3).

A file is `COIMIRR1`, the 16 bytes of the store id, then records: length and CRC-32C of what follows (u32, little end
first), nonce (12 bytes), AES-256-GCM of `bytes + NUL + signature of the workstation + signature of the person, if any`.
Canonical bytes hold no NUL, so the first one ends them.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from coordinator_app.store.crc32c import crc32c
from coordinator_app.store.faults import StoreDamaged
from coordinator_app.store.files import sync_folder

MIRROR_FILE = "mirror.log"
_MAGIC = b"COIMIRR1"
_START = len(_MAGIC) + 16
_LEAD = struct.Struct("<II")
_SIGNATURE = 64
_LONGEST = 12 + 65536 + 1 + 2 * _SIGNATURE + 16
"""No record is longer than an event of 64 KiB with both signatures: a greater length is damage."""


_AGAIN = 1 << 20
"""Bytes that are written again at a time."""


class Copied(Struct, frozen=True):
    """One event in the mirror: canonical bytes, signatures, and where its record ends in the file."""

    written: bytes
    sig: bytes
    psig: bytes | None
    end: int


def mirror_key(store_key: bytes) -> bytes:
    """Return the key of the mirror, derived from the key of the record so that it is never lost apart from it."""
    return HKDF(SHA256(), 32, None, b"coordinator/mirror/v1").derive(store_key)


def holds_records(path: Path) -> bool:
    """Say whether there is a mirror in this file and it is more than begun."""
    return path.exists() and path.stat().st_size > _START


class Mirror:
    """The open mirror of one record. Every method raises OSError when the disk fails."""

    def __init__(self, path: Path, store_id: str, key: bytes) -> None:
        """Open the file, or begin it; raises StoreDamaged when it belongs to another record."""
        self._cipher = AESGCM(key)
        self._path = path
        heading = _MAGIC + bytes.fromhex(store_id)
        fresh = not path.exists() or path.stat().st_size < _START
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if fresh:
                self._write_at(0, heading)
                sync_folder(path.parent)
            else:
                self._check_heading(heading)
        except BaseException:
            os.close(self._handle)
            raise
        self.end = _START

    def _check_heading(self, heading: bytes) -> None:
        if self._read_at(0, _START) != heading:
            raise StoreDamaged(
                f"The second copy {self._path.name} belongs to another record; move it away and start again, "
                "and a new one is made."
            )

    def close(self) -> None:
        """Close the file; safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def append(self, events: Iterable[tuple[bytes, bytes, bytes | None]]) -> None:
        """Add bytes and signatures of events at the end and make them durable."""
        records = b"".join(self._record(*event) for event in events)
        if records:
            self._write_at(self.end, records)
            self.end += len(records)

    def records(self, start: int = _START) -> Iterator[Copied]:
        """Yield the records from a place on, up to the first that is not whole; `end` is then behind the last whole."""
        size = os.fstat(self._handle).st_size
        self.end = start if _START <= start <= size else _START
        while self.end + _LEAD.size <= size:
            length, check = _LEAD.unpack(self._read_at(self.end, _LEAD.size))
            place = self.end + _LEAD.size
            if not 12 < length <= _LONGEST or place + length > size:
                return
            content = self._read_at(place, length)
            opened = self._opened(content) if crc32c(content) == check else None
            if opened is None:
                return
            self.end = place + length
            yield Copied(*opened, self.end)

    def is_boundary(self, place: int) -> bool:
        """Say whether a record may begin at this place: the file ends there, or a whole record follows."""
        size = os.fstat(self._handle).st_size
        if place == size:
            return True
        return _START <= place < size and next(self.records(place), None) is not None

    def write_again(self, start: int) -> None:
        """Write what stands from a place on to the last whole record once more, and make it durable.

        After a sync that failed a system may go on showing bytes that its disk never got, and later syncs pass over
        them (`reference/reliability.md` §5): what an opening has read is durable only when it was written again.
        """
        place = start if start > _START else 0
        while place < self.end:
            content = self._read_at(place, min(_AGAIN, self.end - place))
            self._write_at(place, content)
            place += len(content)

    def cut_back(self, end: int) -> None:
        """Drop everything behind a place, durably: what was added there is not recorded after all."""
        self.end = end
        self.cut()

    def cut(self) -> None:
        """Drop what stands behind the last whole record: the rest of a write that a power cut tore."""
        if os.fstat(self._handle).st_size > self.end:
            os.ftruncate(self._handle, self.end)
            os.fsync(self._handle)

    def _record(self, written: bytes, sig: bytes, psig: bytes | None) -> bytes:
        nonce = os.urandom(12)
        content = nonce + self._cipher.encrypt(nonce, written + b"\x00" + sig + (psig or b""), None)
        return _LEAD.pack(len(content), crc32c(content)) + content

    def _opened(self, content: bytes) -> tuple[bytes, bytes, bytes | None] | None:
        try:
            plain = self._cipher.decrypt(content[:12], content[12:], None)
        except InvalidTag:
            return None
        written, _, signatures = plain.partition(b"\x00")
        return written, signatures[:_SIGNATURE], signatures[_SIGNATURE:] or None

    def _read_at(self, place: int, size: int) -> bytes:
        os.lseek(self._handle, place, os.SEEK_SET)
        return os.read(self._handle, size)

    def _write_at(self, place: int, content: bytes) -> None:
        os.lseek(self._handle, place, os.SEEK_SET)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        os.fsync(self._handle)
