"""Opens what a power cut left with the real start of the program and says what is missing or wrong."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import sqlcipher3

from coordinator_app.store import ground
from coordinator_app.store.attachments import ATTACHMENT_FOLDER, Attachments
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.moment import ScriptedClock
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE
from coordinator_app.store.rebuild import rebuild
from coordinator_app.store.recover import recover
from coordinator_app.store.restore import restore
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

from .disk_model import Image
from .small_ward import BEGIN, SITE, WORKSTATION, short_openings

_KEYS = "SELECT DISTINCT bytes ->> 'key' FROM journal WHERE bytes ->> 'key' != ''"
_ERASED = "SELECT bytes ->> '$.body.key' FROM journal WHERE bytes ->> 'type' = 'PatientErased'"
BOTH, RECORD_ALONE, MIRROR_ALONE = "record and mirror", "record alone", "mirror alone"
# One question for all of them: each would be parsed anew in every image. The rows of the search are taken from below it,
# for asking its virtual table for them costs five times as much.
_PROJECTIONS = """SELECT 1, kase, at, epoch, seq, n FROM case_event WHERE n <= ?1
 UNION ALL SELECT 2, kase, 0, 0, 0, 0 FROM known_case
 UNION ALL SELECT 3, epoch, device, n, 0, 0 FROM epoch WHERE n <= ?1
 UNION ALL SELECT 4, key, kind, id, kase, 0 FROM code
 UNION ALL SELECT 5, kind, at, id, kase, 0 FROM listed
 UNION ALL SELECT 6, id, c0, c1, c2, c3 FROM search_content"""

_Rows = tuple[tuple[Any, ...], ...]


class _Known(NamedTuple):
    """What a full check of a journal found, and what follows from its rows alone."""

    wrong: str
    projections: frozenset[tuple[Any, ...]]
    used: frozenset[str]
    """Keys that its events name."""
    erased: frozenset[str]


@dataclass
class Told:
    """What the program had told people when the power went."""

    recorded: list[str] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    """The events of the transaction that was committed last, or was about to be: a record holds all of them or none."""
    given_up: set[str] = field(default_factory=set)
    attached: dict[str, str] = field(default_factory=dict)
    backup: tuple[str, int] = ("", 0)
    """The newest backup and the number of events when it was begun."""
    only: str = ""
    """`record` or `mirror` while a workload has taken the other away."""
    mirror: str = "record"
    """The folder of the mirror."""
    at: str = "between"
    """The part of the store that was at work."""
    promises: int = 0
    """How often the program told something since that an image has to keep."""

    def hear(self, said: dict[str, Any]) -> None:
        """Follow one note of the program."""
        self.promises += bool(said.keys() - {"at", "together"})
        self.recorded += said.get("recorded", [])
        self.together = said.get("together", self.together)
        if "given_up" in said:
            self.given_up.add(said["given_up"])
        if "attached" in said:
            self.attached[said["attached"]] = said["plain"]
        if "backed_up" in said:
            self.backup = (said["backed_up"], said["events"])
        self.only = said.get("only", self.only)
        self.mirror = said.get("mirror", self.mirror)
        self.at = said.get("at", self.at)

    def ways(self) -> tuple[str, ...]:
        """Return which copies the check may count on: each alone must be enough, unless a workload took one away."""
        if self.only:
            return (BOTH,)
        return (BOTH, RECORD_ALONE, MIRROR_ALONE)


def as_way(files: Image, way: str, told: Told) -> Image:
    """Return the files without the copy that is to be missing."""
    if way == RECORD_ALONE:
        gone = {f"{told.mirror}/{MIRROR_FILE}"}
    elif way == MIRROR_ALONE:
        gone = {f"record/{STORE_FILE}{part}" for part in ("", "-wal", "-journal")}
    else:
        return files
    return {name: content for name, content in files.items() if name not in gone}


class Examiner:
    """Examines images below one folder of its own; what was found out about equal journals is kept."""

    def __init__(self, root: Path) -> None:
        """Take an empty folder."""
        self.root = root
        # The list of mounts is long in some containers, and no part of what is proved here.
        ground.MOUNTS = Path(os.devnull)
        short_openings()
        self._known: dict[tuple[_Rows, bytes], _Known] = {}
        self.full_checks = 0

    def examine(self, way: str, told: Told, *, again: bool) -> str:
        """Open what stands below the root and return the first thing that is wrong, or an empty text.

        `again` closes the record in the end and opens it a second time.
        """
        folder = self.root / "record"
        mirror = self.root / told.mirror / MIRROR_FILE
        if folder.exists():
            mirror.parent.mkdir(exist_ok=True)  # its disk is connected, whatever is on it
        try:
            store = self._opened(folder, mirror, way, told)
        except (StoreFault, sqlcipher3.Error, OSError, ValueError) as fault:
            if told.recorded:
                return f"it cannot be opened: {type(fault).__name__} {fault}"
            return "" if way == MIRROR_ALONE else self._founds_anew(folder, mirror)
        try:
            wrong = self._examined(store, told)
            if not wrong and way != MIRROR_ALONE and told.only != "mirror":
                wrong = self._in_part(store, told)
            if wrong or not again:
                return wrong
            before, own = store.count(), {store.epoch}
            store.close()
            if told.backup[0] and (wrong := self._restored(told)):
                return wrong
            store = self._open(folder, mirror)
            if store.count() <= before:
                return f"opened a second time it holds {store.count()} events of {before}"
            if (found := store.connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
                return f"the pages of the file do not fit together: {found[:3]}"
            return self._examined(store, told, own)
        except (StoreFault, sqlcipher3.Error, OSError) as fault:
            return f"it cannot be used: {type(fault).__name__} {fault}"
        finally:
            store._grounds.close()

    def _open(self, folder: Path, mirror: Path) -> Store:
        clock = ScriptedClock(BEGIN + timedelta(days=1))
        return Store.open(folder, keys=FileKeys(folder), clock=clock, program="0", mirror=mirror)

    def _opened(self, folder: Path, mirror: Path, way: str, told: Told) -> Store:
        if way == MIRROR_ALONE:
            recover(folder, keys=FileKeys(folder), mirror=mirror)
        try:
            return self._open(folder, mirror)
        except (StoreFault, sqlcipher3.Error):
            if told.only != "mirror":
                raise
            recover(folder, keys=FileKeys(folder), mirror=mirror)
            return self._open(folder, mirror)

    def _founds_anew(self, folder: Path, mirror: Path) -> str:
        """A founding that broke off: nothing was recorded yet, and it must be possible to found again."""
        if not folder.exists():
            return ""
        try:
            clock = ScriptedClock(BEGIN)
            Store.create(
                folder, keys=FileKeys(folder, ""), clock=clock, workstation=WORKSTATION, site=SITE, program="0",
                mirror=mirror,
            ).close()  # fmt: skip
        except (StoreFault, OSError) as fault:
            return f"a founding that broke off can neither be opened nor begun anew: {type(fault).__name__} {fault}"
        return ""

    def _examined(self, store: Store, told: Told, own: Set[str] = frozenset()) -> str:
        rows = store.connection.execute("SELECT n, id, epoch, seq, bytes, sig, psig FROM journal ORDER BY n").fetchall()
        there = [row[1].hex() for row in rows]
        missing = set(told.recorded) - set(there)
        if missing:
            return f"{len(missing)} of {len(told.recorded)} events that were recorded are lost"
        known = set(told.recorded)
        if [id for id in there if id in known] != told.recorded:
            return "events stand in another order than they were recorded in"
        back = told.given_up & set(there)
        if back:
            return f"{len(back)} events that were rolled back came back"
        if store.rollback:
            return f"an honest power cut raises the alarm of a rollback: {store.rollback}"
        ours = {bytes.fromhex(epoch) for epoch in (*own, store.epoch)}
        checked = self._checked_in_full(store, tuple(row for row in rows if row[2] not in ours))
        return checked.wrong or self._keys_and_files(store, told, checked)

    def _in_part(self, store: Store, told: Told) -> str:
        """Say whether one transaction is there in part: a copy alone may have lost its end, a record never."""
        there = {id for id in told.together if store.event(id) is not None}
        if 0 < len(there) < len(told.together):
            return f"{len(there)} of the {len(told.together)} events of one transaction are there"
        return ""

    def _checked_in_full(self, store: Store, rows: _Rows) -> _Known:
        """Verify and rebuild once for every journal; for equal ones compare the projections with what they were.

        `rows` lacks what this opening added. In the midst of an erasure the projections may hold the patient still, or no more.
        """
        keys = store.folder / PATIENT_KEY_FILE
        journal = rows, keys.read_bytes() if keys.exists() else b""
        projections = self._projections(store, len(rows))
        known = self._known.get(journal)
        if known is not None:
            same = known.wrong or projections == known.projections
            return known if same else known._replace(wrong="projections differ from those of equal events")
        self.full_checks += 1
        wrong = ""
        found = verify(store, all_signatures=True)
        if found.first_bad is not None:
            wrong = f"the chain is broken: {found.first_bad}"
        elif differing := rebuild(store, check=True):
            wrong = f"projections differ: {differing}"
        used = frozenset(key for (key,) in store.connection.execute(_KEYS))
        erased = frozenset(key for (key,) in store.connection.execute(_ERASED))
        known = self._known[journal] = _Known(wrong, projections, used, erased)
        return known

    @staticmethod
    def _projections(store: Store, upto: int) -> frozenset[tuple[Any, ...]]:
        # Every table has a key, so no row of them is there twice.
        return frozenset(store.connection.execute(_PROJECTIONS, (upto,)))

    def _keys_and_files(self, store: Store, told: Told, journal: _Known) -> str:
        known = set(store.patient_keys.known())
        if known & journal.erased:
            return "the key of an erased patient came back"
        if lost := journal.used - known - journal.erased:
            return f"the keys {sorted(lost)} of recorded events are lost"
        if (store.folder / ATTACHMENT_FOLDER).exists() or told.attached:
            attachments = Attachments(store.folder, store.patient_keys)
            for name, plain in told.attached.items():
                if hashlib.sha256(attachments.read(name, "site")).hexdigest() != plain:
                    return "an attachment is not what was kept"
        return ""

    def _restored(self, told: Told) -> str:
        """Put the newest backup back beside the record."""
        name, events = told.backup
        anew = self.root / "restored"
        found = restore(self.root / name, anew, keys=FileKeys(self.root / "record"))
        return "" if found.events >= events else f"a backup holds {found.events} events of {events}"


def clear(root: Path) -> None:
    """Empty the folder of an image."""
    if root.exists():
        shutil.rmtree(root)
    root.mkdir(mode=0o700)
