"""The second copy: whichever of the two is lost is made anew from the other, and two that differ are both kept."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from record_ward import BEGIN, CASE, SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.crc32c import crc32c
from coordinator_app.store.faults import FolderUnusable, StoreDamaged, StoreFault, StoreMissing, StorePoisoned
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE, Mirror
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.recover import recover
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import read_marker
from coordinator_app.store.verify import verify


@pytest.mark.parametrize(
    ("content", "check"),
    [
        (b"", 0), (b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E), (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)  # fmt: skip
def test_the_check_is_crc_32c_as_published(content: bytes, check: int) -> None:
    """RFC 3720, appendix B.4, and the check value of the catalogue of CRCs."""
    assert crc32c(content) == check


def test_the_check_is_the_same_bit_by_bit_at_every_length() -> None:
    def plainly(content: bytes) -> int:
        state = 0xFFFFFFFF
        for byte in content:
            state ^= byte
            for _ in range(8):
                state = (state >> 1) ^ (0x82F63B78 if state & 1 else 0)
        return state ^ 0xFFFFFFFF

    chance = random.Random(1)  # noqa: S311 - a test wants it repeatable
    for size in (*range(12), 511, 512, 513, 515, 516, 1025, 1500):
        content = chance.randbytes(size)
        assert crc32c(content) == plainly(content)


def _rows(ward: Ward) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = ward.store.connection.execute(
        "SELECT id, epoch, seq, bytes, sig, psig FROM journal ORDER BY n"
    ).fetchall()
    return rows


def _fill(ward: Ward) -> None:
    ward.found_site()
    ward.enrol()
    moved = ward.thaw()
    ward.record(
        e.RecordSigned(case=CASE, meaning="performed"), actor="person:" + "2" * 32, refs=(moved.id,),
        person_sign=ward.nurse_key.sign,
    )  # fmt: skip


def test_the_mirror_is_written_by_the_letter_of_the_page(ward: Ward) -> None:
    """Nothing of the program: read as somebody would who has the page and the key."""
    _fill(ward)
    rows, folder = _rows(ward), ward.folder
    content = (folder / MIRROR_FILE).read_bytes()
    store_id = read_marker(folder)
    assert content[:24] == b"COIMIRR1" + bytes.fromhex(store_id)
    secret = FileKeys(folder).get(f"{store_id}.store")
    assert secret is not None
    cipher = AESGCM(HKDF(SHA256(), 32, None, b"coordinator/mirror/v1").derive(secret))
    place, found = 24, []
    while place < len(content):
        length, check = struct.unpack_from("<II", content, place)
        record = content[place + 8 : place + 8 + length]
        assert crc32c(record) == check
        written, _, signatures = cipher.decrypt(record[:12], record[12:], None).partition(b"\x00")
        found.append((written, signatures[:64], signatures[64:] or None))
        place += 8 + length
    assert found == [row[3:] for row in rows]


def test_an_undisturbed_opening_repairs_nothing(ward: Ward) -> None:
    _fill(ward)
    ward.restart()
    assert ward.store.repairs == ()
    ward.restart()
    assert ward.store.repairs == ()


def test_a_destroyed_mirror_is_written_anew_from_the_record(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    count = len((ward.folder / MIRROR_FILE).read_bytes())
    (ward.folder / MIRROR_FILE).unlink()
    ward.store = ward.open()
    assert ward.store.repairs == (
        f"{ward.store.count() - 2} events that were missing in the second copy were written to it.",
    )
    assert len((ward.folder / MIRROR_FILE).read_bytes()) > count
    _lose_the_record(ward)


def _lose_the_record(ward: Ward) -> None:
    """Destroy the record, make it anew from the mirror, and see that nothing is missing."""
    rows = _rows(ward)
    ward.store.close()
    (ward.folder / STORE_FILE).unlink()
    assert recover(ward.folder, keys=FileKeys(ward.folder)) == len(rows)
    ward.store = ward.open()
    assert _rows(ward)[: len(rows)] == rows
    assert verify(ward.store, all_signatures=True).first_bad is None
    assert rebuild(ward.store, check=True) == ()


def test_a_destroyed_record_is_made_anew_from_its_mirror_with_nothing_missing(ward: Ward) -> None:
    _fill(ward)
    _lose_the_record(ward)
    enrolled = ward.store.events_of_case(CASE)[0].body
    assert isinstance(enrolled, e.PatientEnrolled)
    assert enrolled.family == "Żółkiewska"
    assert ward.store.find("din:A9999260000017")


def test_a_damaged_record_is_kept_beside_the_one_made_anew(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    damaged = b"not a database" * 1000
    for number in (1, 2):
        (ward.folder / STORE_FILE).write_bytes(damaged)
        with pytest.raises(StoreFault):
            ward.open()
        recover(ward.folder, keys=FileKeys(ward.folder))
        assert (ward.folder / f"{STORE_FILE}.damaged-{number}").read_bytes() == damaged
    ward.store = ward.open()
    assert ward.store.repairs == ()


def test_yesterdays_record_gets_what_is_missing_from_the_mirror(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    yesterday = (ward.folder / STORE_FILE).read_bytes()
    ward.store = ward.open()
    held = ward.record(e.ConditioningStarted(case=CASE))
    rows = _rows(ward)
    ward.store.close()
    (ward.folder / STORE_FILE).write_bytes(yesterday)
    ward.store = ward.open()
    assert ward.store.repairs == ("2 events that were missing in the record were taken over from its second copy.",)
    assert _rows(ward)[: len(rows)] == rows
    assert ward.store.event(held.id) == held
    assert rebuild(ward.store, check=True) == ()


def test_yesterdays_mirror_gets_what_is_missing_from_the_record(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    yesterday = (ward.folder / MIRROR_FILE).read_bytes()
    ward.store = ward.open()
    ward.record(e.ConditioningStarted(case=CASE))
    ward.store.close()
    (ward.folder / MIRROR_FILE).write_bytes(yesterday)
    ward.store = ward.open()
    assert ward.store.repairs == ("2 events that were missing in the second copy were written to it.",)
    _lose_the_record(ward)


def test_what_a_torn_write_left_behind_the_mirror_does_not_stay_there(ward: Ward) -> None:
    ward.store.close()
    path = ward.folder / MIRROR_FILE
    whole = path.stat().st_size
    with path.open("ab") as mirror:
        mirror.write(bytes(100_000))
    ward.store = ward.open()
    assert path.stat().st_size < whole + 10_000


@pytest.mark.parametrize("torn", [1, 7, 8, 20, 100, 300])
def test_a_torn_last_write_of_the_mirror_is_written_again(ward: Ward, torn: int) -> None:
    _fill(ward)
    ward.store.close()
    path = ward.folder / MIRROR_FILE
    path.write_bytes(path.read_bytes()[:-torn])
    ward.store = ward.open()
    assert ward.store.repairs == ("1 event that was missing in the second copy was written to it.",)
    _lose_the_record(ward)


def test_a_flipped_bit_in_the_mirror_is_mended_from_the_record(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    with ward.behind_our_back() as file:
        file.execute("DELETE FROM store_fact WHERE name = 'mirror_mark'")  # as if nothing were known to agree
    path = ward.folder / MIRROR_FILE
    content = bytearray(path.read_bytes())
    content[2500] ^= 4
    path.write_bytes(content)
    ward.store = ward.open()
    assert "missing in the second copy" in ward.store.repairs[0]
    _lose_the_record(ward)


def test_a_nonsense_length_in_the_mirror_ends_it_there(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    path = ward.folder / MIRROR_FILE
    with path.open("ab") as out:
        out.write(struct.pack("<II", 0xFFFFFFF0, 1) + b"x" * 50)
    ward.store = ward.open()
    assert ward.store.repairs == ()
    _lose_the_record(ward)


def test_record_and_mirror_that_differ_are_both_kept_and_refused(ward: Ward, tmp_path: Path) -> None:
    _fill(ward)
    ward.store.close()
    names = (STORE_FILE, MIRROR_FILE)
    before = {name: (ward.folder / name).read_bytes() for name in names}
    ward.store = ward.open()
    ward.store.close()
    one_way = (ward.folder / MIRROR_FILE).read_bytes()
    for name in names:
        (ward.folder / name).write_bytes(before[name])
    ward.store = ward.open()
    ward.store.close()
    (ward.folder / MIRROR_FILE).write_bytes(one_way)
    with ward.behind_our_back() as file:
        file.execute("DELETE FROM store_fact WHERE name = 'mirror_mark'")
    record = (ward.folder / STORE_FILE).read_bytes()
    with pytest.raises(StoreDamaged, match="differ from event 11 on; both were kept"):
        ward.open()
    assert (ward.folder / STORE_FILE).read_bytes() == record
    assert (ward.folder / MIRROR_FILE).read_bytes() == one_way


def test_another_records_mirror_is_refused(ward: Ward, tmp_path: Path) -> None:
    other = Ward(tmp_path / "other")
    other.store.close()
    ward.store.close()
    (ward.folder / MIRROR_FILE).write_bytes((other.folder / MIRROR_FILE).read_bytes())
    with pytest.raises(StoreDamaged, match="belongs to another record; move it away"):
        ward.open()


def _forge(ward: Ward, *records: bytes) -> None:
    """Put records that were never events behind the mirror's own, as somebody with its key could."""
    ward.store.close()
    secret = FileKeys(ward.folder).get(f"{read_marker(ward.folder)}.store")
    assert secret is not None
    key = HKDF(SHA256(), 32, None, b"coordinator/mirror/v1").derive(secret)
    mirror = Mirror(ward.folder / MIRROR_FILE, read_marker(ward.folder), key)
    assert list(mirror.records())
    mirror.append([(record, bytes(64), None) for record in records])
    mirror.close()


@pytest.mark.parametrize("forged", [b"{}", b"{ }", b'{"v":1}'])
def test_what_is_no_event_is_not_taken_over_from_a_mirror(ward: Ward, forged: bytes) -> None:
    _fill(ward)
    count = ward.store.count()
    _forge(ward, forged)
    with pytest.raises(StoreDamaged, match=f"holds event {count + 1}, which the record lacks and cannot take over"):
        ward.open()


def test_an_event_that_is_there_already_is_not_taken_over_again(ward: Ward) -> None:
    _fill(ward)
    rows = _rows(ward)
    written = rows[3][3]
    assert isinstance(written, bytes)
    _forge(ward, written)
    with pytest.raises(StoreDamaged, match="cannot take over"):
        ward.open()


def test_an_event_nobody_signed_is_not_taken_over(ward: Ward) -> None:
    _fill(ward)
    ward.record(e.ConditioningStarted(case=CASE))
    last = _rows(ward)[-1]
    written = last[3]
    assert isinstance(written, bytes)
    from coordinator_app.domain.seal import canonical, event_id, read_canonical

    event = read_canonical(written)
    forged = canonical({**event, "seq": event["seq"] + 1, "prev": event_id(written)})
    _forge(ward, forged)
    record = (ward.folder / STORE_FILE).read_bytes()
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="the signature of its workstation is wrong"):
            ward.open()
    assert (ward.folder / STORE_FILE).read_bytes() == record


def test_a_mirror_can_stand_on_another_disk(tmp_path: Path) -> None:
    folder, copy = tmp_path / "record", tmp_path / "other-disk" / "copy.log"
    copy.parent.mkdir()
    keys, clock = FileKeys(tmp_path, ""), ScriptedClock(BEGIN)
    Store.create(folder, keys=keys, clock=clock, workstation=WORKSTATION, site=SITE, program="0", mirror=copy).close()
    assert not (folder / MIRROR_FILE).exists()
    with Store.open(folder, keys=keys, clock=clock, program="0", mirror=copy) as store:
        assert store.repairs == ()
        assert store.count() == 2
    (folder / STORE_FILE).unlink()
    assert recover(folder, keys=keys, mirror=copy) == 2


def test_a_missing_disk_of_the_mirror_is_said_in_one_sentence(ward: Ward) -> None:
    ward.store.close()
    with pytest.raises(FolderUnusable, match="connect its disk"):
        Store.open(
            ward.folder, keys=ward.keys, clock=ward.clock, program="0", mirror=ward.folder / "unmounted" / "copy.log"
        )


def test_a_mirror_that_cannot_be_written_stops_recording(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    _fill(ward)
    count = ward.store.count()

    def fails(handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fails)
        with pytest.raises(StorePoisoned):
            ward.record(e.ConditioningStarted(case=CASE))
    with pytest.raises(StorePoisoned):
        ward.store.count()
    ward.store.close()
    ward.store = ward.open()
    # It was committed before the copy failed, and nobody was told either way: it stays.
    assert ward.store.count() == count + 2
    assert [each.type for each in ward.store.log(2)] == ["EpochOpened", "ConditioningStarted"]


def test_a_mirror_that_cannot_be_mended_is_said_in_one_sentence(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    _fill(ward)
    ward.store.close()
    (ward.folder / MIRROR_FILE).unlink()

    def fails(self: Mirror, events: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "append", fails)
        with pytest.raises(FolderUnusable, match="free space on its disk"):
            ward.open()
    ward.store = ward.open()


def test_what_was_rolled_back_does_not_come_back_from_the_mirror(ward: Ward) -> None:
    _fill(ward)
    size = (ward.folder / MIRROR_FILE).stat().st_size
    with pytest.raises(KeyError), ward.store.writing() as writing:  # noqa: PT012 - the block is what is tested
        writing.append(e.ConditioningStarted(case=CASE), subject=CASE)
        raise KeyError
    assert (ward.folder / MIRROR_FILE).stat().st_size == size
    ward.restart()
    assert "ConditioningStarted" not in {each.type for each in ward.store.log(100)}


def test_nothing_is_recovered_from_nothing(ward: Ward) -> None:
    _fill(ward)
    ward.store.close()
    record, path = (ward.folder / STORE_FILE).read_bytes(), ward.folder / MIRROR_FILE
    path.write_bytes(path.read_bytes()[:24])
    with pytest.raises(StoreDamaged, match="does not begin at its beginning"):
        recover(ward.folder, keys=FileKeys(ward.folder))
    path.unlink()
    with pytest.raises(StoreMissing, match="restore the record from the backup"):
        recover(ward.folder, keys=FileKeys(ward.folder))
    assert (ward.folder / STORE_FILE).read_bytes() == record
    assert not list(ward.folder.glob("*.new*"))


def test_a_recovery_on_a_full_disk_changes_nothing(ward: Ward) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.recover import recover
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for size in (10_000, 60_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        recover(Path(sys.argv[1]), keys=FileKeys(Path(sys.argv[1])))
    except StoreFault as fault:
        print(type(fault).__name__, fault.sentence)
"""
    _fill(ward)
    ward.store.close()
    before = {path.name: path.read_bytes() for path in ward.folder.iterdir()}
    answer = subprocess.run([sys.executable, "-c", code, str(ward.folder)], capture_output=True, text=True, check=True)
    assert answer.stdout.count("free space on its disk and try again") == 2, answer.stdout
    assert {path.name: path.read_bytes() for path in ward.folder.iterdir()} == before
