"""Steps of `right_patient.feature`."""

from __future__ import annotations

from datetime import timedelta

from demonstration_by_hand import Demonstration
from pytest_bdd import given, parsers, scenarios, then, when

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Stated
from coordinator_app.domain.screens import GuidedPage, Verdict, VerdictPage

scenarios("right_patient.feature")
P1 = "p1"


@given("the first bag of Ms Hargreaves is thawed at her bedside")
def _thawed(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")


@given("nurse_a has begun the bedside check")
def _begun(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))


@when("nurse_a scans the wristband of Ms Hargreaves and hears her name and birthday")
def _band_and_birthday(site: Demonstration) -> None:
    site.reads_wristband_and_hears(site.patient(P1))


@when("nurse_a scans the bag of Mr Hargreaves")
def _wrong_bag(site: Demonstration) -> None:
    site.tries_scan(site.code("u5"))


@when("nurse_a scans the bag of Ms Hargreaves")
def _right_bag(site: Demonstration) -> None:
    site.scans(site.code("u1"))


@when("wristband and bag are read faster than hands can move, three times")
def _too_fast(site: Demonstration) -> None:
    patient = site.patient(P1)
    for _ in range(3):
        site.scans(patient["wristband"])
        site.tries(Stated(patient["family"], patient["born"]), after=timedelta(milliseconds=100))
        site.tries_scan(site.code("u1"), milliseconds=100)


@when("nurse_a scans the wristband that was replaced")
def _void_band(site: Demonstration) -> None:
    site.tries_scan(str(site.listing["spare"]["wristband_void"]))


@when("nurse_a types what stands under the symbol of the bag")
def _types(site: Demonstration) -> None:
    assert site.types_code(site.typed("u1")).verdict is Verdict.ACCEPTED


@when("nurse_b does the same, seeing nothing of the first")
def _second_types(site: Demonstration) -> None:
    answer = site.second_person("nurse_b")
    assert isinstance(answer.page, GuidedPage)
    assert answer.page.already == ()
    site.reads_wristband_and_hears(site.patient(P1))
    site.types_code(site.typed("u1"))


@when("nurse_a shows their badge as the second person")
def _same_person(site: Demonstration) -> None:
    site.tries_badge_and_pin("nurse_a")


@when("nurse_a scans a donation number from the label roll")
def _donation(site: Demonstration) -> None:
    site.tries_scan(str(site.listing["spare"]["label_roll"]))


@then(parsers.parse("the program refuses with {reason}"))
def _refused(site: Demonstration, reason: str) -> None:
    assert (site.answer.verdict, str(site.answer.reason)) == (Verdict.REFUSED, reason)
    assert site.last_refusal().reason == reason


@then("the program refuses and says so")
def _refused_somehow(site: Demonstration) -> None:
    assert site.answer.verdict is Verdict.REFUSED
    assert site.answer.message is not None
    assert site.last_refusal().reason == str(site.answer.reason)


@then("no infusion has begun")
def _nothing_begun(site: Demonstration) -> None:
    assert not site.unit(site.id("c1"), 1).has("AdministrationStarted")


@then("the page shows the two codes one above the other with the difference marked")
def _aligned(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert page.aligned is not None
    assert page.aligned.expected != page.aligned.read
    assert page.aligned.read_marks


@then("the bag of Mr Hargreaves can be put into quarantine")
def _quarantine(site: Demonstration) -> None:
    site.presses("quarantine")
    assert site.unit(site.id("c5"), 1).quarantined


@then("only the physician's path is left")
def _only_exception(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert {action.id for action in page.actions} == {"go_on", "exception"}


@then("the check still waits for her wristband")
def _still_waits(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert page.instruction.code == "scan.wristband"


@then("both agree")
def _agree(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert (page.kind, page.reason) == ("accepted", None)


@then("the record counts two typed codes")
def _typed_counted(site: Demonstration) -> None:
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.typed == 2
