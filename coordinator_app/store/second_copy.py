"""When an event comes into the second copy: behind the commit, or beside it where nothing can come apart.

Three ways were weighed. *Behind the commit* always: simple, and a person waits for two syncs, one after the other.
*Before the commit*: no faster, and whatever is rolled back stands in the copy. *Beside the commit*, on a thread of its
own: both syncs at once. A power cut may then leave an event in one of the two only, which every opening mends and
tells; but of several events of one transaction it could leave the first ones, a signed act without its signature. So
one event that is all its transaction changes is copied beside its commit, for its record is whole or does not count;
everything else is copied behind. A commit that fails takes its event out of the copy again before anybody is told.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from weakref import finalize

from coordinator_app.store.journal import Sealed
from coordinator_app.store.mirror import Mirror

_Asked = SimpleQueue[Callable[[], None] | None]
_Done = SimpleQueue[BaseException | None]


class SecondCopy:
    """Writes the mirror of one record; used by the one thread that writes the record.

    The mirror is named each time: a record in use can get another one (`Keeping.begin_mirror_move`).
    """

    def __init__(self) -> None:
        """Begin with nothing under way; the thread begins with the first event."""
        # Two queues and a thread instead of an executor: that takes a sixth of what is won by it.
        self._asked: _Asked = SimpleQueue()
        self._done: _Done = SimpleQueue()
        self._thread: Thread | None = None
        self._under_way = False
        self._end_before = 0

    def begin(self, mirror: Mirror, event: Sealed) -> None:
        """Begin to copy an event of which the commit follows at once; `finish` or `take_back` comes after it."""
        if self._thread is None:
            thread = Thread(target=_work, args=(self._asked, self._done), name="second copy", daemon=True)
            with suppress(RuntimeError):  # a machine that has no thread left: `finish` writes it, as ever
                thread.start()
                self._thread = thread
                finalize(self, self._asked.put, None)  # a record that nobody closed leaves no thread behind
        if self._thread is not None:
            self._end_before = mirror.end
            self._under_way = True
            self._asked.put(partial(mirror.append, [(event.written, event.sig, event.psig)]))

    def _wait(self) -> BaseException | None:
        fault = self._done.get()
        self._under_way = False
        return fault

    def take_back(self, mirror: Mirror) -> None:
        """Take out again what was begun, its commit failed; raises OSError when the file cannot be cut."""
        if self._under_way:
            self._wait()
            mirror.cut_back(self._end_before)

    def finish(self, mirror: Mirror, sealed: list[Sealed]) -> None:
        """Return once these committed events are durable in the copy; raises OSError when they are not."""
        if not self._under_way:
            mirror.append((each.written, each.sig, each.psig) for each in sealed)
            return
        fault = self._wait()
        if fault is not None:
            raise fault

    def close(self) -> None:
        """Let the thread end; safe to call twice."""
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join()
            self._thread = None


def _work(asked: _Asked, done: _Done) -> None:
    while (copy := asked.get()) is not None:
        try:
            copy()
        except BaseException as fault:  # noqa: BLE001 - whoever waits for it is told, whatever it is
            done.put(fault)
        else:
            done.put(None)
