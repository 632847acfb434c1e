"""The desktop program on a fake bench, closed by itself: what `test_start_and_quit` starts again and again."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fake_bench import FakeBench

from coordinator_app.app import Machine, run

if __name__ == "__main__":
    tray = [("Patients", "Wristband", b"WB-1001")]
    raise SystemExit(run(FakeBench, Machine(idle_s=60, tick_ms=20), tray, quit_after=float(sys.argv[1])))
