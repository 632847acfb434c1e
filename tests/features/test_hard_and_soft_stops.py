"""Steps of `hard_and_soft_stops.feature`."""

from __future__ import annotations

from demonstration_by_hand import Demonstration
from pytest_bdd import given, parsers, scenarios, then, when

from coordinator_app.demo.cast import wristband
from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Locked, Stated
from coordinator_app.domain.screens import Verdict, VerdictPage
from coordinator_app.store.verify import verify

scenarios("hard_and_soft_stops.feature")
NEW_BAND = wristband(777)


@given("the first bag of Ms Hargreaves is thawed at her bedside", target_fixture="moved_before")
def _thawed(site: Demonstration) -> int:
    site.thawed_at_the_bedside("c1", "u1")
    return site.movements()


@given("the first bag of Ms Hargreaves is in quarantine")
def _quarantined(site: Demonstration) -> None:
    site.quarantines("c1", "u1")


@given("the fresh product is released and at the bedside")
def _fresh(site: Demonstration) -> None:
    site.receives(site.listing["shipments"]["s2"], "c4", ["u4"], logger=False)
    site.accepts("c4", ["u4"])
    site.releases("c4")
    site.carries("c4", "u4")


@given("the sponsor has withdrawn the release since")
def _withdrawn(site: Demonstration) -> None:
    work, c4 = site.bench.work, site.id("c4")
    known = next(each.body for each in site.case(c4).recorded if isinstance(each.body, e.CertificateReceived))
    work.record(
        e.CertificateReceived(case=c4, certificate=known.certificate, releases=False, codes=known.codes), subject=c4
    )
    work.commit()


@given("three hours have gone by")
def _three_hours(site: Demonstration) -> None:
    site.waits(hours=3)


@given("the shipment of the donor cells is delayed by a day and its shipper holds for four")
def _delayed(site: Demonstration) -> None:
    site.waits(days=1)


@given("the shipment of the donor cells is at the door", target_fixture="signed_before")
def _at_the_door(site: Demonstration) -> int:
    return len(site.events("PersonSignedIn", "RecordSigned"))


# What people do ---------------------------------------------------------------------------------------------------


def _begins(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))


@when("the bedside check meets the wristband of another patient")
def _another_band(site: Demonstration) -> None:
    _begins(site)
    site.tries_scan(site.patient("p5")["wristband"])


@when("the bedside check meets the bag of another patient")
def _another_bag(site: Demonstration) -> None:
    _begins(site)
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u5"))


@when("the bedside check meets a second person who hears another name")
def _another_name(site: Demonstration) -> None:
    p1 = site.patient("p1")
    _begins(site)
    site.reads_wristband_and_hears(p1)
    site.scans(site.code("u1"))
    site.shows_badge_and_pin("nurse_b")
    site.scans(p1["wristband"])
    site.hears("Somebody", p1["born"])
    site.scans(site.code("u1"))
    site.hears("Somebody", p1["born"])
    site.shows_badge_and_pin("nurse_a")
    site.tries(Stated(p1["family"], p1["born"]))


@when("the bedside check meets her own bag")
def _own_bag(site: Demonstration) -> None:
    _begins(site)
    site.reads_wristband_and_hears(site.patient("p1"))
    site.tries_scan(site.code("u1"))


@when("the cell laboratory takes it in hand")
def _in_hand(site: Demonstration) -> None:
    site.goes_on()
    site.signs_in("cell_laboratory_a")
    site.begins("retrieve", site.id("c1"))
    site.tries_scan(site.code("u1"))


@when("quality settles the quarantine with a signature")
def _settles(site: Demonstration) -> None:
    site.goes_on()
    site.signs_in("quality_a")
    site.opens(site.id("c1"))
    site.presses("resolve")
    site.fills_in(resolution="logger read again, sponsor agrees")
    site.signs()


@when("the bedside check meets the fresh product")
def _fresh_check(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c4"))
    site.reads_wristband_and_hears(site.patient("p4"))
    site.tries_scan(site.code("u4"))


@when("a physician and a pharmacist take it upon themselves")
def _exception(site: Demonstration) -> None:
    site.authorises_exception()


@when("the untrained nurse begins the bedside check")
def _untrained(site: Demonstration) -> None:
    site.signs_in("nurse_untrained")
    site.tries_to_begin("bedside", site.id("c1"))


@when("a new wristband is put on Ms Hargreaves")
def _reissued(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens(site.id("c1"))
    site.presses("replace_wristband")
    site.scans(NEW_BAND)
    site.fills_in(reason="wristband wet and unreadable")


@when("pharmacy receives it")
def _receives(site: Demonstration) -> None:
    site.receives(site.listing["shipments"]["s1"], "c3", ["u3"])


@when("pharmacy scans shipper, seal and logger")
def _scans_things(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.signs_in("pharmacist_a")
    site.scans(shipment["code"], shipment["code"], shipment["seal"], shipment["logger"])
    site.fills_in(condition="good", seal="intact", count="1")


@when("the lid is closed for two hours")
def _lid(site: Demonstration) -> None:
    site.waits(hours=2)
    site.does(Locked("suspend"))
    site.signed_in = ""


# What comes of it -------------------------------------------------------------------------------------------------


@then(parsers.parse("the check is over with {reason}"))
@then(parsers.parse("it is refused with {reason}"))
def _refused(site: Demonstration, reason: str) -> None:
    assert (site.answer.verdict, str(site.answer.reason)) == (Verdict.REFUSED, reason)


@then("no exception is offered")
def _no_exception(site: Demonstration) -> None:
    assert isinstance(site.answer.page, VerdictPage)
    assert "exception" not in {action.id for action in site.answer.page.actions}
    site.tries_press("exception")
    assert not site.events("ExceptionAuthorised")


@then("nothing has moved since")
def _still(site: Demonstration, moved_before: int) -> None:
    assert site.movements() == moved_before


@then("nothing was given")
def _not_given(site: Demonstration) -> None:
    assert not site.unit(site.id("c4"), 1).has("AdministrationStarted")


@then("a deviation waits for somebody to judge it")
def _proposed(site: Demonstration) -> None:
    assert [each for each in site.case(site.id("c1")).deviations.values() if each.waits_for_judgement]


@then("it goes on")
def _goes_on(site: Demonstration) -> None:
    assert site.answer.verdict is Verdict.ACCEPTED
    assert verify(site.bench.work.store).first_bad is None


@then("both nurses check again and the infusion may start")
def _starts(site: Demonstration) -> None:
    site.starts_infusion("c1", "u1")
    assert site.unit(site.id("c1"), 1).has("AdministrationStarted")
    assert "exception" in {each.kind for each in site.case(site.id("c1")).deviations.values()}


@then(parsers.parse("the old wristband is refused with {reason}"))
def _old_band(site: Demonstration, reason: str) -> None:
    site.begins("bedside", site.id("c1"))
    site.tries_scan(site.patient("p1")["wristband"])
    assert str(site.answer.reason) == reason


@then("the new one is accepted")
def _new_one(site: Demonstration) -> None:
    assert site.tries_scan(NEW_BAND).verdict is Verdict.ACCEPTED


@then("the seal number stands on the record")
def _seal(site: Demonstration) -> None:
    body = site.events("ShipmentArrived")[-1].body
    assert isinstance(body, e.ShipmentArrived)
    assert body.seal


@then("nobody was asked for a second signature")
def _one_person(site: Demonstration, signed_before: int) -> None:
    assert len(site.events("PersonSignedIn", "RecordSigned")) == signed_before + 1


@then("half an hour is left at most")
def _half_an_hour(site: Demonstration) -> None:
    reading = next(each for each in site.readings("c1") if each.clock == "thaw-to-end")
    assert reading.remaining_ms is not None
    assert 0 < reading.remaining_ms <= 30 * 60 * 1000
