"""The tour: walks the real windows through whole pathways with nobody at the keyboard, and keeps what they showed.

It enters only through key events and files: labels are scanned from the pages that the printer was given. Any act that
comes out otherwise than the story says stops it with exit code 1.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pypdfium2

from coordinator_app import __version__
from coordinator_app.app import Machine
from coordinator_app.codes.signed_label import PREFIX
from coordinator_app.codes.symbols import read_image
from coordinator_app.demo.site import demo_listing, fresh_demo, open_demo
from coordinator_app.demo.tour_clock import TourClock
from coordinator_app.demo.tour_keys import Hand, HandStopped, opened
from coordinator_app.demo.walks import Walker, at_the_bed, at_the_door, in_the_chair, refusals
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.workplace import Workplace

DPI = 300
STORIES: tuple[tuple[str, Callable[[Walker], None]], ...] = (
    ("from the tank to the end of the infusion", at_the_bed),
    ("from the door to release", at_the_door),
    ("from the chair to the courier", in_the_chair),
    ("five refusals", refusals),
)


class BenchOfTour:
    """The bench of the demonstration site that keeps account of what was recorded and closes its store."""

    def __init__(self, bench: Bench, events: Counter[str]) -> None:
        """Take the bench."""
        self._bench = bench
        self._events = events

    @property
    def work(self) -> Workplace:
        """The record behind the bench."""
        return self._bench.work

    def first(self) -> Any:
        """Return the first screen."""
        return self._bench.first()

    def take(self, received: Any) -> Any:
        """Take one input and count what it recorded."""
        answer = self._bench.take(received)
        self._events.update(answer.events)
        return answer

    def paper(self) -> Any:
        """Return the paper sheet of the running case."""
        return self._bench.paper()

    @property
    def live(self) -> LiveExchange:
        """The exchange with the hub, where a story has one."""
        return self._bench.live

    def look_back(self) -> bool:
        """Verify a little more of the earlier record behind the work; tells whether some is left."""
        return self._bench.look_back()

    def close(self) -> None:
        """Close bench and store."""
        self._bench.close()
        self._bench.work.store.close()


def run_tour(out: Path, *, gallery: bool = False) -> int:
    """Walk every story; 0 when all went as told, else 1. Pictures, documents and `summary.json` go to `out`."""
    printed = out / "printed"
    printed.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *printed.glob("*.pdf")):
        old.unlink()
    site = Path(tempfile.mkdtemp(prefix="coordinator-tour-"))
    clock = TourClock()
    summary: dict[str, Any] = {"stories": [], "versions": versions()}
    try:
        fresh_demo(site)
        came_through = _walk(site, clock, out, printed, summary)
    finally:
        shutil.rmtree(site, ignore_errors=True)
    if gallery:
        from PySide6.QtWidgets import QApplication

        from coordinator_app.ui.gallery import save_pictures

        save_pictures(cast("QApplication", QApplication.instance() or QApplication([])), out / "gallery")
    (out / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8")
    _say(f"{len(summary['pictures'])} pictures and {len(summary['documents'])} documents are in {out}.")
    return 0 if came_through else 1


def _walk(site: Path, clock: TourClock, out: Path, printed: Path, summary: dict[str, Any]) -> bool:
    events: Counter[str] = Counter()
    listing = demo_listing(site)
    machine = Machine(printers={"folder": FolderPrinter(str(printed))}, sounds=False, idle_s=None)

    def make_bench() -> BenchOfTour:
        return BenchOfTour(open_demo(site, clock), events)

    came_through = True
    try:
        with opened(make_bench, machine, out, clocks=(clock.now_ns, clock.now)) as hand:
            walk = Walker(hand, listing, clock.let_pass, lambda: codes_on_newest_label(printed))
            for name, story in STORIES:
                came_through = _tell(name, story, walk, hand, summary) and came_through
                if not came_through:
                    break
    except HandStopped as stopped:
        # The program broke where no story was looking; what was shown until then is kept all the same.
        came_through = False
        _say(str(stopped))
    summary["pictures"] = sorted(path.name for path in out.glob("*.png"))
    summary["trials"] = sorted(walk.trials)
    summary["events"] = dict(sorted(events.items()))
    summary["documents"] = sorted(path.name for path in printed.glob("*.pdf")) + _summaries(site, out, summary)
    summary["came_through"] = came_through
    return came_through


def _tell(name: str, story: Callable[[Walker], None], walk: Walker, hand: Hand, summary: dict[str, Any]) -> bool:
    acts, verdicts = len(hand.acts), len(walk.verdicts)
    fault = ""
    try:
        story(walk)
    except HandStopped as stopped:
        fault = str(stopped)
        _say(f"The tour stopped in '{name}': {fault}")
    told = {"story": name, "acts": hand.acts[acts:], "verdicts": walk.verdicts[verdicts:], "fault": fault}
    summary["stories"].append(told)
    if fault:
        hand.picture(f"stopped {name}")
    return not fault


def _summaries(site: Path, out: Path, summary: dict[str, Any]) -> list[str]:
    """Write the case's summary as a document for the file, and keep the keys its labels are signed with."""
    from coordinator_app.procedures.case_report import write_case_report

    with_clock = TourClock()
    bench = open_demo(site, with_clock)
    try:
        summary["label_keys"] = sorted(bench.work.site.public_keys.values())
        case = demo_listing(site)["cases"]["c1"]["id"]
        name = "case-summary.pdf"
        (out / name).write_bytes(write_case_report(bench.work, case, "inspection"))
    finally:
        bench.close()
        bench.work.store.close()
    return [name]


def codes_on_newest_label(printed: Path) -> list[str]:
    """Read the program's own symbol off every page of the newest label job, as a scanner would send it."""
    newest = max(printed.glob("label-*.pdf"), key=lambda path: path.stat().st_mtime_ns)
    codes = []
    document = pypdfium2.PdfDocument(newest)
    try:
        for page in document:
            found = read_image(page.render(scale=DPI / 72, grayscale=True).to_pil())
            own = next(raw for raw in found if raw[3:].startswith(PREFIX.encode()))
            codes.append(own.decode("ascii"))
    finally:
        document.close()
    return codes


def versions() -> dict[str, str]:
    """Return what the tour ran on."""
    import PySide6
    from sqlcipher3 import dbapi2

    return {
        "coordinator": __version__, "python": platform.python_version(), "qt": PySide6.__version__,
        "sqlite": dbapi2.sqlite_version, "system": platform.system(),
    }  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
