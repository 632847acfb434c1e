"""When the hub was heard last, kept beside the journal: a restart without a network makes no old news fresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coordinator_app.domain.seal import instant, read_instant
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.store import Store

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a hub that this record joined and never heard: everything it knows is too old."""
KEPT_EVERY = timedelta(minutes=1)
"""How often it is written down; the news seem older by so much after a restart, never younger."""
_HEARD = "heard"


def heard_before(tables: ExchangeTables) -> datetime:
    """Return when the hub was heard last before this start."""
    text = tables.mark(_HEARD)
    return read_instant(text) if text else NEVER


def keep_heard(store: Store, tables: ExchangeTables, now: datetime) -> None:
    """Write down that the hub was heard."""
    with store.writing():
        tables.set_mark(_HEARD, instant(now))
