"""Keys are found again, protected as they say, and a damaged, wrong or open key file is one sentence."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked, PasswordDeleteError

from coordinator_app.store.faults import KeyFileDamaged, MissingKey, StoreFault
from coordinator_app.store.files import write_whole
from coordinator_app.store.keys import KEY_FILE, FileKeys, KeyringKeys, find_keys
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE, PatientKeys


class Ring(KeyringBackend):
    """A key ring that keeps its secrets in memory, as a system's own would keep them."""

    priority = 5.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_the_systems_key_ring_is_used_where_it_works(ring: Ring, tmp_path: Path) -> None:
    keys = find_keys(tmp_path)
    assert isinstance(keys, KeyringKeys)
    assert "key ring" in keys.where
    keys.put("a", b"\x00\x01secret")
    assert find_keys(tmp_path).get("a") == b"\x00\x01secret"
    assert keys.get("b") is None
    keys.delete("a")
    keys.delete("a")
    assert keys.get("a") is None
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_key_ring_the_keys_are_in_a_file(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        assert isinstance(find_keys(tmp_path), FileKeys)
    finally:
        keyring.set_keyring(before)


def test_a_key_ring_that_does_not_answer_is_not_chosen(ring: Ring, tmp_path: Path) -> None:
    ring.locked = True
    assert isinstance(find_keys(tmp_path), FileKeys)


def test_a_key_ring_that_is_locked_later_is_said_in_one_sentence(ring: Ring, tmp_path: Path) -> None:
    keys = find_keys(tmp_path)
    ring.locked = True
    with pytest.raises(MissingKey, match="unlock it"):
        keys.get("a")
    with pytest.raises(StoreFault, match="unlock it"):
        keys.put("a", b"x")


def test_a_record_with_a_key_file_stays_with_it_when_a_key_ring_appears(ring: Ring, tmp_path: Path) -> None:
    FileKeys(tmp_path, "").put("a", b"x")
    assert find_keys(tmp_path).get("a") == b"x"


def test_a_wrapped_key_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, "correct horse")
    keys.put("store", b"0123456789abcdef")
    assert "protected by a passphrase" in keys.where
    assert b"0123456789abcdef".hex().encode() not in (tmp_path / KEY_FILE).read_bytes()
    assert FileKeys(tmp_path, "correct horse").get("store") == b"0123456789abcdef"
    with pytest.raises(KeyFileDamaged, match="passphrase does not open"):
        FileKeys(tmp_path, "wrong horse")
    with pytest.raises(MissingKey, match="give its passphrase"):
        FileKeys(tmp_path)


def test_the_passphrase_can_be_changed_and_taken_away(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, "one")
    keys.put("a", b"x")
    keys.change_passphrase("two")
    assert FileKeys(tmp_path, "two").get("a") == b"x"
    with pytest.raises(KeyFileDamaged):
        FileKeys(tmp_path, "one")
    keys.change_passphrase("")
    assert FileKeys(tmp_path).get("a") == b"x"
    assert "without a passphrase" in FileKeys(tmp_path).where
    keys.delete("a")
    keys.delete("a")
    assert FileKeys(tmp_path).get("a") is None


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b'{"format":"other","v":1,"secrets":{}}', b'{"format":"coordinator-keys","v":2,"secrets":{}}',
        b'{"format":"coordinator-keys","v":1,"secrets":{"a":"zz"}}', b'{"format":"coordinator-keys","v":1}',
        b'{"format":"coordinator-keys","v":1,"salt":"00","secrets":"00"}', b"\xff",
    ],
)  # fmt: skip
def test_a_damaged_key_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    write_whole(tmp_path / KEY_FILE, content)
    with pytest.raises(KeyFileDamaged, match="put it back from the backup, or use the recovery key"):
        FileKeys(tmp_path, "")


def test_a_flipped_bit_in_a_wrapped_key_file_is_noticed(tmp_path: Path) -> None:
    FileKeys(tmp_path, "pass").put("a", b"x" * 32)
    path = tmp_path / KEY_FILE
    content = json.loads(path.read_bytes())
    content["secrets"] = "00" + content["secrets"][2:]
    write_whole(path, json.dumps(content).encode())
    with pytest.raises(KeyFileDamaged):
        FileKeys(tmp_path, "pass")


@pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX systems")
def test_a_key_file_that_others_can_read_is_not_used_quietly(tmp_path: Path) -> None:
    FileKeys(tmp_path, "").put("a", b"x")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(KeyFileDamaged, match=r"chmod 600 keys\.json"):
        FileKeys(tmp_path)


def test_a_key_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = FileKeys(tmp_path, "")
    keys.put("a", b"x")

    def fails(handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(OSError, match="Input/output"):
            keys.put("b", b"y")
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert FileKeys(tmp_path).get("a") == b"x"
    assert keys.get("b") is None


def test_patient_keys_are_wrapped_by_the_site_key(tmp_path: Path) -> None:
    keys = PatientKeys(tmp_path, b"s" * 32)
    keys.create("key:1")
    secret = keys.get("key:1")
    assert secret is not None
    assert len(secret) == 32
    assert secret.hex().encode() not in (tmp_path / PATIENT_KEY_FILE).read_bytes()
    assert PatientKeys(tmp_path, b"s" * 32).get("key:1") == secret
    with pytest.raises(KeyFileDamaged, match="another site"):
        PatientKeys(tmp_path, b"t" * 32).get("key:1")


def test_a_wrapped_key_moved_to_another_patient_does_not_open(tmp_path: Path) -> None:
    keys = PatientKeys(tmp_path, b"s" * 32)
    keys.create("key:1")
    path = tmp_path / PATIENT_KEY_FILE
    path.write_bytes(path.read_bytes().replace(b"key:1", b"key:2"))
    with pytest.raises(KeyFileDamaged):
        PatientKeys(tmp_path, b"s" * 32).get("key:2")


def test_a_forgotten_key_is_gone_from_the_file(tmp_path: Path) -> None:
    keys = PatientKeys(tmp_path, b"s" * 32)
    keys.create("key:1")
    keys.create("key:2")
    keys.forget("key:1")
    assert keys.get("key:1") is None
    assert PatientKeys(tmp_path, b"s" * 32).known() == ("key:2",)
    assert b"key:1" not in (tmp_path / PATIENT_KEY_FILE).read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"format":"x","v":1,"keys":{}}', b'{"format":"coordinator-patient-keys","v":1}']
)
def test_a_damaged_file_of_patient_keys_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PATIENT_KEY_FILE).write_bytes(content)
    with pytest.raises(KeyFileDamaged, match="put it back from the backup"):
        PatientKeys(tmp_path, b"s" * 32)
