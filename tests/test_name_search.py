"""The search for people in everything that a run wrote finds them in every disguise, or its silence means nothing."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import name_search
import name_watch
import pytest

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
    "in a file that is removed": "p = tmp_path / 'gone'; p.write_text('Quetzalcoatlus'); p.unlink()",
    "in a folder that is removed": "import shutil; d = tmp_path / 'd' / 'e'; d.mkdir(parents=True); "
    "(d / 'gone').write_text('Quetzalcoatlus'); shutil.rmtree(d.parent)",
    "in a temporary folder": "import tempfile, pathlib\n    with tempfile.TemporaryDirectory() as d:\n"
    "        (pathlib.Path(d) / 'gone').write_text('Quetzalcoatlus')",
    "in a file that is replaced": "p = tmp_path / 'p'; p.write_text('Quetzalcoatlus'); q = tmp_path / 'q'; "
    "q.write_text('-'); q.replace(p)",
    "in a file that is written anew": "p = tmp_path / 'p'; p.write_text('Quetzalcoatlus'); p.write_text('-')",
    "in a file that is cut": "import os; p = tmp_path / 'p'; p.write_text('Quetzalcoatlus'); os.truncate(p, 3)",
    "in a file that is cut by its handle": "import os; p = tmp_path / 'p'; p.write_text('Quetzalcoatlus')\n"
    "    with p.open('r+') as f:\n        os.ftruncate(f.fileno(), 0)",
    "by another process that removes it": "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    'f\'import pathlib; p = pathlib.Path({str(tmp_path)!r}, "gone"); p.write_text("Quetzalcoatlus"); p.unlink()\'], '
    "check=True)",
    "in a run within the run": "import pathlib, subprocess, sys; p = pathlib.Path(__file__).with_name('test_in.py')\n"
    "    p.write_text('def test_in(tmp_path): (tmp_path / \\'in\\').write_text(\\'Quetzalcoatlus\\')\\n')\n"
    "    subprocess.run([sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', str(p)], check=True)",
    "in the log": "logging.getLogger('coordinator_app').critical('Quetzalcoatlus was scanned')",
}


def _run(above: Path, *acts: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    folder = above / name_search.PLANTED
    (folder / "tmp").mkdir(parents=True)
    watch = Path(name_watch.__file__)
    shutil.copy(watch, folder)
    shutil.copytree(watch.parent / "name_watch_path", folder / "name_watch_path")
    (folder / "conftest.py").write_text(
        (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (folder / "name_search.py").write_text(Path(name_search.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    tests = "".join(TEST.format(number=number, act=act) for number, act in enumerate(acts))
    (folder / "test_it.py").write_text(HEAD + tests, encoding="utf-8")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COORDINATOR_", "XDG_", "PYTEST", "PYTHONPATH"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *options, "test_it.py"],
        check=False, cwd=folder, capture_output=True, text=True,
        env={**kept, name_search.SWITCH: "1", "TMPDIR": str(folder / "tmp")},
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="the whole run is searched on Linux")
@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "two beside each other"])
def test_a_run_that_writes_a_name_anywhere_fails_and_says_where(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = _run(tmp_path, *ACTS.values(), options=options)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{len(ACTS)} passed" in done.stdout
    assert f"found {len(ACTS)}" in done.stdout, done.stdout
    for number, how in enumerate(ACTS):
        if not any(word in how for word in ("temporary", "cache", "log", "within")):
            assert f"test_{number}0" in done.stdout or f"::test_{number}" in done.stdout, how
    assert done.stdout.count("(gone by now, test_it.py::test_") == 8, done.stdout
    assert "/test_in0/in: Quetzalcoatlus" in done.stdout
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


def test_a_large_file_with_holes_is_searched_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / name_search.PLANTED
    folder.mkdir()
    with (folder / "large").open("wb") as out:
        out.seek(600 << 20)
        out.write(b"x" * 5_000_000 + b"Quetzalcoatlus")
    searched = name_search.Searched()
    searched.look_at(folder / "large", folder)
    assert searched.found == ["large: Quetzalcoatlus"]
    assert searched.size > 600 << 20


def test_the_exceptions_are_few_and_each_has_its_reason() -> None:
    assert len(name_search.MEANT) <= 8
    assert all(name_search.MEANT.values())
