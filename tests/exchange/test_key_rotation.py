"""An erasure reaches every workstation of the site, and the new site key whoever belongs to it and nobody else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from exchange.conftest import Site
from exchange.test_live_exchange import Carried
from exchange_names import names_in
from PIL import Image
from store.record_ward import CASE, OTHER_CASE, PATIENT

from coordinator_app.domain import events as e
from coordinator_app.domain.sealed_to import SealedForAnother, open_sealed, seal_to
from coordinator_app.exchange.asking import Unreachable
from coordinator_app.procedures.exchange_keys import ROTATED, RecordKeys
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_rounds import Rounds
from coordinator_app.procedures.photos import pictures_of
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE
from coordinator_app.store.site_rotation import open_site_key, print_of_site_key, seal_site_key
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

LATER, LATER_CASE = "patient:" + "7" * 32, "case:" + "8" * 32
THIRD = "workstation:" + "3" * 32
NAMES = ("Quetzalcoatlus", "quetzalcoatlus", "Xanthippe-Philomena", "QUAGGA")


def _enrols(store: Store, family: str = "Oberhuber", patient: str = LATER, case: str = LATER_CASE) -> None:
    with store.writing() as writing:
        writing.new_key(patient)
        body = e.PatientEnrolled(case=case, patient=patient, family=family, given="Ida")
        writing.append(body, subject=case, key=patient)


def _keys_at(site: Site) -> tuple[int, dict[str, str]]:
    """Return what lies at the hub, by its books."""
    from coordinator_app.hub.premises import Premises

    found: dict[str, tuple[int, dict[str, str]]] = {}

    def look() -> None:
        books = Premises(site.hub.folder).open_books()
        with books.reading() as book:
            row = book.site(site.ward.site)
            assert row is not None
            keys = book.keys(site.ward.site, row.key_generation)
            found["it"] = (row.key_generation, {name: each.hex() for name, each in keys.items()})
        books.close()

    site.between_stop_and_start(look)
    return found["it"]


def _same_site_key(*stores: Store) -> bool:
    return len({print_of_site_key(store) for store in stores}) == 1


def test_after_an_erasure_no_workstation_can_read_the_patient_and_all_read_what_comes_later(site: Site) -> None:
    ward, pharmacy = site.ward, site.pharmacy
    assert pharmacy.search("Quetzalcoatlus")
    assert _same_site_key(ward, pharmacy)
    before = print_of_site_key(pharmacy)
    site.erases(ward)
    _enrols(ward)
    site.exchanges(ward)
    generation, keys = _keys_at(site)
    assert generation == 1
    assert PATIENT not in keys
    assert {ROTATED + ward.workstation, ROTATED + pharmacy.workstation} <= keys.keys()
    site.exchanges(pharmacy)
    assert _same_site_key(ward, pharmacy)
    assert print_of_site_key(pharmacy) != before
    assert PATIENT not in pharmacy.patient_keys.known()
    assert PATIENT not in (pharmacy.folder / PATIENT_KEY_FILE).read_text()
    assert not any(pharmacy.search(name) for name in NAMES)
    assert pharmacy.search("Oberhuber")
    recipient = Workplace(pharmacy, site.clock).case(CASE).recipient
    assert recipient is not None
    assert recipient.family == ""
    _enrols(pharmacy, "Zweitens", "patient:" + "6" * 32, OTHER_CASE)
    site.exchanges(pharmacy)
    site.exchanges(ward)
    assert ward.search("Zweitens")
    assert verify(pharmacy).first_bad is None
    assert site.exchanges(pharmacy).pushed == site.exchanges(ward).pushed == 0
    assert _keys_at(site)[0] == 1, "one erasure, one new site key: nobody rotates again because of the other"


def test_the_running_program_forgets_the_name_and_the_small_picture_as_soon_as_the_erasure_arrives(site: Site) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (60, 40)).save(photo, "PNG")
    name = site.ward.attachments.keep(photo.getvalue(), PATIENT)
    with site.ward.writing() as writing:
        told = e.DeviationReported(case=CASE, deviation="deviation:1", kind="bag_damaged", photos=(name,))
        writing.append(told, subject=CASE)
    site.exchanges(site.ward)
    work = Workplace(site.pharmacy, site.clock)
    carried = Carried(LiveExchange(work))
    carried.until(lambda: name in site.pharmacy.attachments.names())
    before = work.case(CASE)
    assert before.recipient is not None
    assert before.recipient.family == "Quetzalcoatlus"
    [shown] = pictures_of(work, before, (name,))
    assert shown.png
    site.erases(site.ward)
    site.exchanges(site.ward)
    carried.until(lambda: site.pharmacy.patient_keys.get(PATIENT) is None)
    carried.close()
    after = work.case(CASE)
    assert after.recipient is not None
    assert after.recipient.family == ""
    [shown] = pictures_of(work, after, (name,))
    assert not shown.png
    assert name not in work.small_pictures


def test_nothing_on_the_disk_of_the_other_workstation_tells_the_erased_name(site: Site) -> None:
    site.erases(site.ward)
    site.exchanges(site.ward)
    site.exchanges(site.pharmacy)
    store = site.reopens(site.pharmacy)
    tables = store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        content = repr(store.connection.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608
        assert not names_in(content.encode(), NAMES), table
    store.close()
    for path in store.folder.rglob("*"):
        if path.is_file():
            assert not names_in(path.read_bytes(), NAMES), path
    site.reopens(store)


def test_a_workstation_that_was_away_while_the_key_was_changed_twice_still_reads_everything(site: Site) -> None:
    _enrols(site.ward)
    site.exchanges(site.ward)
    site.erases(site.ward)
    site.exchanges(site.ward)
    with site.ward.writing() as writing:
        gone = e.PatientErased(case=LATER_CASE, patient=LATER, key=LATER, reason="retention_over", people=())
        writing.append(gone, subject=LATER_CASE)
    _enrols(site.ward, "Drittens", "patient:" + "5" * 32, OTHER_CASE)
    site.exchanges(site.ward)
    _enrols(site.pharmacy, "Unterdessen", "patient:" + "4" * 32, "case:" + "4" * 32)  # under the key that is no more
    site.exchanges(site.pharmacy)
    assert _same_site_key(site.ward, site.pharmacy)
    assert site.pharmacy.search("Drittens")
    assert not site.pharmacy.search("Oberhuber")
    site.exchanges(site.ward)
    assert site.ward.search("Unterdessen")
    assert {PATIENT, LATER}.isdisjoint(site.pharmacy.patient_keys.known())


def test_two_workstations_that_erase_at_the_same_time_offline_come_to_one_key_without_either_patient(
    site: Site,
) -> None:
    _enrols(site.pharmacy)
    site.exchanges(site.pharmacy)
    site.exchanges(site.ward)
    site.erases(site.ward)
    with site.pharmacy.writing() as writing:
        gone = e.PatientErased(case=LATER_CASE, patient=LATER, key=LATER, reason="retention_over", people=())
        writing.append(gone, subject=LATER_CASE)
    for _ in range(3):
        site.exchanges(site.ward)
        site.exchanges(site.pharmacy)
    assert _same_site_key(site.ward, site.pharmacy)
    generation, keys = _keys_at(site)
    assert {PATIENT, LATER}.isdisjoint(keys)
    assert generation == 2
    for store in (site.ward, site.pharmacy):
        assert {PATIENT, LATER}.isdisjoint(store.patient_keys.known())


def test_a_withdrawn_workstation_does_not_get_the_new_key(site: Site) -> None:
    third = site.further(THIRD)
    site.hub.office("revoke", THIRD)
    site.exchanges(site.pharmacy)
    site.erases(site.ward)
    _enrols(site.ward)
    site.exchanges(site.ward)
    with pytest.raises(Unreachable) as told:
        site.exchanges(third)
    assert told.value.code == "revoked"
    _, keys = _keys_at(site)
    assert ROTATED + THIRD not in keys
    for handed in (each for name, each in keys.items() if name.startswith(ROTATED)):
        assert open_site_key(third, 1, bytes.fromhex(handed), [site.ward.public_key]) is None
    # Even with everything that lies at the hub it opens nothing of what came later.
    third.patient_keys.adopt({name: bytes.fromhex(each) for name, each in keys.items() if name == LATER})
    assert third.patient_keys.get(LATER) is None
    site.exchanges(site.pharmacy)
    assert _same_site_key(site.ward, site.pharmacy)
    third.close()


def test_an_older_generation_that_somebody_lays_down_again_is_not_taken(site: Site) -> None:
    _, keys = _keys_at(site)
    site.erases(site.ward)
    site.exchanges(site.ward)
    site.exchanges(site.pharmacy)
    now = print_of_site_key(site.pharmacy)
    record = Rounds(site.pharmacy).record
    members = {store.workstation: store.public_key for store in (site.ward, site.pharmacy)}
    old = {**keys, ROTATED + site.pharmacy.workstation: seal_site_key(site.ward, 1, site.pharmacy.public_key).hex()}
    record.keys.see(9, old, members)  # the seal says generation 1
    stranger = seal_site_key(site.pharmacy, 9, site.pharmacy.public_key)
    record.keys.see(
        9, {**keys, ROTATED + site.pharmacy.workstation: (stranger[:-1] + bytes([stranger[-1] ^ 1])).hex()}, members
    )
    assert print_of_site_key(site.pharmacy) == now
    assert PATIENT not in site.pharmacy.patient_keys.known()
    record.keys.see(1, keys, members)  # the erased patient's key, laid down again in the same generation
    assert PATIENT not in site.pharmacy.patient_keys.known()


def test_a_hub_put_back_to_before_the_erasure_gets_the_new_keys_again(site: Site) -> None:
    before = site.copy_of_hub()
    site.erases(site.ward)
    site.exchanges(site.ward)
    site.exchanges(site.pharmacy)
    site.put_hub_back(before)
    assert PATIENT in _keys_at(site)[1]
    site.exchanges(site.pharmacy)
    generation, keys = _keys_at(site)
    assert generation == 1
    assert PATIENT not in keys
    site.exchanges(site.ward)
    assert _same_site_key(site.ward, site.pharmacy)


@pytest.mark.parametrize("step", ["kept", "written", "taken"])
def test_a_change_of_the_key_that_was_cut_off_is_ended_at_the_next_start(
    site: Site, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coordinator_app.store import site_rotation
    from coordinator_app.store.patient_keys import PatientKeys
    from coordinator_app.store.store_keys import StoreKeys

    class PowerCut(Exception):
        """Nothing after it happens."""

    def cut(*_: object) -> None:
        raise PowerCut

    site.erases(site.ward)
    _enrols(site.ward)
    site.exchanges(site.ward)
    where = {"kept": (PatientKeys, "take_under"), "written": (StoreKeys, "take_next_site_key")}
    monkeypatch.setattr(*where.get(step, (site_rotation, "seal_for_recovery")), cut)
    with pytest.raises(PowerCut):
        site.exchanges(site.pharmacy)
    monkeypatch.undo()
    pharmacy = site.reopens(site.pharmacy)
    assert pharmacy.search("Quetzalcoatlus"), "nothing is lost by the cut"
    site.exchanges(pharmacy)
    assert _same_site_key(site.ward, pharmacy)
    assert pharmacy.search("Oberhuber")
    assert not pharmacy.search("Quetzalcoatlus")
    site.reopens(pharmacy)
    assert _same_site_key(site.ward, site.pharmacy)


def test_an_event_sealed_by_somebody_who_did_not_know_of_the_erasure_yet_is_not_readable_anywhere(site: Site) -> None:
    site.erases(site.ward)
    with site.pharmacy.writing() as writing:
        issued = e.WristbandIssued(case=CASE, patient=PATIENT, codes=("gsrn:888777666555444333",))
        writing.append(issued, subject=PATIENT, key=PATIENT)
    third = site.further(THIRD)
    for store in (site.pharmacy, site.ward, third, site.pharmacy):
        site.exchanges(store)
    for store in (site.ward, site.pharmacy, third):
        assert not store.find("gsrn:888777666555444333"), store.workstation
    third.close()


def test_a_key_that_comes_after_its_events_opens_them_and_they_are_found(site: Site) -> None:
    rounds = Rounds(site.pharmacy)
    _enrols(site.ward)
    site.exchanges(site.ward)
    lines = rounds.record.lines  # the record stays open while the key is away
    keys: RecordKeys = rounds.record.keys
    see, keys.see = keys.see, lambda *_: None  # type: ignore[method-assign]
    rounds.once()
    assert lines
    assert not site.pharmacy.search("Oberhuber")
    keys.see = see  # type: ignore[method-assign]
    site.exchanges(site.pharmacy)
    assert site.pharmacy.search("Oberhuber")
    assert [found.case for found in site.pharmacy.search("Oberhuber")] == [LATER_CASE]


def test_what_is_sealed_for_one_key_is_opened_by_no_other_and_for_no_other_purpose(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    sealed = seal_to(ours.public_key().public_bytes_raw(), b"purpose", b"secret", bytes(range(32)))
    assert open_sealed(ours, b"purpose", sealed) == b"secret"
    for key, purpose, content in (
        (theirs, b"purpose", sealed),
        (ours, b"another", sealed),
        (ours, b"purpose", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (ours, b"purpose", bytes(32) + sealed[32:]),
        (ours, b"purpose", b""),
    ):
        with pytest.raises(SealedForAnother):
            open_sealed(key, purpose, content)
    for none in (bytes(32), b"\x01" + bytes(31), bytes(31), b"\xff" * 32):
        with pytest.raises(ValueError, match="no signing key"):
            seal_to(none, b"purpose", b"secret", bytes(range(32)))
