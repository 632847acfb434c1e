"""Gives the hub what it lacks: own events after their keys, and whatever a hub that was put back has lost."""

from __future__ import annotations

from collections.abc import Generator

from msgspec import structs

from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import Asking, Round, Steps, Unreachable
from coordinator_app.exchange.key_rotation import KeyAgreement
from coordinator_app.exchange.ports import Pause, Record, Reply, Request

MANY = p.MAX_EVENTS
"""Events to send of which the hub is told before they come."""


class Pushing:
    """The way from this record to the hub."""

    def __init__(self, record: Record, hub: Asking, keys: KeyAgreement) -> None:
        """Take the record, who asks, and the talk about keys."""
        self._keys = keys
        self._record = record
        self._hub = hub
        self._who = hub.who

    def own(self, done: Round) -> Steps:
        """Push own events, their wrapped keys before them: who reads those finds the keys there."""
        yield from self._keys.agree()
        yield from self._announce()
        for epoch, first in self._record.unsent():
            yield from self._push(epoch, first, done, foreign=False)

    def _announce(self) -> Steps:
        """Say first how much is to come where that is more than a page: cut short, the others know what is missing."""
        heads: dict[str, p.Stream] = {}
        owed = 0
        for epoch, first in self._record.unsent():
            here = self._record.stream(epoch)
            if here is not None:
                heads[epoch] = p.Stream(here.next, here.id)
                owed += here.next - first
        if owed > MANY:
            yield from self._hub.ask("PUT", "/v1/heads", p.Announce(heads), p.Waited)

    def _push(self, epoch: str, first: int, done: Round, *, foreign: bool) -> Steps:
        gaps, most, whole = 0, p.MAX_EVENTS, first == 0
        while lines := self._record.lines(epoch, first)[:most]:
            target = f"/v1/epochs/{epoch}/events?from={first}"
            answer = yield from self._hub.ask("PUT", target, p.Push(lines), p.Pushed)
            if isinstance(answer, p.Refused) and answer.code == "size" and most > 1:
                most = max(1, len(lines) // 2)
            elif isinstance(answer, p.Refused) and answer.code == "gap" and answer.stream is not None:
                gaps += 1
                if gaps > 3 or answer.stream.next >= first:
                    raise Unreachable("hub", answer.why)
                first = answer.stream.next
            elif isinstance(answer, p.Refused) and answer.code == "fork" and not answer.accepted and not whole:
                # The branches parted before what was sent now: the hub keeps ours only if it gets all of it.
                whole, first = True, 0
                if not foreign:
                    self._record.lacking(epoch, 0)
            elif isinstance(answer, p.Refused) and not answer.kept and not answer.accepted:
                if foreign:
                    return  # the hub does not know who wrote it; its own workstation will bring it
                raise Unreachable("hub", answer.why)
            else:
                first = self._note_push(epoch, first, lines, answer, done, foreign=foreign)

    def _note_push(
        self, epoch: str, first: int, lines: list[p.Line], answer: p.Pushed | p.Refused, done: Round, *, foreign: bool
    ) -> int:
        kept = answer.kept if isinstance(answer, p.Refused) else []
        had = answer.accepted + len(kept)
        if had == 0 or had > len(lines) or kept != [line.id for line in lines[answer.accepted : had]]:
            raise Unreachable("hub", "The hub's answer does not fit what was sent; nothing is taken for sent.")
        receipt = self._receipt(answer, epoch, first, lines)
        if not foreign:
            why = answer.code if isinstance(answer, p.Refused) else ""
            self._record.sent(epoch, first + answer.accepted, first + had, receipt, why)
        done.pushed += answer.accepted
        done.kept_by_hub += len(kept)
        return first + had

    def _receipt(self, answer: p.Pushed | p.Refused, epoch: str, first: int, lines: list[p.Line]) -> p.Receipt | None:
        if answer.accepted == 0:
            return None
        last = lines[answer.accepted - 1]
        for receipt in answer.receipts:
            fits = (receipt.epoch, receipt.last, receipt.id) == (epoch, first + answer.accepted - 1, last.id)
            part = p.receipt_part(self._who.site, receipt)
            if fits and self._who.verify(self._who.hub_key, bytes.fromhex(receipt.sig), part):
                return receipt
        raise Unreachable("hub", "The hub gave no receipt that it signed; nothing is taken for sent.")

    def offer(self, heads: p.Heads, done: Round) -> Generator[Request | Pause, Reply, bool]:
        """Offer every epoch of which the hub has less than this record, whoever wrote it.

        False where lines were left that hang on others which somebody else has to bring first.
        """
        apart = self._record.kept_by_hub()
        for epoch, here in self._record.streams().items():
            known = heads.epochs[epoch].known if epoch in heads.epochs else p.Stream(0)
            if epoch in apart:  # the other branch may be as long as ours: only the hub can tell what it still has
                self._record.lacking(epoch, 0)
            elif known != p.Stream(here.next, here.id):
                # Where the hub has as much or more, our last line asks whether it is the same run of events.
                first = min(known.next, here.next - 1)
                if here.device == self._who.device:
                    self._record.lacking(epoch, first)
                else:
                    yield from self._push(epoch, first, done, foreign=True)
        # What stands beside the journal here may hang on our own lines: those go first.
        yield from self.own(done)
        whole = True
        for epoch, first, lines in self._record.kept_runs():
            target = f"/v1/epochs/{epoch}/events?from={first}&apart=1"
            answer = yield from self._hub.ask("PUT", target, p.Push(lines), p.Pushed)
            whole = whole and not (isinstance(answer, p.Refused) and answer.code == "gap")
        return whole

    def hand_in(self, hub_epoch: str, done: Round) -> Steps:
        """Send what is left here to a hub that withdrew this workstation; a hub that was put back gets all of it."""
        again = bool(hub_epoch) and self._record.marks().offered != hub_epoch
        if again:
            for epoch, here in self._record.streams().items():
                if here.device == self._who.device:
                    self._record.lacking(epoch, 0)
                else:  # this may be the last place where these are
                    yield from self._push(epoch, 0, done, foreign=True)
        yield from self.own(done)
        if again:
            for epoch, first, lines in self._record.kept_runs():
                target = f"/v1/epochs/{epoch}/events?from={first}&apart=1"
                yield from self._hub.ask("PUT", target, p.Push(lines), p.Pushed)
            self._record.set_marks(structs.replace(self._record.marks(), offered=hub_epoch, kept=0, kept_id=""))
