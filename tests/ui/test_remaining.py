"""What a countdown shows between two records."""

from __future__ import annotations

from coordinator_app.domain.screens import Tone
from coordinator_app.ui.remaining import remaining_ms, remaining_text, shown_tone
from coordinator_app.ui.sample_pages import HERON, NOW_NS, PLOVER, SWIFT

MINUTE_NS = 60_000_000_000


def test_time_left_is_the_record_minus_the_suspend_aware_clock() -> None:
    assert remaining_text(HERON, NOW_NS) == "28:42"
    assert remaining_text(HERON, NOW_NS + MINUTE_NS) == "27:42"


def test_a_part_of_a_millisecond_counts_against_a_deadline_and_not_for_a_wait() -> None:
    assert HERON.remaining_ms is not None
    assert SWIFT.remaining_ms is not None
    assert remaining_ms(HERON, NOW_NS + 1) == HERON.remaining_ms - 1
    assert remaining_ms(SWIFT, NOW_NS + 1) == SWIFT.remaining_ms


def test_a_deadline_that_passes_between_two_records_turns_overdue_at_once() -> None:
    assert shown_tone(HERON, NOW_NS + 28 * MINUTE_NS) is Tone.DUE
    assert shown_tone(HERON, NOW_NS + 29 * MINUTE_NS) is Tone.OVERDUE
    assert remaining_text(HERON, NOW_NS + 29 * MINUTE_NS).startswith("−")


def test_a_wait_that_runs_out_between_two_records_does_not_call_itself_over() -> None:
    assert remaining_text(SWIFT, NOW_NS + 99 * MINUTE_NS) == "00:00"
    assert shown_tone(SWIFT, NOW_NS + 99 * MINUTE_NS) is SWIFT.tone


def test_unknown_time_is_a_question_mark_and_never_a_number() -> None:
    assert remaining_text(PLOVER, NOW_NS) == "?"
    assert shown_tone(PLOVER, NOW_NS) is Tone.UNKNOWN
