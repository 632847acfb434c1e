"""Adds up what came of the crash images of many workloads, in one run or in several, and says it in tables.

Each finished workload is one line of JSON: a run that is broken off still counts, and several runs add up.
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3

from .after_a_cut import BOTH, MIRROR_ALONE, RECORD_ALONE

PHASES = (
    "founding", "opening the file", "comparing with the mirror", "recording", "mirror append", "checkpoint", "anchor",
    "key file", "heartbeat", "rebuilding the projections", "attachment", "closing", "between",
    "remaking the record from the mirror", "exchanging the remade record", "backup", "erasing",
)  # fmt: skip
CLASSES = (
    "everything unsynced lost", "everything unsynced kept", "a part of the unsynced kept", "write lost", "write kept",
    "write torn", "cut lost", "cut kept", "new name lost", "renaming undone", "removal undone",
)  # fmt: skip
WAYS = (BOTH, RECORD_ALONE, MIRROR_ALONE)


@dataclass
class Outcome:
    """What came of one workload."""

    name: str
    seed: int
    images: int = 0
    cuts: int = 0
    same: int = 0
    full_checks: int = 0
    acknowledged: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """By `part at work|how much was kept`, `|what happened to it` and `way|copies that were there`."""
    wrong: Counter[str] = field(default_factory=Counter)
    first_wrong: str = ""
    log: str = ""
    seconds: float = 0.0
    """Processor time of the examination."""

    def line(self, program: dict[str, str]) -> str:
        """Return it as one line of JSON; `program` says what was examined."""
        return json.dumps({**vars(self), "program": program})

    @classmethod
    def of_line(cls, line: str) -> tuple[Outcome, dict[str, str]]:
        """Return what a line says, and what was examined."""
        said: dict[str, Any] = json.loads(line)
        program = said.pop("program")
        said["counts"], said["wrong"] = Counter(said["counts"]), Counter(said["wrong"])
        return cls(**said), program


def examined_program(commit: str = "") -> dict[str, str]:
    """Return the commit and the versions that a result is about; `commit` names it where there is no repository."""
    if not commit:
        asked = ["git", "describe", "--always", "--dirty", "--abbrev=7"]
        answer = subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
        commit = answer.stdout.strip() or "no commit known"
    return {
        "commit": commit,
        "python": platform.python_version(),
        "sqlite": sqlcipher3.sqlite_version,
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
    }


class Tally:
    """Adds up workloads and says what was met."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.images = self.cuts = self.same = self.full = self.acknowledged = 0
        self.seconds = 0.0
        self.counts: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.by_name: Counter[str] = Counter()
        self.workloads: set[tuple[str, str, int]] = set()
        self.seeds: dict[str, list[int]] = {}
        self.first: list[str] = []

    def add(self, outcome: Outcome, program: dict[str, str]) -> bool:
        """Add one workload; returns False for one of the same commit that is in already, and leaves it out."""
        which = (program["commit"], outcome.name, outcome.seed)
        if which in self.workloads:
            return False
        self.workloads.add(which)
        self.seeds.setdefault(", ".join(program.values()), []).append(outcome.seed)
        self.images += outcome.images
        self.cuts += outcome.cuts
        self.same += outcome.same
        self.full += outcome.full_checks
        self.acknowledged += outcome.acknowledged
        self.seconds += outcome.seconds
        self.counts.update(outcome.counts)
        self.wrong.update(outcome.wrong)
        self.by_name[outcome.name] += outcome.images
        if outcome.first_wrong and len(self.first) < 20:
            self.first.append(f"{outcome.first_wrong} [log {outcome.log}]")
        return True

    def line(self) -> str:
        """Say in one line how far it is."""
        return (
            f"{self.images:,} distinct images ({self.same:,} equal ones not counted) of {self.cuts:,} cuts in "
            f"{len(self.workloads)} workloads with {self.acknowledged:,} acknowledged events; "
            f"{sum(self.wrong.values())} wrong; {self.seconds:.0f} s of processor time, "
            f"{1000 * self.seconds / max(1, self.images):.2f} ms an image"
        )

    def table(self) -> str:
        """Return what was met, as the tables of the evidence."""
        lines = ["", "| commit, Python, SQLite, system | seeds | workloads |", "| --- | --- | ---: |"]
        lines += [f"| {name} | {min(of)} to {max(of)} | {len(of)} |" for name, of in self.seeds.items()]
        lines += [
            "",
            "| at work when the power went | all lost | all kept | a part kept |",
            "| --- | ---: | ---: | ---: |",
        ]
        for phase in sorted(self._phases() | set(PHASES)):
            numbers = (self.counts[f"{phase}|{each}"] for each in CLASSES[:3])
            lines.append(f"| {phase} | " + " | ".join(f"{number:,}" for number in numbers) + " |")
        lines += ["", "| in the image | images |", "| --- | ---: |"]
        lines += [f"| {each} | {self.counts[f'|{each}']:,} |" for each in CLASSES]
        lines += ["", "| opened from | images |", "| --- | ---: |"]
        lines += [f"| {each} | {self.counts[f'way|{each}']:,} |" for each in WAYS]
        lines += ["", "| workload | images |", "| --- | ---: |"]
        lines += [f"| {name} | {number:,} |" for name, number in sorted(self.by_name.items())]
        return "\n".join(lines)

    def seeds_used(self) -> set[int]:
        """Return the seeds of the workloads."""
        return {seed for _, _, seed in self.workloads}

    def never_met(self) -> list[str]:
        """Return the classes that no image belonged to."""
        met = self._phases()
        return (
            [each for each in PHASES if each not in met]
            + [each for each in CLASSES if not self.counts[f"|{each}"]]
            + [each for each in WAYS if not self.counts[f"way|{each}"]]
        )

    def _phases(self) -> set[str]:
        return {each.partition("|")[0] for each in self.counts} - {"", "way"}


def added_up(paths: Iterable[Path]) -> Tally:
    """Add up the files of several runs; a last line that was broken off is passed over."""
    tally = Tally()
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                outcome, program = Outcome.of_line(line)
            except json.JSONDecodeError:
                continue
            tally.add(outcome, program)
    return tally
