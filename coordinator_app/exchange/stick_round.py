"""The exchange by USB stick: a round whose requests were written to a file, and whose replies come in one.

The replies are handed to the same core that talks over the network, request by request. A request whose reply is not in
the file ends that part of the round; nothing is taken that the hub did not sign.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import Round, Unreachable
from coordinator_app.exchange.core import Exchange
from coordinator_app.exchange.ports import Here, Marks, Record, Reply
from coordinator_app.exchange.protocol.stick import Carried

NOT_ON_STICK = b"This is not in the file; it comes with the next one."


def requests_of(
    record: Record,
    epochs: Mapping[str, tuple[int, Here]],
    keys: tuple[int, dict[str, str]] | None,
    attachments: Iterable[tuple[str, bytes]],
    wanted: Sequence[str],
) -> Iterator[Carried]:
    """Yield everything that this record would say to a hub: keys, then events from a position of each epoch on,
    photos and files, and what it wants to know.
    """
    if keys is not None:
        yield Carried("PUT", "/v1/keys", body=p.written(p.Keys(*keys)))
    for epoch, (first, here) in epochs.items():
        yield from _pushes(record, epoch, first, here.next)
    for epoch, first, lines in record.kept_runs():
        yield Carried("PUT", f"/v1/epochs/{epoch}/events?from={first}&apart=1", body=p.written(p.Push(list(lines))))
    for name, content in attachments:
        for start in range(0, len(content), p.MAX_PART):
            target = f"/v1/attachments/{name}?from={start}&of={len(content)}"
            yield Carried("PUT", target, body=content[start : start + p.MAX_PART])
    yield from _questions(record.marks(), wanted)


def _pushes(record: Record, epoch: str, first: int, end: int) -> Iterator[Carried]:
    while first < end:
        lines = record.lines(epoch, first)
        if not lines:
            return
        yield Carried("PUT", f"/v1/epochs/{epoch}/events?from={first}", body=p.written(p.Push(lines)))
        first += len(lines)


def _questions(marks: Marks, wanted: Sequence[str]) -> Iterator[Carried]:
    after = p.cursor(marks.hub_epoch or "any", marks.n) if marks.hub_epoch or marks.n else ""
    for target in ("/v1/keys", "/v1/heads", f"/v1/kept?after={marks.kept}"):
        yield Carried("GET", target)
    yield Carried("GET", f"/v1/changes?after={after}&limit={p.MAX_EVENTS}")
    for name in wanted:
        yield Carried("GET", f"/v1/attachments/{name}?from=0")


def take_replies(exchange: Exchange, replies: Mapping[tuple[str, str], Reply]) -> Round:
    """Let the core read what a hub replied, as far as it goes; raises Unreachable where the hub withdrew this one."""
    done = Round()
    for steps in exchange.parts(done):
        try:
            _answer(steps, replies)
        except Unreachable as fault:
            if fault.code != "offline":
                raise
    return done


def _answer(steps: Generator[object, Reply, object], replies: Mapping[tuple[str, str], Reply]) -> None:
    reply: Reply | None = None
    while True:
        try:
            step = next(steps) if reply is None else steps.send(reply)
        except StopIteration:
            return
        method, target = getattr(step, "method", ""), getattr(step, "target", "")
        reply = replies.get((method, target), Reply(0, NOT_ON_STICK))


def heads_on(carried: Carried) -> dict[str, int]:
    """Return how far the hub has each epoch, from its reply about its heads."""
    told = json.loads(carried.body) if carried.status == 200 and carried.target == "/v1/heads" else {}
    return {epoch: int(each["known"]["next"]) for epoch, each in told.get("epochs", {}).items()}
