"""Reads trial profiles from files and folders, with the SHA-256 of their bytes that an approval pins."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from coordinator_app.domain.profile import Fault, Profile, read_profile

_LONGEST = 256 * 1024
FOR_UNITS = ("isbt128", "coi", "travel")
"""How the label templates begin whose boxes can be filled for a unit; the others are sheets of several codes."""


def unit_templates(folder: Path) -> tuple[str, ...]:
    """Return the ids of the label templates in a folder that a profile can ask for at a step."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml") if path.stem.startswith(FOR_UNITS)))


class ProfileFile(Struct, frozen=True):
    """One file read: its SHA-256 (hex), and the profile or everything that is wrong with it."""

    path: Path
    sha256: str
    profile: Profile | None
    faults: tuple[Fault, ...] = ()


def read_profile_file(path: Path, templates: Sequence[str] | None = None) -> ProfileFile:
    """Return what one file holds; a file that is too long or not UTF-8 is a fault. Raises OSError as the file does.

    `templates` are the label templates that can be printed for a unit; None leaves the labels' templates unchecked.
    """
    with path.open("rb") as opened:
        content = opened.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        fault = Fault(1, "profile", "The file is longer than 256 KiB.", "A profile is a short text; check the file.")
        return ProfileFile(path, "", None, (fault,))
    return read_profile_bytes(content, path, templates)


def read_profile_bytes(content: bytes, path: Path, templates: Sequence[str] | None = None) -> ProfileFile:
    """Return what these bytes hold; `path` names them in lists, `templates` as in `read_profile_file`."""
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as refused:
        line = content.count(b"\n", 0, refused.start) + 1
        fault = Fault(line, "TOML", "The file is not written in UTF-8.", "Save it as UTF-8 without a byte order mark.")
        return ProfileFile(path, sha256, None, (fault,))
    read = read_profile(text.replace("\r\n", "\n"), templates)
    if isinstance(read, Profile):
        return ProfileFile(path, sha256, read)
    return ProfileFile(path, sha256, None, read)


def read_profile_folder(folder: Path, templates: Sequence[str] | None = None) -> tuple[ProfileFile, ...]:
    """Return every `.toml` file of a folder, sorted by name; the same id and version twice is a fault of the second."""
    found: list[ProfileFile] = []
    seen: dict[tuple[str, int], Path] = {}
    for path in sorted(folder.glob("*.toml")):
        read = read_profile_file(path, templates)
        if read.profile is not None:
            known = seen.setdefault((read.profile.id, read.profile.version), path)
            if known != path:
                fault = Fault(
                    1,
                    "version",
                    f"{read.profile.id} version {read.profile.version} is in {known.name} already.",
                    "Give the newer text a higher version, or remove one of the files.",
                )
                read = ProfileFile(path, read.sha256, None, (fault,))
        found.append(read)
    return tuple(found)
