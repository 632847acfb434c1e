"""Follows the log of the site to another hub: the former hub's signed statement says where it goes on."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import structs

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import HubMoved, Round
from coordinator_app.exchange.client import CannotTrust, HubAddress, HubClient, drive
from coordinator_app.exchange.core import Exchange
from coordinator_app.exchange.ports import Identity
from coordinator_app.procedures.exchange_rounds import HubSet, NotJoined, Rounds, verify

_FORMER = "former_hubs"
"""The mark with the statements by which the log came to the hub of today, oldest first."""


def once(rounds: Rounds) -> Round:
    """Do one round, at another hub if the log moved there; raises NotJoined and what the exchange core raises."""
    try:
        return rounds.once()
    except HubMoved as fault:
        follow(rounds, [fault.moved])
        return rounds.once()


def follow(rounds: Rounds, moved: Sequence[p.Moved], address: HubAddress | None = None) -> None:
    """Exchange with the hub that these statements lead to from the one that is known here; raises NotJoined.

    Each must be signed with the key of the hub before. Without an address the one of the statement is used.
    """
    hub = rounds.hub
    if hub is None:
        raise NotJoined("This record exchanges with no hub; 'coordinator exchange join' names one.")
    key, url = hub.hub_key, hub.address.url
    by_hub = {each.old_key: each for each in moved}
    while (each := by_hub.pop(key, None)) is not None:
        signed = verify(bytes.fromhex(key), bytes.fromhex(each.sig), p.moved_part(each))
        if not signed or each.site != rounds.store.site:
            raise NotJoined("The statement of the move is not signed by this site's hub; do not follow it.")
        key, url = each.new_key, each.url
    if key == hub.hub_key:
        raise NotJoined("That hub does not say that the log of this site came from the hub of this workstation.")
    # A pinned certificate was the former hub's; an authority of the site may have issued the new one too.
    chosen = address or HubAddress(url, hub.address.authority)
    try:
        HubClient(chosen).close()
    except CannotTrust as fault:
        raise NotJoined(str(fault)) from fault
    with rounds.store.writing():
        tables = rounds.record.arrivals.tables
        tables.set_mark("hub", msgspec.json.encode(HubSet(chosen, key)).decode())
        tables.set_mark(_FORMER, msgspec.json.encode([*former(rounds), *moved]).decode())


def ask_and_follow(rounds: Rounds, address: HubAddress) -> None:
    """Ask a hub how the log of this site came to it, and follow it there; raises NotJoined and what the core raises."""
    hub = rounds.hub
    if hub is None:
        raise NotJoined("This record exchanges with no hub; 'coordinator exchange join' names one.")
    client = HubClient(address)
    try:
        answer = drive(Exchange(rounds.record, _any_hub(rounds)).ask("GET", "/v1/moved", None, p.MovedHere), client)
    finally:
        client.close()
    if isinstance(answer, p.Refused):
        raise NotJoined(answer.why)
    part = p.checkpoint_part(rounds.store.site, answer.hub_epoch, answer.size, answer.head)
    if not verify(bytes.fromhex(answer.hub_key), bytes.fromhex(answer.sig), part):
        raise NotJoined("That hub did not sign its answer with its own key; do not use it.")
    if all(each.new_key != answer.hub_key for each in answer.statements):
        raise NotJoined("That hub does not say that the log of this site came from the hub of this workstation.")
    follow(rounds, answer.statements, address)


def former(rounds: Rounds) -> list[p.Moved]:
    """Return the statements by which the log came to the hub of today."""
    text = rounds.record.arrivals.tables.mark(_FORMER)
    return msgspec.json.decode(text.encode(), type=list[p.Moved]) if text else []


def is_receipt_of_ours(rounds: Rounds, receipt: p.Receipt) -> bool:
    """Say whether the hub of today, or one that the log came from, signed this receipt."""
    hub = rounds.hub
    keys = [each.old_key for each in former(rounds)] + ([hub.hub_key] if hub is not None else [])
    part, sig = p.receipt_part(rounds.store.site, receipt), bytes.fromhex(receipt.sig)
    return any(verify(bytes.fromhex(key), sig, part) for key in keys)


def _any_hub(rounds: Rounds) -> Identity:
    """Return who asks; whatever key signs the answer, it is looked at only with the statements that it brings."""
    return structs.replace(rounds.identity(), verify=lambda key, sig, part: True)
