"""The ways to tamper with a record, each with what must be named afterwards."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import sqlcipher3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coordinator_app.domain.seal import person_part
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.keys import KEY_FILE
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE

from .tampered_record import Base, Row, opened, restamp, rewrite, rewrite_mirror

PAGE = 4096
_JOURNAL = f"record/{STORE_FILE}"
_MIRROR = f"record/{MIRROR_FILE}"


class Expected(NamedTuple):
    """What must be named: a row between `first` and `last` (rows are numbered from 1), or words of the sentence."""

    first: int | None = None
    last: int | None = None
    words: str = ""


Way = Callable[[Path, Base, random.Random], Expected | None]
WAYS: dict[str, Way] = {}


def _way(name: str) -> Callable[[Way], Way]:
    def kept(way: Way) -> Way:
        WAYS[name] = way
        return way

    return kept


def _somewhere(base: Base, chance: random.Random, *, first: int = 0) -> int:
    return chance.randrange(first, len(base.rows))


def _changed(row: Row, chance: random.Random) -> None:
    event = row.event()
    field = chance.choice(("at", "subject", "boot_ns", "body", "type_v"))
    if field == "at":
        event["at"] = event["at"][:-4] + f"{(int(event['at'][-4:-1]) + 1) % 1000:03}Z"
    elif field == "subject":
        event["subject"] += "x"
    elif field == "body" and event["type"] == "FactRecorded":
        event["body"]["fact"] += " no"
    else:
        event["boot_ns"] += 1
    row.write(event)


# Rows, with the triggers out of the way --------------------------------------------------------------------------------


@_way("a row changed, its id left")
def _row_changed(root: Path, base: Base, chance: random.Random) -> Expected:
    at = _somewhere(base, chance)

    def change(rows: list[Row]) -> list[Row]:
        id = rows[at].id
        _changed(rows[at], chance)
        rows[at].id = id
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.5)
    return Expected(at + 1)


@_way("a row changed, its id made to fit")
def _row_changed_with_id(root: Path, base: Base, chance: random.Random) -> Expected:
    at = _somewhere(base, chance)

    def change(rows: list[Row]) -> list[Row]:
        _changed(rows[at], chance)
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.5)
    return Expected(at + 1)


@_way("a tail restamped without a key")
def _restamped(root: Path, base: Base, chance: random.Random) -> Expected:
    at = _somewhere(base, chance)

    def change(rows: list[Row]) -> list[Row]:
        _changed(rows[at], chance)
        restamp(rows, at, None)
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    return Expected(at + 1)


@_way("a tail restamped with another key")
def _restamped_with_key(root: Path, base: Base, chance: random.Random) -> Expected:
    at = _somewhere(base, chance)
    key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))

    def change(rows: list[Row]) -> list[Row]:
        _changed(rows[at], chance)
        restamp(rows, at, key)
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    return Expected(at + 1)


@_way("an event put in between, restamped")
def _inserted(root: Path, base: Base, chance: random.Random) -> Expected | None:
    at = _somewhere(base, chance, first=1)
    if base.rows[at].seq == 0:
        return None

    def change(rows: list[Row]) -> list[Row]:
        copy = Row(**vars(rows[at]))
        event = copy.event()
        event["boot_ns"] += 1
        copy.write(event)
        for row in rows[at:]:
            row.n += 1
            if row.epoch == copy.epoch:
                later = row.event()
                later["seq"] += 1
                row.seq += 1
                row.write(later)
        rows.insert(at, copy)
        restamp(rows, at, None)
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    # The parent that the next run names stands one place on now; but the first event with a wrong signature comes first.
    return Expected(at + 1)


@_way("rows deleted from the middle")
def _deleted(root: Path, base: Base, chance: random.Random) -> Expected:
    many = chance.randint(1, 3)
    at = chance.randrange(0, len(base.rows) - many)
    renumber = chance.random() < 0.5

    def change(rows: list[Row]) -> list[Row]:
        left = rows[:at] + rows[at + many :]
        for row in left[at:]:
            row.n -= many if renumber else 0
        return left

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    # Renumbered, the first event after the gap is the one that shows it.
    return Expected(at + 1, at + 1) if renumber else Expected(at + many + 1)


@_way("an epoch deleted from the middle")
def _epoch_deleted(root: Path, base: Base, chance: random.Random) -> Expected:
    epochs = list(base.by_epoch)
    gone = epochs[chance.randrange(1, len(epochs) - 1)]
    renumber = chance.random() < 0.5
    first, many = base.by_epoch[gone][0].n, len(base.by_epoch[gone])

    def change(rows: list[Row]) -> list[Row]:
        left = [row for row in rows if row.epoch != gone]
        for row in left:
            row.n -= many if renumber and row.n > first else 0
        return left

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    return Expected(first if renumber else first + many)


@_way("two epochs swapped")
def _epochs_swapped(root: Path, base: Base, chance: random.Random) -> Expected:
    epochs = list(base.by_epoch)
    at = chance.randrange(0, len(epochs) - 1)
    one, other = base.by_epoch[epochs[at]], base.by_epoch[epochs[at + 1]]

    def change(rows: list[Row]) -> list[Row]:
        before, after = rows[: one[0].n - 1], rows[one[0].n - 1 + len(one) + len(other) :]
        middle = rows[one[0].n - 1 :][: len(one) + len(other)]
        swapped = before + middle[len(one) :] + middle[: len(one)] + after
        for n, row in enumerate(swapped, start=1):
            row.n = n
        return swapped

    rewrite(root, base, change, mirror_too=True)
    return Expected(one[0].n)


@_way("two rows swapped")
def _rows_swapped(root: Path, base: Base, chance: random.Random) -> Expected:
    at, other = sorted(chance.sample(range(len(base.rows)), 2))

    def change(rows: list[Row]) -> list[Row]:
        rows[at], rows[other] = rows[other], rows[at]
        rows[at].n, rows[other].n = at + 1, other + 1
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    return Expected(at + 1)


@_way("a signature moved to another event")
def _signature_moved(root: Path, base: Base, chance: random.Random) -> Expected:
    at, other = sorted(chance.sample(range(len(base.rows)), 2))

    def change(rows: list[Row]) -> list[Row]:
        rows[at].sig, rows[other].sig = rows[other].sig, rows[at].sig
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    return Expected(at + 1)


@_way("a person's signature changed")
def _psig_changed(root: Path, base: Base, chance: random.Random) -> Expected:
    signed = [row.n for row in base.rows if row.psig is not None]
    at, other = chance.sample(signed, 2)
    kind = chance.choice(("bit", "removed", "moved", "stranger"))

    def change(rows: list[Row]) -> list[Row]:
        row = rows[at - 1]
        assert row.psig is not None
        if kind == "bit":
            flipped = bytearray(row.psig)
            flipped[chance.randrange(64)] ^= 1 << chance.randrange(8)
            row.psig = bytes(flipped)
        elif kind == "removed":
            row.psig = None
        elif kind == "moved":
            row.psig = rows[other - 1].psig
        else:
            stranger = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
            row.psig = stranger.sign(person_part(row.id.hex()))
        return rows

    rewrite(root, base, change, mirror_too=chance.random() < 0.8)
    return Expected(at)


@_way("the tail cut, in the mirror too")
def _tail_cut(root: Path, base: Base, chance: random.Random) -> Expected:
    left = chance.randrange(1, len(base.rows))
    rewrite(root, base, lambda rows: rows[:left], mirror_too=True)
    return Expected(words=rf"{len(base.rows)} events had been recorded here and it holds {left}\b|older than it was")


@_way("the tail cut in the record only")
def _tail_cut_alone(root: Path, base: Base, chance: random.Random) -> Expected:
    left = chance.randrange(1, len(base.rows))
    rewrite(root, base, lambda rows: rows[:left], mirror_too=False)
    return Expected(
        words=rf"{len(base.rows) - left} events? that (were|was) missing in the record (were|was) taken over"
    )


@_way("a trigger taken away")
def _unprotected(root: Path, base: Base, chance: random.Random) -> Expected:
    name = chance.choice(("journal_no_update", "journal_no_delete"))
    with opened(root, base, keep_triggers=True) as connection:
        connection.execute(f"DROP TRIGGER {name}")
        if chance.random() < 0.5:
            connection.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON journal BEGIN SELECT 1; END")
    return Expected(words=f"protection of the journal was changed .{name}")


@_way("a look-up table changed")
def _projection_changed(root: Path, base: Base, chance: random.Random) -> Expected | None:
    statement, table = chance.choice(
        (
            ("DELETE FROM case_event WHERE n = (SELECT max(n) FROM case_event)", "case_event"),
            ("UPDATE case_event SET n = 1 WHERE n = (SELECT max(n) FROM case_event)", "case_event"),
            ("DELETE FROM known_case WHERE kase = (SELECT max(kase) FROM known_case)", "known_case"),
            ("UPDATE code SET kase = 'case:other' WHERE key = (SELECT min(key) FROM code)", "code"),
            ("DELETE FROM code WHERE key = (SELECT max(key) FROM code)", "code"),
        )
    )
    with opened(root, base, keep_triggers=True) as connection:
        connection.execute(statement)
    return Expected(words=f"they differ: .*{table}")


# Files ----------------------------------------------------------------------------------------------------------------


@_way("a bit of the file flipped")
def _bit_flipped(root: Path, base: Base, chance: random.Random) -> Expected:
    content = bytearray(base.now[_JOURNAL])
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    (root / _JOURNAL).write_bytes(content)
    return _unreadable(root, base)


@_way("a page from yesterday's file")
def _older_page(root: Path, base: Base, chance: random.Random) -> Expected | None:
    old, new = base.yesterday[_JOURNAL], bytearray(base.now[_JOURNAL])
    pages = [
        at for at in range(PAGE, min(len(old), len(new)), PAGE) if old[at : at + PAGE] != bytes(new[at : at + PAGE])
    ]
    at = chance.choice(pages)
    new[at : at + PAGE] = old[at : at + PAGE]
    (root / _JOURNAL).write_bytes(new)
    with opened(root, base, keep_triggers=True) as connection:
        try:
            same = _told_by(connection) == _told_by_base(root, base)
        except sqlcipher3.Error:
            same = False
    return None if same else _unreadable(root, base)


@_way("yesterday's file and mirror")
def _older_files(root: Path, base: Base, chance: random.Random) -> Expected:
    for name in (_JOURNAL, _MIRROR):
        (root / name).write_bytes(base.yesterday[name])
    return Expected(words=rf"{len(base.rows)} events had been recorded here and it holds {base.before}\b")


@_way("yesterday's file")
def _older_file(root: Path, base: Base, chance: random.Random) -> Expected:
    (root / _JOURNAL).write_bytes(base.yesterday[_JOURNAL])
    return Expected(
        words=rf"{len(base.rows) - base.before} events? that (were|was) missing in the record (were|was) taken over"
    )


@_way("the mirror changed")
def _mirror_changed(root: Path, base: Base, chance: random.Random) -> Expected:
    at = _somewhere(base, chance)
    rows = [Row(**vars(row)) for row in base.rows]
    _changed(rows[at], chance)
    with opened(root, base, keep_triggers=True) as connection:
        connection.execute("DELETE FROM store_fact WHERE name = 'mirror_mark'")
    rewrite_mirror(root, base, rows)
    return Expected(at + 1, words=rf"differ from event {at + 1} on")


@_way("events added to the mirror")
def _mirror_longer(root: Path, base: Base, chance: random.Random) -> Expected:
    rows = [Row(**vars(row)) for row in base.rows]
    last = Row(**vars(rows[-1]))
    event = last.event()
    event["seq"] += 1
    event["prev"] = rows[-1].id.hex()
    last.seq += 1
    last.write(event)
    rewrite_mirror(root, base, [*rows, last])
    return Expected(words=r"changed after it was written: at event " + last.id.hex()[:16])


@_way("a patient's key changed or exchanged")
def _other_patient_keys(root: Path, base: Base, chance: random.Random) -> Expected:
    path = root / "record" / PATIENT_KEY_FILE
    content = json.loads(path.read_bytes())
    used = {str(row.event().get("key")) for row in base.rows} & set(content["keys"])
    key, other = chance.sample(sorted(used), 2)
    if chance.random() < 0.5:
        content["keys"][key] = content["keys"][other]
    else:
        place = chance.randrange(len(content["keys"][key]))
        letter = chance.choice([each for each in "0123456789abcdef" if each != content["keys"][key][place]])
        content["keys"][key] = content["keys"][key][:place] + letter + content["keys"][key][place + 1 :]
    path.write_text(json.dumps(content), encoding="utf-8")
    return Expected(words="patients' keys")


@_way("the key file of another record")
def _other_keys(root: Path, base: Base, chance: random.Random) -> Expected:
    path = root / "record" / KEY_FILE
    path.write_text(
        path.read_text(encoding="utf-8").replace(base.store_id, chance.randbytes(16).hex()), encoding="utf-8"
    )
    return Expected(words="key of this record is not on this computer")


def _told_by(connection: sqlcipher3.Connection) -> list[tuple[object, ...]]:
    """Return what people rely on: the journal and the look-up tables, but neither notes nor heartbeats."""
    asked = ("SELECT * FROM journal ORDER BY n", "SELECT id, n FROM journal INDEXED BY sqlite_autoindex_journal_1 ORDER BY id",
             "SELECT n FROM journal INDEXED BY sqlite_autoindex_journal_2 ORDER BY epoch, seq",
             "SELECT * FROM case_event", "SELECT * FROM known_case", "SELECT * FROM code", "SELECT * FROM epoch",
             "SELECT rowid, * FROM search")  # fmt: skip
    return [row for each in asked for row in connection.execute(each).fetchall()]


def _told_by_base(root: Path, base: Base) -> list[tuple[object, ...]]:
    honest = root / "record" / "honest.db"
    honest.write_bytes(base.now[_JOURNAL])
    connection = sqlcipher3.connect(str(honest), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{base.secret.hex()}'\"")
    try:
        return _told_by(connection)
    finally:
        connection.close()
        for part in ("", "-wal", "-shm"):
            honest.with_name(honest.name + part).unlink(missing_ok=True)


def _unreadable(root: Path, base: Base) -> Expected:
    """Expect the first row that cannot be read as it was; where every row can, words about the pages or the tables."""
    connection = sqlcipher3.connect(str(root / "record" / STORE_FILE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{base.secret.hex()}'\"")
    words = r"page\(s\)|do not agree|they differ|damaged|missing|key does not open|protection|cannot be read|differ from event|older than"
    try:
        for row in base.rows:
            found = connection.execute(
                "SELECT n, id, epoch, seq, bytes, sig, psig FROM journal WHERE n = ?", (row.n,)
            ).fetchone()
            if found is None or Row(*found) != row:
                return Expected(row.n, len(base.rows) + 1, words)
    except sqlcipher3.Error:
        return Expected(1, len(base.rows) + 1, words)
    finally:
        connection.close()
    return Expected(words=words)
