"""The real program offscreen on a demonstration site, telling what is on its screen line by line.

    python clock_program.py STORE thaw|show SECONDS

`thaw` records first that bag 1 of the first case was thawed just now. Each line is a JSON object: the suspend-aware
clock, whether the veil is down, the figures on the screen, and the clock from thaw to end as the window has it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from coordinator_app.app import Machine, run
from coordinator_app.demo.site import demo_listing, open_demo
from coordinator_app.domain import events as e
from coordinator_app.procedures.bench import Bench
from coordinator_app.store.boot_clock import boot_nanoseconds
from coordinator_app.store.moment import MachineClock
from coordinator_app.ui.main_window import MainWindow
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.remaining import remaining_ms
from coordinator_app.ui.veil import Veil

EVERY_MS = 40


class KeptBench:
    """The bench with its store, closed together."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.first, self.take = bench.first, bench.take

    def close(self) -> None:
        """Close both."""
        self._bench.close()
        self._bench.work.store.close()


def thaw(bench: Bench, store: Path) -> None:
    """Record that bag 1 of the first case was thawed just now."""
    work, case = bench.work, demo_listing(store)["cases"]["c1"]["id"]
    unit = next(each for each in work.case(case).product_units() if each.number == 1)
    confirmed = work.record(
        e.IdentityConfirmed(case=case, check="check:test", step="thaw", people=("person:test",), unit=unit.unit),
        subject=unit.unit,
    )
    for body in (e.ThawStarted, e.ThawCompleted):
        work.record(body(case=case, step="thaw", unit=unit.unit), subject=unit.unit, refs=(confirmed.id,))
    work.commit()


def tell() -> None:
    """Write one line about what is on the screen."""
    window = next((each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)), None)
    if window is None or window.screen_shown is None:
        return
    veil = window.findChild(Veil)
    now_ns = boot_nanoseconds()
    clock = next((each for each in window.clocks_running if each.clock == "thaw-to-end"), None)
    line = {
        "ns": now_ns,
        "veil": isinstance(veil, Veil) and veil.isVisible(),
        "figures": [each.text() for each in window.findChildren(Figures) if each.isVisible()],
        "clock": None if clock is None else {
            "state": clock.state, "read_ns": clock.read_at_ns, "left_ms": remaining_ms(clock, now_ns),
            "deadline": clock.deadline.isoformat() if clock.deadline else None,
        },
    }  # fmt: skip
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run the program for so many seconds."""
    store, what, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])

    def make_bench() -> KeptBench:
        bench = open_demo(store, MachineClock("Europe/Berlin"))
        if what == "thaw":
            thaw(bench, store)
        return KeptBench(bench)

    app = QApplication([])
    timer = QTimer(app)
    timer.timeout.connect(tell)
    timer.start(EVERY_MS)
    return run(make_bench, Machine(sounds=False, idle_s=None), quit_after=seconds)


if __name__ == "__main__":
    sys.exit(main())
