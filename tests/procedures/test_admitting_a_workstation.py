"""Admitting a further workstation at the bench: by whom, by what was heard or scanned, and what stands in the record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from coordinator_app import __version__
from coordinator_app.demo.site import DemonstrationClock, build_demo, demo_listing
from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Input, Opened, PinTyped, Pressed, Scanned, Submitted
from coordinator_app.domain.join_code import join_code
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Answer, ExchangePage, FormPage
from coordinator_app.domain.spoken_words import words_of
from coordinator_app.exchange.client import HubAddress
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.exchange_rounds import HubSet
from coordinator_app.procedures.hand_site_key import keys_to_hand
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.arrivals import Arrivals
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store

NEW = "workstation:" + "8" * 32
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()


class AtTheBench:
    """The demonstration site, joined to a hub that told of a workstation which asks to be admitted."""

    def __init__(self, folder: Path) -> None:
        build_demo(folder)
        self.people: dict[str, Any] = demo_listing(folder)["people"]
        self.store = Store.open(folder, keys=FileKeys(folder, ""), clock=DemonstrationClock(), program=__version__)
        tables = Arrivals(self.store).tables
        hub = HubSet(HubAddress("http://127.0.0.1:1"), "00" * 32)
        with self.store.writing():
            tables.set_mark("hub", json.dumps(structs.asdict(hub) | {"address": structs.asdict(hub.address)}))
            tables.set_mark("told_keys", json.dumps({NEW: KEY.hex()}))
        self.bench = Bench(Workplace(self.store, DemonstrationClock()))
        self.bench.first()

    def does(self, *inputs: Input) -> Answer:
        for each in inputs:
            answer = self.bench.take(each)
        return answer

    def signs_in(self, name: str) -> None:
        person = self.people[name]
        self.does(Scanned(person["badge"].encode()), PinTyped(person["pin"]), Opened("exchange"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[AtTheBench]:
    made = AtTheBench(tmp_path / "ward")
    yield made
    made.bench.close()
    made.store.close()


def test_the_code_on_its_screen_is_scanned_signed_and_recorded_and_the_key_waits_for_it(site: AtTheBench) -> None:
    site.signs_in("administrator_a")
    filled = site.does(Pressed("admit_workstation"), Scanned(b"]d1" + join_code(fingerprint(KEY)).encode()))
    assert isinstance(filled.page, FormPage)
    assert filled.page.fields[0].value == " ".join(words_of(fingerprint(KEY)))
    site.does(Submitted({"words": filled.page.fields[0].value, "place": "Pharmacy"}))
    answer = site.does(PinTyped(site.people["administrator_a"]["pin"]))
    assert {"WorkstationAdmitted", "RecordSigned"} <= set(answer.events)
    [admitted] = [
        each for each in site.store.site_events()
        if isinstance(each.body, e.WorkstationAdmitted) and each.body.workstation == NEW
    ]  # fmt: skip
    assert admitted.actor == site.people["administrator_a"]["id"]
    assert isinstance(admitted.body, e.WorkstationAdmitted)
    assert (admitted.body.public_key, admitted.body.place) == (KEY.hex(), "Pharmacy")
    rounds = site.bench.live._rounds
    assert rounds is not None
    assert keys_to_hand(rounds) == {NEW: KEY}


def test_a_nurse_is_not_offered_to_admit_and_is_refused_if_she_tries(site: AtTheBench) -> None:
    site.signs_in("nurse_a")
    shown = site.does(Opened("exchange"))
    assert isinstance(shown.page, ExchangePage)
    assert [action.id for action in shown.page.actions] == ["open:exchange:code"]
    for action in ("admit_workstation", "join_hub", "join_own_hub", "invite_workstation", "give_up_joining"):
        answer = site.does(Pressed(action))
        assert isinstance(answer.page, ExchangePage), action
        assert answer.events == (), action


@pytest.mark.parametrize("raw", [b"]d12604" + b"1" * 77, b"=A99992612345600"])
def test_another_code_than_a_workstations_fills_in_nothing(site: AtTheBench, raw: bytes) -> None:
    site.signs_in("administrator_a")
    answer = site.does(Pressed("admit_workstation"), Scanned(raw))
    assert answer.message is not None
    assert answer.message.code == "join.not_the_code"
    assert isinstance(answer.page, FormPage)
    assert answer.page.fields[0].value == ""


def test_the_panel_never_shows_the_words_that_are_to_be_heard(site: AtTheBench) -> None:
    site.signs_in("administrator_a")
    answer = site.does(Opened("exchange"))
    assert not set(words_of(fingerprint(KEY))) & set(str(answer.page).replace("'", " ").split())
    assert "exchange.asks_words" in str(answer.page)


def test_the_pin_of_another_person_admits_nobody(site: AtTheBench) -> None:
    site.signs_in("administrator_a")
    site.does(Pressed("admit_workstation"))
    site.does(Submitted({"words": " ".join(words_of(fingerprint(KEY))), "place": "Pharmacy"}))
    answer = site.does(PinTyped("000000"))
    assert answer.reason is Refusal.PIN_WRONG
    assert NEW not in site.bench.work.site.places
