"""The case summary is what a quality person would sign: nothing left out, nothing smoothed over."""

from __future__ import annotations

import msgspec
import pytest

from coordinator_app.reports.case_records import LabelsWritten
from coordinator_app.reports.case_summary import Extent, case_summary

from .people_and_times import BAG, BORN, NAME, NURSE_A, NURSE_B, PHARMACIST, SUMMARY, pages_of


def _text(extent: Extent = Extent.INSPECTION, summary: object = SUMMARY) -> str:
    return " ".join(pages_of(case_summary(summary, extent)))  # type: ignore[arg-type]


def test_both_people_of_a_check_are_named_with_the_second_at_which_each_finished() -> None:
    text = _text()
    for expected in (NURSE_A.name, NURSE_B.name, "12:34:08 CET", "12:36:20 CET", "typed, check character right"):
        assert expected in text, expected


def test_a_check_that_failed_and_its_refusal_stand_in_the_record() -> None:
    text = _text()
    for expected in ("NOT confirmed", "WRONG_PATIENT", "The wristband belongs to another patient.", "1 of 2"):
        assert expected in text, expected


def test_a_late_entry_shows_both_times_and_the_reason() -> None:
    text = _text()
    assert "10:20 CET entered late 21-Nov-2026 12:05 CET: workstation restarted" in text


def test_a_missed_clock_is_counted_and_shown_missed() -> None:
    text = _text()
    assert "Clocks missed 1" in text
    assert "missed by 5min" in text


@pytest.mark.parametrize(("applied", "said"), [(2, "Labels reconciled yes"), (1, "Labels reconciled NO")])
def test_labels_are_reconciled_only_when_every_one_is_accounted_for(applied: int, said: str) -> None:
    labels = (LabelsWritten("J-0007", "isbt128-100x100", 3, applied, 0, 1, 0),)
    assert said in _text(summary=msgspec.structs.replace(SUMMARY, labels=labels))


def test_a_signature_shows_name_time_and_meaning() -> None:
    text = _text()
    for expected in (PHARMACIST.name, "released for infusion", "11:58:10 CET", "9f3ac1d2e4b5a6c7"):
        assert expected in text, expected


def test_a_journal_that_did_not_verify_is_said_at_the_top_and_at_the_end() -> None:
    broken = msgspec.structs.replace(SUMMARY.verification, sound=False, remark="Event 17 does not follow event 16.")
    text = _text(summary=msgspec.structs.replace(SUMMARY, verification=broken))
    assert text.count("Event 17 does not follow event 16.") == 2
    assert "NOT verified" in text
    assert "every seal as it must be" not in text


def test_every_page_names_the_patient_the_case_and_the_head_of_the_journal() -> None:
    pages = pages_of(case_summary(SUMMARY))
    assert len(pages) >= 2
    for page in pages:
        for expected in (NAME, "4f1c0b7a92d34c1e8f6a5b3c2d1e0f9a", "9f3ac1d29f3ac1d2"):
            assert expected in page, expected


def test_identity_custody_and_inspection_each_tell_their_part() -> None:
    identity, custody, inspection = (_text(extent) for extent in Extent)
    assert "Identity checks Step" in identity
    assert "Chain of custody Bag" not in identity
    assert f"Chain of custody {BAG}" in custody
    assert "Identity checks Step" not in custody
    for part in ("Identity checks Step", f"Chain of custody {BAG}", "Deviations, exceptions", BORN):
        assert part in inspection, part


def test_a_case_in_which_nothing_happened_says_none_everywhere() -> None:
    bare = msgspec.structs.replace(
        SUMMARY, checks=(), custody=(), refusals=(), labels=(), clocks=(), deviations=(), signatures=()
    )
    assert _text(summary=bare).count("None") >= 7


def test_a_thousand_events_of_custody_are_all_on_paper() -> None:
    custody = tuple(
        msgspec.structs.replace(SUMMARY.custody[0], what=f"Moved for the {number}th time") for number in range(1000)
    )
    text = _text(Extent.CUSTODY, msgspec.structs.replace(SUMMARY, custody=custody))
    assert all(f"Moved for the {number}th time" in text for number in range(1000))


def test_the_same_record_gives_the_same_file() -> None:
    assert case_summary(SUMMARY) == case_summary(SUMMARY)
