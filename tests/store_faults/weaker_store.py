"""Faults planted into the store of a test's own process, so that the proofs are seen to find losses.

None of them is a setting of the program: they change its code in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from coordinator_app.store import connection, files, keys, patient_keys, reading, store_keys
from coordinator_app.store import store as room
from coordinator_app.store.faults import StoreFault, StorePoisoned
from coordinator_app.store.mirror import Mirror
from coordinator_app.store.second_copy import SecondCopy
from coordinator_app.store.store import Store


def _pragma(name: str, wanted: str, got: int | str) -> Callable[[], None]:
    def plant() -> None:
        connection.SETTINGS[name] = (wanted, got)

    return plant


def _mirror_without_sync() -> None:
    def write_at(self: Mirror, place: int, content: bytes) -> None:
        os.lseek(self._handle, place, os.SEEK_SET)
        os.write(self._handle, content)

    Mirror._write_at = write_at  # type: ignore[method-assign]


def _mirror_before_commit() -> None:
    """Copy an event into the mirror before the record has it: what was rolled back comes back from the mirror."""
    real = room.Writing.append

    def append(self: Any, *arguments: Any, **named: Any) -> Any:
        before = len(self.sealed)
        recorded = real(self, *arguments, **named)
        owner = _open_stores[-1]
        if owner._grounds.mirror is not None:
            owner._grounds.mirror.append((each.written, each.sig, each.psig) for each in self.sealed[before:])
            self.copied = True
        return recorded

    def copy(self: Store, writing: Any) -> None:
        copied = getattr(writing, "copied", False)
        if not copied and self._grounds.mirror is not None:
            self._grounds.mirror.append((each.written, each.sig, each.psig) for each in writing.sealed)

    began = Store.__init__

    def begin(self: Store, *arguments: Any) -> None:
        began(self, *arguments)
        _open_stores.append(self)

    Store.__init__ = begin  # type: ignore[method-assign, assignment]
    room.Writing.append = append  # type: ignore[method-assign]
    SecondCopy.begin = lambda self, mirror, event: None  # type: ignore[method-assign]
    Store._copy = copy  # type: ignore[method-assign]


def _several_beside_commit() -> None:
    """Copy all events of a transaction while it is committed: a power cut brings the first ones back."""
    copied: set[int] = set()
    finish = SecondCopy.finish

    def begins(self: SecondCopy, mirror: Mirror, event: object) -> None:
        writing = next(each._writing for each in reversed(_open_stores) if each._second is self)
        for each in writing.sealed if writing is not None else ():
            mirror.append([(each.written, each.sig, each.psig)])
        copied.add(id(self))

    def finishes(self: SecondCopy, mirror: Mirror, sealed: Any) -> None:
        if id(self) not in copied:
            finish(self, mirror, sealed)
        copied.discard(id(self))

    began = Store.__init__

    def begin(self: Store, *arguments: Any) -> None:
        began(self, *arguments)
        _open_stores.append(self)

    Store.__init__ = begin  # type: ignore[method-assign, assignment]
    room.Writing.is_one_event = property(lambda self: bool(self.sealed))  # type: ignore[method-assign, assignment]
    SecondCopy.begin = begins  # type: ignore[method-assign]
    SecondCopy.finish = finishes  # type: ignore[method-assign]


_open_stores: list[Store] = []


def _whole_files(write: Callable[[Path, bytes], None]) -> Callable[[], None]:
    def plant() -> None:
        for module in (files, keys, patient_keys, store_keys):
            module.write_whole = write  # type: ignore[attr-defined]

    return plant


def _in_place(path: Path, content: bytes) -> None:
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _without_sync(path: Path, content: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(content)
    beside.replace(path)


def _without_folder_sync(path: Path, content: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with open(beside, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def _said_before_commit() -> None:
    """Acknowledge before the transaction is committed."""
    from . import disk_trace

    real = room.Writing._record

    def record(self: Any, *arguments: Any, **named: Any) -> Any:
        recorded = real(self, *arguments, **named)
        disk_trace.note(recorded=[recorded.id])
        return recorded

    room.Writing._record = record  # type: ignore[method-assign]


def _anchor_before_commit() -> None:
    """Write the anchor while its event is not committed: an honest power cut then looks like an old file put back."""
    real = room.Writing._record

    def record(self: Any, *arguments: Any, **named: Any) -> Any:
        recorded = real(self, *arguments, **named)
        if _open_stores:
            _open_stores[-1]._anchor()
        return recorded

    began = Store.__init__

    def begin(self: Store, *arguments: Any) -> None:
        began(self, *arguments)
        _open_stores.append(self)

    Store.__init__ = begin  # type: ignore[method-assign, assignment]
    room.Writing._record = record  # type: ignore[method-assign]


WEAKER: dict[str, Callable[[], None]] = {
    "synchronous NORMAL": _pragma("synchronous", "NORMAL", 1),
    "synchronous OFF": _pragma("synchronous", "OFF", 0),
    "rollback journal instead of WAL": _pragma("journal_mode", "DELETE", "delete"),
    "mirror without sync": _mirror_without_sync,
    "mirror before the commit": _mirror_before_commit,
    "several events copied beside the commit": _several_beside_commit,
    "key files written in place": _whole_files(_in_place),
    "key files without sync": _whole_files(_without_sync),
    "key files without sync of the folder": _whole_files(_without_folder_sync),
    "said before the commit": _said_before_commit,
    "anchor before the commit": _anchor_before_commit,
}
"""Planted faults by name; each must be found by `crash_images --planted`."""


def _goes_on_after_a_fault() -> None:
    """Take a failing disk for a passing trouble: nothing is poisoned."""
    reading.is_failing = lambda fault: False
    room.is_failing = lambda fault: False  # type: ignore[attr-defined]
    Store._poison = lambda self, fault: StorePoisoned("The record cannot be written; try again.")  # type: ignore[method-assign]


def _mirror_may_fail() -> None:
    """Say recorded although the mirror could not be written."""
    real = Store._copy

    def copy(self: Store, writing: Any) -> None:
        with suppress(StoreFault):
            real(self, writing)
        self._poisoned = None

    Store._copy = copy  # type: ignore[method-assign]


def _nothing_is_written_again() -> None:
    """Trust what can be read after a sync failed."""
    Store._make_durable = lambda self: None  # type: ignore[method-assign]
    Mirror.write_again = lambda self, start: None  # type: ignore[method-assign]


CARELESS: dict[str, Callable[[], None]] = {
    "nothing is poisoned": _goes_on_after_a_fault,
    "a mirror that fails is ignored": _mirror_may_fail,
    "said before the commit": _said_before_commit,
    "nothing is written again at a start": _nothing_is_written_again,
}
"""Planted faults that only a failing disk shows."""
