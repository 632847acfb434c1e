"""Whatever somebody who holds the key of the record changes in it, the first bad event is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .blind_verifiers import BLIND
from .ways_to_tamper import WAYS

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]


def _tampered(*arguments: str) -> str:
    # In a process of its own: planted faults change the verifier in memory.
    command = [sys.executable, "-m", "tests.store_faults.tampering", "--seed", "20260302", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_every_way_to_tamper_is_noticed_and_the_first_bad_event_named() -> None:
    said = _tampered("--records", str(8 * len(WAYS)), "--workers", "2")
    assert "all detected, the first bad event named" in said, said


@pytest.mark.parametrize("planted", sorted(BLIND))
def test_a_verifier_that_overlooks_something_is_found_out(planted: str) -> None:
    said = _tampered("--records", str(5 * len(WAYS)), "--planted", planted)
    assert "WRONG" in said, said
    assert "FAILED" in said
