"""Two real records and a real hub: processes, sockets, encrypted files. Names must arrive and be readable by nobody else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from exchange.conftest import coordinator, exchanged
from hub.serving_hub import ServingHub
from store.record_ward import CASE, KEY, SITE, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

FAMILY, GIVEN = "Wolkenstein-Żółć", "Unmistakable"


def _fingerprint(said: str) -> str:
    found = re.search(r"(?:[0-9a-f]{4} ){3}[0-9a-f]{4}", said)
    assert found is not None, said
    return found.group().replace(" ", "")


def _ward(folder: Path) -> Ward:
    """Return the record of a founded site with one patient whose name cannot be mistaken."""
    ward = Ward(folder)
    ward.found_site()
    with ward.store.writing() as writing:
        writing.new_key(KEY)
        writing.append(
            e.PatientEnrolled(case=CASE, patient="patient:" + "e" * 32, family=FAMILY, given=GIVEN, born="1971-02-03"),
            subject=CASE,
            key=KEY,
        )
    ward.store.close()
    return ward


def _joined(hub: ServingHub, folder: Path) -> str:
    code: str = hub.office("invite", "--site", SITE)["code"]
    said = coordinator("exchange", "join", "--store", str(folder), "--hub", hub.url, "--code", code)
    hub.office("approve", _fingerprint(said))
    return code


def _second(hub: ServingHub, folder: Path, code: str, first: str) -> str:
    options = ("--store", str(folder), "--hub", hub.url, "--code", code, "--site", SITE, "--admitted-by", first)
    said = coordinator("exchange", "new", *options)
    hub.office("approve", _fingerprint(said))
    return _fingerprint(said)


@pytest.fixture
def two(hub: ServingHub, tmp_path: Path) -> tuple[ServingHub, Path, Path]:
    """A ward's record and a pharmacy's, admitted by fingerprints read aloud."""
    ward, pharmacy = tmp_path / "ward", tmp_path / "pharmacy"
    first = _ward(ward)
    code = _joined(hub, ward)
    exchanged(ward)
    from coordinator_app.store.site_key import fingerprint

    second = _second(hub, pharmacy, code, fingerprint(first.store.public_key)[:16])
    waits = exchanged(pharmacy, code=1)
    assert "site key" in waits["why"]
    coordinator("exchange", "admit", second, "--place", "Pharmacy", "--store", str(ward))
    return hub, ward, pharmacy


def _open(folder: Path) -> Store:
    return Store.open_for_reading(folder, keys=FileKeys(folder))


def _events(folder: Path) -> set[str]:
    said = coordinator("journal", "export", "--store", str(folder))
    return {json.loads(line)["id"] for line in said.splitlines()[1:]}


def test_a_second_workstation_comes_to_the_same_record_and_reads_the_names(two: tuple[ServingHub, Path, Path]) -> None:
    _, ward, pharmacy = two
    taken = exchanged(pharmacy)
    assert taken["done"]
    assert taken["adds_up"]
    assert (taken["quarantined"], taken["unknown"], taken["waiting"]) == (0, 0, 0)
    exchanged(ward)
    # Every start of the program is an event of its own; the runs that just ended are still on their way.
    ids = _events(pharmacy)
    with _open(pharmacy) as store:
        [enrolled] = [each for each in store.events_of_case(CASE) if isinstance(each.body, e.PatientEnrolled)]
        assert isinstance(enrolled.body, e.PatientEnrolled)
        assert (enrolled.opened, enrolled.body.family, enrolled.body.given) == (True, FAMILY, GIVEN)
        assert [found.case for found in store.search("Wolkenstein")] == [CASE]
        checked = verify(store, all_signatures=True)
        assert checked.first_bad is None
    with _open(ward) as store:
        assert verify(store, all_signatures=True).first_bad is None
    for _ in range(2):
        exchanged(ward)
    assert ids <= _events(ward)


def test_what_either_records_arrives_at_the_other_once_however_often_they_exchange(
    two: tuple[ServingHub, Path, Path],
) -> None:
    _, ward, pharmacy = two
    exchanged(pharmacy)
    before = _events(pharmacy)
    for _ in range(3):
        exchanged(ward)
        again = exchanged(pharmacy)
        assert again["adds_up"]
    assert before < _events(pharmacy)
    assert len(_events(pharmacy) ^ _events(ward)) <= 2  # the run that asks begins with an event the other has not yet


def test_neither_the_hub_nor_the_wire_holds_a_name(two: tuple[ServingHub, Path, Path]) -> None:
    hub, _, pharmacy = two
    exchanged(pharmacy)
    hub.stop()
    from coordinator_app.hub.premises import Premises

    books = Premises(hub.folder).open_books()
    with books.reading() as book:
        rows = book.entries(SITE, 0, 10_000)
        whole = b"".join(row.written for row in rows) + b"".join(book.keys(SITE, 0).values())
    books.close()
    assert len(rows) > 5
    for name in (FAMILY, GIVEN, "Wolkenstein", "Grübel"):
        for form in (name.encode(), name.encode().hex().encode(), name.encode("utf-16-le")):
            assert form not in whole


def test_a_hub_put_back_from_a_copy_gets_again_what_it_lacks(
    two: tuple[ServingHub, Path, Path], tmp_path: Path
) -> None:
    hub, ward, pharmacy = two
    exchanged(pharmacy)
    hub.stop()
    copy = (hub.folder / "hub.db").read_bytes()
    port = hub.url.rpartition(":")[2]
    hub = ServingHub(hub.folder, "--port", port)
    for _ in range(2):
        exchanged(ward)
        exchanged(pharmacy)
    full = _log(hub)
    hub.stop()
    (hub.folder / "hub.db").write_bytes(copy)
    hub = ServingHub(hub.folder, "--port", port)
    try:
        assert len(_log(hub)) < len(full)
        for _ in range(2):
            assert exchanged(ward)["adds_up"]
            assert exchanged(pharmacy)["adds_up"]
        assert full <= _log(hub)
        for folder in (ward, pharmacy):
            with _open(folder) as store:
                assert verify(store).first_bad is None
    finally:
        hub.stop()


def _log(hub: ServingHub) -> set[str]:
    """Return the epochs and ends that the hub has, by its own figures."""
    text = hub.client.get("/metrics").text
    found = re.search(r"coordinator_hub_log_events\{[^}]*\} (\d+)", text)
    assert found is not None
    return set(map(str, range(int(found.group(1)))))


def test_a_workstation_whose_record_was_put_back_loses_nothing_that_the_hub_has_and_is_found(
    two: tuple[ServingHub, Path, Path], tmp_path: Path
) -> None:
    _, ward, pharmacy = two
    exchanged(pharmacy)
    old = tmp_path / "old"
    shutil.copytree(pharmacy, old)
    exchanged(ward)
    exchanged(pharmacy)
    had = _events(pharmacy)
    shutil.rmtree(pharmacy)
    shutil.copytree(old, pharmacy)
    back = exchanged(pharmacy)
    assert back["adds_up"]
    assert any(found["kind"] in ("restored", "cloned") for found in exchanged(pharmacy)["findings"])
    assert had <= _events(pharmacy)
    with _open(pharmacy) as store:
        assert verify(store).first_bad is None


def test_without_a_hub_the_round_says_so_and_nothing_is_lost(two: tuple[ServingHub, Path, Path]) -> None:
    hub, ward, _ = two
    hub.stop()
    told = exchanged(ward, code=1)
    assert told["code"] == "offline"
    assert told["waiting"] > 0
    assert told["adds_up"]


def test_a_withdrawn_workstation_is_told_and_its_events_are_kept_apart_and_counted(
    two: tuple[ServingHub, Path, Path],
) -> None:
    hub, ward, pharmacy = two
    exchanged(pharmacy)
    with _open(pharmacy) as store:
        hub.office("revoke", store.workstation)
    told = exchanged(pharmacy, code=1)
    assert told["code"] == "revoked"
    assert hub.office("status")["sites"][SITE]["kept"] > 0
    after = exchanged(ward)
    assert after["quarantined"] > 0
    assert after["adds_up"]


def test_the_site_key_goes_to_nobody_whose_fingerprint_was_not_named(hub: ServingHub, tmp_path: Path) -> None:
    ward, pharmacy = tmp_path / "ward", tmp_path / "pharmacy"
    _ward(ward)
    code = _joined(hub, ward)
    exchanged(ward)
    second = _second(hub, pharmacy, code, "0" * 16)
    exchanged(pharmacy, code=1)
    assert "fingerprint" in coordinator(
        "exchange", "admit", "f" * 16, "--place", "Pharmacy", "--store", str(ward), code=1
    )
    coordinator("exchange", "admit", second, "--place", "Pharmacy", "--store", str(ward))
    # The pharmacy was told another fingerprint: it does not take a key from a workstation nobody named.
    done = coordinator("exchange", "--once", "--store", str(pharmacy), code=None)
    assert "Sent" not in done


def test_a_further_record_is_not_begun_with_its_keys_open_to_the_account(hub: ServingHub, tmp_path: Path) -> None:
    options = ("--hub", hub.url, "--code", "AAAA-AAAA-AAAA", "--site", SITE, "--admitted-by", "f" * 64)
    done = subprocess.run(
        [sys.executable, "-m", "coordinator_app", "exchange", "new", "--store", str(tmp_path / "new"), *options],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("COORDINATOR_")},
    )  # fmt: skip
    assert done.returncode == 2, done
    assert "Give the new passphrase in COORDINATOR_NEW_PASSPHRASE, or run this at a terminal." in done.stderr
    assert not (tmp_path / "new/journal.db").exists()
