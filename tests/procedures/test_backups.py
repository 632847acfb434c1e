"""Backups come by themselves, are tried by a drill, and whoever looks at the screen learns when one failed."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import BackupReported, Ticked
from coordinator_app.procedures.backups import BackupPlan, Errand, carry_out
from coordinator_app.store.backup import backups_in, make_backup
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import BackupStopped


@pytest.fixture
def planned(site: Demonstration, tmp_path: Path) -> Demonstration:
    site.bench.backups.plan = BackupPlan(tmp_path / "safe", timedelta(hours=6), 2, {"coordinator_app": "0.1.0"})
    return site


def _carried_out(site: Demonstration, *, apart: bool = False) -> BackupReported:
    errand = site.bench.errand()
    assert errand is not None
    report = carry_out(errand, apart=apart)
    site.does(report)
    return report


def test_without_a_folder_no_backup_is_made(site: Demonstration) -> None:
    site.does(Ticked())
    assert site.bench.errand() is None
    assert not site.bench.backups.ask()


def test_the_first_backup_is_due_at_once_and_the_next_after_the_interval(planned: Demonstration) -> None:
    report = _carried_out(planned)
    assert report.drilled
    made = planned.events("RecordBackedUp")[-1].body
    assert isinstance(made, e.RecordBackedUp)
    assert (made.events, made.drilled) == (report.events, True)
    assert planned.bench.errand() is None
    planned.waits(hours=5, minutes=50)
    assert planned.bench.errand() is None
    planned.waits(minutes=11)
    assert planned.bench.errand() is not None
    assert planned.bench.errand() is None, "one backup at a time"


def test_a_person_can_ask_for_a_backup_now(planned: Demonstration) -> None:
    _carried_out(planned)
    assert planned.bench.backups.ask()
    assert _carried_out(planned).drilled


def test_only_so_many_are_kept(planned: Demonstration, tmp_path: Path) -> None:
    for _ in range(4):
        _carried_out(planned)
        planned.waits(hours=7)
    store_id = planned.bench.work.store.backup_source().keys.store_id
    assert len(backups_in(tmp_path / "safe", store_id)) == 2


def test_a_backup_that_cannot_be_written_is_an_alarm_until_one_succeeds(planned: Demonstration, tmp_path: Path) -> None:
    (tmp_path / "safe").write_text("not a folder", encoding="utf-8")
    report = _carried_out(planned)
    assert report.stage == "backup"
    alarms = [each for each in planned.answer.frame.alarms if each.say.code == "alarm.site.backup"]
    assert len(alarms) == 1
    assert alarms[0].detail.values["why"] == report.why
    assert [each.type for each in planned.events("BackupFailed", "SiteAlarmRaised")] == [
        "BackupFailed", "SiteAlarmRaised",
    ]  # fmt: skip
    planned.signs_in("nurse_a")
    planned.presses(f"answer:{alarms[0].id}")
    planned.fills_in(comment="IT was called")
    shown = [each for each in planned.answer.frame.alarms if each.id == alarms[0].id]
    assert shown[0].acknowledged_by
    assert planned.bench.errand() is None, "it is not tried again at every tick"
    planned.waits(hours=1)
    (tmp_path / "safe").unlink()
    assert not _carried_out(planned).why
    assert not [each for each in planned.answer.frame.alarms if each.say.code.startswith("alarm.site")]


def test_a_drill_that_fails_is_an_alarm_and_the_older_backups_stay(
    planned: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        _carried_out(planned)
        planned.waits(hours=7)
    before = {each.name for each in (tmp_path / "safe").iterdir()}
    real = make_backup

    def bad_disk(*args: object, **rest: object) -> Path:
        made = real(*args, **rest)  # type: ignore[arg-type]
        with (made / STORE_FILE).open("rb+") as file:
            file.seek(9000)
            file.write(b"\x00" * 64)
        return made

    monkeypatch.setattr("coordinator_app.procedures.backups.make_backup", bad_disk)
    report = _carried_out(planned)
    assert (report.stage, report.drilled) == ("drill", False)
    assert "is not as it was made" in report.why
    assert before <= {each.name for each in (tmp_path / "safe").iterdir()}
    assert any(each.say.code == "alarm.site.backup" for each in planned.answer.frame.alarms)


def test_the_drill_beside_the_program_runs_in_a_process_of_its_own(
    planned: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    real = subprocess.Popen

    def popen(command: list[str], **rest: object) -> object:
        started.append(command)
        return real(command, **rest)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", popen)
    assert _carried_out(planned, apart=True).drilled
    assert started[0][-4:-2] == ["drill", str(next((tmp_path / "safe").iterdir()))]
    secrets = planned.bench.work.store.backup_source().keys.secrets()
    assert not any(secret.hex() in json.dumps(started) for secret in secrets.values()), "others can read command lines"
    planned.waits(hours=7)
    errand = planned.bench.errand()
    assert isinstance(errand, Errand)
    calls = iter([False] * 3)
    with pytest.raises(BackupStopped):
        carry_out(errand, stop=lambda: next(calls, True), apart=True)


def test_an_old_newest_backup_is_told_on_every_page(planned: Demonstration) -> None:
    planned.signs_in("nurse_a")
    assert any(each.code == "notice.backup_none" for each in planned.answer.frame.notices)
    _carried_out(planned)
    planned.does(Ticked())
    assert not any(each.code.startswith("notice.backup") for each in planned.answer.frame.notices)
    planned.waits(hours=13)
    planned.does(Ticked())
    assert any(each.code == "notice.backup_old" for each in planned.answer.frame.notices)
