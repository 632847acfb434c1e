"""Room on the disk of the record: low water, and a reserve that is given up so that what has begun can finish."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from coordinator_app.store.files import private_files, sync_folder

RESERVE_FILE = "reserve"
MIB = 1024 * 1024
RESERVE_BYTES = 64 * MIB
"""Kept back by default: tens of thousands of events with their second copy (`reference/reliability.md` §5)."""


class Levels(Struct, frozen=True):
    """Free bytes below which nothing new begins (`low`), and below which the reserve is given up (`critical`)."""

    low: int = 192 * MIB
    critical: int = 24 * MIB


class Room:
    """Watches the disk below one record and keeps its reserve."""

    def __init__(
        self, folder: Path, levels: Levels | None = None, beside: Callable[[], Path | None] = lambda: None
    ) -> None:
        """Watch the disk of this folder; no reserve is kept before `keep_reserve`.

        `beside` names the folder of the second copy where it stands on a disk of its own: what is recorded needs room
        on both.
        """
        self._folder = folder
        self._beside = beside
        self._levels = levels or Levels()
        self._reserve_bytes = 0
        self.is_low = False
        """Whether nothing new may begin, as of the last `look`."""

    @property
    def has_reserve(self) -> bool:
        """Whether the reserve is there to be given up."""
        return (self._folder / RESERVE_FILE).exists()

    def keep_reserve(self, size: int) -> None:
        """Keep so many bytes back, where there is room for that; 0 keeps none."""
        self._reserve_bytes = size
        if size == 0:
            self._give_up()
        else:
            self._renew()

    def look(self) -> None:
        """Measure the disk; gives the reserve up when it is nearly gone, and takes it back when there is room again."""
        free = self._free()
        if free < self._levels.critical and self.has_reserve:
            self._give_up()
            free = self._free()
            # What this made free is for what has begun: nothing new may begin on it.
            self.is_low = True
            return
        self.is_low = free < self._levels.low or (
            self._reserve_bytes > 0 and not self.has_reserve and not self._renew()
        )
        beside = self._beside()
        if beside is not None and self._free(beside) < self._levels.low:
            self.is_low = True

    def _free(self, folder: Path | None = None) -> int:
        try:
            return shutil.disk_usage(folder or self._folder).free
        except OSError:
            return 0  # a disk that does not answer has no room for anything

    def _renew(self) -> bool:
        """Make the reserve if there is room for it above low water; says whether it is there."""
        path = self._folder / RESERVE_FILE
        if path.exists() and path.stat().st_size == self._reserve_bytes:
            return True
        if self._free() < self._levels.low + self._reserve_bytes:
            return False
        try:
            with private_files(), path.open("wb") as out:
                _take_room(out.fileno(), self._reserve_bytes)
                os.fsync(out.fileno())
            sync_folder(self._folder)
        except OSError:
            path.unlink(missing_ok=True)
            return False
        return True

    def _give_up(self) -> None:
        try:
            (self._folder / RESERVE_FILE).unlink(missing_ok=True)
            sync_folder(self._folder)
        except OSError:
            return  # the disk itself fails: the next write tells


def _take_room(handle: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
        return
    # A file that is only made long holds no room on every system, so its bytes are written.
    block = bytes(MIB)
    for at in range(0, size, MIB):
        os.write(handle, block[: min(MIB, size - at)])
