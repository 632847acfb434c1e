"""Photos and loggers' files between two real records and a real hub: they arrive, break off, go on, and go with a patient."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from exchange.conftest import Site
from exchange_names import names_in
from exchange_proxy import RecordingProxy
from hub.serving_hub import ServingHub
from store.record_ward import CASE, PATIENT

from coordinator_app.domain import events as e
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.exchange.asking import Unreachable
from coordinator_app.exchange.protocol import MAX_PART
from coordinator_app.store.faults import AttachmentClosed, AttachmentMissing
from coordinator_app.store.store import Store

PHOTO = b"\xff\xd8 Quetzalcoatlus on the bag " * 30_000
"""About 800 kB: four parts. A name stands in it, as on the label that was photographed."""


def _reports(store: Store, photo: bytes = PHOTO, key: str = PATIENT) -> str:
    name = store.attachments.keep(photo, key)
    with store.writing() as writing:
        told = e.DeviationReported(case=CASE, deviation="deviation:" + name[:32], kind="bag_damaged", photos=(name,))
        writing.append(told, subject=CASE)
    return name


def test_a_photo_arrives_whole_at_the_other_workstation_and_nobody_between_can_see_it(site: Site) -> None:
    ward, pharmacy = site.ward, site.pharmacy
    name = _reports(ward)
    sent = site.exchanges(ward).attachments
    assert (sent.sent, sent.taken, sent.missing) == (1, 0, 0)
    taken = site.exchanges(pharmacy).attachments
    assert (taken.taken, taken.missing) == (1, 0)
    assert pharmacy.attachments.read(name, PATIENT) == PHOTO
    assert site.exchanges(ward).attachments.sent == site.exchanges(pharmacy).attachments.taken == 0
    at_hub = site.stored_at_hub(name)
    assert hashlib.sha256(at_hub).hexdigest() == name
    assert not names_in(at_hub, ("Quetzalcoatlus",))


def test_the_file_of_a_logger_goes_the_same_way(site: Site) -> None:
    content = b"2026-03-01 08:00 -171.3\n" * 2000
    name = site.ward.attachments.keep(content, PATIENT)
    with site.ward.writing() as writing:
        reviewed = e.LoggerReviewed(case=CASE, shipment="shipment:" + "5" * 32, accepted=True, file=name)
        writing.append(reviewed, subject=CASE)
    site.exchanges(site.ward)
    assert site.exchanges(site.pharmacy).attachments.taken == 1
    assert site.pharmacy.attachments.read(name, PATIENT) == content


def test_a_record_whose_photo_has_not_come_yet_says_so_plainly_and_takes_it_later(site: Site) -> None:
    name = _reports(site.ward)
    hidden = site.ward.attachments.folder / name
    away = hidden.with_suffix(".away")
    hidden.rename(away)
    site.exchanges(site.ward)
    waits = site.exchanges(site.pharmacy)
    assert (waits.attachments.missing, waits.attachments.taken) == (1, 0)
    with pytest.raises(AttachmentMissing, match="has not come to this workstation yet"):
        site.pharmacy.attachments.read(name, PATIENT)
    away.rename(hidden)
    site.exchanges(site.ward)
    assert site.exchanges(site.pharmacy).attachments.taken == 1
    assert site.pharmacy.attachments.read(name, PATIENT) == PHOTO


def _exchanges_until_it_goes_on(site: Site, store: Store, proxy: RecordingProxy, whole: Callable[[], bool]) -> int:
    """Exchange over a line that lets about one part through and breaks; returns how often it broke."""
    broke = 0
    while not whole():
        assert broke < 30, "it never came through"
        proxy.breaks_after(MAX_PART + 150_000)
        try:
            site.exchanges(store, through=proxy)
        except Unreachable:
            broke += 1
    return broke


def test_over_a_line_that_breaks_every_time_a_photo_goes_on_where_it_had_come_to(site: Site, hub: ServingHub) -> None:
    name = _reports(site.ward)
    proxy = RecordingProxy(hub.port)
    try:
        there = lambda: site.stored_at_hub(name) != b""  # noqa: E731
        assert _exchanges_until_it_goes_on(site, site.ward, proxy, there) >= 2
        sent = sum(proxy.carried_up)
        assert sent < 2.5 * len(PHOTO), "each break cost one part, not the whole photo"
        here = lambda: name in site.pharmacy.attachments.names()  # noqa: E731
        assert _exchanges_until_it_goes_on(site, site.pharmacy, proxy, here) >= 2
    finally:
        proxy.close()
    assert site.pharmacy.attachments.read(name, PATIENT) == PHOTO


def test_a_photo_that_the_network_changed_is_not_kept_and_comes_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = _reports(site.ward)
    site.exchanges(site.ward)
    attachments = site.pharmacy.attachments
    attachments.folder.mkdir(exist_ok=True)
    (attachments.folder / f"{name}.part").write_bytes(b"what a power cut left")
    assert site.exchanges(site.pharmacy).attachments.missing == 1
    assert attachments.names() == ()
    assert site.exchanges(site.pharmacy).attachments.taken == 1
    assert attachments.read(name, PATIENT) == PHOTO


def test_a_hub_put_back_without_the_photos_gets_them_again(site: Site) -> None:
    name = _reports(site.ward)
    before = site.copy_of_hub()
    site.exchanges(site.ward)
    assert site.stored_at_hub(name)
    site.put_hub_back(before)
    assert not site.stored_at_hub(name)
    site.exchanges(site.ward)
    assert site.stored_at_hub(name)


def test_the_photos_of_an_erased_patient_are_gone_where_the_erasure_arrives_and_are_not_fetched_again(
    site: Site,
) -> None:
    of_patient, of_nobody = _reports(site.ward), _reports(site.ward, b"a bag on the floor", UNKNOWN_PERSON_KEY)
    late = _reports(site.ward, b"taken, and never fetched by the pharmacy")
    hidden = site.ward.attachments.folder / late
    kept = hidden.read_bytes()
    hidden.unlink()
    site.exchanges(site.ward)
    site.exchanges(site.pharmacy)
    assert of_patient in site.pharmacy.attachments.names()
    hidden.write_bytes(kept)
    site.exchanges(site.ward)  # the late one is at the hub now
    site.erases(site.ward)
    assert site.ward.attachments.names() == (of_nobody,)
    site.exchanges(site.ward)
    for _ in range(2):
        assert site.exchanges(site.pharmacy).attachments.missing == 0
        assert site.pharmacy.attachments.names() == (of_nobody,)
    for name in (of_patient, late):
        with pytest.raises(AttachmentClosed, match="erased"):
            site.pharmacy.attachments.read(name, PATIENT)
    assert site.pharmacy.attachments.read(of_nobody, UNKNOWN_PERSON_KEY) == b"a bag on the floor"
