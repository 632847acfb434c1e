"""The site key on its way to workstations that a person admitted here: kept until each of them has it at the hub."""

from __future__ import annotations

import json

from coordinator_app.exchange.core import Exchange
from coordinator_app.procedures.exchange_rounds import Rounds, Steps
from coordinator_app.store.marks import ExchangeTables

TO_HAND = "to_hand"
"""The mark with the workstations that this one admitted and that wait for the site key from here: id and key."""


def hand_key_to(tables: ExchangeTables, device: str, public_key: bytes) -> None:
    """Note that this workstation is to be handed the site key; the caller holds the transaction."""
    tables.set_mark(TO_HAND, json.dumps({**_waiting(tables), device: public_key.hex()}))


def keys_to_hand(rounds: Rounds) -> dict[str, bytes]:
    """Return the workstations that wait for the site key from here, with their signing keys."""
    return {device: bytes.fromhex(key) for device, key in _waiting(rounds.record.arrivals.tables).items()}


def hand_site_keys(rounds: Rounds, exchange: Exchange) -> Steps[None]:
    """Seal the site key for each that has offered something to seal to; the others are asked about again later."""
    for device, key in keys_to_hand(rounds).items():
        if not (yield from rounds.hand_over(exchange, device, key)):
            continue
        tables = rounds.record.arrivals.tables
        with rounds.store.writing():
            left = {other: each for other, each in _waiting(tables).items() if other != device}
            tables.set_mark(TO_HAND, json.dumps(left))


def _waiting(tables: ExchangeTables) -> dict[str, str]:
    text = tables.mark(TO_HAND)
    found: dict[str, str] = json.loads(text) if text else {}
    return found
