"""Keeps a second process away from the hub's folder; the system lets go of the lock when the process ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from coordinator_app.hub.ledger import LedgerRefused


class FileLock:
    """An exclusive lock on a file of its own."""

    def __init__(self, path: Path) -> None:
        """Take the lock; raises LedgerRefused where another process has it."""
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._handle, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(self._handle)
            raise LedgerRefused(
                f"Another process uses the hub in {path.parent}; stop it first, or use PostgreSQL for several."
            ) from fault

    def release(self) -> None:
        """Let go of the lock; safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
