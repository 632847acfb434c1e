"""Codes that a check cannot use: unknown, cut, glued, of something else, typed by one, or read in the wrong place."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, is_on_record, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Begun, Opened, Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import GuidedPage, TodayPage, Verdict, VerdictPage


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("unknown_code", Refusal.CODE_NOT_RECOGNISED),
        ("half_code", Refusal.CODE_CUT_OFF),
        ("glued_codes", Refusal.CODES_RUN_TOGETHER),
    ],
)
def test_an_unknown_half_or_glued_code_does_not_count_and_does_not_end_the_check(
    site: Demonstration, code: str, reason: Refusal
) -> None:
    site.begins_at_the_bedside()
    text = str(site.listing["spare"][code])
    with site.nothing_moves():
        answer = site.tries_scan(text)
    refused(answer, reason)
    is_on_record(site, reason, text)
    assert isinstance(answer.page, GuidedPage)
    site.scans(site.patient("p1")["wristband"])


@pytest.mark.parametrize("code", ["unknown_code", "half_code", "glued_codes"])
def test_an_unknown_half_or_glued_code_at_rest_opens_nothing_and_is_kept_sealed(site: Demonstration, code: str) -> None:
    site.signs_in("nurse_a")
    text = str(site.listing["spare"][code])
    answer = site.tries_scan(text)
    assert answer.verdict is Verdict.REFUSED
    assert isinstance(answer.page, TodayPage)
    recorded = site.events("ScanNotUsed")[-1]
    assert isinstance(recorded.body, e.ScanNotUsed)
    assert recorded.body.reason == str(answer.reason)
    assert bytes.fromhex(recorded.body.raw).decode() == text
    assert text.encode().hex() not in json.dumps(site.written(recorded))


def test_scanning_the_bag_where_the_wristband_is_asked_counts_for_nothing(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    with site.nothing_moves():
        answer = site.tries_scan(site.code("u1"))
    refused(answer, Refusal.NOT_WHAT_WAS_ASKED)
    is_on_record(site, Refusal.NOT_WHAT_WAS_ASKED)
    site.scans(site.patient("p1")["wristband"])


def test_a_damaged_code_typed_by_one_person_needs_a_second_person_even_where_one_is_enough(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.begins("retrieve", site.id("c1"))
    with site.nothing_moves():
        answer = site.types_code(site.typed("u1"))
    assert answer.verdict is Verdict.ACCEPTED
    asks_for_somebody(answer, "witness")
    with site.nothing_moves():
        refused(site.tries_badge_and_pin("cell_laboratory_a"), Refusal.SAME_PERSON_TWICE)
        answer = site.tries_press("abort")
    refused(answer, Refusal.TYPED_WITHOUT_SECOND_PERSON)
    is_on_record(site, Refusal.TYPED_WITHOUT_SECOND_PERSON)
    assert isinstance(answer.page, VerdictPage)
    assert "exception" in {action.id for action in answer.page.actions}
    assert list(site.case(site.id("c1")).checks.values())[-1].outcome == "TYPED_WITHOUT_SECOND_PERSON"


def test_a_damaged_code_typed_by_two_people_counts_and_is_counted_as_typed(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.begins("retrieve", site.id("c1"))
    site.types_code(site.typed("u1"))
    site.second_person("cell_laboratory_b")
    assert site.types_code(site.typed("u1")).verdict is Verdict.ACCEPTED
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert (confirmed.typed, len(confirmed.people)) == (2, 2)


def test_a_code_typed_with_one_character_wrong_is_refused_by_its_check_digit(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.begins("retrieve", site.id("c1"))
    text = site.typed("u1")
    assert text[8] != "7"
    with site.nothing_moves():
        answer = site.types_code(text[:8] + "7" + text[9:])
    refused(answer, Refusal.CHECK_CHARACTER_WRONG)
    is_on_record(site, Refusal.CHECK_CHARACTER_WRONG)


@pytest.mark.parametrize("elsewhere", [lambda c: Opened(c), lambda c: Opened("today"), lambda c: Begun("retrieve", c)])
def test_a_check_that_is_open_cannot_be_left_for_another_place(
    site: Demonstration, elsewhere: Callable[[str], Opened | Begun]
) -> None:
    site.begins_at_the_bedside()
    site.scans(site.patient("p1")["wristband"])
    before = site.answer.page
    answer = site.tries(elsewhere(site.id("c5")))
    refused(answer, Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    assert isinstance(before, GuidedPage)
    assert isinstance(answer.page, GuidedPage)
    assert answer.page.instruction == before.instruction


def test_a_badge_shown_inside_a_check_switches_nobody(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    with site.nothing_moves():
        answer = site.tries(Scanned(site.people["nurse_b"]["badge"].encode()))
    assert answer.verdict is Verdict.REFUSED
    assert answer.frame.person is not None
    assert answer.frame.person.family == "Ferreira"
