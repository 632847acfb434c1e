"""ISBT 128 labels as a site meets them: whole, glued together, cut off, retired, or carrying a date that never was."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.codes.check_characters import check_character, check_number, donation_flag
from coordinator_app.codes.dispatch import read
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField, ScannedLabel, ScanRefused


def accepted(text: str) -> ScannedLabel:
    label = read(text.encode())
    assert isinstance(label, ScannedLabel), label
    return label


def only(text: str) -> ScanField:
    fields = accepted(text).fields
    assert len(fields) == 1
    return fields[0]


def refused(text: str) -> ScanRefused:
    answer = read(text.encode())
    assert isinstance(answer, ScanRefused), answer
    assert answer.raw == text.encode()
    assert answer.message.endswith(".")
    return answer


@pytest.mark.parametrize(
    ("text", "id", "parts", "normal"),
    [
        ("=A99992112345601", "001", {"din": "A999921123456", "flags": "01", "check": "3"}, None),
        ("=%6200", "002", {"group": "62", "meaning": "A RhD positive"}, None),
        ("=%T300", "002", {"group": "T3"}, None),
        ("=<S12954A0", "003", {"pdc": "S1295", "collection_type": "4", "division": "A0"}, None),
        ("=>019031", "004", {}, "2019-01-31"),
        ("&>0183652359", "005", {}, "2018-12-31T23:59"),
        ("=*026325", "006", {}, "2026-11-21"),
        ("&*0263251405", "007", {}, "2026-11-21T14:05"),
        ("=}026326", "008", {}, "2026-11-22"),
        ("&}0263260900", "009", {}, "2026-11-22T09:00"),
        ("&(N0008", "010", {}, None),
        ("&{123456789012345678", "014", {}, None),
        ("=)1AB0000123", "017", {"position": "1", "manufacturer": "AB", "catalogue": "123"}, None),
        ("&)0000LOT123", "018", {"lot": "LOT123"}, None),
        ("=;A99990000222244445555", "019", {"donor": "A99990000222244445555", "fin": "A9999", "check": "G"}, None),
        ("='A9999AB12CD", "020", {"staff": "A9999AB12CD", "fin": "A9999"}, None),
        ("=-AB00001234", "021", {}, None),
        ("&-0000000000", "022", {"lot": "0"}, None),
        ("=#0119700131", "024", {"location": "01"}, "1970-01-31"),
        ("&#0108AB123456", "025", {"location": "01", "patient": "AB123456"}, None),
        ("=]202611", "026", {}, "2026-11"),
        ("=$A999917123450102", "028", {"container": "01", "total": "02", "sequence": "12345"}, None),
        ("&$0101000100250000", "029", {"comparison": "01", "dimension": "0001", "amount": "250"}, None),
        ("=(2001202611221405", "031", {"kind": "expiry", "zone": "UTC"}, "2026-11-22T14:05Z"),
        ("=,AAAB00", "032", {"division": "AAAB00"}, None),
        ("&+A9999AB3456", "033", {"processor": "A9999", "facility_product": "AB3456"}, None),
        ("=/A9997AB3456T0123", "034", {"processor": "A9997", "facility_product": "AB3456", "pdc": "T0123"}, None),
        ("&,1000000000000XYZ123", "035", {"lot": "XYZ123"}, None),
        ("&,2000000000000XYZ123", "036", {"lot": "XYZ123"}, None),
        ("&:9999ABC000012345603", "039", {"issuer": "9999", "registration": "ABC0000123456", "check": "03"}, None),
        ("&/CHA999926ABC123", "040", {"coi": "CHA999926ABC123", "issuer": "A9999", "check": "G"}, None),
    ],
)
def test_each_structure_a_site_meets_is_read_with_its_parts(
    text: str, id: str, parts: dict[str, str], normal: str | None
) -> None:
    field = only(text)
    assert field.id == f"isbt128:{id}"
    assert field.parts.items() >= parts.items()
    assert field.normal == normal


def test_a_time_without_zone_says_so_and_one_in_utc_does_not() -> None:
    assert only("&>0183652359").local
    assert only("=(1001202611221405").local
    assert not only("=(2001202611221405").local
    assert not only("=#0119700131").local


def test_two_amounts_on_one_code_are_told_apart() -> None:
    parts = only("&$02" + "01000100250000" + "01000802505100").parts
    assert (parts["amount"], parts["dimension"]) == ("250", "0001")
    assert (parts["amount_2"], parts["dimension_2"]) == ("250.5", "0008")
    assert refused("&$0101000102505600").reason is Refusal.STRUCTURE_FAULTY
    assert refused("&$AA0100010250").reason is Refusal.STRUCTURE_FAULTY


def test_the_flag_of_type_three_is_held_against_the_donation() -> None:
    assert accepted("=A999926123456" + donation_flag("A999926123456")).fields[0].parts["flags"] == "89"
    answer = refused("=A99992612345688")
    assert answer.reason is Refusal.CHECK_CHARACTER_WRONG
    assert not answer.fields[0].valid
    assert only("=A9999261234566A").parts["flags"] == "6A"


@pytest.mark.parametrize(("identifier", "number"), [("={", "011"), ("=[", "015"), ('="', "016"), ("&,3", "037")])
def test_a_retired_structure_is_named_and_refused(identifier: str, number: str) -> None:
    answer = refused(identifier + "1234567890123456789")
    assert answer.reason is Refusal.STRUCTURE_RETIRED
    assert number in answer.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("=O99991712345600", Refusal.STRUCTURE_FAULTY),
        ("=099991712345600", Refusal.STRUCTURE_FAULTY),
        ("=a99991712345600", Refusal.STRUCTURE_UNKNOWN),
        ("=\\62000000000000000", Refusal.STRUCTURE_UNKNOWN),
        ("=", Refusal.CODE_CUT_OFF),
        ("&,", Refusal.CODE_CUT_OFF),
        ("&a", Refusal.CODE_CUT_OFF),
        ("=A9999261", Refusal.CODE_CUT_OFF),
        ("=A9999261=<S1295100", Refusal.CODE_CUT_OFF),
        ("&#0108AB12", Refusal.CODE_CUT_OFF),
        ("&#01", Refusal.CODE_CUT_OFF),
        ("&#0100", Refusal.STRUCTURE_FAULTY),
        ("=%6201", Refusal.STRUCTURE_FAULTY),
        ("=A99992612345600X", Refusal.CODES_RUN_TOGETHER),
        ("=A99992612345600]d201", Refusal.CODES_RUN_TOGETHER),
        ("=A99992612345600=A99992612345601", Refusal.CODES_RUN_TOGETHER),
        ("=A99992612345600=A99992612345600", Refusal.CODES_RUN_TOGETHER),
        ("&(N0008&(N0008", Refusal.CODES_RUN_TOGETHER),
        ("&/CXA999926ABC123", Refusal.STRUCTURE_FAULTY),
        ("&/CHO999926ABC123", Refusal.STRUCTURE_FAULTY),
        ("&:9999ABC000012345604", Refusal.CHECK_CHARACTER_WRONG),
        ("=$A999917123450302", Refusal.STRUCTURE_FAULTY),
        ("=(2007202611221405", Refusal.STRUCTURE_FAULTY),
        ("=(2001202611312405", Refusal.DATE_IMPOSSIBLE),
        ("=#0119700231", Refusal.DATE_IMPOSSIBLE),
        ("=]202613", Refusal.DATE_IMPOSSIBLE),
        ("&>0183660000", Refusal.DATE_IMPOSSIBLE),
        ("&>0180002359", Refusal.DATE_IMPOSSIBLE),
        ("&>0183652400", Refusal.DATE_IMPOSSIBLE),
        ("&>0183652360", Refusal.DATE_IMPOSSIBLE),
        ("&,4PL001499Z549917123456A00T041600320181232", Refusal.DATE_IMPOSSIBLE),
        ("&,4PL001499oooooooooooooA00T041600320181231", Refusal.STRUCTURE_FAULTY),
    ],
)
def test_a_code_that_cannot_be_trusted_is_refused_with_its_reason(text: str, reason: Refusal) -> None:
    assert refused(text).reason is reason


def test_a_european_code_may_have_no_expiry_and_may_be_of_another_system() -> None:
    assert only("&,4PL001499Z549917123456A00T041600300000000").normal is None
    assert only("&,4PL001499oooooooooooooB00T041600320181231").parts["system"] == "B"


def test_codes_that_the_scanner_joined_are_read_one_by_one() -> None:
    label = accepted("=A99992612345600=<S1295100&>0263652359&(N0008&(N0009=(1001202611221405=(1002202611221405")
    ids = [field.id[-3:] for field in label.fields]
    assert ids == ["001", "003", "005", "010", "010", "031", "031"]


def test_a_combined_code_must_hold_what_it_announces() -> None:
    inside = "=A99992612345600&/CHA999926ABC123"
    assert [field.id[-3:] for field in accepted("=+02000" + inside).fields] == ["023", "001", "040"]
    for text in ("=+03000" + inside, "=+01000" + inside, "=+00000", "=+00000" + inside, inside + "=+02000" + inside):
        assert refused(text).reason in (Refusal.COMPOUND_FAULTY, Refusal.CODES_RUN_TOGETHER)
    assert refused("=+03000" + inside + "&a123").reason is Refusal.COMPOUND_FAULTY


def test_nothing_of_a_local_code_is_interpreted() -> None:
    label = accepted("=A99992612345600&aWARD7=A99992612345601")
    assert [field.id for field in label.fields] == ["isbt128:001", "isbt128:local"]
    assert label.fields[1].value == "WARD7=A99992612345601"
    assert label.warnings == ("STRUCTURE_OPAQUE",)
    assert only("&;12345").id == "isbt128:national-donor"
    assert only("&!N").id == "isbt128:exclusion"


def test_a_division_kept_in_another_code_is_asked_for_until_it_is_there() -> None:
    assert accepted("=<S1295199").warnings == ("DIVISION_ELSEWHERE",)
    assert accepted("=<S1295199=,AAAB00").warnings == ()


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_of_a_century_is_read_back_as_itself(day: date) -> None:
    ordinal = (day - date(day.year, 1, 1)).days + 1
    assert only(f"=>0{day.year % 100:02d}{ordinal:03d}").normal == day.isoformat()


def test_the_last_century_and_an_unheard_of_one_are_told_apart() -> None:
    assert accepted("=>999365").fields[0].normal == "1999-12-31"
    assert accepted("=>999365").warnings == ()
    label = accepted("=>126001")
    assert label.fields[0].normal == "2126-01-01"
    assert label.warnings == ("CENTURY_UNUSUAL",)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=13, max_size=13), st.data())
def test_one_wrong_character_or_two_swapped_ones_always_change_the_check_character(
    text: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))
    changed = text[:place] + other + text[place + 1 :]
    assert (check_character(changed) == check_character(text)) is (changed == text)
    swapped = text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :] if place else text
    assert (check_character(swapped) == check_character(text)) is (swapped == text)
    assert (check_number(changed) == check_number(text)) is (changed == text)


def test_lower_case_has_no_check_character() -> None:
    with pytest.raises(ValueError, match="capital letters"):
        check_character("a999926123456")


def test_every_day_number_a_year_does_not_have_is_refused() -> None:
    for year in (25, 26, 27, 28):
        days = (date(2001 + year, 1, 1) - date(2000 + year, 1, 1)) // timedelta(days=1)
        assert isinstance(read(f"=>0{year}{days:03d}".encode()), ScannedLabel)
        for beyond in (0, days + 1, 367, 999):
            assert refused(f"=>0{year}{beyond:03d}").reason is Refusal.DATE_IMPOSSIBLE
