"""Searches every byte that a run of the tests wrote for people who stand in it, however a byte can be written down.

With `COORDINATOR_SEARCH_NAMES=1` the whole run writes into one folder: pytest's own, temporary files, and the cache,
log and configuration folders that the program would use. At the end every file there is read, file names too, and what
the program logged. Whoever is found fails the run. What shows a person because a person asked for it is listed below.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

SWITCH = "COORDINATOR_SEARCH_NAMES"
FOLDER = "COORDINATOR_RUN_FOLDER"

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
    "*.toml": "a profile or a script of a qualification that a test brings in",
}
"""What may show a person, by its file name, and why."""


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
            coded = base64.b64encode(b"\x00" * shift + plain, alphabet)
            found.add(coded[4:-4] if shift else coded[:-4])
    return tuple(found)


def people_in(content: bytes, people: tuple[str, ...] = PEOPLE) -> list[str]:
    """Return whoever stands in these bytes, in any disguise."""
    return [each for each in people if any(one in content for one in disguises(each))]


def is_meant(path: Path) -> bool:
    """Tell whether this file may show a person."""
    return any(path.match(pattern) for pattern in MEANT)


def search(folders: tuple[Path, ...]) -> Iterator[tuple[Path, list[str], int]]:
    """Yield every file with who stands in it, names of files and folders included, and its size in bytes."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or path.is_symlink() or is_meant(path):
                continue
            try:
                content = path.read_bytes()
            except OSError:
                continue  # a socket, or a file of a disk that was taken away
            found = people_in(content)
            yield path, found or people_in(str(path.relative_to(folder)).encode()), len(content)


def one_folder() -> None:
    """Let everything that is written from here on land in one folder, if the switch says so."""
    if os.environ.get(SWITCH) != "1" or FOLDER in os.environ:
        return
    there = Path(tempfile.mkdtemp(prefix="coordinator-run-"))
    os.environ[FOLDER] = str(there)
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
    tempfile.tempdir = None  # it was asked for already


def finish(logged: list[str]) -> tuple[str, bool]:
    """Search the folder of the run and what was logged; returns the sentences to print, and whether all is well."""
    there = Path(os.environ[FOLDER])
    files = size = 0
    found = [
        f"logged: {re.sub(chr(10), ' ', line)[:100]}" for line in dict.fromkeys(logged) if people_in(line.encode())
    ]
    for path, people, length in search((there,)):
        files, size = files + 1, size + length
        if people:
            found.append(f"{path.relative_to(there)}: {', '.join(people)}")
    told = f"searched {files} files with {size} bytes for {len(PEOPLE)} people in every disguise: "
    if not found:
        shutil.rmtree(there, ignore_errors=True)
        return f"{told}nobody stands in them", files > 0
    return "\n".join([f"{told}found {len(found)}", *found[:60]]), False
