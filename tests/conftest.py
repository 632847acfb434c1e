"""The surroundings every test gets: no display, and no folder of the person who runs it."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))
import name_search
import name_watch

name_search.one_folder()
name_watch.watch()

# Generated cases are judged by what comes of them: a busy machine is slow at any of them, and that proves nothing.
_slow = [HealthCheck.too_slow]
# The same cases on every machine and run, so that a change is judged by what it changed. `COORDINATOR_NEW_CASES=1` draws
# others: the longer search for what nobody thought of, run by hand and before a release.
settings.register_profile("site", deadline=None, suppress_health_check=_slow, derandomize=True, database=None)
settings.register_profile("new cases", deadline=None, suppress_health_check=_slow)
settings.load_profile("new cases" if os.environ.get("COORDINATOR_NEW_CASES") else "site")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The key ring of whoever runs the tests is none of their business, and one that a test defines is for that test only.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Qt warns when it has no locale and no private run-time folder, and here a warning fails the test.
if not any(os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG")):
    os.environ["LANG"] = "C.UTF-8"
if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="coordinator-tests-")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """Hold every test to leaving the collector of garbage on: the next one in the same process is judged with it."""
    yield
    left_off = not gc.isenabled()
    gc.enable()
    assert not left_off, "this test left the collector of garbage off"


_logged: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep what the program logged, for the search at the end."""
    if name_search.FOLDER in os.environ:
        _logged.extend(text for name, text in report.sections if "log" in name)


_told: list[str] = []


def pytest_sessionstart() -> None:
    """Have what SQLite empties by itself searched too."""
    name_watch.watch_stores()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Search everything that the run wrote, once, where all of it is there."""
    name_watch.tell()
    if not name_search.is_ours():
        return
    name_watch.end()
    told, well = name_search.finish(_logged)
    _told.append(told)
    if not well and session.exitstatus != pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the search found and how much it read."""
    for told in _told:
        terminalreporter.write_line(told)
