"""Contradictions are searched for only when something new could contradict; none is missed for that."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration
from msgspec.structs import replace

from coordinator_app.domain import events as e
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.contradictions import find_contradictions, not_on_record
from coordinator_app.procedures.workplace import new_id

CASES = ("c1", "c2", "c5")


def _something(site: Demonstration, case: str, chance: random.Random) -> tuple[Body, str, str | None]:
    """Return an event that people could record in this case, its subject and the key for what it seals."""
    work = site.bench.work
    record = work.case(case)
    recipient = record.recipient
    assert recipient is not None
    patient, unit = recipient.patient, chance.choice(sorted(record.units) or ["unit:none"])
    serial = f"serial:{chance.randint(1, 3)}"
    told: list[tuple[Body, str, str | None]] = [
        (e.CheckOpened(case=case, check="check:1", step="infuse", arms=2), case, None),
        (e.ArmClosed(case=case, check="check:1", arm=1), case, None),
        (e.CheckEnded(case=case, check="check:1", step="infuse", reason="aborted"), case, None),
        (e.ScanRefused(case=case, step="infuse", reason="wrong_unit"), case, None),
        (e.ScanAccepted(case=case, check="check:1", object="order"), case, None),
        (e.IdentityConfirmed(case=case, check="check:1", step="infuse", people=("a",), unit=unit), unit, None),
        (e.ProcedureParked(case=case, step="infuse", unit=unit), case, None),
        (e.AlarmRaised(case=case, alarm="alarm:1", level="low", clock="thaw", scope="x"), case, None),
        (e.BagReceived(case=case, step="receive", unit=unit), unit, None),
        (e.WristbandIssued(case=case, patient=patient, codes=(f"gsrn:{chance.randint(1, 2)}",)), patient, patient),
        (e.RecordMerged(case=case, patient=patient, record_number=str(chance.randint(1, 2))), patient, patient),
        (
            e.UnitRegistered(
                case=case, unit=new_id("unit"), kind="bag", name="product", number=9, origin="o", codes=(serial,)
            ),
            case,
            None,
        ),
    ]
    return chance.choice(told)


@pytest.mark.parametrize("seed", range(12))
def test_after_whatever_is_recorded_here_or_elsewhere_nothing_that_contradicts_is_left_to_find(
    site: Demonstration, seed: int
) -> None:
    """What the short search leaves is compared with a search of the whole case, after every event in three cases."""
    work, chance = site.bench.work, random.Random(seed)  # noqa: S311 - a test wants it repeatable
    for _ in range(60):
        site.clock.advance(timedelta(seconds=chance.randint(1, 90)))
        body, subject, key = _something(site, site.id(chance.choice(CASES)), chance)
        how = chance.random()
        if how < 0.15:
            with work.store.writing() as writing:
                came = writing.append(body, subject=subject, key=key)
            work.came((came,))
        else:
            work.record(body, subject=subject, key=key)
        if how > 0.9:
            work.roll_back(RuntimeError("thought better of it"))
        for case in chance.sample(CASES, 2):
            find_contradictions(work, work.case(site.id(case)))
            assert not_on_record(work, work.case(site.id(case))) == []
        work.commit()
    found = {
        each.body.kind
        for name in CASES
        for each in work.case(site.id(name)).recorded
        if isinstance(each.body, e.DiscrepancyFound)
    }
    assert {"happened_twice", "two_patients_one_unit", "wristband_of_two"} & found


def test_a_wristband_read_at_two_workstations_at_once_is_found_although_a_scan_is_usually_harmless(
    site: Demonstration,
) -> None:
    work, c1 = site.bench.work, site.id("c1")
    find_contradictions(work, work.case(c1))
    reading = Evidence("wristband", 1, "scanned", "]C1", "scanner-1", 18, 5, mac="5" * 64)
    patient = site.case(c1).recipient
    assert patient is not None
    accepted = e.ScanAccepted(case=c1, check="check:1", object="wristband")
    here = work.record(accepted, subject=c1, key=patient.patient, evidence=(reading,))
    work.commit()
    find_contradictions(work, work.case(c1))
    assert not work.case(c1).discrepancies
    elsewhere = replace(
        here, id="f" * 64, epoch="f" * 32, device="workstation:other", at=here.at + timedelta(seconds=1)
    )
    work.kept.follow(c1, elsewhere)
    find_contradictions(work, work.case(c1))
    assert set(work.case(c1).discrepancies.values()) == {"wristband_at_two_places"}
    work.roll_back(RuntimeError("the other workstation does not exist"))


def test_nothing_is_searched_where_nothing_that_contradicts_was_recorded(
    site: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a scan does not pay for it: the search asks for the same codes in the tables every time."""
    work, c1 = site.bench.work, site.id("c1")
    find_contradictions(work, work.case(c1))
    monkeypatch.setattr(work, "find", lambda keys: pytest.fail("searched again"))
    work.record(e.ScanRefused(case=c1, step=str(ProcedureKind.THAW), reason="wrong_unit"), subject=c1)
    find_contradictions(work, work.case(c1))
    work.commit()
