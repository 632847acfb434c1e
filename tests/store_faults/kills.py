# ruff: noqa: T201 - a command that says what it found
"""Kills the program with signal 9 at any moment, again and again, and opens the record after each kill.

`python -m tests.store_faults.kills --kills 10000 --seed 1`. What dies is a real process with the real store, half of the
times below the real bench; it reports over a pipe what the store returned as recorded. Fails on an event lost, a chain
broken, a record that does not open, or a part of the store that no kill met.
"""

from __future__ import annotations

import argparse
import mmap
import multiprocessing
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from coordinator_app.domain.inputs import Ticked
from coordinator_app.store import ground
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

from . import disk_trace, weaker_store
from .disk_trace import fast_folder
from .small_ward import BEGIN, SmallWard, short_openings
from .workloads import watch_the_store

sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))
from site_by_hand import Site  # type: ignore[import-not-found]
from site_from_empty import Draw, SiteFromEmpty  # type: ignore[import-not-found]

PER_RECORD = 40
"""Kills of one record; then another begins, for a long record is slow to verify after every kill."""
PHASES = (
    "starting", "opening the file", "comparing with the mirror", "recording", "mirror append", "checkpoint", "anchor",
    "key file", "heartbeat", "attachment", "closing", "between",
)  # fmt: skip
_LONGEST = 0.5


class Outcome(NamedTuple):
    """What came of one kill."""

    phase: str
    recorded: list[str]


class Killed:
    """One record whose program is killed again and again."""

    def __init__(self, folder: Path, kind: str, chance: random.Random) -> None:
        """Found the record."""
        self.folder, self.kind, self.chance = folder, kind, chance
        self.recorded: list[str] = []
        self.lives = 0
        self.people: dict[str, dict[str, str]] = {}
        folder.mkdir(parents=True)
        if kind == "bench":
            site = SiteFromEmpty(folder / "record", Draw(chance.getrandbits(32)))
            site.is_founded("training")
            site.admits("nurse_a")
            self.people = site.people
            site.closes()
        else:
            ward = SmallWard(folder / "record", chance)
            ward.begins()
            ward.closes()

    def dies(self) -> Outcome:
        """Let the program live for a moment and kill it."""
        self.lives += 1
        told, tell = os.pipe()
        phase = mmap.mmap(-1, 1)
        seed = self.chance.getrandbits(64)
        process = os.fork()
        if not process:
            os.close(told)
            self._live(tell, phase, seed)
        os.close(tell)
        heard = self._hear_for_a_while(told)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        while part := os.read(told, 65536):
            heard += part
        os.close(told)
        # The last line may have been cut by the kill; a line of 64 digits was said in full.
        recorded = [line for line in heard.decode().split("\n") if len(line) == 64]
        self.recorded += recorded
        return Outcome(PHASES[phase[0]], recorded)

    def _hear_for_a_while(self, told: int) -> bytes:
        """Wait until some events were recorded, or only for a time; then for a little longer than that."""
        heard, deadline = b"", time.monotonic() + _LONGEST
        lines = self.chance.choice((0, 1, 1, 2, 3, 5, 8, 13))
        while heard.count(b"\n") < lines and time.monotonic() < deadline:
            if select.select([told], [], [], 0.05)[0]:
                part = os.read(told, 65536)
                if not part:
                    break
                heard += part
        # Starting takes some ten milliseconds, one event less than two.
        time.sleep(self.chance.uniform(0, 0.03 if not lines else 0.004))
        return heard

    def _live(self, tell: int, phase: mmap.mmap, seed: int) -> None:
        """Run the program until it is killed; never returns."""
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)

            def note(**said: Any) -> None:
                if "at" in said:
                    phase[0] = PHASES.index(said["at"]) if said["at"] in PHASES else len(PHASES) - 1
                for id in said.get("recorded", ()):
                    os.write(tell, f"{id}\n".encode())

            disk_trace.note = note
            chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
            while True:
                self._works_at_the_bench(chance) if self.kind == "bench" else self._works(chance)
        finally:
            os._exit(1)

    def _works(self, chance: random.Random) -> None:
        ward = SmallWard.taken_up(self.folder / "record", chance, BEGIN + timedelta(hours=self.lives))
        for _ in range(chance.randint(3, 12)):
            ward.does_something()
        ward.closes()

    def _works_at_the_bench(self, chance: random.Random) -> None:
        clock = ScriptedClock(BEGIN + timedelta(days=200, hours=self.lives), "Europe/Berlin", clock="anchored")
        site = Site(self.folder / "record", clock, self.people)
        for _ in range(chance.randint(2, 6)):
            site.signs_in(chance.choice(sorted(self.people)))
            site.tries(Ticked())
            if chance.random() < 0.3:
                site.locks()
        site.closes()

    def examine(self, *, whole: bool) -> str:
        """Open the record as the next start does and return what is wrong, or an empty text."""
        folder = self.folder / "record"
        clock = ScriptedClock(BEGIN + timedelta(days=300, hours=self.lives))
        with Store.open(folder, keys=FileKeys(folder), clock=clock, program="0") as store:
            there = {id.hex() for (id,) in store.connection.execute("SELECT id FROM journal")}
            missing = [id for id in self.recorded if id not in there]
            if missing:
                return f"{len(missing)} events that were recorded are lost"
            if store.rollback:
                return f"a kill raises the alarm of a rollback: {store.rollback}"
            if not whole:
                return ""
            found = verify(store, all_signatures=True)
            if found.first_bad is not None:
                return f"the chain is broken: {found.first_bad}"
            differing = rebuild(store, check=True)
            return f"projections differ: {differing}" if differing else ""


class Found(NamedTuple):
    """What came of the kills of one record, or of many: kills by kind and phase, what was wrong, events recorded."""

    counts: Counter[tuple[str, str]]
    wrong: list[str]
    recorded: int


def kill_one_record(seed: int, number: int, kills: int) -> Found:
    """Found one record, kill its program so many times, and examine it after each."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - repeatable, no secrets
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    recorded, kind = 0, ("store", "bench")[number % 2]
    place = Path(tempfile.mkdtemp(prefix="coordinator-kills-", dir=fast_folder()))
    try:
        one = Killed(place / "site", kind, chance)
        for life in range(kills):
            outcome = one.dies()
            counts[kind, outcome.phase] += 1
            recorded += len(outcome.recorded)
            found = _examined(one, whole=life % 10 == 9)
            if found:
                wrong.append(f"{kind}, record {number}, kill {life + 1} while {outcome.phase}: {found}")
                break
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return Found(counts, wrong, recorded)


def _kill_one(asked: tuple[int, int, int]) -> Found:
    return kill_one_record(*asked)


def run(kills: int, seed: int, planted: str = "", *, workers: int = 1, quiet: bool = False) -> Found:
    """Kill so many times; a run that is broken off by hand returns what it has found until then."""
    ground.MOUNTS = Path(os.devnull)
    short_openings()
    if planted:
        weaker_store.WEAKER[planted]()
    watch_the_store()
    disk_trace.note = lambda **_said: None
    records = [(seed, number, min(PER_RECORD, kills - at)) for number, at in enumerate(range(0, kills, PER_RECORD))]
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    recorded, began = 0, time.monotonic()
    shown = began
    pool = multiprocessing.get_context("fork").Pool(workers, initializer=_leave_breaking_off_to_the_parent)
    try:
        for found in pool.imap_unordered(_kill_one, records):
            counts.update(found.counts)
            wrong += found.wrong
            recorded += found.recorded
            if not quiet and time.monotonic() - shown > 60:
                shown = time.monotonic()
                said = f"{counts.total():,} kills, {recorded:,} events recorded, {len(wrong)} wrong"
                print(f"{said}, {shown - began:.0f} s", flush=True)
    except KeyboardInterrupt:
        print("broken off", flush=True)
    finally:
        pool.terminate()
        pool.join()
    return Found(counts, wrong, recorded)


def _leave_breaking_off_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # what the sites say of themselves is no part of the result


def _examined(one: Killed, *, whole: bool) -> str:
    try:
        return one.examine(whole=whole)
    except Exception as fault:  # noqa: BLE001 - whatever keeps the record from opening is the finding
        return f"it cannot be opened: {type(fault).__name__} {fault}"


def never_met(counts: Counter[tuple[str, str]]) -> list[str]:
    """Return the parts of the store in which no kill came."""
    met = {phase for (_, phase) in counts}
    return [phase for phase in PHASES if phase not in met]


def main(arguments: list[str] | None = None) -> int:
    """Kill and say what came of it; returns 1 when something is wrong."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument(
        "--planted", default="", choices=("", *sorted(weaker_store.WEAKER)), help="plant this fault first"
    )
    chosen = asked.parse_args(arguments)
    began = time.monotonic()
    for way in (signal.SIGINT, signal.SIGTERM):  # a run in the background is not told of the keyboard
        signal.signal(way, signal.default_int_handler)
    counts, wrong, recorded = run(chosen.kills, chosen.seed, chosen.planted, workers=chosen.workers)
    total, took = counts.total(), time.monotonic() - began
    print(f"{total:,} kills, {recorded:,} events recorded, {len(wrong)} wrong, seed {chosen.seed}, {took:.0f} s")
    print("\n| at work when it was killed | store | bench |\n| --- | ---: | ---: |")
    for phase in PHASES:
        print(f"| {phase} | {counts['store', phase]:,} | {counts['bench', phase]:,} |")
    for each in wrong[:20]:
        print("WRONG", each)
    for each in never_met(counts):
        print("never met:", each)
    if total < chosen.kills and not wrong:
        print(f"{chosen.kills - total:,} kills are missing to {chosen.kills:,}")
    good = not wrong and not never_met(counts) and total >= chosen.kills
    print("0 acknowledged events lost" if good else "FAILED")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
