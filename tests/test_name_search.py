"""The search for people in everything that a run wrote finds them in every disguise, or its silence means nothing."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import name_search

HEAD = "import base64, logging\n"
TEST = "def test_{number}(tmp_path):\n    {act}\n"

ACTS = {
    "plain": "(tmp_path / 'left.log').write_text('before Quetzalcoatlus after')",
    "in hex": "(tmp_path / 'left.bin').write_text(b'Quetzalcoatlus'.hex())",
    "in base64": "(tmp_path / 'left.bin').write_bytes(base64.b64encode(b'xy Quetzalcoatlus yz'))",
    "in UTF-16": "(tmp_path / 'left.bin').write_bytes('Quetzalcoatlus'.encode('utf-16-be'))",
    "as decimal numbers": "(tmp_path / 'left.bin').write_text(', '.join(str(each) for each in b'Quetzalcoatlus'))",
    "in a file name": "(tmp_path / 'Quetzalcoatlus.bin').write_text('')",
    "in a temporary file": "import tempfile; open(tempfile.mkstemp()[1], 'w').write('Quetzalcoatlus')",
    "in the cache folder": "import platformdirs; p = platformdirs.user_cache_path('coordinator_app'); "
    "p.mkdir(parents=True); (p / 'kept').write_text('Quetzalcoatlus')",
    "in the log": "logging.getLogger('coordinator_app').critical('Quetzalcoatlus was scanned')",
}


def _run(folder: Path, *acts: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(
        (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (folder / "name_search.py").write_text(Path(name_search.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    tests = "".join(TEST.format(number=number, act=act) for number, act in enumerate(acts))
    (folder / "test_it.py").write_text(HEAD + tests, encoding="utf-8")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("COORDINATOR_", "XDG_", "PYTEST"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "test_it.py"],
        check=False, cwd=folder, capture_output=True, text=True, env={**kept, name_search.SWITCH: "1"},
    )  # fmt: skip


def test_a_run_that_writes_a_name_anywhere_fails_and_says_where(tmp_path: Path) -> None:
    done = _run(tmp_path, *ACTS.values())
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{len(ACTS)} passed" in done.stdout
    assert f"found {len(ACTS)}" in done.stdout, done.stdout
    for number, how in enumerate(ACTS):
        if "temporary" not in how and "cache" not in how and "log" not in how:
            assert f"test_{number}0" in done.stdout, how
    assert "xdg_cache_home" in done.stdout
    assert "logged: " in done.stdout


def test_a_run_that_writes_nobody_passes_and_says_how_much_it_searched(tmp_path: Path) -> None:
    done = _run(tmp_path, "(tmp_path / 'left.log').write_text('a bag was scanned')")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nobody stands in them" in done.stdout


def test_every_person_is_found_in_every_disguise_and_at_every_place_of_base64() -> None:
    for person in name_search.PEOPLE:
        for disguise in name_search.disguises(person):
            assert person in name_search.people_in(b"before " + disguise + b" after")
        for shift in range(7):
            coded = base64.b64encode(b"x" * shift + person.encode() + b"yz")
            assert person in name_search.people_in(coded)


def test_the_exceptions_are_few_and_each_has_its_reason() -> None:
    assert len(name_search.MEANT) <= 8
    assert all(name_search.MEANT.values())
