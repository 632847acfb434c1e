"""What a backup says of itself: a signed list of its files, how many events it holds, and the head of every run.

`manifest.json` is canonical JSON (`formats.md` §1.1, without the limit of an event): format, v, store, workstation,
site, public_key, made_at, versions, events, heads {epoch: {seq, id}}, keys (number of patients' keys), files {name:
{sha256, bytes}}. `manifest.sig` is Ed25519 by the workstation over `coordinator/backup/v1` + NUL + those bytes, in hex.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from coordinator_app.domain.seal import read_instant
from coordinator_app.store.faults import BackupDamaged
from coordinator_app.store.files import write_whole

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
FORMAT = "coordinator-backup"
_SIGNED = b"coordinator/backup/v1\x00"
_CHUNK = 1024 * 1024


class Filed(Struct, frozen=True):
    """One file of a backup: SHA-256 in hex, and its size in bytes."""

    sha256: str
    bytes: int


class At(Struct, frozen=True):
    """Where a run of the program stood: position and id of its last event."""

    seq: int
    id: str


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of `manifest.json`; `made_at` as an event's instant, `keys` the number of patients' keys."""

    store: str
    workstation: str
    site: str
    public_key: str
    made_at: str
    versions: dict[str, str]
    events: int
    heads: dict[str, At]
    keys: int
    files: dict[str, Filed]
    format: str = FORMAT
    v: int = 1

    @property
    def made(self) -> datetime:
        """When the backup was made, aware UTC."""
        return read_instant(self.made_at)

    @property
    def size_bytes(self) -> int:
        """The size of all files."""
        return sum(each.bytes for each in self.files.values())


def write_manifest(folder: Path, manifest: Manifest, sign: Callable[[bytes], bytes]) -> None:
    """Write and sign the manifest of the backup in `folder`; raises OSError."""
    plain = msgspec.to_builtins(manifest)
    written = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    write_whole(folder / MANIFEST, written)
    write_whole(folder / SIGNATURE, sign(_SIGNED + written).hex().encode())


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup after checking its signature; raises BackupDamaged.

    The signature is checked with the key the manifest names; whether that is the record's own tells `restore`.
    """
    if not (folder / MANIFEST).exists():
        raise BackupDamaged(f"{folder} is not a backup of a record; name the folder that holds {MANIFEST}.")
    try:
        written = (folder / MANIFEST).read_bytes()
        sig = bytes.fromhex((folder / SIGNATURE).read_text(encoding="ascii"))
        manifest = msgspec.json.decode(written, type=Manifest)
        manifest.made  # noqa: B018 - an instant that cannot be read is damage too
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest.public_key)).verify(sig, _SIGNED + written)
    except (OSError, ValueError, InvalidSignature) as fault:  # msgspec's errors are ValueErrors
        raise BackupDamaged(
            f"The list of the backup {folder.name} was changed or is damaged; use another backup."
        ) from fault
    if manifest.format != FORMAT or manifest.v != 1:
        raise BackupDamaged(f"The backup {folder.name} is of a newer kind; install the newer version of this program.")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Check every file of a backup against its list; raises BackupDamaged with the first that is not as it was."""
    for name, filed in manifest.files.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise BackupDamaged(f"The backup {folder.name} names a file outside itself; use another backup.")
        try:
            same = path.stat().st_size == filed.bytes and sha256_of_file(path) == filed.sha256
        except FileNotFoundError as fault:
            raise BackupDamaged(f"{name} is missing in the backup {folder.name}; use another backup.") from fault
        except OSError as fault:
            raise BackupDamaged(
                f"{name} of the backup {folder.name} cannot be read; check its disk, or use another backup."
            ) from fault
        if not same:
            raise BackupDamaged(f"{name} of the backup {folder.name} is not as it was made; use another backup.")


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hex digits; raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
