"""Names, dates, times and numbers by the NHS rules; each test is named by the rule it holds to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from coordinator_app.ui import formats

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 11, 23, 13, 2, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("family", "given", "title", "shown"),
    [
        ("Hargreaves", "Miriam", "Ms", "HARGREAVES, Miriam (Ms)"),
        ("Hargreaves", "Miriam", None, "HARGREAVES, Miriam"),
        ("de la Cruz-Müller", "Ana Sofía", "dr.", "DE LA CRUZ-MÜLLER, Ana Sofía (Dr)"),
        ("Hargreaves", "", None, "HARGREAVES"),
    ],
)
def test_nid_0001_family_in_capitals_comma_given_title_in_parentheses(
    family: str, given: str, title: str | None, shown: str
) -> None:
    assert formats.person_name(family, given, title) == shown


def test_nid_0005_a_name_of_35_characters_is_never_cut() -> None:
    family = "Featherstonehaugh-Cholmondeley-Maas"
    assert formats.person_name(family, "X").startswith(family.upper())


def test_d_ta_0002_short_date_has_two_digit_day_three_letter_month_four_digit_year() -> None:
    assert formats.short_date(date(1961, 7, 4)) == "04-Jul-1961"


def test_d_ta_0006_months_are_the_same_words_whatever_the_region() -> None:
    assert [formats.short_date(date(2026, month, 1))[3:6] for month in range(1, 13)] == list(formats.MONTHS)


def test_d_ta_0011_long_date_for_patients_writes_the_month_in_full() -> None:
    assert formats.long_date(date(1961, 7, 4)) == "4 July 1961"


def test_pab_0034_age_stands_straight_after_the_date_of_birth() -> None:
    assert formats.born_with_age(date(1961, 7, 14), 65).replace("\u00a0", " ") == "14-Jul-1961 (65y)"


def test_num_0001_an_nhs_number_is_grouped_3_3_4_and_cannot_break() -> None:
    assert formats.record_number("9434765919", "NHS") == "943\u00a0476\u00a05919"


def test_a_hospital_number_is_shown_as_stored_with_its_leading_zeros() -> None:
    assert formats.record_number("0047182261", "St Brannoc Hospital") == "0047182261"


def test_d_tb_0001_time_is_24_hours_and_midnight_is_0000() -> None:
    assert formats.clock_time(datetime(2026, 11, 22, 23, 0, tzinfo=UTC), BERLIN) == "00:00"
    assert formats.clock_time(NOW, BERLIN) == "14:02"


def test_an_instant_of_today_needs_no_date_and_any_other_has_its_weekday() -> None:
    today = formats.instant(NOW + timedelta(minutes=29), BERLIN, NOW).replace("\u00a0", " ")
    tomorrow = formats.instant(NOW + timedelta(hours=19), BERLIN, NOW).replace("\u00a0", " ")
    far = formats.instant(NOW + timedelta(days=400), BERLIN, NOW).replace("\u00a0", " ")
    assert today == "14:31 CET"
    assert tomorrow == "Tue 24-Nov 09:02 CET"
    assert far == "Tue 28-Dec-2027 14:02 CET"


def test_an_instant_just_after_local_midnight_is_tomorrow_even_while_utc_says_today() -> None:
    assert "Tue 24-Nov" in formats.instant(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), BERLIN, NOW)


def test_a_deadline_is_cut_to_its_minute_and_an_opening_goes_up_to_the_next() -> None:
    at = datetime(2026, 11, 23, 13, 31, 1, tzinfo=UTC)
    assert formats.instant(at, BERLIN, NOW).startswith("14:31")
    assert formats.instant(at, BERLIN, NOW, opening=True).startswith("14:32")


def test_summer_time_is_named() -> None:
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert formats.zone_name(summer, BERLIN) == "CEST"
    assert formats.zone_name(summer, "Asia/Dubai") == "UTC+4"
    assert formats.zone_name(summer, "America/Sao_Paulo") == f"UTC{formats.MINUS}3"


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (28 * 60_000 + 41_900, "28:41"),
        (0, "00:00"),
        (999, "00:00"),
        (-1, "−00:01"),
        (-252_000, "−04:12"),
        (3_599_999, "59:59"),
        (3_600_000, "1 h 00"),
        (19 * 3_600_000 + 6 * 60_000 + 59_999, "19 h 06"),
        (-(3_600_000 + 60_000), "−1 h 01"),
        (123 * 3_600_000, "5 d 03 h"),
    ],
)
def test_time_left_is_never_shown_longer_than_it_is(milliseconds: int, shown: str) -> None:
    assert formats.remaining(milliseconds).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("milliseconds", "shown"), [(1, "00:01"), (0, "00:00"), (3_599_001, "1 h 00"), (3_630_000, "1 h 01")]
)
def test_a_wait_is_never_shown_shorter_than_it_is(milliseconds: int, shown: str) -> None:
    assert formats.remaining(milliseconds, waiting=True).replace("\u00a0", " ") == shown


def test_d_tb_0017_a_duration_has_whole_numbers_with_their_unit_and_no_zero_units() -> None:
    assert formats.duration(timedelta(hours=2, minutes=15)) == "2h 15min"
    assert formats.duration(timedelta(hours=2)) == "2h"
    assert formats.duration(timedelta(seconds=12)) == "12s"


def test_the_age_of_the_exchange_is_one_unit() -> None:
    assert formats.age_of(NOW - timedelta(seconds=12), NOW).replace("\u00a0", " ") == "12 s"
    assert formats.age_of(NOW - timedelta(minutes=3, seconds=59), NOW).replace("\u00a0", " ") == "3 min"
    assert formats.age_of(NOW + timedelta(seconds=5), NOW).replace("\u00a0", " ") == "0 s"


def test_a_date_in_a_sentence_is_not_broken_at_its_hyphens() -> None:
    kept = formats.unbroken("accepted 22-Nov, again 01-Nov-2026")
    assert kept.replace("\u2060", "") == "accepted 22-Nov, again 01-Nov-2026"
    assert kept.count("-\u2060") == 3
