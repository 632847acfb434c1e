"""Runs qualification scripts, each on a scratch site of its own, and says what was expected and what was seen."""

from __future__ import annotations

import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from coordinator_app.demo.site import build_demo, demo_listing
from coordinator_app.domain.profile import read_profile
from coordinator_app.domain.screens import Answer
from coordinator_app.procedures.lists import shipped_profiles
from coordinator_app.qualification.acts import Hands
from coordinator_app.qualification.judging import case_in_view, differences, tags_of
from coordinator_app.qualification.placeholders import LabelNotDrafted
from coordinator_app.qualification.scratch import Scratch
from coordinator_app.qualification.script import Script, ScriptFault, Step, read_script
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.verify import verify


class StepResult(Struct, frozen=True):
    """What came of one step. `at` is the scratch site's clock; `differs` is empty when all was as expected."""

    number: int
    do: str
    expected: str
    observed: str
    differs: tuple[str, ...]
    at: datetime
    ran: bool = True

    @property
    def passed(self) -> bool:
        """Whether it ran and nothing differed."""
        return self.ran and not self.differs


class ScriptResult(Struct, frozen=True):
    """What came of one script: its steps, how many events it recorded, whether its journal verifies, and remarks."""

    script: Script
    steps: tuple[StepResult, ...]
    started_at: datetime
    events: int
    journal_head: str
    journal_sound: bool
    remarks: tuple[str, ...] = ()
    store: str = ""

    @property
    def passed(self) -> bool:
        """Whether every step was as expected and the journal it left behind is sound."""
        return self.journal_sound and all(step.passed for step in self.steps)


class Qualification:
    """Builds the demonstration site once and runs scripts on copies of it; use it in a `with` block."""

    def __init__(self, keep_in: Path | None = None) -> None:
        """`keep_in` is an empty folder in which the scratch sites stay afterwards; without it they are removed."""
        self._folder = tempfile.TemporaryDirectory(prefix="coordinator-qualify-", ignore_cleanup_errors=True)
        self._keep_in = keep_in
        self._template = Path(self._folder.name) / "template"
        self._built = build_demo(self._template).moment()
        self.listing: dict[str, Any] = demo_listing(self._template)

    def __enter__(self) -> Qualification:
        """Return itself."""
        return self

    def __exit__(self, *fault: object) -> None:
        """Remove what was made on the way."""
        self._folder.cleanup()

    def read(self, name: str, content: bytes) -> Script | tuple[ScriptFault, ...]:
        """Read one script against the codes of the demonstration site."""
        return read_script(name, content, self.listing, clock_names())

    def run(self, script: Script, folder_name: str = "") -> ScriptResult:
        """Run one script to its end; a difference does not stop it, a fault of the program does."""
        kept = self._keep_in is not None
        folder = (self._keep_in or Path(self._folder.name) / "scratch") / folder_name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = Scratch.copy(self._template, self._built, folder) if script.start == "demo" else Scratch.empty(folder)
        try:
            return _run(script, scratch, str(folder) if kept else "")
        finally:
            with suppress(StoreFault):
                scratch.close()


def clock_names() -> tuple[str, ...]:
    """Return the names of every clock in the profiles that the program brings along."""
    profiles = [read_profile(text) for text in shipped_profiles().values()]
    return tuple(sorted({rule.name for each in profiles if not isinstance(each, tuple) for rule in each.clocks}))


def _run(script: Script, scratch: Scratch, kept_in: str) -> ScriptResult:
    hands = Hands(scratch)
    started_at = datetime.now(UTC)
    results: list[StepResult] = []
    case = ""
    broken = False
    for step in script.steps:
        if broken:
            results.append(_not_run(step, scratch))
            continue
        result, broken = _one(step, hands, case)
        results.append(result)
        case = case_in_view(scratch.bench) or case
    events = len(scratch.recorded) if not broken else 0
    sound, head = _verified(scratch)
    return ScriptResult(
        script, tuple(results), started_at, events, head, sound, tuple(dict.fromkeys(hands.remarks)), kept_in
    )


def _one(step: Step, hands: Hands, case: str) -> tuple[StepResult, bool]:
    """Do one step; the second value says that the program broke and nothing more can be done."""
    scratch = hands.scratch
    broken = False
    try:
        before = len(scratch.recorded)
        answer = hands.do(step)
        differs = differences(step.expect, answer, scratch, case_in_view(scratch.bench) or case)
        observed = _observed(answer, scratch, before)
    except LabelNotDrafted as fault:
        observed, differs = "not done", (str(fault),)
    except Exception as fault:  # noqa: BLE001 - a fault of the program is a finding and must reach the report
        observed, differs, broken = "the program broke", (f"the program broke: {_place_of(fault)}",), True
    at = scratch.clock.moment().at
    return StepResult(step.number, step.shown, _expected(step), observed, differs, at), broken


def _expected(step: Step) -> str:
    return str(step.expect) if step.expect is not None else "not refused"


def _observed(answer: Answer, scratch: Scratch, before: int) -> str:
    said = [str(answer.verdict) + (f" {answer.reason}" if answer.reason else "")]
    said.append("screen " + " ".join(dict.fromkeys(tags_of(answer.page))))
    types = [each.type for each in scratch.recorded[before:]]
    if types:
        said.append("recorded " + ", ".join(types))
    return "; ".join(said)


def _not_run(step: Step, scratch: Scratch) -> StepResult:
    at = scratch.clock.moment().at
    return StepResult(
        step.number, step.shown, _expected(step), "not done", ("not done: the program broke",), at, ran=False
    )


def _verified(scratch: Scratch) -> tuple[bool, str]:
    """Verify the journal the script left behind, every signature of it."""
    try:
        found = verify(scratch.store, all_signatures=True)
    except StoreFault:
        return False, ""
    return found.first_bad is None, found.heads.get(scratch.store.epoch, (0, ""))[1]


def _place_of(fault: Exception) -> str:
    # Only where it happened: the text of an unexpected error may quote a name.
    steps = traceback.extract_tb(fault.__traceback__)[-3:]
    place = " < ".join(f"{Path(step.filename).name}:{step.lineno}" for step in reversed(steps))
    return f"{type(fault).__qualname__} at {place}"
