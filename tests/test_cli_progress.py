"""A long command says how far it is, how fast, and how long it still takes; a file that gets its errors is spared."""

from __future__ import annotations

import io

from coordinator_app.commands.progress import ProgressLine


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_says_how_fast_and_how_long_still() -> None:
    screen, clock = _Screen(), [100.0]
    tell = ProgressLine(stream=screen, now=lambda: clock[0])
    clock[0] = 110.0
    tell(250_000, 1_000_000)
    line = screen.getvalue()
    assert "250,000 of 1,000,000 events, 25,000 a second, 30 s left" in line
    assert line.count("█") == 7
    clock[0] = 110.1
    tell(260_000, 1_000_000)
    assert screen.getvalue() == line
    clock[0] = 190.0
    tell(1_000_000, 1_000_000)
    assert screen.getvalue().rstrip().endswith("11,111 a second, took 1 min 30 s")
    assert screen.getvalue().endswith("\n")


def test_an_empty_record_and_one_just_begun_have_a_line_too() -> None:
    screen = _Screen()
    tell = ProgressLine(stream=screen, now=lambda: 5.0)
    tell(0, 10)
    tell(0, 0)
    assert "0 of 10 events" in screen.getvalue()
    assert "0 of 0 events" in screen.getvalue()


def test_nothing_is_written_where_nobody_looks() -> None:
    file = io.StringIO()
    ProgressLine(stream=file)(10, 10)
    assert file.getvalue() == ""
