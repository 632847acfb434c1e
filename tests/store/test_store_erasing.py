"""Erasing a patient leaves nothing that can be read of them, in any file, and everything else as it was."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from record_ward import CASE, KEY, NURSE, OTHER_CASE, PATIENT, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.ids import SITE_KEY
from coordinator_app.store import keeping
from coordinator_app.store.backup import make_backup
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import FolderUnusable, StoreFault
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE, Mirror, mirror_key
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.recover import recover
from coordinator_app.store.restore import restore
from coordinator_app.store.verify import check_pages, verify

NAMES = ("Żółkiewska", "zolkiewska", "1961-04-09", "MRN-88172", "gsrn:9506000111115", "RENAMED-QUAGGA", "quagga")
OTHER_KEY = "key:" + "8" * 32
OTHER = ("Oberhuber", "oberhuber")


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """A ward with two patients; the first has many events, names among them, and a photo."""
    made = Ward(tmp_path / "record")
    made.found_site()
    made.enrol()
    with made.store.writing() as writing:
        writing.new_key(OTHER_KEY)
    made.record(
        e.PatientEnrolled(case=OTHER_CASE, patient="patient:2", family="Oberhuber", given="Ida", born="1970-01-02"),
        OTHER_CASE, key=OTHER_KEY,
    )  # fmt: skip
    made.thaw()
    for _ in range(30):
        made.record(
            e.PatientRenamed(case=CASE, patient=PATIENT, family="RENAMED-QUAGGA", given="Ágnes", reason="married"),
            key=KEY,
        )
    made.record(
        e.ScanRefused(case=CASE, step="bedside", reason="WRONG_PATIENT", raw=b"gsrn:9506000111115".hex()), key=KEY
    )
    made.store.attachments.keep("a photo with Żółkiewska on it".encode(), KEY)
    yield made
    made.store.close()


def _erase(ward: Ward) -> None:
    body = e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="retention_over", people=(NURSE, "person:2"))
    ward.record(body, CASE, actor=NURSE)


def _disguises(text: str) -> set[bytes]:
    plain = text.encode()
    found = {plain, plain.hex().encode(), plain.hex().upper().encode(), plain.hex().encode().hex().encode()}
    found |= {text.encode("utf-16-le"), text.encode("utf-16-be")}
    found |= {sep.join(str(byte) for byte in plain).encode() for sep in (",", " ", ", ")}
    for shift in range(3):
        coded = base64.b64encode(b"\x00" * shift + plain)
        found.add(coded[4:-4] if shift else coded[:-4])
    return found


def _readable(content: bytes, names: tuple[str, ...] = NAMES) -> list[str]:
    return [name for name in names if any(each in content for each in _disguises(name))]


def _key_of_file(ward: Ward) -> bytes:
    return ward.store.backup_source().keys.store


def _pages(path: Path, key: bytes) -> bytes:
    """Return every page of an encrypted file as plain bytes, free pages and whatever deleting left in them included.

    A page of SQLCipher 4 ends with its 16 bytes of initialisation vector and 64 of seal; the first begins with a salt.
    """
    content, plain = path.read_bytes(), []
    for at in range(0, len(content), 4096):
        page = content[at : at + 4096]
        cipher = Cipher(AES(key), CBC(page[4016:4032])).decryptor()
        plain.append(cipher.update(page[16 if at == 0 else 0 : 4016]))
    return b"".join(plain)


def _mirrored(ward: Ward) -> bytes:
    keys = ward.store.backup_source().keys
    mirror = Mirror(ward.folder / MIRROR_FILE, keys.store_id, mirror_key(keys.store))
    try:
        return b"".join(each.written for each in mirror.records())
    finally:
        mirror.close()


def test_before_erasing_the_search_below_would_find_every_name(ward: Ward) -> None:
    """The proof means nothing unless it can fail: with the keys, the names are in the tables."""
    assert ward.store.search("quagga")
    ward.store.close()
    content = _pages(ward.folder / STORE_FILE, _key_of_file(ward))
    assert set(_readable(content)) >= {"zolkiewska", "quagga", "gsrn:9506000111115"}
    for name in NAMES:
        for each in _disguises(name):
            assert _readable(b"before " + each + b" after", (name,)) == [name]


def test_after_erasing_nothing_of_the_patient_can_be_read_anywhere(ward: Ward, tmp_path: Path) -> None:
    _erase(ward)
    wal = ward.folder / (STORE_FILE + "-wal")
    assert wal.stat().st_size == 0, "the write-ahead log still holds what was deleted"
    assert ward.store.search("quagga") == ward.store.search("zolkiewska") == ()
    assert ward.store.find("gsrn:9506000111115") == ()
    assert _readable(_mirrored(ward)) == []
    backup = make_backup(ward.store.backup_source(), tmp_path / "safe", made_at=ward.clock.moment().at, versions={})
    key = _key_of_file(ward)
    ward.store.close()
    content = _pages(ward.folder / STORE_FILE, key)
    assert b"PatientErased" in content, "the dump is empty, so it proves nothing"
    assert _readable(content, OTHER), "the other patient must still be there"
    assert _readable(content) == []
    assert _readable(_pages(backup / STORE_FILE, key)) == []
    for path in (*ward.folder.rglob("*"), *backup.rglob("*")):
        if path.is_file():
            assert _readable(path.read_bytes()) == [], path.name


def test_the_key_is_gone_from_memory_and_file_and_every_other_still_opens(ward: Ward) -> None:
    before = ward.store.backup_source().keys.secrets()
    old_file = (ward.folder / PATIENT_KEY_FILE).read_bytes()
    _erase(ward)
    assert ward.store.patient_keys.get(KEY) is None
    assert KEY not in (ward.folder / PATIENT_KEY_FILE).read_text()
    after = ward.store.backup_source().keys.secrets()
    site = next(name for name in before if name.endswith(".site"))
    assert after[site] != before[site]
    assert {name: after[name] for name in after if name != site} == {
        name: before[name] for name in before if name != site
    }
    ward.restart()
    assert ward.store.patient_keys.get(OTHER_KEY) is not None
    assert ward.store.search("oberhuber")
    assert ward.store.search("grubel"), "the nurse's name is under the site's key, which stays"
    # The old key file is worth nothing with the new site key.
    ward.store.close()
    (ward.folder / PATIENT_KEY_FILE).write_bytes(old_file)
    with pytest.raises(StoreFault, match="an older one"):
        ward.open()


def test_the_chain_still_verifies_and_the_tables_are_what_a_rebuild_makes(ward: Ward) -> None:
    _erase(ward)
    assert verify(ward.store, all_signatures=True).first_bad is None
    check_pages(ward.store)
    assert rebuild(ward.store, check=True) == ()
    case = ward.store.events_of_case(CASE)
    assert any(each.type == "PatientErased" for each in case)
    assert not any(each.opened for each in case if each.type in ("PatientEnrolled", "PatientRenamed"))
    assert ward.store.find("din:A9999260000017"), "codes that identify no person stay"


def test_a_record_rebuilt_from_the_mirror_has_every_name_but_the_erased(ward: Ward) -> None:
    _erase(ward)
    ward.store.close()
    (ward.folder / STORE_FILE).write_bytes(b"destroyed")
    recover(ward.folder, keys=FileKeys(ward.folder))
    ward.store = ward.open()
    assert ward.store.search("oberhuber")
    assert ward.store.search("quagga") == ()
    enrolled = [each for each in ward.store.events_of_case(CASE) if each.type == "PatientEnrolled"]
    assert [each.opened for each in enrolled] == [False]


def test_a_code_that_two_events_tell_stays_while_one_of_them_can_be_read(ward: Ward) -> None:
    ward.record(
        e.UnitRegistered(case=CASE, unit=PATIENT, kind="bag", name="x", number=2, origin="sponsor-file",
                         codes=("gsrn:9506000111115",)),
        PATIENT,
    )  # fmt: skip
    _erase(ward)
    assert [each.kind for each in ward.store.find("gsrn:9506000111115")] == ["unit"]
    assert rebuild(ward.store, check=True) == ()


STEPS = ("draw_next_site_key", "rewrap", "take_next_site_key", "seal_for_recovery", "end_rotation", "end_erasing")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_an_erasure_that_is_cut_off_anywhere_is_finished_at_the_next_start(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    from coordinator_app.store import erasing
    from coordinator_app.store.patient_keys import PatientKeys
    from coordinator_app.store.store_keys import StoreKeys

    place: object = {"rewrap": PatientKeys, "seal_for_recovery": erasing, "end_erasing": keeping}.get(step, StoreKeys)
    real = getattr(place, step)

    def cut_off(*args: object) -> object:
        if after:
            real(*args)
        raise OSError(5, "the power went")

    with monkeypatch.context() as patch:
        patch.setattr(place, step, cut_off)
        with pytest.raises((FolderUnusable, OSError)):
            _erase(ward)
    ward.store.close()
    ward.store = ward.open()
    assert sum(each.type == "PatientErased" for each in ward.store.log(200)) == 1
    assert ward.store.patient_keys.get(KEY) is None
    assert ward.store.patient_keys.get(OTHER_KEY) is not None
    assert ward.store.patient_keys.get(SITE_KEY) is not None
    assert ward.store.search("quagga") == ()
    assert rebuild(ward.store, check=True) == ()
    ward.restart()
    assert ward.store.search("oberhuber")


def test_an_erasure_that_is_rolled_back_erases_nothing(ward: Ward) -> None:
    body = e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="retention_over", people=(NURSE, "person:2"))

    def give_up() -> None:
        with ward.store.writing() as writing:
            writing.append(body, subject=CASE)
            writing.append(body, subject=CASE, late_reason="an input that was given up")

    with pytest.raises(ValueError, match="late entry"):
        give_up()
    assert ward.store.search("quagga")
    ward.restart()
    assert ward.store.search("quagga")
    assert ward.store.patient_keys.get(KEY) is not None


def test_a_backup_from_before_needs_the_retired_key(ward: Ward, tmp_path: Path) -> None:
    backup = make_backup(ward.store.backup_source(), tmp_path / "safe", made_at=ward.clock.moment().at, versions={})
    _erase(ward)
    with pytest.raises(StoreFault, match="retired since"):
        restore(backup, tmp_path / "elsewhere", keys=FileKeys(ward.folder))
    # Put back in its own place it takes the key file that is there, and the mirror brings the erasure back with it.
    ward.store.close()
    restore(backup, ward.folder, keys=FileKeys(ward.folder), replace=True)
    ward.store = ward.open()
    assert ward.store.search("quagga") == ()
    assert ward.store.search("oberhuber")
    assert any(each.type == "PatientErased" for each in ward.store.events_of_case(CASE))


def test_a_full_disk_at_the_key_file_is_told_and_the_next_start_finishes(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync
    refused = []

    def fsync(handle: int) -> None:
        target = os.readlink(f"/proc/self/fd/{handle}") if Path("/proc/self/fd").exists() else ""
        if PATIENT_KEY_FILE in target:
            refused.append(target)
            raise OSError(28, "No space left on device")
        real(handle)

    if not Path("/proc/self/fd").exists():
        pytest.skip("the system does not tell which file an fsync is for")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(FolderUnusable, match="start the program again, which finishes it"):
            _erase(ward)
    assert refused
    ward.restart()
    assert ward.store.patient_keys.get(KEY) is None
