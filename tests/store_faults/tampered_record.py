"""A record to tamper with, and the ways in which somebody who holds its key can change the files behind our back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from coordinator_app.domain import events as e
from coordinator_app.domain.seal import canonical, event_id, person_part, signed_part
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE, Mirror, mirror_key
from coordinator_app.store.schema import JOURNAL
from coordinator_app.store.store_keys import read_marker

from .disk_model import Image
from .small_ward import SmallWard

NURSE = "person:" + "2" * 32
TRIGGERS = ("journal_no_update", "journal_no_delete")
_INSERT = "INSERT INTO journal (n, id, epoch, seq, bytes, sig, psig) VALUES (?, ?, ?, ?, ?, ?, ?)"


@dataclass
class Row:
    """One row of the journal as somebody finds it, or leaves it."""

    n: int
    id: bytes
    epoch: bytes
    seq: int
    written: bytes
    sig: bytes
    psig: bytes | None

    def event(self) -> dict[str, Any]:
        """Return the decoded event."""
        found: dict[str, Any] = json.loads(self.written)
        return found

    def write(self, event: dict[str, Any]) -> None:
        """Put another event into the row, with the id of its bytes."""
        self.written = canonical(event)
        self.id = bytes.fromhex(event_id(self.written))


@dataclass
class Base:
    """One honest record: its files now and at an earlier close, its secrets, its rows."""

    now: Image
    yesterday: Image
    rows: list[Row]
    before: int
    """Events in yesterday's files."""
    secret: bytes
    store_id: str
    by_epoch: dict[bytes, list[Row]] = field(default_factory=dict)


def make_base(folder: Path, chance: random.Random) -> Base:
    """Found a record, work in several runs of the program, and keep its files."""
    nurse = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    ward = SmallWard(folder / "record", chance)
    ward.begins()
    public = nurse.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    with ward.store.writing() as writing:
        added = e.PersonAdded(person=NURSE, roles=("nurse",), public_key=public, family="Grübel", given="Ute")
        writing.append(added, subject=NURSE, key="site")
    yesterday: Image = {}
    before = 0
    for run in range(4):
        for _ in range(chance.randint(2, 4)):
            ward.records()
            ward.clock.advance(timedelta(seconds=30))
        ward.enrols()
        with ward.store.writing() as writing:
            signed = e.RecordSigned(case="case:1", meaning="performed")
            writing.append(signed, subject="case:1", actor=NURSE, person_sign=nurse.sign)
        ward.checkpoints()
        before = ward.store.count() if run < 3 else before
        ward.restarts() if run < 3 else ward.closes()
        if run == 2:
            before = ward.store.count()
            ward.store.checkpoint()
            yesterday = read_files(folder)
    now = read_files(folder)
    store_id = read_marker(folder / "record")
    secret = FileKeys(folder / "record").get(f"{store_id}.store")
    assert secret is not None
    base = Base(now, yesterday, [], before, secret, store_id)
    with opened(folder, base, keep_triggers=True) as connection:
        base.rows = rows_of(connection)
    for row in base.rows:
        base.by_epoch.setdefault(row.epoch, []).append(row)
    return base


def read_files(root: Path) -> Image:
    """Return every file below the root that is worth keeping."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "lock"))
    }


@contextmanager
def opened(root: Path, base: Base, *, keep_triggers: bool = False) -> Iterator[sqlcipher3.Connection]:
    """Open the closed file as somebody would who has its key, with the triggers out of the way."""
    connection = sqlcipher3.connect(str(root / "record" / STORE_FILE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{base.secret.hex()}'\"")
    try:
        if not keep_triggers:
            for name in TRIGGERS:
                connection.execute(f"DROP TRIGGER {name}")
        yield connection
        if not keep_triggers:
            for name in TRIGGERS:
                connection.execute(JOURNAL[name])
    finally:
        connection.close()


def rows_of(connection: sqlcipher3.Connection) -> list[Row]:
    """Return the journal."""
    return [
        Row(*each) for each in connection.execute("SELECT n, id, epoch, seq, bytes, sig, psig FROM journal ORDER BY n")
    ]


def rewrite(root: Path, base: Base, change: Callable[[list[Row]], list[Row]], *, mirror_too: bool) -> None:
    """Put changed rows in the place of the journal, and into the mirror too if asked."""
    with opened(root, base) as connection:
        rows = change(rows_of(connection))
        connection.execute("DELETE FROM journal")
        connection.executemany(_INSERT, [tuple(vars(row).values()) for row in rows])
        if mirror_too:
            connection.execute("DELETE FROM store_fact WHERE name = 'mirror_mark'")
    if mirror_too:
        rewrite_mirror(root, base, rows)


def rewrite_mirror(root: Path, base: Base, rows: list[Row]) -> None:
    """Write another mirror, with the key that somebody who holds the key of the record can derive."""
    path = root / "record" / MIRROR_FILE
    path.unlink()
    mirror = Mirror(path, base.store_id, mirror_key(base.secret))
    mirror.append((row.written, row.sig, row.psig) for row in rows)
    mirror.close()


def restamp(rows: list[Row], start: int, key: Ed25519PrivateKey | None) -> None:
    """Make ids and links fit again from a row on; sign with another key, for the workstation's own is not at hand."""
    new = {row.id.hex(): row.id.hex() for row in rows[:start]}
    heads: dict[bytes, str] = {row.epoch: row.id.hex() for row in rows[:start]}
    for row in rows[start:]:
        event, old = row.event(), row.id.hex()
        if row.seq:
            event["prev"] = heads[row.epoch]
        parent = event["body"].get("parent") if event["type"] == "EpochOpened" else None
        if parent:
            parent["id"] = new.get(parent["id"], parent["id"])
        if "refs" in event:
            event["refs"] = [new.get(each, each) for each in event["refs"]]
        row.write(event)
        new[old] = heads[row.epoch] = row.id.hex()
        if key is not None:
            row.sig = key.sign(signed_part(row.id.hex()))
            if row.psig is not None:
                row.psig = key.sign(person_part(row.id.hex()))
