"""The clocks are proved on generated histories by the command people run, and faults planted on purpose are found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def proof(*options: str) -> tuple[int, dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.domain.clock_proof", *options],
        cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    return ran.returncode, json.loads(ran.stdout)


@pytest.mark.slow
def test_ten_thousand_histories_show_no_deadline_late_and_no_wait_early() -> None:
    code, report = proof("--count", "10000", "--seed", "20250328")
    assert (code, report["violations"], report["classes_never_hit"]) == (0, 0, []), report["first"]
    assert report["zones_with_calendar_days"] == report["zones"]
    kinds = {state.split("/")[0] for state in report["states"]}
    assert len(kinds) == 8
    assert {state.split("/")[1] for state in report["states"]} == {
        "early", "running", "due", "overdue", "met", "missed", "uncertain",
    }  # fmt: skip


@pytest.mark.slow
def test_every_planted_fault_is_found() -> None:
    code, report = proof("--planted", "all", "--count", "2500", "--seed", "7")
    assert code == 0, report
    assert len(report["planted"]) >= 10
    assert all(found > 0 for found in report["planted"].values())
