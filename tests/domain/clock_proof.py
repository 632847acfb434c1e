"""Proves the clocks on generated histories: `python -m tests.domain.clock_proof --count N --seed S [--planted NAME]`.

Nothing may be generous: no deadline late, no wait early, the true time always within [lo, hi], and within one boot no
wider than design §6 allows. A class of fault that never occurred fails the proof; so does a planted fault that is not
found (`--planted all`).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random

from coordinator_app.domain.clock_history import ClockHistory, instant_of
from coordinator_app.domain.clocks import ClockReading, read_clocks
from coordinator_app.domain.vocabulary import EventName
from tests.domain.clock_planted import PLANTED, planted
from tests.domain.clock_stories import Story, proof_profiles
from tests.domain.clock_truth import ZONES, Truth, wrongs
from tests.domain.clock_worlds import FAULTS

_JUDGED = {True: "not judged", False: "judged for waits only"}
_OF_WAITS = ("lo ", "wait ")
"""What is judged even where a pause of the machine could not be seen: the least time, and minimum waits."""
_NO_DIGITS = str.maketrans("", "", "0123456789.-")


class Proof:
    """Runs histories and counts what they covered and what they found."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.profiles = proof_profiles()
        self.kinds = tuple(self.profiles)
        self.faults: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.first: list[str] = []
        self.zones: set[str] = set()
        self.counted: Counter[str] = Counter()

    def run(self, count: int, progress: Callable[[int], None] = lambda done: None) -> None:
        """Generate and check `count` histories."""
        for number in range(count):
            self.one(number)
            if number % 50_000 == 49_999:
                progress(number + 1)

    def one(self, number: int) -> None:
        """Generate and check one history; its number and the seed make it again."""
        random = Random(f"{self.seed}/{number}")  # noqa: S311 - a proof must be repeatable
        kind = self.kinds[number % len(self.kinds)]
        story = Story(random, number // len(self.kinds), kind)
        history, truth = story.tell()
        shuffled = list(history.events)
        if number % 7 == 0 and "vm-restored" not in story.machine.happened:
            random.shuffle(shuffled)
        told = ClockHistory(history.zone, tuple(shuffled), history.samples)
        reading = self._reading(read_clocks(self.profiles[kind], told, history.samples[-1]), kind)
        self._count(story, kind, reading)
        if story.machine.has_unseen_pause:
            # Design §6: a pause that moved neither clock is a listed limitation until anchors of that boot stand around
            # it. No clock counts while it lasts, so a deadline may be shown late; the least time, and with it a minimum
            # wait, stays true even so. Not where something was said by the wall clock that the pause made wrong: a late
            # time that a person typed, an anchor, a local midnight.
            wall = (
                story.late_start
                or story.late_end
                or story.calendar
                or any(each.anchored_ms is not None for each in (*history.events, *history.samples))
            )
            self.counted[f"unseen pause without anchors around it (listed limitation), {_JUDGED[wall]}"] += 1
            judged = [] if wall else [wrong for wrong in wrongs(reading, truth) if wrong.startswith(_OF_WAITS)]
        else:
            self.counted["judged in full"] += 1
            judged = [*wrongs(reading, truth), *self._width(story, reading, kind), *self._shown(story, reading, truth)]
        for wrong in judged:
            self.found[wrong.split(":")[0].translate(_NO_DIGITS)] += 1
            if len(self.first) < 5:
                self.first.append(f"seed {self.seed} number {number} {kind} {sorted(story.machine.happened)}: {wrong}")

    def _reading(self, readings: tuple[ClockReading, ...], kind: str) -> ClockReading:
        if kind == "previous":
            return next(reading for reading in readings if reading.scope.get("bag") != "1")
        (reading,) = readings
        return reading

    def _count(self, story: Story, kind: str, reading: ClockReading) -> None:
        self.faults.update(story.machine.happened or {"none"})
        self.faults["late-start"] += story.late_start
        self.faults["late-end"] += story.late_end
        self.faults["dst-change"] += story.dst
        self.faults["drift-100ppm"] += abs(story.machine._drift) == 100
        self.states[f"{kind}/{reading.state.value}"] += 1
        if story.calendar:
            self.zones.add(story.zone)

    def _width(self, story: Story, reading: ClockReading, kind: str) -> Iterator[str]:
        """Within one boot whose wall clock gained nothing, [lo, hi] is at most 1 s + 2e-4 of the elapsed time wide."""
        machine = story.machine
        quiet = {"none", "sleep", "step-back", "hub-contact"}
        if machine.happened - quiet or "hub-contact" in machine.happened or story.late_start or story.late_end:
            return
        if kind in ("at-most-without-pauses", "between"):
            return
        self.counted["width checked"] += 1
        width = reading.elapsed_hi_ms - reading.elapsed_lo_ms
        if width > 1_000 + reading.elapsed_hi_ms * 2 // 10_000 + 2:
            yield f"too wide: {width} ms at {reading.elapsed_hi_ms} ms"
        if reading.state.value == "uncertain" and machine.online and abs(reading.remaining_ms or 0) > 120_000:
            yield "uncertain without need: the clocks were right"

    def _shown(self, story: Story, reading: ClockReading, truth: Truth) -> Iterator[str]:
        """The instant on the wall is not after the true one, beyond what the anchor of the start itself may err."""
        start = next((event for event in story.machine.events if event.event is EventName.THAW_COMPLETED), None)
        if start is None or start.anchored_ms is None or reading.deadline is None or story.kind.endswith("pauses"):
            return
        end = truth.deadline if truth.limit is None else truth.stop - truth.elapsed + truth.limit
        if end is None or story.kind == "calendar-at-most":
            return
        self.counted["instant shown checked"] += 1
        if reading.deadline > instant_of(end + start.anchored_ms * 1_000_000 + 1_000):
            yield f"deadline late: shown as {reading.deadline}, is {instant_of(end)}"

    def missing(self) -> list[str]:
        """Classes of fault that no history had."""
        wanted = (*FAULTS, "late-start", "late-end", "dst-change", "drift-100ppm", "small-pause")
        return [fault for fault in wanted if not self.faults[fault]]

    def report(self, count: int, seconds: float) -> dict[str, object]:
        """What was run, covered and found."""
        return {
            "histories": count, "seed": self.seed, "seconds": round(seconds, 1), "violations": sum(self.found.values()),
            "found": dict(self.found), "first": self.first, "faults": dict(sorted(self.faults.items())),
            "classes_never_hit": self.missing(), "states": dict(sorted(self.states.items())),
            "zones_with_calendar_days": len(self.zones), "zones": len(ZONES), "counted": dict(self.counted),
        }  # fmt: skip


def run_planted(name: str, count: int, seed: int) -> int:
    """Return how many violations a proof finds with this fault planted; breaking the program does not count."""
    proof = Proof(seed)
    with planted(name):
        for number in range(count):
            try:
                proof.one(number)
            except (ValueError, IndexError, StopIteration, TypeError, AttributeError):
                proof.counted["broke"] += 1
    return sum(proof.found.values())


def main() -> int:
    """Run the proof as the command line asks; 0 when all is well, 1 when anything was found or never covered."""
    parser = argparse.ArgumentParser(description="Prove the clocks on generated histories.")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--planted", choices=[*PLANTED, "all"])
    asked = parser.parse_args()
    if asked.planted:
        names = list(PLANTED) if asked.planted == "all" else [asked.planted]
        found = {name: run_planted(name, asked.count, asked.seed) for name in names}
        print(json.dumps({"planted": found, "histories": asked.count, "seed": asked.seed}, indent=1))  # noqa: T201
        return 0 if all(found.values()) else 1
    proof = Proof(asked.seed)
    began = time.monotonic()
    proof.run(asked.count, lambda done: print(f"{done:,} histories", file=sys.stderr, flush=True))  # noqa: T201
    print(json.dumps(proof.report(asked.count, time.monotonic() - began), indent=1))  # noqa: T201
    return 1 if proof.found or proof.missing() else 0


if __name__ == "__main__":
    raise SystemExit(main())
