"""Real records, real hubs, real processes for the tests of the exchange."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from exchange_proxy import RecordingProxy
from hub.serving_hub import ServingHub
from store.record_ward import CASE, PATIENT, SITE, WORKSTATION

from coordinator_app.domain import events as e
from coordinator_app.exchange.asking import Octets, Round
from coordinator_app.exchange.client import HubAddress, HubClient, drive
from coordinator_app.procedures.exchange_rounds import HubSet, Rounds, ask_admission
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.site_key import fingerprint, hand_over, offer, take_over
from coordinator_app.store.store import Store
from coordinator_app.store.writing import Writing

PASS = {"COORDINATOR_PASSPHRASE": ""}


def coordinator(*arguments: str, code: int | None = 0) -> str:
    """Run the command line in a process of its own and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "coordinator_app", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **PASS},
        check=False,
    )
    assert code is None or done.returncode == code, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def exchanged(folder: Path, code: int | None = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(coordinator("exchange", "--once", "--store", str(folder), "--json", code=code))
    return found


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServingHub]:
    made = ServingHub(tmp_path / "hub")
    yield made
    if made.process.poll() is None:
        assert made.stop() == 0


OTHER = "workstation:" + "9" * 32
CLOCK_ZONE = "Europe/Berlin"


class Site:
    """A ward's and a pharmacy's record, open, with a patient, and the hub between them; everything is the real thing."""

    def __init__(self, hub: ServingHub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.clock = MachineClock(CLOCK_ZONE)
        (folder / "ward").mkdir()
        self.ward = self.founds(folder / "ward", WORKSTATION)
        with self.ward.writing() as writing:
            writing.append(e.SiteFounded(name="Example Hospital", zone=CLOCK_ZONE), subject=SITE)
            self._admits(writing, self.ward)
            writing.new_key(PATIENT)
            opened = e.CaseOpened(
                case=CASE, patient=PATIENT, profile="any", profile_version=1, profile_sha256="0" * 64, wall_name="Otter"
            )
            writing.append(opened, subject=CASE)
            enrolled = e.PatientEnrolled(
                case=CASE, patient=PATIENT, family="Quetzalcoatlus", given="Xanthippe-Philomena", record_number="QUAGGA"
            )
            writing.append(enrolled, subject=CASE, key=PATIENT)
        self.code = hub.office("invite", "--site", SITE)["code"]
        self._joins(self.ward)
        self.exchanges(self.ward)
        self.pharmacy = self.further(OTHER)

    def further(self, workstation: str) -> Store:
        """Return the record of another workstation, admitted by the ward, with what the site knows."""
        folder = self.folder / workstation[-4:]
        folder.mkdir()
        store = self.founds(folder, workstation)
        self._joins(store)
        handed = hand_over(self.ward, offer(store), store.public_key)
        take_over(store, handed, self.ward.public_key, self.ward.patient_keys.wrapped())
        with self.ward.writing() as writing:
            self._admits(writing, store)
        self.exchanges(self.ward)
        self.exchanges(store)
        return store

    def founds(self, folder: Path, workstation: str) -> Store:
        keys = FileKeys(folder, "")
        return Store.create(folder, keys=keys, clock=self.clock, workstation=workstation, site=SITE, program="0.1.0")

    def exchanges(self, store: Store, through: RecordingProxy | None = None) -> Round:
        """Do one whole round, over the proxy if one is given."""
        rounds = Rounds(store)
        hub = rounds.hub
        assert hub is not None
        if through is None:
            return rounds.once()
        _set_address(rounds, HubAddress(through.url))
        try:
            return rounds.once()
        finally:
            _set_address(rounds, hub.address)

    def erases(self, store: Store) -> None:
        with store.writing() as writing:
            erased = e.PatientErased(
                case=CASE, patient=PATIENT, key=PATIENT, reason="request_granted", people=("person:" + "2" * 32,)
            )
            writing.append(erased, subject=CASE)

    def reopens(self, store: Store) -> Store:
        store.close()
        again = Store.open(store.folder, keys=FileKeys(store.folder), clock=self.clock, program="0.1.0")
        if store is self.ward:
            self.ward = again
        elif store is self.pharmacy:
            self.pharmacy = again
        return again

    # The hub's books -------------------------------------------------------------------------------------------------

    def stored_at_hub(self, name: str) -> bytes:
        """Return an attachment as the hub hands it out, or nothing."""
        rounds = Rounds(self.ward)
        client = HubClient(HubAddress(self.hub.url))
        try:
            asked = rounds.exchange(10.0).ask("GET", f"/v1/attachments/{name}", None, Octets)
            answer = drive(asked, client)
        finally:
            client.close()
        return answer.content if isinstance(answer, Octets) else b""

    def copy_of_hub(self) -> bytes:
        self.between_stop_and_start(lambda: None)
        return self._copied

    def put_hub_back(self, copy: bytes) -> None:
        self.between_stop_and_start(lambda: (self.hub.folder / "hub.db").write_bytes(copy))

    def between_stop_and_start(self, between: Callable[[], object]) -> None:
        assert self.hub.stop() == 0
        self._copied = (self.hub.folder / "hub.db").read_bytes()
        between()
        self.hub.starts_again()

    def close(self) -> None:
        for store in (self.ward, self.pharmacy):
            store.close()

    def _joins(self, store: Store) -> None:
        address = HubAddress(self.hub.url)
        Rounds(store).join(address, ask_admission(address, self.code, store.workstation, store.public_key))
        self.hub.office("approve", fingerprint(store.public_key))

    def _admits(self, writing: Writing, store: Store) -> None:
        admitted = e.WorkstationAdmitted(
            workstation=store.workstation, place=store.workstation[-4:], public_key=store.public_key.hex()
        )
        writing.append(admitted, subject=store.workstation)


def _set_address(rounds: Rounds, address: HubAddress) -> None:
    known = rounds.hub
    assert known is not None
    with rounds.store.writing():
        rounds.record.arrivals.tables.set_mark("hub", msgspec.json.encode(HubSet(address, known.hub_key)).decode())


@pytest.fixture
def site(hub: ServingHub, tmp_path: Path) -> Iterator[Site]:
    made = Site(hub, tmp_path)
    yield made
    made.close()
