"""The second person of a blind check sees, hears and is read out the same, whatever the first one did."""

from __future__ import annotations

import logging
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from seen import Heard, Logged, Shown, looked_at
from wards import thawed_at_the_ward

from coordinator_app.app import Machine
from coordinator_app.demo import cast as people
from coordinator_app.demo.site import demo_listing, open_demo
from coordinator_app.demo.tour import BenchOfTour
from coordinator_app.demo.tour_keys import Hand, opened
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Verdict
from coordinator_app.store.moment import Moment, ScriptedClock

pytestmark = [pytest.mark.alone, pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "PulseAudio")]

RIGHT = people.PATIENTS["p1"]
FIRST_ARM = timedelta(seconds=100)
"""From the first person's first scan until the second person's badge, in every story."""


@pytest.fixture(scope="module")
def at_the_bedside(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Moment]:
    """A site where bag 1 of the first patient has come to the ward, thawed, and its check is next."""
    folder = tmp_path_factory.mktemp("bedside") / "site"
    return folder, thawed_at_the_ward(folder).moment()


class Bedside:
    """The real program at the bed on a copy of the site, on a clock that only the story moves."""

    def __init__(self, site: Path, moment: Moment, folder: Path) -> None:
        shutil.copytree(site, folder)
        self.clock = ScriptedClock(moment.at, moment.zone, moment.boot, moment.boot_ns, clock="anchored")
        self.folder = folder
        self.unit: str = demo_listing(folder)["units"]["u1"]["code"]
        self.heard = Heard(folder)
        self.logged = Logged()
        self.seen: list[Shown] = []
        self.began = self.clock.moment().at

    def open(self) -> Any:
        machine = Machine(sounds=False, idle_s=None, tick_ms=600_000)
        clocks = (lambda: self.clock.moment().boot_ns, lambda: self.clock.moment().at)
        return opened(self._bench, machine, clocks=clocks, sounds=self.heard)

    def _bench(self) -> Any:
        return BenchOfTour(open_demo(self.folder, self.clock), Counter())

    def begin(self, hand: Hand, person: str) -> None:
        hand.look()
        self.window = hand.window
        self.badge_and_pin(hand, person)
        self.act(lambda: hand.scan(self.unit.encode(), Verdict.ACCEPTED))
        self.began = self.clock.moment().at

    def act(self, do: Callable[[], object], seconds: int = 4) -> None:
        self.wait(timedelta(seconds=seconds))
        do()

    def wait(self, time: timedelta) -> None:
        """Let time pass second by second, as the window sees it: a leap would be a machine that stood still."""
        for _ in range(int(time.total_seconds())):
            self.clock.advance(timedelta(seconds=1))
            self.window.tick()

    def badge_and_pin(self, hand: Hand, name: str) -> None:
        who = people.PEOPLE[name]
        self.act(lambda: hand.scan(who.badge.encode(), Verdict.ACCEPTED))
        self.act(lambda: hand.type_pin(who.pin, Verdict.ACCEPTED))

    def arm(self, hand: Hand, family: str = RIGHT.family, born: str = RIGHT.born, pause: int = 4) -> None:
        self.act(lambda: hand.scan(RIGHT.wristband.encode(), Verdict.ACCEPTED))
        self.act(lambda: hand.fill({"family": family[:3].upper(), "born": born}), pause)
        self.act(lambda: hand.press("save", Verdict.ACCEPTED))
        self.act(lambda: hand.scan(self.unit.encode(), Verdict.ACCEPTED))

    def second_arm(self, hand: Hand, name: str) -> None:
        """Let the second person come at the same minute in every story, and keep every page they see."""
        self.wait(self.began + FIRST_ARM - self.clock.moment().at)
        self.heard.asked.clear()
        self.logged.lines.clear()
        who = people.PEOPLE[name]
        self.look(hand)
        self.act(lambda: hand.scan(who.badge.encode(), Verdict.ACCEPTED))
        self.look(hand)
        self.act(lambda: hand.type_pin(who.pin, Verdict.ACCEPTED))
        self.look(hand)
        self.act(lambda: hand.scan(RIGHT.wristband.encode(), Verdict.ACCEPTED))
        self.look(hand)
        self.act(lambda: hand.fill({"family": RIGHT.family[:3].upper(), "born": RIGHT.born}))
        self.look(hand)
        self.act(lambda: hand.press("save", Verdict.ACCEPTED))
        self.look(hand)

    def look(self, hand: Hand) -> None:
        # A turn of the event loop later the page before is gone, as in the running program: nothing of it may be left.
        for _ in range(2):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        hand.window.tick()
        self.seen.append(looked_at(hand.window, self.heard, self.logged))


First = Callable[[Bedside, Hand], None]


def plainly(bedside: Bedside, hand: Hand) -> None:
    bedside.arm(hand)


def slowly(bedside: Bedside, hand: Hand) -> None:
    bedside.arm(hand, pause=70)


def with_another_birthday(bedside: Bedside, hand: Hand) -> None:
    bedside.arm(hand, born="1961-07-15")


def with_another_name(bedside: Bedside, hand: Hand) -> None:
    bedside.arm(hand, family=people.PATIENTS["p2"].family, born=people.PATIENTS["p2"].born)


def after_a_code_nobody_knows(bedside: Bedside, hand: Hand) -> None:
    bedside.act(lambda: hand.scan(people.UNKNOWN_CODE.encode(), reason=Refusal.CODE_NOT_RECOGNISED))
    bedside.arm(hand)


def after_the_bag_before_the_wristband(bedside: Bedside, hand: Hand) -> None:
    bedside.act(lambda: hand.scan(bedside.unit.encode(), Verdict.REFUSED))
    bedside.arm(hand)


OTHERWISE: tuple[First, ...] = (
    slowly, with_another_birthday, with_another_name, after_a_code_nobody_knows, after_the_bag_before_the_wristband,
)  # fmt: skip


@pytest.fixture(scope="module")
def shown(
    qapp: QApplication, at_the_bedside: tuple[Path, Moment], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[First, str], list[Shown]]]:
    """What the second person was shown after a first arm."""
    flashes = QApplication.cursorFlashTime()
    QApplication.setCursorFlashTime(0)
    kept: dict[tuple[str, str], list[Shown]] = {}

    def after(first: First, second: str = "nurse_b") -> list[Shown]:
        if (first.__name__, second) not in kept:
            bedside = Bedside(*at_the_bedside, tmp_path_factory.mktemp("walk") / "site")
            logging.getLogger().addHandler(bedside.logged)
            QApplication.clipboard().clear()
            try:
                with bedside.open() as hand:
                    bedside.begin(hand, "nurse_a" if second == "nurse_b" else "nurse_b")
                    first(bedside, hand)
                    bedside.second_arm(hand, second)
            finally:
                logging.getLogger().removeHandler(bedside.logged)
            kept[first.__name__, second] = bedside.seen
        return kept[first.__name__, second]

    yield after
    QApplication.setCursorFlashTime(flashes)


After = Callable[..., list[Shown]]


def test_six_pages_of_the_second_arm_are_looked_at_and_each_is_another(shown: After) -> None:
    pages = shown(plainly)
    assert len({page.picture for page in pages}) == len({page.tree for page in pages}) == len(pages) == 6


def test_the_second_person_hears_their_own_acts(shown: After) -> None:
    acted, typed = ("accepted",), ()
    assert [page.sounds for page in shown(plainly)] == [(), acted, acted, acted, typed, acted]


@pytest.mark.parametrize("first", OTHERWISE, ids=lambda first: first.__name__.replace("_", " "))
def test_the_second_arm_is_the_same_whatever_the_first_did(first: First, shown: After) -> None:
    for before, page in zip(shown(plainly), shown(first), strict=True):
        assert page.tree == before.tree
        assert page.picture == before.picture
        assert page.sounds == before.sounds
        assert page.beside == before.beside


def test_title_clipboard_log_and_timers_are_looked_at_and_say_nothing_of_anybody(shown: After) -> None:
    for page in shown(with_another_name):
        assert {"title", "clipboard", "marked"} <= {line.partition(" ")[0] for line in page.beside}
        told = "\n".join(page.beside)
        for word in (*_words(people.PATIENTS["p1"]), *_words(people.PATIENTS["p2"])):
            assert word not in told


def test_what_lies_beside_the_page_can_tell_two_pages_apart(shown: After) -> None:
    """The comparison can fail: another text on the clipboard is another page."""
    page = shown(plainly)[0]
    assert page.beside != tuple(each.replace("clipboard ", "clipboard x") for each in page.beside)


def test_nothing_of_the_first_person_s_answers_stands_anywhere_in_the_second_arm(shown: After) -> None:
    told = "\n".join(line for page in shown(with_another_name) for line in page.tree)
    for word in (*_words(people.PATIENTS["p1"]), *_words(people.PATIENTS["p2"])):
        assert word not in told


def _words(who: people.Patient) -> tuple[str, ...]:
    return (who.family.upper(), who.family, who.record_number, who.wristband, who.born, who.born[:4])


def test_two_people_who_change_places_are_shown_the_same_pages_but_for_their_names(shown: After) -> None:
    a, b = people.PEOPLE["nurse_a"], people.PEOPLE["nurse_b"]
    names = {a.family.upper(): b.family.upper(), a.given: b.given}
    for before, page in zip(shown(plainly), shown(plainly, "nurse_a"), strict=True):
        assert _without_places(_exchanged(page.tree, names)) == _without_places(before.tree)
        assert page.sounds == before.sounds


def _exchanged(tree: tuple[str, ...], names: dict[str, str]) -> tuple[str, ...]:
    told = "\n".join(tree)
    for one, other in names.items():
        told = told.replace(one, "\0").replace(other, one).replace("\0", other)
    return tuple(told.split("\n"))


def _without_places(tree: tuple[str, ...]) -> list[str]:
    """Leave out where each widget stands: one name is longer than the other."""
    return [re.sub(r"\([-\d, ]+\)", "", line) for line in tree]
