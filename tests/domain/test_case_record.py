"""What a case is, told from its events: the same whatever order they came in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from coordinator_app.demo.site import build_demo, open_demo
from coordinator_app.domain import events as e
from coordinator_app.domain.case_people import CHANGES
from coordinator_app.domain.case_record import NOT_ABOUT_CLOCKS, CaseRecord, follow_case, in_order, read_case
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.site_record import SiteRecord, follow_site, read_site
from tests.domain.case_journal import CASE, NOON, PATIENT, UNIT, Journal


@pytest.fixture
def journal() -> Journal:
    made = Journal()
    made.enrols()
    return made


@pytest.fixture(scope="session")
def demonstration(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[list[Recorded], dict[str, list[Recorded]]]]:
    """The events of the demonstration site, and of each of its cases."""
    folder: Path = tmp_path_factory.mktemp("demonstration")
    clock = build_demo(folder, datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    bench = open_demo(folder, clock)
    store = bench.work.store
    yield list(store.site_events()), {case: list(store.events_of_case(case)) for case in store.cases()}
    bench.close()
    store.close()


@pytest.mark.parametrize("seed", range(5))
def test_every_case_of_the_demonstration_reads_the_same_in_whatever_order_its_events_came(
    demonstration: tuple[list[Recorded], dict[str, list[Recorded]]], seed: int
) -> None:
    _, cases = demonstration
    assert len(cases) == 6
    chance = random.Random(seed)  # noqa: S311 - a test wants it repeatable
    for case, events in cases.items():
        assert len(events) >= 8
        shuffled = chance.sample(events, len(events))
        assert read_case(case, shuffled) == read_case(case, events)


@pytest.mark.parametrize("seed", range(8))
def test_a_case_followed_event_by_event_is_the_case_read_at_once_in_whatever_order_they_arrive(
    demonstration: tuple[list[Recorded], dict[str, list[Recorded]]], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test wants it repeatable
    for case, events in demonstration[1].items():
        arrived = _nearly_in_order(events, chance, 0 if seed == 0 else 10**seed // 100)
        followed = CaseRecord(case=case)
        for count, event in enumerate(arrived, start=1):
            before, kept = followed, msgspec.structs.asdict(read_case(case, arrived[: count - 1]))
            followed = follow_case(before, event)
            assert followed == read_case(case, arrived[:count])
            assert msgspec.structs.asdict(before) == kept
            told = [each.id for each in followed.recorded if each.type not in NOT_ABOUT_CLOCKS]
            assert followed.clock_news == (len(told), told[-1] if told else "")


def _nearly_in_order(events: list[Recorded], chance: random.Random, seconds: int) -> list[Recorded]:
    """Return the events as they arrive when each is up to so many seconds late."""
    late = {event.id: timedelta(seconds=chance.uniform(0, seconds)) for event in events}
    return sorted(events, key=lambda event: event.at + late[event.id])


def test_a_case_followed_through_holds_clocks_set_back_and_two_workstations_is_the_case_read_at_once(
    journal: Journal,
) -> None:
    held = journal.records(e.HoldPlaced(case=CASE, reason="shipper dented"))
    journal.records(e.HoldLifted(case=CASE, reason="looked at"), refs=(held,), epoch="b")
    journal.records(e.HoldPlaced(case=CASE, reason="call the sponsor"), at=NOON - timedelta(hours=1))
    found = journal.records(e.DiscrepancyFound(case=CASE, kind="same_serial", unit=UNIT), epoch="b", at=NOON)
    journal.records(e.DiscrepancyResolved(case=CASE, resolution="typing"), refs=(found,))
    journal.records(e.BagQuarantined(case=CASE, unit=UNIT, reason="warm"), at=NOON)
    for seed in range(60):
        arrived = random.Random(seed).sample(journal.events, len(journal.events))  # noqa: S311 - repeatable
        followed = CaseRecord(case=CASE)
        for count, event in enumerate(arrived, start=1):
            followed = follow_case(followed, event)
            assert followed == read_case(CASE, arrived[:count])


def test_what_the_commonest_events_change_is_all_they_change_and_the_case_before_them_stays_as_it_was(
    journal: Journal,
) -> None:
    """Each kind of event whose case is copied in part, at a case in which everything it could touch is there."""
    for check in ("check:1", "check:2", "check:3"):
        journal.records(e.CheckOpened(case=CASE, check=check, step="infuse", arms=2))
    journal.records(e.ArmClosed(case=CASE, check="check:1", arm=1, unit=UNIT))
    journal.records(
        e.IdentityConfirmed(
            case=CASE, check="check:1", step="infuse", objects=("wristband", "unit"), people=("a", "b"), unit=UNIT
        )
    )
    journal.records(e.CheckEnded(case=CASE, check="check:2", step="infuse", reason="aborted", unit=UNIT))
    journal.records(e.ProcedureInterrupted(case=CASE, step="infuse", unit=UNIT, check="check:3"))
    journal.records(e.ProcedureParked(case=CASE, step="infuse", unit=UNIT))
    journal.records(e.PhoneChecked(case=CASE, step="infuse", people=("a", "b"), spoken_with="Ms Ode", said="as here"))
    for alarm in ("alarm:1", "alarm:2"):
        journal.records(e.AlarmRaised(case=CASE, alarm=alarm, level="low", clock="thaw", scope="HERON"))
        journal.records(e.AlarmAcknowledged(case=CASE, alarm=alarm, comment="seen"))
        journal.records(e.AlarmResolved(case=CASE, alarm=alarm))
    assert set(CHANGES) <= {type(each.body) for each in journal.events}
    followed = CaseRecord(case=CASE)
    for count, event in enumerate(journal.events, start=1):
        before, kept = followed, msgspec.structs.asdict(read_case(CASE, journal.events[: count - 1]))
        followed = follow_case(before, event)
        assert followed == read_case(CASE, journal.events[:count])
        assert msgspec.structs.asdict(before) == kept
    assert followed.checks["check:1"].outcome == "confirmed"
    assert [followed.checks[each].outcome for each in ("check:2", "check:3")] == ["aborted", "interrupted"]
    assert followed.phoned_at == next(each.at for each in journal.events if isinstance(each.body, e.PhoneChecked))


def test_the_site_of_the_demonstration_reads_the_same_in_whatever_order_its_events_came(
    demonstration: tuple[list[Recorded], dict[str, list[Recorded]]],
) -> None:
    events, _ = demonstration
    shuffled = random.Random(1).sample(events, len(events))  # noqa: S311 - a test wants it repeatable
    assert read_site(shuffled) == read_site(events)
    grown = SiteRecord()
    for event in in_order(events):
        follow_site(grown, event)
    assert grown == read_site(events)
    assert grown.founded
    assert len(grown.people) >= 10


def test_reading_a_case_changes_none_of_its_events(
    demonstration: tuple[list[Recorded], dict[str, list[Recorded]]],
) -> None:
    for case, events in demonstration[1].items():
        before = [msgspec.structs.asdict(event) for event in events]
        record = read_case(case, events)
        assert [msgspec.structs.asdict(event) for event in events] == before
        assert sorted(record.recorded, key=lambda each: each.id) == sorted(events, key=lambda each: each.id)


# Order ------------------------------------------------------------------------------------------------------------


def test_a_wall_clock_set_back_turns_nothing_round(journal: Journal) -> None:
    journal.records(e.WristbandVoided(case=CASE, patient=PATIENT, codes=("gsrn:1",)), at=NOON - timedelta(hours=2))
    assert journal.case.recipient is not None
    assert (journal.case.recipient.bands, journal.case.recipient.void_bands) == (set(), {"gsrn:1"})


def test_two_workstations_are_told_in_the_order_of_their_clocks(journal: Journal) -> None:
    journal.records(e.FactRecorded(case=CASE, fact="site.ready", holds=True), epoch="b", at=NOON + timedelta(hours=1))
    journal.records(e.FactRecorded(case=CASE, fact="site.ready", holds=False), epoch="a", at=NOON + timedelta(hours=2))
    assert journal.case.facts == {"site.ready": False}
    assert [event.id for event in in_order(journal.events)][-2:] == ["b0", "a3"]


def test_at_the_same_instant_the_epoch_and_then_the_position_decide() -> None:
    made = Journal()
    for epoch in ("b", "a", "b", "a"):
        made.records(e.FactRecorded(case=CASE, fact="f"), epoch=epoch, at=NOON)
    assert [event.id for event in in_order(made.events)] == ["a0", "a1", "b0", "b1"]


# Holds, discrepancies, quarantine -----------------------------------------------------------------------------------


def test_a_hold_stands_until_a_resolution_names_it(journal: Journal) -> None:
    first = journal.records(e.HoldPlaced(case=CASE, reason="sponsor asks"))
    second = journal.records(e.HoldPlaced(case=CASE, reason="fever"))
    assert journal.case.on_hold
    journal.records(e.HoldLifted(case=CASE, reason="sponsor agreed"), refs=(first,))
    assert journal.case.holds == {second: "fever"}
    journal.records(e.HoldLifted(case=CASE, reason="well again"), refs=(second,))
    assert not journal.case.on_hold


def test_a_contradiction_settled_opens_again_with_the_next_one(journal: Journal) -> None:
    first = journal.records(e.DiscrepancyFound(case=CASE, kind="count differs"))
    journal.records(e.DiscrepancyResolved(case=CASE, resolution="counted again"), refs=(first,))
    assert journal.case.discrepancies == {}
    later = journal.records(e.DiscrepancyFound(case=CASE, kind="count differs"))
    assert journal.case.discrepancies == {later: "count differs"}


def test_what_settles_counts_even_where_the_other_workstation_s_clock_is_behind(journal: Journal) -> None:
    hold = journal.records(e.HoldPlaced(case=CASE, reason="fever"))
    found = journal.records(e.DiscrepancyFound(case=CASE, kind="count differs"))
    aside = journal.records(e.BagQuarantined(case=CASE, unit=UNIT, reason="excursion"))
    early = NOON - timedelta(minutes=5)
    journal.records(e.HoldLifted(case=CASE, reason="well"), refs=(hold,), epoch="b", at=early)
    journal.records(e.DiscrepancyResolved(case=CASE, resolution="ok"), refs=(found, aside), epoch="b", at=early)
    assert (journal.case.holds, journal.case.discrepancies, journal.case.units[UNIT].quarantined) == ({}, {}, "")


def test_a_resolution_of_another_kind_lifts_no_hold(journal: Journal) -> None:
    hold = journal.records(e.HoldPlaced(case=CASE, reason="fever"))
    found = journal.records(e.DiscrepancyFound(case=CASE, kind="count differs"))
    journal.records(e.DiscrepancyResolved(case=CASE, resolution="ok"), refs=(hold,))
    journal.records(e.HoldLifted(case=CASE, reason="ok"), refs=(found,))
    assert journal.case.on_hold
    assert journal.case.discrepancies


def test_a_bag_set_aside_twice_is_free_only_when_both_are_settled(journal: Journal) -> None:
    journal.registers("unit:2", 2)
    first = journal.records(e.BagQuarantined(case=CASE, unit=UNIT, reason="excursion"))
    second = journal.records(e.BagQuarantined(case=CASE, unit=UNIT, reason="torn"))
    other = journal.records(e.BagQuarantined(case=CASE, unit="unit:2", reason="excursion"))
    journal.records(e.DiscrepancyResolved(case=CASE, resolution="sponsor releases"), refs=(first,))
    assert "torn" in journal.case.units[UNIT].quarantined
    journal.records(e.DiscrepancyResolved(case=CASE, resolution="photo shows a crease"), refs=(second,))
    assert not journal.case.units[UNIT].quarantined
    assert journal.case.units["unit:2"].quarantined
    assert other in {event.id for event in journal.case.recorded}


# People -----------------------------------------------------------------------------------------------------------


def test_a_former_name_stays_known_and_a_replaced_wristband_is_void(journal: Journal) -> None:
    journal.records(e.PatientRenamed(case=CASE, patient=PATIENT, family="Weiss"))
    journal.records(e.WristbandVoided(case=CASE, patient=PATIENT, codes=("gsrn:1",)))
    journal.records(e.WristbandIssued(case=CASE, patient=PATIENT, codes=("gsrn:2",)))
    person = journal.case.recipient
    assert person is not None
    assert (person.families, person.given) == (("Weiss", "Grübel"), "Ute")
    assert (person.bands, person.void_bands) == ({"gsrn:2"}, {"gsrn:1"})


def test_the_donor_s_wristband_is_not_the_recipient_s(journal: Journal) -> None:
    journal.records(e.PatientEnrolled(case=CASE, patient="patient:2", part="donor", family="Fernandes"))
    journal.records(e.WristbandIssued(case=CASE, patient="patient:2", part="donor", codes=("gsrn:9",)))
    case = journal.case
    assert case.donor is not None
    assert case.recipient is not None
    assert (case.donor.bands, case.recipient.bands) == ({"gsrn:9"}, {"gsrn:1"})


# Checks and acts --------------------------------------------------------------------------------------------------


def test_a_check_is_open_until_it_is_confirmed_or_ended(journal: Journal) -> None:
    journal.records(e.CheckOpened(case=CASE, check="check:1", step="bedside", arms=2))
    assert journal.case.checks["check:1"].outcome == "open"
    journal.records(e.ArmClosed(case=CASE, check="check:1", arm=1))
    event = journal.records(
        e.IdentityConfirmed(case=CASE, check="check:1", step="bedside", people=("n1", "n2"), unit=UNIT)
    )
    check = journal.case.checks["check:1"]
    assert (check.outcome, check.unit, check.people, check.event) == ("confirmed", UNIT, ("n1", "n2"), event)
    assert len(check.arm_times) == 1
    journal.records(e.CheckOpened(case=CASE, check="check:2", step="bedside", arms=1))
    journal.records(e.CheckEnded(case=CASE, check="check:2", step="bedside", reason="WRONG_PATIENT"))
    assert journal.case.checks["check:2"].outcome == "WRONG_PATIENT"


def test_an_act_uses_up_what_it_cites_and_tells_where_the_bag_is(journal: Journal) -> None:
    journal.records(e.BagStored(case=CASE, step="store", unit=UNIT, location="T3"), refs=("confirmed-1", "exception-1"))
    case = journal.case
    assert case.used_events == {"confirmed-1", "exception-1"}
    assert (case.units[UNIT].location, case.units[UNIT].has("BagStored")) == ("T3", True)
    journal.records(e.BagRetrieved(case=CASE, step="retrieve", unit=UNIT))
    assert journal.case.units[UNIT].location == ""


def test_an_earlier_expiry_wins_whatever_came_first(journal: Journal) -> None:
    soon, late = NOON + timedelta(hours=2), NOON + timedelta(hours=9)
    for expires in (late, soon, late):
        journal.records(e.DosePrepared(case=CASE, step="prepare", unit=UNIT, expires_at=expires))
    assert journal.case.units[UNIT].expires_at == soon


def test_an_infusion_runs_until_it_ends_and_stands_still_between_pause_and_resume(journal: Journal) -> None:
    stages = [
        (e.AdministrationStarted(case=CASE, step="bedside", unit=UNIT), (True, False, False)),
        (e.AdministrationPaused(case=CASE, step="bedside", unit=UNIT, reason="chills"), (True, True, False)),
        (e.AdministrationResumed(case=CASE, step="bedside", unit=UNIT), (True, False, False)),
        (e.AdministrationCompleted(case=CASE, step="bedside", unit=UNIT), (False, False, True)),
    ]
    for body, expected in stages:
        journal.records(body)
        unit = journal.case.units[UNIT]
        assert (unit.running, unit.paused, unit.used) == expected


def test_an_act_on_a_bag_that_nobody_registered_is_kept_and_moves_nothing(journal: Journal) -> None:
    journal.records(e.BagStored(case=CASE, step="store", unit="unit:9", location="T3"), refs=("x",))
    assert set(journal.case.units) == {UNIT}
    assert journal.case.used_events == {"x"}
