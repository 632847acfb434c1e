"""Doses prepared at the site: of which vials, in which order, how long they last, and what is refused at the bed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from any_trial import AnyTrial
from site_by_hand import refused

from coordinator_app.codes import signed_label
from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import GuidedPage, VerdictPage
from coordinator_app.procedures.case_report import summary_of, write_case_report
from coordinator_app.resource_files import resource_path

TWO: list[dict[str, object]] = [
    {"number": 1, "kind": "vial", "name": "cd8", "lot": "LOT-8"},
    {"number": 2, "kind": "vial", "name": "cd4", "lot": "LOT-4"},
]


def identifiers(site: AnyTrial) -> dict[str, str]:
    """Draw what the trial's order names."""
    return {"coi": site.draw.coi(), "certificate": f"RC-{site.draw.characters(8, '0123456789')}"}


def in_the_store(site: AnyTrial, case: str = "c1", units: list[dict[str, object]] | None = None) -> str:
    """Enrol a patient and bring both components to their release."""
    id = site.enrols_for(case, identifiers(site))
    site.does_step("collect", case)
    site.sends(case, units or TWO)
    mine = tuple(f"{case}u{unit['number']}" for unit in units or TWO)
    for step in ("receive", "review-logger", "accept", "store", "release"):
        site.does_step(step, case, *mine, volume_ml="4.5")
    return id


@pytest.fixture
def two(tmp_path: Path) -> Iterator[AnyTrial]:
    """A trial of two components in a fixed order, in the store of the site."""
    made = AnyTrial.of(tmp_path / "site", secrets.randbits(32), "auto-cart-two")
    in_the_store(made)
    made.states("c1", "conditioning_started")
    made.waits(days=5)
    yield made
    made.closes()


def thaws(site: AnyTrial, unit: str, case: str = "c1") -> None:
    """Take a vial out of the store and thaw it."""
    site.does_step("retrieve", case, unit)
    site.does_step("thaw", case, unit)


def prepares(site: AnyTrial, *units: str, case: str = "c1", **entries: str) -> None:
    """Prepare one dose from these vials."""
    press = ("draw_another",) * (len(units) - 1)
    site.does_step("prepare", case, *units, press=press, **{"volume_ml": "4.5", **entries})


def test_the_second_component_before_the_first_is_refused_before_anything_is_thawed(two: AnyTrial) -> None:
    two.does_step("retrieve", "c1", "c1u2")
    two.goes_as_far_as("scan.cassette", "thaw", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.code("c1u2")), Refusal.WRONG_ORDER_OF_UNITS)


def test_a_vial_that_was_only_drawn_up_counts_as_used_so_the_next_component_may_follow(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    assert two.unit(two.id("c1"), 1).used, "empty, though nobody has given it yet"
    thaws(two, "c1u2")
    prepares(two, "c1u2")
    first, second = two.doses("c1")
    assert (first.called, second.called) == ("syringe 1", "syringe 2")
    assert [two.case(two.id("c1")).units[dose.parents[0]].name for dose in (first, second)] == ["cd8", "cd4"]
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.label_of("c1", second)), Refusal.WRONG_ORDER_OF_UNITS)
    two.goes_on()
    for dose in (first, second):
        two.does_step("bedside", "c1", two.label_of("c1", dose), press=("start_infusion", "complete_infusion"))
    assert all(dose.has("AdministrationCompleted") for dose in two.doses("c1"))
    two.confirms_nothing_wrong()


def test_the_second_component_does_not_go_into_the_dose_of_the_first(two: AnyTrial) -> None:
    in_the_store(two, "c2", [TWO[0], {**TWO[0], "number": 2}, {**TWO[1], "number": 3}])
    two.states("c2", "conditioning_started")
    two.waits(days=4)
    thaws(two, "c2u1", "c2")
    two.goes_as_far_as("prepare.more", "prepare", "c2", "c2u1")
    two.presses("park")
    thaws(two, "c2u2", "c2")
    two.goes_as_far_as("prepare.more", "prepare", "c2")
    two.presses("draw_another")
    with two.nothing_moves():
        refused(two.tries_scan(two.code("c2u3")), Refusal.WRONG_UNIT)
    two.goes_on()
    assert [dose.parents for dose in two.doses("c2")] == [(two.unit(two.id("c2"), 1).unit,)]
    two.does_step("prepare", "c2", "c2u2", press=("draw_another",), volume_ml="4.5")
    dose = two.doses("c2")[0]
    assert len(dose.parents) == 2, "the broken-off preparation went on in the same dose, with the right vial"
    two.confirms_nothing_wrong()


def test_the_vial_of_another_patient_is_refused_at_the_preparation(two: AnyTrial) -> None:
    in_the_store(two, "c2")
    thaws(two, "c1u1")
    two.goes_as_far_as("scan.unit", "prepare", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.code("c2u1")), Refusal.WRONG_UNIT)
    assert [each.kind for each in two.case(two.id("c1")).deviations.values()] == ["mismatch"]


def test_the_syringe_of_another_patient_and_the_empty_vial_are_refused_at_the_bed(two: AnyTrial) -> None:
    in_the_store(two, "c2")
    two.states("c2", "conditioning_started")
    two.waits(days=4)
    for case in ("c1", "c2"):
        thaws(two, f"{case}u1", case)
        prepares(two, f"{case}u1", case=case)
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.label_of("c2", two.doses("c2")[0])), Refusal.WRONG_UNIT)
    two.goes_on()
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.code("c1u1")), Refusal.UNIT_ALREADY_USED)


def test_a_dose_is_in_quarantine_with_the_vial_it_was_filled_from(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    work, vial = two.bench.work, two.unit(two.id("c1"), 1).unit
    work.record(e.BagQuarantined(case=two.id("c1"), unit=vial, reason="sterility test positive"), subject=vial)
    work.commit()
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.label_of("c1", two.doses("c1")[0])), Refusal.QUARANTINED)


def test_a_dose_said_to_be_made_of_what_is_not_this_patient_s_is_nobody_s_dose(two: AnyTrial) -> None:
    """Its record comes from another workstation; its label is genuine, and the gate asks what it descends from."""
    work, id = two.bench.work, two.id("c1")
    work.record(
        e.UnitRegistered(
            case=id, unit="dose:strange", kind="syringe", name="dose", number=1, origin="prepared here",
            codes=("unit:PSTRANGE",), parents=("bag:of-somebody-else",),
        ),
        subject="dose:strange",
    )  # fmt: skip
    work.commit()
    statement = signed_label.LabelStatement(
        serial="00STRANGE00", coi=two.case(id).identifier("coi"), unit="PSTRANGE", expiry=None, site="A9990",
        workstation="by-hand",
    )  # fmt: skip
    digits = signed_label.encode(statement, work.store.sign, signed_label.key_id_of(work.store.public_key))
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(f"]d1{digits}"), Refusal.WRONG_UNIT)
    page = two.answer.page
    assert isinstance(page, VerdictPage)
    assert "exception" not in {action.id for action in page.actions}, "no exception covers a wrong unit"


def test_the_two_hours_run_from_the_first_vial_out_of_the_store_and_hold_back_its_syringe(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    two.waits(hours=2)
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(two.label_of("c1", two.doses("c1")[0])), Refusal.CLOCK_OVERDUE)
    page = two.answer.page
    assert isinstance(page, VerdictPage)
    assert "exception" in {action.id for action in page.actions}


def test_a_dose_given_in_two_portions_is_checked_anew_and_its_rest_is_on_record(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    label = two.label_of("c1", two.doses("c1")[0])
    two.goes_as_far_as("infusion.running", "bedside", "c1", label)
    two.presses("portion_given")
    page = two.answer.page
    assert isinstance(page, GuidedPage)
    assert page.instruction.code == "portion.ask", "the portion is on record, its volume is asked afterwards"
    assert two.doses("c1")[0].portions == 1
    two.fills_in(given_ml="2", residual_ml="2.5")
    dose = two.doses("c1")[0]
    assert (dose.given_ml, dose.residual_ml, dose.running, dose.used) == (("2",), "2.5", False, False)
    two.begins("bedside", two.id("c1"))
    page = two.answer.page
    assert isinstance(page, GuidedPage)
    assert page.instruction.code == "scan.wristband", "the second portion begins with a check of its own"
    two.presses("abort")
    two.does_step("bedside", "c1", label)
    assert two.doses("c1")[0].used
    assert not two.case(two.id("c1")).discrepancies, "two portions have two starts and contradict nothing"
    two.confirms_nothing_wrong()


def test_after_a_restart_the_preparation_goes_on_at_the_dose_it_had_begun(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    two.printer_works = False
    two.goes_as_far_as("prepare.draw", "prepare", "c1", "c1u1")
    two.tries_fill(volume_ml="4.5")
    two.restarts()
    two.printer_works = True
    two.signs_in("pharmacist_a")
    assert len(two.doses("c1")) == 1
    two.begins("prepare", two.id("c1"))
    page = two.answer.page
    assert isinstance(page, GuidedPage)
    assert page.instruction.code.startswith("label."), page.instruction
    two.presses("label_spoiled")
    two.fills_in(reason="lost")
    two.shows_badge_and_pin("pharmacist_b")
    two.does_step("prepare", "c1")
    assert [dose.has("DosePrepared") for dose in two.doses("c1")] == [True]


def test_a_dose_outside_the_range_of_the_profile_is_recorded_and_proposed_as_a_deviation(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1", volume_ml="11")
    assert [each.kind for each in two.case(two.id("c1")).deviations.values()] == ["dose_out_of_range"]


def test_the_chain_of_custody_tells_what_each_dose_was_made_from_and_how_much_of_it_was_given(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    label = two.label_of("c1", two.doses("c1")[0])
    two.goes_as_far_as("infusion.running", "bedside", "c1", label)
    two.presses("portion_given")
    two.fills_in(given_ml="2", residual_ml="2.5")
    summary = summary_of(two.bench.work, two.case(two.id("c1")))
    told = [(line.what, line.to) for line in summary.custody]
    dose = two.doses("c1")[0]
    assert ("unit drawn: 4.5 mL, nothing left", f"syringe 1, {dose.shown}") in told
    assert ("dose prepared: 4.5 mL, from vial 1 (lot LOT-8)", "") in told
    assert ("portion measured: 2 mL given, 2.5 mL left", "") in told
    assert "prepared from vial 1 (lot LOT-8)" in {row.origin for row in summary.identifiers}
    assert write_case_report(two.bench.work, two.id("c1"), "custody").startswith(b"%PDF")


def test_an_infusion_that_is_stopped_early_proposes_a_deviation_and_then_asks_what_is_left(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    label = two.label_of("c1", two.doses("c1")[0])
    two.goes_as_far_as("infusion.running", "bedside", "c1", label)
    two.presses("stop_now")
    assert two.doses("c1")[0].has("AdministrationStopped"), "what happened is recorded before anything is asked"
    assert [each.kind for each in two.case(two.id("c1")).deviations.values()] == ["stopped"]
    refused(two.tries_fill(reason="rash", residual_ml="much", physician="Dr Weber"), Refusal.ENTRY_INCOMPLETE)
    two.fills_in(reason="rash", residual_ml="1.5", physician="Dr Weber")
    dose = two.doses("c1")[0]
    assert (dose.residual_ml, dose.used, dose.stop_explained) == ("1.5", True, True)
    two.goes_as_far_as("scan.unit", "bedside", "c1")
    with two.nothing_moves():
        refused(two.tries_scan(label), Refusal.UNIT_ALREADY_USED)


def test_the_rest_of_a_vial_goes_into_a_second_dose_and_its_time_runs_on(tmp_path: Path) -> None:
    text = (resource_path("profiles") / "auto-cart-two.toml").read_text(encoding="utf-8")
    profile = tmp_path / "auto-cart-two.toml"
    profile.write_text(
        text.replace('volume_ml = ["4", "5"]\npartial = false', 'volume_ml = ["4", "5"]\npartial = true')
    )
    site = AnyTrial.of(tmp_path / "site", secrets.randbits(32), "auto-cart-two", profile)
    in_the_store(site)
    site.states("c1", "conditioning_started")
    site.waits(days=5)
    thaws(site, "c1u1")
    prepares(site, "c1u1", volume_ml="2.5", rest="kept")
    vial = site.unit(site.id("c1"), 1)
    assert (vial.used, vial.emptied) == (False, False)
    prepares(site, "c1u1", volume_ml="2", rest="none")
    vial = site.unit(site.id("c1"), 1)
    assert vial.used
    first, second = site.doses("c1")
    assert vial.drawn_into == {first.unit: "2.5", second.unit: "2"}
    assert first.parents == second.parents == (vial.unit,)
    site.does_step("bedside", "c1", site.label_of("c1", first))
    clock = next(each for each in site.readings("c1") if each.clock == "cd8-storage-to-end")
    assert clock.state == "running", "half of the vial given ends nothing"
    site.does_step("bedside", "c1", site.label_of("c1", second))
    clock = next(each for each in site.readings("c1") if each.clock == "cd8-storage-to-end")
    assert clock.state == "met"
    site.goes_as_far_as("scan.unit", "prepare", "c1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code("c1u1")), Refusal.UNIT_ALREADY_USED)
    site.closes()


def test_a_vial_that_was_emptied_at_two_workstations_is_a_contradiction(two: AnyTrial) -> None:
    thaws(two, "c1u1")
    prepares(two, "c1u1")
    work, drawn = two.bench.work, two.events("UnitDrawn")[-1]
    assert isinstance(drawn.body, e.UnitDrawn)
    work.record(drawn.body, subject=drawn.subject, refs=drawn.refs)
    work.commit()
    two.signs_in("nurse_a")
    with two.nothing_moves():
        refused(two.tries_to_begin("bedside", two.id("c1")), Refusal.DISCREPANCY_OPEN)
    assert "happened_twice" in two.case(two.id("c1")).discrepancies.values()
