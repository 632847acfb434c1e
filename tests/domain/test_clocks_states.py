"""Clocks say where they stand, never generously, and hold back what they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from coordinator_app.domain.clocks import UNBOUNDED_MS, clock_answer, clocks_lengthened, clocks_that_block
from tests.domain.clock_site import HOUR, MINUTE, NOON, SECOND, THAW_TO_END, Day, profile_with

THAW = profile_with(THAW_TO_END)
WAIT = profile_with(
    'kind = "at_least"\nstarts = "thaw_completed"\nends = "administration_started"\nscope = "bag"\nlimit = "30min"\n'
    'blocks = ["bedside"]'
)
WINDOW = profile_with(
    'kind = "between"\nstarts = "thaw_completed"\nends = "administration_started"\nscope = "bag"\nearliest = "30min"\n'
    'latest = "2h"\nwarn = ["15min"]\nblocks = ["bedside"]'
)
EXPIRY = profile_with(
    'kind = "until"\nstarts = "received"\nends = "administration_started"\nscope = "bag"\ndeadline = "expires_at"\n'
    'warn = ["30min"]\nblocks = ["bedside"]'
)


def test_a_clock_that_nothing_started_waits_and_blocks_nothing() -> None:
    reading = Day().reads_one(THAW, 0)
    assert (reading.state, reading.scope, reading.remaining_ms, reading.blocks) == ("waiting", {}, None, ())
    assert reading.deadline is None
    assert "not started" in reading.why


@pytest.mark.parametrize(
    ("minute", "state", "level"),
    [(0, "running", None), (119, "running", None), (121, "due", 0), (141, "due", 1), (149.9, "due", 1),
     (150, "uncertain", None), (151, "overdue", None)],
)  # fmt: skip
def test_a_running_clock_warns_and_then_is_overdue(minute: float, state: str, level: int | None) -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    reading = day.reads_one(THAW, minute)
    assert (reading.state, reading.warn_level) == (state, level)
    assert reading.deadline == NOON + timedelta(minutes=150)
    assert reading.blocks == (("bedside",) if state in ("overdue", "uncertain") else ())


def test_elapsed_time_is_at_most_a_second_and_two_parts_in_ten_thousand_wide() -> None:
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 0)
    reading = day.reads_one(THAW, 100)
    assert reading.elapsed_lo_ms <= 100 * MINUTE <= reading.elapsed_hi_ms
    assert reading.elapsed_hi_ms - reading.elapsed_lo_ms <= SECOND + 100 * MINUTE * 2 // 10_000
    assert reading.remaining_ms == 150 * MINUTE - reading.elapsed_hi_ms


def test_a_limit_reached_exactly_is_kept_and_a_millisecond_more_is_not() -> None:
    tiny = profile_with(THAW_TO_END.replace("2h 30min", "1s").replace('["30min", "10min"]', "[]"))
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_completed", 0.9998 / 60)
    assert day.reads_one(tiny, 1).state == "met"
    late = Day()
    late.happens("thaw_completed", 0)
    late.happens("administration_completed", 1.2 / 60)
    assert late.reads_one(tiny, 1).state == "missed"


def test_an_infusion_that_ended_too_late_stays_missed_and_blocks() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_completed", 160)
    reading = day.reads_one(THAW, 600)
    assert (reading.state, reading.remaining_ms, reading.blocks) == ("missed", None, ("bedside",))


def test_each_bag_has_its_own_clock() -> None:
    day = Day()
    day.happens("thaw_completed", 0, "1")
    day.happens("thaw_completed", 30, "2")
    day.happens("administration_completed", 40, "1")
    one, two = day.reads(THAW, 50)
    assert (one.scope, one.state) == ({"bag": "1"}, "met")
    assert (two.scope, two.state) == ({"bag": "2"}, "running")


def test_a_minimum_wait_is_early_then_over_and_uses_the_least_time() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    early = day.reads_one(WAIT, 29)
    assert (early.state, early.blocks) == ("early", ("bedside",))
    assert early.remaining_ms == 30 * MINUTE - early.elapsed_lo_ms
    assert early.earliest == NOON + timedelta(minutes=30)
    assert day.reads_one(WAIT, 30).state == "uncertain"
    over = day.reads_one(WAIT, 31)
    assert (over.state, over.blocks, over.remaining_ms) == ("met", (), None)


def test_a_wait_that_was_cut_short_is_missed() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_started", 20)
    assert day.reads_one(WAIT, 90).state == "missed"


@pytest.mark.parametrize(
    ("minute", "state"), [(10, "early"), (30, "uncertain"), (60, "running"), (110, "due"), (121, "overdue")]
)
def test_a_window_opens_runs_and_closes(minute: float, state: str) -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    reading = day.reads_one(WINDOW, minute)
    assert reading.state == state
    assert (reading.earliest, reading.deadline) == (NOON + timedelta(minutes=30), NOON + timedelta(minutes=120))


@pytest.mark.parametrize(("minute", "state"), [(20, "missed"), (60, "met"), (130, "missed")])
def test_a_window_is_kept_only_inside(minute: float, state: str) -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_started", minute)
    assert day.reads_one(WINDOW, 300).state == state


@pytest.mark.parametrize(("minute", "state"), [(60, "running"), (100, "due"), (121, "overdue")])
def test_a_stamped_expiry_ends_the_clock_at_its_instant(minute: float, state: str) -> None:
    day = Day()
    day.happens("received", 0, expires_at="2025-03-28T14:00:00Z")
    reading = day.reads_one(EXPIRY, minute)
    assert (reading.state, reading.deadline) == (state, NOON + timedelta(hours=2))


def test_the_earliest_of_two_stated_expiries_wins() -> None:
    day = Day()
    day.happens("received", 0, expires_at="2025-03-28T18:00:00Z")
    day.happens("accepted", 5, expires_at="2025-03-28T14:30:00+01:00")
    assert day.reads_one(EXPIRY, 10).deadline == datetime(2025, 3, 28, 13, 30, tzinfo=UTC)


def test_another_bags_expiry_does_not_count() -> None:
    day = Day()
    day.happens("received", 0, "1", expires_at="2025-03-28T18:00:00Z")
    day.happens("received", 0, "2", expires_at="2025-03-28T13:00:00Z")
    assert [reading.deadline.hour for reading in day.reads(EXPIRY, 10) if reading.deadline] == [18, 13]


@pytest.mark.parametrize("attributes", [{}, {"expires_at": "tomorrow"}, {"expires_at": "2025-03-28T18:00:00"}])
def test_an_expiry_that_nobody_stated_is_uncertain_and_blocks(attributes: dict[str, str]) -> None:
    day = Day()
    day.happens("received", 0, **attributes)
    reading = day.reads_one(EXPIRY, 10)
    assert (reading.state, reading.blocks, reading.deadline) == ("uncertain", ("bedside",), None)
    assert "record it from the label or certificate" in reading.why


def test_an_expiry_is_uncertain_while_nothing_vouches_for_the_wall_clock() -> None:
    day = Day(anchored_ms=None)
    day.happens("received", 0, expires_at="2025-03-28T18:00:00Z")
    reading = day.reads_one(EXPIRY, 10)
    assert (reading.state, reading.remaining_ms) == ("uncertain", -UNBOUNDED_MS)
    assert "two people reading an independent clock" in reading.why


def test_a_clock_of_the_whole_case_ends_with_the_last_of_its_bags() -> None:
    profile = profile_with(THAW_TO_END.replace('"bag"', '"case"'))
    day = Day()
    for bag, thawed in (("1", 0), ("2", 40)):
        day.happens("thaw_completed", thawed, scope={"case": "c1", "bag": bag})
    day.happens("administration_completed", 60, scope={"case": "c1", "bag": "1"})
    running = day.reads_one(profile, 90)
    assert (running.state, running.scope, running.deadline) == (
        "running",
        {"case": "c1"},
        NOON + timedelta(minutes=150),
    )
    day.happens("administration_completed", 100, scope={"case": "c1", "bag": "2"})
    assert day.reads_one(profile, 110).state == "met"


def test_the_sites_own_shipment_does_not_end_the_donors() -> None:
    profile = profile_with(
        'kind = "at_most"\nstarts = "collection_ended"\nends = "shipment_arrived"\nscope = "case"\nlimit = "48h"'
    )
    day = Day()
    day.happens("collection_ended", 0, scope={"case": "c1", "bag": "A1"})
    day.happens("shipment_arrived", 600, scope={"case": "c1", "shipment": "out"})
    day.happens("shipment_arrived", 60 * 24 * 20, scope={"case": "c1", "shipment": "back"})
    assert day.reads_one(profile, 60 * 24 * 21).state == "met"


def test_two_entries_of_the_end_of_one_bag_count_the_later() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_completed", 100)
    day.happens("administration_completed", 170)
    assert day.reads_one(THAW, 200).state == "missed"


def test_two_entries_of_the_start_count_the_earlier_for_a_deadline_and_the_later_for_a_wait() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("thaw_completed", 20)
    assert day.reads_one(THAW, 30).deadline == NOON + timedelta(minutes=150)
    assert day.reads_one(WAIT, 30).earliest == NOON + timedelta(minutes=50)


def test_a_second_round_begins_its_own_clock_and_an_earlier_failure_still_blocks() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_completed", 170)
    day.happens("thaw_completed", 200)
    reading = day.reads_one(THAW, 210)
    assert (reading.state, reading.blocks) == ("running", ("bedside",))
    day.happens("administration_completed", 220)
    assert day.reads_one(THAW, 230).state == "missed"


def test_part_narrowing_listens_to_its_own_part_only() -> None:
    profile = profile_with(
        'kind = "at_most"\nstarts = "cd8.thaw_completed"\nends = "cd8.administration_completed"\nscope = "bag"\nlimit = "2h"'
    )
    day = Day()
    day.happens("thaw_completed", 0, "1", part="cd4")
    assert day.reads_one(profile, 10).state == "waiting"
    day.happens("thaw_completed", 20, "2", part="cd8")
    assert day.reads_one(profile, 30).scope == {"bag": "2"}


NEXT = profile_with(
    'kind = "at_most"\nstarts = "previous.administration_completed"\nends = "administration_started"\nscope = "bag"\n'
    'limit = "1h"\nblocks = ["thaw"]'
)


def test_the_first_unit_has_no_clock_of_the_one_before() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_started", 10)
    assert day.reads_one(NEXT, 20).state == "waiting"


def test_the_next_units_clock_has_no_name_until_an_event_names_it() -> None:
    day = Day()
    day.happens("administration_started", 10)
    day.happens("administration_completed", 20)
    unnamed = day.reads_one(NEXT, 30)
    assert (unnamed.scope, unnamed.state) == ({}, "running")
    day.happens("retrieved", 35, "2")
    named = day.reads_one(NEXT, 40)
    assert (named.scope, named.deadline) == ({"bag": "2"}, NOON + timedelta(minutes=80))
    day.happens("administration_started", 50, "2")
    assert day.reads_one(NEXT, 60).state == "met"
    day.happens("administration_completed", 90, "2")
    assert [(r.scope, r.state) for r in day.reads(NEXT, 100)] == [({}, "running"), ({"bag": "2"}, "met")]


def test_after_the_last_unit_there_is_no_next() -> None:
    day = Day()
    for number in range(3):
        day.happens("administration_started", number * 20, str(number))
        day.happens("administration_completed", number * 20 + 10, str(number))
    assert [reading.scope for reading in day.reads(NEXT, 100)] == [{"bag": "1"}, {"bag": "2"}]


def test_pauses_that_do_not_count_are_left_out_and_the_deadline_moves() -> None:
    profile = profile_with(THAW_TO_END.replace("2h 30min", "1h") + "\ncounts_pauses = false")
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_paused", 20)
    paused = day.reads_one(profile, 70)
    assert paused.is_paused
    assert "stands still" in paused.why
    assert paused.elapsed_lo_ms <= 20 * MINUTE <= paused.elapsed_hi_ms < 21 * MINUTE
    day.happens("administration_resumed", 80)
    resumed = day.reads_one(profile, 90)
    assert not resumed.is_paused
    assert resumed.elapsed_lo_ms <= 30 * MINUTE <= resumed.elapsed_hi_ms < 31 * MINUTE
    assert resumed.deadline is not None
    assert abs(resumed.deadline - NOON - timedelta(minutes=120)) < timedelta(seconds=2)


def test_a_pause_entered_late_leaves_out_only_what_was_certain() -> None:
    profile = profile_with(THAW_TO_END.replace("2h 30min", "1h") + "\ncounts_pauses = false")
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_paused", 30, happened=10)
    day.happens("administration_resumed", 40, happened=35)
    reading = day.reads_one(profile, 40)
    assert reading.elapsed_lo_ms <= 35 * MINUTE <= reading.elapsed_hi_ms


def test_a_pause_that_nobody_ended_is_not_left_out_once_the_infusion_is_over() -> None:
    profile = profile_with(THAW_TO_END.replace("2h 30min", "1h") + "\ncounts_pauses = false")
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_paused", 20)
    day.happens("administration_completed", 70)
    assert day.reads_one(profile, 80).state == "missed"


def test_contradicting_pause_entries_leave_out_the_shorter_stretch_for_a_deadline() -> None:
    profile = profile_with(THAW_TO_END.replace("2h 30min", "1h") + "\ncounts_pauses = false")
    day = Day()
    day.happens("administration_paused", -20)
    day.happens("administration_resumed", -10)
    day.happens("thaw_completed", 0)
    for minute in (20, 25):
        day.happens("administration_paused", minute)
    for minute in (30, 35):
        day.happens("administration_resumed", minute)
    reading = day.reads_one(profile, 40)
    assert reading.elapsed_lo_ms <= 35 * MINUTE <= reading.elapsed_hi_ms


def test_a_wait_without_pauses_leaves_out_the_longer_stretch() -> None:
    profile = profile_with(
        'kind = "at_least"\nstarts = "thaw_completed"\nscope = "bag"\nlimit = "1h"\ncounts_pauses = false'
    )
    day = Day()
    day.happens("thaw_completed", 0)
    for minute in (20, 25):
        day.happens("administration_paused", minute)
    for minute in (30, 35):
        day.happens("administration_resumed", minute)
    reading = day.reads_one(profile, 40)
    assert reading.elapsed_lo_ms <= 25 * MINUTE <= reading.elapsed_hi_ms


def test_pauses_whose_order_nobody_can_tell_leave_out_nothing_certain() -> None:
    profile = profile_with(THAW_TO_END + "\ncounts_pauses = false")
    day = Day(anchored_ms=None)
    day.happens("thaw_completed", 5)
    day.happens("administration_paused", 20)
    day.happens("administration_resumed", 30)
    for minute in (10, 60):
        day.beats(minute)
    day.booted = 10.0
    day.beats(70)
    reading = day.reads_one(profile, 90)
    assert (reading.state, reading.elapsed_lo_ms, reading.elapsed_hi_ms) == ("uncertain", 0, UNBOUNDED_MS)


def test_a_start_that_names_no_bag_starts_the_clock_of_each_bag_named_later() -> None:
    profile = profile_with(
        'kind = "at_most"\nstarts = "conditioning_started"\nends = "administration_started"\nscope = "bag"\nlimit = "72h"'
    )
    day = Day()
    day.happens("collection_ended", -50, "A1")
    day.happens("conditioning_started", 0, None)
    assert day.reads_one(profile, 10).scope == {}
    day.happens("retrieved", 20, "1")
    day.happens("retrieved", 21, "2")
    assert [reading.scope for reading in day.reads(profile, 30)] == [{"bag": "1"}, {"bag": "2"}]


def test_an_end_before_any_start_ends_nothing() -> None:
    day = Day()
    day.happens("administration_completed", 0)
    day.happens("thaw_completed", 10)
    assert day.reads_one(THAW, 20).state == "running"


def test_an_end_entered_for_the_whole_case_ends_it_at_the_first_entry() -> None:
    profile = profile_with('kind = "at_most"\nstarts = "packed"\nends = "handed_over"\nscope = "case"\nlimit = "1h"')
    day = Day()
    day.happens("packed", 0, scope={"case": "c1"})
    day.happens("handed_over", 30, scope={"case": "c1"})
    day.happens("handed_over", 900, scope={"case": "c1"})
    assert day.reads_one(profile, 1_000).state == "met"


def test_the_next_unit_is_the_only_one_left_or_nobody_knows() -> None:
    day = Day()
    day.happens("accepted", 0, "2")
    day.happens("administration_started", 10, "1")
    day.happens("administration_completed", 20, "1")
    assert day.reads_one(NEXT, 30).scope == {"bag": "2"}
    day.happens("accepted", 1, "3")
    assert day.reads_one(NEXT, 30).scope == {}
    day.happens("thaw_started", 25, "3")
    assert day.reads_one(NEXT, 30).scope == {"bag": "3"}


def test_a_start_whose_wall_clock_an_anchor_disproves_is_shown_at_its_stricter_end() -> None:
    day = Day(anchored_ms=None)
    day.wall_ahead = timedelta(hours=1)
    day.happens("thaw_completed", 0)
    day.wall_ahead, day.anchored_ms = timedelta(), 50
    reading = day.reads_one(THAW, 20)
    assert reading.deadline is not None
    assert NOON + timedelta(minutes=149) < reading.deadline <= NOON + timedelta(minutes=150)
    assert day.reads_one(WAIT, 20).earliest >= NOON + timedelta(minutes=30)
    day.reboots(30)
    rebooted = day.reads_one(THAW, 31)
    assert rebooted.state == "uncertain"
    assert rebooted.deadline is not None
    assert rebooted.deadline <= NOON + timedelta(minutes=181)


def test_blocks_concern_the_bag_whose_limit_has_passed() -> None:
    day = Day()
    day.happens("thaw_completed", 0, "1")
    day.happens("thaw_completed", 100, "2")
    readings = day.reads(THAW, 160)
    assert [reading.scope for reading in clocks_that_block(readings, "bedside", {"bag": "1"})] == [{"bag": "1"}]
    assert clocks_that_block(readings, "bedside", {"bag": "2"}) == ()
    assert clocks_that_block(readings, "thaw", {"bag": "1"}) == ()


def test_a_late_start_counts_from_when_it_happened_for_a_deadline() -> None:
    day = Day()
    day.happens("thaw_completed", 60, happened=10)
    reading = day.reads_one(THAW, 60)
    assert reading.entered_late
    assert reading.elapsed_lo_ms <= 50 * MINUTE <= reading.elapsed_hi_ms
    assert reading.deadline == NOON + timedelta(minutes=160)


def test_a_late_start_counts_from_its_entry_for_a_wait() -> None:
    day = Day()
    day.happens("thaw_completed", 60, happened=10)
    reading = day.reads_one(WAIT, 70)
    assert (reading.state, reading.earliest) == ("early", NOON + timedelta(minutes=90))


def test_a_start_said_to_lie_ahead_counts_from_its_entry() -> None:
    day = Day()
    day.happens("thaw_completed", 10, happened=90)
    assert day.reads_one(THAW, 20).deadline == NOON + timedelta(minutes=160)
    nobody_vouches = Day(anchored_ms=None)
    nobody_vouches.happens("thaw_completed", 10, happened=90)
    assert nobody_vouches.reads_one(THAW, 20).state == "uncertain"


def test_a_late_end_counts_when_it_happened_and_needs_a_second_signature_when_it_saves_the_clock() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    day.happens("administration_completed", 200, happened=140)
    saved = day.reads_one(THAW, 210)
    assert (saved.state, saved.entered_late, saved.needs_second_signature) == ("met", True, True)
    assert "second person" in saved.why
    in_time = Day()
    in_time.happens("thaw_completed", 0)
    in_time.happens("administration_completed", 120, happened=110)
    assert not in_time.reads_one(THAW, 210).needs_second_signature


def test_a_correction_that_lengthens_a_clock_is_named() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    before = day.reads(THAW, 20)
    later = Day()
    later.happens("thaw_completed", 10)
    assert [reading.clock for reading in clocks_lengthened(before, later.reads(THAW, 20))] == ["clock-1"]
    assert clocks_lengthened(later.reads(THAW, 20), before) == ()
    assert [reading.clock for reading in clocks_lengthened(before, Day().reads(THAW, 20))] == ["clock-1"]
    overdue = day.reads(THAW, 200)
    day.happens("administration_completed", 201, happened=100)
    assert [reading.state for reading in clocks_lengthened(overdue, day.reads(THAW, 202))] == ["met"]
    assert clocks_lengthened(Day().reads(THAW, 0), before) == ()
    unstated = [replace(reading, deadline=None) for reading in day.reads(THAW, 202)]
    assert len(clocks_lengthened(day.reads(THAW, 202), unstated)) == 1
    shorter_wait = [replace(reading, earliest=NOON) for reading in day.reads(WAIT, 202)]
    assert len(clocks_lengthened(day.reads(WAIT, 202), shorter_wait)) == 1


def test_the_answer_has_the_keys_of_the_format_and_nothing_else() -> None:
    day = Day()
    day.happens("thaw_completed", 0)
    (row,) = clock_answer(day.reads(THAW, 0))
    assert list(row) == ["clock", "scope", "state", "elapsed_lo_ms", "elapsed_hi_ms", "remaining_ms", "earliest",
                         "deadline", "blocks", "entered_late", "why"]  # fmt: skip
    assert row["deadline"] == "2025-03-28T14:30:00.000000Z"
    assert row["remaining_ms"] == 150 * MINUTE - row["elapsed_hi_ms"]
    assert 2 * HOUR < row["remaining_ms"] <= 150 * MINUTE


def test_what_arrives_at_the_factory_ends_the_way_there_and_begins_and_ends_nothing_of_the_product() -> None:
    to_factory = 'kind = "at_most"\nstarts = "collection_ended"\nends = "received"\nscope = "case"\nlimit = "48h"'
    to_store = 'kind = "at_most"\nstarts = "received"\nends = "stored"\nscope = "bag"\nlimit = "1h"'
    at_door = 'kind = "at_most"\nstarts = "shipment_arrived"\nends = "received"\nscope = "shipment"\nlimit = "1h"'
    profile = profile_with(to_factory, to_store, at_door)
    day = Day()
    day.happens("collection_ended", 0, "1")
    day.happens("received", 60, None)
    day.events[-1] = replace(day.events[-1], at_factory=True)
    states = {each.clock: each.state for each in day.reads(profile, 600)}
    assert states == {"clock-1": "met", "clock-2": "waiting", "clock-3": "waiting"}
    # The product is at the door; that its raw material reached the factory must not end the time it may stand there.
    day.happens("shipment_arrived", 500, scope={"shipment": "S1"})
    day.happens("received", 505, None)
    day.events[-1] = replace(day.events[-1], at_factory=True)
    states = {each.clock: each.state for each in day.reads(profile, 600)}
    assert states["clock-3"] == "overdue"
    assert states["clock-2"] == "waiting"
