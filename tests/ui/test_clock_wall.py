"""The clock wall: the most urgent always in place, every other in its turn, and nothing that presses left unsaid."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from windows import Ward, words_in

from coordinator_app.domain.screens import ClockShown, ExchangeShown, Tone, WallPage
from coordinator_app.ui import sample_pages as s
from coordinator_app.ui import theme
from coordinator_app.ui.parts.clock_views import Figures
from coordinator_app.ui.screens.wall import WallScreen
from coordinator_app.ui.screens.wall_places import PAGE_NS, PLACES, STEADY, places_at
from coordinator_app.ui.screens.wall_tile import WallTile

PAGE_S = PAGE_NS / 1e9


@pytest.fixture(scope="module", autouse=True)
def _look(qapp: QApplication) -> None:
    theme.apply(qapp)


@pytest.fixture
def ward() -> Iterator[Ward]:
    ward = Ward()
    ward.window.resize(1280, 720)
    ward.window.show()
    yield ward
    ward.window.show_answer(s.answer(s.today(), replace(s.frame("today"), running=())))
    ward.leave()


def clocks(overdue: int, due: int, running: int, unknown: int = 0) -> tuple[ClockShown, ...]:
    """Return clocks in the order of their urgency, each of a case of its own."""
    tones = [Tone.OVERDUE] * overdue + [Tone.UNKNOWN] * unknown + [Tone.DUE] * due + [Tone.IN_TIME] * running
    return tuple(
        s.clock(f"HERON {at} · bag 1 · bed {at}", tone, -5.0 if tone is Tone.OVERDUE else 20.0 + at)
        for at, tone in enumerate(tones)
    )


def wall(ward: Ward, shown: tuple[ClockShown, ...], exchange: ExchangeShown | None = None) -> WallScreen:
    frame = s.frame("clocks") if exchange is None else s.frame("clocks", exchange=exchange)
    ward.window.show_answer(s.answer(WallPage(shown), replace(frame, running=shown)))
    screen = ward.window.screen_shown
    assert isinstance(screen, WallScreen)
    return screen


def wall_in_mid_page(ward: Ward, shown: tuple[ClockShown, ...]) -> WallScreen:
    """Show the wall at a moment at which no place is turning."""
    screen = wall(ward, shown)
    turn(ward, 4)
    return screen


def turn(ward: Ward, seconds: float) -> None:
    """Let time pass in steps of a repaint."""
    for _ in range(round(seconds * 4)):
        ward.clocks.pass_seconds(0.25)
        ward.window.tick()


@pytest.mark.parametrize("count", [0, 1, 9, 10, 15, 16, 200])
def test_over_one_round_every_clock_has_stood_on_the_wall(count: int) -> None:
    pages = places_at(count, 0).pages
    rounds = [places_at(count, page * PAGE_NS) for page in range(pages)]
    assert {each for places in rounds for each in places.shown} == set(range(count))
    assert [places.page for places in rounds] == list(range(1, pages + 1))
    assert all(len(places.shown) <= PLACES for places in rounds)
    if count > PLACES:
        assert all(places.shown[:STEADY] == tuple(range(STEADY)) for places in rounds)
        assert all(len(set(places.shown)) == len(places.shown) for places in rounds)
    assert places_at(count, pages * PAGE_NS) == rounds[0]


def test_up_to_nine_clocks_all_have_a_place_and_nothing_turns(ward: Ward) -> None:
    shown = clocks(1, 2, 6)
    screen = wall(ward, shown)
    assert screen.clocks_shown == shown
    turn(ward, PAGE_S * 2)
    assert screen.clocks_shown == shown
    assert screen.told_of_the_rest == ""


def test_the_most_urgent_stay_in_place_while_the_others_take_turns_by_themselves(ward: Ward) -> None:
    shown = clocks(2, 3, 15)
    screen = wall_in_mid_page(ward, shown)
    seen: set[str] = set()
    pages = set()
    for _ in range(3):
        names = [each.wall_name for each in screen.clocks_shown]
        assert names[:STEADY] == [each.wall_name for each in shown[:STEADY]]
        seen |= set(names)
        pages.add(screen.told_of_the_rest.split(" · ")[0])
        turn(ward, PAGE_S)
    assert seen == {each.wall_name for each in shown}
    assert pages == {"Page 1 of 3", "Page 2 of 3", "Page 3 of 3"}
    assert ward.done == []


def test_a_place_that_the_last_page_does_not_need_is_empty_and_no_clock_stands_there_twice(ward: Ward) -> None:
    shown = clocks(0, 0, PLACES + 1)
    screen = wall_in_mid_page(ward, shown)
    counts = set()
    for _ in range(2):
        tiles = [each for each in screen.findChildren(WallTile) if each.isVisibleTo(screen)]
        assert sorted(each.clock.wall_name for each in tiles) == sorted(each.wall_name for each in screen.clocks_shown)
        counts.add(len(tiles))
        turn(ward, PAGE_S)
    assert counts == {PLACES, STEADY + 1}


def test_what_is_overdue_or_due_on_a_page_that_is_not_shown_is_told_by_number(ward: Ward) -> None:
    screen = wall_in_mid_page(ward, clocks(5, 7, 9, unknown=1))
    told = set()
    for _ in range(4):
        told.add(screen.told_of_the_rest.partition("below")[2].strip(" ·"))
        turn(ward, PAGE_S)
    # In place: three overdue. Pages: two overdue, the uncertain one and three due; four due and two; six; one.
    assert told == {
        "Not shown now: 4 due",
        "Not shown now: 2 overdue, 3 due, 1 not known",
        "Not shown now: 2 overdue, 7 due, 1 not known",
    }


def test_a_clock_that_runs_out_on_a_page_that_is_not_shown_is_told_within_a_second(ward: Ward) -> None:
    calm = clocks(0, 0, 19)
    shown = (*calm, replace(calm[-1], wall_name="SWIFT · bag 1", remaining_ms=1500))
    screen = wall(ward, shown)
    hidden = next(page for page in range(4) if 19 not in places_at(20, page * PAGE_NS).shown)
    while places_at(20, ward.clocks.ns).page != hidden + 1:
        turn(ward, 1)
    shown = (*calm, replace(shown[-1], read_at_ns=ward.clocks.ns))
    wall(ward, shown)
    assert "overdue" not in screen.told_of_the_rest
    turn(ward, 2.5)
    assert screen.told_of_the_rest.endswith("Not shown now: 1 overdue")


def test_every_tile_says_the_time_left_the_instant_and_what_ends_it_and_cuts_nothing(ward: Ward) -> None:
    for count in (1, 2, 4, 6, 9, 14):
        screen = wall(ward, clocks(1, 1, count - 2) if count > 1 else clocks(0, 0, 1))
        QApplication.processEvents()
        for tile in screen.findChildren(WallTile):
            if not tile.isVisible():
                continue
            told = " ".join(words_in(tile)).replace("\u00a0", " ")
            assert "CET" in told, count
            said = (
                "End of the infusion was due by" if count > 6 and "Overdue" in told else "ends with end of the infusion"
            )
            assert said in told, count
            parts = [part for part in tile.children() if hasattr(part, "text") and part.isVisible()]
            assert len(parts) == 4
            for part in parts:
                assert tile.rect().contains(part.geometry()), (count, part.text())
                others = [each for each in parts if each is not part]
                assert not any(part.geometry().intersects(each.geometry()) for each in others), (count, part.text())


@pytest.mark.parametrize("count", [1, 2, 4, 6, 9, 14])
def test_an_uncertain_clock_says_what_settles_it_in_the_room_there_is(ward: Ward, count: int) -> None:
    why = (
        "Infusion must be complete: it cannot be told whether the limit has passed, within 2 h 30 min of the end of thaw "
        "(section 2.2). A contact with the hub, or two people reading an independent clock, settles it."
    )
    uncertain = replace(
        clocks(0, 0, 0, 1)[0], title="Infusion must be complete", why=why, state="uncertain", deadline=s.HERON.deadline
    )
    screen = wall(ward, (uncertain,) * count)
    QApplication.processEvents()
    tile = next(each for each in screen.findChildren(WallTile) if each.isVisible())
    told = " ".join(words_in(tile)).replace("\u00a0", " ")
    assert "two people read another clock" in told
    assert "Infusion must be complete by 14:31 CET" in told
    figures = tile.findChild(Figures)
    assert figures is not None
    assert figures.height() >= 40
    assert all(tile.rect().contains(part.geometry()) for part in tile.children() if hasattr(part, "geometry"))


def test_the_figures_of_an_overdue_clock_are_as_large_as_those_of_any_other(ward: Ward) -> None:
    screen = wall(ward, clocks(2, 2, 12))
    QApplication.processEvents()
    tiles = [each for each in screen.findChildren(WallTile) if each.isVisible()]
    heights = {figures.height() for tile in tiles if (figures := tile.findChild(Figures)) is not None}
    assert len(tiles) == PLACES
    assert max(heights) - min(heights) <= 2


def test_figures_grow_with_the_monitor(ward: Ward) -> None:
    def height() -> int:
        screen = wall(ward, clocks(0, 0, 12))
        QApplication.processEvents()
        tile = next(each for each in screen.findChildren(WallTile) if each.isVisible())
        figures = tile.findChild(Figures)
        assert isinstance(figures, Figures)
        return figures.height()

    small = height()
    ward.window.resize(1920, 1080)
    assert height() >= 72 > 0
    assert height() >= small * 1.3


def test_when_the_hub_is_away_the_wall_says_since_when_and_whom_to_ring(ward: Ward) -> None:
    screen = wall(ward, clocks(0, 0, 2), ExchangeShown("offline", s.NOW - timedelta(hours=3)))
    told = " ".join(words_in(screen)).replace("\u00a0", " ")
    assert "Hub away: Offline since 11:02 · ask by telephone: Pharmacy 4411" in told
    assert wall(ward, clocks(0, 0, 2), ExchangeShown("sent", s.NOW)) is screen
    assert "Hub away" not in " ".join(words_in(screen))


def test_fresh_readings_reach_the_clocks_that_are_on_the_wall(ward: Ward) -> None:
    shown = clocks(0, 0, 20)
    screen = wall(ward, shown)
    turn(ward, PAGE_S)
    fresh = tuple(replace(each, remaining_ms=61_000, read_at_ns=ward.clocks.ns) for each in shown)
    assert wall(ward, fresh) is screen
    figures = [each.text() for each in screen.findChildren(Figures)]
    assert figures.count("01:01") == PLACES


def test_with_two_monitors_the_wall_fills_the_one_that_nobody_works_at(tmp_path: Path) -> None:
    sizes = {"cart": (0, 1280, 720), "corridor": (1280, 1920, 1080)}
    screens = [
        {"name": name, "x": x, "y": 0, "width": wide, "height": high, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, (x, wide, high) in sizes.items()
    ]
    (tmp_path / "screens.json").write_text(json.dumps({"screens": screens}))
    platform = {"QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screens.json'}"}
    run = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("two_monitors.py"))], capture_output=True, text=True,
        env={**os.environ, **platform}, check=True, timeout=120,
    )  # fmt: skip
    corridor = ["corridor", 1920, 1080, True]
    assert json.loads(run.stdout) == {"main": "cart", "wall": [corridor, "away", corridor]}
