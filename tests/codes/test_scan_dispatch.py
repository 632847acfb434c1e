"""One scan, one meaning: the order in which standards are tried, and everything that is turned away at the door."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.codes.collected import collect
from coordinator_app.codes.dispatch import CR, Contract, TrialPattern, read
from coordinator_app.codes.sec import read_mpho
from coordinator_app.codes.trial_patterns import values_of
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScannedLabel, ScanRefused

GTIN = "0109506000134352"
SUBJECT = TrialPattern("subject", r"pattern:HERON-\d{4}")
RECORD = TrialPattern("record", r"pattern:\d{8}")
COI = TrialPattern("coi", "isbt128:040")


def accepted(text: str, *patterns: TrialPattern, contract: Contract | None = None) -> ScannedLabel:
    label = read(text.encode(), patterns=patterns, contract=contract)
    assert isinstance(label, ScannedLabel), label
    return label


def refused(raw: bytes | str, *patterns: TrialPattern, contract: Contract | None = None) -> ScanRefused:
    answer = read(raw.encode() if isinstance(raw, str) else raw, patterns=patterns, contract=contract)
    assert isinstance(answer, ScanRefused), answer
    return answer


@pytest.mark.parametrize(
    ("text", "route", "symbology"),
    [
        (f"]C1{GTIN}", Route.GS1, "]C1"),
        (f"]z1{GTIN}", Route.GS1, "]z1"),
        ("]E09506000134352", Route.GTIN, "]E0"),
        ("]E496385074", Route.GTIN, "]E4"),
        ("]I119506000134359", Route.GTIN, "]I1"),
        ("]C0=A99992612345600", Route.ISBT128, "]C0"),
        ("]d1&/CHA999926ABC123", Route.ISBT128, "]d1"),
        ("=A99992612345600", Route.ISBT128, None),
        ("]Q1https://id.gs1.org/01/09506000134352", Route.DIGITAL_LINK, "]Q1"),
        ("https://id.gs1.org/8018/950600013434300006", Route.DIGITAL_LINK, None),
        ("SEC: PL001499Z549917123456 A00T041600320171231", Route.SEC, None),
        ("]A0HERON-0001", Route.TRIAL, "]A0"),
        ("HERON-0001", Route.TRIAL, None),
        (GTIN, Route.GS1, None),
    ],
)
def test_each_kind_of_code_takes_its_own_route(text: str, route: Route, symbology: str | None) -> None:
    label = accepted(text, SUBJECT)
    assert (label.route, label.symbology) == (route, symbology)


def test_a_code_that_calls_itself_gs1_is_never_tried_as_anything_else() -> None:
    anything = TrialPattern("anything", "pattern:.*")
    assert refused("]C1HERON-0001", anything).route is Route.GS1
    assert refused("]E09506000134353", anything).reason is Refusal.CHECK_CHARACTER_WRONG
    assert refused("]E0950600", anything).reason is Refusal.CODE_CUT_OFF
    assert accepted(f"]d2{GTIN}", anything).route is Route.GS1


def test_what_no_label_said_of_itself_is_marked_as_inferred() -> None:
    label = accepted(f"{GTIN}21KIT00017")
    assert label.warnings == ("SYMBOLOGY_INFERRED",)
    assert accepted(f"]d2{GTIN}21KIT00017").warnings == ()
    assert accepted("]d7=A99992612345600").warnings == ("SYMBOLOGY_RECTANGULAR",)


def test_digits_that_only_look_like_gs1_are_not_taken_for_it() -> None:
    assert refused("91234567").reason is Refusal.CODE_NOT_RECOGNISED
    assert refused("400ORDER7").reason is Refusal.CODE_NOT_RECOGNISED
    assert refused("0109506000134353").reason is Refusal.CHECK_CHARACTER_WRONG
    assert accepted("91234567", RECORD).route is Route.TRIAL
    assert accepted("10012345", RECORD).route is Route.TRIAL
    assert refused("]C091234567").reason is Refusal.CODE_NOT_RECOGNISED


def test_two_ways_to_read_one_code_are_a_refusal() -> None:
    anything = TrialPattern("anything", "pattern:.*")
    for text in ("=A99992612345600", GTIN, "https://id.gs1.org/01/09506000134352", "SEC: x y", "688001123"):
        assert refused(text, anything).reason is Refusal.CODE_AMBIGUOUS
    assert refused("HERON-0001", SUBJECT, anything).reason is Refusal.CODE_AMBIGUOUS
    assert accepted("HERON-0001", anything).fields[0].id == "trial:anything"


def test_the_step_decides_between_gs1_and_the_hospitals_number() -> None:
    number = TrialPattern("record", r"pattern:\d{16}")
    assert refused(GTIN, number).reason is Refusal.CODE_AMBIGUOUS
    assert accepted(GTIN, number, contract=Contract(("trial:record",))).route is Route.TRIAL
    assert refused(GTIN, contract=Contract(("gs1:21",))).reason is Refusal.PART_MISSING
    assert refused(f"{GTIN}10LOT42A21KIT7", contract=Contract(("gs1:21",))).reason is Refusal.SEPARATOR_LOST
    assert refused("HERON-0001", SUBJECT, contract=Contract(("trial:record",))).reason is Refusal.PART_MISSING


def test_a_retail_code_is_no_evidence_of_identity_but_may_be_looked_up() -> None:
    looked_up = accepted("]E09506000134352")
    assert looked_up.warnings == ("NOT_IDENTITY_EVIDENCE",)
    assert looked_up.fields[0].parts["gtin"] == "09506000134352"
    kit = Contract(("gs1:01", "gs1:21"))
    assert refused("]E09506000134352", contract=kit).reason is Refusal.NOT_IDENTITY_EVIDENCE


def test_prefix_and_suffix_that_the_scanner_adds_are_no_part_of_the_code() -> None:
    raw = b"~~=A99992612345600\t\r\n"
    label = read(raw, prefix=b"~~")
    assert isinstance(label, ScannedLabel)
    assert label.raw == b"=A99992612345600"
    assert isinstance(read(b"=A99992612345600\t", suffixes=(CR,)), ScanRefused)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Refusal.CODE_EMPTY),
        (b"\r\n", Refusal.CODE_EMPTY),
        (b"]C1", Refusal.CODE_EMPTY),
        (b"=" + b"A" * 256, Refusal.CODE_TOO_LONG),
        (b"688001" + b"1" * 1000, Refusal.CODE_TOO_LONG),
        (b"[)>\x1e06\x1d9NPPN\x1e\x04", Refusal.CODE_HAS_FORBIDDEN_CHARACTER),
        (b"=A9999261234\x0056", Refusal.CODE_HAS_FORBIDDEN_CHARACTER),
        (b"HERON\x7f0001", Refusal.CODE_HAS_FORBIDDEN_CHARACTER),
        (b"HERON-\t0001", Refusal.CODE_HAS_FORBIDDEN_CHARACTER),
        ("HERON-\u202e0001".encode(), Refusal.CODE_HAS_FOREIGN_CHARACTER),
        ("HERON-\u200b0001".encode(), Refusal.CODE_HAS_FOREIGN_CHARACTER),
        ("=\u0410999926123456".encode(), Refusal.CODE_HAS_FOREIGN_CHARACTER),
        (b"HERON-\xff0001", Refusal.CODE_HAS_FOREIGN_CHARACTER),
        (b"%%SpecCode9A", Refusal.CODE_IS_CONFIGURATION),
        (b"{G1026/ENABLE}", Refusal.CODE_IS_CONFIGURATION),
        (b"@NLS0006010;", Refusal.CODE_IS_CONFIGURATION),
        (b"TERMID0.", Refusal.CODE_IS_CONFIGURATION),
        (b"$+$!", Refusal.CODE_IS_CONFIGURATION),
        (b"AT+MODE=2", Refusal.CODE_IS_CONFIGURATION),
        (b"<script>alert(1)</script>", Refusal.CODE_NOT_RECOGNISED),
        (b"^XA^FO50^FDX^FS^XZ", Refusal.CODE_IS_CONFIGURATION),
        (b"'; DROP TABLE patient; --", Refusal.CODE_NOT_RECOGNISED),
        (b"=cmd|' /C calc'!A0", Refusal.STRUCTURE_UNKNOWN),
        (b"+1+1", Refusal.CODE_NOT_RECOGNISED),
        (b"http://example.org/", Refusal.CODE_NOT_RECOGNISED),
        (b"\x1d", Refusal.CODE_NOT_RECOGNISED),
    ],
)
def test_hostile_content_is_turned_away_and_kept_as_it_came(raw: bytes, reason: Refusal) -> None:
    answer = refused(raw)
    assert answer.reason is reason
    assert answer.raw == raw.rstrip(b"\r\n")
    assert answer.message.isascii()
    assert "<" not in answer.message


def test_a_pattern_of_the_trial_does_not_open_the_door_to_hostile_content() -> None:
    anything = TrialPattern("anything", "pattern:.*")
    for raw in (b"HERON\x00", "HERON\u202e".encode(), b"%%SpecCode9A", b"A" * 257):
        assert isinstance(read(raw, patterns=(anything,)), ScanRefused)
    digits = TrialPattern("digits", r"pattern:\w+\d")
    assert isinstance(read("\u0661\u0662".encode(), patterns=(digits,)), ScanRefused)


@given(st.binary(max_size=300))
def test_no_scan_whatever_makes_the_reader_fail(raw: bytes) -> None:
    answer = read(raw, patterns=(SUBJECT, RECORD, COI), contract=Contract(("gs1:01", "isbt128:001")))
    assert isinstance(answer, ScannedLabel | ScanRefused)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("https://id.gs1.org/01/09506000134352/10/LOT%2F1/21/KIT7?17=261231", ["01", "10", "21", "17"]),
        ("HTTP://example.org/shop/01/09506000134352?linkType=gs1:pip&17=261231;11=260101#top", ["01", "17", "11"]),
        ("https://example.org/414/9506000134352/254/A1", ["414", "254"]),
        ("https://example.org/01/09506000134352/235/TPX", ["01", "235"]),
        ("https://example.org/8004/9506000123ABC/", ["8004"]),
    ],
)
def test_a_web_address_is_read_and_never_opened(text: str, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a web address on a label was opened")

    monkeypatch.setattr(socket, "socket", opened)
    monkeypatch.setattr(socket, "getaddrinfo", opened)
    label = accepted("]d1" + text)
    assert [field.id for field in label.fields] == [f"gs1:{ai}" for ai in ids]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://id.gs1.org/01/09506000134353", Refusal.CHECK_CHARACTER_WRONG),
        ("https://id.gs1.org/01/09506000134352/21/A/10/B", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352/99/X", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352/zz/X", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352?21=A", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352?05=A", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352?17=261231&17=270101", Refusal.GS1_REPEATED),
        ("https://id.gs1.org/01/09506000134352?17=261331", Refusal.DATE_IMPOSSIBLE),
        ("https://id.gs1.org/01/09506000134352/10/A%00B", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352/10/A B", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352?240=A+B", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01", Refusal.GS1_FAULTY),
        ("https://id.gs1.org/01/09506000134352?8018=950600013434300009", Refusal.CHECK_CHARACTER_WRONG),
        ("https://user@example.org/01/09506000134352", Refusal.CODE_NOT_RECOGNISED),
    ],
)
def test_a_web_address_that_says_something_impossible_is_refused(text: str, reason: Refusal) -> None:
    assert refused(text).reason is reason


def test_a_long_row_of_percent_signs_is_answered_at_once() -> None:
    assert (
        refused("https://id.gs1.org/8018/950600013434300006?7255=" + "%2541" * 40 + "%20").reason is Refusal.GS1_FAULTY
    )


def test_the_european_code_is_read_from_its_print_or_refused() -> None:
    label = accepted("SEC:PL001499Z549917123456 A00T041600320171231")
    assert label.fields[0].normal == "2017-12-31"
    assert refused("SEC: PL001499Z549917123456A00T041600320171231").reason is Refusal.STRUCTURE_FAULTY
    assert refused("SEC: PL001499Z549917123456 X00T041600320171231").reason is Refusal.STRUCTURE_FAULTY


def test_an_identifier_of_a_product_of_human_origin_is_read_whole_or_refused() -> None:
    assert read_mpho("00000E0398A999924123456A00000")["din"] == "A999924123456"
    with pytest.raises(Unreadable):
        read_mpho("00000E0398O999924123456A00000")


def test_the_trials_identifiers_are_found_on_standard_labels_too() -> None:
    kit = TrialPattern("kit", "gs1:01+21")
    record = TrialPattern("record", "isbt128:025")
    donation = TrialPattern("donation", "isbt128:001")
    patterns = (COI, kit, record, donation, SUBJECT)
    assert values_of(accepted(f"]d2{GTIN}21K1"), patterns) == {"kit": "09506000134352/K1"}
    assert values_of(accepted(f"]d2{GTIN}"), patterns) == {}
    isbt = accepted("=A99992612345600&/CHA999926ABC123&#0104AB12")
    assert values_of(isbt, patterns) == {"coi": "CHA999926ABC123", "record": "AB12", "donation": "A999926123456"}
    assert values_of(accepted("HERON-0001", SUBJECT), patterns) == {"subject": "HERON-0001"}


def test_several_symbols_of_one_label_are_collected_until_nothing_is_missing() -> None:
    kit = Contract(("gs1:01", "gs1:21", "gs1:17"))
    first, second, third = read(f"]C1{GTIN}".encode()), read(b"]C117261231"), read(b"]C121KIT7")
    assert collect([first], kit).missing == ("gs1:21", "gs1:17")
    assert collect([first, second], kit).missing == ("gs1:21",)
    whole = collect([first, second, third], kit).label
    assert whole is not None
    assert [field.id for field in whole.fields] == ["gs1:01", "gs1:17", "gs1:21"]


def test_a_collection_of_codes_that_do_not_belong_together_is_refused() -> None:
    kit = Contract(("gs1:21",))
    other = read(b"]C10109506000134369")
    donation, again = read(b"=A99992612345600"), read(b"=A99992612345700")
    for scans, reason in (
        ([read(f"]C1{GTIN}".encode()), other], Refusal.CODES_RUN_TOGETHER),
        ([read(f"]C1{GTIN}".encode()), donation], Refusal.CODE_AMBIGUOUS),
        ([donation, again], Refusal.CODES_RUN_TOGETHER),
        ([read(b"]C10109506000134353")], Refusal.CHECK_CHARACTER_WRONG),
        ([read(b"]C121KIT7")], Refusal.GS1_REQUISITE_MISSING),
    ):
        answer = collect(scans, kit)
        assert answer.label is None
        assert answer.refused is not None
        assert answer.refused.reason is reason


def test_a_division_scanned_from_the_second_symbol_is_no_longer_missing() -> None:
    scans = [read(b"=<S1295199"), read(b"=,AAAB00")]
    whole = collect(scans, Contract(("isbt128:003", "isbt128:032"))).label
    assert whole is not None
    assert whole.warnings == ()
    half = collect(scans[:1], Contract(("isbt128:003",))).label
    assert half is not None
    assert half.warnings == ("DIVISION_ELSEWHERE",)
