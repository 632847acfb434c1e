"""What the hub signed for one workstation comes to the others in its events, and holds the hub to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from exchange.conftest import OTHER, Site, _set_address
from hub.serving_hub import ServingHub
from store.record_ward import CASE

from coordinator_app.domain import events as e
from coordinator_app.exchange.asking import Unreachable
from coordinator_app.exchange.client import HubAddress, HubClient
from coordinator_app.exchange.ports import Marks, Reply, Request
from coordinator_app.procedures.exchange_bundle import make_bundle, take_bundle
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_panel import exchange_page
from coordinator_app.procedures.exchange_rounds import Rounds
from coordinator_app.procedures.exchange_seen import EVERY, HubSeen
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.store import Store


def _reports(store: Store, number: int = 1) -> None:
    with store.writing() as writing:
        body = e.DeviationReported(case=CASE, deviation=f"deviation:{number:032x}", kind="bag_damaged")
        writing.append(body, subject=CASE)


def _notes(store: Store) -> None:
    HubSeen(Rounds(store)).write_where_due()


def _marks(store: Store) -> Marks:
    return Rounds(store).record.marks()


def _written(store: Store) -> int:
    rows = store.connection.execute("SELECT CAST(bytes AS TEXT) FROM journal").fetchall()
    return sum('"type":"HubLogSeen"' in row[0] for row in rows)


@pytest.fixture
def copy(site: Site, tmp_path: Path) -> Iterator[ServingHub]:
    """The same hub a second time, with the same key and the same log, as of now."""
    site.between_stop_and_start(lambda: shutil.copytree(site.hub.folder, tmp_path / "copy"))
    made = ServingHub(tmp_path / "copy")
    yield made
    assert made.stop() == 0


def _part_the_site(site: Site, copy: ServingHub) -> None:
    """Let the pharmacy reach the copy alone, record there, and send its events to the ward by stick."""
    _reports(site.ward)
    site.exchanges(site.ward)
    _set_address(Rounds(site.pharmacy), HubAddress(copy.url))
    _reports(site.pharmacy, 2)
    site.exchanges(site.pharmacy)
    _notes(site.pharmacy)
    site.exchanges(site.pharmacy)
    make_bundle(site.pharmacy, site.folder / "stick")
    take_bundle(site.ward, site.folder / "stick")


def test_it_is_written_at_the_first_contact_and_after_every_hundredth_event(site: Site) -> None:
    seen = HubSeen(Rounds(site.ward))
    for _ in range(3):
        seen.write_where_due()
        site.exchanges(site.ward)
    assert _written(site.ward) == 1
    for number in range(EVERY - 2):
        _reports(site.ward, number)
    site.exchanges(site.ward)
    seen.write_where_due()
    assert _written(site.ward) == 1
    _reports(site.ward, EVERY)
    seen.write_where_due()
    assert _written(site.ward) == 2
    HubSeen(Rounds(site.ward)).write_where_due()
    assert _written(site.ward) == 3, "another run of the program writes its own"


def test_what_fits_is_compared_without_a_request_and_leaves_nothing_behind(site: Site) -> None:
    for number in range(3):
        _reports(site.pharmacy, number)
        site.exchanges(site.pharmacy)
        _notes(site.pharmacy)
        site.exchanges(site.pharmacy)
        site.exchanges(site.ward)
        assert (_marks(site.ward).seen, _marks(site.ward).two_logs) == ((), None)
    assert _written(site.ward) == 3


def test_a_hub_that_was_copied_and_used_twice_begins_anew_when_it_is_shown_what_the_copy_signed(
    site: Site, copy: ServingHub
) -> None:
    _part_the_site(site, copy)
    before = _marks(site.ward)
    assert [each.device for each in before.seen] == [OTHER]
    for _ in range(2):
        site.exchanges(site.ward)
    after = _marks(site.ward)
    assert after.hub_epoch != before.hub_epoch
    assert (after.seen, after.two_logs) == ((), None)


def test_a_hub_that_stands_by_two_logs_is_told_of_on_every_screen_until_it_begins_anew(
    site: Site, copy: ServingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    _part_the_site(site, copy)
    carry, answers = HubClient.carry, list[Reply]()

    def lie(self: HubClient, request: Request) -> Reply:
        if request.target.startswith("/v1/checkpoints"):
            return answers[-1]  # signed by the hub: it goes on as if nothing had been shown to it
        answers.append(carry(self, request))
        return answers[-1]

    with monkeypatch.context() as patched:
        patched.setattr(HubClient, "carry", lie)
        site.exchanges(site.ward)
    differs = _marks(site.ward).two_logs
    assert differs is not None
    assert differs.device == OTHER
    work = Workplace(site.ward, site.clock)
    live = LiveExchange(work)
    assert work.exchange_shown().state == "two_logs"
    page = exchange_page(work, None)
    assert "exchange.found.two_logs" in [say.code for say in page.notes]
    assert page.meaning.code == "exchange.means.two_logs"
    live.errands()
    live.carried("round", Reply(0, b"Nobody answers."))
    assert work.exchange_shown().state == "offline", "that nobody is reached is never hidden behind it"
    assert "exchange.found.two_logs" in [say.code for say in exchange_page(work, None).notes]
    site.exchanges(site.ward)
    site.hub.office("restored")
    site.exchanges(site.ward)
    LiveExchange(work)
    assert work.exchange_shown().state == "offline", "nothing was asked yet"


def test_a_refusal_that_the_hub_did_not_sign_accuses_nobody_and_is_asked_again(
    site: Site, copy: ServingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    _part_the_site(site, copy)
    carry = HubClient.carry

    def between(self: HubClient, request: Request) -> Reply:
        if request.target.startswith("/v1/checkpoints"):
            return Reply(403, b'{"code":"blocked","why":"Not allowed here."}')
        return carry(self, request)

    with monkeypatch.context() as patched:
        patched.setattr(HubClient, "carry", between)
        with pytest.raises(Unreachable, match="Not allowed here"):
            site.exchanges(site.ward)
    assert ([each.device for each in _marks(site.ward).seen], _marks(site.ward).two_logs) == ([OTHER], None)
    site.exchanges(site.ward)
    assert (_marks(site.ward).seen, _marks(site.ward).two_logs) == ((), None)


@pytest.mark.parametrize(
    "spoil",
    [lambda sig: "00" + sig[2:], lambda sig: "no hex", lambda sig: ""],
    ids=["another signature", "no hex", "none"],
)
def test_nobody_can_accuse_the_hub_of_what_it_did_not_sign(site: Site, spoil: Callable[[str], str]) -> None:
    marks = _marks(site.pharmacy)
    shown = marks.shown
    assert shown is not None
    with site.pharmacy.writing() as writing:
        seen = e.HubLogSeen(hub_epoch=shown.hub_epoch, size=shown.size, head="f" * 64, sig=spoil(shown.sig))
        writing.append(seen, subject=OTHER)
    site.exchanges(site.pharmacy)
    site.exchanges(site.ward)
    assert (_marks(site.ward).seen, _marks(site.ward).two_logs) == ((), None)


def test_what_was_seen_long_ago_is_compared_with_the_lines_that_the_hub_is_asked_for_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    _notes(site.pharmacy)  # how it stands before anything below
    for number in range(3):
        _reports(site.ward, number)
        site.exchanges(site.ward)
    rounds = Rounds(site.ward)  # a program that was started anew has read no page yet
    asked: list[str] = []
    carry = HubClient.carry

    def watch(self: HubClient, request: Request) -> Reply:
        asked.append(request.target)
        return carry(self, request)

    monkeypatch.setattr(HubClient, "carry", watch)
    site.exchanges(site.pharmacy)
    asked.clear()
    rounds.once()
    assert (_marks(site.ward).seen, _marks(site.ward).two_logs) == ((), None)
    assert sum(target.startswith("/v1/changes") for target in asked) == 2
    assert not any(target.startswith("/v1/checkpoints") for target in asked)
