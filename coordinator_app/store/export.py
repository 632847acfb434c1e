"""Writes the journal as JSON lines that anybody can verify without this program (`formats.md` §1.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import sqlcipher3

from coordinator_app.domain.events import PersonAdded, WorkstationAdmitted
from coordinator_app.store.store import Store

_ROWS = "SELECT bytes, id, sig, psig FROM journal ORDER BY epoch, seq"


def export(store: Store) -> Iterator[bytes]:
    """Yield the lines of the export, each with its line end: the heading, then every event by epoch and position.

    Sealed fields stay sealed: the export holds no name and no date of birth that can be read.
    """
    devices, people = {store.workstation: store.public_key.hex()}, {}
    for recorded in store.site_events():
        if isinstance(recorded.body, WorkstationAdmitted):
            devices[recorded.body.workstation] = recorded.body.public_key
        elif isinstance(recorded.body, PersonAdded):
            people[recorded.body.person] = recorded.body.public_key
    heading = {
        "format": "coordinator-journal",
        "v": 1,
        "site": store.site,
        "devices": devices,
        "people": people,
    }
    yield json.dumps(heading, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    yield from _events(store.connection)


def _events(connection: sqlcipher3.Connection) -> Iterator[bytes]:
    for written, id, sig, psig in connection.execute(_ROWS):
        person = f',"psig":"{psig.hex()}"' if psig is not None else ""
        yield b'{"event":' + written + f',"id":"{id.hex()}","sig":"{sig.hex()}"{person}}}\n'.encode()
