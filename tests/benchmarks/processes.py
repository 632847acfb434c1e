"""Starts the program, or the bare window beside it, in a process of its own and reads what it tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from msgspec import Struct

ROOT = Path(__file__).resolve().parents[2]


class Opened(Struct, frozen=True):
    """How long a process took until its window could be used, in milliseconds, and what it told, then and later."""

    ms: float
    cpu_ms: float
    first: dict[str, Any]
    later: dict[str, Any]


def opened(*arguments: str) -> Opened:
    """Run `python -m tests.benchmarks.opened` to its end; raises RuntimeError when it does not say that it is usable."""
    command = [sys.executable, "-m", "tests.benchmarks.opened", *arguments]
    before = os.times()
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env=_environment(),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        passed = (time.perf_counter() - began) * 1000
        cpu = _cpu_of(process.pid)
        rest = process.stdout.read()
        code = process.wait()
    if not line or code != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {code} and said: {line}{rest}")
    after = os.times()
    first = json.loads(line)
    later = json.loads(rest.splitlines()[0]) if rest else {}
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Opened(passed, (cpu if cpu is not None else spent) * 1000, first, later)


def _cpu_of(pid: int) -> float | None:
    """Return the seconds that a process has worked so far, None where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _environment() -> dict[str, str]:
    # An installed program has its modules compiled beside it: without that a start would measure the compiler.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
