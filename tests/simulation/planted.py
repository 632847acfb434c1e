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

if TYPE_CHECKING:
    from .world import World

SEQUENCE = "cursor from a sequence"
BEFORE_ROWS = "cursor before rows"
NO_EPOCH = "numbering without epoch"
PASSED_OVER = "a line that does not fit is passed over"
CONTROL = "a cursor believed, but from a counter"
PLANTS = (SEQUENCE, BEFORE_ROWS, NO_EPOCH, PASSED_OVER)


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
