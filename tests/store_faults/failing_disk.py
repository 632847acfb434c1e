# ruff: noqa: T201 - a command that says what it found
"""Lets the n-th call to the disk fail, for every n and every kind of call, once and for ever, and sees what comes of it.

`python -m tests.store_faults.failing_disk --every 1`. After each failure a person must have been told or nothing may
have happened; nothing that was recorded may be missing: not in the files as they are, and not after a power cut either,
where a sync that failed made nothing durable; not from the record alone, and not from its second copy alone.
`--every 10` tries every tenth n.
"""

from __future__ import annotations

import argparse
import errno
import json
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from coordinator_app.domain import events as e
from coordinator_app.store import ground
from coordinator_app.store import store as room
from coordinator_app.store.faults import StoreFault, StorePoisoned

from . import disk_trace, full_disk, weaker_store
from .after_a_cut import BOTH, Examiner, Told, as_way, clear
from .disk_model import Disk, read_log, said, write_image
from .disk_trace import CREATE, CUT, REMOVE, RENAME, SYNC, WRITE, environment, fast_folder
from .small_ward import SmallWard
from .workloads import watch_the_store

NAMES = {WRITE: "write", SYNC: "sync", CUT: "cut", RENAME: "rename", REMOVE: "remove", CREATE: "create"}


class Fault(NamedTuple):
    """One way for calls to fail."""

    kind: int
    sticky: bool
    error: int
    half: bool = False
    beside: bool = False
    """Counted on the thread that writes the second copy beside the commit, not on the one that commits."""

    def __str__(self) -> str:
        """Say it in words."""
        text = f"{NAMES[self.kind]}{' beside the commit' * self.beside} fails with {errno.errorcode[self.error]}{' after half of it' * self.half}"
        return f"{text} {'from then on' if self.sticky else 'once'}"


_ALONE = (
    *(Fault(WRITE, sticky, errno.EIO) for sticky in (False, True)),
    *(Fault(WRITE, sticky, errno.ENOSPC) for sticky in (False, True)),
    *(Fault(WRITE, sticky, errno.ENOSPC, half=True) for sticky in (False, True)),
    *(Fault(kind, sticky, errno.EIO) for kind in (SYNC, CUT, RENAME, REMOVE) for sticky in (False, True)),
    *(Fault(CREATE, sticky, errno.ENOSPC) for sticky in (False, True)),
)
FAULTS = (*_ALONE, *(fault._replace(beside=True) for fault in _ALONE if fault.kind in (WRITE, SYNC)))


class Outcome(NamedTuple):
    """What came of one failing call."""

    phase: str
    told: str
    """What the person was told first: a kind of StoreFault, `anchor` for the note in the self-test, or nothing."""
    poisoned: bool
    wrong: str


class _Program:
    """The program as the desk runs it: a fault is told, the record is closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.poisoned = False
        self.wrong = ""

    def works(self) -> None:
        """Found a record, do a little of everything, restart, go on, and leave."""
        self._founds()
        room.ANCHOR_AFTER = 0.0
        ward = self.ward
        acts: tuple[Callable[[], None], ...] = (
            ward.begins, ward.records, ward.enrols, ward.records_several, ward.beats, ward.attaches, ward.parks, ward.checkpoints,
            ward.gives_up, ward.records, ward.restarts, ward.records, ward.enrols, ward.records, ward.closes,
        )  # fmt: skip
        for act in acts:
            self._tries(act)
            if ward.store.anchor_fault:
                self.told.append("anchor")
        with suppress(StoreFault):
            ward.store.close()

    def _founds(self) -> None:
        try:
            self.ward = SmallWard(self.folder, random.Random(7))  # noqa: S311 - repeatable, no secrets
        except StoreFault as fault:
            self._hears(fault)
            disk_trace.fail(0, 0, sticky=False, error=0)
            found = self.folder / "store.json"
            if found.exists():
                # The founding had come to its end and the first start failed: the record is there.
                at = SmallWard.begin()
                self.ward = SmallWard.taken_up(self.folder, random.Random(7), at)  # noqa: S311 - repeatable
            else:
                self.ward = SmallWard(self.folder, random.Random(7))  # noqa: S311 - repeatable, no secrets

    def _tries(self, act: Callable[[], None]) -> None:
        try:
            act()
        except StoreFault as fault:
            self._hears(fault)
            if isinstance(fault, StorePoisoned):
                self.poisoned = True
                if not self.ward.store._grounds.closed:
                    self._records_no_more()
            self._opens_again()

    def _hears(self, fault: StoreFault) -> None:
        self.told.append(type(fault).__name__)
        if not fault.sentence.endswith(".") or "\n" in fault.sentence:
            self.wrong = self.wrong or f"a person is told '{fault.sentence}'"

    def _records_no_more(self) -> None:
        disk_trace.fail(0, 0, sticky=False, error=0)  # even when the disk answers again
        for attempt in (self._appends, self.ward.beats, self.ward.checkpoints, self.ward.parks):
            try:
                attempt()
            except StorePoisoned:
                continue
            self.wrong = self.wrong or "a poisoned connection still records"

    def _appends(self) -> None:
        with self.ward.store.writing() as writing:
            writing.append(e.ConditioningStarted(case="case:1"), subject="case:1")

    def _opens_again(self) -> None:
        with suppress(StoreFault):
            self.ward.store.close()
        try:
            self.ward.opens()
        except StoreFault as fault:
            self._hears(fault)
            disk_trace.fail(0, 0, sticky=False, error=0)  # the disk was mended
            self.ward.opens()


def _one(fault: Fault, n: int, place: Path) -> Outcome:
    """Run the program with this call failing, in this process, and examine what it left."""
    root, log = place / "root", place / "log"
    root.mkdir()
    disk_trace.log_to(log, root)
    program = _Program(root / "record")
    disk_trace.fail(fault.kind, n, sticky=fault.sticky, error=fault.error, half=fault.half, beside=fault.beside)
    wrong = ""
    try:
        program.works()
    except BaseException as broken:  # noqa: BLE001 - whatever else comes out is the finding
        wrong = f"{type(broken).__name__} instead of a sentence: {broken}"
    disk_trace.fail(0, 0, sticky=False, error=0)
    disk_trace.log_to(None, place / "nowhere")
    disk, told, phase = Disk(), Told(), ""
    for entry in read_log(log):
        if entry.kind == "N":
            told.hear(said(entry))
        elif entry.kind == "X":
            phase = phase or told.at
        else:
            disk.follow(entry)
    wrong = wrong or program.wrong or _examined(root, disk, told)
    return Outcome(phase, program.told[0] if program.told else "", program.poisoned, wrong)


def _examined(root: Path, disk: Disk, told: Told) -> str:
    image = root.parent / "image"
    for name, cut in (("power cut", disk.lost()), ("process killed", disk.kept())):
        for way in told.ways():
            clear(image)
            write_image(as_way(cut.files, way, told), image)
            found = Examiner(image).examine(way, told, again=False)
            if found:
                return f"after a {name}, {way}: {found}"
    found = Examiner(root).examine(BOTH, told, again=True)
    return f"opened again: {found}" if found else ""


def _in_a_fork(fault: Fault, n: int) -> Outcome:
    place = Path(tempfile.mkdtemp(prefix="coordinator-failing-", dir=fast_folder()))
    answer, tell = os.pipe()
    process = os.fork()
    if not process:
        try:
            os.write(tell, json.dumps(_one(fault, n, place)).encode())
        finally:
            os._exit(0)
    os.close(tell)
    heard = b""
    while part := os.read(answer, 65536):
        heard += part
    os.close(answer)
    os.waitpid(process, 0)
    shutil.rmtree(place, ignore_errors=True)
    return Outcome(*json.loads(heard)) if heard else Outcome("", "", False, "the program died")


def _many(fault: Fault, every: int, first: int) -> tuple[Fault, list[tuple[int, Outcome]]]:
    outcomes = []
    n = first
    while True:
        outcome = _in_a_fork(fault, n)
        if not outcome.phase:
            if outcome.wrong:
                outcomes.append((n, outcome))
            return fault, outcomes
        outcomes.append((n, outcome))
        n += every


def ready(planted: str = "") -> None:
    """Prepare this process; it must run under the shim."""
    ground.MOUNTS = Path(os.devnull)
    if planted:
        weaker_store.CARELESS[planted]()
    watch_the_store()


def run(
    every: int, workers: int, faults: tuple[Fault, ...] = FAULTS
) -> Iterator[tuple[Fault, list[tuple[int, Outcome]]]]:
    """Let every so-many-th call fail, for each way to fail; yields what came of it."""
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        # Each way begins at another n, so that few tries of each still meet many places.
        # Writes are many; of the other calls, and of those beside the commit, more of the few there are.
        steps = [every if fault.kind == WRITE and not fault.beside else max(1, every // 10) for fault in faults]
        asked = [
            (fault, step, 1 + number * 7 % step) for number, (fault, step) in enumerate(zip(faults, steps, strict=True))
        ]
        for each in [pool.apply_async(_many, one) for one in asked]:
            yield each.get()


def main(arguments: list[str] | None = None) -> int:
    """Let calls fail and say what came of it; returns 1 when something is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--planted", default="", choices=("", *sorted(weaker_store.CARELESS)))
    chosen = asked.parse_args(arguments)
    if "disk_trace" not in os.environ.get("LD_PRELOAD", "").replace("-", "_"):
        command = [sys.executable, "-m", f"{__package__}.failing_disk", *(arguments or sys.argv[1:])]
        os.execve(sys.executable, command, environment(fast_folder() / "nothing", None))  # noqa: S606
    ready(chosen.planted)
    failed = _report(chosen.every, chosen.workers)
    return max(failed, full_disk.main()) if not chosen.planted else failed


def _report(every: int, workers: int) -> int:
    began, tried, wrong = time.monotonic(), 0, []
    phases: Counter[str] = Counter()
    print(
        "\n| what fails | calls | poisoned | told otherwise | nobody told | wrong |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    quiet: Counter[str] = Counter()
    empty = []
    for fault, outcomes in run(every, workers):
        tried += len(outcomes)
        phases.update(outcome.phase for _, outcome in outcomes)
        silent = [outcome for _, outcome in outcomes if not outcome.told]
        quiet.update(f"{NAMES[fault.kind]} while {outcome.phase}" for outcome in silent)
        bad = [f"{fault}, call {n} ({outcome.phase}): {outcome.wrong}" for n, outcome in outcomes if outcome.wrong]
        wrong += bad
        poisoned = sum(outcome.poisoned for _, outcome in outcomes)
        otherwise = len(outcomes) - poisoned - sum(not outcome.poisoned for outcome in silent)
        print(
            f"| {fault} | {len(outcomes):,} | {poisoned:,} | {otherwise:,} | {len(silent):,} | {len(bad):,} |",
            flush=True,
        )
        if not outcomes:
            empty.append(str(fault))
    print("\n| at work when the call failed | times |\n| --- | ---: |")
    for phase, count in sorted(phases.items()):
        print(f"| {phase} | {count:,} |")
    print(
        "\nNobody was told, and nothing was lost by it:",
        ", ".join(f"{name} {count}" for name, count in sorted(quiet.items())),
    )
    for each in wrong[:20]:
        print("WRONG", each)
    for each in empty:
        print("never met:", each)
    print(f"{tried:,} failing calls, {len(wrong)} wrong, {time.monotonic() - began:.0f} s")
    print("0 acknowledged events lost, 0 told falsely" if not wrong and not empty else "FAILED")
    return 1 if wrong or empty else 0


if __name__ == "__main__":
    sys.exit(main())
