"""Four hours of a ward at the real windows, in compressed time, with nobody at the keyboard.

A site that joins its hub; two patients with the same family name; a frosted code that has to be typed; a printer that
jams and a slip that comes out torn; the hub is lost and comes back; a lid closed in the middle of a check; a reaction
during the infusion; the shift changes; a deadline passes and a physician takes it upon herself. It ends when every
label is reconciled, no clock runs, every deviation has been judged by name, and the record of both cases is on paper.
`python -m coordinator_app.demo.four_hours --out DIR`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from coordinator_app.app import Machine
from coordinator_app.demo import cast, lost_hub
from coordinator_app.demo.lost_hub import HubProcess, word_on_screen
from coordinator_app.demo.site import demo_listing, fresh_demo, open_demo
from coordinator_app.demo.tour import BenchOfTour, codes_on_newest_label, versions
from coordinator_app.demo.tour_clock import TourClock
from coordinator_app.demo.tour_keys import HandStopped, opened
from coordinator_app.demo.walks import LET_PASS, Walker
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import SignInPage
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.workers import desk

WAITING = frozenset({"deviation.open", "deviation.proposed"})
A_TICK_MS = 1_300
"""The program looks at its clocks once a second; this is long enough to be looked at."""


class Ward(Walker):
    """The people of one ward on this day, and what happens to their printer and their lid."""

    printed_folder: Path
    lid: Lid
    hub: HubProcess
    words: dict[str, str]
    """How the exchange stood by the screen, for each picture of it."""

    def seen(self, picture: str) -> None:
        """Keep a picture with the word and age of the exchange that stand on it."""
        path = self.hand.picture(picture)
        self.words[path.name] = word_on_screen(self)

    def open_deviations(self) -> list[str]:
        """Go to the deviations and return those that wait for somebody, as they stand on the page."""
        page = self.hand.open_tab("deviations").page
        rows = getattr(page, "rows", ())
        return [row.opens for row in rows if row.opens and row.cells[-1].code in WAITING]

    def type_code(self, raw: str) -> None:
        """Type what stands under a GS1 symbol that frost hides."""
        self.press_incomplete("code_damaged")
        product, serial, lot = raw[5:19], raw[21:].split(cast.GS)[0], raw.split(cast.GS)[1][2:]
        self.hand.fill({"code": f"(01){product}(21){serial}(10){lot}"})
        self.press("save")

    def press_incomplete(self, action: str) -> None:
        """Press a button after which the page asks for more."""
        self.let_pass(LET_PASS)
        self._note(action, self.hand.press(action))

    def unlock(self, name: str) -> None:
        """Come back to a locked screen."""
        self.hand.wait_until(lambda page: isinstance(page, SignInPage))
        self.second(name)
        self.signed_in = name


class Lid:
    """How long the machine has been asleep, for a program that asks its machine."""

    def __init__(self) -> None:
        """Awake until now."""
        self._machine = desk.slept_ns
        self._closed_ns = 0

    def closed_for(self, time: timedelta) -> None:
        """Let the machine have slept for a while."""
        self._closed_ns += time // timedelta(microseconds=1) * 1000

    def slept_ns(self) -> int:
        """Return how long the machine has been suspended since it started."""
        return self._machine() + self._closed_ns


# The morning ------------------------------------------------------------------------------------------------------


def frosted(ward: Ward) -> None:
    """Take the first patient's bag from the tank; frost hides the code of its cassette, so two people type it."""
    hand, unit = ward.hand, ward.listing["units"]["u1"]
    hand.look()
    ward.sign_in("cell_laboratory_a")
    ward.scan(unit["code"])
    ward.type_code(unit["cassette"])
    hand.picture("a typed code takes a second person")
    ward.second("cell_laboratory_b")
    ward.type_code(unit["cassette"])
    hand.picture("typed by two")
    ward.go_on()
    ward.scan(cast.place("T3-B4-11"))


def jammed(ward: Ward) -> None:
    """Thaw it; the printer jams, then the slip comes out torn and is printed again with a second person."""
    hand, unit = ward.hand, ward.listing["units"]["u1"]
    ward.scan(unit["code"])
    with jam(ward.printed_folder):
        ward.scan(unit["cassette"], unit["code"])
        ward.go_on()
        hand.wait_for_print()
        hand.picture("the printer jams")
    ward.press("print_again")
    hand.wait_for_print()
    ward.press("label_spoiled")
    ward.fill(reason="torn")
    ward.second("cell_laboratory_b")
    ward.labels("the slip printed again")
    ward.press("start_thaw")
    ward.let_pass(timedelta(minutes=4))
    ward.press("thaw_complete")
    ward.scan(unit["code"], unit["code"])
    ward.go_on()
    ward.fill(to="Ward 4B, bed 4")


def lid_closed(ward: Ward) -> None:
    """Check the first patient at the bed; somebody closes the lid in the middle, and that arm counts for nothing."""
    hand, unit = ward.hand, ward.listing["units"]["u1"]
    ward.sign_in("nurse_a")
    ward.scan(unit["code"])
    ward.scan(cast.PATIENTS["p1"].wristband)
    ward.lid.closed_for(timedelta(minutes=3))
    ward.let_pass(timedelta(minutes=3))
    ward.unlock("nurse_a")
    hand.picture("after the lid was closed")
    if isinstance(hand.answer.page, SignInPage):
        ward.second("nurse_a")
    ward.arm("p1", unit["code"])
    ward.second("nurse_b")
    ward.arm("p1", unit["code"])
    hand.picture("both checks agree after all")
    ward.go_on()
    ward.scan(unit["code"])


def reaction(ward: Ward) -> None:
    """The patient reacts: the infusion is paused, goes on, and is stopped with one key; the questions come after."""
    hand = ward.hand
    ward.let_pass(timedelta(minutes=11))
    ward.press("pause_infusion")
    ward.let_pass(timedelta(minutes=6))
    ward.press("resume_infusion")
    ward.let_pass(timedelta(minutes=4))
    ward.press("stop_now")
    hand.picture("stopped now")
    ward.fill(reason="rigor and fever", residual_ml="21", physician="Dr Rahman")
    hand.picture("the case after the reaction")
    ward.let_pass(timedelta(minutes=20))


# The afternoon ----------------------------------------------------------------------------------------------------


def shift_change(ward: Ward) -> None:
    """The second patient's bag is thawed by the laboratory; the early nurses go home and others take over."""
    unit = ward.listing["units"]["u5"]
    ward.sign_in("cell_laboratory_b")
    ward.scan(unit["code"], unit["code"])
    ward.go_on()
    ward.scan(cast.place("T3-B4-51"))
    ward.scan(unit["code"])
    ward.scan(unit["code"], unit["code"])
    ward.go_on()
    ward.labels("slip of the second patient")
    ward.press("start_thaw")
    ward.let_pass(timedelta(minutes=4))
    ward.press("thaw_complete")
    ward.scan(unit["code"], unit["code"])
    ward.go_on()
    ward.fill(to="Ward 4B, bed 7")
    ward.sign_in("apheresis_nurse_b")
    ward.hand.open_tab("clocks")
    ward.hand.picture("the clocks at the change of shift")


def too_late(ward: Ward) -> None:
    """The second patient is in the scanner too long; the deadline passes, a physician and a pharmacist decide."""
    hand, unit = ward.hand, ward.listing["units"]["u5"]
    ward.let_pass(timedelta(hours=2, minutes=40))
    ward.scan(unit["code"])
    who = cast.PATIENTS["p5"]
    ward.scan(who.wristband)
    ward.fill(family=who.family[:3].upper(), born=who.born)
    ward.refused(unit["code"], Refusal.CLOCK_OVERDUE, "the deadline has passed")
    ward.press("exception")
    ward.fill(reason="patient is conditioned and no second bag exists", sponsor="not reachable")
    ward.second("physician_a")
    hand.picture("the pharmacist signs too")
    ward.second("pharmacist_a")
    ward.scan(unit["code"])
    ward.arm("p5", unit["code"])
    ward.second("nurse_b")
    ward.arm("p5", unit["code"])
    ward.go_on()
    ward.scan(unit["code"])
    ward.let_pass(timedelta(minutes=25))
    ward.press("complete_infusion")
    hand.picture("the case of the second patient")


def judged(ward: Ward) -> None:
    """Quality judges every deviation of the day by name and signs each to its end."""
    hand = ward.hand
    ward.sign_in("quality_a")
    hand.rest(A_TICK_MS)
    for deviation in ward.open_deviations():
        hand.open_row(deviation)
        offered = {action.id.partition(":")[0] for action in hand.answer.page.actions}
        if "confirm_deviation" in offered:
            ward.press(f"confirm_deviation:{deviation}")
            ward.fill(classification="major", affected="case", immediate="patient watched, physician at the bed")
        ward.press(f"close_deviation:{deviation}")
        if "confirm_deviation" not in offered:
            hand.fill({"classification": "major"})
        ward.fill(conclusion="reviewed with the physician; sponsor informed in writing")
        ward.pin("quality_a")
        hand.open_tab("deviations")
    hand.picture("every deviation judged")
    hand.open_tab("record")
    ward.press("open:self_audit")
    hand.picture("the self-audit of the week")


STORIES: tuple[tuple[str, Callable[[Ward], None]], ...] = (
    ("the site joins its hub", lost_hub.joins),
    ("a frosted code", frosted),
    ("a jammed printer and a torn slip", jammed),
    ("the hub is lost", lost_hub.lost),
    ("a lid closed in the middle of a check", lid_closed),
    ("a reaction during the infusion", reaction),
    ("the hub comes back", lost_hub.back),
    ("the shift changes", shift_change),
    ("a deadline passes", too_late),
    ("quality looks at the day", judged),
)


@contextmanager
def jam(folder: Path) -> Iterator[None]:
    """Take the printer's folder away, as a jam does, and give it back."""
    aside = folder.with_name(f"{folder.name}.jammed")
    folder.rename(aside)
    try:
        yield
    finally:
        aside.rename(folder)


# The end ----------------------------------------------------------------------------------------------------------


def settled(bench: BenchOfTour, cases: dict[str, str]) -> dict[str, Any]:
    """Return what is still open at the end of the day, by case: nothing, when all went well."""
    from coordinator_app.procedures.clockwork import clocks_of

    work = bench.work
    left: dict[str, Any] = {}
    for name, id in cases.items():
        case = work.case(id)
        left[name] = {
            "labels_open": sorted({each.job for each in case.labels.values()} - case.closed_jobs),
            "clocks_running": [clock.clock for clock in clocks_of(work, case)],
            "deviations_open": [each.kind for each in case.deviations.values() if each.open],
            "blocks": [*case.holds.values(), *case.discrepancies.values()],
        }
    return left


def write_reports(bench: BenchOfTour, cases: dict[str, str], out: Path) -> list[str]:
    """Write the whole record of both cases as documents, and return their names."""
    from coordinator_app.procedures.case_report import write_case_report

    names = []
    for name, id in cases.items():
        path = out / f"case-record-{name}.pdf"
        path.write_bytes(write_case_report(bench.work, id, "inspection"))
        names.append(path.name)
    return names


def run_four_hours(out: Path) -> int:
    """Play the day; 0 when all went as told and nothing is open at its end, else 1."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    printed = out / "printed"
    printed.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *printed.glob("*.pdf")):
        old.unlink()
    site, hub = (Path(tempfile.mkdtemp(prefix=f"coordinator-{name}-")) for name in ("four-hours", "hub"))
    summary: dict[str, Any] = {"stories": [], "fault": "", "versions": versions()}
    try:
        fresh_demo(site)
        _play(site, hub, out, printed, summary)
    finally:
        for folder in (site, hub):
            shutil.rmtree(folder, ignore_errors=True)
    summary["came_through"] = not summary["fault"] and not any(
        any(open_things) for case in summary["left_open"].values() for open_things in case.values()
    )
    (out / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False), encoding="utf-8")
    if summary["fault"]:
        sys.stdout.write(f"The four hours stopped in {summary['fault']}\n")
    sys.stdout.write(f"{len(summary['pictures'])} pictures and the record of both cases are in {out}.\n")
    return 0 if summary["came_through"] else 1


def _play(site: Path, hub_folder: Path, out: Path, printed: Path, summary: dict[str, Any]) -> None:
    clock, lid, events = TourClock(), Lid(), Counter[str]()
    hub, words = HubProcess(hub_folder), dict[str, str]()
    listing = demo_listing(site)
    machine = Machine(printers={"folder": FolderPrinter(str(printed))}, sounds=False, idle_s=None)
    began = clock.now()
    asks_machine, desk.slept_ns = desk.slept_ns, lid.slept_ns
    try:
        with opened(
            lambda: BenchOfTour(open_demo(site, clock), events), machine, out, clocks=(clock.now_ns, clock.now)
        ) as hand:
            ward = Ward(hand, listing, clock.let_pass, lambda: codes_on_newest_label(printed))
            ward.printed_folder, ward.lid, ward.hub, ward.words = printed, lid, hub, words
            _tell(ward, summary)
            summary["hub"] = hub.office("status")["sites"]
    except HandStopped as stopped:
        summary["fault"] = summary["fault"] or str(stopped)
    finally:
        desk.slept_ns = asks_machine
        hub.die()
    summary["exchange"] = words
    summary["hours"] = round((clock.now() - began) / timedelta(hours=1), 2)
    summary["pictures"] = sorted(path.name for path in out.glob("*.png"))
    summary["events"] = dict(sorted(events.items()))
    cases = {name: listing["cases"][name]["id"] for name in ("c1", "c5")}
    bench = BenchOfTour(open_demo(site, clock), Counter())
    try:
        summary["left_open"] = settled(bench, cases)
        summary["documents"] = write_reports(bench, cases, out)
    finally:
        bench.close()


def _tell(ward: Ward, summary: dict[str, Any]) -> None:
    for name, story in STORIES:
        summary["stories"].append(name)
        try:
            story(ward)
        except HandStopped as stopped:
            summary["fault"] = f"'{name}': {stopped}"
            ward.hand.picture(f"stopped {name}")
            break


def main() -> int:
    """Read the command line and play the day."""
    parser = argparse.ArgumentParser(description="Plays four hours of a ward at the real windows.")
    parser.add_argument("--out", required=True, type=Path, help="where pictures, documents and summary.json go")
    return run_four_hours(parser.parse_args().out)


if __name__ == "__main__":
    sys.exit(main())
