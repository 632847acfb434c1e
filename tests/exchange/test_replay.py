"""A new workstation takes in the site's record: its progress is told, and no release until all of it was checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange.test_live_exchange import OTHER, Carried, hub, ward  # noqa: F401 - fixtures
from hub.serving_hub import ServingHub
from store.record_ward import CASE, SITE, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.exchange.client import HubAddress
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_panel import replay_notices
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.procedures.exchange_standing import Replaying
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store

EVENTS = 1_300


class Newcomer:
    """A workstation that was admitted and has nothing of the site's record yet."""

    def __init__(self, store: Store, ward: Ward) -> None:  # noqa: F811
        self.work = Workplace(store, ward.clock)
        self.live = LiveExchange(self.work)
        self.carried = Carried(self.live)

    def may_release(self) -> bool:
        return self.work.history_verified(CASE)


@pytest.fixture
def newcomer(hub: ServingHub, ward: Ward, tmp_path: Path) -> Iterator[Newcomer]:  # noqa: F811
    with ward.store.writing() as writing:
        for number in range(EVENTS):
            writing.append(e.SettingChanged(name=f"setting {number}", value="1"), subject=SITE)
    here = Workplace(ward.store, ward.clock)
    first = Carried(LiveExchange(here))
    first.until(lambda: here.exchange_shown().state == "sent" and here.exchange_shown().waiting == 0)
    folder = tmp_path / "pharmacy"
    folder.mkdir()
    store = Store.create(
        folder, keys=FileKeys(folder, ""), clock=ward.clock, workstation=OTHER, site=SITE, program="0.1.0"
    )
    address, code = HubAddress(hub.url), ward.code  # type: ignore[attr-defined]
    enrolled = ask_admission(address, code, OTHER, store.public_key)
    Rounds(store).join(address, enrolled, fingerprint(ward.store.public_key)[:16])
    hub.office("approve", fingerprint(store.public_key))
    made = Newcomer(store, ward)
    # It lays down what the site key is to be sealed to; then the ward admits it.
    made.carried.until(lambda: made.work.exchange_shown().state == "joining")
    rounds = Rounds(ward.store)
    made.carried.until(lambda: _admits(rounds, store))
    yield made
    first.close()
    made.carried.close()
    store.close()


def _admits(rounds: Rounds, store: Store) -> bool:
    try:
        rounds.admit(fingerprint(store.public_key), "Pharmacy")
    except Exception:  # noqa: BLE001 - it has not offered anything yet
        return False
    return True


def test_the_progress_is_told_from_nothing_to_all_and_release_is_closed_meanwhile(newcomer: Newcomer) -> None:
    told: list[Replaying] = []

    def here() -> bool:
        replaying = newcomer.live.replaying()
        assert replaying is not None
        assert not newcomer.may_release()
        told.append(replaying)
        return replaying.checking

    newcomer.carried.until(here)
    assert newcomer.work.site.founded
    assert [said.code for said in replay_notices(newcomer.work)] == ["exchange.checking"]
    counts = [each.done for each in told if not each.checking]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3  # pages of 500: somebody sees it move
    assert max(each.total for each in told) > EVENTS


def test_release_opens_when_everything_that_came_was_checked_from_its_first_event(newcomer: Newcomer) -> None:
    newcomer.carried.until(lambda: (replaying := newcomer.live.replaying()) is not None and replaying.checking)
    assert not newcomer.may_release()
    while not newcomer.work.history.over:
        newcomer.work.history.go_on(0.01)
        assert not newcomer.may_release()
    newcomer.live.errands()
    assert newcomer.live.replaying() is None
    assert newcomer.may_release()
    assert replay_notices(newcomer.work) == ()
    assert newcomer.work.history.total > EVENTS


def test_a_restart_in_the_middle_goes_on_where_it_stood_and_release_stays_closed(newcomer: Newcomer) -> None:
    newcomer.carried.until(lambda: (replaying := newcomer.live.replaying()) is not None and replaying.done > 0)
    again = LiveExchange(newcomer.work)
    assert again.replaying() is not None
    assert not newcomer.may_release()


def test_what_is_refused_meanwhile_is_the_steps_that_let_the_product_go() -> None:
    from types import SimpleNamespace

    from coordinator_app.domain.readiness import history_blocks

    refused = {kind for kind in ProcedureKind if history_blocks(SimpleNamespace(procedure=kind), False)}  # type: ignore[arg-type]
    assert refused == {ProcedureKind.RELEASE, ProcedureKind.THAW, ProcedureKind.PREPARE, ProcedureKind.ADMINISTER}
    [block] = history_blocks(SimpleNamespace(procedure=ProcedureKind.RELEASE), False)  # type: ignore[arg-type]
    assert block.reason is Refusal.HISTORY_UNVERIFIED
