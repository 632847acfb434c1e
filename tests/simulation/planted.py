"""Faults that other systems really had, planted here so that the simulation can show that it finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from coordinator_app.domain.log_head import head_after
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.core import Exchange, Round
from coordinator_app.exchange.judging import Judging
from coordinator_app.exchange.ports import Identity, Marks, Record, Reply, Request
from coordinator_app.exchange.pulling import Pulling

from .memory_ledger import MemoryLedger
from .node import SITE

if TYPE_CHECKING:
    from coordinator_app.hub.calls import Calls

    from .world import World

SEQUENCE = "cursor from a sequence"
BEFORE_ROWS = "cursor before rows"
NO_EPOCH = "numbering without epoch"
PASSED_OVER = "a line that does not fit is passed over"
TWO_LOGS = "a hub that shows two logs"
ANCHORED = "every workstation writes what it was shown, and the hub shows one log"
CONTROL = "a cursor believed, but from a counter"
PLANTS = (SEQUENCE, BEFORE_ROWS, NO_EPOCH, PASSED_OVER, TWO_LOGS)


class TrustingPull(Pulling):
    """Believes whatever cursor the hub tells, as pull protocols without running heads do."""

    def _take(self, marks: Marks, page: p.Changes, done: Round) -> bool:
        _, n = p.read_cursor(page.cursor)
        taken = Judging(self._record, self._who).judge(page.events)
        moved = structs.replace(marks, hub_epoch=page.hub_epoch, n=n, head=page.before, shown=None)
        if moved != marks or taken:
            self._record.take(taken, moved)
        return bool(page.events)


class CarelessPull(Pulling):
    """Takes what fits and says nothing of the rest, as a reader does that skips what it cannot use."""

    def _take(self, marks: Marks, page: p.Changes, done: Round) -> bool:
        taken = [each for each in Judging(self._record, self._who).judge(page.events) if each.state != "kept"]
        n = page.after + len(page.events)
        head = head_after(page.before, [line.id for line in page.events])
        moved = structs.replace(marks, hub_epoch=page.hub_epoch, n=n, head=head)
        if moved != marks or taken:
            self._record.take(taken, moved, page.events)
        return n < page.size


class CarelessExchange(Exchange):
    """An exchange with that reader."""

    def __init__(self, record: Record, identity: Identity) -> None:
        super().__init__(record, identity)
        self._pull = CarelessPull(record, self._hub, self._keys)


class TrustingExchange(Exchange):
    """An exchange with that reader."""

    def __init__(self, record: Record, identity: Identity) -> None:
        super().__init__(record, identity)
        self._pull = TrustingPull(record, self._hub, self._keys)


def answer_from_a_sequence(world: World, request: Request, reply: Reply) -> Reply:
    """Hand out lines as a hub does whose numbers come from a sequence: a transaction that is still open has taken its
    number, later ones are committed already, and the reader's cursor goes past the hole."""
    if not request.target.startswith("/v1/changes") or reply.status != 200:
        return reply
    page = msgspec.json.decode(reply.body, type=p.Changes)
    log = world.ledger.log
    asked = next(node for node in world.nodes if f"device={node.device}," in request.headers["Authorization"])
    after = asked.record.marks().n
    for n in range(after + 1, len(log) + 1):
        if n not in world.open_until:
            late = world.plant == SEQUENCE and world.draw.random() < 0.3
            world.open_until[n] = world.operations + (world.draw.randrange(30) if late else 0)
    rows = [row for row in log[after : after + 100] if world.healing or world.open_until[row.n] <= world.operations]
    lines = [p.line_of(row.written, row.id, row.sig, row.psig) for row in rows]
    last = rows[-1].n if rows else after
    faulty = structs.replace(
        page,
        events=lines,
        cursor=p.cursor(page.hub_epoch, last),
        after=after,
        before=asked.record.marks().head,
    )
    return Reply(200, p.written(faulty))


class OtherFace:
    """The second log of a hub that shows two: one workstation sees this one, and what is sent comes to the other late.

    Nothing is lost and every workstation has every event in the end; only the order is not the same for all.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._deceived = world.nodes[0].device
        self._calls = world.hub_over(world.ledger.copy(), "other")
        self._to_forward: list[tuple[Calls, Request]] = []

    def answer(self, request: Request) -> Reply:
        """Answer from the log of whoever asks, and hand what was sent to the other one now and then."""
        here, there = self._calls, self._world.calls
        if f"device={self._deceived}," not in request.headers["Authorization"]:
            here, there = there, here
        if request.target.startswith("/v1/checkpoints"):
            # It stands by whatever it signed: its answer is where the log stands, and nothing begins anew.
            return Reply(200, p.written(here._reading.standing(SITE)))
        if request.target.startswith("/v1/epochs/"):
            self._to_forward.append((there, request))
        while self._to_forward and (self._world.healing or self._world.draw.random() < 0.3):
            calls, late = self._to_forward.pop(0)
            self._world.answer_of(calls, late)
        return self._world.answer_of(here, request)


class AgreeableLedger(MemoryLedger):
    """Takes every known position for the same event, as a hub does that numbers by workstation and looks no further."""

    def ids(self, site: str, epoch: str, first: int, last: int) -> dict[int, str]:
        return {seq: _Anything(id) for seq, id in super().ids(site, epoch, first, last).items()}


class _Anything(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__
