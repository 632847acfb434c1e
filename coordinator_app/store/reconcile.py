"""Compares record and mirror at every opening: the longer of two that agree wins, two that differ are kept."""

from __future__ import annotations

from collections.abc import Callable

import sqlcipher3

from coordinator_app.domain.seal import NotCanonical, event_id
from coordinator_app.store.envelope import envelope_fault
from coordinator_app.store.erasing import note_erasing
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.faults import StoreDamaged
from coordinator_app.store.mirror import Copied, Mirror
from coordinator_app.store.patient_keys import PatientKeys
from coordinator_app.store.projections import Projections
from coordinator_app.store.sealing import opened_body, recorded_of

_ROW = "SELECT bytes, sig, psig FROM journal WHERE n = ?"
_REST = "SELECT bytes, sig, psig FROM journal WHERE n > ? ORDER BY n"
_INSERT = "INSERT INTO journal (n, id, epoch, seq, bytes, sig, psig) VALUES (?, ?, ?, ?, ?, ?, ?)"
MARK = "mirror_mark"
_BATCH = 1000


def reconcile(
    connection: sqlcipher3.Connection,
    keys: PatientKeys,
    mirror: Mirror,
    check: Callable[[int], object],
    projections: Projections | None,
) -> tuple[str, ...]:
    """Bring record and mirror to the same events; returns what was repaired, in plain sentences.

    Starts at the place up to which they are known to agree. `check` verifies that many newest events before they count
    as taken over. `projections` follow them; None where they are made anew afterwards. Raises StoreDamaged where the
    two differ, and changes neither then; raises OSError when the mirror cannot be written.
    """
    count = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
    n, start = _known_place(connection, mirror)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for copied in mirror.records(start):
            n += 1
            if n > count:
                _take_over(connection, keys, copied, n, projections)
            else:
                _compare(connection, copied, n)
        if n > count:
            check(n - count)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    mirror.cut()
    mirror.write_again(start)
    if n > count:
        if n - count == 1:
            return ("1 event that was missing in the record was taken over from its second copy.",)
        return (f"{n - count} events that were missing in the record were taken over from its second copy.",)
    if count > n:
        _write_rest(connection, mirror, n)
        if count - n == 1:
            return ("1 event that was missing in the second copy was written to it.",)
        return (f"{count - n} events that were missing in the second copy were written to it.",)
    return ()


def _compare(connection: sqlcipher3.Connection, copied: Copied, n: int) -> None:
    if connection.execute(_ROW, (n,)).fetchone() != (copied.written, copied.sig, copied.psig):
        raise StoreDamaged(
            f"The record and its second copy differ from event {n} on; both were kept as they are. "
            "Do not use this workstation; call whoever looks after this program."
        )


def mark_agreement(connection: sqlcipher3.Connection, mirror: Mirror) -> None:
    """Remember up to where record and mirror agree, so that the next opening starts there."""
    n = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
    connection.execute("REPLACE INTO store_fact VALUES (?, ?)", (MARK, f"{n}:{mirror.end}"))


def _known_place(connection: sqlcipher3.Connection, mirror: Mirror) -> tuple[int, int]:
    row = connection.execute("SELECT value FROM store_fact WHERE name = ?", (MARK,)).fetchone()
    if row is None:
        return 0, 0
    n, end = (int(part) for part in row[0].split(":"))
    # A mirror that is shorter, or has something else at that place, is compared from its beginning.
    return (n, end) if mirror.is_boundary(end) else (0, 0)


def _take_over(
    connection: sqlcipher3.Connection, keys: PatientKeys, copied: Copied, n: int, projections: Projections | None
) -> None:
    try:
        event = read_event(copied.written)
        why = envelope_fault(event)
        if not why:
            id, epoch = event_id(copied.written), bytes.fromhex(event["epoch"])
            row = (n, bytes.fromhex(id), epoch, event["seq"], copied.written, copied.sig, copied.psig)
            connection.execute(_INSERT, row)
    except (NotCanonical, sqlcipher3.IntegrityError) as fault:
        why = str(fault)
    if why:
        raise StoreDamaged(
            f"The second copy holds event {n}, which the record lacks and cannot take over: {why}. "
            "Both were kept; call whoever looks after this program."
        )
    if event["type"] == "PatientErased" and keys.get(str(event["body"].get("key"))) is not None:
        note_erasing(connection, str(event["body"]["key"]))
    if projections is not None:
        body, opened = opened_body(event, keys)
        projections.follow(recorded_of(event, id, body, opened, copied.psig is not None), n, event["at"])


def _write_rest(connection: sqlcipher3.Connection, mirror: Mirror, n: int) -> None:
    cursor = connection.execute(_REST, (n,))
    while batch := cursor.fetchmany(_BATCH):
        mirror.append(batch)
