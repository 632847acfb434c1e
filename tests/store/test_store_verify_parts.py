"""A large record that is verified in several processes is judged as one process judges it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from record_ward import CASE, NURSE, Ward

from coordinator_app.domain import events as e
from coordinator_app.store import verify_parts
from coordinator_app.store.chain_part import Trust, follow_part, joined
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.journal_check import verify_connection
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify
from coordinator_app.store.verify_parts import RecordFile, seeming_keys, spans_of, verify_in_processes

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def closed(ward: Ward) -> Ward:
    """A ward whose record has three runs, a checked thaw and a person's signature, and is closed."""
    ward.found_site()
    ward.enrol()
    moved = ward.thaw()
    ward.restart()
    ward.record(
        e.RecordSigned(case=CASE, meaning="performed"), actor=NURSE, refs=(moved.id,), person_sign=ward.nurse_key.sign
    )
    ward.restart()
    for number in range(6):
        ward.record(e.FactRecorded(case=CASE, fact=f"fact-{number}"))
    ward.store.close()
    return ward


@pytest.fixture
def parted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let even this small record be verified in three processes; holds how many were started."""
    started: list[int] = []
    real = verify_parts._Helper.__init__

    def begin(self: verify_parts._Helper, *arguments: object) -> None:
        real(self, *arguments)  # type: ignore[arg-type]
        started.append(1)

    monkeypatch.setattr(verify_parts._Helper, "__init__", begin)
    monkeypatch.setattr(verify_parts, "PARTED_FROM", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    return started


def _trust(store: Store, *, every: bool) -> Trust:
    return Trust(store.workstation, store.public_key, seeming_keys(store.connection), every)


@pytest.mark.parametrize("every", [False, True], ids=["heads", "all signatures"])
def test_parts_that_meet_anywhere_hold_together_what_the_whole_holds(closed: Ward, every: bool) -> None:
    with Store.open_for_reading(closed.folder, keys=FileKeys(closed.folder)) as store:
        whole = verify_connection(store.connection, store.workstation, store.public_key, every)
        trust = _trust(store, every=every)
        for number in range(1, whole.events + 1):
            parts = [follow_part(store.connection, span, trust) for span in spans_of(whole.events, number)]
            assert joined([part for part in parts if part is not None], trust) == whole


def test_a_key_that_only_the_tables_of_the_screens_give_is_not_trusted(closed: Ward) -> None:
    with Store.open_for_reading(closed.folder, keys=FileKeys(closed.folder)) as store:
        part = follow_part(store.connection, spans_of(99, 1)[0], _trust(store, every=False))
        assert part is not None
        assert joined([part], _trust(store, every=False)) is not None
        forged = Trust(store.workstation, store.public_key, {store.workstation: bytes(32)}, False)
        assert joined([part], forged) is None


def test_a_record_is_verified_in_three_processes_and_the_progress_adds_up(closed: Ward, parted: list[int]) -> None:
    seen: list[tuple[int, int]] = []
    found = verify(closed.folder, all_signatures=True, progress=lambda done, total: seen.append((done, total)))
    assert found.first_bad is None
    assert found.epochs == 3
    assert len(parted) == 2
    assert all(done <= total == found.events for done, total in seen)
    assert seen[-1] == (found.events, found.events)


@pytest.mark.parametrize("n", [2, 9, 16], ids=["in the first part", "in the second", "in the third"])
def test_the_first_bad_event_is_named_whatever_part_it_is_in(closed: Ward, parted: list[int], n: int) -> None:
    with closed.behind_our_back() as file:
        file.execute("UPDATE journal SET bytes = CAST(bytes || ' ' AS BLOB) WHERE n = ?", (n,))
        id = file.execute("SELECT id FROM journal WHERE n = ?", (n,)).fetchone()[0]
    found = verify(closed.folder)
    assert len(parted) == 2
    assert found.first_bad is not None
    assert found.first_bad.id == id.hex()
    assert found.events == n - 1


def test_a_process_that_cannot_read_leaves_the_judgement_to_this_one(closed: Ward) -> None:
    with Store.open_for_reading(closed.folder, keys=FileKeys(closed.folder)) as store:
        trust, spans = _trust(store, every=False), spans_of(store.count(), 2)
        wrong = RecordFile(closed.folder / STORE_FILE, bytes(32))
        assert verify_in_processes(store.connection, wrong, trust, spans, None) is None
        gone = RecordFile(closed.folder / "elsewhere.db", bytes(32))
        assert verify_in_processes(store.connection, gone, trust, spans, None) is None


@pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="needs a system that shows what a process was given"
)
def test_the_key_of_the_record_is_in_no_argument_and_no_environment(
    closed: Ward, parted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[bytes] = []
    real = verify_parts._Helper.listen

    def listen(self: verify_parts._Helper, seconds: float) -> None:
        if self._process.is_alive():
            proc = Path(f"/proc/{self._process.pid}")
            shown.append((proc / "cmdline").read_bytes() + (proc / "environ").read_bytes())
        real(self, seconds)

    monkeypatch.setattr(verify_parts._Helper, "listen", listen)
    with Store.open_for_reading(closed.folder, keys=FileKeys(closed.folder)) as store:
        key = store.backup_source().keys.store
    assert verify(closed.folder).first_bad is None
    assert shown
    assert any(b"spawn" in each for each in shown)
    assert not any(key in each or key.hex().encode() in each.lower() for each in shown)


def test_a_record_that_can_be_written_is_verified_by_one_process(closed: Ward, parted: list[int]) -> None:
    with closed.open() as store:
        assert verify(store).first_bad is None
    assert parted == []


def test_the_command_verifies_in_processes_of_its_own(closed: Ward) -> None:
    # The command as people start it: what a child imports as its main module must not start the program again.
    script = (
        "import sys; from coordinator_app.store import verify_parts; verify_parts.PARTED_FROM = 1;"
        "import os; os.cpu_count = lambda: 2; from coordinator_app.cli import main;"
        f"sys.exit(main(['journal', 'verify', '--store', {str(closed.folder)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Verified:") == 1
    assert done.stderr == ""
