"""One run of the real program at the bed, for a test to kill: signs in, scans the bag, and says when the page is there.

`python kill_and_start.py FOLDER` prints one JSON line with the page shown and the seconds since this process began.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

STARTED = time.monotonic()


def main(folder: Path) -> None:
    """Open, sign in, scan the bag, report, and stay until somebody ends it."""
    from PySide6.QtTest import QTest

    from coordinator_app.app import Machine
    from coordinator_app.commands.bench_on_record import BenchOnRecord
    from coordinator_app.demo import cast
    from coordinator_app.demo.site import demo_listing, open_demo
    from coordinator_app.demo.tour_keys import opened
    from coordinator_app.domain.screens import GuidedPage, Verdict
    from coordinator_app.store.moment import MachineClock

    unit: str = demo_listing(folder)["units"]["u1"]["code"]
    nurse = cast.PEOPLE["nurse_a"]

    def make_bench() -> BenchOnRecord:
        return BenchOnRecord(open_demo(folder, MachineClock("Europe/Berlin")))

    with opened(make_bench, Machine(sounds=False, idle_s=None)) as hand:
        hand.look()
        signed_out = time.monotonic() - STARTED
        hand.scan(nurse.badge.encode(), Verdict.ACCEPTED)
        hand.type_pin(nurse.pin, Verdict.ACCEPTED)
        page = hand.scan(unit.encode(), Verdict.ACCEPTED).page
        assert isinstance(page, GuidedPage)
        told = {
            "instruction": page.instruction.code, "actions": [each.id for each in page.actions],
            "sign_in_s": round(signed_out, 2), "infusion_s": round(time.monotonic() - STARTED, 2),
        }  # fmt: skip
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        QTest.qWait(600_000)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main(Path(sys.argv[1]))
