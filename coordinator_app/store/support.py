"""Which types of events each workstation said that its program knows, in the opening of its newest run."""

from __future__ import annotations

import msgspec
import sqlcipher3

_NEWEST = """SELECT e.device, j.bytes FROM epoch AS e JOIN journal AS j ON j.n = e.n
 WHERE e.n IN (SELECT max(n) FROM epoch GROUP BY device)"""


class _Types(msgspec.Struct, frozen=True):
    types: tuple[str, ...] = ()


class _Opening(msgspec.Struct, frozen=True):
    body: _Types


_opening = msgspec.json.Decoder(_Opening)


def reported_types(connection: sqlcipher3.Connection) -> dict[str, frozenset[str]]:
    """Return the types by workstation; one that has not opened a run here yet said nothing."""
    rows = connection.execute(_NEWEST).fetchall()
    return {device: frozenset(_opening.decode(written).body.types) for device, written in rows}
