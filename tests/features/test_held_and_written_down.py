"""Steps of `held_and_written_down.feature`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from demonstration_by_hand import Demonstration
from pytest_bdd import given, parsers, scenarios, then, when
from site_by_hand import Site

from coordinator_app.demo import cast
from coordinator_app.domain import events as e
from coordinator_app.domain.screens import FormPage, GuidedPage, SignInPage, Verdict

scenarios("held_and_written_down.feature")


def no(site: Site, reason: str) -> None:
    """Assert that the last input was refused for this reason."""
    assert (site.answer.verdict, str(site.answer.reason)) == (Verdict.REFUSED, reason), site.answer


def given_so_far(site: Site) -> int:
    return len(site.events("AdministrationStarted"))


@then(parsers.parse("it is refused with {reason}"))
def _refused(site: Demonstration, reason: str) -> None:
    no(site, reason)


@then("nothing was given")
def _nothing_given(site: Demonstration) -> None:
    assert given_so_far(site) == 0


# Two workstations, holds, papers ----------------------------------------------------------------------------------


@given("an infusion of Ms Hargreaves runs here")
def _runs(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.starts_infusion("c1", "u1")


@when("the other workstation's record of its own start of the same bag comes in")
def _other_start(site: Demonstration) -> None:
    work, started = site.bench.work, site.events("AdministrationStarted")[-1]
    assert isinstance(started.body, e.AdministrationStarted)
    work.record(started.body, subject=started.subject, refs=started.refs)
    work.commit()
    site.tries_press("pause_infusion")


@then("a discrepancy is open until a person resolves it")
def _discrepancy(site: Demonstration) -> None:
    site.signs_out()
    site.signs_in("cell_laboratory_a")
    site.tries_to_begin("retrieve", site.id("c1"))
    assert "happened_twice" in site.case(site.id("c1")).discrepancies.values()


@then("no other step of her case begins")
def _none_begins(site: Demonstration) -> None:
    no(site, "DISCREPANCY_OPEN")


@given("the fresh product came without its disposition form")
def _no_form(site: Demonstration) -> None:
    site.receives(site.listing["shipments"]["s2"], "c4", ["u4"], logger=False)
    site.accepts("c4", ["u4"])
    work, c4 = site.bench.work, site.id("c4")
    known = next(each.body for each in site.case(c4).recorded if isinstance(each.body, e.CertificateReceived))
    work.record(e.CertificateReceived(case=c4, certificate="DF-0000000", releases=False, codes=known.codes), subject=c4)
    work.commit()


@when("pharmacy tries to release it")
def _tries_release(site: Demonstration) -> None:
    site.signs_in("pharmacist_a")
    site.begins("release", site.id("c4"))
    site.scans(site.order("c4"))
    site.tries_scan(site.certificate("c4"))
    if site.answer.verdict is not Verdict.REFUSED:
        site.goes_on()
        site.signs()
        site.carries("c4", "u4")
        site.signs_in("nurse_a")
        site.begins("bedside", site.id("c4"))
        site.reads_wristband_and_hears(site.patient("p4"))
        site.tries_scan(site.code("u4"))


@then("it is not released")
def _not_released(site: Demonstration) -> None:
    no(site, "CERTIFICATE_MISSING")
    assert given_so_far(site) == 0


@given("the first bag of Ms Hargreaves is at her bedside")
def _at_bed(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")


@given("the first bag of Ms Hargreaves is at her bedside and the first nurse has read everything")
def _first_arm(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))


@when("the sponsor's hold comes in from another workstation")
def _hold_comes(site: Demonstration) -> None:
    work, c1 = site.bench.work, site.id("c1")
    work.record(e.HoldPlaced(case=c1, reason="sponsor asked"), subject=c1)
    work.commit()


@when("the second nurse reads everything too")
def _second_arm(site: Demonstration) -> None:
    site.second_person("nurse_b")
    site.tries_scan(site.patient("p1")["wristband"])
    if isinstance(site.answer.page, GuidedPage):
        site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
        site.tries_scan(site.code("u1"))


@then(parsers.parse("the check ends with {reason}"))
def _ends(site: Demonstration, reason: str) -> None:
    no(site, reason)
    confirmed = [each.body for each in site.events("IdentityConfirmed") if isinstance(each.body, e.IdentityConfirmed)]
    assert "bedside" not in {each.step for each in confirmed}


@given("the donor cells are received and their temperature record is accepted")
def _c3_reviewed(site: Demonstration) -> None:
    site.c3_received()
    site.reviews_logger(site.listing["shipments"]["s1"], site.id("c3"))


@when("pharmacy holds them against the order of another patient")
def _wrong_order(site: Demonstration) -> None:
    site.signs_in("pharmacist_a")
    site.begins("accept", site.id("c3"))
    site.tries_scan(site.order("c4"))


@when("the delegation of nurse_a has ended")
def _delegation_ended(site: Demonstration) -> None:
    work, trial = site.bench.work, site.case(site.id("c1")).profile
    site.signs_in("nurse_a")
    nurse = site.bench.present
    assert nurse is not None
    until = site.clock.moment().at - timedelta(seconds=1)
    work.record(e.DelegationRecorded(person=nurse.person, profile=trial, until=until), subject=nurse.person)
    work.commit()


@then(parsers.parse("nurse_a cannot begin the bedside check for {reason}"))
def _cannot_begin(site: Demonstration, reason: str) -> None:
    site.signs_in("nurse_a")
    site.tries_to_begin("bedside", site.id("c1"))
    no(site, reason)


# Kits, devices, late entries, remarks -----------------------------------------------------------------------------


@given("a collection of Mr Oyelaran is due")
def _due(site: Demonstration) -> None:
    site.signs_in("apheresis_nurse_a")
    site.opens(site.id("c2"))
    site.presses("changes")
    site.fills_in(change="record_kit")


def kit(site: Demonstration, days: int) -> str:
    day = site.clock.moment().at + timedelta(days=days)
    return f"]d201{cast.GTIN_A}{cast.check_digit(cast.GTIN_A)}17{day:%y%m%d}10KIT-7"


@when("the apheresis nurse records a kit that expires in three days")
def _near(site: Demonstration) -> None:
    site.scans(kit(site, 3))
    site.fills_in(kind="kit")


@when("the apheresis nurse records a kit that expired yesterday")
def _expired(site: Demonstration) -> None:
    site.tries_scan(kit(site, -2))


@when("the apheresis nurse records the separator by its serial number")
def _device(site: Demonstration) -> None:
    site.scans(cast.kit(cast.GTIN_A, "SEP-0042", "M1"))
    site.fills_in(kind="device")


@then("a reason and a second person are asked for and stand on the record")
def _reason_and_second(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, FormPage)
    assert page.form == "kit_near_expiry"
    assert not site.events("KitRecorded")
    site.fills_in(reason="the new lot comes on Monday")
    assert isinstance(site.answer.page, SignInPage)
    assert site.tries_badge_and_pin("apheresis_nurse_a").verdict is Verdict.REFUSED
    site.shows_badge_and_pin("apheresis_nurse_b")
    (recorded,) = site.events("KitRecorded")
    body = recorded.body
    assert isinstance(body, e.KitRecorded)
    assert (body.lot, body.reason, bool(body.agreed_by)) == ("KIT-7", "the new lot comes on Monday", True)


@then("its serial number stands on the record and nobody else was asked")
def _serial(site: Demonstration) -> None:
    (recorded,) = site.events("KitRecorded")
    body = recorded.body
    assert isinstance(body, e.KitRecorded)
    assert (body.kind, body.serial, body.agreed_by) == ("device", "SEP-0042", "")


@when("the nurse enters an hour later that it ended ten minutes after its start", target_fixture="happened_at")
def _late(site: Demonstration) -> datetime:
    started = site.events("AdministrationStarted")[-1].at
    site.waits(hours=1)
    ended = (started + timedelta(minutes=10)).replace(second=0, microsecond=0)
    here = ended.astimezone(ZoneInfo(site.bench.work.site.zone))
    site.presses("park")
    site.opens(site.id("c1"))
    site.presses("changes")
    site.fills_in(change="late_entry")
    site.fills_in(
        event="administration_completed", unit=site.unit(site.id("c1"), 1).unit, date=here.date().isoformat(),
        time=f"{here:%H:%M}", reason="program_away",
    )  # fmt: skip
    return ended


@then("the record says when it happened, when it was entered and why")
def _entered_late(site: Demonstration, happened_at: datetime) -> None:
    recorded = site.events("AdministrationCompleted")[-1]
    assert recorded.happened_at == happened_at
    assert recorded.at - happened_at > timedelta(minutes=45)
    assert recorded.late_reason == "program_away"


@when("the coordinator records that consent is current with a remark")
def _remark(site: Demonstration) -> None:
    site.signs_in("coordinator_a")
    site.opens(site.id("c1"))
    site.presses("record_fact")
    site.fills_in(fact="consent.current", note="asked again after the night, Dr Qureshi present")


@then("the remark lies sealed in the record")
def _sealed(site: Demonstration) -> None:
    recorded = site.events("FactRecorded")[-1]
    assert isinstance(recorded.body, e.FactRecorded)
    assert recorded.body.note.endswith("present")
    assert "Qureshi" not in json.dumps(site.written(recorded))
    assert site.signed_in == "coordinator_a"


@then("every reading stands in the record with its scanner, its instant and its arm")
def _evidence(site: Demonstration) -> None:
    accepted = [
        each for each in site.events("ScanAccepted") if getattr(each.body, "object", "") in {"wristband", "unit"}
    ]
    newest = accepted[-2:]
    assert [getattr(each.body, "object", "") for each in newest] == ["wristband", "unit"]
    for each in newest:
        (evidence,) = each.evidence
        assert (evidence.arm, evidence.how, bool(evidence.scanner), evidence.at_ns > 0) == (1, "scanned", True, True)
