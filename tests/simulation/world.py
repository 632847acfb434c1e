"""The simulated world: workstations, a hub, a network that loses, doubles, cuts and delays; faults drawn from a seed."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from coordinator_app.domain.seal import instant
from coordinator_app.exchange.ports import Reply, Request
from coordinator_app.hub.calls import Asked, Calls
from coordinator_app.hub.door import Rates
from coordinator_app.hub.ledger import NO_HEAD, LedgerRefused, SiteRow, WorkstationRow
from coordinator_app.hub.standing import HubSigner

from .judgement import judge
from .memory_ledger import HubCrashed, MemoryLedger
from .memory_record import MemoryRecord
from .node import SITE, Node, keyed, verify
from .planted import (
    ANCHORED,
    BEFORE_ROWS,
    CONTROL,
    NO_EPOCH,
    PASSED_OVER,
    SEQUENCE,
    TWO_LOGS,
    AgreeableLedger,
    CarelessExchange,
    OtherFace,
    TrustingExchange,
    answer_from_a_sequence,
)

BEGIN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


class Faults(Struct, frozen=True):
    """Chances of each fault, for one step."""

    lost_request: float = 0.06
    lost_reply: float = 0.06
    doubled: float = 0.04
    replayed: float = 0.02
    cut: float = 0.02
    crash: float = 0.01
    backup: float = 0.01
    restore: float = 0.003
    clone: float = 0.001
    clock: float = 0.01
    hub_crash: float = 0.01
    hub_backup: float = 0.004
    hub_restore: float = 0.001
    revoke: float = 0.0003
    poison: float = 0.0003
    decision: float = 0.002


class Violated(AssertionError):
    """The simulated history broke a promise."""


class World:
    """One seed, one history. `plant` may replace a part by a faulty one."""

    def __init__(self, seed: int, nodes: int = 0, faults: Faults | None = None, plant: str = "") -> None:
        self.draw = random.Random(seed)  # noqa: S311 - a seed must give the same history again
        self.seed, self.plant = seed, plant
        # Who believes every cursor is lost with a hub that is put back too: here only the sequence is to blame.
        usual = Faults(hub_restore=0.0, clone=0.0) if plant in (SEQUENCE, CONTROL) else Faults()
        if plant == TWO_LOGS:  # what is sent must come to both logs, in whatever order
            usual = Faults(hub_restore=0.0, hub_crash=0.0, clone=0.0, restore=0.0, revoke=0.0, poison=0.0, decision=0.0)
        self.faults = faults or usual
        self.now = BEGIN
        self.operations = 0
        self.trace = hashlib.sha256()
        self.hub_key = hashlib.sha256(b"hub").digest()
        self.ledger: MemoryLedger = AgreeableLedger() if plant == NO_EPOCH else MemoryLedger()
        self.open_until: dict[int, int] = {}
        self.healing = False
        self.hub_backups: list[MemoryLedger] = []
        self.made: dict[str, str] = {}
        self.put_back_untold = False
        self.replays: list[Request] = []
        self._open_hub("hub0")
        self.ledger.site_row = SiteRow(0, NO_HEAD, "hub0")
        self.nodes: list[Node] = []
        for number in range(nodes or self.draw.randint(2, 7)):
            self._admit(f"ws{number}")
        self.other_face = OtherFace(self) if plant == TWO_LOGS else None

    # The hub --------------------------------------------------------------------------------------------------------

    def _open_hub(self, name: str) -> None:
        self.calls = self.hub_over(self.ledger, name)

    def hub_over(self, ledger: MemoryLedger, name: str) -> Calls:
        """Return the real rules of a hub over these books."""
        minted = iter(f"{name}m{n}" for n in range(10**6))
        return Calls(
            ledger,
            HubSigner(lambda part: keyed(self.hub_key, part), self.hub_key),
            verify,
            self.hub_key,
            now=lambda: self.now,
            rates=Rates(5.0, 40.0),
            tick=lambda: (self.now - BEGIN).total_seconds(),
            mint=lambda: next(minted),
        )

    def answer(self, request: Request) -> Reply:
        """Let the hub answer, or the faulty one that is planted."""
        if self.other_face is not None:
            return self.other_face.answer(request)
        reply = self.answer_of(self.calls, request)
        return answer_from_a_sequence(self, request, reply) if self.plant in (SEQUENCE, CONTROL) else reply

    def answer_of(self, calls: Calls, request: Request) -> Reply:
        """Let the real hub answer, or crash in the middle."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.target, headers, request.body, "peer")
        path = request.target.partition("?")[0]
        try:
            if path.startswith("/v1/epochs/"):
                answered = calls.push(asked, path.split("/")[3])
            else:
                call = {
                    "GET /v1/changes": calls.changes,
                    "GET /v1/heads": calls.heads,
                    "PUT /v1/heads": calls.announce,
                    "GET /v1/kept": calls.kept,
                    "POST /v1/checkpoints": calls.show,
                }[f"{request.method} {path}"]
                answered = call(asked)
        except (HubCrashed, LedgerRefused):
            return Reply(0, b"the hub crashed")
        return Reply(answered.status, answered.body, float(answered.headers.get("Retry-After", 0)))

    # Time and chance ------------------------------------------------------------------------------------------------

    def run(self, operations: int) -> int:
        """Let so many operations happen, then heal everything and judge; returns how many there were."""
        while self.operations < operations:
            self.step()
        self.heal()
        judge(self)
        return self.operations

    def step(self) -> None:
        """One thing happens somewhere."""
        self.now += timedelta(milliseconds=self.draw.randrange(1, 400))
        node = self.nodes[self.draw.randrange(len(self.nodes))]
        node.now = self.now
        chance = self.draw.random()
        if chance < 0.25:
            self._count("commit", node)
            node.commits()
        elif chance < 0.92:
            self._talk(node)
        else:
            self._something_breaks(node)

    def _talk(self, node: Node) -> None:
        if node.quiet_until > 0:
            node.quiet_until -= 1
            return
        if node.request is None:
            node.advance(None)
            return
        request, f = node.request, self.faults
        self._count("request", node)
        chance = self.draw.random()
        if chance < f.lost_request:
            self._back(node, Reply(0, b"lost"))
            return
        reply = self.answer(request)
        if self.draw.random() < f.doubled:
            self._count("double", node)
            doubled = self.answer(request)
            reply = doubled if self.draw.random() < 0.5 else reply
        if self.draw.random() < f.replayed:
            self.replays.append(request)
        if self.replays and self.draw.random() < f.replayed:
            self._count("replay", node)
            self.answer(self.replays.pop(self.draw.randrange(len(self.replays))))
        chance = self.draw.random()
        if chance < f.lost_reply:
            reply = Reply(0, b"lost")
        elif chance < f.lost_reply + f.cut and len(reply.body) > 2:
            reply = Reply(reply.status, reply.body[: self.draw.randrange(len(reply.body))], reply.retry_after)
        self._back(node, reply)

    def _back(self, node: Node, reply: Reply) -> None:
        self._count("reply", node)
        if self.plant == BEFORE_ROWS:
            self._cut_in_the_middle(node, reply)
            return
        node.advance(reply)

    def _cut_in_the_middle(self, node: Node, reply: Reply) -> None:
        """The planted fault: the marks are committed before the rows, and the program may crash between."""
        record, before = node.record, node.record.marks()
        usual = record.take
        crash = self.draw.random() < 0.05

        def take(taken: object, marks: object, came: object = None) -> None:
            if crash:
                record.mark = marks  # type: ignore[assignment]
            else:
                usual(taken, marks, came)  # type: ignore[arg-type]

        record.take = take  # type: ignore[method-assign]
        node.advance(reply)
        del record.take
        if crash and record.marks() != before:
            node.start()

    def _something_breaks(self, node: Node) -> None:
        f, draw = self.faults, self.draw.random
        scale = 1 / 0.08
        if draw() < f.crash * scale:
            self._count("crash", node)
            node.start()
        elif draw() < f.backup * scale:
            node.backup = node.record.copy()
        elif draw() < f.restore * scale and node.backup is not None:
            self._count("restore", node)
            node.record = node.backup.copy()
            node.start(same_epoch=self.plant == NO_EPOCH)
        elif draw() < f.clone * scale and len(self.nodes) < 10:
            self._clone(node)
        elif draw() < f.clock * scale:
            self._count("clock", node)
            node.offset = timedelta(seconds=self.draw.choice((0, 0, 30, -200, 4000, -(10**6), 10**7)))
        elif draw() < f.poison * scale:
            self._count("poison", node)
            node.write("SleepNoticed", '"slept_ms":1', v=2)
        elif draw() < f.decision * scale:
            if node.decides():
                self._count("decision", node)
        else:
            self._the_hub_breaks(node)

    def _the_hub_breaks(self, node: Node) -> None:
        f, draw = self.faults, self.draw.random
        scale = 1 / 0.058
        if draw() < f.hub_crash * scale:
            self._count("hub crash", node)
            self.ledger.crash_next = True
        elif draw() < f.hub_backup * scale:
            self.hub_backups = [*self.hub_backups[-2:], self.ledger.copy()]
        elif draw() < f.hub_restore * scale and self.hub_backups:
            self._count("hub restore", node)
            self.put_hub_back(told=self.draw.random() < 0.5)
        elif draw() < f.revoke * scale and len(self.nodes) > 3:
            self._count("revoke", node)
            self.ledger.crash_next = False
            self.calls._admission.revoke(SITE, node.device, self.now)

    def put_hub_back(self, *, told: bool) -> None:
        """Put the hub's books back from a backup; `told` says whether somebody told the hub."""
        members = self.ledger.members
        self.ledger = self.hub_backups[self.draw.randrange(len(self.hub_backups))].copy()
        self.ledger.members = members  # an admission that a backup lacks is repeated by a person
        self._open_hub(f"hub{self.operations}")
        self.put_back_untold = self.put_back_untold or not told
        if told and self.ledger.site_row is not None:
            old = self.ledger.site_row
            self.ledger.site_row = SiteRow(old.size, old.head, f"hub{self.operations}", old.kept, old.findings)

    def _clone(self, node: Node) -> None:
        """A virtual machine is copied while it runs: two programs in one epoch."""
        self._count("clone", node)
        seed = self.draw.getrandbits(60)
        twin = Node(f"{node.name}'", node.device, node.key, self.hub_key, seed, node.record.copy())
        twin.epoch, twin.seq, twin.head, twin.now = node.epoch, node.seq, node.head, node.now
        twin.offset, twin.kind, twin.notes_hub = node.offset, node.kind, node.notes_hub
        self.nodes.append(twin)

    def _admit(self, name: str) -> None:
        key = hashlib.sha256(name.encode()).digest()
        device = "workstation:" + key.hex()[:32]
        self.ledger.members[device] = WorkstationRow(SITE, device, key.hex(), "approved", instant(self.now))
        node = Node(name, device, key, self.hub_key, self.draw.getrandbits(60), MemoryRecord(device))
        node.now = self.now
        if self.plant in (SEQUENCE, CONTROL):
            node.kind = TrustingExchange
        if self.plant == PASSED_OVER:
            node.kind = CarelessExchange
        node.notes_hub = self.plant in (ANCHORED, TWO_LOGS)
        node.start()
        self.nodes.append(node)

    # Healing --------------------------------------------------------------------------------------------------------

    def heal(self) -> None:
        """No more faults: everybody talks until nobody has anything to say, clocks as wrong as they are."""
        self.ledger.crash_next = False
        self.healing = True
        still = 0
        for _ in range(400):
            before = self._fingerprint()
            for node in self.nodes:
                self._whole_round(node)
            still = still + 1 if self._fingerprint() == before else 0
            if still == 2:
                return
        raise Violated(f"seed {self.seed}: the workstations never come to rest")

    def _whole_round(self, node: Node) -> None:
        node.quiet_until = 0
        node.now = self.now
        node.advance(Reply(0, b"lost") if node.steps is not None else None)
        node.quiet_until = 0
        if node.steps is None:
            node.advance(None)
        for _ in range(100_000):
            if node.steps is None:
                return
            self.now += timedelta(milliseconds=300)
            node.now = self.now
            if node.request is None:
                self.now += timedelta(seconds=node.quiet_until)
                node.quiet_until = 0
                node.advance(None)
            else:
                self._count("request", node)
                node.advance(self.answer(node.request))
                self._count("reply", node)
        raise Violated(f"seed {self.seed}: a round of {node.name} never ends")

    def _fingerprint(self) -> tuple[object, ...]:
        row = self.ledger.site_row
        return (row, *((len(node.record.rows), len(node.record.kept), node.record.mark.n) for node in self.nodes))

    def _count(self, what: str, node: Node) -> None:
        self.operations += 1
        self.trace.update(f"{what}|{node.name}|{node.head}|{len(self.ledger.log)}".encode())
