"""GS1 labels on kits, wristbands and shippers: what is read, and all that is refused although a library lets it pass."""

from __future__ import annotations

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from coordinator_app.codes.check_characters import (
    GS1_CHARACTERS_82,
    check_digit,
    check_digit_holds,
    check_pair,
    check_pair_holds,
)
from coordinator_app.codes.dispatch import Contract, read
from coordinator_app.codes.gs1 import element_string
from coordinator_app.codes.gs1_rules import forbidden_pair, missing_requisite
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel, ScanRefused

GTIN = "0109506000134352"
GS = "\x1d"


def accepted(text: str, contract: Contract | None = None) -> ScannedLabel:
    label = read(("]d2" + text).encode(), contract=contract)
    assert isinstance(label, ScannedLabel), label
    return label


def reason(text: str, contract: Contract | None = None) -> Refusal:
    answer = read(("]d2" + text).encode(), contract=contract)
    assert isinstance(answer, ScanRefused), answer
    return answer.reason


def test_a_kit_label_is_read_field_by_field() -> None:
    label = accepted(f"{GTIN}1726123110LOT42A{GS}21KIT00017")
    assert [(field.id, field.value, field.normal) for field in label.fields] == [
        ("gs1:01", "09506000134352", None),
        ("gs1:17", "261231", "2026-12-31"),
        ("gs1:10", "LOT42A", None),
        ("gs1:21", "KIT00017", None),
    ]
    assert label.fields[0].name == "GTIN"


@pytest.mark.parametrize(
    ("text", "normal", "local"),
    [
        (f"{GTIN}17260200", "2026-02-28", False),
        (f"{GTIN}17280200", "2028-02-29", False),
        (f"{GTIN}70032612312359", "2026-12-31T23:59", True),
        (f"{GTIN}7007260101260131", "2026-01-01/2026-01-31", False),
        (f"{GTIN}7007260101", "2026-01-01", False),
        (f"{GTIN}7006260101", "2026-01-01", False),
        (f"{GTIN}70112601011200", "2026-01-01T12:00", True),
        (f"{GTIN}8008260101120501", "2026-01-01T12:05:01", True),
        (f"00195060001234567890{'43242601019999'}", "2026-01-01", False),
        (f"8018950600013434300006{GS}725019700131", "1970-01-31", False),
        (f"8018950600013434300006{GS}7251197001312359", "1970-01-31T23:59", True),
    ],
)
def test_dates_are_given_as_the_calendar_has_them(text: str, normal: str, local: bool) -> None:
    field = accepted(text).fields[-1]
    assert (field.normal, field.local) == (normal, local)


@pytest.mark.parametrize(
    "text",
    [
        f"{GTIN}17261301",
        f"{GTIN}17260231",
        f"{GTIN}70032612002359",
        f"{GTIN}70032612312400",
        f"{GTIN}70032612319999",
        f"{GTIN}7006260100",
        f"{GTIN}7007260101260100",
        f"8018950600013434300006{GS}725019700231",
        f"8018950600013434300006{GS}725019701331",
    ],
)
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    assert reason(text) is Refusal.DATE_IMPOSSIBLE


KEYS = {
    "00": "195060001234567890",
    "01": "09506000134352",
    "253": "9506000134352DOC1",
    "255": "9506000134352123",
    "402": "95060001343520003",
    "410": "9506000134352",
    "414": "9506000134352",
    "417": "9506000134352",
    "8003": "09506000134352A1",
    "8006": "095060001343520102",
    "8013": "1987654Ad4X4bL5ttr2310c2K",
    "8017": "950600013434300006",
    "8018": "950600013434300006",
}


@pytest.mark.parametrize("ai", KEYS)
def test_the_check_digit_of_every_key_is_held(ai: str) -> None:
    key = KEYS[ai]
    if ai == "402":
        key = key[:16] + check_digit(key[:16])
    end = {"253": 13, "255": 13, "8003": 14, "8006": 14}.get(ai, len(key))
    assert accepted(ai + key).fields[0].value == key
    other = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" if ai == "8013" else "0123456789"
    for character in other:
        if character != key[end - 1]:
            assert reason(ai + key[: end - 1] + character + key[end:]) is Refusal.CHECK_CHARACTER_WRONG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{GS}{GTIN}", Refusal.GS1_FAULTY),
        (f"{GTIN}10A{GS}{GS}21B", Refusal.GS1_FAULTY),
        (f"{GTIN}{GS}{GS}21B", Refusal.GS1_FAULTY),
        (f"{GTIN}10A{GS}10B", Refusal.GS1_REPEATED),
        (f"{GTIN}10", Refusal.CODE_CUT_OFF),
        ("0109506", Refusal.CODE_CUT_OFF),
        (f"0109506{GS}10A", Refusal.CODE_CUT_OFF),
        ("801895060001", Refusal.CODE_CUT_OFF),
        (f"{GTIN}10A B", Refusal.GS1_FAULTY),
        (f"{GTIN}99", Refusal.CODE_CUT_OFF),
        (f"{GTIN}05123", Refusal.GS1_FAULTY),
        ("80189506000134343000068019003", Refusal.SEPARATOR_LOST),
        ("8018950600013434300006=A99992612345600", Refusal.CODES_RUN_TOGETHER),
        (f"8018950600013434300006]C1{GTIN}", Refusal.CODES_RUN_TOGETHER),
        ("801895060001343430000612", Refusal.GS1_FAULTY),
        (f"{GTIN}10ABCDEFGHIJKLMNOPQRSTU", Refusal.GS1_FAULTY),
        (f"{GTIN}10{'L' * 15}21KIT00017", Refusal.SEPARATOR_LOST),
        (f"8018950600013434300006{GS}7256J%2G", Refusal.GS1_FAULTY),
        (f"8018950600013434300006{GS}724111", Refusal.GS1_FAULTY),
        (f"8018950600013434300006{GS}72523", Refusal.GS1_FAULTY),
        (f"8018950600013434300006{GS}7259BABY{GS}72583/2", Refusal.GS1_FAULTY),
        ("8004ABC", Refusal.GS1_FAULTY),
        ("8006095060001343520302", Refusal.GS1_FAULTY),
        (f"801095060{GS}80110123", Refusal.GS1_FAULTY),
        ("8010950600a", Refusal.GS1_FAULTY),
        ("00195060001234567890" + "4331000800" + GS + "4330004640", Refusal.GS1_EXCLUSION),
        ("8017950600013434300006" + GS + "8018950600013434300006", Refusal.GS1_EXCLUSION),
        ("0209506000134353371", Refusal.CHECK_CHARACTER_WRONG),
        ("0209506000134352371", Refusal.GS1_REQUISITE_MISSING),
        ("250A", Refusal.GS1_REQUISITE_MISSING),
        (f"{GTIN}250A", Refusal.GS1_REQUISITE_MISSING),
        (f"{GTIN}8030eyJ0", Refusal.GS1_REQUISITE_MISSING),
        (f"8018950600013434300006{GS}72581/2", Refusal.GS1_REQUISITE_MISSING),
    ],
)
def test_what_a_library_would_let_pass_is_refused(text: str, expected: Refusal) -> None:
    assert reason(text) is expected


def test_the_same_value_twice_is_one_field_and_a_trailing_separator_does_no_harm() -> None:
    assert len(accepted(f"{GTIN}10A{GS}10A{GS}").fields) == 2
    assert len(accepted(f"{GTIN}{GS}10A").fields) == 2


def test_fields_that_need_each_other_are_accepted_together() -> None:
    assert accepted(f"{GTIN}21S1{GS}8030eyJ0eXAi").fields[2].id == "gs1:8030"
    assert accepted(f"{GTIN}21S1{GS}250A").fields[2].id == "gs1:250"
    assert accepted(f"8018950600013434300006{GS}7259BABY{GS}72581/2").fields[2].value == "1/2"
    assert accepted(f"8018950600013434300006{GS}724180").fields[1].value == "80"
    assert accepted(f"801095060A#1{GS}801112").fields[1].value == "12"
    assert accepted(f"{GTIN}423276{GS}21A").fields[1].value == "276"
    assert accepted(f"{GTIN}3103000195").fields[1].id == "gs1:3103"
    assert accepted(f"{GTIN}30012{GS}39225000").fields[2].id == "gs1:3922"
    assert forbidden_pair(["3102", "3103"]) == ("3102", "3103")
    assert forbidden_pair(["3103"]) is None
    assert missing_requisite(["01", "3922"]) == ("3922", "(30) or (31nn) or (32nn) or (35nn) or (36nn)")


def test_a_lost_separator_never_makes_a_longer_lot() -> None:
    kit = Contract(("gs1:01", "gs1:21"))
    assert reason(f"{GTIN}10LOT42A21KIT00017", kit) is Refusal.SEPARATOR_LOST
    assert reason(f"{GTIN}10LOT42A", kit) is Refusal.PART_MISSING
    assert reason(GTIN, kit) is Refusal.PART_MISSING
    assert reason(GTIN, Contract(("isbt128:001",))) is Refusal.PART_MISSING
    assert accepted(f"{GTIN}10LOT42A{GS}21KIT00017", kit).field("gs1:21") is not None


def test_two_short_symbols_of_one_label_would_be_one_only_with_their_separator() -> None:
    """A serial has no check character: this is what a contract cannot see, and the evidence lists it."""
    assert accepted(f"{GTIN}21A110B", Contract(("gs1:01", "gs1:21"))).fields[1].value == "A110B"


@given(st.integers(0, 10**13 - 1))
def test_a_wrong_digit_of_a_trade_item_number_is_always_seen(number: int) -> None:
    body = f"{number:013d}"
    key = body + check_digit(body)
    assert check_digit_holds(key)
    for place in range(14):
        wrong = key[:place] + str((int(key[place]) + 1 + number % 9) % 10) + key[place + 1 :]
        assert check_digit_holds(wrong) is (wrong == key)


@given(st.text(alphabet=GS1_CHARACTERS_82, min_size=1, max_size=23))
def test_an_alphanumeric_key_carries_its_pair(body: str) -> None:
    assert check_pair_holds(body + check_pair(body))
    assert not check_pair_holds(body + "00")


def test_a_key_too_long_for_its_pair_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="at most 25"):
        check_pair("A" * 24)


@given(
    st.text(alphabet=GS1_CHARACTERS_82, min_size=1, max_size=20),
    st.text(alphabet=GS1_CHARACTERS_82, min_size=1, max_size=20),
)
def test_what_is_accepted_is_read_as_the_library_reads_it(lot: str, serial: str) -> None:
    text = element_string([("01", "09506000134352"), ("10", lot), ("17", "261231"), ("21", serial)])
    label = accepted(text)
    theirs = GS1Message.parse(text)
    assert [(field.id, field.value) for field in label.fields] == [
        (f"gs1:{element.ai.ai}", element.value) for element in theirs.element_strings
    ]
    assert [field.value for field in label.fields] == ["09506000134352", lot, "261231", serial]
