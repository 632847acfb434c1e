"""Runs every check and every test in turn, whatever fails, and closes with one line 'N passed, N failed'.

Everything that the tests write is searched for the people who stand in them (`tests/name_search.py`), on Linux.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / "bin"
SEARCH = "COORDINATOR_SEARCH_NAMES"
"""The switch of that search; `0` in the environment leaves it out."""
NO_TEST_MATCHED = 5  # pytest's exit code for a selection that is empty


class Tally(NamedTuple):
    """What came of one check or of one run of tests."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


CHECKS: dict[str, tuple[str, ...]] = {
    "style": ("ruff", "check", "."),
    "layout": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "import contracts": ("lint-imports",),
}
# Beside each other where nothing is timed, by themselves where something is.
TEST_RUNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tests": ("not alone", ("-n", "2")),
    "tests that run alone": ("alone", ()),
}


def main(chosen: list[str]) -> int:
    """Run all; `chosen` (pytest's own arguments) narrows the tests and leaves out the checks."""
    tallies = [] if chosen else [_check(name, command) for name, command in CHECKS.items()]
    for name, (marks, options) in TEST_RUNS.items():
        tallies.append(_run_tests(name, marks, (*options, *chosen)))
    total = Tally(*(sum(column) for column in zip(*tallies, strict=True)))
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return 1 if total.failed or not total.passed else 0


def _check(name: str, command: tuple[str, ...]) -> Tally:
    print(f"== {name}", flush=True)
    done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=ROOT, check=False)
    return Tally(failed=1) if done.returncode else Tally(passed=1)


def _run_tests(name: str, marks: str, options: tuple[str, ...]) -> Tally:
    print(f"== {name}", flush=True)
    started = time.monotonic()
    searched = os.environ.get(SEARCH, "1" if sys.platform == "linux" else "0")
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", SEARCH: searched}
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        command = [str(TOOLS / "pytest"), "-q", "-m", marks, f"--junitxml={results}", *options]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        tally = _read(results) if results.exists() else Tally()
    print(f"== {name}: {tally.passed} passed, {tally.failed} failed, {time.monotonic() - started:.0f} s", flush=True)
    # A run that broke off (a crash, a wrong option) may have counted no failure: it is one all the same.
    if done.returncode not in (0, NO_TEST_MATCHED) and not tally.failed:
        print(f"{name}: pytest ended with exit code {done.returncode} before it was finished", flush=True)
        return tally._replace(failed=1)
    return tally


def _read(results: Path) -> Tally:
    # pytest wrote this file a moment ago in a folder of our own: nobody else can have put anything into it.
    tally = Tally()
    for suite in ElementTree.parse(results).getroot().iter("testsuite"):  # noqa: S314
        tests, skipped = int(suite.get("tests", "0")), int(suite.get("skipped", "0"))
        failed = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        tally = Tally(tally.passed + tests - failed - skipped, tally.failed + failed, tally.skipped + skipped)
    return tally


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
