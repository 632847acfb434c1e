"""Events by USB stick: encrypted, signed, the same again does nothing, and a hostile file changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from store.record_ward import SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.exchange.bundle import BundleRefused
from coordinator_app.procedures.exchange_bundle import make_bundle, take_bundle
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import hand_over, offer, take_over
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

OTHER = "workstation:" + "9" * 32


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    made = Ward(tmp_path / "ward")
    made.found_site()
    made.enrol()
    return made


@pytest.fixture
def pharmacy(ward: Ward, tmp_path: Path) -> Store:
    folder = tmp_path / "pharmacy"
    folder.mkdir()
    store = Store.create(
        folder, keys=FileKeys(folder, ""), clock=ward.clock, workstation=OTHER, site=SITE, program="0.1.0"
    )
    handed = hand_over(ward.store, offer(store), store.public_key)
    take_over(store, handed, ward.store.public_key, ward.store.patient_keys.wrapped())
    ward.record(e.WorkstationAdmitted(workstation=OTHER, place="Pharmacy", public_key=store.public_key.hex()), OTHER)
    ExchangeRecord(store).tell([], {}, {WORKSTATION: ward.store.public_key})
    return store


def test_a_stick_brings_everything_once_and_the_way_back_too(ward: Ward, pharmacy: Store, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    count = make_bundle(ward.store, stick)
    taken = take_bundle(pharmacy, stick)
    assert (taken.integrated, taken.here, taken.kept) == (count, 0, 0)
    again = take_bundle(pharmacy, stick)
    assert (again.integrated, again.here, again.kept) == (0, count, 0)
    back = tmp_path / "back"
    make_bundle(pharmacy, back)
    assert take_bundle(ward.store, back).integrated == 1
    assert ward.store.count() == pharmacy.count()
    assert verify(pharmacy, all_signatures=True).first_bad is None
    counted = ExchangeRecord(pharmacy).arrivals.counted()
    assert counted.adds_up
    assert counted.received == count
    assert pharmacy.search("Grübel")
    ward.store.close()
    pharmacy.close()


def test_the_file_holds_no_name(ward: Ward, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    make_bundle(ward.store, stick)
    whole = stick.read_bytes()
    for text in ("Grübel", "EpochOpened", WORKSTATION):
        assert text.encode() not in whole
    ward.store.close()


@pytest.mark.parametrize(
    "fault", ["cut", "cut at a frame", "bit", "added", "empty", "no bundle", "endless frame", "stranger", "other site"]
)
def test_a_hostile_or_broken_file_is_refused_in_plain_words_and_changes_nothing(
    ward: Ward, pharmacy: Store, tmp_path: Path, fault: str
) -> None:
    stick = tmp_path / "stick"
    make_bundle(ward.store, stick)
    whole = stick.read_bytes()
    first = 8 + 4 + int.from_bytes(whole[8:12], "little")
    if fault == "stranger":
        stranger = Ward(tmp_path / "stranger")
        stranger.store._grounds.keys.site = ward.store._grounds.keys.site
        stranger.store.workstation = "workstation:" + "7" * 32
        make_bundle(stranger.store, stick)
        stranger.store.close()
        whole = stick.read_bytes()
    elif fault == "other site":
        other = Ward(tmp_path / "other")
        make_bundle(other.store, stick)
        other.store.close()
        whole = stick.read_bytes()
    stick.write_bytes(
        {
            "cut": whole[:-200],
            "cut at a frame": whole[:first],
            "bit": whole[:300] + bytes([whole[300] ^ 1]) + whole[301:],
            "added": whole + b"x",
            "empty": b"",
            "no bundle": b"PK\x03\x04" + whole[4:],
            "endless frame": whole[:8] + b"\xff\xff\xff\xff" + whole[12:],
        }.get(fault, whole)
    )
    before = pharmacy.count()
    with pytest.raises(BundleRefused) as refused:
        take_bundle(pharmacy, stick)
    assert str(refused.value).endswith(".")
    assert pharmacy.count() == before
    ward.store.close()
    pharmacy.close()
