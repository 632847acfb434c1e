"""Erases a patient: the event first, then the key, then everything that could be read with it (design §3.3).

Every step can be cut off: the event leaves word in the file (`ERASING`), and the next opening goes on from there. The
site key is rotated, so that a copy of the old key file is worth nothing without the key that was retired.
"""

from __future__ import annotations

from pathlib import Path

import sqlcipher3

from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.arriving_attachments import attachments_of_cases
from coordinator_app.store.attachments import Attachments
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import Projections, rows_of
from coordinator_app.store.recovery_key import seal_for_recovery
from coordinator_app.store.sealing import opened_body, recorded_of
from coordinator_app.store.store_keys import StoreKeys

ERASING = "erasing "
"""Begins the name of the fact that a key is being erased, until nothing of it is left."""
FORGETTING = "forgetting "
"""The same where the erasure came from another workstation, which rotates the site key: here it is only forgotten."""
ERASED = "erased "
"""Begins the name of the fact that a key was erased: it is never taken in again, whoever hands it on."""

SEALED_WITH = "SELECT n, id, bytes, psig FROM journal WHERE instr(bytes, ?) > 0 ORDER BY n"
_OF_CASE = """SELECT j.n, j.id, j.bytes, j.psig FROM case_event AS c JOIN journal AS j ON j.n = c.n
 WHERE c.kase = ? ORDER BY j.n"""
_DELETES = {
    "code": "DELETE FROM code WHERE key = ? AND kind = ? AND id = ? AND kase = ?",
    "listed": "DELETE FROM listed WHERE kind = ? AND at = ? AND id = ? AND kase = ?",
}

_Row = tuple[str, tuple[str | int, ...]]


def take_out_of_tables(connection: sqlcipher3.Connection, keys: PatientKeys, key_id: str, word: str = ERASING) -> None:
    """Take every row that only this key can tell out of the projections, and leave word that it is being erased.

    The caller holds the transaction in which the erasure is recorded.
    """
    told: set[_Row] = set()
    untold: set[_Row] = set()
    cases: set[str] = set()
    for row in connection.execute(SEALED_WITH, (f'"key":"{key_id}"'.encode(),)).fetchall():
        for rows, recorded in ((told, read_row(row, keys)), (untold, None)):
            if recorded is None:
                with keys.without(key_id):
                    recorded = read_row(row, keys)
            rows.update(rows_told(recorded, row))
        cases |= {str(each[-1]) for table, each in told if table == "code"}
    for table, gone in sorted(told - untold):
        if table == "search":
            connection.execute("DELETE FROM search WHERE rowid = ?", gone[:1])
        elif table in _DELETES:
            connection.execute(_DELETES[table], gone)
    with keys.without(key_id):
        _fill_again(connection, keys, cases)
    note_erasing(connection, key_id, word)


def note_erasing(connection: sqlcipher3.Connection, key_id: str, word: str = ERASING) -> None:
    """Leave word that a key is being erased; the caller holds the transaction."""
    for each in (word, ERASED):
        connection.execute("REPLACE INTO store_fact VALUES (?, ?)", (each + key_id, key_id))


def _fill_again(connection: sqlcipher3.Connection, keys: PatientKeys, cases: set[str]) -> None:
    """Put back the codes that another, readable event of the same case says too."""
    insert = Projections(connection).inserts["code"]
    for case in sorted(cases):
        for row in connection.execute(_OF_CASE, (case,)).fetchall():
            for table, each in rows_told(read_row(row, keys), row):
                if table == "code":
                    connection.execute(insert, each)


def read_row(row: tuple[int, bytes, bytes, bytes | None], keys: PatientKeys) -> Recorded:
    """Return an event from its row of the journal (n, id, bytes, psig), opened with the keys that are here."""
    _, id, written, psig = row
    event = read_event(written)
    body, opened = opened_body(event, keys)
    return recorded_of(event, id.hex(), body, opened, psig is not None)


def rows_told(recorded: Recorded, row: tuple[int, bytes, bytes, bytes | None]) -> set[_Row]:
    """Return the rows of the projections that an event tells."""
    return set(rows_of(recorded, row[0], read_event(row[2])["at"]))


def erasing_now(connection: sqlcipher3.Connection, word: str = ERASING) -> tuple[str, ...]:
    """Return the ids of the keys whose erasure has been recorded and is not finished."""
    rows = connection.execute("SELECT value FROM store_fact WHERE name LIKE ? ORDER BY name", (word + "%",))
    return tuple(row[0] for row in rows.fetchall())


def destroy_key(folder: Path, keys: StoreKeys, patient_keys: PatientKeys, key_id: str) -> None:
    """Rewrite the key file without this key under a new site key, and seal the keys anew for the recovery key.

    Safe to repeat from any point at which it was cut off. Raises StoreFault and OSError.
    """
    following = keys.next_site_key() or keys.draw_next_site_key()
    patient_keys.rewrap(following, key_id)
    keys.take_next_site_key()
    seal_for_recovery(folder, keys.port, keys.store_id, keys.secrets())
    keys.end_rotation()


def drop_attachments(connection: sqlcipher3.Connection, attachments: Attachments, key_id: str) -> None:
    """Remove the photos and files that this key opens, while it is still here to tell them; raises OSError."""
    rows = connection.execute(SEALED_WITH, (f'"key":"{key_id}"'.encode(),)).fetchall()
    cases = {str(read_event(row[2])["body"].get("case", "")) for row in rows}
    attachments.drop_those_of(key_id, attachments_of_cases(connection, cases))


def end_erasing(connection: sqlcipher3.Connection, key_id: str) -> None:
    """Take the word away that a key is being erased; the caller truncates the write-ahead log after it."""
    connection.executemany("DELETE FROM store_fact WHERE name = ?", [(ERASING + key_id,), (FORGETTING + key_id,)])
