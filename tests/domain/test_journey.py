"""Where the units of a case stand on the profile's steps."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coordinator_app.domain import events as e
from coordinator_app.domain.journey import (
    collection_due,
    concerns,
    done,
    missing_before,
    next_step,
    patient_present,
)
from coordinator_app.domain.profile import Profile
from coordinator_app.domain.profile_parts import StepRule
from coordinator_app.intake.profiles import read_profile_file
from coordinator_app.resource_files import resource_path
from tests.domain.case_journal import CASE, UNIT, Journal

BAG = "unit:collected"


@pytest.fixture(scope="module")
def profile() -> Profile:
    read = read_profile_file(resource_path("profiles") / "auto-cart-cryo.toml")
    assert read.profile is not None
    return read.profile


@pytest.fixture
def journal() -> Journal:
    """A case whose patient is enrolled and of whom one bag was collected; the product is not announced yet."""
    made = Journal()
    made.records(e.PatientEnrolled(case=CASE, patient="patient:1", family="Grübel"))
    made.opens()
    made.registers(BAG, 1, collected=True)
    return made


def step(profile: Profile, name: str) -> StepRule:
    found = profile.step(name)
    assert found is not None
    return found


def collected(journal: Journal) -> None:
    journal.records(e.CollectionEnded(case=CASE, step="collect", unit=BAG, volume_ml="180"))
    journal.records(e.LabelDrafted(case=CASE, label="label:1", job="job:1", unit=BAG, template="t", serial="S1",
                                   copy_number=1, expected=""))  # fmt: skip
    journal.records(e.LabelApplied(case=CASE, job="job:1", label="label:1", unit=BAG))
    journal.records(e.LabelJobClosed(case=CASE, job="job:1", printed=1, applied=1, voided=0, destroyed=0, returned=0))


def gone(journal: Journal) -> None:
    collected(journal)
    journal.records(e.BagPacked(case=CASE, step="pack", unit=BAG))
    journal.records(e.BagHandedOver(case=CASE, step="hand-over", unit=BAG, to="courier"))


def came(journal: Journal, unit: str = UNIT, number: int = 1) -> None:
    journal.registers(unit, number)
    journal.records(e.ShipmentAnnounced(case=CASE, shipment=f"shipment:{number}", codes=(), shown="CX", units=(unit,)))
    journal.records(
        e.ShipmentArrived(case=CASE, shipment=f"shipment:{number}", condition="good", seal="", seal_intact=True)
    )
    journal.records(e.BagReceived(case=CASE, step="receive", unit=unit))


def test_a_collected_bag_walks_from_the_chair_to_the_courier_and_no_further(journal: Journal, profile: Profile) -> None:
    walked = []
    for acts in (lambda: None, lambda: collected(journal)):
        acts()
        found = next_step(journal.case, profile, journal.case.units[BAG])
        walked.append(found.name if found else "")
    journal.records(e.BagPacked(case=CASE, step="pack", unit=BAG))
    walked.append(getattr(next_step(journal.case, profile, journal.case.units[BAG]), "name", ""))
    journal.records(e.BagHandedOver(case=CASE, step="hand-over", unit=BAG, to="courier"))
    assert walked == ["collect", "pack", "hand-over"]
    assert next_step(journal.case, profile, journal.case.units[BAG]) is None


def test_a_step_is_done_only_by_its_own_event_in_its_own_name(journal: Journal, profile: Profile) -> None:
    gone(journal)
    came(journal)
    transport = step(profile, "transport")
    assert not done(journal.case, transport, journal.case.units[UNIT])
    assert not done(journal.case, transport, None)
    journal.records(e.BagHandedOver(case=CASE, step="hand-over", unit=UNIT, to="ward"))
    assert not done(journal.case, transport, journal.case.units[UNIT])
    journal.records(e.BagHandedOver(case=CASE, step="transport", unit=UNIT, to="ward"))
    assert done(journal.case, transport, journal.case.units[UNIT])


def test_labelling_is_done_when_a_label_is_on_the_bag_and_every_copy_is_accounted_for(
    journal: Journal, profile: Profile
) -> None:
    label, stages = step(profile, "label"), []
    stages.append(done(journal.case, label, journal.case.units[BAG]))
    journal.records(e.LabelDrafted(case=CASE, label="label:1", job="job:1", unit=BAG, template="t", serial="S1",
                                   copy_number=1, expected=""))  # fmt: skip
    journal.records(e.LabelApplied(case=CASE, job="job:1", label="label:1", unit=BAG))
    stages.append(done(journal.case, label, journal.case.units[BAG]))
    journal.records(e.LabelJobClosed(case=CASE, job="job:1", printed=1, applied=1, voided=0, destroyed=0, returned=0))
    stages.append(done(journal.case, label, journal.case.units[BAG]))
    assert stages == [False, False, True]


def test_the_product_waits_for_every_collected_bag(journal: Journal, profile: Profile) -> None:
    collected(journal)
    journal.registers("unit:second", 2, collected=True)
    came(journal)
    receive = replace(step(profile, "receive"), after=("enrol", "hand-over", "no-such-step"))
    for bag in (BAG, "unit:second"):
        assert missing_before(journal.case, profile, receive, journal.case.units[UNIT]) == ("hand-over",)
        journal.records(e.BagHandedOver(case=CASE, step="hand-over", unit=bag, to="courier"))
    assert missing_before(journal.case, profile, receive, journal.case.units[UNIT]) == ()


def test_the_logger_is_reviewed_between_receipt_and_acceptance(journal: Journal, profile: Profile) -> None:
    gone(journal)
    came(journal)
    unit = journal.case.units[UNIT]
    review = next_step(journal.case, profile, unit)
    assert review is not None
    assert review.name == "review-logger"
    assert "review-logger" in missing_before(journal.case, profile, step(profile, "accept"), unit)
    journal.records(
        e.LoggerReviewed(case=CASE, shipment="shipment:1", accepted=True, lowest_c="-180", highest_c="-150")
    )
    after = next_step(journal.case, profile, journal.case.units[UNIT])
    assert after is not None
    assert after.name == "accept"


def test_each_bag_waits_for_the_logger_it_travelled_with(journal: Journal, profile: Profile) -> None:
    gone(journal)
    came(journal)
    journal.records(
        e.LoggerReviewed(case=CASE, shipment="shipment:1", accepted=True, lowest_c="-180", highest_c="-150")
    )
    review = step(profile, "review-logger")
    assert done(journal.case, review, None)
    came(journal, "unit:2", 2)
    assert not done(journal.case, review, None)
    assert done(journal.case, review, journal.case.units[UNIT])
    assert not done(journal.case, review, journal.case.units["unit:2"])
    after = next_step(journal.case, profile, journal.case.units[UNIT])
    assert after is not None
    assert after.name == "accept"


@pytest.mark.parametrize(
    "body",
    [
        e.BagQuarantined(case=CASE, unit=UNIT, reason="excursion"),
        e.AdministrationStopped(case=CASE, step="bedside", unit=UNIT),
        e.BagDestroyed(case=CASE, step="destroy", unit=UNIT),
    ],
)
def test_a_bag_set_aside_or_used_has_no_next_step(journal: Journal, profile: Profile, body: e.Body) -> None:
    gone(journal)
    came(journal)
    journal.records(body)
    assert next_step(journal.case, profile, journal.case.units[UNIT]) is None


def test_returning_and_destroying_are_chosen_and_never_come_next(journal: Journal, profile: Profile) -> None:
    came(journal)
    last = step(profile, "return")
    for unit in (BAG, UNIT):
        assert concerns(last, journal.case.units[unit])
    assert concerns(step(profile, "thaw"), journal.case.units[UNIT])
    assert not concerns(step(profile, "thaw"), journal.case.units[BAG])
    assert not concerns(step(profile, "pack"), journal.case.units[UNIT])


def test_a_collection_is_due_until_one_is_done_or_the_product_is_there(journal: Journal, profile: Profile) -> None:
    due = collection_due(journal.case, profile)
    assert due is not None
    assert due.name == "collect"
    journal.records(e.CollectionEnded(case=CASE, step="collect", unit=BAG))
    assert collection_due(journal.case, profile) is None
    fresh = Journal()
    fresh.enrols()
    assert collection_due(fresh.case, profile) is None


def test_enrolment_is_done_when_the_case_is_open(profile: Profile) -> None:
    made = Journal()
    assert not done(made.case, step(profile, "enrol"), None)
    made.opens()
    assert done(made.case, step(profile, "enrol"), None)


def test_the_patient_is_present_where_the_wristband_is_scanned(profile: Profile) -> None:
    assert {each.name for each in profile.steps if patient_present(each)} == {"enrol", "collect", "bedside"}
