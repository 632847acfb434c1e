"""The pieces of a date of birth, the letters of a name, and a PIN, key by key."""

from __future__ import annotations

import pytest

from coordinator_app.ui.parts.entry_parts import (
    DayPart,
    LettersPart,
    MonthPart,
    NumberPart,
    Part,
    SecretPart,
    YearPart,
)


def keyed(part: Part, keys: str) -> str:
    for key in keys:
        part.press(key)
    return part.text


@pytest.mark.parametrize(
    ("keys", "day"), [("14", "14"), ("7", "07"), ("32", "3"), ("00", "0"), ("31", "31"), ("123", "12"), ("1a4", "14")]
)
def test_a_day_is_one_of_01_to_31(keys: str, day: str) -> None:
    assert keyed(DayPart(), keys) == day


@pytest.mark.parametrize(
    ("keys", "month"),
    [("jul", "Jul"), ("ju", "Ju"), ("f", "Feb"), ("7", "Jul"), ("07", "Jul"), ("12", "Dec"), ("13", "1"), ("00", "0")],
)
def test_a_month_is_a_word_however_it_is_keyed(keys: str, month: str) -> None:
    assert keyed(MonthPart(), keys) == month


def test_a_half_typed_month_is_no_month() -> None:
    part = MonthPart()
    keyed(part, "ju")
    assert not part.full
    assert part.number == 0
    part.press("l")
    assert part.full
    assert part.number == 7


def test_a_month_by_its_key_replaces_what_was_typed() -> None:
    part = MonthPart()
    keyed(part, "ma")
    part.press("Dec")
    assert part.number == 12


@pytest.mark.parametrize(
    ("keys", "year"), [("1961", "1961"), ("2026", "2026"), ("3", ""), ("17", "1"), ("19611", "1961")]
)
def test_a_year_is_of_this_century_or_the_two_before(keys: str, year: str) -> None:
    assert keyed(YearPart(), keys) == year


def test_three_letters_are_capitals_of_any_alphabet_and_no_digits() -> None:
    assert keyed(LettersPart(), "h4arg") == "HAR"
    assert keyed(LettersPart(), "ñüé") == "ÑÜÉ"


def test_a_number_takes_one_point_and_a_comma_is_a_point() -> None:
    assert keyed(NumberPart(), "-196,5.2") == "-196.52"
    assert keyed(NumberPart(), "4-2") == "42"


def test_erase_takes_back_one_digit_but_a_month_as_a_whole() -> None:
    pin, month = SecretPart(), MonthPart()
    keyed(pin, "1234")
    pin.erase()
    month.press("Jul")
    month.erase()
    assert pin.text == "123"
    assert month.text == ""
