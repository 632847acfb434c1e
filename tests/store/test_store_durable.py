"""What is told to be recorded was synced before, and what an opening has read is written again before it is built upon."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sqlcipher3
from record_ward import CASE, Ward

from coordinator_app.domain import events as e
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import StorePoisoned
from coordinator_app.store.files import write_whole
from coordinator_app.store.mirror import MIRROR_FILE, Mirror


class Syncs:
    """Hears every sync and every replaced file, by name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[str] = []
        real_sync, real_replace = os.fsync, os.replace

        def sync(handle: int) -> None:
            self.heard.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
            real_sync(handle)

        def replace(one: str, other: str) -> None:
            self.heard.append(f"{Path(one).name} becomes {Path(other).name}")
            real_replace(one, other)

        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(os, "replace", replace)


pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads the names of open files from Linux")


@pytest.fixture
def syncs(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> Syncs:
    """Begin to listen."""
    return Syncs(monkeypatch)


def test_the_mirror_is_synced_before_anybody_is_told(ward: Ward, syncs: Syncs) -> None:
    ward.record(e.ConditioningStarted(case=CASE))
    assert syncs.heard == [MIRROR_FILE]


def test_a_file_of_keys_is_synced_replaced_and_its_name_synced_in_this_order(ward: Ward, syncs: Syncs) -> None:
    path = ward.folder / "keys-of-somebody"
    write_whole(path, b"new")
    assert syncs.heard == ["keys-of-somebody.new", "keys-of-somebody.new becomes keys-of-somebody", ward.folder.name]
    assert path.read_bytes() == b"new"


def test_closing_leaves_nothing_in_the_log(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.record(e.ConditioningStarted(case=CASE))
    copied: list[bool] = []
    real = type(ward.store).checkpoint
    monkeypatch.setattr(type(ward.store), "checkpoint", lambda self: copied.append(real(self)) or copied[-1])
    ward.store.close()
    assert copied == [True]


def test_a_start_copies_the_log_of_the_run_before_into_the_file(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.enrol()
    ward.store.connection.close()  # as if the program had been killed
    ward.store._grounds.lock.release()
    before = (ward.folder / STORE_FILE).read_bytes()
    sizes: list[int] = []
    real = type(ward.store)._renew_projections

    def look(self: object) -> None:
        sizes.append((ward.folder / (STORE_FILE + "-wal")).stat().st_size)
        real(self)  # type: ignore[arg-type]

    monkeypatch.setattr(type(ward.store), "_renew_projections", look)
    ward.store = ward.open()
    assert sizes[0] < 20_000, "the log was emptied before anything of this run was written to it"
    assert (ward.folder / STORE_FILE).read_bytes() != before


def test_a_start_writes_the_mirror_again_from_where_it_was_known_to_agree(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.store.checkpoint()
    known = (ward.folder / MIRROR_FILE).stat().st_size
    ward.enrol()
    whole = (ward.folder / MIRROR_FILE).stat().st_size
    ward.store.connection.close()  # as if the program had been killed
    ward.store._grounds.lock.release()
    written: list[tuple[int, int]] = []
    real = Mirror._write_at

    def write(self: Mirror, place: int, content: bytes) -> None:
        written.append((place, place + len(content)))
        real(self, place, content)

    monkeypatch.setattr(Mirror, "_write_at", write)
    ward.store = ward.open()
    assert written[0] == (known, whole)


def test_a_mirror_written_again_is_the_same(ward: Ward) -> None:
    ward.enrol()
    path = ward.folder / MIRROR_FILE
    mirror = ward.store._grounds.mirror
    assert mirror is not None
    before = path.read_bytes()
    for start in (0, 24, len(before) // 2, len(before)):
        mirror.write_again(start)
        assert path.read_bytes() == before


def test_after_a_disk_that_fails_nothing_is_recorded_until_the_record_is_opened_again(ward: Ward) -> None:
    held = ward.record(e.ConditioningStarted(case=CASE))
    (failing,) = (type(name, (sqlcipher3.OperationalError,), {"sqlite_errorcode": 10}) for name in ["DiskFailing"])

    def fail() -> None:
        raise failing("disk I/O error")

    with pytest.raises(StorePoisoned, match="paper sheet"):
        ward.store._ask(fail)
    for attempt in (lambda: ward.record(e.ConditioningStarted(case=CASE)), ward.store.checkpoint, ward.store.count):
        with pytest.raises(StorePoisoned):
            attempt()
    ward.store.close()
    ward.store = ward.open()
    assert ward.store.event(held.id) == held
    assert ward.record(e.ConditioningStarted(case=CASE))
