"""The second person's screens do not depend on what the first person read, heard, mistook or how long it took.

Design §13, fourth point, at the level of what the bench tells a window; the pixels are compared with the windows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import same_clock

from coordinator_app.domain.inputs import PinTyped, Scanned, Stated, WitnessCame
from coordinator_app.domain.screens import Answer
from coordinator_app.store.moment import Moment

SECOND_ARM_AFTER = timedelta(minutes=9)
"""When the second person comes, in every variant, so that clocks show the same."""
FirstArm = Callable[[Demonstration], None]


def _right(site: Demonstration) -> None:
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))


def _slow(site: Demonstration) -> None:
    site.scans(site.patient("p1")["wristband"])
    site.waits(seconds=50)
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    site.waits(seconds=50)
    site.scans(site.code("u1"))


def _other_bag(site: Demonstration) -> None:
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u2"))


def _misheard(site: Demonstration) -> None:
    site.scans(site.patient("p1")["wristband"])
    site.hears("Smith", "1990-01-01")
    site.scans(site.code("u1"))


def _misheard_birth(site: Demonstration) -> None:
    site.scans(site.patient("p1")["wristband"])
    site.hears(site.patient("p1")["family"], "1961-07-15")
    site.scans(site.code("u1"))


def _with_refusals(site: Demonstration) -> None:
    spare = site.listing["spare"]
    for code in (spare["wristband_void"], spare["unknown_code"], spare["half_code"], spare["glued_codes"]):
        site.tries_scan(str(code))
    _right(site)


def _typed(site: Demonstration) -> None:
    site.reads_wristband_and_hears(site.patient("p1"))
    site.types_code(site.typed("u1"))


def _stale_and_repeated(site: Demonstration) -> None:
    site.scans(site.patient("p1")["wristband"])
    site.waits(seconds=130)
    site.tries_scan(site.code("u1"))
    _right(site)


def _locked_and_repeated(site: Demonstration) -> None:
    site.scans(site.patient("p1")["wristband"])
    site.locks()
    site.shows_badge_and_pin("nurse_a")
    site.shows_badge_and_pin("nurse_a")
    _right(site)


VARIANTS: dict[str, FirstArm] = {
    "slow": _slow, "other bag": _other_bag, "name and birth misheard": _misheard, "birth misheard": _misheard_birth,
    "refusals before": _with_refusals, "typed": _typed, "stale and repeated": _stale_and_repeated,
    "locked and repeated": _locked_and_repeated,
}  # fmt: skip


@pytest.fixture(scope="session")
def two_bags(built: tuple[Path, Moment], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Moment]:
    """Two thawed bags of one patient at the bedside, so that either can be read."""
    folder = tmp_path_factory.mktemp("two-bags") / "site"
    shutil.copytree(built[0], folder)
    site = Demonstration(folder, same_clock(built[1]))
    site.waits(minutes=1)
    site.two_bags_thawed()
    site.signs_in("nurse_a")
    site.closes()
    return folder, site.clock.moment()


def _second_arm(two_bags: tuple[Path, Moment], folder: Path, first: FirstArm) -> tuple[list[Answer], Answer]:
    """Return every answer of the second arm up to its last scan, and the answer to that."""
    shutil.copytree(two_bags[0], folder)
    site = Demonstration(folder, same_clock(two_bags[1]))
    try:
        began = site.clock.moment().at
        site.signs_in("nurse_a")
        site.begins("bedside", site.id("c1"))
        first(site)
        site.clock.advance(began + SECOND_ARM_AFTER - site.clock.moment().at)
        nurse, patient = site.people["nurse_b"], site.patient("p1")
        shown = [
            site.tries(each)
            for each in (
                WitnessCame(),
                Scanned(nurse["badge"].encode()),
                PinTyped(nurse["pin"]),
                Scanned(patient["wristband"].encode()),
                Stated(patient["family"], patient["born"]),
            )
        ]
        return shown, site.tries_scan(site.code("u1"))
    finally:
        site.closes()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_second_person_is_shown_the_same_whatever_the_first_person_did(
    two_bags: tuple[Path, Moment], tmp_path: Path, variant: str
) -> None:
    expected, _ = _second_arm(two_bags, tmp_path / "right", _right)
    shown, _ = _second_arm(two_bags, tmp_path / "variant", VARIANTS[variant])
    assert len(shown) == len(expected) == 5
    for before, after in zip(expected, shown, strict=True):
        assert after == before


def test_what_the_first_person_did_shows_only_when_both_arms_have_closed(
    two_bags: tuple[Path, Moment], tmp_path: Path
) -> None:
    """The planted difference: the comparison above can fail, for here it must."""
    _, right = _second_arm(two_bags, tmp_path / "right", _right)
    _, other = _second_arm(two_bags, tmp_path / "other", _other_bag)
    assert right.page != other.page
    assert (str(right.reason), str(other.reason)) == ("None", "ARMS_DISAGREE")


def test_the_same_screen_asks_for_the_second_person_whatever_the_first_person_read(
    two_bags: tuple[Path, Moment], tmp_path: Path
) -> None:
    pages = []
    for name, first in {"right": _right, **VARIANTS}.items():
        folder = tmp_path / name.replace(" ", "-")
        shutil.copytree(two_bags[0], folder)
        site = Demonstration(folder, same_clock(two_bags[1]))
        site.signs_in("nurse_a")
        site.begins("bedside", site.id("c1"))
        first(site)
        pages.append((name, site.answer.page, site.answer.verdict, site.answer.reason, site.answer.message))
        site.closes()
    assert {each[1:] == pages[0][1:] for each in pages} == {True}, pages
