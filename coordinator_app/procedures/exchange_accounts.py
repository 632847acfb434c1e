"""The account of the exchange: what waits, what came and became of it, what is missing and whose, who asks to join."""

from __future__ import annotations

from coordinator_app.domain.screens import ExchangeShown
from coordinator_app.procedures.exchange_joining import Asked
from coordinator_app.procedures.exchange_rounds import Rounds
from coordinator_app.procedures.exchange_standing import Asking, ExchangeStanding, Lacking, Replaying, Trouble
from coordinator_app.store.site_key import fingerprint


def accounts_of(
    rounds: Rounds, shown: ExchangeShown, asked: Asked | None, trouble: Trouble | None, replaying: Replaying | None
) -> ExchangeStanding:
    """Return everything the panel tells about the exchange of one record."""
    record, hub = rounds.record, rounds.hub
    counted = record.arrivals.counted()
    return ExchangeStanding(
        shown=shown,
        hub=asked.address.url if asked is not None else hub.address.url if hub is not None else "",
        received=counted.received,
        integrated=counted.integrated,
        unknown=counted.unknown,
        kept=counted.kept,
        lacking=lacking_of(rounds),
        trouble=trouble,
        asking=asking_of(rounds),
        findings=tuple((found.kind, found.device, found.at) for found in record.findings()),
        replaying=replaying,
        let_in=asked is None and hub is not None,
    )


def lacking_of(rounds: Rounds) -> tuple[Lacking, ...]:
    """Return by workstation how many of its events are known to exist and are not here."""
    found: dict[str, int] = {}
    for epoch, (first, last) in rounds.record.missing().items():
        device = rounds.record.writer_of(epoch)
        found[device] = found.get(device, 0) + last - first + 1
    return tuple(Lacking(device, count) for device, count in sorted(found.items()))


def asking_of(rounds: Rounds) -> tuple[Asking, ...]:
    """Return the workstations that the hub knows for this site and that no event of this record admits."""
    known = {*rounds.record.arrivals.admitted(), rounds.store.workstation}
    told = rounds.record.told_keys()
    return tuple(Asking(device, fingerprint(key)) for device, key in sorted(told.items()) if device not in known)
