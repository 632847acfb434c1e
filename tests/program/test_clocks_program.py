"""The real program, offscreen: stopped and continued, killed in the middle of a clock, on a machine that slept."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from coordinator_app.demo.site import build_demo
from coordinator_app.store.boot_clock import boot_nanoseconds

PROGRAM = Path(__file__).parent / "clock_program.py"
STOPPED_S = 6.0
SLEPT_S = 3_600
LOOKS_EVERY_S = 0.3
Line = dict[str, Any]

pytestmark = [
    pytest.mark.alone,  # what shows within a second of waking is no question for a machine with other work
    pytest.mark.skipif(sys.platform != "linux", reason="signals and time namespaces of Linux"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_demo(folder)
    return folder


@pytest.fixture
def site(store: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration site."""
    return Path(shutil.copytree(store, tmp_path / "site"))


@contextmanager
def running(site: Path, what: str, seconds: float, *before: str) -> Iterator[subprocess.Popen[str]]:
    """Start the program and end it at last; `before` is a command that it is started under."""
    asked = [*before, sys.executable, str(PROGRAM), str(site), what, str(seconds)]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        try:
            yield program
        finally:
            program.terminate()
            program.wait(30)


def until(program: subprocess.Popen[str], reached: Callable[[Line], bool], seconds: float = 40) -> Line:
    """Read lines until one is as wanted."""
    assert program.stdout is not None
    give_up = time.monotonic() + seconds
    for text in program.stdout:
        line: Line = json.loads(text)
        if reached(line):
            return line
        assert time.monotonic() < give_up, "the program never came that far"
    raise AssertionError("the program ended before")


def has_clock(line: Line) -> bool:
    """Say whether the clock from thaw to end is on the line."""
    return line["clock"] is not None and bool(line["figures"])


def test_after_the_program_stood_still_nothing_old_is_shown_and_fresh_times_come_within_a_second(site: Path) -> None:
    with running(site, "thaw", 60) as program:
        before = until(program, has_clock)
        program.send_signal(signal.SIGSTOP)
        time.sleep(STOPPED_S)
        woke_ns = boot_nanoseconds()  # what the program reads from now on is fresh, also before it tells its first line
        program.send_signal(signal.SIGCONT)
        # The pipe still holds lines from before the stop: what counts begins after the gap.
        line = until(program, lambda line: line["ns"] - before["ns"] > (STOPPED_S - 1) * 1e9)
        veiled = 0
        while line["veil"] or line["clock"]["read_ns"] < woke_ns:
            after_s = (line["ns"] - woke_ns) / 1e9
            assert after_s < 1.0, "no fresh time within a second of waking"
            # The window looks at its clocks four times a second; from then on nothing read before may be seen.
            assert line["veil"] or after_s < LOOKS_EVERY_S
            veiled += line["veil"]
            line = until(program, has_clock)
        passed = (line["ns"] - before["ns"]) // 1_000_000
        assert abs(before["clock"]["left_ms"] - line["clock"]["left_ms"] - passed) < 1_100
        print(f"veiled {veiled} lines, fresh {(line['ns'] - woke_ns) / 1e6:.0f} ms after waking")  # noqa: T201


def test_a_clock_goes_on_after_the_program_was_killed_in_the_middle_of_it(site: Path) -> None:
    with running(site, "thaw", 60) as program:
        before = until(program, has_clock)
        program.kill()
        program.wait(30)
    time.sleep(3)
    with running(site, "show", 60) as again:
        after = until(again, has_clock)
    assert after["clock"]["state"] == "running"
    passed = (after["ns"] - before["ns"]) // 1_000_000
    gone = before["clock"]["left_ms"] - after["clock"]["left_ms"]
    assert abs(gone - passed) <= 1_100
    assert again.returncode == 0


def may_shift() -> bool:
    """Say whether this account may start a program with a shifted boot clock."""
    if shutil.which("unshare") is None:
        return False
    asked = subprocess.run(["unshare", "--time", "--boottime", "10", "true"], capture_output=True, check=False)
    return asked.returncode == 0


@pytest.mark.skipif(not may_shift(), reason="needs root for a time namespace")
def test_an_hour_asleep_counts_though_the_wall_clock_never_saw_it(site: Path) -> None:
    with running(site, "thaw", 60) as program:
        before = until(program, has_clock)
    with running(site, "show", 60, "unshare", "--time", "--boottime", str(SLEPT_S)) as slept:
        after = until(slept, has_clock)
    passed = (after["ns"] - before["ns"]) // 1_000_000
    assert passed > SLEPT_S * 1000
    gone = before["clock"]["left_ms"] - after["clock"]["left_ms"]
    # Never generous: at least what the boot clock counted, and no more than its drift and a second beside it.
    assert passed - 1_100 <= gone <= passed * 1.0002 + 1_100
