"""`wall`: one repaint of the clock wall with 200 clocks running, on the real window at full HD, offscreen.

A frame is what happens four times a second: every countdown is computed again and what changed is painted. Each is a
quarter of a second later than the last, as on the ward: every figure changes with every fourth, and the clocks that take
turns turn their pages; the frames in which a place turns are told apart in the detail. So is a frame with the readings
of a fresh answer, which comes once a second.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import datetime, timedelta
from typing import Any, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from coordinator_app.domain.screens import Tone, WallPage
from coordinator_app.ui import sample_pages as s
from coordinator_app.ui import theme
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.screens.wall import WallScreen

GOAL_MS = 4.0
CLOCKS = 200
FRAMES = 800
REPAINT_NS = 250_000_000
TONES = (Tone.IN_TIME, Tone.DUE, Tone.OVERDUE, Tone.UNKNOWN)


class _Time:
    """Both clocks, moved by hand."""

    ns = s.NOW_NS

    def now_ns(self) -> int:
        """Return the suspend-aware clock."""
        return self.ns

    def now(self) -> datetime:
        """Return the wall clock."""
        return s.NOW + timedelta(microseconds=(self.ns - s.NOW_NS) // 1000)


def measure() -> dict[str, Any]:
    """Return the figure: the 99th percentile of a frame, in ms of this thread: what else the machine does is not ours."""
    app = cast("QApplication", QApplication.instance() or QApplication([]))
    theme.apply(app)
    clocks = tuple(s.clock(f"HERON {n} · bag 1 · bed {n}", TONES[n % 4], 12 + n) for n in range(CLOCKS))
    at = _Time()
    window = MainWindow(at.now_ns, at.now)
    window.resize(1920, 1080)
    window.show()
    frame = replace(s.frame("clocks"), running=clocks)
    window.show_answer(s.answer(WallPage(clocks), frame))
    app.processEvents()
    timed = [_timed(at, window, app) for _ in range(FRAMES)]
    frames, elapsed = [each[0] for each in timed], [each[1] for each in timed]
    turned = [each[0] for each in timed if each[2]]
    fresh = []
    for _ in range(60):
        at.ns += 1_000_000_000
        renewed = tuple(replace(each, read_at_ns=at.ns) for each in clocks)
        answer = s.answer(WallPage(renewed), replace(frame, running=renewed))
        began = time.perf_counter()
        window.show_answer(answer)
        app.processEvents()
        fresh.append((time.perf_counter() - began) * 1000)
    window.close()
    value = statistics.quantiles(frames, n=100)[98]
    return {
        "figure": "wall", "value": round(value, 2), "unit": "ms", "goal": GOAL_MS, "measured_ms": round(value, 2),
        "baseline_ms": 0, "n": FRAMES,
        "detail": {
            "clocks": CLOCKS, "turned": len(turned), "turned_median_ms": round(statistics.median(turned), 2),
            "turned_most_ms": round(max(turned), 2), "median_ms": round(statistics.median(frames), 2),
            "elapsed_median_ms": round(statistics.median(elapsed), 2),
            "elapsed_p99_ms": round(statistics.quantiles(elapsed, n=100)[98], 2),
            "fresh_answer_median_ms": round(statistics.median(fresh), 2), "window": "1920x1080",
        },
    }  # fmt: skip


def _timed(at: _Time, window: MainWindow, app: QApplication) -> tuple[float, float, bool]:
    at.ns += REPAINT_NS
    screen = window.screen_shown
    assert isinstance(screen, WallScreen)
    before = screen.clocks_shown
    began, worked = time.perf_counter(), time.thread_time()
    window.tick()
    app.processEvents()
    spent, waited = (time.thread_time() - worked) * 1000, (time.perf_counter() - began) * 1000
    return spent, waited, [each.wall_name for each in screen.clocks_shown] != [each.wall_name for each in before]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()) + "\n")
