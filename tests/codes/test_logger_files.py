"""A logger's whole file: its extremes, the stretch without a reading, and what makes it worthless."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from coordinator_app.intake.loggers import LoggerFileFaulty, read_logger_file

EVEN = "2026-09-03 08:00 -178.2\n2026-09-03 08:10 -177.9\n2026-09-03 08:20 -181.5\n2026-09-03 08:30 -171.0\n"


def test_an_even_record_has_its_extremes_and_no_gap() -> None:
    record = read_logger_file(EVEN.encode())
    assert (record.lowest, record.highest) == (Decimal("-181.5"), Decimal("-171.0"))
    assert (record.longest_gap, record.has_gap) == (timedelta(minutes=10), False)


@pytest.mark.parametrize(("minutes", "gap"), [(20, False), (21, True), (40, True)])
def test_more_than_two_intervals_without_a_reading_are_a_gap(minutes: int, gap: bool) -> None:
    at = f"2026-09-03 {8 + (30 + minutes) // 60:02}:{(30 + minutes) % 60:02}"
    record = read_logger_file((EVEN + f"{at} -170.0\n").encode())
    assert (record.longest_gap, record.has_gap) == (timedelta(minutes=minutes), gap)


@pytest.mark.parametrize(
    "content",
    [b"", b"2026-09-03 08:00 -178.2\n", EVEN.replace("-177.9", "-177,9").encode(), b"\xff\xfe\x00", b"%PDF-1.7\n%",
     (EVEN + "2026-09-03 08:25 -170.0\n").encode(), (EVEN + "2026-09-03 08:30 -170.0\n").encode()],
    ids=["empty", "one reading", "decimal comma", "no text", "a PDF", "out of order", "an instant twice"],
)  # fmt: skip
def test_a_file_with_a_fault_counts_for_nothing(content: bytes) -> None:
    with pytest.raises(LoggerFileFaulty, match="again"):
        read_logger_file(content)
