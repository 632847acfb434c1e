"""A damaged code outside a blind check is typed by two people, each alone, and stays marked as typed for ever."""

from __future__ import annotations

import pypdfium2
import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Pressed, Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, GuidedPage, Say, SignInPage, VerdictPage
from coordinator_app.domain.typed_readings import typed_in
from coordinator_app.procedures.case_page import record_line
from coordinator_app.procedures.case_report import write_case_report

PLACE = "(414)9506000134314(254)T3-B4-11"


@pytest.fixture
def at_the_place(site: Demonstration) -> Demonstration:
    """A site that asks for the scan of the place out of which the first bag of c1 is taken."""
    site.signs_in("cell_laboratory_a")
    site.scans(site.code("u1"), site.code("u1"))
    site.goes_on()
    return site


def page_asks(site: Demonstration) -> Say:
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    return page.instruction


def test_one_person_alone_cannot_type_a_place(at_the_place: Demonstration) -> None:
    site = at_the_place
    before = page_asks(site)
    site.types_code(PLACE)
    assert isinstance(site.answer.page, SignInPage)
    assert site.answer.page.purpose == "witness"
    refused(site.tries_badge_and_pin("cell_laboratory_a"), Refusal.SAME_PERSON_TWICE)
    site.presses("abort")
    assert page_asks(site) == before, "who is alone scans after all"
    assert "BagRetrieved" not in [each.type for each in site.log()]


def test_the_second_person_types_without_seeing_and_both_typings_are_kept_as_typed(at_the_place: Demonstration) -> None:
    site = at_the_place
    site.types_code(PLACE)
    site.shows_badge_and_pin("cell_laboratory_b")
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert page.instruction.code == "type.again"
    assert {field.value for field in page.fields} == {""}
    assert "T3-B4-11" not in str(page)
    site.fills_in(code=PLACE)
    (typed,) = (each for each in site.log() if isinstance(each.body, e.CodeTyped))
    assert isinstance(typed.body, e.CodeTyped)
    assert (typed.body.object, len(set(typed.body.people))) == ("location", 2)
    assert [(each.arm, each.how, bool(each.raw)) for each in typed.evidence] == [(1, "typed", True), (2, "typed", True)]
    assert "BagRetrieved" in [each.type for each in site.log()]


def test_what_two_people_type_differently_counts_for_nothing_and_is_not_shown(at_the_place: Demonstration) -> None:
    site = at_the_place
    site.types_code(PLACE)
    site.shows_badge_and_pin("cell_laboratory_b")
    answer = site.tries_fill(code=PLACE.replace("T3-B4-11", "T3-B4-12"))
    refused(answer, Refusal.ENTRIES_DIFFER)
    assert "T3-B4" not in str(answer.message)
    assert not [each for each in site.log() if each.type in {"CodeTyped", "BagRetrieved"}]
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.fields, "both type anew"


def test_a_code_without_its_check_digit_is_refused_before_anybody_else_is_called(at_the_place: Demonstration) -> None:
    site = at_the_place
    site.tries(Pressed("code_damaged"))
    refused(site.tries_fill(code="A999926120451"), Refusal.CHECK_CHARACTER_MISSING)
    refused(site.tries_fill(code=PLACE.replace("314(", "315(")), Refusal.CHECK_CHARACTER_WRONG)


def test_what_a_hand_sends_where_a_scanner_should_is_refused(at_the_place: Demonstration) -> None:
    site = at_the_place
    typed = Scanned(PLACE.encode(), "scanner-1", "typed")
    refused(site.tries(typed), Refusal.TYPED_WITHOUT_SECOND_PERSON)
    assert "BagRetrieved" not in [each.type for each in site.log()]


def test_nobody_signs_in_by_a_badge_number_typed_alone(site: Demonstration) -> None:
    number = site.people["nurse_a"]["badge"].removeprefix("]d28018")
    typed = Scanned(f"(8018){number}".encode(), "scanner-1", "typed")
    refused(site.tries(typed), Refusal.TYPED_WITHOUT_SECOND_PERSON)
    assert isinstance(site.answer.page, SignInPage)
    assert site.answer.page.stage == "badge"


def test_the_count_stands_on_the_green_page_on_the_case_page_in_the_record_and_in_the_report(
    site: Demonstration,
) -> None:
    site.signs_in("cell_laboratory_a")
    site.scans(site.code("u1"))
    site.types_code(site.typed("u1"))
    site.shows_badge_and_pin("cell_laboratory_b")
    site.types_code(site.typed("u1"))
    green = site.answer.page
    assert isinstance(green, VerdictPage)
    assert green.typed == 2
    site.presses("go_on")
    site.presses("park")
    site.scans(site.patient("p1")["wristband"])
    page = site.answer.page
    assert isinstance(page, CasePage)
    case = site.case(site.id("c1"))
    assert page.typed == typed_in(case.recorded) >= 2
    confirmed = next(each for each in reversed(case.recorded) if each.type == "IdentityConfirmed")
    assert record_line(site.bench.work, confirmed).say.values["typed"] == "2"
    document = pypdfium2.PdfDocument(write_case_report(site.bench.work, case.case, "identity"))
    told = "\n".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    document.close()
    assert "Readings typed by hand" in told
    assert "1 typed by hand" in told
