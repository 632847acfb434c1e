"""What a hospital's IT is promised: it sets itself up, says plainly what it lacks, and brings nothing that binds them."""

from __future__ import annotations

import ast
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from reportlab.pdfbase import ttfonts

from coordinator_app import resource_files
from coordinator_app.resource_files import ResourceMissing, resource_path

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
# The parts of Qt that are offered under the GPL and a paid licence, never under the LGPL.
GPL_ONLY_QT = {
    "QtCharts", "QtDataVisualization", "QtGraphs", "QtGraphsWidgets", "QtHttpServer", "QtNetworkAuth", "QtQuick3D",
    "QtVirtualKeyboard",
}  # fmt: skip


def run_bash(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of shell with setup.sh sourced and nothing of this machine's settings but the path."""
    return subprocess.run(
        ["bash", "-c", f"source '{PACKAGING}/setup.sh'; {script}"],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def licences() -> dict[str, object]:
    return runpy.run_path(str(PACKAGING / "licences.py"))


@pytest.mark.parametrize("script", ["packaging/run.sh", "packaging/test.sh", "packaging/setup.sh", ".ci/run"])
def test_every_script_can_be_read_by_bash(script: str) -> None:
    done = subprocess.run(["bash", "-n", ROOT / script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_user_who_is_not_root_is_told_the_one_command_to_pass_on() -> None:
    told = run_bash("id() { echo 1000; }; need_packages no-such-package-1 no-such-package-2")
    assert told.returncode == 1
    assert told.stdout == ""
    assert told.stderr.count("\n") == 1
    assert "apt-get install -y --no-install-recommends no-such-package-1 no-such-package-2'" in told.stderr


def test_nothing_is_asked_of_a_user_whose_machine_has_it_all() -> None:
    if shutil.which("dpkg-query") is None:
        pytest.skip("only a Debian system can say what is installed")
    told = run_bash("id() { echo 1000; }; need_packages dpkg")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_a_library_under_its_newer_debian_name_counts_as_installed() -> None:
    told = run_bash(
        'dpkg-query() { [ "$4" = libglib2.0-0t64 ] && echo installed; }; is_installed libglib2.0-0 && echo yes'
    )
    assert told.stdout == "yes\n"


def test_a_folder_that_was_moved_or_another_set_of_packages_is_set_up_anew() -> None:
    stamps = run_bash(
        "stamp_of run '(3, 11)'; stamp_of run,test '(3, 11)'; stamp_of run '(3, 12)'; ROOT=/tmp; stamp_of run '(3, 11)'"
    )
    assert len(set(stamps.stdout.split())) == 4


def test_the_folder_packaging_does_not_hide_the_library_of_that_name() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import packaging.version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_no_registry_is_named_in_what_sets_the_program_up() -> None:
    for path in [*PACKAGING.iterdir(), ROOT / "pyproject.toml", ROOT / ".ci" / "run"]:
        if path.is_file():
            assert "://" not in path.read_text(encoding="utf-8"), path.name


def test_nothing_the_hospital_gets_is_under_the_gpl_alone() -> None:
    known = licences()
    bound = [found for found in known["runtime_licences"]() if known["is_copyleft_only"](found.words)]  # type: ignore[operator]
    assert bound == []


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("GPL-2.0-only OR GPL-3.0-only", True),
        ("GNU Affero General Public License v3", True),
        ("LGPL-3.0-only OR GPL-2.0-only", False),
        ("GNU Lesser General Public License v3", False),
        ("MIT", False),
    ],
)
def test_a_licence_that_would_bind_the_program_is_recognised(words: str, bound: bool) -> None:
    assert licences()["is_copyleft_only"](words) is bound  # type: ignore[operator]


def test_every_package_the_hospital_gets_has_a_line_in_the_licence_list() -> None:
    listed = (PACKAGING / "licences.md").read_text(encoding="utf-8")
    unlisted = [found.package for found in licences()["runtime_licences"]() if f"| {found.package} |" not in listed]  # type: ignore[operator]
    assert unlisted == [], "run 'python packaging/licences.py > packaging/licences.md'"
    assert "not stated" not in listed


def test_no_part_of_qt_under_the_gpl_alone_is_imported() -> None:
    for path in (ROOT / "coordinator_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: set[str] = set()
            if isinstance(node, ast.Import):
                names = {part for alias in node.names for part in alias.name.split(".")}
            elif isinstance(node, ast.ImportFrom):
                names = {*(node.module or "").split("."), *(alias.name for alias in node.names)}
            assert not names & GPL_ONLY_QT, path


def test_a_typeface_for_names_beyond_western_letters_is_there_and_a_pdf_can_use_it() -> None:
    font = ttfonts.TTFont("fallback", BytesIO(resource_path("fonts/DejaVuSans.ttf").read_bytes()))
    assert all(ord(letter) in font.face.charToGlyph for letter in "ŁłČčŃńŞşИванов")


@pytest.mark.parametrize("style", ["Regular", "Bold", "Italic", "BoldItalic"])
@pytest.mark.parametrize(("stem", "family"), [("B612", "B612"), ("B612Mono", "B612 Mono")])
def test_the_typeface_reads_on_screens_and_in_pdfs_under_one_name(stem: str, family: str, style: str) -> None:
    path = ROOT / "resources" / "fonts" / f"{stem}-{style}.ttf"
    if not path.exists():
        pytest.skip("B612 could not be brought in on this machine; screens and PDFs use DejaVu Sans")
    ttfonts.TTFont("b612", str(path))  # refuses PostScript outlines
    with TTFont(path) as font:
        names = {record.toUnicode() for record in font["name"].names if record.nameID in (1, 16)}
        assert names == {family}
        assert font["OS/2"].usWeightClass == (700 if "Bold" in style else 400)
        assert len(font["glyf"].glyphs) > 200


def test_a_missing_file_of_the_program_is_named_with_what_to_do() -> None:
    with pytest.raises(ResourceMissing, match=r"'sounds/none\.wav' is missing; install the program again"):
        resource_path("sounds/none.wav")


@pytest.mark.parametrize("outside", ["../LICENSE", "/etc/passwd", "fonts/../../LICENSE"])
def test_the_door_to_the_programs_files_opens_nothing_else(outside: str) -> None:
    with pytest.raises(ValueError, match="leads out of"):
        resource_path(outside)


def test_a_bundle_finds_its_files_where_it_was_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "note.txt").write_text("here", encoding="utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("note.txt").read_text(encoding="utf-8") == "here"


def install_by_pip(monkeypatch: pytest.MonkeyPatch, site_packages: Path, data: Path) -> None:
    """Make the program believe that pip put it into `site_packages` and its plain files below `data`."""
    package = site_packages / "coordinator_app"
    package.mkdir(parents=True)
    monkeypatch.setattr(resource_files, "__file__", str(package / "resource_files.py"))
    monkeypatch.setattr(sysconfig, "get_path", lambda name, *_: str(data) if name == "data" else pytest.fail(name))


def test_an_installed_program_finds_its_files_where_pip_put_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "share" / "coordinator_app" / "labels"
    files.mkdir(parents=True)
    install_by_pip(monkeypatch, tmp_path / "lib", tmp_path)
    assert resource_path("labels") == files


def test_an_installed_program_takes_no_strangers_folder_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib" / "resources" / "labels").mkdir(parents=True)
    install_by_pip(monkeypatch, tmp_path / "lib", tmp_path)
    with pytest.raises(ResourceMissing, match="install the program again"):
        resource_path("labels")


def test_every_plain_file_that_the_program_opens_is_installed_with_it() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["data-files"]
    asked_for = set()
    for path in (ROOT / "coordinator_app").rglob("*.py"):
        asked_for |= set(re.findall(r"""resource_path\(\s*f?"([^"/{]+)""", path.read_text(encoding="utf-8")))
    assert {"fonts", "labels", "profiles", "qualification"} <= asked_for
    for folder in asked_for:
        assert table[f"share/{resource_files.INSTALLED.name}/{folder}"] == [f"resources/{folder}/*"]
        assert not [deeper for deeper in (ROOT / "resources" / folder).iterdir() if deeper.is_dir()]
