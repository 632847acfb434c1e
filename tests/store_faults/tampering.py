# ruff: noqa: T201 - a command that says what it found
"""Changes an honest record in every way that somebody with its key can, and sees whether the first bad event is named.

`python -m tests.store_faults.tampering --records 10000 --seed 1`. The verifier, the start of the program, the check of
the pages and the comparison of the projections are the real ones. Fails on a record that is taken for a good one, on
another event than the first bad one being named, and on a class with no hit.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import sqlcipher3

from coordinator_app.store import chain_part, ground
from coordinator_app.store.chain_part import TO_THE_END, Span, Trust
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.founding import open_grounds
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.store import Store
from coordinator_app.store.verify import check_pages, verify
from coordinator_app.store.verify_parts import seeming_keys

from . import disk_trace
from .after_a_cut import clear
from .disk_model import write_image
from .disk_trace import fast_folder
from .small_ward import BEGIN, short_openings
from .tampered_record import Base, make_base, opened
from .ways_to_tamper import WAYS, Expected

_PER_BASE = 250


class Outcome(NamedTuple):
    """What came of one tampered record."""

    way: str
    seen: str
    """Who noticed first: the verifier, the start, the pages or the projections."""
    exactly: bool
    wrong: str


def _verified(root: Path, base: Base) -> tuple[int | None, str]:
    """Return the row of the first bad event, and what is said of it; None and an empty text when all is well."""
    folder = root / "record"
    try:
        found = verify(folder, keys=FileKeys(folder), all_signatures=True)
    except StoreFault as fault:
        return None, fault.sentence
    bad = found.first_bad
    if bad is None:
        return None, ""
    if not bad.id:
        return found.events + 1, bad.why
    with opened(root, base, keep_triggers=True) as connection:
        row = connection.execute(
            "SELECT n FROM journal WHERE epoch = ? AND seq = ?", (bytes.fromhex(bad.epoch), bad.seq)
        ).fetchone()
    return (None if row is None else int(row[0])), f"event {bad.id[:16]} {bad.why}"


def _parts_differ(root: Path, cuts: set[int], sound: bool) -> str:
    """Verify in parts that meet at these rows; returns what is wrong when their joint overlooks what the whole shows."""
    folder = root / "record"
    for cut in sorted(each for each in cuts if each > 0):
        try:
            grounds = open_grounds(folder, FileKeys(folder), reading=True)
        except StoreFault:
            return ""
        try:
            trust = Trust(grounds.workstation, grounds.keys.public, seeming_keys(grounds.connection), True)
            if cut >= grounds.connection.execute("SELECT max(n) FROM journal").fetchone()[0]:
                continue
            spans = (Span(1, cut), Span(cut + 1, TO_THE_END))
            parts = [chain_part.follow_part(grounds.connection, span, trust) for span in spans]
            found = chain_part.joined([part for part in parts if part is not None], trust) if all(parts) else None
        except sqlcipher3.Error:
            found = None
        finally:
            grounds.close()
        if (found is not None) != sound:
            return f"two parts that meet behind row {cut} are called {'bad' if sound else 'good'}"
    return ""


def _started(root: Path) -> tuple[str, str]:
    """Start the program on the record; returns who noticed something and what is said."""
    folder = root / "record"
    clock = ScriptedClock(BEGIN + timedelta(days=1))
    try:
        with Store.open(folder, keys=FileKeys(folder), clock=clock, program="0") as store:
            said = " ".join((*store.repairs, store.rollback)).strip()
            if said:
                return "the start", said
            check_pages(store)
            differing = rebuild(store, check=True)
            return ("the projections", f"they differ: {', '.join(differing)}") if differing else ("", "")
    except StoreFault as fault:
        return (
            "the pages" if "page(s)" in fault.sentence or "do not agree" in fault.sentence else "the start"
        ), fault.sentence


def _judge(expected: Expected, named: int | None, said: str, by: str) -> str:
    if not said:
        return "it was taken for a good record"
    if expected.first is not None and named is not None:
        low, high = expected.first, expected.last or expected.first
        return "" if low <= named <= high else f"row {named} was named instead of {low} to {high}: {said}"
    if expected.words and re.search(expected.words, said):
        return ""
    return f"nobody was told what it is; {by}: {said} ({expected})"


def try_one(base: Base, way: str, chance: random.Random, root: Path) -> Outcome | None:
    """Tamper with the record in one way and look; None where this way is none with this record."""
    clear(root)
    write_image(base.now, root)
    try:
        expected = WAYS[way](root, base, chance)
    except sqlcipher3.Error as fault:
        return Outcome(way, "", False, f"it could not be tampered with: {fault}")
    if expected is None:
        return None
    try:
        named, said = _verified(root, base)
        by = "the verifier"
        first = (named or expected.first or 1) if said else 1
        cuts = {first - 1, first, chance.randint(1, len(base.rows))}
        # A joint in doubt is no fault: the whole is then followed, as for a broken page that only a part looks at.
        parted = _parts_differ(root, cuts, sound=False) if said else ""
        if parted:
            return Outcome(way, by, False, parted)
        if not said:
            by, said = _started(root)
            found = re.search(r"event (\d+)\b", said)
            named = int(found.group(1)) if found and by == "the start" else None
        wrong = _judge(expected, named, said, by)
    except Exception as fault:  # noqa: BLE001 - anything but a sentence is the finding
        return Outcome(way, "", False, f"{type(fault).__name__} instead of a sentence: {fault}")
    return Outcome(way, by if said else "", named is not None and named == expected.first, wrong)


class Task(NamedTuple):
    """Some tampered records of one honest one."""

    seed: int
    records: int
    ways: tuple[str, ...]


def work(task: Task) -> list[Outcome]:
    """Make one honest record and tamper with copies of it."""
    ground.MOUNTS = Path("/dev/null")
    short_openings()
    disk_trace.note = lambda **_said: None
    chance = random.Random(f"tampering {task.seed}")  # noqa: S311 - repeatable, no secrets
    place = Path(tempfile.mkdtemp(prefix="coordinator-tampering-", dir=fast_folder()))
    try:
        (place / "base").mkdir()
        base = make_base(place / "base", chance)
        clear(place / "root")
        write_image(base.now, place / "root")
        whole = set(range(1, len(base.rows)))
        if _verified(place / "root", base)[1] or _parts_differ(place / "root", whole, sound=True):
            return [Outcome("nothing", "", False, "an honest record is called a bad one by the verifier")]
        if _started(place / "root")[1]:
            return [Outcome("nothing", "", False, "an honest record is called a bad one")]
        outcomes: list[Outcome] = []
        turn = 0
        while len(outcomes) < task.records:
            outcome = try_one(base, task.ways[turn % len(task.ways)], chance, place / "root")
            turn += 1
            if outcome is not None:
                outcomes.append(outcome)
        return outcomes
    finally:
        shutil.rmtree(place, ignore_errors=True)


def run(records: int, seed: int, workers: int, per_base: int = _PER_BASE, *, quiet: bool = True) -> list[Outcome]:
    """Tamper with so many records, each way equally often."""
    ways, began = tuple(WAYS), time.monotonic()
    tasks = [
        Task(seed + number, min(per_base, records - number * per_base), ways)
        for number in range(-(-records // per_base))
    ]
    outcomes: list[Outcome] = []
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for each in pool.imap(work, tasks):
            outcomes += each
            if not quiet:
                wrong = sum(bool(outcome.wrong) for outcome in outcomes)
                print(f"{len(outcomes):,} records, {wrong} wrong, {time.monotonic() - began:.0f} s", flush=True)
    return outcomes


def main(arguments: list[str] | None = None) -> int:
    """Tamper and say what was seen; returns 1 when something went unseen or was named wrongly."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--planted", default="", help="plant this fault of `blind_verifiers` first")
    chosen = asked.parse_args(arguments)
    began = time.monotonic()
    if chosen.planted:
        import_module(f"{__package__}.blind_verifiers").BLIND[chosen.planted]()
    outcomes = run(chosen.records, chosen.seed, chosen.workers, quiet=False)
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    by = ("the verifier", "the start", "the pages", "the projections")
    counts = Counter((outcome.way, outcome.seen) for outcome in outcomes)
    exact = Counter(outcome.way for outcome in outcomes if outcome.exactly)
    failed = Counter(outcome.way for outcome in wrong)
    total = Counter(outcome.way for outcome in outcomes)
    print(f"\n| tampered with | records | {' | '.join(by)} | the changed row named | wrong |")
    print("| --- |" + " ---: |" * (len(by) + 3))
    for way in WAYS:
        cells = " | ".join(f"{counts[way, each]:,}" for each in by)
        print(f"| {way} | {total[way]:,} | {cells} | {exact[way]:,} | {failed[way]} |")
    for each in list(dict.fromkeys(f"{outcome.way}: {outcome.wrong}" for outcome in wrong))[:40]:
        print("WRONG", each)
    never = [way for way in WAYS if not total[way]]
    for way in never:
        print("never met:", way)
    print(
        f"{len(outcomes):,} tampered records, {len(wrong)} wrong, seed {chosen.seed}, {time.monotonic() - began:.0f} s"
    )
    print("all detected, the first bad event named" if not wrong and not never else "FAILED")
    return 1 if wrong or never else 0


if __name__ == "__main__":
    # Under its own name, so that what is planted into this module is planted into the one that runs.
    sys.exit(import_module(f"{__package__}.tampering").main())
