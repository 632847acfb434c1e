"""Verifies the journal behind a connection: the whole of it, or the newest events at every opening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlcipher3
from msgspec import Struct

from coordinator_app.domain.seal import Json, NotCanonical, event_id, read_instant
from coordinator_app.store.chain import Chain, FirstBad, Row
from coordinator_app.store.envelope import envelope_fault
from coordinator_app.store.fast_form import read_event
from coordinator_app.store.faults import StoreDamaged
from coordinator_app.store.marks import admitted_beside
from coordinator_app.store.without_collecting import without_collecting

ROWS = "SELECT n, id, epoch, seq, bytes, sig, psig FROM journal WHERE n > ? ORDER BY n"
_SIGNATURES = "SELECT n, id, seq, sig FROM journal WHERE epoch = ? AND n <= ? ORDER BY seq"
_AT = "SELECT id, bytes FROM journal WHERE epoch = ? AND seq = ?"
_BY_ID = "SELECT id, bytes FROM journal WHERE id = ?"
_TELL_EVERY = 1000
TAIL = 1000
"""Events that are verified at every opening (`reference/reliability.md` §8.5)."""

Progress = Callable[[int, int], None]
"""Called with the number of events verified and the number of all."""


class Verified(Struct, frozen=True):
    """What a verification found: how many events and epochs, the head of each epoch, and the first bad event if any."""

    events: int
    epochs: int
    heads: dict[str, tuple[int, str]]
    first_bad: FirstBad | None


@without_collecting()
def verify_connection(
    connection: sqlcipher3.Connection,
    workstation: str,
    public_key: bytes,
    all_signatures: bool = False,
    progress: Progress | None = None,
) -> Verified:
    """Verify the whole journal behind this connection."""
    chain = Chain({workstation: public_key}, *lookups(connection), all_signatures=all_signatures, from_start=True)
    total, done, bad = 0, 0, None
    try:
        total = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0])
        for row in connection.execute(ROWS, (0,)):
            bad = out_of_turn(row, done + 1) or chain.follow(row)
            if bad is not None:
                break
            done += 1
            if progress is not None and done % _TELL_EVERY == 0:
                progress(done, total)
        bad = first_unsigned(connection, chain, done, bad) or bad
    except sqlcipher3.DatabaseError:
        bad = bad or unreadable(done + 1)
    if progress is not None:
        progress(done, total)
    heads = {epoch: (stream.next_seq - 1, stream.head) for epoch, stream in chain.streams.items()}
    return Verified(done, len(heads), heads, bad)


def check_tail(
    connection: sqlcipher3.Connection, workstation: str, public_key: bytes, at_least: int = 0
) -> datetime | None:
    """Verify the newest events, 1,000 or `at_least` so many; return this workstation's newest instant among them.

    Raises StoreDamaged with the first bad event. Runs of other workstations are checked without their signatures:
    their keys are learned by the full verification.
    """
    first = int(connection.execute("SELECT coalesce(max(n), 0) FROM journal").fetchone()[0]) - max(TAIL, at_least)
    chain = Chain({workstation: public_key}, *lookups(connection))
    expected, bad = max(first, 0) + 1, None
    for row in connection.execute(ROWS, (expected - 1,)):
        bad = out_of_turn(row, expected) or chain.follow(row)
        if bad is not None:
            break
        expected += 1
    ours = {epoch for epoch, stream in chain.streams.items() if stream.device == workstation}
    if bad is None and ours & chain.bad_streams().keys():
        bad = first_unsigned(connection, chain, expected - 1, None)
    if bad is not None:
        raise StoreDamaged(
            f"The record was changed after it was written: at event {bad.id[:16]}… {bad.why}. "
            "Do not use it; go on with the paper sheet and restore the backup."
        )
    newest = chain.newest_of(workstation)
    return read_instant(newest) if newest else None


def out_of_turn(row: Row, expected: int) -> FirstBad | None:
    """Return what to say of a row that does not stand at the place that is due, or None."""
    if row[0] == expected:
        return None
    return FirstBad(row[1].hex(), row[3], row[2].hex(), f"row {expected} of the journal, before it, is missing")


def unreadable(n: int) -> FirstBad:
    """Return what to say of the row at which the file cannot be read any more.

    A page that is not as it was written cannot even be read; the events on it are as bad as changed ones.
    """
    return FirstBad("", 0, "", f"it, or another near row {n} of the journal, cannot be read from the disk")


def first_unsigned(connection: sqlcipher3.Connection, chain: Chain, upto: int, bad: FirstBad | None) -> FirstBad | None:
    """Return the first event that its workstation did not sign, in the streams whose head fails."""
    found: list[tuple[int, FirstBad]] = []
    for epoch, why in chain.bad_streams(to_the_end=bad is None).items():
        device = chain.streams[epoch].device
        for n, id, seq, sig in connection.execute(_SIGNATURES, (bytes.fromhex(epoch), upto)):
            if not chain.signed_by(device, id.hex(), sig):
                found.append((n, FirstBad(id.hex(), seq, epoch, why)))
                break
    return min(found, key=lambda each: each[0])[1] if found else None


def lookups(
    connection: sqlcipher3.Connection,
) -> tuple[Callable[[str, int], dict[str, Json] | None], Callable[[str], dict[str, Json] | None]]:
    """Return how a chain finds the event at a position of an epoch, and an event by its id."""

    def before(epoch: str, seq: int) -> dict[str, Json] | None:
        return _decoded(connection.execute(_AT, (bytes.fromhex(epoch), seq)).fetchone())

    def cited(id: str) -> dict[str, Json] | None:
        wanted = bytes.fromhex(id)
        row = connection.execute(_BY_ID, (wanted,)).fetchone()
        if row is None and (beside := admitted_beside(connection, id)):
            row = (wanted, beside)
        return _decoded(row)

    return before, cited


def _decoded(row: tuple[bytes, bytes] | None) -> dict[str, Json] | None:
    """Return the event with its id, or None for one that is not there or not as it was written."""
    if row is None or event_id(row[1]) != row[0].hex():
        return None
    try:
        event = read_event(row[1])
    except NotCanonical:
        return None
    return None if envelope_fault(event) else {**event, "id": row[0].hex()}
