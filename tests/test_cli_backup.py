"""`coordinator backup`, `drill` and `restore`, from the command line to the files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from coordinator_app.cli import main
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.keys import KEY_FILE


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "demo"
    assert main(["demo", "--list", "--json", "--store", str(folder)]) == 0
    return folder


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "demo")
    return tmp_path / "demo"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*(str(each) for each in arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_a_backup_is_made_drilled_and_put_back_elsewhere(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, made = answer(capsys, "backup", "--store", demo, "--to", tmp_path / "safe")
    assert (code, made["made"], made["drilled"]) == (0, True, True)
    code, tried = answer(capsys, "drill", made["backup"], "--store", demo)
    assert (code, tried["sound"], tried["events"]) == (0, True, made["events"])
    there = tmp_path / "there"
    there.mkdir()
    shutil.copy(demo / KEY_FILE, there / KEY_FILE)
    code, restored = answer(capsys, "restore", made["backup"], "--store", there)
    assert (code, restored["events"]) == (0, made["events"])
    code, found = answer(capsys, "journal", "verify", "--store", there, "--all-signatures")
    assert (code, found["events"]) == (0, made["events"])
    code, stats = answer(capsys, "journal", "stats", "--store", demo)
    assert stats["by_type"]["RecordBackedUp"] == 1


def test_a_backup_that_cannot_be_written_fails_and_is_on_record(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "safe").write_text("not a folder", encoding="utf-8")
    code, made = answer(capsys, "backup", "--store", demo, "--to", tmp_path / "safe")
    assert (code, made["made"]) == (1, False)
    assert "set another folder" in made["why"]
    _, stats = answer(capsys, "journal", "stats", "--store", demo)
    assert stats["by_type"]["BackupFailed"] == 1


def test_a_damaged_backup_fails_the_drill_and_is_not_put_back(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, made = answer(capsys, "backup", "--store", demo, "--to", tmp_path / "safe")
    with (Path(made["backup"]) / STORE_FILE).open("rb+") as file:
        file.seek(10_000)
        file.write(b"\x00")
        file.write(b"\xff")
    code, tried = answer(capsys, "drill", made["backup"], "--store", demo)
    assert (code, tried["sound"]) == (1, False)
    assert main(["restore", made["backup"], "--store", str(tmp_path / "there")]) == 1
    assert "use another backup" in capsys.readouterr().err
    assert not (tmp_path / "there").exists()


def test_a_record_is_not_replaced_unasked(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, made = answer(capsys, "backup", "--store", demo, "--to", tmp_path / "safe")
    before = (demo / STORE_FILE).read_bytes()
    assert main(["restore", made["backup"], "--store", str(demo)]) == 2
    assert "--replace" in capsys.readouterr().err
    assert (demo / STORE_FILE).read_bytes() == before
    assert main(["restore", made["backup"], "--store", str(demo), "--replace"]) == 0


def test_without_a_folder_the_next_step_is_told(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backup", "--store", str(demo)]) == 2
    assert "--to" in capsys.readouterr().err
    assert main(["drill", "--store", str(demo)]) == 2
    assert "[backup]" in capsys.readouterr().err
