"""When each workstation last wrote something that is in this journal."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlcipher3
from msgspec import Struct

_NEWEST_RUNS = "SELECT device, epoch, max(n) FROM epoch GROUP BY device"
_LAST = "SELECT bytes FROM journal WHERE epoch = ? ORDER BY seq DESC LIMIT 1"


class _At(Struct, frozen=True):
    at: datetime


_at = msgspec.json.Decoder(_At)


def last_news(connection: sqlcipher3.Connection) -> dict[str, datetime]:
    """Return by workstation the instant (aware UTC, its own clock) of its newest event here; two reads for each."""
    found = {}
    for device, epoch, _ in connection.execute(_NEWEST_RUNS).fetchall():
        row = connection.execute(_LAST, (bytes.fromhex(epoch),)).fetchone()
        if row is not None:
            found[str(device)] = _at.decode(row[0]).at
    return found
