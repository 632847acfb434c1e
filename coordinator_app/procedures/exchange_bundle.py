"""Events by USB stick: everything this record has for another workstation of the site, and back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, structs

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.bundle import (
    BundleRefused,
    Closing,
    Cover,
    bundle_key,
    check_bundle,
    read_bundle,
    write_bundle,
)
from coordinator_app.exchange.judging import Judging
from coordinator_app.exchange.ports import Identity
from coordinator_app.exchange.protocol import Line, Stream
from coordinator_app.procedures.exchange_record import ExchangeRecord
from coordinator_app.procedures.exchange_rounds import verify
from coordinator_app.store.arrivals import knows
from coordinator_app.store.store import Store


class Unbundled(Struct, frozen=True):
    """What became of a bundle: events that came in, that were here already, and that were kept apart."""

    device: str
    made_at: str
    integrated: int
    here: int
    kept: int


def make_bundle(store: Store, path: Path) -> int:
    """Write everything this record has into a bundle for the site; returns how many events. Raises OSError."""
    record = ExchangeRecord(store)
    cover = Cover(store.site, store.workstation, instant(datetime.now(UTC)))
    heads = {epoch: Stream(here.next, here.id) for epoch, here in record.streams().items()}
    keys = {name: each.hex() for name, each in store.patient_keys.wrapped().items()}
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            count = write_bundle(file, _key(store), store.sign, cover, _pages(record), Closing(heads, keys))
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return count


def take_bundle(store: Store, path: Path) -> Unbundled:
    """Take in a bundle: checked whole before anything of it is used, and the same again does nothing.

    Raises BundleRefused and OSError.
    """
    record = ExchangeRecord(store)
    with path.open("rb") as file:
        cover = check_bundle(file, _key(store), lambda device, sig, part: _made_by(record, device, sig, part))
        if cover.site != store.site:
            raise BundleRefused("The bundle belongs to another site; choose another one.")
    states = {"integrated": 0, "here": 0, "kept": 0, "unknown": 0}
    with path.open("rb") as file:
        for part in read_bundle(file, _key(store)):
            if isinstance(part, Closing):
                record.tell(record.findings(), part.heads, {})
            else:
                for state in _take(record, store, part):
                    states[state] += 1
    # The hub may lack what came by hand: it is offered with the next round.
    record.set_marks(structs.replace(record.marks(), offered=""))
    return Unbundled(
        cover.device, cover.made_at, states["integrated"] + states["unknown"], states["here"], states["kept"]
    )


def _take(record: ExchangeRecord, store: Store, lines: list[Line]) -> list[str]:
    who = Identity(
        store.workstation, store.site, b"", store.sign, verify, str, str, secrets.SystemRandom().random, knows
    )
    taken = Judging(record, who).judge(lines)
    record.take(taken, record.marks())
    return [each.state for each in taken]


def _pages(record: ExchangeRecord) -> Iterator[list[Line]]:
    for epoch, here in record.streams().items():
        first = 0
        while first < here.next:
            page = record.lines(epoch, first)
            yield page
            first += len(page)
    for _, _, lines in record.kept_runs():
        yield lines


def _made_by(record: ExchangeRecord, device: str, sig: bytes, part: bytes) -> bool:
    key = record.key_of(device)
    return key is not None and verify(key, sig, part)


def _key(store: Store) -> bytes:
    return bundle_key(store._grounds.keys.site)
