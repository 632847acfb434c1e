"""A site without a network: its workstations and its hub meet by USB stick only, and come to the same record."""

from __future__ import annotations

from pathlib import Path

import pytest
from exchange.conftest import OTHER, Site
from exchange_names import names_in
from store.record_ward import CASE, PATIENT, SITE

from coordinator_app.domain import events as e
from coordinator_app.exchange.protocol.stick import BundleRefused
from coordinator_app.procedures.exchange_bundle import make_bundle, take_bundle
from coordinator_app.procedures.exchange_rounds import Rounds
from coordinator_app.store.store import Store


def _reports(store: Store, kind: str = "bag_damaged") -> str:
    photo = store.attachments.keep(b"Quetzalcoatlus " * 40_000, PATIENT)
    with store.writing() as writing:
        told = e.DeviationReported(case=CASE, deviation="deviation:" + photo[:32], kind=kind, photos=(photo,))
        writing.append(told, subject=CASE)
    return photo


def _over(site: Site, store: Store, folder: Path) -> dict[str, object]:
    """Carry a stick from a workstation to the hub and back."""
    there, back = folder / "there", folder / "back"
    make_bundle(store, there, "hub")
    assert not names_in(there.read_bytes(), ("Quetzalcoatlus", "QUAGGA", "DeviationReported", SITE))
    told = site.hub.office("import", str(there), "--out", str(back))
    assert not names_in(back.read_bytes(), ("Quetzalcoatlus", "QUAGGA", "DeviationReported", SITE))
    taken = take_bundle(store, back)
    return {**told, "taken": taken}


def test_by_stick_the_hub_gets_everything_and_its_replies_bring_receipts_and_what_others_recorded(
    site: Site, tmp_path: Path
) -> None:
    photo = _reports(site.ward)
    told = _over(site, site.ward, tmp_path)
    assert (told["kept"], told["refused"]) == (0, 0)
    assert told["taken"].acknowledged == 1  # type: ignore[attr-defined]
    assert Rounds(site.ward).record.unsent() == []
    assert site.stored_at_hub(photo)
    came = _over(site, site.pharmacy, tmp_path)["taken"]
    assert came.integrated == 1  # type: ignore[attr-defined]
    assert came.attachments == 0  # type: ignore[attr-defined]
    # The event was not known when the stick was written: its photo is asked for with the next one.
    assert _over(site, site.pharmacy, tmp_path)["taken"].attachments == 1  # type: ignore[attr-defined]
    assert site.pharmacy.attachments.read(photo, PATIENT).startswith(b"Quetzalcoatlus")
    assert site.ward.count() == site.pharmacy.count()


def test_the_same_stick_twice_does_nothing_twice(site: Site, tmp_path: Path) -> None:
    _reports(site.ward)
    there, back = tmp_path / "there", tmp_path / "back"
    make_bundle(site.ward, there, "hub")
    before = site.hub.office("status")["sites"][SITE]["events"]
    for _ in range(2):
        site.hub.office("import", str(there), "--out", str(back))
        assert site.hub.office("status")["sites"][SITE]["events"] == before + 1
        assert site.hub.office("status")["sites"][SITE]["kept"] == 0
    assert take_bundle(site.ward, back).acknowledged == 1
    again = take_bundle(site.ward, back)
    assert (again.acknowledged, again.integrated, again.kept) == (0, 0, 0)
    assert site.exchanges(site.ward).pushed == 0, "and the network finds nothing left to do"


def test_an_erasure_and_the_new_key_go_over_the_stick_and_the_hub(site: Site, tmp_path: Path) -> None:
    site.erases(site.ward)
    _over(site, site.ward, tmp_path)
    _over(site, site.pharmacy, tmp_path)
    assert site.pharmacy.patient_keys.get(PATIENT) is None
    assert not site.pharmacy.search("Quetzalcoatlus")
    with site.ward.writing() as writing:
        writing.new_key("patient:" + "7" * 32)
        body = e.PatientEnrolled(case="case:" + "8" * 32, patient="patient:" + "7" * 32, family="Oberhuber")
        writing.append(body, subject="case:" + "8" * 32, key="patient:" + "7" * 32)
    _over(site, site.ward, tmp_path)
    _over(site, site.pharmacy, tmp_path)
    assert site.pharmacy.search("Oberhuber")


def test_only_the_hub_can_read_what_was_made_for_it_and_only_the_site_its_reply(site: Site, tmp_path: Path) -> None:
    there, back = tmp_path / "there", tmp_path / "back"
    make_bundle(site.ward, there, "hub")
    with pytest.raises(BundleRefused, match="made for others"):
        take_bundle(site.pharmacy, there)
    site.hub.office("import", str(there), "--out", str(back))
    with pytest.raises(RuntimeError, match="made for others"):
        site.hub.office("import", str(back), "--out", str(tmp_path / "again"))
    make_bundle(site.ward, there, "site")
    with pytest.raises(RuntimeError, match="made for others"):
        site.hub.office("import", str(there), "--out", str(back))


def test_a_withdrawn_workstations_stick_is_kept_apart_and_it_gets_nothing_of_the_site(
    site: Site, tmp_path: Path
) -> None:
    _reports(site.ward)
    site.exchanges(site.ward)
    _reports(site.pharmacy)
    site.hub.office("revoke", OTHER)
    there, back = tmp_path / "there", tmp_path / "back"
    make_bundle(site.pharmacy, there, "hub")
    told = site.hub.office("import", str(there), "--out", str(back))
    assert told["accepted"] == 0
    assert told["kept"] > 0
    before = site.pharmacy.count()
    with pytest.raises(Exception, match="withdrawn"):
        take_bundle(site.pharmacy, back)
    assert site.pharmacy.count() == before


def test_a_hub_that_nobody_serves_takes_the_stick_too(site: Site, tmp_path: Path) -> None:
    _reports(site.ward)
    there, back = tmp_path / "there", tmp_path / "back"
    make_bundle(site.ward, there, "hub")
    told = {}
    site.between_stop_and_start(lambda: told.update(site.hub.office("import", str(there), "--out", str(back))))
    assert told["refused"] == 0
    assert take_bundle(site.ward, back).acknowledged == 1


def test_a_file_that_is_none_is_refused_by_the_hub_with_one_sentence(site: Site, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"\x1f\x8b" * 1000)
    with pytest.raises(RuntimeError, match="no bundle of this program"):
        site.hub.office("import", str(bad), "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
