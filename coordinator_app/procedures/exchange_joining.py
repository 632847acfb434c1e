"""The way of a workstation into a site: it asks a hub, waits for the hub's office, then for the key of the site."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from coordinator_app.exchange.client import HubAddress
from coordinator_app.exchange.protocol import Enrolled
from coordinator_app.procedures.exchange_rounds import Rounds, Steps, admission_request, enrolled_of
from coordinator_app.store.connection import STORE_FILE
from coordinator_app.store.files import sync_folder, write_whole
from coordinator_app.store.keys import KeyPort
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.moment import Clock
from coordinator_app.store.patient_keys import PATIENT_KEY_FILE
from coordinator_app.store.store import Store
from coordinator_app.store.store_keys import MARKER_FILE, read_marker

ASKED = "asked"
"""The mark that a hub was asked for admission and has not approved it yet."""
JOINING_FILE = "joining.json"
"""Beside an empty record: it is to be begun anew for the site that the hub named."""
_CARRIED = "joining.workstation"
_RECORD = (MARKER_FILE, STORE_FILE, STORE_FILE + "-wal", STORE_FILE + "-shm", PATIENT_KEY_FILE, MIRROR_FILE)


class Asked(Struct, frozen=True):
    """What a hub was asked: where it is, the code, and the fingerprint of the workstation that hands over the key."""

    address: HubAddress
    code: str
    admitting: str = ""


class NewSite(Struct, frozen=True):
    """The site that an empty record is to be begun anew for; the workstation keeps its name and its signing key."""

    site: str
    workstation: str
    asked: Asked


def asked_of(tables: ExchangeTables) -> Asked | None:
    """Return what was asked and not answered yet."""
    text = tables.mark(ASKED)
    return msgspec.json.decode(text.encode(), type=Asked) if text else None


def set_asked(tables: ExchangeTables, asked: Asked | None) -> None:
    """Keep what is asked, or forget it; the caller holds the transaction."""
    tables.set_mark(ASKED, msgspec.json.encode(asked).decode() if asked is not None else "")


def ask_hub(store: Store, rounds: Rounds, asked: Asked) -> Steps[Enrolled]:
    """Ask the hub once; where it has approved this workstation for the record's own site, the record joins it.

    Raises NotJoined, NotHeard.
    """
    reply = yield admission_request(asked.code, store.workstation, store.public_key)
    found = enrolled_of(reply)
    if found.state == "approved" and found.site == store.site:
        rounds.join(asked.address, found, asked.admitting)
        with store.writing():
            set_asked(rounds.record.arrivals.tables, None)
    return found


# An empty record begun anew -----------------------------------------------------------------------------------------


def note_new_site(folder: Path, site: str, workstation: str, asked: Asked) -> None:
    """Note beside an empty record that it is to be begun anew for another site. Raises OSError."""
    write_whole(folder / JOINING_FILE, msgspec.json.encode(NewSite(site, workstation, asked)))


def begin_anew(folder: Path, keys: KeyPort, clock: Clock, program: str, mirror: Path | None = None) -> Store | None:
    """Begin the record anew for the site that was noted, under the key the hub was shown; None where none is noted.

    What stood there holds nothing but that the program was started; it is put aside, not deleted. A power cut at any
    point leaves the note, and the next start goes on from there. `mirror` is the second copy on another disk.
    Raises StoreFault.
    """
    note = folder / JOINING_FILE
    if not note.exists():
        return None
    wanted = msgspec.json.decode(note.read_bytes(), type=NewSite)
    if (folder / MARKER_FILE).exists():
        signing = keys.get(f"{read_marker(folder)}.workstation")
        if signing is not None and keys.get(_CARRIED) is None:
            keys.put(_CARRIED, signing)
        _put_aside(folder, mirror)
    store = Store.create(
        folder, keys=_SameSigningKey(keys), clock=clock, workstation=wanted.workstation, site=wanted.site,
        program=program, mirror=mirror,
    )  # fmt: skip
    with store.writing():
        tables = ExchangeTables(store.connection)
        tables.create()
        set_asked(tables, wanted.asked)
    note.unlink()
    keys.delete(_CARRIED)
    return store


class _SameSigningKey:
    """A place for secrets that gives a new record the signing key that the hub was shown for the one before."""

    def __init__(self, port: KeyPort) -> None:
        self._port = port
        self.where = port.where

    def get(self, name: str) -> bytes | None:
        return self._port.get(name)

    def put(self, name: str, secret: bytes) -> None:
        carried = self._port.get(_CARRIED) if name.endswith(".workstation") and name != _CARRIED else None
        self._port.put(name, carried or secret)

    def delete(self, name: str) -> None:
        self._port.delete(name)


def _put_aside(folder: Path, mirror: Path | None) -> None:
    number = 1
    while (folder / f"before-joining-{number}").exists():
        number += 1
    aside = folder / f"before-joining-{number}"
    aside.mkdir(mode=0o700)
    # The marker goes first: a folder without it holds no record, whatever else a power cut leaves in it.
    for name in _RECORD:
        if (folder / name).exists():
            (folder / name).rename(aside / name)
    if mirror is not None and mirror.exists():
        mirror.rename(mirror.with_name(f"{mirror.name}.{aside.name}"))
    sync_folder(folder)
