"""What must be true of every simulated history once it has healed: nothing lost, nothing silent, all the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from coordinator_app.exchange.protocol import Line

if TYPE_CHECKING:
    from .world import World


class _Opening(msgspec.Struct, frozen=True):
    epoch: str
    seq: int
    device: str
    type: str
    body: dict[str, object]
    prev: str
    refs: list[str] = []

    @property
    def relies_on(self) -> set[str]:
        """The other events without which it does not come in."""
        parent = self.body.get("parent")
        return {*self.refs, *([str(parent["id"])] if isinstance(parent, dict) and parent else [])}


_opening = msgspec.json.Decoder(_Opening)


def judge(world: World) -> None:
    """Raise Violated with the seed and the first broken promise."""
    from .world import Violated

    revoked = {name for name, row in world.ledger.members.items() if row.state == "revoked"}
    hub = {row.id for row in world.ledger.log} | {row.id for row in world.ledger.kept_rows}
    for fault in (
        _contradicted(world),
        _lost(world, hub, revoked),
        _unequal(world, hub, revoked),
        _silent(world, revoked),
        _unaccounted(world, revoked),
        _left_outside(world, revoked),
        _let_in_by_nobody(world, revoked),
    ):
        if fault:
            raise Violated(f"seed {world.seed}, {world.plant or 'no fault planted'}: {fault}")


def _contradicted(world: World) -> str:
    """A hub that shows one log is never accused of two."""
    for node in world.nodes:
        differs = node.record.marks().two_logs
        if differs is not None:
            return f"{node.name} was shown another log than {differs.device[:20]}"
    return ""


def _lost(world: World, hub: set[str], revoked: set[str]) -> str:
    for node in world.nodes:
        # A hub that was put back and not told so keeps apart less than it did; who was withdrawn cannot see that.
        if node.device in revoked and world.put_back_untold:
            continue
        missing = node.record.everything() - hub
        if missing:
            return f"{node.name} has {len(missing)} events that the hub has not ({node.stopped or 'no fault told'})"
        if node.record.unsent():
            return f"{node.name} still has something to send ({node.stopped or 'no fault told'})"
    return ""


def _unequal(world: World, hub: set[str], revoked: set[str]) -> str:
    wanted = _root(hub)
    for node in world.nodes:
        if node.device in revoked:
            continue
        if _root(node.record.everything()) != wanted:
            lacks = len(hub - node.record.everything())
            return f"the root of {node.name} is another than the hub's, {lacks} events are not there ({node.stopped})"
    return ""


def _silent(world: World, revoked: set[str]) -> str:
    """Every fork and every run that follows an old end must have been found."""
    found = {(each.kind, each.device) for each in world.ledger.finding_rows}
    lines: list[Line] = []
    for node in world.nodes:
        lines += [line for _, _, line in node.record.rows]
    at: dict[tuple[str, int], set[str]] = defaultdict(set)
    followers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        event = _opening.decode(line.written)
        at[event.epoch, event.seq].add(line.id)
        forked = len(at[event.epoch, event.seq]) > 1 and event.device not in revoked
        if forked and ("fork", event.device) not in found:
            return f"a fork of {event.device[:20]} at position {event.seq} was not found"
        parent = event.body.get("parent")
        if event.seq == 0 and isinstance(parent, dict) and parent:
            followers[event.device, str(parent["id"])].add(event.epoch)
    log = {row.epoch for row in world.ledger.log if row.seq == 0}
    for (device, _), epochs in followers.items():
        if len(epochs & log) > 1 and not {(kind, device) for kind in ("cloned", "restored")} & found:
            return f"two runs of {device[:20]} follow the same end and nobody was told"
    return ""


def _unaccounted(world: World, revoked: set[str]) -> str:
    log = [row.id for row in world.ledger.log]
    for node in world.nodes:
        record = node.record
        if record.received - record.everything():
            return f"{node.name} received what it cannot account for"
        if not record.counted().adds_up:
            return f"what {node.name} received is not the sum of what became of it: {record.counted()}"
        if node.device in revoked:
            continue
        if record.marks().n != len(log):
            return f"{node.name} stands at {record.marks().n} of {len(log)}"
        if [id for id in log if id not in record.ids and id not in record.kept]:
            return f"{node.name} passed over lines of the hub's log"
    return ""


def _let_in_by_nobody(world: World, revoked: set[str]) -> str:
    """What a withdrawn workstation sent stays outside until people admit it, even where the hub is put back."""
    decided = {id for node in world.nodes for id in node.record.decided}
    for node in world.nodes:
        if node.device in revoked:
            continue
        if came := (world.ledger.quarantined & node.record.ids) - decided:
            return f"{node.name} took in {len(came)} events of a withdrawn workstation that nobody admitted"
    return ""


def _left_outside(world: World, revoked: set[str]) -> str:
    """What people admitted came in wherever it fits behind what is there."""
    for node in world.nodes:
        if node.device in revoked:
            continue
        for id in node.record.decided & node.record.kept.keys():
            epoch, seq, line, _ = node.record.kept[id]
            here = node.record.stream(epoch)
            event = _opening.decode(line.written)
            fits = (here.next, here.id) == (seq, event.prev) if here is not None else seq == 0
            there = node.record.ids | (node.record.decided & node.record.kept.keys())
            if fits and event.relies_on <= there and epoch != node.record.current():
                return f"{node.name} leaves outside what people admitted: {event.type} {epoch[:6]} {seq}"
    return ""


def _root(ids: set[str]) -> str:
    whole = hashlib.sha256()
    for id in sorted(ids):
        whole.update(bytes.fromhex(id))
    return whole.hexdigest()
