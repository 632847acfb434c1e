"""A workstation that is never restarted must go on recording: nanoseconds since boot outgrow what an event may hold."""

from __future__ import annotations

from datetime import UTC, datetime

from coordinator_app.domain.seal import MAX_INTEGER
from coordinator_app.store.boot_clock import STRETCH_NS, stretch_of
from coordinator_app.store.moment import MachineClock


def test_a_machine_left_on_for_a_year_still_gives_instants_that_an_event_can_hold() -> None:
    year_ns = 366 * 24 * 3600 * 10**9
    clock = MachineClock("UTC", wall=lambda: datetime(2026, 11, 23, tzinfo=UTC), boot_ns=lambda: year_ns)
    assert year_ns > MAX_INTEGER
    assert 0 <= clock.moment().boot_ns < MAX_INTEGER


def test_each_stretch_counts_as_a_boot_of_its_own_and_the_first_keeps_its_name() -> None:
    assert stretch_of("a" * 32, STRETCH_NS - 1) == ("a" * 32, STRETCH_NS - 1)
    later, since = stretch_of("a" * 32, STRETCH_NS)
    assert since == 0
    assert later != "a" * 32
    assert later == stretch_of("a" * 32, 2 * STRETCH_NS - 1)[0]
