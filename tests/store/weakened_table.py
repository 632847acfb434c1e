# ruff: noqa: T201 - a command that says what it found
"""Weakens every rule of the store in turn and prints which test went red: `python tests/store/weakened_table.py`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from weakened_store import RULES

HERE = Path(__file__).parent
_FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


def outcome_with(name: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a rule while it is weakened."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "weakened_store", "-p", "no:randomly",
               "-p", "no:cacheprovider", str(HERE / RULES[name].tests)]  # fmt: skip
    paths = os.pathsep.join((str(HERE), os.environ.get("PYTHONPATH", "")))
    environment = os.environ | {"WEAKENED": name, "PYTHONPATH": paths, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=HERE.parents[1])


def red_test(done: subprocess.CompletedProcess[str]) -> str:
    """Return the test that went red, or an empty text."""
    found = _FAILED.search(done.stdout)
    return found.group(1).rpartition("/")[2] if found and done.returncode == 1 else ""


def cannot_run_here(done: subprocess.CompletedProcess[str]) -> bool:
    """Say whether every test of the rule was passed over, for this account may not mount a disk."""
    return done.returncode == 0 and " skipped" in done.stdout and " passed" not in done.stdout


def main() -> int:
    """Print the table; returns 1 when a rule can be weakened and nothing goes red."""
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        all_done = list(pool.map(outcome_with, RULES))
    print("| rule | module | test that goes red when it is weakened |\n| --- | --- | --- |")
    still_green = []
    for (name, rule), done in zip(RULES.items(), all_done, strict=True):
        red = red_test(done)
        if not red and not cannot_run_here(done):
            still_green.append(name)
        module = rule.module if "." in rule.module else f"store.{rule.module}"
        print(f"| {name} | `{module}` | {f'`{red}`' if red else '(cannot run here)'} |")
    print(f"\n{len(RULES)} rules, {len(still_green)} that nothing noticed, {time.monotonic() - began:.0f} s")
    for name in still_green:
        print("STILL GREEN", name)
    return 1 if still_green else 0


if __name__ == "__main__":
    sys.exit(main())
