"""Clocks stay right, or say that they are uncertain, whatever happens to the workstation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from coordinator_app.domain.calendar_days import midnight_after
from coordinator_app.domain.clocks import UNBOUNDED_MS, ClockHistory, ClockSample, history_at, read_clocks
from tests.domain.clock_site import HOUR, MINUTE, NOON, THAW_TO_END, Day, profile_with
from tests.domain.clock_truth import ZONES, changes, nth_midnight

THAW = profile_with(THAW_TO_END)
WAIT = profile_with(
    'kind = "at_least"\nstarts = "thaw_completed"\nscope = "bag"\nlimit = "30min"\nblocks = ["bedside"]'
)


def test_sleep_counts_because_the_boot_clock_does() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    day.beats(1)
    assert day.reads_one(THAW, 160).state == "overdue"


def test_a_wall_clock_set_back_an_hour_moves_nothing() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    day.beats(30)
    day.wall_ahead = timedelta(hours=-1)
    reading = day.reads_one(THAW, 60)
    assert reading.elapsed_lo_ms <= HOUR <= reading.elapsed_hi_ms < HOUR + 1_000
    assert reading.deadline == NOON + timedelta(minutes=150)


@pytest.mark.parametrize(("ahead", "added"), [(90.0, 90_000), (1.9, 900)])
def test_a_wall_clock_that_gains_more_than_two_seconds_raises_the_most(ahead: float, added: int) -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    day.beats(30)
    day.wall_ahead = timedelta(seconds=ahead)
    reading = day.reads_one(THAW, 60)
    plain = HOUR + HOUR // 9_999 + 1
    assert reading.elapsed_lo_ms <= HOUR
    assert plain + added - 2 <= reading.elapsed_hi_ms <= plain + added + 2


def test_many_small_gains_add_up() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    for beat in range(1, 11):
        day.wall_ahead = timedelta(seconds=1.5 * beat)
        day.beats(beat)
    assert day.reads_one(THAW, 11).elapsed_hi_ms > 11 * MINUTE + 15_000


def test_anchors_on_both_sides_settle_what_the_wall_clock_gained() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.anchored_ms = None
    day.wall_ahead = timedelta(minutes=20)
    day.beats(30)
    raised = day.reads_one(THAW, 31)
    assert raised.elapsed_hi_ms > 50 * MINUTE
    day.wall_ahead = timedelta()
    day.anchored_ms = 50
    assert day.reads_one(THAW, 40).elapsed_hi_ms < 40 * MINUTE + 1_000


def test_a_pause_that_moved_neither_clock_comes_to_light_with_the_next_anchor() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.beats(10)
    day.booted += 100  # the machine stood still for 100 minutes
    day.wall_ahead = timedelta(minutes=-100)
    day.anchored_ms = None
    assert day.reads_one(THAW, 115).state == "running"
    day.wall_ahead = timedelta()
    day.anchored_ms = 50
    reading = day.reads_one(THAW, 120)
    assert reading.elapsed_lo_ms > 119 * MINUTE
    assert reading.state == "due"


def test_after_a_reboot_only_heartbeat_and_uptime_are_certain() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    day.beats(40)
    day.reboots(50)
    reading = day.reads_one(THAW, 70)
    assert (reading.state, reading.elapsed_hi_ms, reading.blocks) == ("uncertain", UNBOUNDED_MS, ("bedside",))
    assert reading.elapsed_lo_ms == pytest.approx(60 * MINUTE, abs=1_000)
    assert "hub" in reading.why
    assert day.reads_one(WAIT, 70).state == "met"
    assert day.reads_one(THAW, 250).state == "overdue"


def test_after_a_reboot_anchors_on_both_sides_make_it_certain() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.reboots(50)
    reading = day.reads_one(THAW, 70)
    assert reading.state == "running"
    assert reading.elapsed_lo_ms <= 70 * MINUTE <= reading.elapsed_hi_ms <= 70 * MINUTE + 200


def test_a_dead_battery_makes_a_clock_uncertain_and_never_green() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.reboots(20)
    day.anchored_ms = None
    day.wall_ahead = timedelta(days=-2_200)
    assert day.reads_one(THAW, 30).state == "uncertain"


def test_two_people_reading_a_clock_settle_it() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.reboots(20)
    day.anchored_ms = None
    day.wall_ahead = timedelta(days=-2_200)
    assert day.reads_one(THAW, 30).state == "uncertain"
    day.anchored_ms, day.wall_ahead = 60_000, timedelta()
    day.beats(31)
    day.anchored_ms = None
    settled = day.reads_one(THAW, 32)
    assert settled.state == "running"
    assert settled.elapsed_hi_ms < 34 * MINUTE


def test_a_restored_machine_is_uncertain_until_an_anchor() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 5)
    for minute in (10, 60):
        day.beats(minute)
    day.booted = 10.0  # at minute 70 its boot clock says what it said at minute 0
    day.beats(70)
    reading = day.reads_one(THAW, 90)
    assert (reading.state, reading.elapsed_hi_ms) == ("uncertain", UNBOUNDED_MS)
    assert reading.elapsed_lo_ms <= 85 * MINUTE


def test_an_event_from_ahead_of_the_boot_clock_tells_of_a_restored_machine() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 60)
    assert day.reads_one(THAW, 10).state == "uncertain"
    assert Day.reads_one(day, THAW, 59.99).state == "running"


def test_events_of_another_workstation_are_compared_by_anchors_only() -> None:
    day = Day()
    day.happens("thaw_completed", 0, device="laboratory")
    assert day.reads(THAW, 30, device="ward")[0].state == "running"
    unanchored = Day(anchored_ms=None)
    unanchored.happens("thaw_completed", 0, device="laboratory")
    assert unanchored.reads(THAW, 30, device="ward")[0].state == "uncertain"


def test_an_anchor_that_the_boot_clock_disproves_is_not_believed() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.wall_ahead = timedelta(minutes=-90)
    reading = day.reads_one(THAW, 120)
    assert reading.elapsed_hi_ms >= 120 * MINUTE


def test_the_order_in_which_events_arrive_changes_nothing() -> None:
    day = Day()
    for minute, name in enumerate(("retrieved", "thaw_started", "thaw_completed", "administration_started")):
        day.happens(name, minute * 5)
    day.reboots(60)
    day.happens("administration_completed", 100)
    straight = day.reads(THAW, 120)
    day.events.reverse()
    assert day.reads(THAW, 120) == straight


def test_boots_without_heartbeats_stand_where_the_journal_has_them() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    day.reboots(20, "b")
    day.happens("administration_started", 30)
    day.reboots(40, "c")
    day.happens("administration_paused", 41)
    reading = day.reads_one(WAIT, 75)
    assert reading.elapsed_lo_ms == pytest.approx((10 + 35) * MINUTE, abs=1_000)


def test_the_history_can_be_read_as_it_stood_at_an_instant() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_completed", 100)
    day.beats(120)
    history, now = history_at(day.history(), NOON + timedelta(minutes=60))
    (then,) = read_clocks(THAW, history, now)
    assert (then.state, then.elapsed_lo_ms <= HOUR <= then.elapsed_hi_ms) == ("running", True)
    history, now = history_at(day.history(), NOON + timedelta(minutes=200))
    assert now.boot_ns == 260 * 60 * 10**9
    assert now.anchored_ms == 50 + 480
    unanchored = replace(day.history(), samples=(ClockSample(NOON, "a", 0),))
    assert history_at(unanchored, NOON + timedelta(minutes=1))[1].anchored_ms is None
    with pytest.raises(ValueError, match="no sample"):
        history_at(ClockHistory("UTC"), NOON)


DAYS = profile_with(
    'kind = "between"\nstarts = "thaw_completed"\nends = "administration_started"\nscope = "bag"\n'
    'earliest = "2 calendar days"\nlatest = "4 calendar days"'
)


def test_calendar_days_are_local_midnights_through_the_change_of_the_clocks() -> None:
    day = Day()  # noon UTC on 28 March 2025 in Berlin; the clocks go forward on the 30th
    day.happens("thaw_completed", 0)
    reading = day.reads_one(DAYS, 10)
    assert reading.earliest == datetime(2025, 3, 29, 23, 0, tzinfo=UTC)
    assert reading.deadline == datetime(2025, 3, 31, 22, 0, tzinfo=UTC)
    assert reading.state == "early"
    assert day.reads_one(DAYS, 35 * 60 + 1).state == "running"
    assert day.reads_one(DAYS, 82 * 60 + 1).state == "overdue"


def test_calendar_days_that_no_anchor_tells_are_certain_only_beyond_doubt() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    assert day.reads_one(DAYS, 10).state == "early"
    assert day.reads_one(DAYS, 40 * 60).state == "uncertain"
    assert day.reads_one(DAYS, 60 * 60).state == "running"
    assert day.reads_one(DAYS, 120 * 60).state == "overdue"


def test_every_midnight_beside_a_change_of_the_clocks_is_found_in_every_zone() -> None:
    compared = 0
    for zone in ZONES:
        for day in changes(zone):
            noon = (day * 86_400 - 43_200) * 1_000_000_000
            found = midnight_after(NOON.fromtimestamp(noon // 1_000_000_000, UTC), 1, ZoneInfo(zone))
            assert found.timestamp() * 1_000_000_000 == nth_midnight(noon, 1, zone), (zone, found)
            compared += 1
    assert compared > 1_000


@pytest.mark.parametrize(
    ("zone", "start", "count", "expected"),
    [
        ("Africa/Cairo", "2024-04-25T12:00:00+00:00", 1, "2024-04-25T22:00:00+00:00"),  # midnight is skipped
        ("America/Havana", "2024-11-02T12:00:00+00:00", 1, "2024-11-03T04:00:00+00:00"),  # midnight comes twice
        ("Asia/Beirut", "2025-03-29T12:00:00+00:00", 1, "2025-03-29T22:00:00+00:00"),
        ("Europe/Berlin", "2025-10-25T22:30:00+00:00", 1, "2025-10-26T23:00:00+00:00"),
    ],
)
def test_the_first_moment_of_a_day_is_found_even_where_midnight_is_skipped(
    zone: str, start: str, count: int, expected: str
) -> None:
    found = midnight_after(datetime.fromisoformat(start), count, ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected)


def test_a_hundred_heartbeats_and_many_clocks_are_read_quickly() -> None:
    day = Day()
    for bag in range(200):
        day.happens("thaw_completed", bag / 10, str(bag))
    for beat in range(100):
        day.beats(20 + beat / 2)
    began = datetime.now(UTC)
    readings = read_clocks(THAW, day.history(), ClockSample(*_at(day, 90)))
    assert len(readings) == 200
    assert (datetime.now(UTC) - began).total_seconds() < 5


def _at(day: Day, minute: float) -> tuple[datetime, str, int, int | None]:
    at, boot_ns = day._clocks(minute)
    return at, day.boot, boot_ns, day.anchored_ms
