"""The gate, act by act: what one check confirms, what it refuses, and what it says."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coordinator_app.domain import gate
from coordinator_app.domain.check_parts import ObjectRead, UnitKnown
from coordinator_app.domain.events import IdentityConfirmed
from coordinator_app.domain.refusal import COVERABLE, NEVER_COVERED, Refusal
from tests.domain.bedside import (
    BAG,
    BAG_OF_A_STRANGER,
    BORN,
    CASSETTE,
    CERTIFICATE,
    FORMER,
    NAME,
    ORDER,
    OTHER_BAG,
    OTHER_CASSETTE,
    SECOND,
    STRANGER,
    WRISTBAND,
    Bedside,
    plan,
)

BEDSIDE = (gate.WRISTBAND, gate.UNIT)


def alone(**changed: object) -> Bedside:
    return Bedside(plan(*BEDSIDE, **changed))  # type: ignore[arg-type]


def two() -> Bedside:
    return Bedside(plan(*BEDSIDE, arms=2))


def papers(**changed: object) -> Bedside:
    return Bedside(plan(gate.ORDER, gate.CERTIFICATE, **changed))  # type: ignore[arg-type]


def test_one_nurse_confirms_patient_and_bag_where_one_is_enough() -> None:
    bed = alone()
    assert gate.wanted(bed.state) is None
    assert bed.signs_in("nurse-1") == ()
    assert gate.wanted(bed.state) == gate.WRISTBAND
    assert bed.reads_wristband() == (gate.Accepted(gate.WRISTBAND, 1),)
    assert gate.wanted(bed.state) == gate.STATED
    assert bed.states() == (gate.Accepted(gate.STATED, 1),)
    assert gate.wanted(bed.state) == gate.UNIT
    event = IdentityConfirmed(
        case="case-1", check="check-1", step="bedside", people=("nurse-1",), unit="bag-1", objects=BEDSIDE, typed=0
    )
    assert bed.reads_bag() == (gate.Accepted(gate.UNIT, 1, "bag-1"), gate.ArmClosed(1), gate.Confirmed(event))
    assert (bed.state.waiting, bed.state.confirmed, bed.state.outcome) == ("ended", True, None)
    assert gate.wanted(bed.state) is None


def test_two_people_confirm_what_takes_two_and_the_event_names_both() -> None:
    bed = two()
    assert bed.arm("nurse-1")[-2:] == (gate.ArmClosed(1), gate.PersonWanted(2))
    assert gate.wanted(bed.state) is None
    assert not bed.state.confirmed
    effects = bed.arm("nurse-2")
    assert effects[:2] == (gate.Accepted(gate.UNIT, 2, "bag-1"), gate.ArmClosed(2))
    assert [event.people for event in bed.confirmed] == [("nurse-1", "nurse-2")]


def test_an_ended_check_says_nothing_but_that_it_is_over() -> None:
    bed = alone()
    bed.arm("nurse-1")
    over = bed.state
    for effects in (bed.signs_in("nurse-2"), bed.reads_wristband(STRANGER), bed.does(gate.Abandoned(bed.at))):
        assert effects == (gate.Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    assert bed.state is over


def test_nothing_counts_before_somebody_has_signed_in() -> None:
    bed = alone()
    assert bed.reads_wristband() == (gate.Refused(Refusal.NOT_SIGNED_IN),)
    assert bed.states() == (gate.Refused(Refusal.NOT_SIGNED_IN),)
    assert bed.does(gate.TimePassed(bed.at)) == ()
    assert bed.does(gate.Interrupted("lock", bed.at)) == ()


# Two people -------------------------------------------------------------------------------------------------------


def test_the_same_person_cannot_be_the_second_and_a_colleague_still_can() -> None:
    bed = two()
    bed.arm("nurse-1")
    assert bed.signs_in("nurse-1") == (gate.Refused(Refusal.SAME_PERSON_TWICE),)
    assert bed.state.waiting == "person"
    bed.arm("nurse-2")
    assert bed.confirmed


def test_two_people_who_read_two_bags_of_the_patient_end_the_check() -> None:
    bed = two()
    bed.arm("nurse-1", BAG)
    effects = bed.arm("nurse-2", OTHER_BAG)
    assert effects == (
        gate.Accepted(gate.UNIT, 2, "bag-2"),
        gate.ArmClosed(2),
        gate.Refused(Refusal.ARMS_DISAGREE, gate.UNIT, True),
        gate.Ended("ARMS_DISAGREE"),
    )
    assert (bed.state.outcome, bed.state.confirmed) == (Refusal.ARMS_DISAGREE, False)


def test_the_person_who_has_an_open_arm_cannot_open_another() -> None:
    bed = two()
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    assert bed.signs_in("nurse-1") == (gate.Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    assert bed.states() == (gate.Accepted(gate.STATED, 1),)


def test_somebody_else_at_the_screen_voids_the_open_arm() -> None:
    bed = two()
    bed.arm("nurse-1")
    bed.signs_in("nurse-2")
    bed.reads_wristband()
    refused = gate.Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    assert bed.signs_in("nurse-3") == (refused, gate.ArmVoided(2, "user"))
    assert (bed.state.waiting, len(bed.state.arms)) == ("person", 1)


def test_a_lock_voids_the_open_arm_only_and_anybody_but_the_first_person_may_begin_it_again() -> None:
    bed = two()
    bed.arm("nurse-1")
    bed.signs_in("nurse-2")
    bed.reads_wristband()
    assert bed.does(gate.Interrupted("lock", bed.at)) == (gate.ArmVoided(2, "lock"),)
    assert bed.signs_in("nurse-1") == (gate.Refused(Refusal.SAME_PERSON_TWICE),)
    assert bed.arm("nurse-3")[-1] == gate.Confirmed(
        IdentityConfirmed(
            case="case-1", check="check-1", step="bedside", people=("nurse-1", "nurse-3"), unit="bag-1", objects=BEDSIDE
        )
    )


def test_after_a_lock_in_the_first_arm_whoever_was_there_may_be_the_second() -> None:
    bed = two()
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    assert bed.does(gate.Interrupted("lock", bed.at)) == (gate.ArmVoided(1, "lock"),)
    assert bed.state.arms == ()
    bed.arm("nurse-2")
    bed.arm("nurse-1")
    assert [event.people for event in bed.confirmed] == [("nurse-2", "nurse-1")]


# Time -------------------------------------------------------------------------------------------------------------


def test_a_reading_of_exactly_the_allowed_age_still_closes_its_arm() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.states()
    bed.reads_bag(after=118)
    assert bed.confirmed


def test_a_reading_that_has_grown_old_starts_the_arm_anew_with_the_same_person() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.states()
    bed.now += 118 + 1e-9
    assert bed.reads_bag(after=0) == (gate.Refused(Refusal.STALE_SCAN), gate.ArmVoided(1, "stale"))
    assert bed.state.waiting == "arm"
    assert bed.state.arms == (gate.Arm("nurse-1", bed.at),)
    assert gate.wanted(bed.state) == gate.WRISTBAND
    bed.reads_wristband()
    bed.states()
    bed.reads_bag()
    assert bed.confirmed


def test_the_age_runs_from_the_first_reading_of_the_arm() -> None:
    bench = Bedside(plan(gate.ORDER, gate.CERTIFICATE, gate.CASSETTE))
    bench.signs_in("pharmacist")
    bench.reads(ORDER, "order")
    bench.reads(CERTIFICATE, "certificate", after=100)
    assert bench.reads(CASSETTE, "cassette", after=30)[0] == gate.Refused(Refusal.STALE_SCAN)


def test_growing_old_is_noticed_without_anybody_doing_anything_and_the_first_arm_stays() -> None:
    bed = two()
    bed.arm("nurse-1")
    bed.signs_in("nurse-2")
    bed.reads_wristband()
    bed.now += 121
    assert bed.does(gate.TimePassed(bed.at)) == (gate.Refused(Refusal.STALE_SCAN), gate.ArmVoided(2, "stale"))
    assert [arm.closed for arm in bed.state.arms] == [True, False]


def test_a_closed_arm_does_not_grow_old() -> None:
    bed = two()
    bed.arm("nurse-1")
    bed.now += 600
    assert bed.does(gate.TimePassed(bed.at)) == ()
    bed.arm("nurse-2")
    assert bed.confirmed


def test_an_arm_in_which_nothing_was_read_does_not_grow_old() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.now += 600
    assert bed.does(gate.TimePassed(bed.at)) == ()
    assert bed.reads_wristband() == (gate.Accepted(gate.WRISTBAND, 1),)


def test_a_check_is_over_after_its_time_and_not_before() -> None:
    bed = two()
    bed.arm("nurse-1")
    bed.now = 15 * 60
    assert bed.does(gate.TimePassed(bed.at)) == ()
    bed.now += 1e-9
    assert bed.does(gate.TimePassed(bed.at)) == (
        gate.Refused(Refusal.CHECK_EXPIRED, ends=True),
        gate.Ended("CHECK_EXPIRED"),
    )
    assert (bed.state.waiting, bed.state.outcome) == ("ended", Refusal.CHECK_EXPIRED)


def test_a_check_that_is_given_up_ends_even_when_its_time_is_over() -> None:
    bed = two()
    bed.now = 20 * 60
    assert bed.does(gate.Abandoned(bed.at)) == (gate.Ended("abandoned"),)
    assert (bed.state.waiting, bed.state.outcome) == ("ended", None)


def test_what_was_read_before_the_arm_was_opened_does_not_count() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    opened = bed.at
    assert bed.reads_wristband(at_ns=opened - 1) == (gate.Refused(Refusal.STALE_SCAN),)
    assert bed.reads_wristband(at_ns=opened) == (gate.Accepted(gate.WRISTBAND, 1),)


# What the patient states ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", [NAME, "GRÜBEL", "gru", "Grubenmann", FORMER, "kow"])
def test_the_current_or_a_former_name_agrees_by_its_first_three_letters(family: str) -> None:
    bed = alone()
    bed.arm("nurse-1", family=family)
    assert bed.confirmed


@pytest.mark.parametrize(("family", "born"), [("Grauer", BORN), (NAME, "1961-09-04"), ("", BORN), (NAME, "")])
def test_an_answer_that_differs_is_asked_once_more_and_then_refused(family: str, born: str) -> None:
    bed = alone()
    assert bed.arm("nurse-1", family=family, born=born)[-2:] == (gate.ArmClosed(1), gate.AskedAgain(1))
    assert gate.wanted(bed.state) == gate.STATED
    assert bed.states(family, born) == (
        gate.Accepted(gate.STATED, 1),
        gate.Refused(Refusal.WRONG_PATIENT, gate.STATED, True),
        gate.Ended("WRONG_PATIENT"),
    )
    assert bed.state.outcome is Refusal.WRONG_PATIENT


def test_an_answer_that_agrees_the_second_time_is_enough() -> None:
    bed = alone()
    bed.arm("nurse-1", family="Grauer")
    assert bed.reads_bag() == (gate.Refused(Refusal.NOT_WHAT_WAS_ASKED),)
    bed.states()
    assert bed.confirmed


@pytest.mark.parametrize(("first", "second"), [("Grauer", NAME), (NAME, "Grauer"), ("Grauer", "Grauer")])
def test_both_repeat_the_second_person_first_whoever_differed(first: str, second: str) -> None:
    bed = two()
    bed.arm("nurse-1", family=first)
    assert bed.arm("nurse-2", family=second) == (
        gate.Accepted(gate.UNIT, 2, "bag-1"),
        gate.ArmClosed(2),
        gate.AskedAgain(2),
    )
    assert bed.states() == (gate.Accepted(gate.STATED, 2), gate.PersonWanted(1))
    assert gate.wanted(bed.state) is None
    assert bed.signs_in("nurse-2") == (gate.Refused(Refusal.SAME_PERSON_TWICE),)
    for other in ("nurse-0", "nurse-3"):
        assert bed.signs_in(other) == (gate.Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    assert bed.signs_in("nurse-1") == ()
    assert bed.states()[0] == gate.Accepted(gate.STATED, 1)
    assert bed.confirmed


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("Grauer", NAME, Refusal.ARMS_DISAGREE),
        (NAME, "Grauer", Refusal.ARMS_DISAGREE),
        ("Grauer", "Weiss", Refusal.WRONG_PATIENT),
    ],
)
def test_after_both_have_repeated_it_is_told_whether_one_or_both_differ(
    first: str, second: str, reason: Refusal
) -> None:
    bed = two()
    bed.arm("nurse-1", family="Grauer")
    bed.arm("nurse-2")
    bed.states(second)
    bed.signs_in("nurse-1")
    assert bed.states(first) == (
        gate.Accepted(gate.STATED, 1),
        gate.Refused(reason, gate.STATED, True),
        gate.Ended(reason.value),
    )
    assert bed.state.outcome is reason


def test_a_lock_while_asking_again_voids_no_reading_and_wants_the_same_person() -> None:
    bed = two()
    bed.arm("nurse-1", family="Grauer")
    bed.arm("nurse-2")
    bed.states()
    bed.signs_in("nurse-1")
    assert bed.does(gate.Interrupted("idle", bed.at)) == (gate.ArmVoided(1, "idle"),)
    assert (bed.state.waiting, len(bed.state.arms)) == ("person", 2)
    assert bed.states() == (gate.Refused(Refusal.NOT_SIGNED_IN),)
    bed.signs_in("nurse-1")
    bed.states()
    assert bed.confirmed


def test_somebody_else_at_the_screen_while_asking_again_does_not_answer() -> None:
    bed = two()
    bed.arm("nurse-1", family="Grauer")
    bed.arm("nurse-2")
    assert bed.signs_in("nurse-1")[-1] == gate.ArmVoided(2, "user")
    assert bed.states() == (gate.Refused(Refusal.NOT_SIGNED_IN),)


def test_while_asking_again_readings_do_not_grow_old() -> None:
    bed = two()
    bed.arm("nurse-1", family="Grauer")
    bed.arm("nurse-2")
    bed.now += 300
    assert bed.states()[-1] == gate.PersonWanted(1)


def test_a_record_without_name_or_birth_date_agrees_with_nobody() -> None:
    for missing in ({"born": ""}, {"families": ("",)}, {"families": ()}):
        bed = alone(**missing)
        assert bed.arm("nurse-1", family="", born="")[-1] == gate.AskedAgain(1)
        bed = alone(**missing)
        assert bed.arm("nurse-1", born=str(missing.get("born", BORN)))[-1] == gate.AskedAgain(1)


def test_a_statement_is_taken_only_when_it_is_asked_for() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    assert bed.states() == (gate.Refused(Refusal.NOT_WHAT_WAS_ASKED, gate.STATED),)
    bed.reads_wristband()
    bed.states()
    assert bed.states() == (gate.Refused(Refusal.NOT_WHAT_WAS_ASKED, gate.STATED),)


def test_nothing_the_patient_states_counts_where_a_paper_or_a_cassette_is_asked() -> None:
    for object in (gate.ORDER, gate.CERTIFICATE, gate.CASSETTE, gate.SHIPMENT, gate.UNIT):
        bench = Bedside(plan(object))
        bench.signs_in("pharmacist")
        assert bench.states() == (gate.Refused(Refusal.NOT_WHAT_WAS_ASKED, gate.STATED),)


def test_the_patient_is_asked_after_the_wristband_wherever_it_comes() -> None:
    bed = Bedside(plan(gate.UNIT, gate.WRISTBAND))
    bed.signs_in("nurse-1")
    bed.reads_bag()
    assert gate.wanted(bed.state) == gate.WRISTBAND
    bed.reads_wristband()
    assert gate.wanted(bed.state) == gate.STATED
    bed.states()
    assert bed.confirmed


@pytest.mark.parametrize("number", ["MRN-88172", "mrn 88172", "MRN88172"])
def test_for_a_patient_who_cannot_answer_two_people_read_the_record_number(number: str) -> None:
    bed = Bedside(plan(*BEDSIDE, arms=2, numbers=("MRN-88172",)))
    for person in ("nurse-1", "nurse-2"):
        bed.signs_in(person)
        bed.reads_wristband()
        bed.does(gate.PatientStated("", "", bed.at, number))
        bed.reads_bag()
    assert bed.confirmed


@pytest.mark.parametrize("number", ["MRN-88173", "", "-", "88172"])
def test_another_record_number_is_asked_once_more_and_no_name_stands_in_for_it(number: str) -> None:
    bed = alone(numbers=("MRN-88172",))
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.does(gate.PatientStated(NAME, BORN, bed.at, number))
    assert bed.reads_bag()[-1] == gate.AskedAgain(1)
    bed.does(gate.PatientStated(NAME, BORN, bed.at, number))
    assert bed.state.outcome is Refusal.WRONG_PATIENT


def test_a_record_number_counts_only_where_the_plan_asks_for_one() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.does(gate.PatientStated("", "", bed.at, "MRN-88172"))
    assert bed.reads_bag()[-1] == gate.AskedAgain(1)


def test_an_empty_record_number_agrees_with_nothing() -> None:
    bed = alone(numbers=("", "-"))
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.does(gate.PatientStated("", "", bed.at, ""))
    assert bed.reads_bag()[-1] == gate.AskedAgain(1)


def test_a_patient_who_cannot_answer_is_confirmed_by_wristband_and_bag() -> None:
    bed = alone(stated=False)
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.reads_bag()
    assert bed.confirmed


# Hands ------------------------------------------------------------------------------------------------------------


def test_hands_that_move_too_fast_repeat_the_arm_and_the_third_time_end_the_check_for_that_bag() -> None:
    bed = alone(stated=False)
    bed.signs_in("nurse-1")
    for _ in range(2):
        bed.reads_wristband()
        assert bed.reads_bag(after=0.999999999) == (
            gate.Refused(Refusal.PROXY_SUSPECTED, gate.UNIT, unit="bag-1"),
            gate.ArmVoided(1, "proxy"),
        )
        assert bed.state.arms == (gate.Arm("nurse-1", bed.at),)
    bed.reads_wristband()
    assert bed.reads_bag(after=0.5) == (
        gate.Refused(Refusal.PROXY_SUSPECTED, gate.UNIT, True, "bag-1"),
        gate.Ended("PROXY_SUSPECTED"),
    )


def test_hands_that_take_a_second_are_hands() -> None:
    bed = alone(stated=False)
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.reads_bag(after=1)
    assert bed.confirmed


def test_bag_first_and_wristband_at_once_after_it_is_as_suspicious() -> None:
    bed = Bedside(plan(gate.UNIT, gate.WRISTBAND, stated=False))
    bed.signs_in("nurse-1")
    bed.reads_bag()
    assert bed.reads_wristband(after=0.1)[0] == gate.Refused(Refusal.PROXY_SUSPECTED, gate.WRISTBAND)


def test_two_papers_or_cassette_and_bag_may_follow_each_other_at_once() -> None:
    for bench, last in ((papers(units=()), CERTIFICATE), (Bedside(plan(gate.CASSETTE, gate.UNIT)), BAG)):
        bench.signs_in("pharmacist")
        first = ORDER if last is CERTIFICATE else CASSETTE
        bench.reads(first, "order" if last is CERTIFICATE else "cassette")
        bench.reads(last, "certificate" if last is CERTIFICATE else "unit", after=0)
        assert bench.confirmed


def test_wristband_and_paper_may_follow_each_other_at_once() -> None:
    bed = Bedside(plan(gate.WRISTBAND, gate.ORDER, stated=False, units=()))
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.reads(ORDER, "order", after=0)
    assert bed.confirmed


# Typed codes ------------------------------------------------------------------------------------------------------


def test_a_typed_code_needs_a_second_person_where_one_would_be_enough() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.reads_wristband(how="typed")
    bed.states()
    assert bed.reads_bag()[-1] == gate.PersonWanted(2)
    assert bed.signs_in("nurse-1") == (gate.Refused(Refusal.SAME_PERSON_TWICE),)
    bed.signs_in("nurse-2")
    bed.reads_wristband()
    bed.states()
    bed.reads_bag(how="typed")
    assert [(event.people, event.typed) for event in bed.confirmed] == [(("nurse-1", "nurse-2"), 2)]


def test_a_check_given_up_for_want_of_a_second_person_to_type_says_so_for_the_bag() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.states()
    bed.reads_bag(how="typed")
    assert bed.does(gate.Abandoned(bed.at)) == (
        gate.Refused(Refusal.TYPED_WITHOUT_SECOND_PERSON, gate.UNIT, True, "bag-1"),
        gate.Ended("TYPED_WITHOUT_SECOND_PERSON"),
    )
    assert bed.state.outcome is Refusal.TYPED_WITHOUT_SECOND_PERSON


def test_a_check_given_up_while_the_second_person_reads_or_before_anything_closed_was_just_given_up() -> None:
    typed, blind, again = alone(), two(), alone()
    typed.signs_in("nurse-1")
    typed.reads_wristband(how="typed")
    blind.signs_in("nurse-1")
    blind.reads_wristband(how="typed")
    blind.states()
    blind.reads_bag()
    again.signs_in("nurse-1")
    again.reads_wristband(how="typed")
    again.states()
    again.reads_bag()
    again.signs_in("nurse-2")
    for bed in (typed, blind, again):
        assert bed.does(gate.Abandoned(bed.at)) == (gate.Ended("abandoned"),)
        assert bed.state.outcome is None


def test_a_check_given_up_while_the_answer_is_repeated_was_just_given_up() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    bed.reads_wristband(how="typed")
    bed.states("Grauer")
    bed.reads_bag()
    bed.arm("nurse-2")
    bed.does(gate.Interrupted("lock", bed.at))
    assert bed.state.again
    assert bed.does(gate.Abandoned(bed.at)) == (gate.Ended("abandoned"),)


def test_an_exception_lets_one_person_type_for_the_bag_it_names_only() -> None:
    covered = frozenset({Refusal.TYPED_WITHOUT_SECOND_PERSON})
    units = (UnitKnown("bag-1", BAG, covered=covered), UnitKnown("bag-2", OTHER_BAG))
    for bag, confirmed in ((BAG, True), (OTHER_BAG, False)):
        bed = alone(units=units)
        bed.signs_in("nurse-1")
        bed.reads_wristband()
        bed.states()
        bed.reads_bag(bag, how="typed")
        assert bool(bed.confirmed) is confirmed
    bed = alone(covered=covered)
    bed.arm("nurse-1")
    assert bed.confirmed


def test_an_exception_never_makes_one_person_of_two() -> None:
    bed = Bedside(plan(*BEDSIDE, arms=2, covered=frozenset(Refusal)))
    assert bed.arm("nurse-1")[-1] == gate.PersonWanted(2)
    assert bed.signs_in("nurse-1") == (gate.Refused(Refusal.SAME_PERSON_TWICE),)


# Where and by what it was read ------------------------------------------------------------------------------------


def test_scans_of_another_check_or_workstation_change_nothing_not_even_a_stranger_s() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    before = bed.state
    for changed in ({"check": "check-0"}, {"check": "check-2"}, {"workstation": "cart-1"}, {"workstation": "cart-3"}):
        for codes in (WRISTBAND, STRANGER):
            assert bed.reads_wristband(codes, **changed) == (gate.Refused(Refusal.SCAN_FROM_ANOTHER_PROCEDURE),)
    assert bed.state is before


def test_a_scanner_that_is_not_set_up_proves_nothing_unless_an_exception_says_so() -> None:
    bed = alone()
    bed.signs_in("nurse-1")
    assert bed.reads_wristband(calibrated=False) == (gate.Refused(Refusal.SCANNER_NOT_CALIBRATED),)
    bed = alone(covered=frozenset({Refusal.SCANNER_NOT_CALIBRATED}))
    bed.signs_in("nurse-1")
    assert bed.reads_wristband(calibrated=False) == (gate.Accepted(gate.WRISTBAND, 1),)


# Units ------------------------------------------------------------------------------------------------------------


def test_a_bag_that_may_not_be_begun_with_ends_the_check_with_its_first_reason() -> None:
    blocks = (Refusal.QUARANTINED, Refusal.EXPIRED)
    bed = alone(units=(UnitKnown("bag-1", BAG, blocks=blocks), UnitKnown("bag-2", OTHER_BAG)))
    assert bed.arm("nurse-1") == (
        gate.Refused(Refusal.QUARANTINED, gate.UNIT, True, "bag-1"),
        gate.Ended("QUARANTINED"),
    )


@pytest.mark.parametrize("block", sorted(Refusal))
def test_an_exception_covers_what_the_table_says_and_nothing_else(block: Refusal) -> None:
    unit = UnitKnown("bag-1", BAG, blocks=(block,), covered=frozenset({block}))
    bed = alone(units=(unit,))
    bed.arm("nurse-1")
    assert bool(bed.confirmed) is (block in COVERABLE)
    assert not (block in NEVER_COVERED and bed.confirmed)


def test_what_stands_against_one_bag_stands_against_no_other_in_whatever_order_they_are_known() -> None:
    blocked, free = UnitKnown("bag-2", OTHER_BAG, blocks=(Refusal.QUARANTINED,)), UnitKnown("bag-1", BAG)
    for units in ((blocked, free), (free, blocked)):
        bed = alone(units=units)
        bed.arm("nurse-1")
        assert [event.unit for event in bed.confirmed] == ["bag-1"]


def test_what_is_covered_for_the_step_does_not_take_a_block_off_a_unit() -> None:
    bed = alone(units=(UnitKnown("bag-1", BAG, blocks=(Refusal.EXPIRED,)),), covered=frozenset({Refusal.EXPIRED}))
    bed.arm("nurse-1")
    assert bed.state.outcome is Refusal.EXPIRED


def test_a_proxy_suspicion_covered_for_the_bag_is_let_through() -> None:
    unit = UnitKnown("bag-1", BAG, covered=frozenset({Refusal.PROXY_SUSPECTED}))
    for for_the_step in (frozenset(), unit.covered):
        bed = alone(stated=False, units=(unit,), covered=for_the_step)
        bed.signs_in("nurse-1")
        bed.reads_wristband()
        bed.reads_bag(after=0)
        assert bed.confirmed


@pytest.mark.parametrize(
    ("cassette", "unit", "bag", "other"),
    [(OTHER_CASSETTE, "bag-2", BAG, "bag-1"), (CASSETTE, "bag-1", OTHER_BAG, "bag-2")],
)
def test_the_bag_must_be_the_one_its_cassette_names(
    cassette: frozenset[str], unit: str, bag: frozenset[str], other: str
) -> None:
    bench = Bedside(plan(gate.CASSETTE, gate.UNIT))
    bench.signs_in("technician")
    assert bench.reads(cassette, "cassette") == (gate.Accepted(gate.CASSETTE, 1, unit),)
    assert bench.reads_bag(bag) == (
        gate.Refused(Refusal.WRONG_UNIT, gate.UNIT, True, other, BAG if unit == "bag-1" else OTHER_BAG, bag),
        gate.Ended("WRONG_UNIT"),
    )


def test_papers_confirm_every_bag_that_nothing_stands_against() -> None:
    units = (
        UnitKnown("bag-1", BAG, blocks=(Refusal.QUARANTINED,)),
        UnitKnown("bag-2", OTHER_BAG),
        UnitKnown("bag-3", BAG, blocks=(Refusal.EXPIRED,), covered=frozenset({Refusal.EXPIRED})),
    )
    bench = papers(units=units)
    bench.signs_in("pharmacist")
    bench.reads(ORDER, "order")
    bench.reads(CERTIFICATE, "certificate")
    assert [event.unit for event in bench.confirmed] == ["bag-2", "bag-3"]


def test_papers_confirm_nothing_where_something_stands_against_every_bag() -> None:
    units = (
        UnitKnown(
            "bag-1",
            BAG,
            blocks=(Refusal.EXPIRED, Refusal.QUARANTINED, Refusal.ON_HOLD),
            covered=frozenset({Refusal.EXPIRED}),
        ),
        UnitKnown("bag-2", OTHER_BAG, blocks=(Refusal.ON_HOLD,)),
    )
    bench = papers(units=units)
    bench.signs_in("pharmacist")
    bench.reads(ORDER, "order")
    assert bench.reads(CERTIFICATE, "certificate")[-2:] == (
        gate.Refused(Refusal.QUARANTINED, gate.UNIT, True, "bag-1"),
        gate.Ended("QUARANTINED"),
    )


def test_one_paper_alone_confirms_bags_and_papers_beside_a_wristband_confirm_none() -> None:
    bench = Bedside(plan(gate.ORDER))
    bench.signs_in("pharmacist")
    bench.reads(ORDER, "order")
    assert [event.unit for event in bench.confirmed] == ["bag-1", "bag-2"]
    bed = Bedside(plan(gate.WRISTBAND, gate.ORDER, gate.CERTIFICATE, stated=False))
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.reads(ORDER, "order")
    bed.reads(CERTIFICATE, "certificate")
    assert [event.unit for event in bed.confirmed] == [""]


def test_papers_of_a_case_without_bags_confirm_the_case() -> None:
    bench = papers(units=())
    bench.signs_in("pharmacist")
    bench.reads(ORDER, "order")
    bench.reads(CERTIFICATE, "certificate")
    assert [event.unit for event in bench.confirmed] == [""]


def test_a_wristband_alone_confirms_the_collection_s_bag_and_no_other() -> None:
    chair = Bedside(plan(gate.WRISTBAND, units=(), unit="bag-new"))
    chair.signs_in("nurse-1")
    chair.reads_wristband()
    chair.states()
    assert [event.unit for event in chair.confirmed] == ["bag-new"]
    bed = Bedside(plan(gate.WRISTBAND))
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.states()
    assert [event.unit for event in bed.confirmed] == [""]


def test_a_stranger_s_bag_in_the_second_arm_ends_the_check_at_once() -> None:
    bed = two()
    bed.arm("nurse-1")
    bed.arm("nurse-2", BAG_OF_A_STRANGER)
    assert bed.state.outcome is Refusal.WRONG_UNIT


def test_the_plan_s_own_times_are_the_design_s() -> None:
    made = plan(*BEDSIDE)
    assert (made.stale_after_ns, made.valid_ns, made.hands_ns) == (120 * SECOND, 900 * SECOND, SECOND)
    assert gate.PROXY_LIMIT == 3


def test_the_state_of_a_check_is_never_changed_in_place() -> None:
    begun = gate.begin(plan(*BEDSIDE))
    after, _ = gate.step(begun, gate.ArmOpened("nurse-1", begun.plan.begun_ns))
    assert (begun.arms, begun.waiting, after.waiting) == ((), "person", "arm")
    made = ObjectRead(WRISTBAND, begun.plan.begun_ns, check="check-1", workstation="cart-2")
    assert gate.step(after, made) == gate.step(after, replace(made))


# What comes to light while people read ------------------------------------------------------------------------------


def test_a_hold_that_arrives_after_the_last_scan_of_the_first_person_stops_the_check() -> None:
    bed = two()
    bed.arm("nurse-1")
    assert bed.does(gate.Learned(bed.plan.units, (Refusal.ON_HOLD,), bed.at)) == ()
    bed.signs_in("nurse-2")
    bed.reads_wristband()
    bed.states()
    bed.reads_bag()
    assert bed.refused == [Refusal.ON_HOLD]
    assert not bed.confirmed
    assert bed.state.waiting == "ended"


def test_a_hold_that_arrives_before_the_last_answer_of_one_person_stops_the_check() -> None:
    """The unit was read before the hold: it is asked for again when the check would confirm."""
    bed = Bedside(plan(gate.UNIT, gate.WRISTBAND))
    bed.signs_in("nurse-1")
    bed.reads_bag()
    bed.reads_wristband()
    bed.does(gate.Learned(bed.plan.units, (Refusal.ON_HOLD,), bed.at))
    bed.states()
    assert bed.refused == [Refusal.ON_HOLD]
    refused = next(each for each in bed.effects if isinstance(each, gate.Refused))
    assert (refused.object, refused.unit, refused.ends) == (gate.UNIT, "bag-1", True)


def test_a_quarantine_that_arrives_stops_its_own_bag_alone() -> None:
    for aside, refused in (("bag-1", [Refusal.QUARANTINED]), ("bag-2", [])):
        bed = Bedside(plan(gate.UNIT, gate.WRISTBAND))
        bed.signs_in("nurse-1")
        bed.reads_bag()
        bed.reads_wristband()
        units = tuple(
            replace(known, blocks=(Refusal.QUARANTINED,)) if known.unit == aside else known for known in bed.plan.units
        )
        bed.does(gate.Learned(units, (), bed.at))
        bed.states()
        assert bed.refused == refused


def test_what_is_settled_in_the_meantime_holds_nothing_back() -> None:
    bed = Bedside(plan(gate.WRISTBAND, gate.UNIT, blocks=(Refusal.ON_HOLD,)))
    bed.does(gate.Learned(bed.plan.units, (), bed.at))
    bed.arm("nurse-1")
    assert bed.confirmed


def test_a_hold_stops_a_check_of_the_person_alone() -> None:
    bed = Bedside(plan(gate.WRISTBAND, units=(), unit="bag-new"))
    bed.signs_in("nurse-1")
    bed.reads_wristband()
    bed.does(gate.Learned((), (Refusal.ON_HOLD,), bed.at))
    bed.states()
    assert bed.refused == [Refusal.ON_HOLD]


def test_a_block_of_the_step_is_covered_by_an_exception_for_the_step_or_for_the_unit_in_hand() -> None:
    late = (Refusal.PROFILE_NOT_APPROVED,)
    covered = frozenset(late)
    units = (UnitKnown("bag-1", BAG, covered=covered), UnitKnown("bag-2", OTHER_BAG))
    for bag, changed, confirms in (
        (BAG, {"units": units}, True), (OTHER_BAG, {"units": units}, False), (OTHER_BAG, {"covered": covered}, True),
    ):  # fmt: skip
        bed = Bedside(plan(gate.WRISTBAND, gate.UNIT, blocks=late, **changed))
        bed.arm("nurse-1", bag)
        assert bool(bed.confirmed) is confirms
        assert bed.refused == ([] if confirms else [Refusal.PROFILE_NOT_APPROVED])


def test_no_exception_covers_a_hold_or_a_contradiction_of_the_case() -> None:
    for block in (Refusal.ON_HOLD, Refusal.DISCREPANCY_OPEN):
        bed = Bedside(plan(gate.WRISTBAND, gate.UNIT, blocks=(block,), covered=frozenset({block})))
        bed.arm("nurse-1")
        assert bed.refused == [block]


def test_papers_release_nothing_in_a_case_on_hold() -> None:
    bed = Bedside(plan(gate.ORDER))
    bed.signs_in("pharmacist-1")
    bed.does(gate.Learned(bed.plan.units, (Refusal.ON_HOLD,), bed.at))
    bed.reads(ORDER, "order")
    assert bed.refused == [Refusal.ON_HOLD]


def test_a_check_that_has_ended_learns_nothing_more() -> None:
    bed = Bedside(plan(gate.WRISTBAND, gate.UNIT))
    bed.arm("nurse-1")
    ended = bed.state
    bed.does(gate.Learned((), (Refusal.ON_HOLD,), bed.at))
    assert bed.state == ended


def test_of_two_things_that_came_to_light_the_one_about_the_whole_case_is_named() -> None:
    bed = Bedside(plan(gate.UNIT, gate.WRISTBAND))
    bed.signs_in("nurse-1")
    bed.reads_bag()
    bed.reads_wristband()
    units = tuple(replace(known, blocks=(Refusal.QUARANTINED,)) for known in bed.plan.units)
    bed.does(gate.Learned(units, (Refusal.ON_HOLD,), bed.at))
    bed.states()
    assert bed.refused == [Refusal.ON_HOLD]
