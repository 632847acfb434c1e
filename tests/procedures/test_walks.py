"""Both walks of the demonstration: from the cold store, and from the door, to the infusion; and the collection."""

from __future__ import annotations

from datetime import timedelta

from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, GuidedPage, NeutralBanner, VerdictPage


def _types(site: Demonstration, case: str, unit: str) -> list[str]:
    """Return what moved this unit, oldest first."""
    return [each.type for each in site.case(case).recorded
            if isinstance(each.body, e.ProductMoved) and each.body.unit == unit]  # fmt: skip


def test_a_bag_goes_from_its_place_in_the_store_to_the_end_of_its_infusion(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert (page.kind, page.title.code) == ("accepted", "verdict.both_agree")
    assert [name for name, _ in page.names] == ["FERREIRA, Inês", "WHITCOMBE, Harriet"]
    assert page.clock is not None
    assert page.clock.deadline is not None
    site.goes_on()
    site.presses("start_infusion")
    site.waits(minutes=5)
    site.presses("pause_infusion")
    assert site.unit(c1, 1).paused
    site.waits(minutes=10)
    site.presses("resume_infusion")
    site.presses("complete_infusion")
    unit = site.unit(c1, 1)
    assert unit.used
    assert _types(site, c1, unit.unit) == [
        "BagReceived", "BagAccepted", "BagStored", "BagReleased", "BagRetrieved", "ThawStarted", "ThawCompleted",
        "BagHandedOver", "AdministrationStarted", "AdministrationPaused", "AdministrationResumed",
        "AdministrationCompleted",
    ]  # fmt: skip
    assert not site.unit(c1, 2).has("BagRetrieved")
    site.confirms_nothing_wrong()


def test_the_infusion_starts_by_scanning_the_bag_once_more_hands_free(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.scans(site.code("u1"))
    assert not site.unit(c1, 1).running, "the scan that leaves the green page counts for nothing else"
    site.scans(site.code("u1"))
    assert site.unit(c1, 1).running


def test_while_a_check_is_open_no_name_stands_on_the_screen(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    patient = site.patient("p1")
    site.signs_in("nurse_a")
    shown = [site.begins("bedside", c1), site.scans(patient["wristband"])]
    shown += [site.hears(patient["family"], patient["born"]), site.scans(site.code("u1"))]
    asks_for_somebody(site.answer, "witness")
    shown += [site.second_person("nurse_b"), site.scans(patient["wristband"])]
    shown += [site.hears(patient["family"], patient["born"])]
    for answer in shown:
        text = str(answer.page)
        assert not [word for word in (patient["family"], patient["given"], patient["born"], patient["record_number"],
                                      "1961") if word in text], text  # fmt: skip
        if isinstance(answer.page, GuidedPage):
            assert isinstance(answer.page.banner, NeutralBanner)


def test_donor_lymphocytes_come_in_at_the_door_and_reach_the_recipient(site: Demonstration) -> None:
    c3, shipment = site.id("c3"), site.listing["shipments"]["s1"]
    site.receives(shipment, "c3", ("u3",))
    site.reviews_logger(shipment, c3)
    site.accepts("c3", ("u3",))
    site.stores("c3", ("u3",))
    site.releases("c3")
    site.retrieves("c3", "u3")
    site.thaws("c3", "u3")
    site.carries("c3", "u3")
    site.starts_infusion("c3", "u3")
    site.presses("complete_infusion")
    unit = site.unit(c3, 1)
    assert unit.used
    assert [name for name in _types(site, c3, unit.unit) if name != "BagHandedOver"] == [
        "BagReceived", "BagAccepted", "BagStored", "BagReleased", "BagRetrieved", "ThawStarted", "ThawCompleted",
        "AdministrationStarted", "AdministrationCompleted",
    ]  # fmt: skip
    site.confirms_nothing_wrong()


def test_fresh_cells_go_from_the_door_to_the_patient_within_their_stamped_expiry(site: Demonstration) -> None:
    c4, shipment = site.id("c4"), site.listing["shipments"]["s2"]
    site.receives(shipment, "c4", ("u4",), logger=False)
    site.accepts("c4", ("u4",))
    site.releases("c4")
    site.carries("c4", "u4")
    site.starts_infusion("c4", "u4")
    site.presses("complete_infusion")
    unit = site.unit(c4, 1)
    assert unit.used
    assert unit.expires_at is not None
    assert unit.happened["AdministrationStarted"] < unit.expires_at
    site.confirms_nothing_wrong()


def test_release_and_acceptance_are_signed_by_the_person_with_their_own_key(site: Demonstration) -> None:
    signed = site.events("RecordSigned")
    meanings = {each.body.meaning for each in signed if isinstance(each.body, e.RecordSigned)}
    assert {"accept", "release"} <= meanings
    for each in signed:
        assert site.bench.work.store.event(each.refs[0]) is not None
    site.confirms_nothing_wrong()


def test_a_collection_is_checked_by_two_labelled_ended_packed_and_handed_over(site: Demonstration) -> None:
    c2 = site.id("c2")
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.presses("start_collection")
    job = site.jobs[-1]
    assert (job.kind, job.pages) == ("label", 2)
    assert job.content.startswith(b"%PDF")
    applied = site.applies_labels(c2)
    assert len(applied) == 2
    assert applied[0] != applied[1], "each copy has its own serial inside the symbol"
    site.waits(hours=4)
    site.fills_in(volume_ml="182")
    bag = site.case(c2).collected_units()[0]
    assert bag.volume_ml == "182"
    closed = [each.body for each in site.events("LabelJobClosed")][-1]
    assert isinstance(closed, e.LabelJobClosed)
    assert (closed.printed, closed.applied, closed.destroyed) == (2, 2, 0)
    spare = site.listing["spare"]
    site.begins("pack", c2)
    site.scans(f"]d1{applied[0]}")
    site.goes_on()
    site.scans(spare["shipper"], spare["seal"])
    site.begins("hand-over", c2)
    site.scans(spare["shipper"])
    site.goes_on()
    site.scans(spare["seal"], spare["courier"])
    assert isinstance(site.answer.page, CasePage)
    assert _types(site, c2, bag.unit) == [
        "CollectionStarted",
        "CollectionEnded",
        "BagPacked",
        "BagHandedOver",
        "BagShipped",
    ]
    site.confirms_nothing_wrong()


def test_a_spoiled_label_needs_a_reason_and_a_second_person_and_is_counted(site: Demonstration) -> None:
    c2 = site.id("c2")
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.presses("start_collection")
    spoiled = next(label for label in site.case(c2).labels.values() if label.state == "fed")
    site.presses("label_spoiled")
    refused(site.tries_fill(reason="ugly"), Refusal.ENTRY_INCOMPLETE)
    site.fills_in(reason="smudged")
    asks_for_somebody(site.answer, "witness")
    refused(site.tries_badge_and_pin("apheresis_nurse_a"), Refusal.SAME_PERSON_TWICE)
    site.shows_badge_and_pin("apheresis_nurse_b")
    assert site.case(c2).labels[spoiled.label].state == "destroyed"
    again = next(label for label in site.case(c2).labels.values() if label.reprint_of == spoiled.label)
    assert (again.copy_number, again.serial != spoiled.serial) == (spoiled.copy_number, True)
    refused(site.tries_scan(f"]d1{spoiled.expected}"), Refusal.LABEL_DIFFERS)
    site.applies_labels(c2)
    closed = [each.body for each in site.events("LabelJobClosed")][-1]
    assert isinstance(closed, e.LabelJobClosed)
    assert closed.printed == closed.applied + closed.destroyed == 3


def test_the_neighbour_s_label_is_refused_on_this_bag(site: Demonstration) -> None:
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.presses("start_collection")
    other = next(label for label in site.case(site.id("c1")).labels.values() if label.state == "applied")
    with site.nothing_moves():
        answer = site.tries_scan(f"]d1{other.expected}")
    refused(answer, Refusal.LABEL_DIFFERS)
    assert site.last_refusal().reason == "LABEL_DIFFERS"


def test_what_the_printer_reports_as_failed_is_not_counted_as_printed(site: Demonstration) -> None:
    c2 = site.id("c2")
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.printer_works = False
    answer = site.tries_press("start_collection")
    refused(answer, Refusal.PRINTER_FAILED)
    assert {label.state for label in site.case(c2).labels.values()} == {"sent"}
    site.printer_works = True
    site.presses("print_again")
    assert {label.state for label in site.case(c2).labels.values()} == {"fed"}


def test_a_printer_that_stays_dead_does_not_hold_back_the_end_of_the_collection(site: Demonstration) -> None:
    c2 = site.id("c2")
    site.checks_at_the_chair("c2")
    site.scans(site.listing["spare"]["label_roll"])
    site.printer_works = False
    refused(site.tries_press("start_collection"), Refusal.PRINTER_FAILED)
    site.presses("go_on")
    site.waits(hours=4)
    site.fills_in(volume_ml="182")
    assert site.case(c2).collected_units()[0].has("CollectionEnded"), "what happened is recorded"
    site.begins("pack", c2)
    with site.nothing_moves():
        refused(site.tries_scan(site.listing["spare"]["label_roll"]), Refusal.EARLIER_STEP_MISSING)
    site.goes_on()
    site.printer_works = True
    site.begins("label", c2)
    site.scans(site.listing["spare"]["label_roll"])
    site.goes_on()
    site.presses("label_spoiled")
    site.fills_in(reason="jammed")
    site.shows_badge_and_pin("apheresis_nurse_b")
    site.applies_first_label(c2)
    site.presses("label_spoiled")
    site.fills_in(reason="jammed")
    site.shows_badge_and_pin("apheresis_nurse_b")
    site.applies_labels(c2)
    states = sorted(label.state for label in site.case(c2).labels.values())
    assert states == ["applied", "applied", "destroyed", "destroyed"]
    site.packs("c2")
    site.confirms_nothing_wrong()


def test_a_shipment_with_one_bag_too_few_stops_at_the_door(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.signs_in("pharmacist_a")
    site.scans(shipment["code"], shipment["code"], shipment["seal"], shipment["logger"])
    with site.nothing_moves():
        answer = site.tries_fill(condition="good", seal="intact", count="2")
    refused(answer, Refusal.COUNT_DIFFERS)
    c3 = site.case(site.id("c3"))
    assert c3.discrepancies
    assert [each.kind for each in c3.deviations.values()] == ["count_differs"]
    refused(site.tries_to_begin("receive", c3.case), Refusal.DISCREPANCY_OPEN)


def test_a_broken_seal_is_received_and_reported(site: Demonstration) -> None:
    shipment = site.listing["shipments"]["s1"]
    site.signs_in("pharmacist_a")
    site.scans(shipment["code"], shipment["code"], shipment["seal"], shipment["logger"])
    site.fills_in(condition="leaking", seal="broken", count="1")
    site.scans(site.code("u3"))
    site.goes_on()
    c3 = site.case(site.id("c3"))
    assert site.unit(c3.case, 1).has("BagReceived"), "what came is received, whatever state it is in"
    assert [each.kind for each in c3.deviations.values()] == ["shipment_condition"]


def test_a_temperature_excursion_puts_the_bag_into_quarantine(site: Demonstration) -> None:
    c3, shipment = site.id("c3"), site.listing["shipments"]["s1"]
    site.receives(shipment, "c3", ("u3",))
    site.signs_in("pharmacist_a")
    site.begins("review-logger", c3)
    site.scans(shipment["logger"])
    site.fills_in(lowest_c="-121.0", highest_c="-96.5", verdict="excursion")
    assert site.unit(c3, 1).quarantined == "temperature excursion"
    with site.nothing_moves():
        site.begins("accept", c3)
        site.scans(site.order("c3"), site.certificate("c3"))
        refused(site.tries_scan(site.code("u3")), Refusal.QUARANTINED)


def test_a_bag_that_looks_wrong_is_put_aside_by_the_person_and_not_accepted(site: Demonstration) -> None:
    c3, shipment = site.id("c3"), site.listing["shipments"]["s1"]
    site.receives(shipment, "c3", ("u3",))
    site.reviews_logger(shipment, c3)
    site.reads_papers_and_unit("c3", "u3")
    site.presses("quarantine")
    site.fills_in(reason="bag_damaged")
    unit = site.unit(c3, 1)
    assert (unit.quarantined, unit.has("BagAccepted")) == ("bag_damaged", False)


def test_the_clock_of_the_infusion_runs_from_the_end_of_the_thaw_and_is_never_generous(site: Demonstration) -> None:
    c1 = site.thawed_at_the_bedside()
    thawed = site.unit(c1, 1).happened["ThawCompleted"]
    page = site.opens("clocks").page
    clock = next(each for each in page.clocks if each.clock == "thaw-to-end")  # type: ignore[union-attr]
    assert clock.deadline is not None
    assert timedelta(0) <= thawed + timedelta(hours=2, minutes=30) - clock.deadline < timedelta(seconds=5)
    assert clock.remaining_ms is not None
    left = clock.deadline - site.clock.moment().at
    assert abs(clock.remaining_ms - left / timedelta(milliseconds=1)) < 5000
    assert site.patient("p1")["family"] not in str(page), "the wall shows no identifiers"
