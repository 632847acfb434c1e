"""The desktop program on a fake bench, closed by itself: what `test_start_and_quit` starts again and again."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fake_bench import FakeBench

from coordinator_app.app import Machine, run
from coordinator_app.coming_up import hold_collecting


def open_bench() -> FakeBench:
    """Say that the program is up (its bench is made last, by the store thread), and give it its bench."""
    print("up", flush=True)  # noqa: T201
    return FakeBench()


if __name__ == "__main__":
    hold_collecting()  # as the command does
    tray = [("Patients", "Wristband", b"WB-1001")]
    raise SystemExit(run(open_bench, Machine(idle_s=60, tick_ms=20), tray, quit_after=float(sys.argv[1])))
