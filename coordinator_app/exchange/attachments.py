"""Photos and loggers' files between a workstation and its hub: ciphertext in parts, after the events that name them.

A part that was lost is sent again, and one that broke off goes on where the other side has come to. What moves in one
round is bounded, so that events of a busy ward do not wait for a night's photos.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import Asking, Moved, Octets
from coordinator_app.exchange.ports import Pause, Reply, Request

ROOM = 4 * 1024 * 1024
"""Bytes that move in one round."""
PART_WITHIN = 60.0
"""Seconds that one part may take."""


class AttachmentsHere(Protocol):
    """The attachments of a workstation, as far as the exchange goes; none of the calls raises for a missing file."""

    def to_send(self) -> Sequence[str]:
        """Return those that are here and that the hub is not known to have."""
        ...

    def size(self, name: str) -> int:
        """Return how many bytes of ciphertext one has, 0 where it cannot be read."""
        ...

    def part(self, name: str, start: int, count: int) -> bytes:
        """Return some bytes of one, none where it cannot be read."""
        ...

    def is_at_hub(self, name: str) -> None:
        """Note that the hub has one whole."""
        ...

    def wanted(self) -> Sequence[str]:
        """Return those that events name and that are not here, without those of erased patients."""
        ...

    def begun(self, name: str) -> int:
        """Return how many bytes have been fetched of one that broke off."""
        ...

    def add(self, name: str, content: bytes) -> None:
        """Keep the next bytes of one."""
        ...

    def finish(self, name: str) -> bool:
        """Say whether what was fetched is what the name says, and keep it; otherwise forget it."""
        ...

    def hub_lost(self) -> None:
        """Note that the hub was put back and may lack any of them."""
        ...


_Steps = Generator[Request | Pause, Reply, int]


def exchange_attachments(
    hub: Asking, here: AttachmentsHere, room: int = ROOM
) -> Generator[Request | Pause, Reply, Moved]:
    """Send what the hub lacks, then fetch what is named and not here, at most `room` bytes; raises Unreachable."""
    moved = Moved()
    for name in here.to_send():
        if room <= 0:
            moved.left += 1
        else:
            room -= yield from _send(hub, here, name, room, moved)
    for name in here.wanted():
        if room <= 0:
            moved.left += 1
        else:
            room -= yield from _fetch(hub, here, name, room, moved)
    return moved


def _send(hub: Asking, here: AttachmentsHere, name: str, room: int, moved: Moved) -> _Steps:
    """Send one from where the hub has come to; returns how many bytes went."""
    of, went, has, stood = here.size(name), 0, 0, 0
    content = b""  # the first question is only how much of it is there already
    while of:
        target = f"/v1/attachments/{name}?from={has}&of={of}"
        answer = yield from hub.ask("PUT", target, content, p.Held, seconds=PART_WITHIN)
        if isinstance(answer, p.Refused):
            return went  # this one is not taken; the others are not to wait for it
        went += len(content)
        stood = 0 if answer.has > has else stood + 1
        has = answer.has
        if has >= of:
            here.is_at_hub(name)
            moved.sent += 1
            return went
        if went >= room or stood > 2:
            moved.left += 1
            return went
        content = here.part(name, has, min(p.MAX_PART, of - has))
        if not content:
            return went
    return went


def _fetch(hub: Asking, here: AttachmentsHere, name: str, room: int, moved: Moved) -> _Steps:
    """Fetch one from where it broke off; returns how many bytes came."""
    came, start = 0, here.begun(name)
    while start + came <= p.MAX_ATTACHMENT:
        target = f"/v1/attachments/{name}?from={start + came}"
        answer = yield from hub.ask("GET", target, None, Octets, seconds=PART_WITHIN)
        if isinstance(answer, p.Refused):
            moved.missing += 1
            return came
        here.add(name, answer.content)
        came += len(answer.content)
        if len(answer.content) < p.MAX_PART:
            break
        if came >= room:
            moved.left += 1
            return came
    if here.finish(name):
        here.is_at_hub(name)
        moved.taken += 1
    else:
        moved.missing += 1
    return came
