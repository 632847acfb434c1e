"""The exchange while the program runs: two open records and a hub process, no person waiting for the network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hub.serving_hub import ServingHub
from pytestqt.qtbot import QtBot
from store.record_ward import CASE, KEY, PATIENT, SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.screens import Answer
from coordinator_app.exchange.client import HubAddress, HubClient
from coordinator_app.exchange.ports import Pause, Reply
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.exchange_live import Errand, LiveExchange
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.site_key import fingerprint, hand_over, offer, take_over
from coordinator_app.store.store import Store
from coordinator_app.workers.desk import Desk

OTHER = "workstation:" + "9" * 32


class Carried:
    """Carries what a live exchange asks for, as the two exchange threads do."""

    def __init__(self, live: LiveExchange) -> None:
        self.live = live
        self._clients: dict[str, HubClient] = {}
        self._waiting: list[Errand] = []

    def until(self, reached: Callable[[], bool], seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        self._waiting += self.live.errands()
        while not reached():
            assert time.monotonic() < end, "it never came"
            if not self._waiting:
                time.sleep(0.05)
                self._waiting = self.live.errands()
                continue
            errand = self._waiting.pop(0)
            client = self._clients.setdefault(errand.address.url, HubClient(errand.address))
            step = errand.step
            reply = Reply(0, b"") if isinstance(step, Pause) else client.carry(step)
            self._waiting += self.live.carried(errand.way, reply)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServingHub]:
    made = ServingHub(tmp_path / "hub")
    yield made
    if made.process.poll() is None:
        assert made.stop() == 0


@pytest.fixture
def ward(hub: ServingHub, tmp_path: Path) -> Iterator[Ward]:
    made = Ward(tmp_path / "ward")
    made.clock = MachineClock("Europe/Berlin")  # type: ignore[assignment]
    made.store.close()
    made.store = Store.open(made.folder, keys=FileKeys(made.folder), clock=made.clock, program="0.1.0")
    with made.store.writing() as writing:
        writing.append(e.SiteFounded(name="Example Hospital", zone="Europe/Berlin"), subject=SITE)
        key = made.store.public_key.hex()
        writing.append(
            e.WorkstationAdmitted(workstation=WORKSTATION, place="Ward", public_key=key), subject=WORKSTATION
        )
    code = hub.office("invite", "--site", SITE)["code"]
    address = HubAddress(hub.url)
    Rounds(made.store).join(address, ask_admission(address, code, WORKSTATION, made.store.public_key))
    hub.office("approve", fingerprint(made.store.public_key))
    made.code = code  # type: ignore[attr-defined]
    yield made
    made.store.close()


@pytest.fixture
def pharmacy(hub: ServingHub, ward: Ward, tmp_path: Path) -> Iterator[Store]:
    """A second workstation with the site key, admitted by the ward."""
    folder = tmp_path / "pharmacy"
    folder.mkdir()
    keys = FileKeys(folder, "")
    store = Store.create(folder, keys=keys, clock=ward.clock, workstation=OTHER, site=SITE, program="0.1.0")
    address = HubAddress(hub.url)
    code: str = ward.code  # type: ignore[attr-defined]
    Rounds(store).join(address, ask_admission(address, code, OTHER, store.public_key))
    hub.office("approve", fingerprint(store.public_key))
    handed = hand_over(ward.store, offer(store), store.public_key)
    take_over(store, handed, ward.store.public_key, ward.store.patient_keys.wrapped())
    with ward.store.writing() as writing:
        body = e.WorkstationAdmitted(workstation=OTHER, place="Pharmacy", public_key=store.public_key.hex())
        writing.append(body, subject=OTHER)
    yield store
    store.close()


def _enrols(work: Workplace) -> None:
    with work.store.writing() as writing:
        writing.new_key(KEY)
        writing.append(e.CaseOpened(case=CASE, patient=PATIENT, profile="any", profile_version=1, profile_sha256="0" * 64, wall_name="Otter"), subject=CASE)  # fmt: skip
        writing.append(
            e.PatientEnrolled(case=CASE, patient=PATIENT, family="Zuvor", given="Nie"), subject=CASE, key=KEY
        )


def test_what_one_workstation_records_is_in_the_memory_of_the_other_without_a_restart(
    ward: Ward, pharmacy: Store
) -> None:
    here, there = Workplace(ward.store, ward.clock), Workplace(pharmacy, ward.clock)
    ours, theirs = LiveExchange(here), LiveExchange(there)
    one, two = Carried(ours), Carried(theirs)
    one.until(lambda: here.exchange_shown().state == "sent")
    two.until(lambda: there.site.founded)
    assert there.site.places[WORKSTATION] == "Ward"
    assert there.case(CASE).recipient is None  # asked for before it exists: what is kept in memory must not stay
    _enrols(here)
    assert here.exchange_shown().waiting == 2
    one.until(lambda: here.exchange_shown().waiting == 0)
    two.until(lambda: there.case(CASE).recipient is not None)
    recipient = there.case(CASE).recipient
    assert recipient is not None
    assert (recipient.family, recipient.given) == ("Zuvor", "Nie")
    assert there.heard_from_hub() is not None
    one.close()
    two.close()


def test_the_word_says_offline_since_when_and_how_many_wait_and_sent_again_afterwards(
    hub: ServingHub, ward: Ward
) -> None:
    work = Workplace(ward.store, ward.clock)
    live = LiveExchange(work)
    carried = Carried(live)
    carried.until(lambda: work.exchange_shown().state == "sent")
    port = hub.url.rpartition(":")[2]
    hub.stop()
    _enrols(work)
    carried.until(lambda: work.exchange_shown().state == "offline")
    since = work.exchange_shown().since
    assert since is not None
    assert work.exchange_shown().waiting >= 2
    again = ServingHub(hub.folder, "--port", port)
    carried.until(lambda: work.exchange_shown().state == "sent" and work.exchange_shown().waiting == 0, seconds=60.0)
    carried.close()
    assert again.stop() == 0


def test_a_record_without_a_hub_says_so_and_asks_nobody(tmp_path: Path) -> None:
    alone = Ward(tmp_path / "alone")
    work = Workplace(alone.store, alone.clock)
    live = LiveExchange(work)
    assert live.errands() == []
    assert work.exchange_shown().state == "alone"
    alone.store.close()


def test_the_running_program_shows_the_word_and_takes_in_what_comes_between_two_inputs(
    ward: Ward, pharmacy: Store, qtbot: QtBot
) -> None:
    folder = pharmacy.folder
    pharmacy.close()

    def bench() -> Bench:
        store = Store.open(folder, keys=FileKeys(folder), clock=ward.clock, program="0.1.0")
        return Bench(Workplace(store, ward.clock))

    answers: list[Answer] = []
    desk = Desk(bench, tick_ms=200)
    desk.answered.connect(answers.append)
    desk.start()
    here = Workplace(ward.store, ward.clock)
    carried = Carried(LiveExchange(here))
    carried.until(lambda: here.exchange_shown().state == "sent")
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].frame.place == "Pharmacy", timeout=60_000)
    qtbot.waitUntil(lambda: answers[-1].frame.exchange.state == "sent", timeout=60_000)
    assert desk.close()
    carried.close()
