"""A disk that fails or is full never makes the program say "recorded" falsely, and never loses what it said before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .weaker_store import CARELESS

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]


def _failed(*arguments: str) -> str:
    # In a process of its own: it runs under the shim and changes the store in memory.
    command = [sys.executable, "-m", "tests.store_faults.failing_disk", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_every_thirtieth_call_that_fails_is_told_and_loses_nothing() -> None:
    said = _failed("--every", "30", "--workers", "2")
    assert "0 acknowledged events lost, 0 told falsely" in said, said
    assert "WRONG" not in said
    assert "never met" not in said


@pytest.mark.parametrize("planted", sorted(CARELESS))
def test_a_store_that_takes_a_failing_disk_lightly_is_found_out(planted: str) -> None:
    said = _failed("--every", "50", "--workers", "2", "--planted", planted)
    assert "WRONG" in said, said
    assert "FAILED" in said
