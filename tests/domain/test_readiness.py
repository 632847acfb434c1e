"""Why a step may not begin: for this person, this case, this unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from coordinator_app.domain import events as e
from coordinator_app.domain.profile import Profile, read_profile
from coordinator_app.domain.profile_parts import StepRule
from coordinator_app.domain.readiness import (
    Block,
    ClockBlock,
    case_blocks,
    facts_of,
    gate_blocks,
    person_blocks,
    unit_blocks,
)
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.site_record import ProfileRecord, SiteRecord, StaffRecord
from coordinator_app.domain.vocabulary import ClockState, Role
from tests.domain.case_journal import CASE, NOON, UNIT, Journal

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
STEPS = (
    ("enrol", "enrol", ["wristband"], []),
    ("receive", "receive", ["shipment"], []),
    ("accept", "accept", ["unit"], ["receive"]),
    ("thaw", "thaw", ["unit"], ["accept"]),
    ("bedside", "administer", ["wristband", "unit"], ["thaw"]),
    ("return", "return", ["unit"], []),
)


def trial(
    *gates: tuple[str, str, str], order: str = "any", parts: tuple[str, ...] = (), example: bool = False
) -> Profile:
    """Return a profile with these gates, each as (before, requires, scope)."""
    text = f"""[profile]
id = "TRIAL"
version = 1
title = "Trial"
modality = "autologous"
source = "manual"
example = {str(example).lower()}
[[identifier]]
name = "coi"
issuer = "sponsor"
format = "isbt128:040"
required_by = "thaw"
[[unit]]
kind = "bag"
name = "product"
count = [1, 4]
order = "{order}"
parts = [{", ".join(f'"{part}"' for part in parts)}]
"""
    for name, procedure, needs, after in STEPS:
        text += f"""[[step]]
name = "{name}"
procedure = "{procedure}"
check = "single"
roles = ["nurse"]
needs = {needs}
after = {after}
training = ["TRIAL"]
""".replace("'", '"')
    for before, requires, scope in gates:
        text += f'[[gate]]\nbefore = "{before}"\nrequires = "{requires}"\nscope = "{scope}"\nsource = "section 4"\n'
    read = read_profile(text)
    assert isinstance(read, Profile), [str(fault) for fault in read]
    return read


def step(name: str, profile: Profile | None = None) -> StepRule:
    found = (profile or trial()).step(name)
    assert found is not None
    return found


@pytest.fixture
def journal() -> Journal:
    """Two bags of one patient, accepted and not yet thawed."""
    made = Journal()
    made.enrols()
    made.opens("TRIAL")
    made.registers("unit:2", 2)
    for unit in (UNIT, "unit:2"):
        accepted(made, unit)
    return made


def accepted(journal: Journal, unit: str) -> None:
    journal.records(e.BagReceived(case=CASE, step="receive", unit=unit, shipment="shipment:1"))
    journal.records(e.BagAccepted(case=CASE, step="accept", unit=unit))


def thawed(journal: Journal, unit: str) -> None:
    journal.records(e.ThawStarted(case=CASE, step="thaw", unit=unit))
    journal.records(e.ThawCompleted(case=CASE, step="thaw", unit=unit))


def given(journal: Journal, unit: str) -> None:
    journal.records(e.AdministrationStarted(case=CASE, step="bedside", unit=unit))
    journal.records(e.AdministrationCompleted(case=CASE, step="bedside", unit=unit))


def why_not(
    journal: Journal, name: str, unit: str = UNIT, profile: Profile | None = None, clocks: tuple[ClockBlock, ...] = ()
) -> list[Refusal]:
    made = profile or trial()
    found = unit_blocks(journal.case, made, step(name, made), journal.case.units[unit], clocks, NOW)
    return [block.reason for block in found]


# People -----------------------------------------------------------------------------------------------------------


def nurse(**changed: object) -> StaffRecord:
    made = StaffRecord("nurse-1", ("nurse",), "", "Okafor", "Ngozi", frozenset(), "", "",
                       training={"TRIAL": NOW + timedelta(days=1)},
                       delegated={"TRIAL": NOW + timedelta(days=1)})  # fmt: skip
    return replace(made, **changed)


def test_a_trained_nurse_may_and_one_of_another_role_or_untrained_may_not() -> None:
    rule, profile = step("bedside"), trial()
    assert person_blocks(rule, nurse(), profile, NOW, witness=False) == []
    assert person_blocks(rule, nurse(roles=("quality",)), profile, NOW, witness=False) == [
        Block(Refusal.NOT_ALLOWED, "nurse")
    ]
    for until in ({}, {"TRIAL": NOW - timedelta(seconds=1)}, {"OTHER": NOW + timedelta(days=1)}):
        blocks = person_blocks(rule, nurse(training=until), profile, NOW, witness=False)
        assert blocks == [Block(Refusal.NOT_TRAINED, "TRIAL")]


def test_a_delegation_that_has_ended_or_was_never_given_counts_for_nothing() -> None:
    for delegated in ({"TRIAL": NOW - timedelta(seconds=1)}, {}, {"OTHER": NOW + timedelta(days=1)}):
        blocks = person_blocks(step("bedside"), nurse(delegated=delegated), trial(), NOW, witness=False)
        assert [block.reason for block in blocks] == [Refusal.NOT_DELEGATED]
    still = nurse(delegated={"TRIAL": NOW + timedelta(days=1), "OTHER": NOW - timedelta(days=1)})
    assert person_blocks(step("bedside"), still, trial(), NOW, witness=False) == []


def test_who_may_witness_is_asked_of_the_witness_alone() -> None:
    rule = replace(step("bedside"), witness_roles=(Role.PHYSICIAN,))
    assert person_blocks(rule, nurse(), trial(), NOW, witness=True) == [Block(Refusal.NOT_ALLOWED, "physician")]
    assert person_blocks(rule, nurse(roles=("physician",)), trial(), NOW, witness=True) == []
    assert person_blocks(rule, nurse(), trial(), NOW, witness=False) == []
    assert person_blocks(step("bedside"), nurse(), trial(), NOW, witness=True) == []


# The case ---------------------------------------------------------------------------------------------------------


def site(*approved_by: str, demonstration: bool = False) -> SiteRecord:
    record = ProfileRecord("TRIAL", 1, "sha", "", approved_by)
    return SiteRecord(name="St Brigid's", profiles={"sha": record}, demonstration=demonstration)


def test_a_profile_counts_when_two_different_people_approved_exactly_its_text(journal: Journal) -> None:
    for people, blocked in (((), True), (("a",), True), (("a", "a"), True), (("a", "b"), False)):
        found = case_blocks(journal.case, trial(), site(*people), step("accept"))
        assert (Refusal.PROFILE_NOT_APPROVED in [b.reason for b in found]) is blocked
    assert case_blocks(journal.case, trial(), SiteRecord(), step("accept"))[0].reason is Refusal.PROFILE_NOT_APPROVED


def test_an_example_is_for_the_demonstration_alone(journal: Journal) -> None:
    example = trial(example=True)
    real = case_blocks(journal.case, example, site("a", "b"), step("accept"))
    assert [block.reason for block in real] == [Refusal.PROFILE_IS_EXAMPLE]
    assert case_blocks(journal.case, example, site("a", "b", demonstration=True), step("accept")) == []


def test_holds_and_contradictions_stop_every_step_but_returning_and_destroying(journal: Journal) -> None:
    journal.records(e.HoldPlaced(case=CASE, reason="fever"))
    journal.records(e.DiscrepancyFound(case=CASE, kind="count differs"))
    found = case_blocks(journal.case, trial(), site("a", "b"), step("accept"))
    assert found == [Block(Refusal.ON_HOLD, "fever"), Block(Refusal.DISCREPANCY_OPEN, "count differs")]
    assert case_blocks(journal.case, trial(), site("a", "b"), step("return")) == []


def test_an_identifier_must_be_there_before_the_step_that_requires_it(journal: Journal) -> None:
    found = case_blocks(journal.case, trial(), site("a", "b"), step("thaw"))
    assert found == [Block(Refusal.PART_MISSING, "coi")]
    assert case_blocks(journal.case, trial(), site("a", "b"), step("bedside")) == []
    journal.records(e.IdentifierLinked(case=CASE, name="coi", value="CHA1", issuer="sponsor", origin="sponsor-file"))
    assert case_blocks(journal.case, trial(), site("a", "b"), step("thaw")) == []


# The unit's history -----------------------------------------------------------------------------------------------


def test_a_bag_that_is_ready_has_nothing_against_it(journal: Journal) -> None:
    assert why_not(journal, "thaw") == []


def test_a_step_waits_for_the_steps_before_it_and_is_done_once(journal: Journal) -> None:
    assert why_not(journal, "bedside") == [Refusal.EARLIER_STEP_MISSING]
    thawed(journal, UNIT)
    assert why_not(journal, "bedside") == []
    assert why_not(journal, "thaw") == [Refusal.UNIT_ALREADY_USED]
    given(journal, UNIT)
    assert why_not(journal, "bedside") == [Refusal.UNIT_ALREADY_USED]
    assert why_not(journal, "return") == [Refusal.UNIT_ALREADY_USED]
    assert why_not(journal, "return", "unit:2") == []


def test_a_quarantined_or_expired_bag_is_not_begun_with(journal: Journal) -> None:
    journal.records(e.BagQuarantined(case=CASE, unit=UNIT, reason="excursion"))
    assert why_not(journal, "thaw") == [Refusal.QUARANTINED]
    journal.records(e.DosePrepared(case=CASE, step="prepare", unit="unit:2", expires_at=NOW))
    assert Refusal.EXPIRED not in why_not(journal, "bedside", "unit:2")
    journal.records(e.DosePrepared(case=CASE, step="prepare", unit="unit:2", expires_at=NOW - timedelta(seconds=1)))
    assert Refusal.EXPIRED in why_not(journal, "bedside", "unit:2")


def test_bags_in_a_fixed_order_are_given_one_after_the_other(journal: Journal) -> None:
    fixed = trial(order="fixed")
    assert why_not(journal, "thaw", "unit:2", fixed) == [Refusal.WRONG_ORDER_OF_UNITS]
    assert why_not(journal, "thaw", UNIT, fixed) == []
    assert why_not(journal, "thaw", "unit:2") == []
    thawed(journal, UNIT)
    assert why_not(journal, "thaw", "unit:2", fixed) == [Refusal.WRONG_ORDER_OF_UNITS]
    given(journal, UNIT)
    assert why_not(journal, "thaw", "unit:2", fixed) == []


def test_a_bag_in_quarantine_does_not_hold_up_the_one_after_it(journal: Journal) -> None:
    journal.records(e.BagQuarantined(case=CASE, unit=UNIT, reason="torn"))
    assert why_not(journal, "thaw", "unit:2", trial(order="fixed")) == []


def test_parts_come_in_the_order_of_the_profile_whatever_their_numbers() -> None:
    made = Journal()
    made.opens("TRIAL")
    made.registers("cd4", 1, name="cd4")
    made.registers("cd8", 2, name="cd8")
    for unit in ("cd4", "cd8"):
        accepted(made, unit)
    fixed = trial(order="fixed", parts=("cd8", "cd4"))
    assert why_not(made, "thaw", "cd4", fixed) == [Refusal.WRONG_ORDER_OF_UNITS]
    assert why_not(made, "thaw", "cd8", fixed) == []


def test_a_syringe_does_not_wait_for_vials_of_lower_number() -> None:
    made = Journal()
    made.opens("TRIAL")
    made.registers("vial", 1, name="vial")
    made.registers("second", 2)
    for unit in ("vial", "second"):
        accepted(made, unit)
    assert why_not(made, "thaw", "second", trial(order="fixed")) == []


# Gates ------------------------------------------------------------------------------------------------------------


def test_a_gate_names_what_is_missing_and_where_the_rule_stands(journal: Journal) -> None:
    profile = trial(("thaw", "consent.current", "case"))
    unit = journal.case.units[UNIT]
    assert gate_blocks(journal.case, profile, step("thaw"), unit) == [
        Block(Refusal.GATE_CLOSED, "consent.current", "section 4")
    ]
    journal.records(e.FactRecorded(case=CASE, fact="consent.current"))
    assert gate_blocks(journal.case, profile, step("thaw"), unit) == []
    journal.records(e.FactRecorded(case=CASE, fact="consent.current", holds=False))
    assert len(gate_blocks(journal.case, profile, step("thaw"), unit)) == 1


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("order.present", Refusal.ORDER_MISSING),
        ("order.second_origin", Refusal.ORDER_MISSING),
        ("certificate.release", Refusal.CERTIFICATE_MISSING),
        ("logger.accepted", Refusal.GATE_CLOSED),
    ],
)
def test_each_missing_paper_has_its_own_reason(journal: Journal, fact: str, reason: Refusal) -> None:
    found = gate_blocks(journal.case, trial(("thaw", fact, "case")), step("thaw"), journal.case.units[UNIT])
    assert [block.reason for block in found] == [reason]


def test_a_typed_order_has_a_second_origin_only_with_a_certificate(journal: Journal) -> None:
    journal.records(e.OrderRecorded(case=CASE, order="O", version=1, origin="typed-by-two", units_expected=2))
    assert {"order.present", "order.second_origin"} & facts_of(journal.case, None) == {"order.present"}
    journal.records(e.CertificateReceived(case=CASE, certificate="CERT", releases=True, codes=("gdti:1",)))
    assert {"order.second_origin", "certificate.release"} <= facts_of(journal.case, None)


def test_a_logger_speaks_for_the_bags_that_travelled_with_it(journal: Journal) -> None:
    for number, unit in ((1, UNIT), (2, "unit:2")):
        journal.records(
            e.ShipmentAnnounced(case=CASE, shipment=f"shipment:{number}", codes=(), shown="", units=(unit,))
        )
    journal.records(e.LoggerReviewed(case=CASE, shipment="shipment:1", accepted=True))
    journal.records(e.LoggerReviewed(case=CASE, shipment="shipment:2", accepted=False))
    case = journal.case
    assert "logger.accepted" in facts_of(case, case.units[UNIT])
    assert "logger.accepted" not in facts_of(case, case.units["unit:2"])
    assert "logger.accepted" not in facts_of(case, None)


def test_a_bag_s_own_gate_is_not_opened_by_another_bag(journal: Journal) -> None:
    of_bag, of_case = trial(("bedside", "stored", "bag")), trial(("bedside", "stored", "case"))
    journal.records(e.BagStored(case=CASE, step="store", unit="unit:2", location="T3"))
    assert Refusal.GATE_CLOSED in why_not(journal, "bedside", UNIT, of_bag)
    assert Refusal.GATE_CLOSED not in why_not(journal, "bedside", "unit:2", of_bag)
    assert Refusal.GATE_CLOSED not in why_not(journal, "bedside", UNIT, of_case)


def test_what_happened_to_the_collected_bag_counts_for_the_product_made_of_it(journal: Journal) -> None:
    profile = trial(("bedside", "collection_ended", "bag"))
    assert Refusal.GATE_CLOSED in why_not(journal, "bedside", UNIT, profile)
    journal.registers("unit:collected", 1, collected=True)
    journal.records(e.CollectionEnded(case=CASE, step="collect", unit="unit:collected"))
    assert Refusal.GATE_CLOSED not in why_not(journal, "bedside", UNIT, profile)


def test_a_shipment_opens_the_gate_of_the_bags_in_it(journal: Journal) -> None:
    profile = trial(("bedside", "shipment_arrived", "bag"))
    journal.records(e.ShipmentAnnounced(case=CASE, shipment="shipment:1", codes=(), shown="", units=(UNIT,)))
    assert Refusal.GATE_CLOSED in why_not(journal, "bedside", UNIT, profile)
    journal.records(e.ShipmentArrived(case=CASE, shipment="shipment:1", condition="good", seal="", seal_intact=True))
    assert Refusal.GATE_CLOSED not in why_not(journal, "bedside", UNIT, profile)
    assert Refusal.GATE_CLOSED in why_not(journal, "bedside", "unit:2", profile)


def test_the_second_bag_is_thawed_when_the_first_is_given(journal: Journal) -> None:
    profile = trial(("thaw", "previous.administration_completed", "bag"))
    assert why_not(journal, "thaw", UNIT, profile) == []
    thawed(journal, UNIT)
    assert why_not(journal, "thaw", "unit:2", profile) == [Refusal.GATE_CLOSED]
    given(journal, UNIT)
    assert why_not(journal, "thaw", "unit:2", profile) == []


def test_a_bag_begun_later_is_not_the_one_before(journal: Journal) -> None:
    profile = trial(("bedside", "previous.administration_completed", "bag"))
    thawed(journal, UNIT)
    thawed(journal, "unit:2")
    assert why_not(journal, "bedside", UNIT, profile) == []
    assert why_not(journal, "bedside", "unit:2", profile) == [Refusal.GATE_CLOSED]


def test_a_thaw_asks_for_what_later_checks_ask_for_and_not_for_what_it_brings_about(journal: Journal) -> None:
    facts = trial(("bedside", "consent.current", "case"), ("bedside", "thaw_completed", "bag"))
    assert why_not(journal, "thaw", UNIT, facts) == [Refusal.GATE_CLOSED]
    journal.records(e.FactRecorded(case=CASE, fact="consent.current"))
    assert why_not(journal, "thaw", UNIT, facts) == []
    assert why_not(journal, "accept", UNIT, facts) == [Refusal.UNIT_ALREADY_USED]


# Clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (ClockState.OVERDUE, Refusal.CLOCK_OVERDUE),
        (ClockState.MISSED, Refusal.CLOCK_OVERDUE),
        (ClockState.EARLY, Refusal.TOO_EARLY),
        (ClockState.WAITING, Refusal.GATE_CLOSED),
        (ClockState.UNCERTAIN, Refusal.CLOCK_UNCERTAIN),
    ],
)
def test_a_clock_blocks_the_steps_it_names_for_its_own_bag(
    journal: Journal, state: ClockState, reason: Refusal
) -> None:
    thawed(journal, UNIT)
    clock = ClockBlock("thaw-to-end", "Infusion must be complete", state, UNIT, ("bedside",), "section 2.2")
    assert why_not(journal, "bedside", UNIT, clocks=(clock,)) == [reason]
    assert why_not(journal, "bedside", UNIT, clocks=(replace(clock, unit=""),)) == [reason]
    assert why_not(journal, "bedside", UNIT, clocks=(replace(clock, unit="unit:2"),)) == []
    assert why_not(journal, "bedside", UNIT, clocks=(replace(clock, blocks=("thaw",)),)) == []


def test_a_thaw_is_not_begun_when_the_infusion_would_be_blocked_unless_it_only_waits(journal: Journal) -> None:
    clock = ClockBlock("hold", "Hold", ClockState.OVERDUE, UNIT, ("bedside",), "section 2.2")
    assert why_not(journal, "thaw", UNIT, clocks=(clock,)) == [Refusal.CLOCK_OVERDUE]
    assert why_not(journal, "thaw", UNIT, clocks=(replace(clock, state=ClockState.WAITING),)) == []
    assert NOON < NOW
