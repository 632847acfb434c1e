"""Verifies a large record in several processes, each of which follows a part of the journal with eyes of its own.

What else was weighed when one process took 3.4 times as long as bare reading (goal: twice):
- not writing each event again to compare it: 1 µs of 12, but then nobody knows any more that bytes are canonical;
- leaving the body undecoded: 1 µs, with the same loss; a pattern over the bytes instead costs more than decoding;
- reading or hashing in larger portions: measured, no gain (fetchmany is slower, hashing is 0.7 µs already);
- threads: everything but reading holds the interpreter's lock, and handing that over costs more than reading does;
- weighing once what is known, in the order of the bytes: done in `chain`, 12.3 to 9.1 µs; the rest is this module.

Only for a command that has the record for itself: behind the work, `history_check` stays in one process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

import sqlcipher3

from coordinator_app.domain.seal import NotCanonical
from coordinator_app.store.chain_part import TO_THE_END, PartFound, Span, Trust, follow_part, joined
from coordinator_app.store.connection import open_beside
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.journal_check import Progress, Verified
from coordinator_app.store.projections import SITE, Projections
from coordinator_app.store.without_collecting import without_collecting

PARTED_FROM = 100_000
"""Events from which parts pay: a process needs as long to start as some 30,000 events to be followed."""

MOST = 4
"""Processes at most; more only wait for the disk."""


class RecordFile(NamedTuple):
    """The file of a record and its key; goes to another process through a pipe, never by argument or environment."""

    path: Path
    key: bytes


def processes_for(events: int) -> int:
    """Return in how many processes so many events are best verified here."""
    return 1 if events < PARTED_FROM else min(MOST, os.cpu_count() or 1)


def spans_of(events: int, parts: int) -> list[Span]:
    """Return the rows of each part; the last goes on to wherever the journal ends."""
    ends = [events * number // parts for number in range(1, parts)]
    return [Span(first + 1, last) for first, last in zip([0, *ends], [*ends, TO_THE_END], strict=True)]


def seeming_keys(connection: sqlcipher3.Connection) -> dict[str, bytes]:
    """Return the keys that the tables of the screens give to workstations; the journal must still prove them."""
    found: dict[str, bytes] = {}
    with suppress(sqlcipher3.Error, NotCanonical, KeyError, TypeError, ValueError):
        for _, written, _ in Projections(connection).events_of(SITE):
            event = read_event(written)
            if event["type"] == "WorkstationAdmitted":
                key = bytes.fromhex(event["body"]["public_key"])
                if len(key) == 32:
                    found.setdefault(str(event["body"]["workstation"]), key)
    return found


def verify_in_processes(
    connection: sqlcipher3.Connection, file: RecordFile, trust: Trust, spans: Sequence[Span], progress: Progress | None
) -> Verified | None:
    """Verify the journal in as many processes as there are spans; None when anything is in doubt.

    This process follows the first span through its own connection, the others open the file to read it.
    """
    helpers: list[_Helper] = []
    try:
        for span in spans[1:]:
            helpers.append(_Helper(file, span, trust))
        told = _told(connection, helpers, progress)
        found = [follow_part(connection, spans[0], trust, told)]
        if found[0] is None:
            return None
        found += [helper.result(told, found[0].events) for helper in helpers]
    except (OSError, EOFError, sqlcipher3.Error):
        return None
    finally:
        for helper in helpers:
            helper.stop()
    parts = [part for part in found if part is not None]
    return joined(parts, trust) if len(parts) == len(spans) else None


class _Helper:
    """Another process that follows one part, and what it has told so far."""

    def __init__(self, file: RecordFile, span: Span, trust: Trust) -> None:
        # "spawn" everywhere: a process that was forked would share the engine's open file and its locks.
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(target=_follow, args=(theirs, file, span, trust), daemon=True)
        self._process.start()
        theirs.close()
        self.done = 0
        self._found: PartFound | None = None
        self._over = False

    def listen(self, seconds: float) -> None:
        """Take in what was told, waiting so long for it; raises EOFError when the process died."""
        while not self._over and self._ours.poll(seconds):
            told = self._ours.recv()
            if isinstance(told, int):
                self.done = told
            else:
                self._found, self._over = told, True
                self.done = told.events if told is not None else self.done

    def result(self, told: Progress, own: int) -> PartFound | None:
        """Wait for the end and return what the part holds."""
        while not self._over:
            self.listen(0.2)
            told(own, 0)
        told(own, 0)
        return self._found

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()
        self._process.join()
        self._ours.close()


def _told(connection: sqlcipher3.Connection, helpers: Sequence[_Helper], progress: Progress | None) -> Progress:
    total = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])

    def told(own: int, _: int) -> None:
        for helper in helpers:
            helper.listen(0)
        if progress is not None:
            progress(own + sum(helper.done for helper in helpers), total)

    return told


@without_collecting()
def _follow(pipe: Connection, file: RecordFile, span: Span, trust: Trust) -> None:
    """Follow one part in a process of its own and tell what was found; None when anything was bad."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the person's Ctrl+C is for the command, which ends this process
    found: PartFound | None = None
    with suppress(StoreFault, sqlcipher3.Error):
        connection = open_beside(file.path, file.key)
        try:
            found = follow_part(connection, span, trust, lambda done, _: pipe.send(done))
        finally:
            connection.close()
    with suppress(OSError):
        pipe.send(found)
