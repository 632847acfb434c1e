"""What the record keeps of its look-up tables in memory is what the tables say, whatever was written or given up."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from record_ward import CASE, KEY, NURSE, OTHER_CASE, PATIENT, UNIT, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.event_body import Body
from coordinator_app.store import projections
from coordinator_app.store.arrivals import Arrivals
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.store import Found

CODES = tuple(f"item:{number}" for number in range(6))


class GivenUp(Exception):
    """Somebody thought better of it."""


def _found_in_the_table(ward: Ward, key: str) -> tuple[Found, ...]:
    rows = ward.store.connection.execute("SELECT kind, id, kase FROM code WHERE key = ?", (key,)).fetchall()
    return tuple(sorted(Found(*row) for row in rows))


def _register(ward: Ward, case: str, unit: str, codes: tuple[str, ...]) -> None:
    ward.record(
        e.UnitRegistered(case=case, unit=unit, kind="bag", name="p", number=1, origin="o", codes=codes), subject=unit
    )


def _give_up(ward: Ward, body: Body) -> None:
    """Begin to record something, ask what the codes mean as it stands inside, and roll back."""
    with suppress(GivenUp), ward.store.writing() as writing:
        writing.append(body, subject=CASE)
        assert all(ward.store.find(code) == _found_in_the_table(ward, code) for code in CODES)
        raise GivenUp


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kept", [2, 1000])
def test_codes_asked_between_writes_mean_what_the_table_says(
    ward: Ward, seed: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units come with codes that others have too; some are given up again, some wait behind other writes."""
    monkeypatch.setattr(projections, "KEPT", kept)
    chance = random.Random(seed)  # noqa: S311 - a test wants it repeatable
    for number in range(60):
        case, codes = chance.choice((CASE, OTHER_CASE)), tuple(chance.sample(CODES, chance.randint(1, 3)))
        unit = f"unit:{number:032d}"
        if chance.random() < 0.3:
            _give_up(
                ward, e.UnitRegistered(case=case, unit=unit, kind="b", name="p", number=1, origin="o", codes=codes)
            )
        elif chance.random() < 0.2:
            ward.store.set_note("draft", str(number))
        else:
            _register(ward, case, unit, codes)
        for code in chance.sample(CODES, 3):
            assert ward.store.find(code) == _found_in_the_table(ward, code)
    assert sum(len(ward.store.find(code)) for code in CODES) > 20


def test_a_code_that_meant_nothing_means_its_bag_once_the_bag_is_registered(ward: Ward) -> None:
    assert ward.store.find("item:1") == ()
    _register(ward, CASE, UNIT, ("item:1",))
    assert ward.store.find("item:1") == (Found("unit", UNIT, CASE),)


def test_the_wristband_of_an_erased_patient_means_nobody_although_it_was_asked_before(ward: Ward) -> None:
    ward.found_site()
    ward.enrol()
    ward.record(e.WristbandIssued(case=CASE, patient=PATIENT, codes=("gsrn:1",)), PATIENT, key=KEY)
    number = "record-number:MRN-88172"
    assert ward.store.find(number) == (Found("record_number", PATIENT, CASE),)
    erased = e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="asked", people=(NURSE,))
    ward.record(erased, actor=NURSE)
    assert ward.store.find(number) == _found_in_the_table(ward, number) == ()


def test_tables_that_were_written_over_are_read_anew(ward: Ward) -> None:
    _register(ward, CASE, UNIT, ("item:1",))
    assert ward.store.find("item:1") == (Found("unit", UNIT, CASE),)
    with ward.store.writing():
        ward.store.connection.execute("DELETE FROM code")
    assert ward.store.find("item:1") == ()


@pytest.mark.parametrize("kept", [1, 1000])
def test_a_fold_that_missed_an_event_is_noticed_however_often_the_events_were_counted(
    ward: Ward, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count in memory goes along with what is written and with what is given up."""
    monkeypatch.setattr(projections, "KEPT", kept)
    read: list[str] = []
    whole = ward.store.read_case

    def read_case(case: str) -> CaseRecord:
        read.append(case)
        return whole(case)

    monkeypatch.setattr(ward.store, "read_case", read_case)
    records: dict[str, CaseRecord] = {}
    ward.store.fold = lambda case: records.get(case) or whole(case)
    ward.enrol()
    ward.record(e.FactRecorded(case=OTHER_CASE, fact="site.ready", holds=True), OTHER_CASE)
    records[CASE] = whole(CASE)
    _give_up(ward, e.FactRecorded(case=CASE, fact="site.ready", holds=False))
    read.clear()
    ward.record(e.FactRecorded(case=CASE, fact="site.ready", holds=True))
    assert read == [CASE]  # the record in `records` has not followed this one
    records[CASE] = whole(CASE)
    ward.record(e.FactRecorded(case=OTHER_CASE, fact="site.ready", holds=False), OTHER_CASE)
    assert read == [CASE]
    ward.record(e.FactRecorded(case=CASE, fact="site.ready", holds=False))
    assert read == [CASE, CASE]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kept", [1, 1000])
def test_a_case_is_settled_in_the_table_exactly_when_nothing_in_it_needs_anybody(
    ward: Ward, seed: int, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alarms of two cases come and go, some are given up again: the tables stay what a rebuild makes of the journal."""
    monkeypatch.setattr(projections, "KEPT", kept)
    chance = random.Random(seed)  # noqa: S311 - a test wants it repeatable
    raised: dict[str, set[str]] = {CASE: set(), OTHER_CASE: set()}
    for case, unit in ((CASE, UNIT), (OTHER_CASE, "unit:" + "8" * 32)):
        _register(ward, case, unit, ())
        ward.record(e.AdministrationCompleted(case=case, step="infuse", unit=unit), subject=unit)
    for number in range(40):
        case = chance.choice((CASE, OTHER_CASE))
        alarm = chance.choice(sorted(raised[case])) if raised[case] and chance.random() < 0.6 else f"alarm:{number}"
        body: Body = e.AlarmRaised(case=case, alarm=alarm, level="high", clock="c", scope="s")
        if alarm in raised[case]:
            body = e.AlarmResolved(case=case, alarm=alarm)
        if chance.random() < 0.25:
            with suppress(GivenUp), ward.store.writing() as writing:
                writing.append(body, subject=case)
                raise GivenUp
        else:
            ward.record(body, subject=case)
            raised[case] ^= {alarm}
        needing = ward.store.cases_needing(ward.clock.moment().at + timedelta(days=1))
        assert needing == tuple(sorted(case for case, alarms in raised.items() if alarms))
    assert rebuild(ward.store, check=True) == ()


def test_whether_the_record_was_ever_exchanged_is_known_again_after_every_change_of_it(ward: Ward) -> None:
    """The tables of the exchange are looked for once; whoever makes them, or gives that up, is noticed."""
    assert not ward.store.exchanged()
    ward.record(e.ConditioningStarted(case=CASE))
    assert not ward.store.exchanged()
    with suppress(GivenUp), ward.store.writing():
        ExchangeTables(ward.store.connection).create()
        raise GivenUp
    assert not ward.store.exchanged()
    Arrivals(ward.store)
    assert ward.store.exchanged()
    ward.record(e.ConditioningStarted(case=CASE))
    assert ward.store.exchanged()
    ward.restart()
    assert ward.store.exchanged()
