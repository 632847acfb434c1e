"""A crash leaves no memory in any file: no core, and a crash log of places without a value."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SHOWN_OUTSIDE = {"setWindowTitle", "setApplicationDisplayName", "setWindowFilePath", "setDocName"}
"""Calls whose text the system shows or keeps outside the program: task bar, screen readers, print queues."""

CRASH = """
import ctypes, sys
from pathlib import Path
if {guarded}:
    from coordinator_app.process_guard import forbid_dumps, keep_crash_log
    forbid_dumps()
    keep_crash_log(Path("logs"))
def at_the_bedside(patient):
    held = [patient, patient.encode() * 50]
    ctypes.string_at(0)
at_the_bedside("Quetzal" + "coatlus")
"""


def _crashed(folder: Path, *, guarded: bool) -> list[Path]:
    (folder / "logs").mkdir()
    import resource

    def allow_cores() -> None:
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))

    done = subprocess.run(
        [sys.executable, "-c", CRASH.format(guarded=guarded)], check=False, cwd=folder, capture_output=True,
        preexec_fn=allow_cores,
    )  # fmt: skip
    assert done.returncode < 0, done.stderr
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform != "linux", reason="how a crash is provoked here")
def test_a_crash_tells_where_it_happened_and_nothing_of_what_was_held(tmp_path: Path) -> None:
    files = _crashed(tmp_path, guarded=True)
    assert [path.name for path in files] == ["crash.log"]
    told = files[0].read_text(encoding="utf-8")
    assert "at_the_bedside" in told
    assert "Quetzalcoatlus" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="how the limits are read here")
def test_the_program_forbids_dumps_before_it_opens_the_record(tmp_path: Path) -> None:
    asked = """
import resource, ctypes
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
from coordinator_app import process_guard
from coordinator_app.commands import desktop
import coordinator_app.app as app
def run(*args, **rest):
    print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
    return 0
app.run = run
desktop.open_program("record", 1.0)
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], check=True, cwd=tmp_path, capture_output=True, text=True,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
             "COORDINATOR_PASSPHRASE": ""},
    )  # fmt: skip
    assert done.stdout.split() == ["0", "0"]


@pytest.mark.skipif(sys.platform != "linux", reason="how the limits are read here")
@pytest.mark.parametrize("command", ["journal", "report", "hub", "drill"])
def test_every_command_forbids_dumps_before_it_does_anything(tmp_path: Path, command: str) -> None:
    asked = f"""
import resource, ctypes, sys
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
from coordinator_app import cli
def invoke(context):
    print(context.invoked_subcommand or "", resource.getrlimit(resource.RLIMIT_CORE)[0],
          ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
cli.coordinator.invoke = invoke
sys.argv = ["coordinator", "{command}"]
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", asked], check=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split()[-2:] == ["0", "0"]


def test_window_titles_are_fixed_words() -> None:
    import ast

    import coordinator_app

    house, titles = Path(coordinator_app.__file__).parent, []
    for path in house.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in SHOWN_OUTSIDE:
                titles.append((path.name, ast.unparse(node.args[0])))
    assert len(titles) >= 4
    for name, title in titles:
        assert title.startswith("self.tr(") or title in {"job.job"}, f"{name}: {title} may name somebody"
        assert ".format" not in title, f"{name}: {title}"
