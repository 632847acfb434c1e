"""Deviations: reported or proposed, judged by name, closed with a conclusion and a signature; blocks settled one by one."""

from __future__ import annotations

from datetime import timedelta

from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.deviation import DeviationRecord
from coordinator_app.domain.inputs import PinTyped, Scanned, Stated, Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, ListPage


def the_deviation(site: Demonstration, case: str = "c1", kind: str = "") -> DeviationRecord:
    found = [each for each in site.case(site.id(case)).deviations.values() if kind in {"", each.kind}]
    return found[-1]


def reported(site: Demonstration) -> DeviationRecord:
    c1 = site.id("c1")
    site.signs_in("nurse_a")
    site.opens(c1)
    site.presses("report_deviation")
    bag = site.unit(c1, 2).unit
    site.fills_in(
        kind="damage", affected=site.unit(c1, 1).unit, also=bag, what="corner of the cassette broken",
        immediate="set aside, pharmacy called", sponsor="SP-77",
    )  # fmt: skip
    return the_deviation(site)


def test_a_person_reports_what_is_affected_and_what_was_done_at_once(site: Demonstration) -> None:
    record = reported(site)
    c1 = site.id("c1")
    assert record.affected == (site.unit(c1, 1).unit, site.unit(c1, 2).unit)
    assert (record.immediate_action, record.sponsor_reference) == ("set aside, pharmacy called", "SP-77")
    assert not record.waits_for_judgement
    assert "corner of the cassette" not in str(site.written(site.events("DeviationReported")[-1]))


def test_nothing_closes_without_class_conclusion_and_signature(site: Demonstration) -> None:
    record = reported(site)
    site.signs_in("quality_a")
    page = site.opens(record.deviation).page
    assert isinstance(page, ListPage)
    assert f"close_deviation:{record.deviation}" in {each.id for each in page.actions}
    site.presses(f"close_deviation:{record.deviation}")
    refused(site.tries_fill(classification="", conclusion="replaced"), Refusal.ENTRY_INCOMPLETE)
    refused(site.tries_fill(classification="grave", conclusion="replaced"), Refusal.ENTRY_INCOMPLETE)
    site.fills_in(classification="minor", conclusion="cassette replaced, bag intact")
    refused(site.tries(PinTyped("000000")), Refusal.PIN_WRONG)
    assert not site.events("DeviationClosed")
    site.signs()
    closed = site.events("DeviationClosed")[-1]
    assert closed.actor == site.people["quality_a"]["id"]
    assert set(closed.refs) >= set(record.told)
    assert site.events("RecordSigned")[-1].refs == (closed.id,)
    assert the_deviation(site).closed
    refused(site.tries_press(f"close_deviation:{record.deviation}"), Refusal.NOT_WHAT_WAS_ASKED)


def test_a_nurse_reports_but_does_not_close(site: Demonstration) -> None:
    record = reported(site)
    page = site.opens(record.deviation).page
    assert isinstance(page, ListPage)
    assert not [each for each in page.actions if each.id.startswith("close")]
    refused(site.tries_press(f"close_deviation:{record.deviation}"), Refusal.NOT_ALLOWED)
    site.presses(f"add_to_deviation:{record.deviation}")
    site.fills_in(classification="major", immediate="second cassette ordered")
    assert the_deviation(site).classification == "major"
    assert the_deviation(site).immediate_action.endswith("; second cassette ordered")


def test_the_program_proposes_a_mismatch_and_a_person_rejects_it_with_a_signature(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    refused(site.tries_scan(site.patient("p5")["wristband"]), Refusal.WRONG_PATIENT)
    site.goes_on()
    record = the_deviation(site, kind="mismatch")
    assert record.waits_for_judgement
    site.signs_in("quality_a")
    site.opens(record.deviation)
    refused(site.tries_press(f"close_deviation:{record.deviation}"), Refusal.NOT_WHAT_WAS_ASKED)
    site.presses(f"reject_deviation:{record.deviation}")
    site.fills_in(reason="training, the wristband was shown on purpose")
    assert the_deviation(site, kind="mismatch").waits_for_judgement, "not without the signature"
    site.signs()
    judged = the_deviation(site, kind="mismatch")
    assert (judged.judgement, judged.judged_by, judged.open) == ("rejected", site.people["quality_a"]["id"], False)


def test_the_program_proposes_what_ended_late_once_and_a_person_confirms_it(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.starts_infusion("c1", "u1")
    site.waits(hours=3)
    site.does(Ticked())
    site.does(Ticked())
    late = [each for each in site.case(site.id("c1")).deviations.values() if each.kind == "late"]
    assert len(late) == 1
    assert late[0].unit == site.unit(site.id("c1"), 1).unit
    site.presses("complete_infusion")
    site.does(Ticked())
    assert len([each for each in site.case(site.id("c1")).deviations.values() if each.kind == "late"]) == 1
    site.signs_in("physician_a")
    site.opens(late[0].deviation)
    site.presses(f"confirm_deviation:{late[0].deviation}")
    site.fills_in(classification="major", immediate="patient watched, sponsor told", sponsor="SP-78")
    judged = the_deviation(site, kind="late")
    assert (judged.judgement, judged.classification, judged.open) == ("confirmed", "major", True)


def test_a_code_that_is_perhaps_not_on_the_patient_becomes_a_deviation(site: Demonstration) -> None:
    """Wristband and cassette are read from one sheet: closer together than hands can move, three times."""
    site.signs_in("apheresis_nurse_a")
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    p1 = site.patient("p1")
    for _ in range(3):
        site.scans(p1["wristband"])
        site.tries(Stated(p1["family"], p1["born"]), timedelta(milliseconds=300))
        site.tries(Scanned(site.code("u1").encode()), timedelta(milliseconds=300))
    assert site.events("CheckEnded")[-1].body.reason == "PROXY_SUSPECTED"  # type: ignore[union-attr]
    assert the_deviation(site, kind="proxy").waits_for_judgement


# Blocks -----------------------------------------------------------------------------------------------------------


def test_a_resolution_settles_only_what_it_names(site: Demonstration) -> None:
    c1 = site.id("c1")
    site.quarantines("c1", "u1")
    site.quarantines("c1", "u1")
    site.signs_in("quality_a")
    site.opens(c1)
    site.presses("place_hold")
    site.fills_in(reason="sponsor asks to wait")
    hold = next(iter(site.case(c1).holds))
    site.presses("resolve")
    page = site.answer.page
    assert isinstance(page, FormPage)
    assert [each for each, _ in page.fields[0].choices] == [hold, *site.unit(c1, 1).quarantines, "everything"]
    site.fills_in(settles=hold, resolution="sponsor released by phone")
    site.signs()
    assert not site.case(c1).on_hold
    first, second = site.unit(c1, 1).quarantines
    site.presses("resolve")
    site.fills_in(settles=first, resolution="logger read again")
    site.signs()
    assert site.events("DiscrepancyResolved")[-1].refs == (first,)
    assert tuple(site.unit(c1, 1).quarantines) == (second,), "the second quarantine stands"
    assert site.unit(c1, 1).quarantined


def test_a_quarantine_that_is_settled_by_name_lets_the_bag_go_on_and_a_new_one_holds_it_again(
    site: Demonstration,
) -> None:
    c1 = site.id("c1")
    site.quarantines("c1", "u1")
    site.signs_in("quality_a")
    site.opens(c1)
    site.presses("resolve")
    site.fills_in(resolution="sponsor: usable")
    site.signs()
    site.retrieves("c1", "u1")
    site.quarantines("c1", "u1")
    site.begins("thaw", c1)
    refused(site.tries_scan(site.code("u1")), Refusal.QUARANTINED)


def test_a_second_receipt_of_one_bag_is_a_contradiction_and_another_one_opens_it_again(site: Demonstration) -> None:
    site.c3_received()
    c3, work = site.id("c3"), site.bench.work
    unit = site.unit(c3, 1).unit

    def again() -> None:
        cited = site.events("BagReceived")[0].refs
        work.record(e.BagReceived(case=c3, step="receive", unit=unit), subject=unit, refs=cited)
        work.commit()

    again()
    site.signs_in("pharmacist_a")
    refused(site.tries_to_begin("accept", c3), Refusal.DISCREPANCY_OPEN)
    site.goes_on()
    found = site.events("DiscrepancyFound")
    assert [each.body.kind for each in found if isinstance(each.body, e.DiscrepancyFound)] == ["happened_twice"]
    assert set(found[0].refs) == {each.id for each in site.events("BagReceived") if each.subject == unit}
    site.opens(c3)
    site.presses("resolve")
    site.fills_in(resolution="entered twice, seen by two")
    site.signs()
    site.does(Ticked())
    assert not site.case(c3).discrepancies, "what was resolved stays resolved"
    again()
    site.does(Ticked())
    assert len(site.events("DiscrepancyFound")) == 2, "a later contradiction opens it again"
    assert site.case(c3).discrepancies


def test_one_serial_on_the_bags_of_two_patients_blocks_both(site: Demonstration) -> None:
    c1, c5, work = site.id("c1"), site.id("c5"), site.bench.work
    codes = tuple(site.unit(c1, 1).codes)
    work.record(
        e.UnitRegistered(case=c5, unit="bag:" + "7" * 32, kind="bag", name="product", number=9, origin="elsewhere",
                         codes=codes),
        subject="bag:" + "7" * 32,
    )  # fmt: skip
    work.commit()
    site.does(Ticked())
    for case in (c1, c5):
        assert set(site.case(case).discrepancies.values()) == {"two_patients_one_unit"}
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("retrieve", c1), Refusal.DISCREPANCY_OPEN)


def test_one_wristband_code_for_two_patients_blocks_both(site: Demonstration) -> None:
    c1, c5, work = site.id("c1"), site.id("c5"), site.bench.work
    other = site.case(c5).recipient
    assert other is not None
    band = sorted(other.bands)
    recipient = site.case(c1).recipient
    assert recipient is not None
    work.record(
        e.WristbandIssued(case=c1, patient=recipient.patient, codes=tuple(band)), subject=c1, key=recipient.patient
    )
    work.commit()
    site.does(Ticked())
    for case in (c1, c5):
        assert set(site.case(case).discrepancies.values()) == {"wristband_of_two"}
    site.does(Ticked())
    assert len(site.events("DiscrepancyFound")) == 2, "found once in each case"
