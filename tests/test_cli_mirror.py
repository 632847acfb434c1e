"""`coordinator mirror`, and a second copy that a setting puts on another disk when the record is founded."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coordinator_app.cli import main
from coordinator_app.commands.desktop import _bench
from coordinator_app.procedures.backups import BackupPlan
from coordinator_app.settings import Settings
from coordinator_app.store import mirror_place
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import FolderUnusable
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.mirror_place import OWN_FOLDER


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A second disk of the computer, as far as the program can tell."""
    made = tmp_path / "second-disk"
    made.mkdir()
    monkeypatch.setattr(mirror_place, "disk_of", lambda folder: "second" if "second-disk" in str(folder) else "first")
    return made


def _open(folder: Path, settings: Settings) -> None:
    """Start the program's part without windows, and leave it."""
    folder.mkdir(exist_ok=True)
    keys = FileKeys(folder, "")
    bench = _bench(folder, keys, settings, BackupPlan(every=timedelta(hours=24)), 0)
    bench.first()
    bench.close()


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record that was just founded, its second copy beside it."""
    _open(tmp_path / "record", Settings())
    return tmp_path / "record"


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any, str]:
    capsys.readouterr()
    code = main(["mirror", *(str(each) for each in arguments), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_the_setting_puts_the_second_copy_of_a_new_record_on_another_disk(tmp_path: Path, disk: Path) -> None:
    folder = tmp_path / "record"
    _open(folder, Settings(mirror=str(disk)))
    assert (disk / OWN_FOLDER / MIRROR_FILE).stat().st_size > 24
    assert not (folder / MIRROR_FILE).exists()
    _open(folder, Settings())  # what stands in the record counts from now on
    assert not (folder / MIRROR_FILE).exists()


def test_a_setting_that_names_no_disk_founds_nothing(tmp_path: Path, disk: Path) -> None:
    with pytest.raises(FolderUnusable, match="There is no folder"):
        _open(tmp_path / "record", Settings(mirror=str(tmp_path / "not-connected")))
    assert not (tmp_path / "record" / STORE_FILE).exists()


def test_it_moves_there_and_back_by_command(record: Path, disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    beside = {"mirror": str(record / MIRROR_FILE), "beside": True, "reached": True}
    assert _answer(capsys, "where", "--store", record) == (0, beside, "")
    code, moved, _ = _answer(capsys, "move", "--to", disk, "--store", record)
    assert code == 0
    assert moved["mirror"] == str(disk / OWN_FOLDER / MIRROR_FILE)
    assert moved["old_reached"]
    assert not (record / MIRROR_FILE).exists()
    assert _answer(capsys, "move", "--beside", "--store", record)[0] == 0
    assert _answer(capsys, "where", "--store", record)[1] == beside


@pytest.mark.parametrize("which", [[], ["--beside", "--to", "/"]], ids=["nothing", "both"])
def test_it_must_be_said_where_to(record: Path, which: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, answer, said = _answer(capsys, "move", *which, "--store", record)
    assert (code, answer) == (2, None)
    assert "Say where the second copy goes" in said


def _second_copy_of(record: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    main(["self-test", "--json", "--store", str(record)])
    parts = json.loads(capsys.readouterr().out)["parts"]
    found: dict[str, str] = next(each for each in parts if each["part"] == "second copy")
    return found


@pytest.mark.usefixtures("qapp")  # the self-test makes a smaller application where there is none
def test_the_self_test_says_where_it_stands_and_whether_it_can_be_reached(
    record: Path, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "same disk" in _second_copy_of(record, capsys)["found"]
    assert _answer(capsys, "move", "--to", disk, "--store", record)[0] == 0
    found = _second_copy_of(record, capsys)
    assert (found["state"], str(disk) in found["found"]) == ("ok", True)
    disk.rename(disk.with_name("broken"))
    found = _second_copy_of(record, capsys)
    assert (found["state"], "Connect its disk" in found["next_step"]) == ("failed", True)


def test_with_its_disk_gone_the_program_does_not_open_until_another_place_is_set(
    record: Path, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _answer(capsys, "move", "--to", disk, "--store", record)[0] == 0
    _open(record, Settings())
    disk.rename(disk.with_name("broken"))
    with pytest.raises(FolderUnusable, match="connect its disk and start again, or set another place"):
        _open(record, Settings())
    assert _answer(capsys, "where", "--store", record)[1]["reached"] is False
    code, moved, said = _answer(capsys, "move", "--beside", "--store", record)
    assert (code, moved["old_reached"]) == (0, False)
    assert "Keep its disk" in said
    _open(record, Settings())
    assert main(["journal", "verify", "--store", str(record)]) == 0


def test_a_destroyed_record_is_made_anew_by_command(
    record: Path, disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, moved, _ = _answer(capsys, "move", "--to", disk, "--store", record)
    (record / STORE_FILE).write_bytes(b"x" * 8192)
    assert main(["journal", "verify", "--store", str(record)]) != 0
    code, made, _ = _answer(capsys, "recover", "--store", record)
    assert (code, made) == (0, {"recovered": True, "events": moved["events"]})
    assert main(["journal", "verify", "--store", str(record), "--all-signatures"]) == 0
    assert (record / f"{STORE_FILE}.damaged-1").exists()
