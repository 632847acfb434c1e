"""A copied and a withdrawn workstation, a real hub and two real records: both keep everything, both let in the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from exchange.conftest import hub
from exchange_author import Author
from hub.serving_hub import ServingHub
from store.record_ward import CASE, SITE, WORKSTATION, Ward

from coordinator_app.domain import events as e
from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.exchange.client import HubAddress
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.procedures.exchange_rounds import Rounds, ask_admission
from coordinator_app.procedures.support import not_supported_by
from coordinator_app.store.export import export
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.site_key import fingerprint
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

__all__ = ["hub"]
VERIFIER = Path(__file__).parents[2] / "resources" / "verify_export.py"


class Both:
    """Two records and a laboratory that only speaks to the hub."""

    def __init__(self, hub: ServingHub, folder: Path) -> None:
        self.hub, self.address = hub, HubAddress(hub.url)
        self.ward = Ward(folder / "ward")
        self.ward.found_site()
        self.code = hub.office("invite", "--site", SITE)["code"]
        self._joins(self.ward.store)
        (folder / "pharmacy").mkdir()
        self.pharmacy = Store.create(
            folder / "pharmacy", keys=FileKeys(folder / "pharmacy", ""), clock=self.ward.clock,
            workstation="workstation:" + "9" * 32, site=SITE, program="1",
        )  # fmt: skip
        self._joins(self.pharmacy)
        self.laboratory = Author("laboratory", self.ward.clock.moment().at)
        hub.admits(self.laboratory, self.code)
        for name, key in ((self.pharmacy.workstation, self.pharmacy.public_key),
                          (self.laboratory.device, self.laboratory.public)):  # fmt: skip
            self.ward.record(e.WorkstationAdmitted(workstation=name, place=name[-4:], public_key=key.hex()), name)
        self.stores = (self.ward.store, self.pharmacy)

    def _joins(self, store: Store) -> None:
        rounds = Rounds(store)
        rounds.join(self.address, ask_admission(self.address, self.code, store.workstation, store.public_key))
        self.hub.office("approve", fingerprint(store.public_key))

    def exchange(self) -> list[Rounds]:
        """Exchange twice, and again where a busy machine let a request wait too long."""
        found = []
        for done in range(8):
            found = [Rounds(store) for store in self.stores]
            for rounds in found:
                rounds.once()
                assert rounds.record.arrivals.counted().adds_up
            if done and self.everything(self.ward.store) == self.everything(self.pharmacy):
                break
        return found

    def told(self) -> str:
        """Say how both records stand with the hub, for whoever has to find out why they differ."""
        said = []
        for store in self.stores:
            tables = ExchangeTables(store.connection)
            kept = [(each.epoch[:6], each.seq, each.why) for each in tables.kept()]
            said.append(f"{store.workstation[-4:]}: {store.count()} events, kept {kept}, {tables.mark('marks')}")
            said.append(f"sent {tables.sent()}, apart {tables.apart()}, runs {list(ExchangeRecord(store).streams())}")
        return "\n".join([*said, str(self.hub.office("status"))])

    def everything(self, store: Store) -> set[str]:
        ids = {row[0].hex() for row in store.connection.execute("SELECT id FROM journal")}
        return ids | {each.id for each in ExchangeTables(store.connection).kept()}

    def decides(self) -> None:
        """Record at the ward what people decided there about everything that stands apart."""
        tables = ExchangeTables(self.ward.store.connection)
        lines = tuple(each.id for each in tables.undecided())
        assert lines
        with self.ward.store.writing() as writing:
            writing.append(e.KeptLinesJudged(lines=lines, admitted=True), subject=SITE)
            tables.decide(lines, admitted=True)

    def close(self) -> None:
        self.pharmacy.close()
        self.ward.store.close()


@pytest.fixture
def both(hub: ServingHub, tmp_path: Path) -> Iterator[Both]:
    made = Both(hub, tmp_path)
    yield made
    made.close()


def _sound(store: Store, tmp_path: Path) -> None:
    """Verify a record with every signature, and its export with the script that knows nothing of this program."""
    assert verify(store, all_signatures=True).first_bad is None
    file = tmp_path / f"{store.workstation[-4:]}.jsonl"
    file.write_bytes(b"".join(export(store)))
    told = subprocess.run([sys.executable, str(VERIFIER), str(file)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def test_both_sides_keep_both_branches_of_a_copy_and_the_run_after_one_comes_in_once_people_decided(
    both: Both, tmp_path: Path
) -> None:
    laboratory = both.laboratory
    laboratory.opens(types=tuple(EVENT_TYPES))
    laboratory.writes()
    twin = laboratory.copied()
    epoch = laboratory.epoch
    ours, theirs = laboratory.writes(), twin.writes("FactRecorded", {"case": CASE, "fact": "other", "holds": True})
    assert both.hub.push(laboratory).status_code == 200
    answer = both.hub.push(twin)
    assert (answer.status_code, answer.json()["code"]) == (409, "fork")
    after = twin.opens()
    later = twin.writes("BagSingsInTheDark", {"case": CASE}, must=True, subject=CASE)
    assert both.hub.push(twin).status_code == 200, "the hub takes a type that nobody here knows"
    for rounds in both.exchange():
        tables = rounds.record.arrivals.tables
        assert {each.id for each in tables.kept()} >= {theirs.id, later.id}
        assert rounds.record.id_at(epoch, 2) == ours.id
        assert {each.kind for each in rounds.record.findings()} >= {"fork"}
    both.decides()
    for rounds in both.exchange():
        assert rounds.record.id_at(after, 1) == later.id, "the run after the branch is in the journal"
        assert rounds.record.arrivals.tables.kept_with_id(theirs.id) is not None
        counted = rounds.record.arrivals.counted()
        assert (counted.unknown, counted.kept) == (1, 1)
    assert both.everything(both.ward.store) == both.everything(both.pharmacy)
    for store in both.stores:
        _sound(store, tmp_path)


def test_what_a_withdrawn_workstation_sent_comes_in_at_both_once_people_decided_and_nobody_waits_for_its_update(
    both: Both, tmp_path: Path
) -> None:
    laboratory = both.laboratory
    laboratory.opens()
    assert both.hub.push(laboratory).status_code == 200
    both.exchange()
    places = {laboratory.device: "Laboratory", WORKSTATION: "Ward"}
    assert not_supported_by(both.pharmacy, places, e.KeptLinesJudged) == ("Laboratory",), both.told()
    both.hub.office("revoke", laboratory.device)
    late = [laboratory.writes() for _ in range(3)]
    assert both.hub.push(laboratory, first=1).status_code == 403
    for rounds in both.exchange():
        assert {each.id for each in rounds.record.arrivals.tables.undecided()} == {line.id for line in late}
        assert "revoked" in {each.kind for each in rounds.record.findings()}
    assert not_supported_by(both.pharmacy, places, e.KeptLinesJudged) == ()
    both.decides()
    for rounds in both.exchange():
        assert [rounds.record.id_at(laboratory.epoch, n) for n in (1, 2, 3)] == [line.id for line in late]
        assert rounds.record.arrivals.counted().kept == 0
    for store in both.stores:
        _sound(store, tmp_path)
