"""Moves the second copy of a record to another place, a little at a time, so that nobody at a scanner waits for it.

The new copy is written from the journal under a name that no opening looks for, read again from its beginning and
compared event by event, and only then named in `store.json`. Until that one write of the marker the old copy is the
second copy and goes on being written; after it the new one is. Cut off anywhere, one of the two is whole and named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import sqlcipher3

from coordinator_app.store.faults import FolderUnusable, StoreDamaged
from coordinator_app.store.files import private_files, sync_folder
from coordinator_app.store.mirror import Copied, Mirror, mirror_key
from coordinator_app.store.mirror_place import is_beside, mirror_of
from coordinator_app.store.pace import Pace
from coordinator_app.store.store_keys import StoreKeys, write_marker

_AT_ONCE = 100
"""Events between two looks at the time: about two milliseconds and one sync."""
_ROWS = "SELECT bytes, sig, psig FROM journal WHERE n > ? ORDER BY n LIMIT ?"


class MirrorMove:
    """One move under way: `written` and `compared` events of `total`; `over` once the new place is named.

    `took_over` is called with the new copy, open at its end, as soon as it is named. Raises FolderUnusable when the new
    place cannot be written and StoreDamaged when it does not keep what was written; the old copy then stays in use.
    """

    def __init__(
        self,
        connection: sqlcipher3.Connection,
        folder: Path,
        keys: StoreKeys,
        target: Path,
        took_over: Callable[[Mirror], None] = Mirror.close,
    ) -> None:
        """Begin the move to the file `target`, in a folder that is there (`mirror_place.place_for`)."""
        self._connection, self._folder, self._keys = connection, folder, keys
        self.target = target
        self._draft = target.with_name(target.name + ".new")
        self._took_over = took_over
        self.written = self.compared = 0
        self.pace = Pace()
        self.over = False
        self._compared_end = 0
        self._reading: Iterator[Copied] | None = None
        self._new = self._opened(fresh=True)
        self._reader = self._opened(fresh=False)

    @property
    def total(self) -> int:
        """How many events there are to move by now."""
        return int(self._connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])

    def go_on(self, seconds: float) -> None:
        """Go on for about so long, between two transactions; one slice ends the move."""
        until = time.perf_counter() + seconds
        self.pace.begin()
        try:
            while not (self.over or self._connection.in_transaction):
                if not (self._write() or self._compare()):
                    self._switch()
                if time.perf_counter() >= until:
                    return
        except OSError as fault:
            self.give_up()
            raise FolderUnusable(
                f"The second copy cannot be written to {self.target.parent}; it stays where it was. "
                "Check that disk and the room on it, then move it again."
            ) from fault
        except sqlcipher3.Error as fault:
            self.give_up()
            raise StoreDamaged(
                "The record cannot be read to its end; the second copy stays where it was. Have the record verified."
            ) from fault
        except BaseException:
            self.give_up()
            raise

    def give_up(self) -> None:
        """Leave the second copy where it was; what was written elsewhere is taken away. Safe to call at any time."""
        if self.over:
            return
        self._new.close()
        self._reader.close()
        try:
            self._draft.unlink(missing_ok=True)
        except OSError:
            return  # nothing looks for it, and the next move to this place writes it anew

    def _opened(self, *, fresh: bool) -> Mirror:
        try:
            with private_files():
                if fresh:
                    self._draft.unlink(missing_ok=True)
                return Mirror(self._draft, self._keys.store_id, mirror_key(self._keys.store))
        except OSError as fault:
            raise FolderUnusable(
                f"The second copy cannot be written to {self.target.parent}; choose another folder."
            ) from fault

    def _write(self) -> bool:
        rows = self._connection.execute(_ROWS, (self.written, _AT_ONCE)).fetchall()
        if not rows:
            return False
        self._new.append(rows)
        self.written += len(rows)
        self._reading = None  # what was recorded since the comparison began is read to its new end
        return True

    def _compare(self) -> bool:
        """Compare some more of what was written with the journal; tells whether any of it was left."""
        if self.compared == self.written:
            return False
        if self._reading is None:
            self._reading = self._reader.records(self._compared_end)
        rows = self._connection.execute(_ROWS, (self.compared, _AT_ONCE)).fetchall()
        for row in rows[: self.written - self.compared]:
            copied = next(self._reading, None)
            if copied is None or (copied.written, copied.sig, copied.psig) != tuple(row):
                raise StoreDamaged(
                    f"The disk of {self.target.parent} does not keep what was written to it (event "
                    f"{self.compared + 1}); the second copy stays where it was. Choose another disk."
                )
            self.compared += 1
            self._compared_end = copied.end
        return True

    def _switch(self) -> None:
        """Give the new copy its name, name it in the marker, and take the old one away."""
        old = mirror_of(self._folder)
        self._new.close()
        self._reader.close()
        _keep_aside(self.target)
        self._draft.replace(self.target)
        sync_folder(self.target.parent)
        new = Mirror(self.target, self._keys.store_id, mirror_key(self._keys.store))
        for copied in new.records(self._compared_end):
            raise StoreDamaged(f"The second copy at {self.target} grew by itself to {copied.end}; move it again.")
        elsewhere = None if is_beside(self._folder, self.target) else self.target
        write_marker(self._folder, self._keys.store_id, elsewhere)
        self.over = True
        self._took_over(new)
        if old != self.target:
            _take_away(old)


def _keep_aside(path: Path) -> None:
    """Give what stands at the new place another name: only a cut-off move leaves something there."""
    if not path.exists():
        return
    number = 1
    while path.with_name(f"{path.name}.earlier-{number}").exists():
        number += 1
    path.rename(path.with_name(f"{path.name}.earlier-{number}"))


def _take_away(old: Path) -> None:
    try:
        old.unlink(missing_ok=True)
        sync_folder(old.parent)
    except OSError:
        return  # its disk is gone, which may be why it was moved; nothing names it any more
