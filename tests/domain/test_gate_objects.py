"""What is scanned and what it is taken for: wristbands, bags, cassettes, papers, and what looks like them."""

from __future__ import annotations

import pytest

from coordinator_app.domain import gate
from coordinator_app.domain.check_parts import Plan, UnitKnown
from coordinator_app.domain.refusal import Refusal
from tests.domain.bedside import (
    BAG,
    BAG_OF_A_STRANGER,
    CASSETTE,
    CERTIFICATE,
    DONOR,
    OLD_WRISTBAND,
    ORDER,
    OTHER_BAG,
    OTHER_CASSETTE,
    SHIPPER,
    STRANGER,
    WRISTBAND,
    Bedside,
    plan,
)

NOT_ASKED, UNKNOWN = Refusal.NOT_WHAT_WAS_ASKED, Refusal.CODE_NOT_RECOGNISED


def codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


def at_the(object: str, made: Plan | None = None) -> Bedside:
    """A check whose signed-in person is asked for this object."""
    bed = Bedside(made or plan(object, stated=False))
    bed.signs_in("nurse-1")
    assert gate.wanted(bed.state) == object
    return bed


def ends(bed: Bedside, reason: Refusal, object: str, expected: frozenset[str], read: frozenset[str]) -> None:
    assert bed.effects == (
        gate.Refused(reason, object, True, expected=expected, read=read),
        gate.Ended(reason.value),
    )
    assert (bed.state.waiting, bed.state.outcome, bed.state.confirmed) == ("ended", reason, False)


EVERY_LABEL = BAG | OTHER_BAG | CASSETTE | OTHER_CASSETTE
MOMENTS = ("nobody has signed in", "the wristband is asked", "the name is asked", "the bag is asked", "it is stale",
           "between two people", "the answer is repeated")  # fmt: skip


def at_the_moment(moment: str) -> Bedside:
    bed = Bedside(plan(gate.WRISTBAND, gate.UNIT, arms=2))
    if moment == "between two people":
        bed.arm("nurse-1")
    elif moment == "the answer is repeated":
        bed.arm("nurse-1", family="Grauer")
        bed.arm("nurse-2")
    elif moment != "nobody has signed in":
        bed.signs_in("nurse-1")
        if moment != "the wristband is asked":
            bed.reads_wristband()
        if moment == "the bag is asked":
            bed.states()
        if moment == "it is stale":
            bed.now += 300
    return bed


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_is_a_stranger_s_ends_the_check_whenever_it_is_read(moment: str) -> None:
    bed = at_the_moment(moment)
    bed.reads_wristband(STRANGER)
    ends(bed, Refusal.WRONG_PATIENT, gate.WRISTBAND, WRISTBAND, STRANGER)
    bed = at_the_moment(moment)
    bed.reads_wristband(DONOR)
    ends(bed, Refusal.DONOR_RECIPIENT_CONFUSED, gate.WRISTBAND, WRISTBAND, DONOR)
    bed = at_the_moment(moment)
    bed.reads_bag(BAG_OF_A_STRANGER)
    ends(bed, Refusal.WRONG_UNIT, gate.UNIT, EVERY_LABEL, BAG_OF_A_STRANGER)
    bed = at_the_moment(moment)
    bed.reads(codes("order:S"), "order")
    ends(bed, Refusal.WRONG_ORDER, gate.ORDER, ORDER, codes("order:S"))
    bed = at_the_moment(moment)
    bed.reads(codes("gdti:S"), "certificate")
    ends(bed, Refusal.WRONG_ORDER, gate.CERTIFICATE, CERTIFICATE, codes("gdti:S"))


# Wristbands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", ["gsrn:A", "patient-id:A", "gsrn:A patient-id:A"])
def test_any_code_of_the_wristband_is_the_wristband(read: str) -> None:
    assert at_the(gate.WRISTBAND).reads(codes(read), "wristband")[0] == gate.Accepted(gate.WRISTBAND, 1)


@pytest.mark.parametrize("read", ["gsrn:X", "patient-id:X", "gsrn:A patient-id:X", "gsrn:A0 patient-id:X"])
@pytest.mark.parametrize("known_as", ["", "wristband"])
def test_a_wristband_with_any_number_of_somebody_else_ends_the_check(read: str, known_as: str) -> None:
    bed = at_the(gate.WRISTBAND)
    bed.reads(codes(read), known_as)
    assert bed.state.outcome is Refusal.WRONG_PATIENT


def test_a_wristband_known_here_by_the_hospital_s_own_pattern_is_judged_as_a_wristband() -> None:
    made = plan(gate.WRISTBAND, stated=False, person_codes=codes("trial-mrn:1"))
    assert at_the(gate.WRISTBAND, made).reads(codes("trial-mrn:1"), "wristband")[0] == gate.Accepted(gate.WRISTBAND, 1)
    bed = at_the(gate.WRISTBAND, made)
    bed.reads(codes("trial-mrn:2"), "wristband")
    assert bed.state.outcome is Refusal.WRONG_PATIENT
    assert at_the(gate.WRISTBAND, made).reads(codes("trial-mrn:2")) == (gate.Refused(UNKNOWN, gate.WRISTBAND),)


def test_a_wristband_that_was_replaced_is_refused_and_the_new_one_still_counts() -> None:
    bed = at_the(gate.WRISTBAND)
    for read in (OLD_WRISTBAND, OLD_WRISTBAND | {"patient-id:A"}):
        assert bed.reads_wristband(read) == (gate.Refused(Refusal.WRISTBAND_VOID, gate.WRISTBAND),)
    assert bed.reads_wristband()[0] == gate.Accepted(gate.WRISTBAND, 1)


def test_a_case_whose_patient_is_not_known_accepts_nobody() -> None:
    bed = at_the(gate.WRISTBAND, plan(gate.WRISTBAND, person_codes=frozenset(), void_codes=frozenset()))
    bed.reads_wristband()
    assert bed.state.outcome is Refusal.WRONG_PATIENT


@pytest.mark.parametrize(
    ("read", "known_as"),
    [
        (BAG | {"patient-id:A"}, "unit wristband"),
        (BAG | {"patient-id:A"}, "unit"),
        (BAG | {"gsrn:A"}, "wristband"),
        (ORDER | {"patient-id:A"}, "order wristband"),
        (CERTIFICATE | {"patient-id:A"}, "certificate wristband"),
    ],
)
def test_a_bag_or_paper_that_bears_the_patient_s_number_is_no_wristband(read: frozenset[str], known_as: str) -> None:
    assert at_the(gate.WRISTBAND).reads(read, known_as) == (gate.Refused(NOT_ASKED, gate.WRISTBAND),)


def test_a_wristband_whose_number_is_on_bags_and_papers_too_is_still_the_wristband() -> None:
    made = plan(gate.WRISTBAND, stated=False, units=(UnitKnown("bag-1", BAG | {"patient-id:A"}),),
                order_codes=ORDER | {"patient-id:A"})  # fmt: skip
    for read in ("patient-id:A", "gsrn:A patient-id:A"):
        for known_as in ("wristband unit order", "wristband order"):
            effects = at_the(gate.WRISTBAND, made).reads(codes(read), known_as)
            assert effects[0] == gate.Accepted(gate.WRISTBAND, 1)


def test_a_wristband_with_the_hospital_s_own_number_is_no_paper_even_where_papers_bear_it() -> None:
    numbers = codes("trial-mrn:0 trial-mrn:1 trial-mrn:2")
    made = plan(gate.WRISTBAND, stated=False, person_codes=codes("trial-mrn:1 gsrn:A"), void_codes=codes("trial-mrn:0"),
                other_codes=codes("trial-mrn:2"), order_codes=ORDER | numbers)  # fmt: skip
    assert at_the(gate.WRISTBAND, made).reads(codes("trial-mrn:1 gsrn:A"), "wristband order")[0] == gate.Accepted(
        gate.WRISTBAND, 1
    )
    void = at_the(gate.WRISTBAND, made).reads(codes("trial-mrn:0"), "wristband order")
    assert void == (gate.Refused(Refusal.WRISTBAND_VOID, gate.WRISTBAND),)
    bed = at_the(gate.WRISTBAND, made)
    bed.reads(codes("trial-mrn:2"), "wristband order")
    assert bed.state.outcome is Refusal.DONOR_RECIPIENT_CONFUSED


def test_what_the_case_is_called_is_no_wristband_even_where_the_wristband_says_it() -> None:
    made = plan(gate.WRISTBAND, stated=False, person_codes=WRISTBAND | {"coi:C"})
    assert at_the(gate.WRISTBAND, made).reads(codes("coi:C"), "case") == (gate.Refused(NOT_ASKED, gate.WRISTBAND),)
    assert at_the(gate.WRISTBAND, made).reads(codes("coi:C")) == (gate.Refused(UNKNOWN, gate.WRISTBAND),)


def test_the_donor_gives_and_the_recipient_s_wristband_is_confused_with_it() -> None:
    made = plan(gate.WRISTBAND, person_codes=DONOR, other_codes=WRISTBAND)
    bed = at_the(gate.WRISTBAND, made)
    bed.reads_wristband()
    assert bed.state.outcome is Refusal.DONOR_RECIPIENT_CONFUSED


# Bags -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read", [BAG, codes("unit:N/1"), codes("unit:N/1 coi:C"), BAG | {"patient-id:A"}, BAG | {"x:1"}]
)
@pytest.mark.parametrize("known_as", ["unit", ""])
def test_the_bag_is_known_by_any_label_that_tells_it_from_the_other(read: frozenset[str], known_as: str) -> None:
    assert at_the(gate.UNIT).reads(read, known_as)[0] == gate.Accepted(gate.UNIT, 1, "bag-1")


def test_a_number_that_two_bags_bear_names_neither() -> None:
    bed = at_the(gate.UNIT)
    assert bed.reads_bag(codes("din:N")) == (gate.Refused(Refusal.PART_MISSING, gate.UNIT),)
    assert bed.reads_bag(codes("din:N unit:N/2"))[0] == gate.Accepted(gate.UNIT, 1, "bag-2")


def test_the_donation_number_is_enough_while_one_bag_bears_it_even_where_papers_do_too() -> None:
    made = plan(gate.UNIT, units=(UnitKnown("bag-1", BAG),), case_codes=codes("din:N coi:C"))
    assert at_the(gate.UNIT, made).reads(codes("din:N"), "unit case")[0] == gate.Accepted(gate.UNIT, 1, "bag-1")


@pytest.mark.parametrize("known_as", ["unit", "label", "case", "order unit", ""])
@pytest.mark.parametrize(
    "read",
    [
        "din:X unit:X/1", "din:N unit:N/9", "unit:N/1 din:X", "din:N unit:N/1 coi:S", "din:N unit:N/1 trial-coi:S",
        "din:N unit:N/1 patient-id:S", "item:X/1", "serial:X", "coi:S",
    ],
)  # fmt: skip
def test_a_bag_with_any_number_of_another_ends_the_check(read: str, known_as: str) -> None:
    bed = at_the(gate.UNIT, plan(gate.UNIT, case_codes=codes("coi:C trial-coi:C")))
    bed.reads(codes(read), known_as)
    ends(bed, Refusal.WRONG_UNIT, gate.UNIT, EVERY_LABEL, codes(read))


def test_a_bag_that_bears_the_donor_s_or_an_older_number_of_the_patient_is_still_the_bag() -> None:
    for number in (*DONOR, *OLD_WRISTBAND):
        assert at_the(gate.UNIT).reads_bag(BAG | {number})[0] == gate.Accepted(gate.UNIT, 1, "bag-1")


def test_a_bag_known_here_by_a_pattern_of_the_trial_alone() -> None:
    made = plan(gate.UNIT, units=(UnitKnown("bag-1", codes("trial-kit:K-1 trial-subject:S-1")),))
    assert at_the(gate.UNIT, made).reads(codes("trial-kit:K-1"), "unit")[0] == gate.Accepted(gate.UNIT, 1, "bag-1")
    bed = at_the(gate.UNIT, made)
    bed.reads(codes("trial-kit:K-2"), "unit")
    assert bed.state.outcome is Refusal.WRONG_UNIT
    assert at_the(gate.UNIT, made).reads(codes("trial-kit:K-2")) == (gate.Refused(UNKNOWN, gate.UNIT),)


@pytest.mark.parametrize("known_as", ["case", "case unit cassette", "case label", ""])
@pytest.mark.parametrize("read", ["trial-subject:S-1", "coi:C", "trial-subject:S-1 coi:C"])
@pytest.mark.parametrize("asked", [gate.UNIT, gate.CASSETTE])
def test_what_names_the_case_names_no_bag_of_it(asked: str, read: str, known_as: str) -> None:
    label = codes("trial-subject:S-1 unit:N/1 coi:C")
    bed = at_the(asked, plan(asked, units=(UnitKnown("bag-1", label, label),)))
    reason = NOT_ASKED if known_as else UNKNOWN
    assert bed.reads(codes(read), known_as) == (gate.Refused(reason, asked),)


def test_a_bag_under_a_label_that_no_longer_counts_is_refused_and_the_new_label_still_counts() -> None:
    bed = at_the(gate.UNIT)
    assert bed.reads_bag(BAG | {"serial:V"}) == (gate.Refused(Refusal.LABEL_VOID, gate.UNIT),)
    assert bed.reads_bag(BAG | {"serial:W"})[0] == gate.Accepted(gate.UNIT, 1, "bag-1")


def test_the_patient_s_wristband_is_no_bag() -> None:
    bed = at_the(gate.UNIT)
    assert bed.reads_wristband() == (gate.Refused(NOT_ASKED, gate.UNIT),)
    assert bed.reads(codes("text:?")) == (gate.Refused(UNKNOWN, gate.UNIT),)


def test_what_is_not_asked_for_now_is_refused_without_a_word_on_what_it_is() -> None:
    bed = Bedside(plan(gate.WRISTBAND, gate.UNIT))
    bed.signs_in("nurse-1")
    assert bed.reads_bag() == (gate.Refused(NOT_ASKED, gate.WRISTBAND),)
    bed.reads_wristband()
    assert bed.reads_bag() == (gate.Refused(NOT_ASKED),)
    bed.states()
    assert bed.reads_wristband() == (gate.Refused(NOT_ASKED, gate.UNIT),)


# Cassettes and shippers -------------------------------------------------------------------------------------------


def test_cassette_and_bag_are_two_things_unless_they_bear_the_same_code() -> None:
    bench = at_the(gate.CASSETTE)
    assert bench.reads_bag() == (gate.Refused(NOT_ASKED, gate.CASSETTE),)
    assert bench.reads(CASSETTE, "cassette")[0] == gate.Accepted(gate.CASSETTE, 1, "bag-1")
    bench = at_the(gate.UNIT)
    assert bench.reads(CASSETTE, "cassette") == (gate.Refused(NOT_ASKED, gate.UNIT),)
    same = plan(gate.CASSETTE, units=(UnitKnown("bag-1", BAG, BAG), UnitKnown("bag-2", OTHER_BAG, OTHER_BAG)))
    assert at_the(gate.CASSETTE, same).reads_bag()[0] == gate.Accepted(gate.CASSETTE, 1, "bag-1")
    assert at_the(gate.CASSETTE, same).reads_bag(codes("din:N")) == (gate.Refused(Refusal.PART_MISSING, gate.CASSETTE),)


@pytest.mark.parametrize("read", ["grai:9", "grai:1 grai:9"])
def test_another_cassette_ends_the_check_where_none_agrees(read: str) -> None:
    bench = at_the(gate.CASSETTE)
    bench.reads(codes(read), "cassette")
    if read == "grai:9":
        ends(bench, Refusal.WRONG_UNIT, gate.CASSETTE, EVERY_LABEL, codes(read))
    else:
        assert bench.confirmed


def test_the_mismatch_is_shown_for_the_bag_where_cassette_and_bag_are_asked() -> None:
    bench = Bedside(plan(gate.CASSETTE, gate.UNIT))
    bench.signs_in("technician")
    bench.reads_bag(BAG_OF_A_STRANGER)
    ends(bench, Refusal.WRONG_UNIT, gate.UNIT, EVERY_LABEL, BAG_OF_A_STRANGER)


def test_the_shipper_asked_for_must_be_the_bag_s_own() -> None:
    made = plan(gate.SHIPMENT, units=(UnitKnown("bag-1", BAG, SHIPPER),))
    assert at_the(gate.SHIPMENT, made).reads(SHIPPER)[0] == gate.Accepted(gate.SHIPMENT, 1, "bag-1")
    for read, known_as in (("sscc:9", ""), ("sscc:9", "shipment"), ("trial-shipper:9", "shipment")):
        door = at_the(gate.SHIPMENT, made)
        door.reads(codes(read), known_as)
        ends(door, Refusal.WRONG_UNIT, gate.SHIPMENT, BAG | SHIPPER, codes(read))


def test_a_shipper_where_none_is_asked_for_is_not_what_was_asked() -> None:
    bed = at_the(gate.UNIT)
    assert bed.reads(codes("sscc:9"), "shipment") == (gate.Refused(NOT_ASKED, gate.UNIT),)


# Papers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "read", "known_as"),
    [
        (gate.ORDER, codes("order:O"), "order"),
        (gate.ORDER, ORDER | {"patient-id:A"}, "order wristband"),
        (gate.ORDER, codes("order:O"), ""),
        (gate.CERTIFICATE, CERTIFICATE, "certificate"),
        (gate.CERTIFICATE, CERTIFICATE | {"din:N"}, "certificate"),
    ],
)
def test_the_case_s_own_papers_are_accepted_where_asked(asked: str, read: frozenset[str], known_as: str) -> None:
    assert at_the(asked).reads(read, known_as)[0] == gate.Accepted(asked, 1)


@pytest.mark.parametrize("read", ["order:S coi:S", "order:O coi:S", "order:S coi:C", "order:O patient-id:S"])
def test_an_order_with_any_number_of_another_ends_the_check(read: str) -> None:
    bench = at_the(gate.ORDER)
    bench.reads(codes(read), "order")
    ends(bench, Refusal.WRONG_ORDER, gate.ORDER, ORDER, codes(read))


def test_a_certificate_of_another_chain_of_identity_ends_the_check() -> None:
    bench = at_the(gate.CERTIFICATE)
    bench.reads(codes("gdti:G coi:S"), "certificate")
    assert bench.state.outcome is Refusal.WRONG_ORDER


def test_order_and_certificate_are_two_papers() -> None:
    assert at_the(gate.ORDER).reads(CERTIFICATE, "certificate") == (gate.Refused(NOT_ASKED, gate.ORDER),)
    assert at_the(gate.CERTIFICATE).reads(ORDER, "order") == (gate.Refused(NOT_ASKED, gate.CERTIFICATE),)


def test_a_bag_that_bears_the_order_s_number_is_no_order() -> None:
    for known_as in ("unit order", "unit", ""):
        effects = at_the(gate.ORDER).reads(BAG | {"order:O"}, known_as)
        assert effects == (gate.Refused(NOT_ASKED if known_as else UNKNOWN, gate.ORDER),)


def test_a_paper_that_bears_the_bag_s_number_is_no_bag() -> None:
    made = plan(gate.UNIT, certificate_codes=CERTIFICATE | BAG)
    effects = at_the(gate.UNIT, made).reads(CERTIFICATE | BAG, "certificate")
    assert effects == (gate.Refused(NOT_ASKED, gate.UNIT),)
    made = plan(gate.CASSETTE, units=(UnitKnown("bag-1", BAG, CASSETTE),), certificate_codes=CERTIFICATE | CASSETTE)
    effects = at_the(gate.CASSETTE, made).reads(CERTIFICATE | CASSETTE, "certificate")
    assert effects == (gate.Refused(NOT_ASKED, gate.CASSETTE),)


def test_the_chain_of_identity_alone_is_no_order_unless_the_order_has_no_other_number() -> None:
    assert at_the(gate.ORDER).reads(codes("coi:C"), "order case") == (gate.Refused(NOT_ASKED, gate.ORDER),)
    made = plan(gate.ORDER, order_codes=codes("coi:C"))
    assert at_the(gate.ORDER, made).reads(codes("coi:C"), "order case")[0] == gate.Accepted(gate.ORDER, 1)


def test_a_case_without_an_order_accepts_none() -> None:
    bench = at_the(gate.ORDER, plan(gate.ORDER, order_codes=frozenset()))
    bench.reads(ORDER, "order")
    assert bench.state.outcome is Refusal.WRONG_ORDER
