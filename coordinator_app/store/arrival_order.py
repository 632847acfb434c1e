"""Which of two events was in this journal first, whatever their clocks say."""

from __future__ import annotations

import sqlcipher3

_ROW = "SELECT n FROM journal WHERE id = ?"


def came_after(connection: sqlcipher3.Connection, id: str, other: str) -> bool:
    """Tell whether an event came into this journal after another; False where one of them is not here."""
    rows = [connection.execute(_ROW, (bytes.fromhex(each),)).fetchone() for each in (id, other)]
    return None not in rows and bool(rows[0][0] > rows[1][0])
