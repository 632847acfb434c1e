"""A long command says how far it is, how fast, and how long it still takes; a file that gets its errors is spared."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from coordinator_app.cli import main
from coordinator_app.commands.progress import ProgressLine
from coordinator_app.store import replay


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


@pytest.mark.parametrize(("arguments", "readings"), [(["--check"], 1), ([], 2)], ids=["check", "anew"])
def test_making_anew_what_screens_read_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], readings: int
) -> None:
    demo = str(tmp_path / "demo")
    assert main(["demo", "--list", "--store", demo]) == 0
    screen = _Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(replay, "_TELL_EVERY", 10)
    assert main(["journal", "rebuild", *arguments, "--store", demo]) == 0
    told = screen.getvalue()
    assert told.count("a second, took ") == told.count("\n") == readings
    assert "s left" in told
    last = told.split("\r")[-1]
    assert last.split(" of ")[0].split()[-1] == last.split(" of ")[1].split()[0], "as many as there are"
