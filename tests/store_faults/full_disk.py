# ruff: noqa: T201 - part of a command that says what it found
"""A disk that is really full: a small file system in memory, where this account may mount one."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from coordinator_app.domain import events as e
from coordinator_app.store.faults import StoreFault, StorePoisoned

from . import disk_trace
from .after_a_cut import BOTH, Examiner, Told
from .small_ward import SmallWard

SIZES = range(200, 1000, 40)
"""Sizes of the disk in KiB: too small to found a record, and then full at another moment each."""


def main() -> int:
    """Fill each disk until the record says so, make room, and open the record again; returns 1 when something is lost."""
    told: dict[str, int] = {}
    heard: list[str] = []
    disk_trace.note = lambda **said: heard.extend(said.get("recorded", ()))
    wrong, disks = [], 0
    for size in SIZES:
        place = Path(tempfile.mkdtemp(prefix="coordinator-full-"))
        try:
            if not _mount(place, size):
                print("A real full disk was not tried: this account may not mount one.")
                return 0
            disks += 1
            heard.clear()
            first, found = _filled(place)
            told[first] = told.get(first, 0) + 1
            if not found:
                subprocess.run(["mount", "-o", "remount,size=16m", str(place)], check=True)
                found = Examiner(place).examine(BOTH, Told(recorded=list(heard)), again=True)
            if found:
                wrong.append(f"{size} KiB: {found}")
        finally:
            subprocess.run(["umount", str(place)], check=False, capture_output=True)
            shutil.rmtree(place, ignore_errors=True)
    print(f"{disks} disks of {SIZES.start} to {SIZES[-1]} KiB filled, told: {told}, {len(wrong)} wrong")
    for each in wrong:
        print("WRONG", each)
    return 1 if wrong else 0


def _mount(place: Path, size: int) -> bool:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _filled(place: Path) -> tuple[str, str]:
    """Record until the disk is full; returns what the person was told and what was wrong with it."""
    try:
        ward = SmallWard(place / "record", random.Random(3))  # noqa: S311 - repeatable, no secrets
    except StoreFault as fault:
        return f"at the founding {type(fault).__name__}", ""
    try:
        for number in range(2000):
            with ward.store.writing() as writing:
                writing.append(e.FactRecorded(case="case:1", fact=f"{number}" * 50), subject="case:1")
            if number % 20 == 19:
                ward.store.checkpoint()
    except StoreFault as fault:
        poisoned = isinstance(fault, StorePoisoned)
        return type(fault).__name__, "" if poisoned else f"it is not poisoned: {fault}"
    finally:
        with suppress(StoreFault):
            ward.store.close()
    return "nothing", "the disk was never full"
