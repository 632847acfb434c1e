# ruff: noqa: T201 - a command that says what it found
"""Cuts the power at every call that a workstation makes to its disk, opens what is left, and counts what is missing.

`python -m tests.store_faults.crash_images --images 1000000 --seed 1 --workers 2`; `--planted` shows that the same images
find every fault of `weaker_store`. Each distinct image counts once; the tables say what was cut, when, and how much of
the unsynced was kept. Fails on anything lost, and on a class that was never met.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import NamedTuple

import sqlcipher3

from .after_a_cut import BOTH, MIRROR_ALONE, RECORD_ALONE, Examiner, Told, as_way, clear
from .disk_model import Cut, Disk, Entry, digest_of, read_log, said, write_image
from .disk_trace import fast_folder, run_watched, shim

NAMES = ("ward", "elsewhere", "migration", "repair", "keys", "backup", "bench")
"""Workloads in turn; `bench` is the whole program below its windows."""
PER_TRACE = 4000
PHASES = (
    "founding", "opening the file", "comparing with the mirror", "recording", "mirror append", "checkpoint", "anchor",
    "key file", "heartbeat", "rebuilding the projections", "attachment", "closing", "between",
    "remaking the record from the mirror", "exchanging the remade record", "backup", "erasing",
)  # fmt: skip
CLASSES = (
    "everything unsynced lost", "everything unsynced kept", "a part of the unsynced kept", "write lost", "write kept",
    "write torn", "cut lost", "cut kept", "new name lost", "renaming undone", "removal undone",
)  # fmt: skip


class Task(NamedTuple):
    """One workload with one seed, and how many images to make of it."""

    name: str
    seed: int
    images: int
    weaker: str = ""


class Outcome(NamedTuple):
    """What came of one workload."""

    task: Task
    images: int
    cuts: int
    same: int
    full_checks: int
    entries: int
    acknowledged: int
    counts: Counter[tuple[str, str]]
    wrong: Counter[str]
    first_wrong: str
    log: str


def work(task: Task) -> Outcome:
    """Run one workload under the shim and examine the images of its log."""
    gc.disable()  # nothing here goes in circles that would not be gone with the process
    place = Path(tempfile.mkdtemp(prefix="coordinator-images-", dir=fast_folder()))
    try:
        root, log = place / "root", place / "log"
        root.mkdir()
        run_watched(
            "tests.store_faults.workloads",
            [task.name, str(task.seed), str(root), *([task.weaker] * bool(task.weaker))],
            root,
            log,
        )
        entries = read_log(log)
        outcome = _examine_all(task, entries, place / "image")
        if outcome.wrong and not task.weaker:
            kept = Path(tempfile.mkdtemp(prefix="coordinator-lost-")) / "log"
            shutil.copy(log, kept)
            outcome = outcome._replace(log=str(kept))
        return outcome
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _examine_all(task: Task, entries: list[Entry], root: Path) -> Outcome:
    chance = random.Random(f"{task.name} {task.seed} images")  # noqa: S311 - repeatable, no secrets
    examiner, told = Examiner(root), Told()
    counts: Counter[tuple[str, str]] = Counter()
    wrong: Counter[str] = Counter()
    seen: set[tuple[bytes, str]] = set()
    first, images, same, cuts = "", 0, 0, 0
    disk = Disk()
    wanted = _how_many(entries, task.images, chance)
    for at, entry in enumerate(entries):
        if entry.kind == "N":
            told.hear(said(entry))
            continue
        disk.follow(entry)
        cuts += 1
        for cut in _cuts(disk, chance, wanted[at]):
            way = chance.choices(told.ways(), (6, 3, 1)[: len(told.ways())])[0]
            name = (digest_of(cut.files), way)
            if name in seen:
                same += 1
                continue
            seen.add(name)
            images += 1
            clear(root)
            write_image(as_way(cut.files, way, told), root)
            found = examiner.examine(way, told, again=chance.random() < 0.05)
            counts[told.at, cut.classes[0]] += 1
            counts.update(("", each) for each in cut.classes)
            counts["way", way] += 1
            if found:
                wrong[_kind(found)] += 1
                if wrong[_kind(found)] == 1:
                    first += (
                        f"\n  {task.name} {task.seed}, call {at} ({told.at}), {', '.join(cut.classes)}, {way}: {found}"
                    )
    return Outcome(
        task, images, cuts, same, examiner.full_checks, len(entries), len(told.recorded), counts, wrong, first, ""
    )


def _kind(found: str) -> str:
    return " ".join(word for word in found.split(":")[0].split(" ") if not word.isdigit())


def _how_many(entries: list[Entry], images: int, chance: random.Random) -> list[int]:
    """Share the images among the cuts: the more a power cut can lose there, the more images."""
    disk, undecided, recorded = Disk(), [], False
    for entry in entries:
        if entry.kind != "N":
            disk.follow(entry)
        else:
            recorded = recorded or b'"recorded"' in entry.two
        # Every workload begins with the same founding; it need not be half of all images.
        undecided.append(0 if entry.kind == "N" else min(disk.undecided(), 12 if recorded else 2))
    share = images / max(1, sum(undecided))
    return [int(each * share + chance.random()) for each in undecided]


def _cuts(disk: Disk, chance: random.Random, wanted: int) -> Iterator[Cut]:
    yield disk.lost()
    yield disk.kept()
    for _ in range(wanted):
        yield disk.some(chance)


# Many workloads ---------------------------------------------------------------------------------------------------


class Tally:
    """Adds up what came of the workloads and says it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.began = time.monotonic()
        self.images = self.cuts = self.same = self.full = self.entries = self.acknowledged = self.traces = 0
        self.counts: Counter[tuple[str, str]] = Counter()
        self.wrong: Counter[str] = Counter()
        self.by_name: Counter[str] = Counter()
        self.first: list[str] = []

    def add(self, outcome: Outcome) -> None:
        """Add one workload."""
        self.images += outcome.images
        self.cuts += outcome.cuts
        self.same += outcome.same
        self.full += outcome.full_checks
        self.entries += outcome.entries
        self.acknowledged += outcome.acknowledged
        self.traces += 1
        self.counts.update(outcome.counts)
        self.wrong.update(outcome.wrong)
        self.by_name[outcome.task.name] += outcome.images
        if outcome.first_wrong and len(self.first) < 20:
            self.first.append(f"{outcome.first_wrong} [log {outcome.log}]")

    def line(self) -> str:
        """Say in one line how far it is."""
        took = time.monotonic() - self.began
        return (
            f"{self.images:,} distinct images ({self.same:,} equal ones not counted) of {self.cuts:,} cuts in {self.traces} "
            f"workloads with {self.acknowledged:,} acknowledged events; {sum(self.wrong.values())} wrong; "
            f"{took:.0f} s, {self.images / took:.0f} images/s"
        )

    def table(self) -> str:
        """Return what was met, as the tables of the evidence."""
        lines = [
            "",
            "| at work when the power went | all lost | all kept | a part kept |",
            "| --- | ---: | ---: | ---: |",
        ]
        for phase in sorted({phase for phase, _ in self.counts} - {"", "way"} | set(PHASES)):
            numbers = (self.counts[phase, each] for each in CLASSES[:3])
            lines.append(f"| {phase} | " + " | ".join(f"{number:,}" for number in numbers) + " |")
        lines += ["", "| in the image | images |", "| --- | ---: |"]
        lines += [f"| {each} | {self.counts['', each]:,} |" for each in CLASSES]
        lines += ["", "| opened from | images |", "| --- | ---: |"]
        lines += [f"| {each} | {self.counts['way', each]:,} |" for each in (BOTH, RECORD_ALONE, MIRROR_ALONE)]
        lines += ["", "| workload | images |", "| --- | ---: |"]
        lines += [f"| {name} | {number:,} |" for name, number in sorted(self.by_name.items())]
        return "\n".join(lines)

    def never_met(self) -> list[str]:
        """Return the classes that no image belonged to."""
        met = {phase for phase, _ in self.counts}
        return (
            [each for each in PHASES if each not in met]
            + [each for each in CLASSES if not self.counts["", each]]
            + [each for each in (BOTH, RECORD_ALONE, MIRROR_ALONE) if not self.counts["way", each]]
        )


def tasks(seed: int, per_trace: int, names: tuple[str, ...] = NAMES, weaker: str = "") -> Iterator[Task]:
    """Yield workloads for ever; the caller stops."""
    number = 0
    while True:
        yield Task(names[number % len(names)], seed + number // len(names), per_trace, weaker)
        number += 1


def run(images: int, seed: int, workers: int, per_trace: int, *, quiet: bool = False) -> Tally:
    """Examine so many distinct images or more."""
    shim()
    tally, shown = Tally(), 0.0
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=4) as pool:
        # A pool takes tasks greedily; so it is given a few at a time.
        coming = tasks(seed, per_trace)
        waiting: list[AsyncResult[Outcome]] = []
        while tally.images < images or tally.traces < len(NAMES):
            while len(waiting) < workers + 1:
                waiting.append(pool.apply_async(work, (next(coming),)))
            tally.add(waiting.pop(0).get())
            if not quiet and time.monotonic() - shown > 300:
                shown = time.monotonic()
                print(tally.line(), flush=True)
                print(tally.table(), flush=True)
        pool.terminate()
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Run the images, or with `--planted` look for every planted fault; returns 1 when something is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--images", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--per-trace", type=int, default=PER_TRACE)
    asked.add_argument("--planted", action="store_true", help="look for every planted fault instead")
    chosen = asked.parse_args(arguments)
    print(f"sqlcipher3 with SQLite {sqlcipher3.sqlite_version}, Python {sys.version.split()[0]}, seed {chosen.seed}")
    if chosen.planted:
        from .planted_crashes import look_for_all

        return 0 if look_for_all(chosen.seed, chosen.workers) else 1
    tally = run(chosen.images, chosen.seed, chosen.workers, chosen.per_trace)
    print(tally.line(), tally.table(), sep="\n")
    for each in tally.first:
        print("WRONG", each)
    for each in tally.never_met():
        print("never met:", each)
    good = not tally.wrong and not tally.never_met()
    print("0 acknowledged events lost" if good else f"FAILED: {dict(tally.wrong)}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
