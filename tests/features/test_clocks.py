"""Steps of `clocks.feature`."""

from __future__ import annotations

from datetime import datetime

import pytest
from demonstration_by_hand import Demonstration
from pytest_bdd import given, parsers, scenarios, then, when

from coordinator_app.domain.screens import GuidedPage, Verdict

scenarios("clocks.feature")


@pytest.fixture
def deadlines() -> list[datetime]:
    """Deadlines as they stood before something happened."""
    return []


def _deadline(site: Demonstration) -> datetime:
    found = next(each for each in site.readings("c1") if each.clock == "thaw-to-end").deadline
    assert found is not None
    return found


@given("the first bag of Ms Hargreaves is thawed at her bedside")
def _thawed(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")


@given("an infusion of Ms Hargreaves is running")
def _running(site: Demonstration, deadlines: list[datetime]) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.starts_infusion("c1", "u1")
    deadlines.append(_deadline(site))


@when(parsers.parse("{minutes:d} minutes pass"))
def _time_passes(site: Demonstration, minutes: int) -> None:
    site.waits(minutes=minutes)


@when("two nurses try the bedside check")
def _try(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u1"))


@when("the physician and the pharmacist take it upon themselves")
def _exception(site: Demonstration) -> None:
    site.authorises_exception()


@when("two nurses do the bedside check")
def _do(site: Demonstration) -> None:
    site.bedside_check("c1", "u1")
    site.goes_on()


@when(parsers.parse("nurse_a presses {action}"))
def _press(site: Demonstration, action: str) -> None:
    assert site.tries_press(action).verdict is Verdict.ACCEPTED


@when("the machine is started again")
def _restart(site: Demonstration) -> None:
    site.restarts(reboot=True)


@when("somebody tries to thaw her second bag")
def _thaw_second(site: Demonstration) -> None:
    site.presses("park")
    site.retrieves("c1", "u2")
    site.begins("thaw", site.id("c1"))
    site.tries_scan(site.code("u2"))


@then(parsers.parse("the program refuses with {reason}"))
def _refused(site: Demonstration, reason: str) -> None:
    assert (site.answer.verdict, str(site.answer.reason)) == (Verdict.REFUSED, reason)
    assert site.last_refusal().reason == reason


@then("no infusion has begun")
def _nothing_begun(site: Demonstration) -> None:
    assert not site.unit(site.id("c1"), 1).has("AdministrationStarted")


@then("the infusion can begin once")
def _once(site: Demonstration) -> None:
    site.presses("start_infusion")
    assert site.unit(site.id("c1"), 1).running
    exception = site.events("ExceptionAuthorised")[-1]
    assert exception.id in site.case(site.id("c1")).used_events


@then("a deviation is open")
def _deviation(site: Demonstration) -> None:
    assert [each for each in site.case(site.id("c1")).deviations.values() if not each.closed]


@then(parsers.parse("the record says {event}"))
def _recorded(site: Demonstration, event: str) -> None:
    assert site.unit(site.id("c1"), 1).has(event)


@then(parsers.parse("the clock {clock} stands at {state}"))
def _clock_stands(site: Demonstration, clock: str, state: str) -> None:
    reading = next(each for each in site.readings("c1") if each.clock == clock and each.scope == {"bag": "1"})
    assert str(reading.state) == state


@then("the deadline is what it was, and not a second later")
def _same_deadline(site: Demonstration, deadlines: list[datetime]) -> None:
    now = _deadline(site)
    assert now <= deadlines[0]
    assert (deadlines[0] - now).total_seconds() < 10


@then("nobody was asked for a PIN first")
def _no_pin(site: Demonstration) -> None:
    assert site.answer.events[0] == "AdministrationStopped"
    assert "PersonSignedIn" not in site.answer.events


@then("reason, residual volume and physician are asked afterwards")
def _asked_afterwards(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert [field.id for field in page.fields] == ["reason", "residual_ml", "physician"]
