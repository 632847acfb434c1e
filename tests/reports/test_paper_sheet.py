"""The paper sheet carries a ward through an hour without the program."""

from __future__ import annotations

import msgspec
import pypdfium2

from coordinator_app.reports.paper_sheet import PaperStep, paper_lines, paper_sheet

from .people_and_times import BORN, NAME, SHEET, WALL, pages_of


def test_the_first_page_has_order_identifiers_patient_phones_and_the_absolute_deadlines() -> None:
    first = pages_of(paper_sheet(SHEET))[0]
    for expected in (
        NAME,
        BORN,
        "CHA999926ABC123",
        "ORD-2026-00871",
        "4711",
        "must be complete by 14:32 CET, 21-Nov-2026",
    ):
        assert expected in first, expected
    assert "not before 13:20 CET" in first


def test_nothing_expected_is_printed_beside_the_columns_in_which_two_people_write_apart() -> None:
    check = pages_of(paper_sheet(SHEET))[1]
    for expected in (NAME, "Małgorzata", "1985", "0048", "CHA999926ABC123", "A9999", "S1295200", "ORD-2026"):
        assert expected not in check, expected
    assert check.count("Patient says: family name") == 2
    assert "First person" in check
    assert "Second person" in check
    assert "Fold the page" in check


def test_a_step_of_one_person_has_one_column() -> None:
    assert " ".join(pages_of(paper_sheet(SHEET))).count("Volume given, mL") == 1


def test_the_clock_sheet_says_when_and_what_ends_it_and_leaves_room_for_clocks_not_yet_started() -> None:
    clocks = next(page for page in pages_of(paper_sheet(SHEET)) if "Clock sheet" in page)
    for expected in ("by 14:32 CET", "infusion complete", "21-Nov-2026 12:02 CET", "4h"):
        assert expected in clocks, expected
    assert "____ : ____" in clocks


def test_every_page_says_which_sheet_it_belongs_to_and_how_many_there_are() -> None:
    pages = pages_of(paper_sheet(SHEET))
    for number, page in enumerate(pages, start=1):
        assert f"Sheet {SHEET.number}" in page
        assert f"Page {number} of {len(pages)}" in page
        assert WALL in page
        assert "printed 21-Nov-2026 13:05 CET" in page


def test_two_prints_of_the_same_facts_at_one_time_are_the_same_sheet_and_a_later_one_is_another() -> None:
    assert paper_sheet(SHEET) == paper_sheet(SHEET)
    later = msgspec.structs.replace(SHEET, printed_at=SHEET.printed_at.replace(minute=6))
    assert later.number != SHEET.number


def test_a_sheet_of_the_demonstration_says_practice_on_every_page() -> None:
    practice = msgspec.structs.replace(SHEET, demonstration=True)
    assert all("PRACTICE" in page for page in pages_of(paper_sheet(practice)))
    assert not any("PRACTICE" in page for page in pages_of(paper_sheet(SHEET)))


def test_a_case_without_clocks_says_none_and_not_nothing() -> None:
    bare = msgspec.structs.replace(SHEET, clocks=(), order=(), steps=(), identifiers=(), phones=())
    assert "Clocks None" in pages_of(paper_sheet(bare))[0]


def test_a_long_case_prints_all_its_steps() -> None:
    steps = tuple(
        PaperStep(f"Step number {number}", tuple(f"Reading {at}" for at in range(14)), True) for number in range(9)
    )
    text = " ".join(pages_of(paper_sheet(msgspec.structs.replace(SHEET, steps=steps))))
    assert all(f"Step number {number}" in text for number in range(9))
    assert text.count("Reading 13") == 18


def test_markup_in_a_name_is_printed_and_not_obeyed() -> None:
    odd = msgspec.structs.replace(SHEET, patient=("O'BRIEN <b>&amp;, Ann",))
    assert "O'BRIEN <b>&amp;, Ann" in pages_of(paper_sheet(odd))[0]


def test_a_letter_no_typeface_has_is_written_as_its_number_and_not_lost() -> None:
    odd = msgspec.structs.replace(SHEET, patient=("李, Ann",))
    assert "[U+674E], Ann" in pages_of(paper_sheet(odd))[0]


def test_the_title_of_the_file_tells_nothing_about_the_patient() -> None:
    about = pypdfium2.PdfDocument(paper_sheet(SHEET)).get_metadata_dict()
    assert NAME not in str(about)
    assert about["Title"] == f"Paper sheet {SHEET.number}"


def test_the_screen_shows_the_clocks_first_and_everything_the_paper_has() -> None:
    lines = paper_lines(SHEET)
    assert lines[1] == "Infusion must be complete: by 14:32\u00a0CET, 21-Nov-2026; ends with: infusion complete"
    joined = "\n".join(lines)
    for expected in (NAME, "CHA999926ABC123", "ORD-2026-00871", "4711", "two people, each alone", "Volume given, mL"):
        assert expected in joined, expected
