"""A hub on a workstation of the site is joined to a hospital's hub on PostgreSQL: no line lost, none twice, all in order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange.conftest import OTHER, Site, coordinator
from exchange_author import Author
from hub.serving_hub import ServingHub
from postgres_server import PostgresServer
from store.record_ward import CASE, PATIENT, SITE

from coordinator_app.domain import events as e
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.client import HubAddress
from coordinator_app.hub.ledger import EntryRow, SiteMoved
from coordinator_app.hub.ledger_postgres import PostgresLedger
from coordinator_app.hub.premises import Premises, verify
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_moved import ask_and_follow, follow, former, is_receipt_of_ours, once
from coordinator_app.procedures.exchange_rounds import NotJoined, Rounds
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.store import Store

DSN = "COORDINATOR_HUB_POSTGRES"


class Hospital:
    """The hospital's hub, several processes on one PostgreSQL possible."""

    def __init__(self, folder: Path, dsn: str) -> None:
        self.dsn, self.folder = dsn, folder
        self.hub = ServingHub(folder, environment={DSN: dsn})
        self.code: str = self.hub.office("invite", "--site", SITE)["code"]

    def entries(self) -> list[EntryRow]:
        books = PostgresLedger(self.dsn)
        with books.reading() as book:
            rows = book.entries(SITE, 0, 100_000)
        books.close()
        return rows

    @property
    def key(self) -> bytes:
        return Premises(self.folder).signer.public_key


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
def hospital(postgres: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Hospital]:
    made = Hospital(tmp_path / "hospital", postgres.fresh_database("joining_" + str(abs(hash(request.node.name)))))
    yield made
    assert made.hub.stop() == 0


def _records(store: Store, number: int) -> None:
    with store.writing() as writing:
        reported = e.DeviationReported(case=CASE, deviation=f"deviation:{number}", kind="bag_damaged")
        writing.append(reported, subject=CASE)


def _entries_here(site: Site) -> list[EntryRow]:
    found: list[EntryRow] = []

    def look() -> None:
        books = Premises(site.hub.folder).open_books()
        with books.reading() as book:
            found.extend(book.entries(SITE, 0, 100_000))
        books.close()

    site.between_stop_and_start(look)
    return found


def _join(site: Site, hospital: Hospital) -> dict[str, object]:
    return site.hub.office("join", "--url", hospital.hub.url, "--code", hospital.code)


def test_everything_moves_in_its_order_and_workstations_follow_by_themselves(site: Site, hospital: Hospital) -> None:
    photo = site.ward.attachments.keep(b"a photo" * 100_000, PATIENT)
    with site.ward.writing() as writing:
        told = e.DeviationReported(case=CASE, deviation="deviation:0", kind="bag_damaged", photos=(photo,))
        writing.append(told, subject=CASE)
    site.exchanges(site.ward)
    site.erases(site.ward)
    for number in range(1, 30):
        _records((site.ward, site.pharmacy)[number % 2], number)
        site.exchanges((site.ward, site.pharmacy)[number % 2])
    before = _entries_here(site)
    receipts = _receipts(site.ward)
    assert receipts
    marks = Rounds(site.pharmacy).record.marks()
    told = _join(site, hospital)
    assert told["done"]
    assert hospital.entries() == before, "the same lines, places, heads and instants"
    _records(site.ward, 100)
    _records(site.pharmacy, 101)
    for store in (site.ward, site.pharmacy, site.ward):
        once(Rounds(store))
    after = hospital.entries()
    assert after[: len(before)] == before
    assert len(after) == len({row.id for row in after})
    assert site.ward.count() == site.pharmacy.count() == len(after)
    # Nothing was read again from the beginning: the place in the log stayed what it was.
    moved = Rounds(site.pharmacy).record.marks()
    assert moved.hub_epoch == marks.hub_epoch
    assert moved.n > marks.n
    rounds = Rounds(site.ward)
    assert rounds.hub is not None
    assert (rounds.hub.hub_key, rounds.hub.address.url) == (hospital.key.hex(), hospital.hub.url)
    assert all(is_receipt_of_ours(rounds, each) for each in [*receipts, *_receipts(site.ward)])
    forged = p.Receipt(
        receipts[0].epoch, 0, 999, *[getattr(receipts[0], f) for f in ("id", "n", "at", "hub_epoch", "sig")]
    )
    assert not is_receipt_of_ours(rounds, forged)
    status = hospital.hub.office("status")["sites"][SITE]
    assert {row["state"] for row in status["workstations"]} == {"approved"}
    assert site.pharmacy.patient_keys.get(PATIENT) is None


def _receipts(store: Store) -> list[p.Receipt]:
    rows = store.connection.execute("SELECT receipt FROM exchange_sent WHERE receipt <> ''").fetchall()
    return [p.Receipt(**json.loads(row[0])) for row in rows]


def test_a_checkpoint_that_the_former_hub_signed_is_held_against_the_new_one(site: Site, hospital: Hospital) -> None:
    site.exchanges(site.ward)
    shown = Rounds(site.ward).record.marks().shown
    assert shown is not None
    _join(site, hospital)
    once(Rounds(site.ward))
    [moved] = former(Rounds(site.ward))
    part = p.checkpoint_part(SITE, shown.hub_epoch, shown.size, shown.head)
    assert verify(bytes.fromhex(moved.old_key), bytes.fromhex(shown.sig), part)
    assert hospital.entries()[shown.size - 1].head == shown.head
    assert hospital.entries()[moved.size - 1].head == moved.head


def test_lines_pushed_while_the_log_moves_are_neither_lost_nor_double(site: Site, hospital: Hospital) -> None:
    """Writers push at the former hub all the time, and go on at the new one as soon as they are told."""
    authors = [Author(name) for name in ("first", "second", "third")]
    for author in authors:
        author.opens()
        for _ in range(150):
            author.writes()
        site.hub.admits(author, site.code)
    stopped = threading.Event()
    faults: list[str] = []

    def pushes(author: Author) -> None:
        at, hub = 0, site.hub
        while at < 151:
            answer = hub.push(author, at, 3)
            told = answer.json()
            if answer.status_code == 200:
                at += told["accepted"]
            elif told.get("code") == "moved":
                hub = hospital.hub
            elif told.get("code") not in ("busy", "rate"):
                faults.append(str(told))
                return
            if stopped.is_set():
                return

    threads = [threading.Thread(target=pushes, args=(author,)) for author in authors]
    for thread in threads:
        thread.start()
    try:
        told = _join(site, hospital)
        for thread in threads:
            thread.join(60)
    finally:
        stopped.set()
    assert not faults
    entries = hospital.entries()
    for author in authors:
        mine = [row.id for row in entries if row.epoch == author.epoch]
        assert mine == [line.id for line in author.lines[author.epoch]], "all of them, once, in their order"
    assert told["there"] > 0  # type: ignore[operator]
    here = _entries_here(site)
    assert entries[: len(here)] == here


def test_a_move_that_was_broken_off_goes_on_where_it_was(site: Site, hospital: Hospital) -> None:
    for number in range(5):
        _records(site.ward, number)
    site.exchanges(site.ward)
    hospital.hub.kill()
    with pytest.raises(RuntimeError, match="does not answer"):
        _join(site, hospital)
    hospital.hub.starts_again()
    _records(site.ward, 6)
    assert site.exchanges(site.ward).pushed == 1, "the former hub goes on until the log has gone"
    assert _join(site, hospital)["done"]
    assert _join(site, hospital)["done"], "asking again does nothing"
    here = _entries_here(site)

    def forget() -> None:
        books = Premises(site.hub.folder).open_books()
        with books.writing() as book:
            book.set_moved(SITE, "leaving")
        books.close()

    site.between_stop_and_start(forget)  # as if it had stopped just before it wrote down the end
    assert _join(site, hospital)["done"]
    assert hospital.entries() == here
    assert hospital.entries() == _entries_here(site)


def test_what_is_left_at_the_former_hub_takes_no_line_any_more_by_whichever_process(
    site: Site, hospital: Hospital
) -> None:
    _join(site, hospital)
    refused: list[bool] = []

    def look() -> None:
        books = Premises(site.hub.folder).open_books()
        with books.writing() as book:
            try:
                book.site(SITE, lock=True)
            except SiteMoved:
                refused.append(True)
        books.close()

    site.between_stop_and_start(look)
    assert refused == [True]
    before = len(hospital.entries())
    _records(site.ward, 1)
    once(Rounds(site.ward))  # a hub that was started anew still says where the log went
    assert len(hospital.entries()) > before


def test_a_move_that_was_not_ended_can_be_given_up(site: Site, hospital: Hospital) -> None:
    def leave() -> None:
        books = Premises(site.hub.folder).open_books()
        with books.writing() as book:
            book.set_moved(SITE, "leaving")
        books.close()

    site.between_stop_and_start(leave)
    assert site.hub.office("stay")["site"] == SITE
    _records(site.ward, 1)
    assert site.exchanges(site.ward).pushed >= 1
    with pytest.raises(RuntimeError, match="not on its way"):
        site.hub.office("stay")


def test_without_the_former_hub_one_command_moves_a_workstation(site: Site, hospital: Hospital) -> None:
    _join(site, hospital)
    site.hub.kill()
    with pytest.raises(NotJoined, match="admi"):
        _elsewhere(site, hospital)
    folder = site.pharmacy.folder
    site.pharmacy.close()
    said = coordinator("exchange", "move", "--hub", hospital.hub.url, "--store", str(folder))
    assert hospital.hub.url in said
    told = json.loads(coordinator("exchange", "--once", "--json", "--store", str(folder)))
    assert told["done"]
    assert told["adds_up"]
    site.hub.starts_again()


def _elsewhere(site: Site, hospital: Hospital) -> None:
    """Ask a hub that has nothing to do with this site."""
    other = ServingHub(hospital.folder.parent / "other")
    try:
        other.office("invite", "--site", SITE)
        ask_and_follow(Rounds(site.ward), HubAddress(other.url))
    except Exception as fault:
        raise NotJoined(str(fault)) from fault
    finally:
        assert other.stop() == 0


def test_nobody_but_the_hub_of_the_site_can_send_its_workstations_elsewhere(site: Site, hospital: Hospital) -> None:
    rounds = Rounds(site.ward)
    assert rounds.hub is not None
    stranger = Author("stranger")
    moved = p.Moved(SITE, rounds.hub.hub_key, stranger.public.hex(), "https://hub.invalid", "e", 1, "0" * 64, "now", "")
    signed = p.Moved(
        *[getattr(moved, f) for f in p.Moved.__struct_fields__[:-1]], stranger.sign(p.moved_part(moved)).hex()
    )
    with pytest.raises(NotJoined, match="not signed"):
        follow(rounds, [signed])
    assert Rounds(site.ward).hub == rounds.hub


def test_a_hub_with_a_log_of_the_site_takes_no_other_one_beside_it(
    site: Site, hospital: Hospital, tmp_path: Path
) -> None:
    _join(site, hospital)
    second = ServingHub(tmp_path / "second")
    code = second.office("invite", "--site", SITE)["code"]
    author = Author("first")
    author.opens()
    second.admits(author, code)
    assert second.push(author).status_code == 200
    with pytest.raises(RuntimeError, match="two logs"):
        second.office("join", "--url", hospital.hub.url, "--code", hospital.code)
    with pytest.raises(RuntimeError, match="not one that invites"):
        second.office("join", "--url", hospital.hub.url, "--code", "AAAA-BBBB-CCCC")
    assert second.stop() == 0


def test_the_running_program_follows_without_anybody_doing_anything(site: Site, hospital: Hospital) -> None:
    from exchange.test_live_exchange import Carried

    work = Workplace(site.ward, site.clock)
    live = LiveExchange(work)
    carried = Carried(live)
    carried.until(lambda: work.exchange_shown().state == "sent" and work.exchange_shown().waiting == 0)
    _join(site, hospital)
    _records(site.ward, 7)
    size = len(hospital.entries())
    carried.until(lambda: work.exchange_shown().waiting == 0 and work.exchange_shown().state == "sent", seconds=60.0)
    carried.until(lambda: len(hospital.entries()) == size + 1)
    carried.close()


def test_the_other_workstation_is_named_there_as_it_was(site: Site, hospital: Hospital) -> None:
    site.hub.office("revoke", OTHER)
    _join(site, hospital)
    states = {row["workstation"]: row["state"] for row in hospital.hub.office("status")["sites"][SITE]["workstations"]}
    assert states[OTHER] == "revoked"
    kinds = {each["kind"] for each in hospital.hub.office("status")["sites"][SITE]["findings"]}
    assert "revoked" in kinds


def test_a_log_that_moves_twice_is_followed_by_a_workstation_that_missed_the_first_move(
    site: Site, hospital: Hospital, tmp_path: Path
) -> None:
    site.exchanges(site.pharmacy)
    _join(site, hospital)
    once(Rounds(site.ward))
    sponsor = ServingHub(tmp_path / "sponsor")
    code = sponsor.office("invite", "--site", SITE)["code"]
    # The command works on the database itself; the process that serves learns of it when somebody pushes.
    assert hospital.hub.office("join", "--url", sponsor.url, "--code", code)["done"]
    assert hospital.hub.office("status")["sites"][SITE]["moved"] == sponsor.url
    _records(site.ward, 1)
    once(Rounds(site.ward))
    assert _address(site.ward) == sponsor.url
    ask_and_follow(Rounds(site.pharmacy), HubAddress(sponsor.url))
    once(Rounds(site.pharmacy))
    assert _address(site.pharmacy) == sponsor.url
    once(Rounds(site.ward))
    assert site.ward.count() == site.pharmacy.count()
    assert len(former(Rounds(site.pharmacy))) == 2
    assert all(is_receipt_of_ours(Rounds(site.ward), each) for each in _receipts(site.ward))
    assert sponsor.stop() == 0


def _address(store: Store) -> str:
    hub = Rounds(store).hub
    assert hub is not None
    return hub.address.url
