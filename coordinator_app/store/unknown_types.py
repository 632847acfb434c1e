"""Events that came in while this program did not know their type, and what becomes of them after an update."""

from __future__ import annotations

import sqlcipher3

from coordinator_app.domain.events import EVENT_TYPES
from coordinator_app.store.marks import ExchangeTables


def knows(type: str, version: int) -> bool:
    """Say whether this program knows a type of event in this version."""
    known = EVENT_TYPES.get(type)
    return known is not None and version == known.VERSION


def known_by_now(connection: sqlcipher3.Connection) -> tuple[str, ...]:
    """Return the ids of events that were stored unknown and that this program knows."""
    tables = ExchangeTables(connection)
    if not tables.there():
        return ()
    return tuple(id for id, type, version, _ in tables.unknown() if knows(type, version))


def forget_known_by_now(connection: sqlcipher3.Connection) -> None:
    """No longer list what this program knows; the caller holds the transaction and reads the journal anew."""
    if ids := known_by_now(connection):
        ExchangeTables(connection).drop_unknown(ids)
