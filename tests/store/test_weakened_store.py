"""Whoever weakens a rule of the store makes a test red: each rule is weakened in turn, and its tests must fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from weakened_store import RULES, source_of

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_stands_where_it_is_said_to_stand(name: str) -> None:
    assert source_of(RULES[name]).count(RULES[name].kept) >= 1


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_that_is_weakened_makes_a_test_red(name: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "weakened_store", "-p", "no:randomly",
               "-p", "no:cacheprovider", str(HERE / RULES[name].tests)]  # fmt: skip
    paths = os.pathsep.join((str(HERE), os.environ.get("PYTHONPATH", "")))
    environment = os.environ | {"WEAKENED": name, "PYTHONPATH": paths}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert " failed" in done.stdout
