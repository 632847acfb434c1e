"""What a workstation does to its disk, through the real store: run under the shim, every path that writes something.

`python -m tests.store_faults.workloads NAME SEED ROOT`. What the store returned as recorded is noted in the log, and so
is the part of the store that is at work, so that the images can be counted by it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from coordinator_app.store import founding, recover
from coordinator_app.store import rebuild as rebuild_room
from coordinator_app.store import store as room
from coordinator_app.store.attachments import Attachments
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.files import sync_folder
from coordinator_app.store.heartbeats import Heartbeats
from coordinator_app.store.keeping import Keeping
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE, Mirror
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.store import Store, Writing

from . import disk_trace, small_ward, weaker_store
from .small_ward import SmallWard

_phases: list[str] = ["between"]


def _phase(name: str, owner: Any, attribute: str) -> None:
    real = getattr(owner, attribute)

    @wraps(real)
    def told(*arguments: Any, **named: Any) -> Any:
        _phases.append(name)
        disk_trace.note(at=name)
        try:
            return real(*arguments, **named)
        finally:
            _phases.pop()
            disk_trace.note(at=_phases[-1])

    setattr(owner, attribute, told)


def _tell_what_is_recorded() -> None:
    real = Store.writing

    @contextmanager
    def writing(self: Store) -> Iterator[Writing]:
        _phases.append(_phases[-1] if _phases[-1].startswith("rebuilding") else "recording")
        disk_trace.note(at=_phases[-1])
        try:
            with real(self) as open_one:
                yield open_one
                disk_trace.note(together=[each.id for each in open_one.sealed])
        finally:
            _phases.pop()
            disk_trace.note(at=_phases[-1])
        disk_trace.note(recorded=[each.id for each in open_one.sealed])

    Store.writing = writing  # type: ignore[method-assign]


def watch_the_store() -> None:
    """Note every acknowledgement and every part of the store at work in the log."""
    _tell_what_is_recorded()
    for name, owner, attribute in (
        ("founding", room, "found_grounds"),
        ("opening the file", founding, "open_file"),
        ("comparing with the mirror", room, "reconcile"),
        ("mirror append", Mirror, "append"),
        ("checkpoint", Store, "checkpoint"),
        ("anchor", room, "write_anchor"),
        ("key file", PatientKeys, "_write"),
        ("heartbeat", Heartbeats, "beat"),
        ("rebuilding the projections", Store, "_renew_projections"),
        ("rebuilding the projections", rebuild_room, "rebuild"),
        ("closing", Store, "close"),
        ("remaking the record from the mirror", recover, "_rebuilt"),
        ("exchanging the remade record", recover, "_exchange"),
        ("attachment", Attachments, "keep"),
        ("backup", small_ward, "make_backup"),
        ("erasing", Keeping, "_finish_erasing"),
    ):
        if hasattr(owner, attribute):
            _phase(name, owner, attribute)


def ward(chance: random.Random, root: Path) -> None:
    """Found a record and work with everything that writes: events, keys, heartbeats, notes, checkpoints, restarts."""
    site = SmallWard(root / "record", chance)
    site.begins()
    for run in range(chance.randint(2, 3)):
        for _ in range(chance.randint(4, 9)):
            site.does_something()
        if run == 0 and chance.random() < 0.5:
            site.kept_by_nobody()
        site.restarts()
    site.closes()


def elsewhere(chance: random.Random, root: Path) -> None:
    """The same with the mirror on another disk."""
    (root / "second").mkdir()
    sync_folder(root)
    site = SmallWard(root / "record", chance, mirror=root / "second" / MIRROR_FILE)
    site.begins()
    for _ in range(2):
        for _ in range(chance.randint(4, 8)):
            site.does_something()
        site.restarts()
    site.closes()


def migration(chance: random.Random, root: Path) -> None:
    """A new version of the program makes the projections anew at its first start, and a person does by hand."""
    site = SmallWard(root / "record", chance)
    site.begins()
    for _ in range(chance.randint(3, 7)):
        site.does_something()
    site.store.connection.execute("REPLACE INTO store_fact VALUES ('projections', '0')")
    site.restarts()
    site.does_something()
    rebuild_room.rebuild(site.store)
    site.does_something()
    site.closes()


def repair(chance: random.Random, root: Path) -> None:
    """The mirror is lost and written anew; it is torn; the record is lost and remade from the mirror."""
    site = SmallWard(root / "record", chance)
    site.begins()
    for _ in range(chance.randint(3, 7)):
        site.does_something()
    site.closes()
    mirror = site.folder / MIRROR_FILE
    disk_trace.note(only="record")
    if chance.random() < 0.5:
        mirror.unlink()
    else:
        with mirror.open("r+b") as file:
            file.truncate(chance.randrange(mirror.stat().st_size))
    site.opens()
    disk_trace.note(only="")
    site.does_something()
    site.closes()
    disk_trace.note(only="mirror")
    with suppress(FileNotFoundError):
        for part in ("", "-wal"):
            (site.folder / (STORE_FILE + part)).unlink()
    recover.recover(site.folder, keys=FileKeys(site.folder))
    disk_trace.note(only="")
    site.opens()
    site.does_something()
    site.closes()


def keys(chance: random.Random, root: Path) -> None:
    """Keys of patients come and go, anchors are written, the passphrase is changed."""
    site = SmallWard(root / "record", chance)
    site.begins()
    room.ANCHOR_AFTER = 0.0
    for number in range(chance.randint(3, 5)):
        site.enrols()
        if number % 2 and chance.random() < 0.7:
            site.erases()
        site.does_something()
    site.keys.change_passphrase("")
    site.does_something()
    site.restarts()
    site.closes()


def backup(chance: random.Random, root: Path) -> None:
    """Backups are made while the record is in use, and the newest is put back at the end."""
    (root / "safe").mkdir()
    sync_folder(root)
    site = SmallWard(root / "record", chance)
    site.begins()
    for _ in range(2):
        for _ in range(chance.randint(1, 4)):
            site.does_something()
        site.clock.advance(timedelta(minutes=1))
        site.backs_up(root / "safe")
        site.does_something()
    site.closes()


def bench(chance: random.Random, root: Path) -> None:
    """A site is set up from nothing at the real bench."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))
    from site_from_empty import Draw, SiteFromEmpty  # type: ignore[import-not-found]

    site = SiteFromEmpty(root / "record", Draw(chance.getrandbits(32)))
    site.is_founded("training")
    for name in chance.sample(("coordinator_a", "nurse_a", "nurse_b", "physician_a"), 2):
        site.admits(name)
        site.waits(minutes=1)
    if chance.random() < 0.5:
        site.restarts()
    site.signs_in("administrator_a")
    site.closes()


WORKLOADS: dict[str, Callable[[random.Random, Path], None]] = {
    each.__name__: each for each in (ward, elsewhere, migration, repair, keys, backup, bench)
}


def main(name: str, seed: int, root: Path, weaker: str = "") -> None:
    """Run one workload; `weaker` names a fault planted into the store first."""
    if weaker:
        weaker_store.WEAKER[weaker]()
    watch_the_store()
    disk_trace.note(mirror="second" if name == "elsewhere" else "record")
    WORKLOADS[name](random.Random(f"{name} {seed}"), root)  # noqa: S311 - repeatable, no secrets


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
