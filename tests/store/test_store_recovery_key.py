"""The recovery key on paper opens what the computer held, tells where it is mistyped, and outlives a rotation."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from record_ward import CASE, KEY, NURSE, PATIENT, Ward

from coordinator_app.cli import main
from coordinator_app.domain import events as e
from coordinator_app.store.backup import make_backup
from coordinator_app.store.faults import KeyFileDamaged, MissingKey, RecoveryKeyWrong, StoreFault
from coordinator_app.store.keys import KEY_FILE, FileKeys, HeldKeys
from coordinator_app.store.recovery_key import (
    RECOVERY_FILE,
    draw_recovery_key,
    fingerprint_of,
    open_recovery,
    public_half,
    read_recovery_key,
    recovery_lines,
    recovery_symbol,
)
from coordinator_app.store.restore import restore
from coordinator_app.store.store import Store

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def test_the_lines_and_the_symbol_read_back_however_they_are_typed() -> None:
    for _ in range(200):
        key = draw_recovery_key()
        lines = recovery_lines(key)
        assert len(lines) == 7
        assert read_recovery_key("\n".join(lines)) == key
        assert read_recovery_key("".join(lines).replace(" ", "").lower()) == key
        assert read_recovery_key("-".join(lines).replace("O", "0").replace("I", "1").replace("B", "8")) == key
        assert read_recovery_key(recovery_symbol(key)) == read_recovery_key("]d1" + recovery_symbol(key)) == key


def test_a_mistyped_character_is_told_by_its_line_or_at_the_latest_by_the_whole() -> None:
    draw = random.Random(6)  # noqa: S311 - a test draws the same keys again
    told = 0
    for _ in range(1500):
        lines = list(recovery_lines(draw.randbytes(32)))
        number = draw.randrange(7)
        plain = list(lines[number].replace(" ", ""))
        place = draw.randrange(9)
        plain[place] = draw.choice([each for each in LETTERS if each != plain[place]])
        lines[number] = "".join(plain)
        with pytest.raises(RecoveryKeyWrong) as wrong:
            read_recovery_key("\n".join(lines))
        told += f"Line {number + 1} of" in str(wrong.value)
    assert told > 1400


def test_two_lines_in_the_wrong_order_and_a_missing_line_are_told() -> None:
    lines = list(recovery_lines(bytes(range(32))))
    lines[2], lines[5] = lines[5], lines[2]
    with pytest.raises(RecoveryKeyWrong, match="Line 3 of the recovery key is mistyped; compare it"):
        read_recovery_key("\n".join(lines))
    with pytest.raises(RecoveryKeyWrong, match="has 63 characters in 7 lines and this has 54"):
        read_recovery_key("\n".join(lines[:6]))
    with pytest.raises(RecoveryKeyWrong, match="no recovery key"):
        read_recovery_key("COIRK1AAAA")


def _made(ward: Ward) -> bytes:
    key = draw_recovery_key()
    assert ward.store.use_recovery_key(key) == fingerprint_of(public_half(key))
    return key


def test_the_sheet_opens_every_key_and_nothing_on_the_disk_does(ward: Ward) -> None:
    assert ward.store.recovery_fingerprint() == ""
    key = _made(ward)
    assert ward.store.recovery_fingerprint() == fingerprint_of(public_half(key))
    secrets = ward.store.backup_source().keys.secrets()
    opened = open_recovery(ward.folder, key)
    assert {name: opened[name] for name in secrets} == secrets
    content = b"".join(path.read_bytes() for path in ward.folder.iterdir() if path.is_file())
    assert key not in content
    assert key.hex().encode() not in content
    assert recovery_symbol(key).encode() not in content
    assert recovery_lines(key)[0].encode() not in content


def test_another_sheet_a_damaged_file_and_no_sheet_at_all_are_each_one_sentence(ward: Ward) -> None:
    with pytest.raises(MissingKey, match="No recovery key was ever made"):
        open_recovery(ward.folder, draw_recovery_key())
    key = _made(ward)
    with pytest.raises(RecoveryKeyWrong, match=r"and [0-9a-f]{8} is needed here; look for the sheet with that number"):
        open_recovery(ward.folder, draw_recovery_key())
    path = ward.folder / RECOVERY_FILE
    whole = path.read_text(encoding="utf-8")
    for damaged in (whole[:40], whole.replace('"sealed": "', '"sealed": "00'), "[]"):
        path.write_text(damaged, encoding="utf-8")
        with pytest.raises(KeyFileDamaged, match="put it back from a backup"):
            open_recovery(ward.folder, key)


def test_the_same_sheet_stays_good_after_a_patient_was_erased(ward: Ward) -> None:
    ward.enrol()
    key = _made(ward)
    ward.record(e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="retention_over", people=(NURSE,)))
    secrets = ward.store.backup_source().keys.secrets()
    opened = open_recovery(ward.folder, key)
    assert {name: opened[name] for name in secrets} == secrets


def test_a_backup_and_the_sheet_are_enough_when_the_computer_is_lost(ward: Ward, tmp_path: Path) -> None:
    ward.enrol()
    key = _made(ward)
    backup = make_backup(ward.store.backup_source(), tmp_path / "safe", made_at=ward.clock.moment().at, versions={})
    ward.store.close()
    shutil.rmtree(ward.folder)
    keys = HeldKeys(open_recovery(backup, key))
    restore(backup, ward.folder, keys=keys)
    with Store.open(ward.folder, keys=keys, clock=ward.clock, program="0.1.0") as store:
        assert store.search("zolkiewska")
        assert store.recovery_fingerprint() == fingerprint_of(public_half(key))


def test_the_command_restores_with_the_sheet(
    ward: Ward, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.enrol()
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("\n".join(recovery_lines(_made(ward))), encoding="utf-8")
    backup = make_backup(ward.store.backup_source(), tmp_path / "safe", made_at=ward.clock.moment().at, versions={})
    monkeypatch.setenv("COORDINATOR_NEW_PASSPHRASE", "correct horse battery")
    monkeypatch.setenv("COORDINATOR_PASSPHRASE", "correct horse battery")
    there = tmp_path / "there"
    assert main(["restore", str(backup), "--store", str(there), "--recovery-key", str(sheet)]) == 0
    assert main(["journal", "verify", "--store", str(there)]) == 0
    assert b"salt" in (there / KEY_FILE).read_bytes(), "the key file lies there without a passphrase"
    sheet.write_text("\n".join(recovery_lines(draw_recovery_key())), encoding="utf-8")
    capsys.readouterr()
    assert main(["restore", str(backup), "--store", str(tmp_path / "x"), "--recovery-key", str(sheet)]) == 2
    assert "look for the sheet with that number" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_damaged_or_lost_key_file_is_made_anew_from_the_sheet(
    ward: Ward, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "sheet.txt"
    sheet.write_text("\n".join(recovery_lines(_made(ward))), encoding="utf-8")
    ward.store.close()
    monkeypatch.setenv("COORDINATOR_NEW_PASSPHRASE", "")
    (ward.folder / KEY_FILE).write_text("damaged", encoding="utf-8")
    (ward.folder / KEY_FILE).chmod(0o600)
    assert main(["journal", "verify", "--store", str(ward.folder)]) == 2
    assert "use the recovery key" in capsys.readouterr().err
    assert main(["keys", "recover", "--store", str(ward.folder), "--recovery-key", str(sheet)]) == 0
    assert (ward.folder / f"{KEY_FILE}.before-recovery-1").read_text(encoding="utf-8") == "damaged"
    assert main(["journal", "verify", "--store", str(ward.folder)]) == 0
    assert main(["keys", "where", "--store", str(ward.folder)]) == 0
    ward.store = ward.open()


def test_changing_the_passphrase_needs_the_present_one(
    ward: Ward, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.store.change_passphrase("", "first passphrase")
    with pytest.raises(KeyFileDamaged, match="nothing was changed"):
        ward.store.change_passphrase("guess", "second passphrase")
    ward.store.close()
    monkeypatch.setenv("COORDINATOR_PASSPHRASE", "wrong")
    assert main(["keys", "passphrase", "--store", str(ward.folder)]) == 2
    assert "does not open the key file" in capsys.readouterr().err
    monkeypatch.setenv("COORDINATOR_PASSPHRASE", "first passphrase")
    monkeypatch.setenv("COORDINATOR_NEW_PASSPHRASE", "second passphrase")
    assert main(["keys", "passphrase", "--store", str(ward.folder)]) == 0
    keys = FileKeys(ward.folder, "second passphrase")
    ward.store = Store.open(ward.folder, keys=keys, clock=ward.clock, program="0.1.0")
    with pytest.raises(StoreFault):
        FileKeys(ward.folder, "first passphrase")
