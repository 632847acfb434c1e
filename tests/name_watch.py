"""Has every file of a searched run looked at just before what it holds is gone: removed, replaced, emptied or cut.

Python tells of each such call before it is made (audit hooks), in every thread, and a run's other Python processes
are watched too: they find `sitecustomize.py` on their path. What SQLite does by itself is outside: it only ever writes
encrypted pages here, and the write-ahead log is searched before the store has it emptied. Files named by the handle of
their folder (`shutil.rmtree`) are found on Linux only.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import name_search

TELL_EVERY = 200
"""Files after which a process tells what it searched: one that is killed has told most of it."""
_busy = threading.local()


class Watch:
    """The watch of one process over the folder of the run."""

    def __init__(self, there: Path) -> None:
        self.there = there
        self.is_over = False
        """Set when the run is searched as a whole: what is removed then was read a moment before."""
        self._searched = name_search.Searched()
        self._process = os.getpid()
        self._folder = f"{there}{os.sep}"

    def hear(self, event: str, told: tuple[Any, ...]) -> None:
        """Take one call that Python is about to make."""
        if event not in _LOSES or self.is_over or getattr(_busy, "now", False):
            return
        _busy.now = True
        try:
            for path in _LOSES[event](told):
                if str(path).startswith(self._folder):
                    self._look_at(path)
        finally:
            _busy.now = False

    def look_at(self, path: Path) -> None:
        """Search a file that is about to be emptied by somebody who does not tell."""
        if str(path).startswith(self._folder):
            self._look_at(path)

    def _look_at(self, path: Path) -> None:
        if os.getpid() != self._process:  # a process that was split off tells of its own
            self._process, self._searched = os.getpid(), name_search.Searched()
        test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
        found = len(self._searched.found)
        self._searched.look_at(path, self.there, f" (gone by now, {test or 'in another process'})")
        if len(self._searched.found) > found or self._searched.files >= TELL_EVERY:
            self.tell()

    def tell(self) -> None:
        """Add what was searched since to the accounts of the run."""
        if not self._searched.files or os.getpid() != self._process or not self.there.exists():
            return
        kept, self._searched = self._searched.kept(), name_search.Searched.with_memory(self._searched)
        # One write to a file opened for appending: processes that tell at the same time do not mix their lines.
        handle = os.open(name_search.accounts(self.there), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, (kept + "\n").encode())
        finally:
            os.close(handle)


def _at(path: Any, folder: Any) -> list[Path]:
    if isinstance(path, int):
        try:
            return [Path(os.readlink(f"/proc/self/fd/{path}"))]
        except OSError:
            return []
    named = Path(os.fsdecode(path))
    if isinstance(folder, int) and folder >= 0 and not named.is_absolute():
        try:
            named = Path(os.readlink(f"/proc/self/fd/{folder}")) / named
        except OSError:
            return []
    return [named if named.is_absolute() else Path.cwd() / named]


def _opened(told: tuple[Any, ...]) -> list[Path]:
    path, _, flags = told
    if isinstance(path, int) or path is None or not (isinstance(flags, int) and flags & os.O_TRUNC):
        return []
    return _at(path, -1)


_LOSES: dict[str, Callable[[tuple[Any, ...]], list[Path]]] = {
    "os.remove": lambda told: _at(told[0], told[1]),
    "os.rename": lambda told: _at(told[1], told[3]),
    "os.truncate": lambda told: _at(told[0], -1),
    "open": _opened,
}
"""Calls after which bytes of a file are gone, with how the file is found in what Python tells of them."""

_watching: list[Watch] = []


def watch() -> None:
    """Begin to watch this process, once, where a run is searched."""
    there = os.environ.get(name_search.FOLDER)
    if not there or _watching:
        return
    made = Watch(Path(there))
    _watching.append(made)
    sys.addaudithook(made.hear)
    atexit.register(made.tell)
    here = str(Path(__file__).parent / "name_watch_path")
    known = os.environ.get("PYTHONPATH", "")
    if here not in known:
        os.environ["PYTHONPATH"] = os.pathsep.join(each for each in (here, known) if each)


def tell() -> None:
    """Tell what this process searched so far."""
    for each in _watching:
        each.tell()


def end() -> None:
    """Watch no longer: all that is left is searched now, and removed."""
    for each in _watching:
        each.is_over = True


def watch_stores() -> None:
    """Have every write-ahead log of a record searched before its store lets it be emptied."""
    if not _watching:
        return
    from coordinator_app.store.founding import Grounds
    from coordinator_app.store.store import Store

    checkpoint, close = Store.checkpoint, Grounds.close

    def searched_checkpoint(self: Store) -> bool:
        _watching[0].look_at(self.folder / "journal.db-wal")
        return checkpoint(self)

    def searched_close(self: Grounds) -> None:
        _watching[0].look_at(self.folder / "journal.db-wal")
        close(self)

    Store.checkpoint = searched_checkpoint  # type: ignore[method-assign]
    Grounds.close = searched_close  # type: ignore[method-assign]
