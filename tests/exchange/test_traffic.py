"""A month of the demonstration site through a hub: nothing on any wire, stick or disk of a hub tells who anybody is.

Every byte between the workstations and the hub, and between two hubs, is written down by a proxy; then the bytes, the
sticks and every table of the hubs' books are searched for the people of the site, however a name may be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exchange_author import Author
from exchange_names import names_in
from exchange_proxy import RecordingProxy
from hub.serving_hub import ServingHub
from name_search import disguises

from coordinator_app.demo import cast
from coordinator_app.demo.site import build_demo
from coordinator_app.domain import events as e
from coordinator_app.exchange.client import HubAddress
from coordinator_app.hub.premises import Premises
from coordinator_app.procedures.exchange_bundle import make_bundle, take_bundle
from coordinator_app.procedures.exchange_moved import once
from coordinator_app.procedures.exchange_rounds import NotJoined, Rounds, ask_admission
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store

SITE = "site:" + "b" * 32
OTHER = "workstation:" + "9" * 32
_SHORTEST = 7
"""Letters: what is shorter stands in random bytes by chance, in one of its disguises."""


def _planted() -> tuple[str, ...]:
    """Return how the people of the site can be told: names, numbers of records, wristbands, badges."""
    found = {cast.FORMER_NAME_P6, cast.VOID_WRISTBAND[-18:], "Quetzalcoatlus"}
    for patient in cast.PATIENTS.values():
        found |= {patient.family, patient.given, patient.record_number, patient.wristband[-18:], patient.born}
    for person in cast.PEOPLE.values():
        found |= {person.family, person.given, person.badge[-18:]}
    return tuple(sorted(name for name in found if len(name) >= _SHORTEST))


PLANTED = _planted()


class Day:
    """The demonstration site with a second workstation and its hub, all of whose traffic is written down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = ServingHub(folder / "hub")
        self.proxy = RecordingProxy(self.hub.port)
        self.address = HubAddress(self.proxy.url)
        self.code: str = self.hub.office("invite", "--site", SITE)["code"]
        (folder / "cart").mkdir()
        build_demo(folder / "cart", site=SITE)
        clock = MachineClock("Europe/Berlin")
        keys = FileKeys(folder / "cart", None)
        self.cart = Store.open(folder / "cart", keys=keys, clock=clock, program="0.1.0")
        (folder / "pharmacy").mkdir()
        other = FileKeys(folder / "pharmacy", "")
        self.pharmacy = Store.create(
            folder / "pharmacy", keys=other, clock=clock, workstation=OTHER, site=SITE, program="0.1.0"
        )

    def joins(self) -> None:
        """Join both as people do: codes, fingerprints, the site key handed over through the hub."""
        self._asks(self.cart, "")
        once(Rounds(self.cart))
        self._asks(self.pharmacy, fingerprint(self.cart.public_key)[:16])
        with pytest.raises(NotJoined, match="waits for the site key"):
            once(Rounds(self.pharmacy))
        Rounds(self.cart).admit(fingerprint(self.pharmacy.public_key)[:16], "Pharmacy")
        once(Rounds(self.pharmacy))

    def _asks(self, store: Store, admitting: str) -> None:
        enrolled = ask_admission(self.address, self.code, store.workstation, store.public_key)
        Rounds(store).join(self.address, enrolled, admitting)
        self.hub.office("approve", fingerprint(store.public_key))

    def close(self) -> None:
        self.cart.close()
        self.pharmacy.close()
        self.proxy.close()
        if self.hub.process.poll() is None:
            assert self.hub.stop() == 0


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    made = Day(tmp_path_factory.mktemp("traffic"))
    made.joins()
    yield made
    made.close()


def _in_books(hub: ServingHub) -> bytes:
    """Stop a hub and return every value of every table of its books, and every file of its folder as it lies there."""
    told = []
    assert hub.process.stderr is not None
    hub.client.close()
    hub.process.terminate()
    told.append(hub.process.communicate(timeout=20)[1].encode())
    assert hub.process.returncode == 0
    books = Premises(hub.folder).open_books()
    connection = books._connection  # type: ignore[attr-defined]
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for row in connection.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608
            told += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    books.close()
    told += [path.read_bytes() for path in hub.folder.rglob("*") if path.is_file()]
    return b"\n".join(told)


def _case_with_key(store: Store) -> tuple[str, str]:
    """Return a case whose patient's key is here, and that key."""
    rows = store.connection.execute("SELECT kase FROM known_case ORDER BY kase").fetchall()
    for (case,) in rows:
        recipient = store.read_case(case).recipient
        if recipient is not None and store.patient_keys.get(recipient.patient) is not None:
            return case, recipient.patient
    raise AssertionError("the demonstration site has no patient")


def test_a_month_of_work_tells_neither_the_wire_nor_the_sticks_nor_two_hubs_who_anybody_is(day: Day) -> None:
    cart, pharmacy = day.cart, day.pharmacy
    assert cart.count() > 400
    assert pharmacy.search("Hargreaves"), "the names did arrive"
    case, key = _case_with_key(cart)
    photo = cart.attachments.keep(b"a photo of the label of Quetzalcoatlus " * 20_000, key)
    with cart.writing() as writing:
        told = e.DeviationReported(
            case=case, deviation="deviation:1", kind="bag_damaged", what="The bag of Ms Hargreaves", photos=(photo,)
        )
        writing.append(told, subject=case, key=key)
    once(Rounds(cart))
    assert once(Rounds(pharmacy)).attachments.taken == 1
    with cart.writing() as writing:
        gone = e.PatientErased(case=case, patient=key, key=key, reason="request_granted", people=())
        writing.append(gone, subject=case)
    once(Rounds(cart))
    once(Rounds(pharmacy))
    assert pharmacy.patient_keys.get(key) is None
    there, back, across = (day.folder / name for name in ("there", "back", "across"))
    make_bundle(pharmacy, there, "hub")
    day.hub.office("import", str(there), "--out", str(back))
    take_bundle(pharmacy, back)
    make_bundle(cart, across, "site")
    take_bundle(pharmacy, across)
    hospital = ServingHub(day.folder / "hospital")
    between = RecordingProxy(hospital.port)
    code = hospital.office("invite", "--site", SITE)["code"]
    assert day.hub.office("join", "--url", between.url, "--code", code)["done"]
    once(Rounds(cart))
    once(Rounds(pharmacy))
    for proxy in (day.proxy, between):
        seen = proxy.seen
        assert len(seen) > 500_000
        assert b"POST /v1/enrolments" in seen or b"POST /v1/joinings" in seen
        assert names_in(seen, PLANTED) == []
    for file in (there, back, across):
        assert names_in(file.read_bytes(), PLANTED) == []
    for hub in (day.hub, hospital):
        books = _in_books(hub)
        assert len(books) > 500_000
        assert names_in(books, PLANTED) == []
    between.close()
    # What was searched holds what it should: the very events, and the ciphertext of the photo.
    assert b'"type":"PatientEnrolled"' in day.proxy.seen.replace(b'\\"', b'"')
    assert photo.encode() in day.proxy.seen


DISGUISED: dict[str, Callable[[str], bytes]] = {
    "plain": lambda name: name.encode(),
    "hex": lambda name: name.encode().hex().encode(),
    "base64": lambda name: disguises(name)[-1],
    "UTF-16": lambda name: name.encode("utf-16-le"),
    "decimal": lambda name: ",".join(str(byte) for byte in name.encode()).encode(),
}


@pytest.mark.parametrize("disguise", DISGUISED)
def test_a_leak_that_was_planted_is_found_on_the_wire_and_in_the_books(tmp_path: Path, disguise: str) -> None:
    import hashlib

    import httpx

    hub = ServingHub(tmp_path / "hub")
    proxy = RecordingProxy(hub.port)
    author = Author("leaky")
    author.opens()
    hub.admits(author)
    client = httpx.Client(base_url=proxy.url, timeout=20.0)
    content = b"....." + DISGUISED[disguise]("Hargreaves") + b"....."
    name = hashlib.sha256(content).hexdigest()
    assert hub.ask(author, "PUT", f"/v1/attachments/{name}", content, client=client).status_code == 200
    client.close()
    proxy.close()
    assert names_in(proxy.seen, PLANTED) == ["Hargreaves"]
    assert names_in(_in_books(hub), PLANTED) == ["Hargreaves"]


def test_a_name_in_a_field_that_is_not_sealed_is_found(tmp_path: Path) -> None:
    hub = ServingHub(tmp_path / "hub")
    author = Author("leaky")
    author.opens()
    author.writes("FactRecorded", {"case": "case:" + "c" * 32, "fact": "bed of Ms Hargreaves", "holds": True})
    hub.admits(author)
    assert hub.push(author).status_code == 200
    assert names_in(_in_books(hub), PLANTED) == ["Hargreaves"]
