# ruff: noqa: T201 - a command that says what it found
"""Cuts the power at every call that a workstation makes to its disk, opens what is left, and counts what is missing.

`python -m tests.store_faults.crash_images --images 1000000 --seed 1 --workers 2`; `--planted` shows that the same images
find every fault of `weaker_store`. Each distinct image counts once; the tables say what was cut, when, and how much of
the unsynced was kept. Fails on anything lost, and on a class that was never met. `--results FILE` appends what came of
each workload to a file, so that a run that is broken off counts; `--add-up FILE ...` adds such files up.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import NamedTuple

from coordinator_app.store.without_collecting import without_collecting

from .after_a_cut import Examiner, Told, as_way
from .crash_tally import Outcome, Tally, added_up, examined_program
from .disk_model import Cut, Disk, Entry, read_log, said
from .disk_trace import fast_folder, run_watched, shim
from .image_folder import ImageFolder
from .known_answers import remembered_answers

NAMES = ("ward", "elsewhere", "migration", "repair", "keys", "backup", "bench")
"""Workloads in turn; `bench` is the whole program below its windows."""
PER_TRACE = 8000
_WEIGHTS = (6, 3, 1)
"""Of ten images so many are opened as they are, without their mirror, and without their record."""
_AGAIN = 0.03
"""Share of the images that are closed and opened a second time, with a look at every page of the file."""


_FOUNDING = 0.2
"""Share of the calls of the founding that are cut in full: every workload begins with the same one, and to found anew is
the dearest of all openings."""
_SHARES = {"repair": 0.5}
"""Images of a workload against the others: remaking a record is dear too, and a short part of what can go wrong."""


class Task(NamedTuple):
    """One workload with one seed, and how many images to make of it."""

    name: str
    seed: int
    images: int
    weaker: str = ""
    place: str = ""
    """A folder of the run, removed with everything in it when the run ends; empty for one of the task's own."""


def work(task: Task) -> Outcome:
    """Run one workload under the shim and examine the images of its log."""
    place = Path(tempfile.mkdtemp(prefix="coordinator-images-", dir=task.place or fast_folder()))
    try:
        root, log = place / "root", place / "log"
        root.mkdir()
        run_watched(
            "tests.store_faults.workloads",
            [task.name, str(task.seed), str(root), *([task.weaker] * bool(task.weaker))],
            root,
            log,
        )
        began = time.process_time()
        # Nothing here goes in circles that would not be gone with the folder of the run.
        with without_collecting(), remembered_answers():
            outcome = _Images(task, place / "image").examine_all(read_log(log))
        outcome.seconds = round(time.process_time() - began, 2)
        if outcome.wrong and not task.weaker:
            kept = Path(tempfile.mkdtemp(prefix="coordinator-lost-")) / "log"
            shutil.copy(log, kept)
            outcome.log = str(kept)
        return outcome
    finally:
        shutil.rmtree(place, ignore_errors=True)


class _Images:
    """Makes and examines the images of one workload."""

    def __init__(self, task: Task, root: Path) -> None:
        self.task = task
        self.chance = random.Random(f"{task.name} {task.seed} images")  # noqa: S311 - repeatable, no secrets
        self.folder, self.examiner, self.told = ImageFolder(root), Examiner(root), Told()
        self.outcome = Outcome(task.name, task.seed)
        self._seen: set[int] = set()
        self._judged: set[tuple[int, int]] = set()

    def examine_all(self, entries: list[Entry]) -> Outcome:
        """Cut after every call of the log."""
        disk, wanted = Disk(), _how_many(entries, self.task.images, self.chance)
        for at, entry in enumerate(entries):
            if entry.kind == "N":
                self.told.hear(said(entry))
                continue
            disk.follow(entry)
            self.outcome.cuts += 1
            for cut in self._cuts(disk, wanted[at]):
                self._examine(cut, at)
        self.outcome.full_checks = self.examiner.full_checks
        self.outcome.acknowledged = len(self.told.recorded)
        return self.outcome

    def _cuts(self, disk: Disk, wanted: int) -> Iterator[Cut]:
        if self.told.recorded or self.chance.random() < _FOUNDING:
            yield disk.lost()
            yield disk.kept()
        for _ in range(wanted):
            yield disk.some(self.chance)

    def _examine(self, cut: Cut, at: int) -> None:
        ways = self.told.ways()
        way = self.chance.choices(ways, _WEIGHTS[: len(ways)])[0]
        # What is taken away before the opening makes no image different.
        files = as_way(cut.files, way, self.told)
        name = hash((way, frozenset(files.items())))
        if name in self._seen:
            self.outcome.same += 1
            if (name, self.told.promises) in self._judged:
                return
            # Equal files, but more was told since: they are opened once more, and not counted again.
        else:
            self._count(cut, way)
        self._seen.add(name)
        self._judged.add((name, self.told.promises))
        self.folder.put(files)
        found = self.examiner.examine(way, self.told, again=self.chance.random() < _AGAIN)
        if found:
            self._note_wrong(found, f"call {at} ({self.told.at}), {', '.join(cut.classes)}, {way}")

    def _count(self, cut: Cut, way: str) -> None:
        self.outcome.images += 1
        self.outcome.counts[f"{self.told.at}|{cut.classes[0]}"] += 1
        self.outcome.counts.update(f"|{each}" for each in cut.classes)
        self.outcome.counts[f"way|{way}"] += 1

    def _note_wrong(self, found: str, where: str) -> None:
        kind = " ".join(word for word in found.split(":")[0].split(" ") if not word.isdigit())
        self.outcome.wrong[kind] += 1
        if self.outcome.wrong[kind] == 1:
            self.outcome.first_wrong += f"\n  {self.task.name} {self.task.seed}, {where}: {found}"


def _how_many(entries: list[Entry], images: int, chance: random.Random) -> list[int]:
    """Share the images among the cuts: the more a power cut can lose there, the more images."""
    disk, recorded = Disk(), False
    undecided: list[float] = []
    for entry in entries:
        if entry.kind != "N":
            disk.follow(entry)
        else:
            recorded = recorded or b'"recorded"' in entry.two
        undecided.append(0 if entry.kind == "N" else min(disk.undecided(), 12 if recorded else 0.5))
    share = images / max(1, sum(undecided))
    return [int(each * share + chance.random()) for each in undecided]


# Many workloads ---------------------------------------------------------------------------------------------------


def tasks(seed: int, per_trace: int, names: tuple[str, ...] = NAMES, weaker: str = "") -> Iterator[Task]:
    """Yield workloads for ever; the caller stops."""
    number = 0
    while True:
        name = names[number % len(names)]
        yield Task(name, seed + number // len(names), int(per_trace * _SHARES.get(name, 1)), weaker)
        number += 1


def run(
    images: int,
    seed: int,
    workers: int,
    per_trace: int,
    *,
    results: Path | None = None,
    commit: str = "",
    quiet: bool = False,
) -> Tally:
    """Examine so many distinct images or more; `results` is appended to after every workload."""
    shim()
    program = examined_program(commit)
    tally, shown = Tally(), time.monotonic()
    with (
        tempfile.TemporaryDirectory(
            prefix="coordinator-images-", dir=fast_folder(), ignore_cleanup_errors=True
        ) as place,
        multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=4) as pool,
    ):
        # A pool takes tasks greedily; so it is given a few at a time. Those under way at the end are waited for.
        coming = tasks(seed, per_trace)
        waiting: list[AsyncResult[Outcome]] = []
        while waiting or tally.images < images:
            while len(waiting) < workers + 1 and (tally.images < images or len(tally.workloads) < len(NAMES)):
                waiting.append(pool.apply_async(work, (next(coming)._replace(place=place),)))
            outcome = waiting.pop(0).get()
            tally.add(outcome, program)
            if results is not None:
                with results.open("a", encoding="utf-8") as out:
                    print(outcome.line(program), file=out)
            if not quiet and time.monotonic() - shown > 60:
                shown = time.monotonic()
                print(tally.line(), flush=True)
        pool.close()
        pool.join()
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Run the images, or with `--planted` look for every planted fault; returns 1 when something is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--images", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--per-trace", type=int, default=PER_TRACE)
    asked.add_argument("--results", type=Path, help="append what came of each workload to this file")
    asked.add_argument("--commit", default="", help="what is examined, where there is no repository to ask")
    asked.add_argument("--add-up", type=Path, nargs="+", help="only add up the files of earlier runs")
    asked.add_argument("--planted", action="store_true", help="look for every planted fault instead")
    chosen = asked.parse_args(arguments)
    if chosen.planted:
        from .planted_crashes import look_for_all

        print(*examined_program(chosen.commit).items(), f"seed {chosen.seed}")
        return 0 if look_for_all(chosen.seed, chosen.workers) else 1
    if chosen.add_up:
        return _report(added_up(chosen.add_up), chosen.images)
    began = time.monotonic()
    tally = run(
        chosen.images, chosen.seed, chosen.workers, chosen.per_trace, results=chosen.results, commit=chosen.commit
    )
    print(f"{time.monotonic() - began:.0f} s; another run may begin with seed {max(tally.seeds_used()) + 1}")
    return _report(tally, chosen.images)


def _report(tally: Tally, images: int) -> int:
    print(tally.line(), tally.table(), sep="\n")
    for each in tally.first:
        print("WRONG", each)
    for each in tally.never_met():
        print("never met:", each)
    if tally.images < images:
        print(f"{images - tally.images:,} images are missing to {images:,}")
    good = not tally.wrong and not tally.never_met() and tally.images >= images
    print("0 acknowledged events lost" if good else f"FAILED: {dict(tally.wrong)}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
