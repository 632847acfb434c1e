"""Steps of `order_and_time.feature`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from any_trial import AnyTrial
from demonstration_by_hand import Demonstration
from pytest_bdd import given, parsers, scenarios, then, when
from site_by_hand import Site, asks_for_somebody

from coordinator_app.domain import events as e
from coordinator_app.domain.screens import GuidedPage, Verdict
from coordinator_app.procedures.clockwork import readings_of

scenarios("order_and_time.feature")

GAP_FILE = "2026-09-03 08:00 -178.2\n2026-09-03 08:10 -177.9\n2026-09-03 08:20 -176.5\n2026-09-03 09:00 -171.0\n"
"""A reading every ten minutes, and forty minutes without one."""


@pytest.fixture
def trial_of(tmp_path: Path) -> Iterator[Callable[[str], AnyTrial]]:
    """Found a site for a profile; closed at the end."""
    made: list[AnyTrial] = []

    def found(profile: str) -> AnyTrial:
        made.append(AnyTrial.of(tmp_path / "trial", secrets.randbits(32), profile))
        return made[-1]

    yield found
    for each in made:
        each.closes()


def no(site: Site, reason: str) -> None:
    """Assert that the last input was refused for this reason."""
    assert (site.answer.verdict, str(site.answer.reason)) == (Verdict.REFUSED, reason), site.answer


def given_so_far(site: Site) -> int:
    return len(site.events("AdministrationStarted"))


# Order of components and fractions --------------------------------------------------------------------------------


@given("both syringes of the two components are prepared", target_fixture="trial")
def _syringes(trial_of: Callable[[str], AnyTrial]) -> AnyTrial:
    site = trial_of("auto-cart-two")
    site.enrols_for("c1", {"coi": site.draw.coi(), "certificate": "RC-12345678"})
    site.does_step("collect", "c1")
    site.sends("c1", [{"number": 1, "kind": "vial", "name": "cd8"}, {"number": 2, "kind": "vial", "name": "cd4"}])
    for step in ("receive", "review-logger", "accept", "store", "release"):
        site.does_step(step, "c1", "c1u1", "c1u2")
    site.states("c1", "conditioning_started")
    site.waits(days=5)
    for unit in ("c1u1", "c1u2"):
        for step in ("retrieve", "thaw", "prepare"):
            site.does_step(step, "c1", unit, volume_ml="4.5")
    return site


@when("two nurses scan the syringe of the second component first")
def _second_first(trial: AnyTrial) -> None:
    trial.goes_as_far_as("scan.unit", "bedside", "c1")
    trial.tries_scan(trial.label_of("c1", trial.doses("c1")[1]))


@then(parsers.parse("it is refused with {reason}"))
def _refused(request: pytest.FixtureRequest, reason: str) -> None:
    no(_site(request), reason)


def _site(request: pytest.FixtureRequest) -> Site:
    """Return the site the scenario plays on: the one founded for it, or the demonstration."""
    found = "trial" if "trial" in request.fixturenames or _has(request, "trial") else "site"
    site = request.getfixturevalue(found)
    assert isinstance(site, Site)
    return site


def _has(request: pytest.FixtureRequest, name: str) -> bool:
    try:
        request.getfixturevalue(name)
    except pytest.FixtureLookupError:
        return False
    return True


@then("nothing was given")
def _nothing_given(request: pytest.FixtureRequest) -> None:
    assert given_so_far(_site(request)) == 0


@given("the first fraction of cord blood is given and the second is at the bedside", target_fixture="trial")
def _fractions(trial_of: Callable[[str], AnyTrial]) -> AnyTrial:
    site = trial_of("cord-two-fractions")
    site.enrols_for("c1", {"coi": site.draw.coi(), "donation": site.draw.donation()})
    units = [
        {"number": 1, "kind": "fraction", "name": "cultured"},
        {"number": 2, "kind": "fraction", "name": "non-cultured"},
    ]
    site.sends("c1", units)
    for step in ("receive", "review-logger", "accept", "store"):
        site.does_step(step, "c1", "c1u1", "c1u2")
    site.states("c1", "backup.exists")
    site.does_step("release", "c1")
    for unit in ("c1u1", "c1u2"):
        for step in ("retrieve", "thaw", "prepare", "transport", *(("bedside",) if unit == "c1u1" else ())):
            site.does_step(step, "c1", unit)
    return site


@when(parsers.parse("{minutes:d} minutes have passed"))
def _minutes(trial: AnyTrial, minutes: int) -> None:
    trial.waits(minutes=minutes)


@then(parsers.parse("the second fraction is refused with {reason}"))
def _fraction_refused(trial: AnyTrial, reason: str) -> None:
    trial.goes_as_far_as("scan.unit", "bedside", "c1")
    trial.tries_scan(trial.code("c1u2"))
    no(trial, reason)
    assert not trial.unit(trial.id("c1"), 2).has("AdministrationStarted")


# The night in which the clocks go back ----------------------------------------------------------------------------


@given("donor cells are thawed at 02:50 in the night in which the clocks go back", target_fixture="trial")
def _autumn(trial_of: Callable[[str], AnyTrial]) -> AnyTrial:
    site = trial_of("donor-dli")
    donor = {"coi": site.draw.coi(), "donation": site.draw.donation(), "donor": "D-1234-5678"}
    site.enrols_for("c1", donor, donor=True)
    site.does_step("collect", "c1")
    site.states("c1", "consent.current")
    site.sends("c1", [{"number": 1, "kind": "bag", "name": "dose"}])
    for step in ("receive", "review-logger", "accept", "store", "release", "retrieve"):
        site.does_step(step, "c1", "c1u1")
    zone = ZoneInfo(site.bench.work.site.zone)
    ten_to_three = datetime(2026, 10, 25, 2, 50, tzinfo=zone).astimezone(UTC)
    site.goes_as_far_as("thaw.start", "thaw", "c1", "c1u1")
    site.presses("park")
    site.clock.advance(ten_to_three - site.clock.moment().at - timedelta(minutes=2))
    site.signs_out()
    site.does_step("thaw", "c1", "c1u1")
    assert site.clock.moment().at.astimezone(zone).strftime("%H:%M %Z") in {"02:48 CEST", "02:49 CEST", "02:50 CEST"}
    return site


@then(parsers.parse("the wall clock reads 03:00 and {minutes:d} minutes are left"))
def _left(trial: AnyTrial, minutes: int) -> None:
    zone = ZoneInfo(trial.bench.work.site.zone)
    wall = trial.clock.moment().at.astimezone(zone)
    assert wall.strftime("%Z") == "CET"
    assert wall.strftime("%H:%M") in {"02:58", "02:59", "03:00"}
    case = trial.case(trial.id("c1"))
    clock = next(each for each in readings_of(trial.bench.work, case) if each.clock == "thaw-to-end")
    assert clock.remaining_ms is not None
    assert minutes * 60_000 - 120_000 <= clock.remaining_ms <= minutes * 60_000


@then(parsers.parse("the donor cells are refused with {reason}"))
def _donor_cells_refused(trial: AnyTrial, reason: str) -> None:
    trial.goes_as_far_as("scan.unit", "bedside", "c1")
    trial.tries_scan(trial.code("c1u1"))
    no(trial, reason)


# The temperature record -------------------------------------------------------------------------------------------


@given(
    parsers.parse("the donor cells are received and their logger has a gap of {minutes:d} minutes"),
    target_fixture="file",
)
def _gap(site: Demonstration, tmp_path: Path, minutes: int) -> Path:
    site.c3_received()
    path = tmp_path / "logger.txt"
    path.write_text(GAP_FILE, encoding="utf-8")
    assert minutes == 40
    return path


def reviews(site: Demonstration, file: Path, lowest: str, highest: str) -> None:
    site.signs_in("pharmacist_a")
    site.begins("review-logger", site.id("c3"))
    site.scans(site.listing["shipments"]["s1"]["logger"])
    site.tries_fill(file=str(file), lowest_c=lowest, highest_c=highest, verdict="accepted")


@when("pharmacy accepts the temperature record")
def _accepts_record(site: Demonstration, file: Path) -> None:
    reviews(site, file, "-178.2", "-171.0")


@when("pharmacy types other degrees than the file holds")
def _other_degrees(site: Demonstration, file: Path) -> None:
    reviews(site, file, "-178.2", "-165.0")


@then("the sponsor's explanation and a second person are asked for")
def _asked(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert (page.instruction.code, page.instruction.values["minutes"]) == ("logger.gap", "40")
    assert not site.case(site.id("c3")).shipments[next(iter(site.case(site.id("c3")).shipments))].logger_accepted


@when("the explanation is given and a second pharmacist signs in")
def _explained(site: Demonstration) -> None:
    site.fills_in(explanation="probe reseated at the hub, letter SP-118")
    asks_for_somebody(site.answer, "witness")
    site.shows_badge_and_pin("pharmacist_b")


@then("the temperature record is accepted with a gap of 40 minutes on record")
def _accepted_with_gap(site: Demonstration) -> None:
    reviewed = site.events("LoggerReviewed")[-1]
    body = reviewed.body
    assert isinstance(body, e.LoggerReviewed)
    assert (body.accepted, body.longest_gap_min, bool(body.explained_to), len(body.sha256)) == (True, 40, True, 64)
    assert body.explained_to != reviewed.actor
    assert "SP-118" not in json.dumps(site.written(reviewed)), "what people write lies sealed"


@then(parsers.parse("a deviation of the kind {kind} waits for somebody to judge it"))
def _deviation(site: Demonstration, kind: str) -> None:
    found = [each for each in site.case(site.id("c3")).deviations.values() if each.kind == kind]
    assert len(found) == 1
    assert not found[0].closed
