"""A profile's clocks on an example day, as the two people who approve it see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coordinator_app.domain.dry_run import DryRunLine, dry_run
from coordinator_app.domain.profile import Profile, read_profile
from coordinator_app.resource_files import resource_path

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 27)
EXAMPLES = sorted(path.stem for path in resource_path("profiles").glob("*.toml"))


def profile(name: str) -> Profile:
    """Return one of the worked examples."""
    found = read_profile((resource_path("profiles") / f"{name}.toml").read_text(encoding="utf-8"))
    assert isinstance(found, Profile)
    return found


def line(name: str, clock: str, **scope: str) -> DryRunLine:
    """Return one clock of an example on the day before the clocks of Berlin go forward."""
    lines = dry_run(profile(name), DAY, "Europe/Berlin")
    return next(each for each in lines if each.clock == clock and all(each.scope.get(k) == v for k, v in scope.items()))


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_clock_of_every_example_starts_on_the_day_and_says_what_ends_it(name: str) -> None:
    rules = profile(name).clocks
    lines = dry_run(profile(name), DAY, "Europe/Berlin")
    assert {each.clock for each in lines} == {rule.name for rule in rules}
    for each in lines:
        assert each.started_at is not None, each.clock
        assert each.earliest or each.deadline, each.clock
        assert each.ends, each.clock


def test_the_end_of_thaw_plus_two_and_a_half_hours() -> None:
    found = line("auto-cart-cryo", "thaw-to-end")
    assert found.started_at is not None
    assert found.deadline == found.started_at + timedelta(hours=2, minutes=30)
    assert found.earliest is None


def test_calendar_days_are_local_midnights_across_the_change_of_the_clocks() -> None:
    found = line("auto-cart-cryo", "conditioning-window")
    # Conditioning starts on Friday the 27th; the clocks go forward on Sunday the 29th.
    assert found.earliest == datetime(2026, 4, 1, tzinfo=BERLIN).astimezone(UTC)
    assert found.deadline == datetime(2026, 4, 4, tzinfo=BERLIN).astimezone(UTC)


def test_a_stamped_instant_is_the_earliest_that_anything_states_and_is_marked_as_stamped() -> None:
    found = line("fresh-stamped", "stamped-expiry")
    assert found.is_stamped
    assert found.started_at is not None
    assert found.deadline is not None
    assert found.deadline > found.started_at


def test_a_clock_about_the_unit_before_starts_with_that_one() -> None:
    found = line("cord-two-fractions", "second-begins", fraction="2")
    first = line("cord-two-fractions", "cultured-thaw-to-end")
    assert found.started_at == first.ended_at
    assert found.started_at is not None
    assert found.deadline == found.started_at + timedelta(hours=1)


def test_the_day_is_the_sites_own() -> None:
    here, there = (dry_run(profile("auto-cart-cryo"), DAY, zone)[0] for zone in ("Europe/Berlin", "America/New_York"))
    assert here.started_at is not None
    assert there.started_at is not None
    assert there.started_at - here.started_at == timedelta(hours=5)
