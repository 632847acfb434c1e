"""A program killed in the middle of an infusion is back at that infusion within ten seconds (design §3.2)."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from wards import infusion_running

pytestmark = pytest.mark.alone

GOAL_S = 10.0


def run_until_the_bag_is_scanned(folder: Path) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start the real program, let it sign in and scan the bag; it still runs when this returns."""
    script = Path(__file__).with_name("kill_and_start.py")
    program = subprocess.Popen([sys.executable, str(script), str(folder)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line, f"the program ended with exit code {program.wait()} before the bag was scanned"
    return program, json.loads(line)


def kill(program: subprocess.Popen[str]) -> None:
    program.send_signal(signal.SIGKILL)
    program.wait()
    assert program.stdout is not None
    program.stdout.close()


def test_after_a_kill_in_the_middle_of_an_infusion_the_same_infusion_is_back(
    tmp_path: Path, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "site"
    infusion_running(folder, datetime.now(UTC) - timedelta(minutes=15))
    program, before = run_until_the_bag_is_scanned(folder)
    kill(program)
    program, after = run_until_the_bag_is_scanned(folder)
    kill(program)
    assert {"pause_infusion", "complete_infusion", "stop_now"} <= set(after["actions"])
    assert (after["instruction"], after["actions"]) == (before["instruction"], before["actions"])
    record_property("restart_to_same_case_s", after["infusion_s"])
    with capsys.disabled():
        sys.stdout.write(f"\nrestart to the same infusion: {after['infusion_s']} s (goal {GOAL_S} s)\n")
