"""What may come into a record from elsewhere, and what stands beside it until it may."""

from __future__ import annotations

from pathlib import Path

import pytest
from exchange_author import Author, verify
from msgspec import structs
from store.record_ward import CASE, SITE, UNIT, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.exchange.judging import WAITS, Judging
from coordinator_app.exchange.ports import Identity, Taken
from coordinator_app.exchange.protocol import Line
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.store.arrivals import knows
from coordinator_app.store.verify import verify as verify_record


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    made = Ward(tmp_path / "ward")
    made.found_site()
    return made


@pytest.fixture
def pharmacy() -> Author:
    author = Author("pharmacy")
    author.opens()
    author.writes()
    return author


def _admits(ward: Ward, author: Author) -> None:
    body = e.WorkstationAdmitted(workstation=author.device, place="Pharmacy", public_key=author.public.hex())
    ward.record(body, author.device)


def _takes(record: ExchangeRecord, ward: Ward, lines: list[Line]) -> list[Taken]:
    who = Identity(WORKSTATION, SITE, b"", ward.store.sign, verify, str, str, float, knows)
    taken = Judging(record, who).judge(lines)
    marks = record.marks()
    record.take(taken, structs.replace(marks, n=marks.n + len(lines)))
    return taken


def test_events_of_a_workstation_that_nobody_of_the_site_admitted_wait_whatever_the_hub_says(
    ward: Ward, pharmacy: Author
) -> None:
    record = ExchangeRecord(ward.store)
    record.tell([], {}, {pharmacy.device: pharmacy.public})
    taken = _takes(record, ward, pharmacy.lines[pharmacy.epoch])
    assert [each.why.startswith(WAITS) for each in taken] == [True, True]
    assert record.arrivals.counted().kept == 2
    _admits(ward, pharmacy)
    record = ExchangeRecord(ward.store)
    _takes(record, ward, [pharmacy.writes()])
    counted = record.arrivals.counted()
    assert (counted.integrated, counted.kept, counted.received, counted.adds_up) == (3, 0, 3, True)
    assert verify_record(ward.store, all_signatures=True).first_bad is None
    ward.store.close()


def test_what_comes_in_whatever_order_is_laid_in_its_own(ward: Ward, pharmacy: Author) -> None:
    _admits(ward, pharmacy)
    for _ in range(3):
        pharmacy.writes()
    first = list(pharmacy.lines[pharmacy.epoch])
    pharmacy.opens()
    second = pharmacy.lines[pharmacy.epoch]
    record = ExchangeRecord(ward.store)
    for line in (*second, *reversed(first)):
        _takes(record, ward, [line])
        assert record.arrivals.counted().adds_up
    counted = record.arrivals.counted()
    assert (counted.integrated, counted.kept) == (6, 0)
    assert _takes(record, ward, [*first, *second])[0].state == "here"
    assert record.arrivals.counted() == counted
    assert verify_record(ward.store, all_signatures=True).first_bad is None
    ward.store.close()


@pytest.mark.parametrize("must", [True, False])
def test_a_type_this_program_does_not_know_is_stored_chained_and_counted_as_unknown(
    ward: Ward, pharmacy: Author, must: bool
) -> None:
    _admits(ward, pharmacy)
    pharmacy.writes("BagSingsInTheDark", {"case": CASE}, must=must, subject=CASE)
    pharmacy.writes()
    record = ExchangeRecord(ward.store)
    _takes(record, ward, pharmacy.lines[pharmacy.epoch])
    counted = record.arrivals.counted()
    assert (counted.integrated, counted.unknown, counted.kept, counted.adds_up) == (3, 1, 0, True)
    [unknown] = [each for each in ward.store.events_of_case(CASE) if each.body is None]
    assert (unknown.type, unknown.must) == ("BagSingsInTheDark", must)
    assert verify_record(ward.store, all_signatures=True).first_bad is None
    ward.store.close()


def test_a_movement_that_cites_no_identity_check_never_comes_in_and_the_record_stays_sound(
    ward: Ward, pharmacy: Author
) -> None:
    _admits(ward, pharmacy)
    body = {"case": CASE, "unit": UNIT, "step": "receive"}
    pharmacy.writes("BagReceived", body, subject=UNIT)
    pharmacy.writes()
    record = ExchangeRecord(ward.store)
    taken = _takes(record, ward, pharmacy.lines[pharmacy.epoch])
    assert [each.state for each in taken] == ["integrated", "integrated", "kept", "kept"]
    assert "identity check" in taken[2].why
    assert record.arrivals.counted().adds_up
    assert verify_record(ward.store).first_bad is None
    ward.restart()
    ward.store.close()


def test_a_forged_line_in_the_middle_is_not_vouched_for_by_the_signature_of_the_last(
    ward: Ward, pharmacy: Author
) -> None:
    _admits(ward, pharmacy)
    forger = pharmacy.copied()
    forger.sign = Author("forger").sign
    forged = forger.writes(body={"slept_ms": 666})
    real = [pharmacy.writes() for _ in range(2)]
    record = ExchangeRecord(ward.store)
    taken = _takes(record, ward, [*pharmacy.lines[pharmacy.epoch][:2], forged, *real[1:]])
    assert all(each.state == "kept" for each in taken)
    _takes(record, ward, pharmacy.lines[pharmacy.epoch])
    assert record.id_at(pharmacy.epoch, 2) == real[0].id
    assert record.arrivals.counted().adds_up
    ward.store.close()


def test_the_cursor_and_its_rows_come_together_or_not_at_all(
    ward: Ward, pharmacy: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    _admits(ward, pharmacy)
    record = ExchangeRecord(ward.store)
    before = (record.marks(), ward.store.count())

    def breaks(n: int, head: str) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(record.arrivals.tables, "add_page", breaks)
    with pytest.raises(OSError, match="power"):
        _takes(record, ward, pharmacy.lines[pharmacy.epoch])
    monkeypatch.undo()
    record = ExchangeRecord(ward.store)
    assert (record.marks(), ward.store.count()) == before
    _takes(record, ward, pharmacy.lines[pharmacy.epoch])
    assert record.arrivals.counted().integrated == 2
    ward.store.close()
