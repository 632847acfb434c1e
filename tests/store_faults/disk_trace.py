"""Builds the shim that writes down what a process does to a folder, starts processes under it, and talks to it."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("disk_trace.c")
WRITE, SYNC, CUT, RENAME, REMOVE, CREATE = (1 << bit for bit in range(6))
"""Kinds of calls that can be made to fail; they can be added up."""


def fast_folder() -> Path:
    """Return a folder in memory where there is one: images are written and thrown away by the thousand."""
    memory = Path("/dev/shm")  # noqa: S108 - each run makes a private folder of its own in it
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


@cache
def shim() -> Path:
    """Compile the shim, once for every version of its source, and return it; raises where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise RuntimeError("There is no C compiler; install gcc (packaging/setup.sh names it).")
    name = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    built = Path(tempfile.gettempdir()) / f"coordinator-disk-trace-{os.getuid()}-{name}.so"
    if not built.exists():
        beside = built.with_suffix(f".{os.getpid()}")
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-Wall", "-Werror", "-o", beside, SOURCE, "-ldl"], check=True
        )
        beside.replace(built)
    return built


def environment(root: Path, log: Path | None) -> dict[str, str]:
    """Return the environment of a process that is to be watched in `root`."""
    found = dict(os.environ, LD_PRELOAD=str(shim()), TRACE_ROOT=str(root.resolve()))
    if log is not None:
        found["TRACE_LOG"] = str(log)
    return found


def run_watched(module: str, arguments: list[str], root: Path, log: Path) -> None:
    """Run a module of this package under the shim to its end; raises CalledProcessError."""
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment(root, log),
        check=True,
        cwd=Path(__file__).parents[2],
    )


@cache
def _loaded() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    if not hasattr(library, "disk_note"):
        raise RuntimeError("This process does not run under the shim.")
    whole = ctypes.c_int
    library.disk_fail.argtypes = [whole, ctypes.c_long, whole, whole, whole, whole]
    return library


def note(**said: object) -> None:
    """Write a note of the program into the log, such as what it told a person."""
    written = json.dumps(said).encode()
    _loaded().disk_note(written, len(written))


def fail(kinds: int, n: int, *, sticky: bool, error: int, half: bool = False, beside: bool = False) -> None:
    """Let the n-th call of these kinds fail (from 1; 0 for never), once or from then on; counting begins anew.

    With `half` a failing write takes half of its bytes first, as a disk does that is about to be full. Counted are the
    calls of the first thread alone, or with `beside` those of all others, for the two work at once.
    """
    _loaded().disk_fail(kinds, n, int(sticky), error, int(half), int(beside))


def log_to(log: Path | None, root: Path) -> None:
    """Begin another log about another folder; for processes that were forked."""
    if _loaded().disk_log(str(log or "").encode(), str(root.resolve()).encode()):
        raise RuntimeError("The log cannot be written.")
