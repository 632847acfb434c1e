"""Searches every byte that a run of the tests wrote for people who stand in it, however a byte can be written down.

With `COORDINATOR_SEARCH_NAMES=1` the whole run writes into one folder: pytest's own, temporary files, and the cache,
log and configuration folders that the program would use. A file is searched just before it is removed, replaced or
emptied (`name_watch.py`), in every process of the run; what is left at the end is searched then, file names too, with
what the program logged. Whoever is found fails the run. What shows a person because a person asked for it is listed
below.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

SWITCH = "COORDINATOR_SEARCH_NAMES"
FOLDER = "COORDINATOR_RUN_FOLDER"
OWNER = "COORDINATOR_RUN_OWNER"
"""The process that made the folder: it alone searches what is left, for a run may start other runs of its own."""

PEOPLE = (
    "Hargreaves", "HARGREAVES", "Oyelaran", "OYELARAN", "Fernandes", "FERNANDES", "004718226", "004718301",
    "Żółkiewska", "zolkiewska", "Oberhuber", "oberhuber", "Quetzalcoatlus", "quetzalcoatlus", "Xanthippe-Philomena",
    "MRN-77120394", "MRN-88172", "gsrn:888777666555444333", "QUAGGA",
)  # fmt: skip
"""Patients of the demonstration site, of the tests' ward and of the tests of erasing: by name, number and wristband."""

MEANT = {
    "listing.json": "the list of the demonstration site, of people who do not exist, is there to be read",
    "*.pdf": "a paper that somebody asked for",
    "*.zpl": "a label that somebody asked for, on its way to a printer",
    "*.png": "a picture of a screen, taken on a tour of people who do not exist",
    "sponsor*": "a file of the sponsor that a test brings in",
    "*.csv": "a file that a test brings in",
    "cassette HARGREAVES.jpg": "a photo that a test brings in, under a name that must not go further",
    "*.toml": "a profile or a script of a qualification that a test brings in",
}
"""What may show a person, by its file name, and why."""

PLANTED = "leaks-that-were-planted"
"""The folder in which the test of this search lets other runs leak; they are searched by themselves there."""

_PART = 4 << 20
"""Bytes that are searched at a time."""
_AT_ONCE = 256 << 20
"""Larger files are read in parts."""
_SEEN_FROM = 4096
"""Files of this size and more are known again by their digest: copies of one site are searched once."""


@lru_cache
def disguises(text: str) -> tuple[bytes, ...]:
    """Return every way in which a text may lie in a file: plain, hex, base64 in three phases, UTF-16, decimal."""
    plain = text.encode()
    found = {plain, plain.hex().encode(), plain.hex().upper().encode(), plain.hex().encode().hex().encode()}
    found |= {text.encode("utf-16-le"), text.encode("utf-16-be"), repr(plain)[2:-1].encode()}
    found |= {text.encode("unicode_escape"), repr(plain)[2:-1].replace("\\", "\\\\").encode()}
    found |= {between.join(str(byte) for byte in plain).encode() for between in (",", " ", ", ")}
    for shift in range(3):
        for alphabet in (None, b"-_"):
            coded = base64.b64encode(b"\x00" * shift + plain + b"\x00\x00", alphabet)
            # Of the characters at both ends only some bits are the person's; the rest depends on what stands around.
            found.add(coded[-(-8 * shift // 6) : (8 * shift + 8 * len(plain)) // 6])
    return tuple(found)


@lru_cache(maxsize=1)
def _known() -> tuple[Any, Any, dict[bytes, list[tuple[bytes, str]]]]:
    """Return which pairs of bytes begin a disguise, which four do, and the disguises by their first four bytes."""
    import numpy

    by_start: dict[bytes, list[tuple[bytes, str]]] = {}
    for person in PEOPLE:
        for disguise in disguises(person):
            by_start.setdefault(disguise[:4], []).append((disguise, person))
    pairs = numpy.zeros(1 << 16, dtype=bool)
    for start in by_start:
        pairs[int.from_bytes(start[:2], "little")] = True
    fours = numpy.array(sorted(int.from_bytes(start, "little") for start in by_start), dtype=numpy.uint32)
    return pairs, fours, by_start


def people_in(content: bytes) -> list[str]:
    """Return whoever stands in these bytes, in any disguise; every place in them is looked at."""
    longest = max(len(disguise) for person in PEOPLE for disguise in disguises(person))
    found: set[str] = set()
    for start in range(0, max(len(content), 1), _PART):
        found |= _people_in(content[start : start + _PART + longest])
    return [each for each in PEOPLE if each in found]


def _people_in(part: bytes) -> set[str]:
    import numpy

    pairs, fours, by_start = _known()
    found: set[str] = set()
    for shift in (0, 1):
        # The places at even and at odd distances, two bytes at a time, then four of those that may begin a disguise.
        count = (len(part) - shift) // 2
        if count < 2:
            continue
        twos = numpy.frombuffer(part, dtype="<u2", count=count, offset=shift)
        places = numpy.flatnonzero(pairs[twos[:-1]])
        starts = twos[places].astype(numpy.uint32) | (twos[places + 1].astype(numpy.uint32) << 16)
        for place in places[numpy.isin(starts, fours)].tolist():
            at = 2 * place + shift
            for disguise, person in by_start[part[at : at + 4]]:
                if part.startswith(disguise, at):
                    found.add(person)
    return found


def _people_in_large(path: Path) -> list[str]:
    """Return whoever stands in a file too large to be read at once; its holes are left out."""
    longest = max(len(disguise) for person in PEOPLE for disguise in disguises(person))
    found: set[str] = set()
    with path.open("rb") as file:
        place = 0
        while True:
            try:
                place = os.lseek(file.fileno(), place, os.SEEK_DATA) if hasattr(os, "SEEK_DATA") else place
            except OSError:
                break  # nothing but a hole up to its end
            file.seek(place)
            part = file.read(_PART + longest)
            if not part:
                break
            found |= _people_in(part)
            place += _PART
    return [each for each in PEOPLE if each in found]


def is_meant(path: Path) -> bool:
    """Tell whether this file, named below the folder of the run, may show a person."""
    return PLANTED in path.parts or any(path.match(pattern) for pattern in MEANT)


class Searched:
    """What one process searched so far, and whom it found where."""

    def __init__(self) -> None:
        self.files = self.size = self.again = 0
        self.found: list[str] = []
        self._seen: set[bytes] = set()

    def look_at(self, path: Path, top: Path, when: str = "") -> None:
        """Search one file, its name below `top` included."""
        if path.is_symlink() or not path.is_file() or is_meant(path.relative_to(top)):
            return
        name = str(path.relative_to(top))
        people = people_in(name.encode())
        try:
            size = path.stat().st_size
            if size > _AT_ONCE:
                people += _people_in_large(path)
            else:
                content = path.read_bytes()
                people += [] if self._is_known(content) else people_in(content)
        except OSError:
            return  # a socket, or a file of a disk that was taken away
        self.files, self.size = self.files + 1, self.size + size
        if people:
            self.found.append(f"{name}{when}: {', '.join(dict.fromkeys(people))}")

    def _is_known(self, content: bytes) -> bool:
        if len(content) < _SEEN_FROM:
            return False
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if digest in self._seen:
            self.again += 1
            return True
        self._seen.add(digest)
        return False

    @classmethod
    def with_memory(cls, other: Searched) -> Searched:
        """Return an account begun anew that still knows the files that were searched."""
        made = cls()
        made._seen = other._seen
        return made

    def kept(self) -> str:
        """Return all of it as one line for `finish`."""
        return json.dumps({"files": self.files, "size": self.size, "again": self.again, "found": self.found})


def accounts(there: Path) -> Path:
    """Return the file in which every process of a run tells what it searched; it lies outside what is searched."""
    return there.with_name(f"{there.name}.searched")


def one_folder() -> None:
    """Let everything that is written from here on land in one folder, if the switch says so."""
    if os.environ.get(SWITCH) != "1" or FOLDER in os.environ:
        return
    there = Path(tempfile.mkdtemp(prefix="coordinator-run-"))
    os.environ[FOLDER], os.environ[OWNER] = str(there), str(os.getpid())
    for name in (
        "TMPDIR",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
        "PYTEST_DEBUG_TEMPROOT",
    ):
        part = there / name.lower()
        part.mkdir(mode=0o700)
        os.environ[name] = str(part)
    # The database runs under an account of its own, whose folder lies in here: it may pass through, and see nothing.
    for part in (there, there / "tmpdir"):
        part.chmod(0o711)
    tempfile.tempdir = None  # it was asked for already


def is_ours() -> bool:
    """Tell whether this process is the one that searches what is left of a run."""
    return FOLDER in os.environ and os.environ.get(OWNER) == str(os.getpid())


def _told(there: Path) -> Iterator[dict[str, Any]]:
    if accounts(there).exists():
        for line in accounts(there).read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def finish(logged: list[str]) -> tuple[str, bool]:
    """Search what is left in the folder of the run and what was logged; returns what to print, and whether all is well.

    What other processes searched while the run lasted is counted in.
    """
    there = Path(os.environ[FOLDER])
    left = Searched()
    for path in sorted(there.rglob("*")):
        left.look_at(path, there)
    earlier = list(_told(there))
    found = [
        f"logged: {re.sub(chr(10), ' ', line)[:100]}" for line in dict.fromkeys(logged) if people_in(line.encode())
    ]
    found += [*left.found, *dict.fromkeys(each for told in earlier for each in told["found"])]
    gone, gone_size = sum(told["files"] for told in earlier), sum(told["size"] for told in earlier)
    told = (
        f"searched {left.files} files with {left.size} bytes at the end, and {gone} with {gone_size} bytes before they "
        f"were removed or replaced, for {len(PEOPLE)} people in every disguise: "
    )
    accounts(there).unlink(missing_ok=True)
    if not found:
        shutil.rmtree(there, ignore_errors=True)
        return f"{told}nobody stands in them", left.files + gone > 0
    return "\n".join([f"{told}found {len(found)}", *found[:60]]), False
