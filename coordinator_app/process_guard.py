"""Keeps what is in memory out of files: no core dump, no crash report of the system, and a crash log without values.

A dump of the process would hold every name that was on the screen and the keys that open the record.
"""

from __future__ import annotations

import ctypes
import faulthandler
import sys
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import resource

CRASH_LOG = "crash.log"
_SET_DUMPABLE = 4
"""PR_SET_DUMPABLE of prctl(2)."""
_NO_DIALOG = 0x0001 | 0x0002
"""SEM_FAILCRITICALERRORS and SEM_NOGPFAULTERRORBOX: Windows then asks nobody whether to send a report."""

_open: list[IO[str]] = []


def forbid_dumps() -> None:
    """Let the system write no memory of this process to a file; what it cannot forbid is left as it is."""
    if sys.platform == "win32":
        ctypes.WinDLL("kernel32").SetErrorMode(_NO_DIALOG)
        ctypes.WinDLL("wer").WerAddExcludedApplication(sys.executable, False)
        return
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    if sys.platform.startswith("linux"):
        # Also keeps other programs of this account from reading our memory.
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def keep_crash_log(folder: Path) -> None:
    """Write where a crash of the interpreter happened to a file: names of files and functions, never a value."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Kept open: in a crash nothing can be opened any more.
        _open.append((folder / CRASH_LOG).open("a", encoding="utf-8"))
        faulthandler.enable(_open[-1], all_threads=True)
    except OSError:
        faulthandler.enable(all_threads=True)
