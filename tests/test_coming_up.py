"""While the program comes up nobody looks for circular garbage; afterwards, and at the end, it is looked for."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator_app.cli import main
from coordinator_app.coming_up import hold_collecting, include_all, resume_collecting


class Circle:
    """Keeps itself until the collector comes."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """Leave the collector as it was."""
    yield
    gc.enable()
    gc.unfreeze()


def test_what_is_left_behind_after_coming_up_is_collected_and_at_the_end_the_rest_too() -> None:
    hold_collecting()
    assert not gc.isenabled()
    early = weakref.ref(Circle())
    resume_collecting()
    assert gc.isenabled()
    late = weakref.ref(Circle())
    gc.collect()
    assert late() is None
    assert early() is not None
    include_all()
    gc.collect()
    assert early() is None


def test_a_program_that_held_nothing_keeps_nothing_from_the_collector() -> None:
    resume_collecting()
    assert gc.get_freeze_count() == 0


@pytest.mark.parametrize("arguments", [["demo", "--list"], ["demo", "--json"]], ids=["answered", "wrong use"])
def test_a_command_that_never_opens_a_screen_leaves_the_collector_as_it_was(
    arguments: list[str], tmp_path: Path
) -> None:
    main([*arguments, "--store", str(tmp_path / "site")])
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


PROGRAM = """
import sys
sys.path.insert(0, {tests!r})
from coordinator_app.cli import main
from coordinator_app.coming_up import hold_collecting
hold_collecting()
import coordinator_app.procedures.bench
from coordinator_app import app
from fake_bench import FakeBench
{planted}
sys.exit(app.run(FakeBench, app.Machine(idle_s=60, tick_ms=20), None, quit_after=3.0))
"""


@pytest.mark.timeout(240)
@pytest.mark.parametrize("planted", ["", "app.include_all = lambda: None"], ids=["as it is", "planted"])
def test_a_program_that_came_up_and_left_leaves_nothing_behind(planted: str) -> None:
    # Bindings of libraries count what is left when the process ends, and say so.
    script = PROGRAM.format(tests=str(Path(__file__).parent), planted=planted)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert ("leaked" in done.stderr) == bool(planted), done.stderr
