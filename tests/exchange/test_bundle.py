"""Events by USB stick to another workstation: sealed, signed, the same again does nothing, a hostile file changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import os
import secrets
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from exchange_names import names_in
from store.record_ward import CASE, KEY, PATIENT, SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.exchange.protocol import stick, stick_apart
from coordinator_app.exchange.protocol.stick import BundleRefused, Carried, Cover, open_stick, write_stick
from coordinator_app.procedures.exchange_bundle import make_bundle, take_bundle
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import hand_over, offer, take_over
from coordinator_app.store.site_rotation import print_of_site_key
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

OTHER = "workstation:" + "9" * 32
AT = "2026-03-02T07:30:00.000000Z"


@pytest.fixture
def ward(tmp_path: Path) -> Iterable[Ward]:
    made = Ward(tmp_path / "ward")
    made.found_site()
    made.enrol()
    yield made
    made.store.close()


@pytest.fixture
def pharmacy(ward: Ward, tmp_path: Path) -> Iterable[Store]:
    folder = tmp_path / "pharmacy"
    folder.mkdir()
    keys = FileKeys(folder, "")
    store = Store.create(folder, keys=keys, clock=ward.clock, workstation=OTHER, site=SITE, program="0.1.0")
    handed = hand_over(ward.store, offer(store), store.public_key)
    take_over(store, handed, ward.store.public_key, ward.store.patient_keys.wrapped())
    ward.record(e.WorkstationAdmitted(workstation=OTHER, place="Pharmacy", public_key=store.public_key.hex()), OTHER)
    ExchangeRecord(store).tell([], {}, {WORKSTATION: ward.store.public_key})
    yield store
    store.close()


def test_a_stick_brings_everything_once_and_the_way_back_too(ward: Ward, pharmacy: Store, tmp_path: Path) -> None:
    photo = ward.store.attachments.keep(b"a photo" * 60_000, KEY)
    ward.record(e.DeviationReported(case=CASE, deviation="deviation:1", kind="bag_damaged", photos=(photo,)))
    file = tmp_path / "stick"
    count = make_bundle(ward.store, file)
    taken = take_bundle(pharmacy, file)
    assert (taken.integrated, taken.here, taken.kept, taken.attachments) == (count, 0, 0, 1)
    assert pharmacy.attachments.read(photo, KEY) == b"a photo" * 60_000
    again = take_bundle(pharmacy, file)
    assert (again.integrated, again.here, again.kept, again.attachments) == (0, count, 0, 0)
    back = tmp_path / "back"
    make_bundle(pharmacy, back)
    assert take_bundle(ward.store, back).integrated == 1
    assert ward.store.count() == pharmacy.count()
    assert verify(pharmacy, all_signatures=True).first_bad is None
    counted = ExchangeRecord(pharmacy).arrivals.counted()
    assert counted.adds_up
    assert counted.received == count
    assert pharmacy.search("Grübel")


def test_an_erasure_goes_by_stick_too_with_the_new_site_key(ward: Ward, pharmacy: Store, tmp_path: Path) -> None:
    file = tmp_path / "stick"
    make_bundle(ward.store, file)
    take_bundle(pharmacy, file)
    assert pharmacy.search("Żółkiewska")
    ward.record(e.PatientErased(case=CASE, patient=PATIENT, key=KEY, reason="request_granted", people=()))
    make_bundle(ward.store, file)
    take_bundle(pharmacy, file)
    assert print_of_site_key(ward.store) == print_of_site_key(pharmacy)
    assert pharmacy.patient_keys.get(KEY) is None
    assert not pharmacy.search("Żółkiewska")
    make_bundle(pharmacy, file)
    assert take_bundle(ward.store, file).kept == 0


def test_the_file_holds_no_name(ward: Ward, tmp_path: Path) -> None:
    file = tmp_path / "stick"
    make_bundle(ward.store, file)
    whole = file.read_bytes()
    assert not names_in(whole, ("Grübel", "Żółkiewska", "EpochOpened", WORKSTATION, SITE))


# Hostile files ----------------------------------------------------------------------------------------------------------


class Hostile:
    """Writes what the program itself never would, with a key that the reader believes."""

    def __init__(self, ward: Ward, pharmacy: Store) -> None:
        self.ward, self.pharmacy = ward, pharmacy

    def carrying(self, *carried: Carried, device: str = WORKSTATION, site: str = SITE) -> bytes:
        file = io.BytesIO()
        cover = Cover(site, device, AT)
        write_stick(file, [self.pharmacy.public_key], self.ward.store.sign, cover, carried)
        return file.getvalue()

    def framed(self, *contents: bytes, last: bytes = b"") -> bytes:
        """Return a file with these frames, sealed and signed as it should be."""
        key = secrets.token_bytes(32)
        slot = stick.seal_to(self.pharmacy.public_key, stick._PURPOSE, key, secrets.token_bytes(32))
        whole = stick.MAGIC + b"\x01\x00" + hashlib.sha256(self.pharmacy.public_key).digest()[:8] + slot
        for number, content in enumerate([*contents, last]):
            nonce = secrets.token_bytes(12)
            place = stick._place(number, last=number == len(contents))
            frame = nonce + AESGCM(key).encrypt(nonce, content, place)
            whole += len(frame).to_bytes(4, "little") + frame
        return whole + self.ward.store.sign(stick._PURPOSE + hashlib.sha256(whole).digest())


def _swapped(whole: bytes) -> bytes:
    """Exchange the second and the third frame."""
    start = 10 + stick._SLOT * int.from_bytes(whole[8:10], "little")
    ends = [start]
    while ends[-1] < len(whole) - 64:
        ends.append(ends[-1] + 4 + int.from_bytes(whole[ends[-1] : ends[-1] + 4], "little"))
    parts = [whole[a:b] for a, b in itertools.pairwise(ends)]
    parts[1], parts[2] = parts[2], parts[1]
    return whole[:start] + b"".join(parts) + whole[-64:]


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../outside", "x")
    return file.getvalue()


_COVER = msgspec.msgpack.encode(Cover(SITE, WORKSTATION, AT))
_PUSH = f"/v1/epochs/{'a' * 32}/events?from=0"
_DEEP = b'{"events":[{"event":' + b"[" * 200_000 + b"]" * 200_000 + b',"id":"","sig":""}]}'

HOSTILE: dict[str, tuple[Callable[[Hostile, bytes], bytes], str]] = {
    "cut off": (lambda h, w: w[:-200], "cut off"),
    "cut at a frame": (lambda h, w: w[:-64], "cut off"),
    "one bit": (lambda h, w: w[:-300] + bytes([w[-300] ^ 1]) + w[-299:], "damaged"),
    "one bit of the signature": (lambda h, w: w[:-1] + bytes([w[-1] ^ 1]), "not signed"),
    "something added": (lambda h, w: w + b"x", "added behind"),
    "empty": (lambda h, w: b"", "no bundle"),
    "an archive with a path": (lambda h, w: _zip(), "no bundle"),
    "a decompression bomb": (lambda h, w: gzip.compress(bytes(50_000_000)), "no bundle"),
    "a frame of four gigabytes": (lambda h, w: w[: 10 + stick._SLOT * 2] + b"\xff" * 8, "impossible size"),
    "no readers": (lambda h, w: w[:8] + b"\x00\x00" + w[10:], "impossible number"),
    "readers without end": (lambda h, w: w[:8] + b"\xff\xff" + w[10:], "impossible number"),
    "frames in another order": (lambda h, w: _swapped(w), "another order"),
    "the same thing twice": (
        lambda h, w: h.carrying(Carried("GET", "/v1/heads"), Carried("GET", "/v1/heads")),
        "twice",
    ),
    "deep nesting": (lambda h, w: h.carrying(Carried("PUT", _PUSH, body=_DEEP)), "no part of an exchange"),
    "deep nesting of the frame": (lambda h, w: h.framed(_COVER, b"\x91" * 500_000), "no part of an exchange"),
    "a frame of nothing known": (lambda h, w: h.framed(_COVER, b"\x93\x01\x02\x03"), "no part of an exchange"),
    "a cover of nothing known": (lambda h, w: h.framed(b"\xc0"), "begins with something unknown"),
    "a newer version": (
        lambda h, w: h.framed(msgspec.msgpack.encode(Cover(SITE, WORKSTATION, AT, 3))),
        "another version",
    ),
    "another site": (lambda h, w: h.carrying(site="site:" + "0" * 32), "another site"),
    "a stranger": (lambda h, w: h.carrying(device="workstation:" + "7" * 32), "not signed"),
    "somebody in the hub's name": (lambda h, w: h.carrying(device="hub"), "not signed"),
}


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_hostile_or_broken_file_is_refused_in_one_plain_sentence_and_changes_nothing(
    ward: Ward, pharmacy: Store, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "stick"
    make_bundle(ward.store, file)
    make, words = HOSTILE[fault]
    file.write_bytes(make(Hostile(ward, pharmacy), file.read_bytes()))
    before, files = pharmacy.count(), sorted(path.name for path in pharmacy.folder.iterdir())
    with pytest.raises(BundleRefused, match=words) as refused:
        take_bundle(pharmacy, file)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
    assert pharmacy.count() == before
    assert sorted(path.name for path in pharmacy.folder.iterdir()) == files, "no copy of the file stays"


def test_a_bundle_made_for_others_is_opened_by_nobody_else(ward: Ward, pharmacy: Store, tmp_path: Path) -> None:
    file = tmp_path / "stick"
    make_bundle(ward.store, file)
    stranger = Ward(tmp_path / "stranger")
    with pytest.raises(BundleRefused, match="made for others"):
        take_bundle(stranger.store, file)
    stranger.store.close()
    # Whoever puts its name into the list of readers cannot open it either.
    whole = bytearray(file.read_bytes())
    key = Ed25519PrivateKey.generate()
    whole[10:18] = hashlib.sha256(key.public_key().public_bytes_raw()).digest()[:8]
    with pytest.raises(BundleRefused, match="key of the bundle"):
        open_stick(
            io.BytesIO(whole),
            key.public_key().public_bytes_raw(),
            lambda purpose, sealed: stick_open(key, purpose, sealed),
        )


def stick_open(key: Ed25519PrivateKey, purpose: bytes, sealed: bytes) -> bytes:
    from coordinator_app.domain.sealed_to import open_sealed

    return open_sealed(key, purpose, sealed)


def test_what_is_no_file_or_too_large_is_refused_before_a_byte_is_read(
    ward: Ward, pharmacy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BundleRefused, match="folder or a device"):
        take_bundle(pharmacy, tmp_path)
    endless = tmp_path / "endless"
    os.mkfifo(endless)
    with pytest.raises(BundleRefused, match="folder or a device"):
        take_bundle(pharmacy, endless)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(stick.MAX_FILE + 1)
    with pytest.raises(BundleRefused, match="larger than any bundle"):
        take_bundle(pharmacy, large)


def test_the_process_that_looks_through_a_file_may_take_little_memory_and_is_ended_in_time(
    ward: Ward, pharmacy: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stick"
    make_bundle(ward.store, file)
    monkeypatch.setattr(stick_apart, "_LEAST_SECONDS", 0.01)
    with pytest.raises(BundleRefused, match="more time or memory"):
        take_bundle(pharmacy, file)


def test_a_bound_process_gets_no_more_memory_and_writes_no_file(tmp_path: Path) -> None:
    import subprocess
    import sys

    def bound(then: str) -> int:
        code = f"from coordinator_app.small_process import bind_this_process; bind_this_process(64 * 1024**2); {then}"
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode

    assert bound("bytes(8 * 1024**2)") == 0
    if sys.platform.startswith("linux"):
        assert bound("bytes(256 * 1024**2)") != 0
    assert bound(f"open({str(tmp_path / 'x')!r}, 'wb', buffering=0).write(b'x' * 10)") != 0
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0
