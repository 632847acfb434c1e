"""Whether anybody vouches for the wall clock of this machine, and what a set clock does to that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coordinator_app.store.moment import MachineClock
from coordinator_app.store.system_time import system_error_ms

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Machine:
    """The clocks of a machine, moved by hand."""

    def __init__(self) -> None:
        self.at, self.ns = START, 10**12
        self.error: int | None = None
        self.clock = MachineClock(
            "Europe/Paris", wall=lambda: self.at, boot_ns=lambda: self.ns, system_error=lambda: self.error
        )

    def pass_time(self, **passed: float) -> None:
        """Let both clocks run."""
        self.at += timedelta(**passed)
        self.ns += timedelta(**passed) // timedelta(microseconds=1) * 1000


def test_a_wall_clock_that_nobody_vouches_for_is_free() -> None:
    assert Machine().clock.moment().clock == "free"


def test_a_time_service_that_knows_its_error_anchors_it_and_one_that_errs_too_much_does_not() -> None:
    machine = Machine()
    machine.error = 12
    assert machine.clock.moment().clock == "anchored"
    machine.error = 16_000
    assert machine.clock.moment().clock == "free"


def test_the_hub_anchors_a_wall_clock_that_agrees_for_as_long_as_drift_allows() -> None:
    machine = Machine()
    machine.clock.anchor(machine.at + timedelta(milliseconds=300), 100)
    assert machine.clock.moment().clock == "anchored"
    machine.pass_time(hours=1)
    assert machine.clock.moment().clock == "anchored"
    machine.pass_time(hours=3)
    assert machine.clock.moment().clock == "free"


def test_a_wall_clock_that_the_hub_contradicts_is_suspect() -> None:
    machine = Machine()
    machine.clock.anchor(machine.at + timedelta(minutes=5), 100)
    assert machine.clock.moment().clock == "suspect"


def test_a_wall_clock_that_was_set_is_suspect_until_somebody_vouches_for_it() -> None:
    machine = Machine()
    machine.clock.moment()
    machine.at += timedelta(minutes=2)
    assert machine.clock.moment().clock == "suspect"
    machine.pass_time(minutes=10)
    assert machine.clock.moment().clock == "suspect"
    machine.clock.anchor(machine.at, 50)
    assert machine.clock.moment().clock == "anchored"


def test_a_correction_as_slow_as_a_time_service_makes_is_no_step() -> None:
    machine = Machine()
    machine.clock.moment()
    machine.pass_time(hours=2)
    machine.at += timedelta(seconds=3)
    assert machine.clock.moment().clock == "free"


def test_what_the_operating_system_says_is_no_error_or_a_bound() -> None:
    error = system_error_ms()
    assert error is None or error >= 0
