"""The exchange of one workstation with its hub, without sockets, clock or chance: requests out, replies in.

A generator: it yields a `Request` or a `Pause` and is sent a `Reply`. Whatever happens between two steps – no answer, a
crash, a hub that was put back – the next round begins from the record's marks, which move only together with its rows.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeVar

from msgspec import Struct, structs

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import ANSWER_WITHIN, Asking, Round, Steps, Unreachable
from coordinator_app.exchange.attachments import AttachmentsHere, exchange_attachments
from coordinator_app.exchange.key_rotation import KeyAgreement, SiteKeysHere
from coordinator_app.exchange.ports import AGAIN, Identity, Pause, Record, Reply, Request
from coordinator_app.exchange.pulling import Pulling
from coordinator_app.exchange.pushing import Pushing

__all__ = ["Exchange", "Round", "Unreachable"]

_Answer = TypeVar("_Answer", bound=Struct)

FIRST_PAUSE = 1.0


class Exchange:
    """Pushes what the hub lacks, pulls what this record lacks."""

    def __init__(
        self,
        record: Record,
        identity: Identity,
        within: float = ANSWER_WITHIN,
        attachments: AttachmentsHere | None = None,
        keys: SiteKeysHere | None = None,
    ) -> None:
        """Take the record, who asks, how many seconds an answer may take, and the record's photos, files and keys."""
        self._attachments = attachments
        self._record = record
        self._who = identity
        self._hub = Asking(identity, within)
        self._keys = KeyAgreement(self._hub, keys)
        self._push = Pushing(record, self._hub, self._keys)
        self._pull = Pulling(record, self._hub, self._keys)
        self._failures = 0

    def once(self) -> Generator[Request | Pause, Reply, Round]:
        """One whole round; raises Unreachable where it cannot be finished."""
        done = Round()
        try:
            yield from self._look(done)
        except Unreachable as fault:
            if fault.code == "revoked":  # what it still has is kept apart by the hub, not lost
                yield from self._push.hand_in(fault.hub_epoch, done)
            raise
        return (yield from self.news(done))

    def news(self, done: Round | None = None) -> Generator[Request | Pause, Reply, Round]:
        """Send what was not sent and take what is new, as a whole round does, without asking first how all stands.

        For between two whole rounds: people wait for what others record, and the answer about every epoch is long.
        """
        done = done or Round()
        yield from self._push.own(done)
        yield from self._pull.pull(done)
        if self._record.marks().offered != self._record.marks().hub_epoch:
            # The pull met a hub that was put back: it may lack what it once acknowledged.
            yield from self._look(done)
            yield from self._push.own(done)
        yield from self._carry_attachments(done)
        yield from self._pull.witness.compare()
        self._failures = 0
        return done

    def parts(self, done: Round) -> Iterator[Steps]:
        """Return the parts of a round one by one, where each is to be done as far as it goes."""
        yield self._look(done)
        yield self._push.own(done)
        yield self._pull.pull(done)
        yield self._carry_attachments(done)

    def wait(self, seconds: int = int(p.MAX_WAIT)) -> Generator[Request | Pause, Reply, bool]:
        """Wait until the hub has more than this record, at most so many seconds; raises Unreachable."""
        marks = self._record.marks()
        target = f"/v1/wait?after={p.cursor(marks.hub_epoch, marks.n)}&seconds={seconds}"
        answer = yield from self._hub.ask("GET", target, None, p.Waited, seconds=seconds + 3.0)
        return isinstance(answer, p.Waited) and (answer.hub_epoch, answer.size) != (marks.hub_epoch, marks.n)

    def pause(self) -> float:
        """Return how many seconds to leave the hub alone after a failure: more each time, with full jitter."""
        self._failures += 1
        most = min(p.MAX_PAUSE, FIRST_PAUSE * 2 ** min(self._failures, 12))
        return float(most * self._who.random())

    def _carry_attachments(self, done: Round) -> Steps:
        if self._attachments is not None:
            if done.put_back:
                self._attachments.hub_lost()
            done.attachments = yield from exchange_attachments(self._hub, self._attachments)

    def _look(self, done: Round) -> Steps:
        answer = yield from self._heads()
        shown = self._record.marks().shown
        if shown is not None and answer.hub_epoch == shown.hub_epoch and answer.size < shown.size:
            yield from self._pull.show(self._record.marks())
            answer = yield from self._heads()
        self._keys.told(answer)
        keys = {device: bytes.fromhex(each.public_key) for device, each in answer.workstations.items()}
        elsewhere = {epoch: each.announced for epoch, each in answer.epochs.items()}
        writers = {epoch: each.device for epoch, each in answer.epochs.items()}
        self._record.tell(answer.findings, elsewhere, keys, writers)
        marks = self._record.marks()
        if marks.offered != answer.hub_epoch or answer.kept < marks.kept:
            before = marks.offered
            if before:  # an offer that is cut short is none, even if the hub is put back to where it was before
                self._record.set_marks(structs.replace(marks, offered=AGAIN))
            whole = yield from self._push.offer(answer, done)
            # What the hub keeps apart is numbered anew; it is fetched again from its beginning.
            marks = self._record.marks()
            self._record.set_marks(
                structs.replace(
                    marks,
                    offered=answer.hub_epoch if whole else before and AGAIN,
                    kept=0,
                    kept_id="",
                    shown=self._pull.to_show(marks, answer.hub_epoch),
                )
            )
            done.put_back = bool(before)
        for epoch, acknowledged in self._record.acknowledged().items():
            known = answer.epochs[epoch].known.next if epoch in answer.epochs else 0
            if known < acknowledged and epoch not in self._record.kept_by_hub():
                self._record.lacking(epoch, known)
        yield from self._pull.fetch_kept(answer.kept)

    def _heads(self) -> Generator[Request | Pause, Reply, p.Heads]:
        answer = yield from self._hub.ask("GET", "/v1/heads", None, p.Heads)
        if not isinstance(answer, p.Heads):
            raise Unreachable("hub", answer.why)
        return answer

    def ask(
        self, method: str, target: str, body: Struct | None, kind: type[_Answer]
    ) -> Generator[Request | Pause, Reply, _Answer | p.Refused]:
        """Ask the hub one thing, signed; raises Unreachable."""
        return (yield from self._hub.ask(method, target, body, kind))
