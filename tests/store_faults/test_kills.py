"""A program that is killed at any moment loses nothing that it said was recorded."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = "tests.store_faults"

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]


def _killed(*arguments: str) -> str:
    # In a process of its own: what is watched and planted there changes the store in memory.
    command = [sys.executable, "-m", f"{PACKAGE}.kills", "--seed", "20260302", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_two_hundred_kills_lose_nothing() -> None:
    said = _killed("--kills", "200")
    assert re.search(r"200 kills, [0-9,]+ events recorded, 0 wrong", said), said
    assert "WRONG" not in said
    # Two hundred kills do not come to every corner; ten thousand do (tests/evidence/store-kills.md).
    assert said.count("never met") <= 4, said


def test_a_program_that_speaks_too_early_is_found_out() -> None:
    said = _killed("--kills", "120", "--planted", "said before the commit")
    assert "events that were recorded are lost" in said
    assert "FAILED" in said
