"""Looks through a file from a stick in a process of its own that may use little memory and time and write nothing.

The file is copied from the stick first, so that what was looked through is what is used, and a stick that is pulled out
meanwhile changes nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from coordinator_app.exchange.protocol.stick import MAX_FILE, BundleRefused, Cover

MEMORY = 512 * 1024**2
"""Bytes that the process may take beyond what the program takes when it starts."""
_LEAST_SECONDS, _BYTES_A_SECOND = 60.0, 4 * 1024**2
"""A file is given a minute, and more by its size: even a slow computer reads 4 MiB in a second."""


@contextmanager
def copied(path: Path, folder: Path) -> Iterator[Path]:
    """Copy a file into a folder of ours and take the copy away at the end; raises BundleRefused and OSError."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise BundleRefused("This is no file but a folder or a device; choose the bundle on the stick.")
    if found.st_size > MAX_FILE:
        raise BundleRefused("The file is larger than any bundle of this program; choose another one.")
    if found.st_size > shutil.disk_usage(folder).free // 2:
        raise BundleRefused("There is not enough room on this computer's disk for the bundle; free space on it.")
    handle, name = tempfile.mkstemp(prefix="bundle-", suffix=".part", dir=folder)
    try:
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            left = found.st_size
            while left > 0 and (content := source.read(min(left, 1024 * 1024))):
                target.write(content)
                left -= len(content)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def check_apart(path: Path, key: bytes, makers: Mapping[str, bytes]) -> Cover:
    """Look a file through with its key and the signing keys of those who may have made it; raises BundleRefused."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "coordinator_app"]
    told = {"key": key.hex(), "makers": {name: each.hex() for name, each in makers.items()}}
    seconds = _LEAST_SECONDS + path.stat().st_size / _BYTES_A_SECOND
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the key goes by its standard input only
            [*program, "exchange", "look-through", str(path)], input=json.dumps(told).encode(), capture_output=True,
            timeout=seconds, check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        answer = json.loads(done.stdout)
        if "why" in answer:
            raise BundleRefused(str(answer["why"]))
        return msgspec.convert(answer, Cover)
    except (subprocess.TimeoutExpired, ValueError) as fault:  # msgspec's and json's errors are ValueErrors
        raise BundleRefused(
            "Reading the bundle took more time or memory than any bundle of this program needs; do not use the file."
        ) from fault
