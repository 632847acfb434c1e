"""Steps of `receipt_and_labels.feature`."""

from __future__ import annotations

from demonstration_by_hand import Demonstration
from pytest_bdd import given, parsers, scenarios, then, when

from coordinator_app.domain.screens import GuidedPage, Verdict

scenarios("receipt_and_labels.feature")


@given("the shipment for Ms Fernandes stands at the door")
def _at_the_door(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.signs_in("pharmacist_a")
    site.scans(shipment["code"], shipment["code"], shipment["seal"], shipment["logger"])


@given("the shipment for Ms Fernandes is received")
def _received(site: Demonstration) -> None:
    site.c3_received()


@given("a collection of Mr Oyelaran has begun with its labels printed")
def _collection(site: Demonstration) -> None:
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.presses("start_collection")


@given("the coordinator has put the case of Ms Hargreaves on hold")
def _hold(site: Demonstration) -> None:
    site.signs_in("coordinator_a")
    site.opens(site.id("c1"))
    site.presses("place_hold")
    site.fills_in(reason="sponsor asks to wait")


@when(parsers.parse("the pharmacist counts {count:d} bags"))
def _counts(site: Demonstration, count: int) -> None:
    site.tries_fill(condition="good", seal="intact", count=str(count))


@when("the pharmacist finds an excursion in its temperature record")
def _excursion(site: Demonstration) -> None:
    site.begins("review-logger", site.id("c3"))
    site.scans(site.listing["shipments"]["s1"]["logger"])
    site.fills_in(lowest_c="-121.0", highest_c="-96.5", verdict="excursion")


@when("the first label is spoiled by a jam and a second person agrees to print it again")
def _jam(site: Demonstration) -> None:
    site.presses("label_spoiled")
    site.fills_in(reason="jammed")
    site.shows_badge_and_pin("apheresis_nurse_b")
    site.applies_labels(site.id("c2"))


@when("the label of another patient's bag is scanned on his bag")
def _crossed(site: Demonstration) -> None:
    other = next(label for label in site.case(site.id("c5")).labels.values() if label.state == "applied")
    site.tries_scan(f"]d1{other.expected}")


@when("somebody tries to take her first bag out of the store")
def _retrieve(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", site.id("c1"))


@then(parsers.parse("the program refuses with {reason}"))
def _refused(site: Demonstration, reason: str) -> None:
    assert (site.answer.verdict, str(site.answer.reason)) == (Verdict.REFUSED, reason)


@then("a discrepancy is open that a person must resolve")
def _discrepancy(site: Demonstration) -> None:
    assert len(site.case(site.id("c3")).discrepancies) == 1


@then("nothing else begins in that case")
def _nothing_begins(site: Demonstration) -> None:
    with site.nothing_moves():
        assert str(site.tries_to_begin("receive", site.id("c3")).reason) == "DISCREPANCY_OPEN"


@then("the bag is in quarantine")
def _quarantined(site: Demonstration) -> None:
    assert site.unit(site.id("c3"), 1).quarantined


@then("a deviation is open")
def _deviation(site: Demonstration) -> None:
    assert [each for each in site.case(site.id("c3")).deviations.values() if not each.closed]


@then("every printed label is applied or destroyed")
def _reconciled(site: Demonstration) -> None:
    labels = site.case(site.id("c2")).labels.values()
    assert sorted(label.state for label in labels) == ["applied", "applied", "destroyed"]
    assert {label.job for label in labels} == site.case(site.id("c2")).closed_jobs


@then("no two labels bear the same serial")
def _serials(site: Demonstration) -> None:
    serials = [label.serial for case in site.bench.work.cases() for label in case.labels.values()]
    assert len(serials) == len(set(serials))


@then("his label is still to be applied")
def _still_to_apply(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert site.answer.verdict is Verdict.REFUSED
    assert {label.state for label in site.case(site.id("c2")).labels.values()} == {"fed"}
