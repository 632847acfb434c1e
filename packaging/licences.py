"""Lists what the program brings along and under which licence, from each package's metadata; prints `licences.md`."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distribution
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM = "coordinator-app"
# Packages whose metadata is silent or too long to be a name; read from the licence file each one ships.
READ_BY_HAND = {
    "pypdfium2": "(BSD-3-Clause OR Apache-2.0), PDFium: BSD-3-Clause and Apache-2.0",
    "reportlab": "BSD-3-Clause",
    "sqlcipher3": "Zlib, SQLCipher: BSD-3-Clause, OpenSSL: Apache-2.0",
}
QT_LICENCES = "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only"
# From Python 3.12 on Qt for Python is a newer release that comes in more packages (pyproject.toml says why).
ON_LATER_PYTHON = {"pyside6-pdf": QT_LICENCES, "pyside6-webengine": QT_LICENCES}
CLASSIFIERS = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Public Domain": "public domain",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# What the program brings along

Made by `python packaging/licences.py > packaging/licences.md`; a test compares it with what is installed.
The program itself is under Apache-2.0 (`LICENSE`). Nothing below is under the GPL or AGPL alone.

Qt for Python (`pyside6` and its parts) is offered under several licences; this program uses it under the
**LGPL-3.0**. That asks for three things, and the bundle does them: Qt stays in separate library files that a person may
replace by a build of their own (one folder, never one file), these notices travel with it, and no term of ours forbids
looking inside. The parts of Qt that are under the GPL alone (charts, data visualisation, graphs, network authorisation,
virtual keyboard and others) are never imported, which a test checks, and are left out of the bundle.

The typefaces and their licences are in `resources/fonts/README.md`.

| package | licence |
|---|---|
"""


class Licence(NamedTuple):
    """One package that runs at the hospital, and its licence in a few words."""

    package: str
    words: str


def runtime_licences() -> list[Licence]:
    """Return every package that the program needs to run on this system, by name."""
    found: dict[str, Licence] = {}
    waiting = [(PROGRAM, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        for line in distribution(name).requires or []:
            wanted = Requirement(line)
            if not _applies(wanted, extras) or canonicalize_name(wanted.name) in found:
                continue
            package = canonicalize_name(wanted.name)
            found[package] = Licence(package, _words(package, distribution(package)))
            waiting.append((package, frozenset(wanted.extras)))
    return sorted(found.values())


def _applies(wanted: Requirement, extras: frozenset[str]) -> bool:
    if wanted.marker is None:
        return True
    return any(wanted.marker.evaluate({"extra": extra}) for extra in extras or {""})


def _words(package: str, installed: Distribution) -> str:
    if package in READ_BY_HAND:
        return READ_BY_HAND[package]
    expression = _entry(installed, "License-Expression")
    if expression:
        return expression
    named = [
        line.rsplit(" :: ", 1)[-1]
        for line in installed.metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    known = [CLASSIFIERS[name] for name in named if name in CLASSIFIERS]
    return ", ".join(known) or (_entry(installed, "License") or "not stated").splitlines()[0]


def _entry(installed: Distribution, name: str) -> str:
    return next(iter(installed.metadata.get_all(name) or []), "")


def is_copyleft_only(words: str) -> bool:
    """Return whether every licence offered is the GPL or AGPL, which would bind the whole program."""
    return all(re.search(r"\bA?GPL|Affero|(?<!Lesser )General Public", choice) for choice in words.split(" OR "))


def licence_page() -> str:
    """Return the whole of `licences.md`."""
    listed = ON_LATER_PYTHON | dict(runtime_licences())
    return HEAD + "".join(f"| {package} | {words} |\n" for package, words in sorted(listed.items()))


if __name__ == "__main__":
    sys.stdout.write(licence_page())
