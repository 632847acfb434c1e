"""Starting and leaving the program is never an accident: of fifty times each end is a quiet one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("start_and_quit.py")
STARTS = 50


def start(quit_after_s: float) -> subprocess.Popen[str]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(quit_after_s)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("ten", range(0, STARTS, 10))
def test_fifty_starts_and_quits_end_with_exit_code_zero(ten: int) -> None:
    ends = []
    for number in range(ten, ten + 10):
        # From quitting before the first page is there to quitting in the middle of the ticks.
        program = start(quit_after_s=0.004 * number)
        _, said = program.communicate(timeout=60)
        ends.append((program.returncode, said if program.returncode else ""))
    assert ends == [(0, "")] * 10


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_leaves_in_order_when_the_system_asks_it_to(number: signal.Signals) -> None:
    program = start(quit_after_s=240)
    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    program.send_signal(number)
    _, said = program.communicate(timeout=60)
    assert program.returncode == 0, said
