"""The exchange of one workstation with its hub, without sockets, clock or chance: requests out, replies in.

A generator: it yields a `Request` or a `Pause` and is sent a `Reply`. Whatever happens between two steps – no answer, a
crash, a hub that was put back – the next round begins from the record's marks, which move only together with its rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, structs

from coordinator_app.domain.log_head import head_after
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.judging import Judging, place_of
from coordinator_app.exchange.ports import Identity, Marks, Pause, Record, Reply, Request, Taken

Steps = Generator[Request | Pause, Reply, Any]
_Answer = TypeVar("_Answer", bound=Struct)

ANSWER_WITHIN = 30.0
TRIES = 6
"""Times one request is repeated because the hub asked to come back later, before the round is given up."""
FIRST_PAUSE = 1.0


class Unreachable(Exception):
    """The round cannot go on; `code` is offline, revoked, protocol, stranger or hub, the text one plain sentence."""

    def __init__(self, code: str, why: str, hub_epoch: str = "") -> None:
        """Take both, and the hub epoch where the hub signed its refusal."""
        super().__init__(why)
        self.code = code
        self.hub_epoch = hub_epoch


class Round(Struct):
    """What one round did."""

    pushed: int = 0
    pulled: int = 0
    kept_by_hub: int = 0
    put_back: bool = False


class Exchange:
    """Pushes what the hub lacks, pulls what this record lacks."""

    def __init__(self, record: Record, identity: Identity, within: float = ANSWER_WITHIN) -> None:
        """Take the record, who asks, and how many seconds an answer may take."""
        self._within = within
        self._record = record
        self._who = identity
        self._challenge = ("", "")
        self._failures = 0
        self._newest: p.Checkpoint | None = None

    def once(self) -> Generator[Request | Pause, Reply, Round]:
        """One whole round; raises Unreachable where it cannot be finished."""
        done = Round()
        try:
            yield from self._look(done)
        except Unreachable as fault:
            if fault.code == "revoked":  # what it still has is kept apart by the hub, not lost
                yield from self._hand_in(fault.hub_epoch, done)
            raise
        yield from self._push_own(done)
        yield from self._pull(done)
        if self._record.marks().offered != self._record.marks().hub_epoch:
            # The pull met a hub that was put back: it may lack what it once acknowledged.
            yield from self._look(done)
            yield from self._push_own(done)
        self._failures = 0
        return done

    def wait(self, seconds: int = int(p.MAX_WAIT)) -> Generator[Request | Pause, Reply, bool]:
        """Wait until the hub has more than this record, at most so many seconds; raises Unreachable."""
        marks = self._record.marks()
        target = f"/v1/wait?after={p.cursor(marks.hub_epoch, marks.n)}&seconds={seconds}"
        answer = yield from self.ask("GET", target, None, p.Waited, seconds=seconds + 3.0)
        return isinstance(answer, p.Waited) and (answer.hub_epoch, answer.size) != (marks.hub_epoch, marks.n)

    def pause(self) -> float:
        """Return how many seconds to leave the hub alone after a failure: more each time, with full jitter."""
        self._failures += 1
        most = min(p.MAX_PAUSE, FIRST_PAUSE * 2 ** min(self._failures, 12))
        return float(most * self._who.random())

    # What the hub has ---------------------------------------------------------------------------------------------

    def _look(self, done: Round) -> Steps:
        answer = yield from self._heads()
        shown = self._record.marks().shown
        if shown is not None and answer.hub_epoch == shown.hub_epoch and answer.size < shown.size:
            yield from self._show(self._record.marks())
            answer = yield from self._heads()
        keys = {device: bytes.fromhex(each.public_key) for device, each in answer.workstations.items()}
        elsewhere = {epoch: each.announced for epoch, each in answer.epochs.items()}
        self._record.tell(answer.findings, elsewhere, keys)
        marks = self._record.marks()
        if marks.offered != answer.hub_epoch or answer.kept < marks.kept:
            whole = yield from self._offer(answer, done)
            # What the hub keeps apart is numbered anew; it is fetched again from its beginning.
            marks = self._record.marks()
            self._record.set_marks(
                structs.replace(
                    marks,
                    offered=answer.hub_epoch if whole else "",
                    kept=0,
                    kept_id="",
                    shown=self._to_show(marks, answer.hub_epoch),
                )
            )
            done.put_back = bool(marks.offered)
        for epoch, acknowledged in self._record.acknowledged().items():
            known = answer.epochs[epoch].known.next if epoch in answer.epochs else 0
            if known < acknowledged and epoch not in self._record.kept_by_hub():
                self._record.lacking(epoch, known)
        yield from self._fetch_kept(answer.kept)

    def _heads(self) -> Generator[Request | Pause, Reply, p.Heads]:
        answer = yield from self.ask("GET", "/v1/heads", None, p.Heads)
        if not isinstance(answer, p.Heads):
            raise Unreachable("hub", answer.why)
        return answer

    def _to_show(self, marks: Marks, hub_epoch: str) -> p.Checkpoint | None:
        """Return the checkpoint to hold the hub to: an older one stands until the log was read up to it."""
        held, newest = marks.shown, self._newest
        if held is not None and held.hub_epoch == hub_epoch and marks.n < held.size:
            return held
        return newest if newest is not None and newest.hub_epoch == hub_epoch else None

    def _offer(self, heads: p.Heads, done: Round) -> Generator[Request | Pause, Reply, bool]:
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
        yield from self._push_own(done)
        whole = True
        for epoch, first, lines in self._record.kept_runs():
            target = f"/v1/epochs/{epoch}/events?from={first}&apart=1"
            answer = yield from self.ask("PUT", target, p.Push(lines), p.Pushed)
            whole = whole and not (isinstance(answer, p.Refused) and answer.code == "gap")
        return whole

    def _hand_in(self, hub_epoch: str, done: Round) -> Steps:
        """Send what is left here to a hub that withdrew this workstation; a hub that was put back gets all of it."""
        again = bool(hub_epoch) and self._record.marks().offered != hub_epoch
        if again:
            for epoch, here in self._record.streams().items():
                if here.device == self._who.device:
                    self._record.lacking(epoch, 0)
                else:  # this may be the last place where these are
                    yield from self._push(epoch, 0, done, foreign=True)
        yield from self._push_own(done)
        if again:
            for epoch, first, lines in self._record.kept_runs():
                target = f"/v1/epochs/{epoch}/events?from={first}&apart=1"
                yield from self.ask("PUT", target, p.Push(lines), p.Pushed)
            self._record.set_marks(structs.replace(self._record.marks(), offered=hub_epoch, kept=0, kept_id=""))

    def _fetch_kept(self, there: int) -> Steps:
        while (marks := self._record.marks()).kept < there or marks.kept:
            answer = yield from self.ask("GET", f"/v1/kept?after={marks.kept}", None, p.KeptLines)
            if isinstance(answer, p.KeptLines) and answer.before != marks.kept_id:
                # Another line stands at this place than was fetched: the hub was put back and all is offered again.
                self._record.set_marks(structs.replace(marks, offered="", kept=0, kept_id=""))
                return
            if not isinstance(answer, p.KeptLines) or not answer.kept:
                return
            taken = []
            for named, line in zip(answer.kept, answer.events, strict=False):
                place = place_of(line)
                known = not isinstance(place, str) and self._record.id_at(named.epoch, named.seq) == line.id
                state: Any = "here" if known else "kept"
                taken.append(Taken(line, named.epoch, named.seq, state, f"kept apart by the hub: {named.why}"))
            self._record.take_kept(taken, structs.replace(marks, kept=answer.kept[-1].n, kept_id=answer.kept[-1].id))

    # Pushing --------------------------------------------------------------------------------------------------------

    def _push_own(self, done: Round) -> Steps:
        yield from self._give_keys()
        for epoch, first in self._record.unsent():
            yield from self._push(epoch, first, done, foreign=False)

    def _give_keys(self) -> Steps:
        """Give the hub the wrapped keys before the events they open: who reads those finds the keys there."""
        generation, keys = self._record.new_keys()
        if not keys:
            return
        answer = yield from self.ask("PUT", "/v1/keys", p.Keys(generation, keys), p.KeysAnswer)
        if isinstance(answer, p.KeysAnswer):
            self._record.keys_given(answer.generation, list(keys))
        elif answer.code not in ("keys", "revoked"):
            raise Unreachable("hub", answer.why)

    def _push(self, epoch: str, first: int, done: Round, *, foreign: bool) -> Steps:
        gaps, most, whole = 0, p.MAX_EVENTS, first == 0
        while lines := self._record.lines(epoch, first)[:most]:
            target = f"/v1/epochs/{epoch}/events?from={first}"
            answer = yield from self.ask("PUT", target, p.Push(lines), p.Pushed)
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

    # Pulling --------------------------------------------------------------------------------------------------------

    def _pull(self, done: Round) -> Steps:
        searched = 0
        while True:
            marks = self._record.marks()
            answer = yield from self._changes(marks.hub_epoch, marks.n, p.MAX_EVENTS)
            if isinstance(answer, p.Refused):
                if answer.code != "ahead" or searched > 2:
                    raise Unreachable("hub", answer.why)
                searched += 1
                yield from self._show(marks)
                yield from self._find_common_place(marks)
            elif (answer.after, answer.before) != (marks.n, marks.head):
                searched += 1
                if searched > 3:
                    raise Unreachable("hub", "The hub's log changes while it is read; tell whoever looks after it.")
                yield from self._show(marks)
                yield from self._find_common_place(marks)
            elif not self._fits_what_was_shown(marks, answer):
                yield from self._show(marks)
                self._record.set_marks(structs.replace(self._record.marks(), shown=None))
            else:
                if self._record.lacks_keys(answer.events):
                    yield from self._fetch_keys()
                more = self._take(marks, answer, done)
                if not more:
                    return

    def _take(self, marks: Marks, page: p.Changes, done: Round) -> bool:
        head = head_after(page.before, [line.id for line in page.events])
        n = page.after + len(page.events)
        if (n == page.size and head != page.head) or n > page.size or (not page.events and n < page.size):
            raise Unreachable("hub", "The hub's log does not fit the head it signed; nothing of it is taken.")
        taken = Judging(self._record, self._who).judge(page.events)
        moved = structs.replace(marks, hub_epoch=page.hub_epoch, n=n, head=head)
        moved = structs.replace(moved, shown=self._to_show(moved, page.hub_epoch))
        if moved != marks or taken:
            self._record.take(taken, moved)
        done.pulled += len(page.events)
        return n < page.size

    def _fetch_keys(self) -> Steps:
        answer = yield from self.ask("GET", "/v1/keys", None, p.KeysAnswer)
        if isinstance(answer, p.KeysAnswer):
            self._record.take_keys(answer.generation, answer.keys)

    def _fits_what_was_shown(self, marks: Marks, page: p.Changes) -> bool:
        """Say whether the hub's log still has the head that it signed once for a place this page goes past."""
        shown = marks.shown
        if shown is None or shown.hub_epoch != page.hub_epoch:
            return True
        if not page.after < shown.size <= page.after + len(page.events):
            return True
        ids = [line.id for line in page.events[: shown.size - page.after]]
        return head_after(page.before, ids) == shown.head

    def _show(self, marks: Marks) -> Steps:
        """Show the hub a checkpoint that it signed and that does not fit: so it learns that it was put back."""
        if marks.shown is not None:
            shown = p.Shown(marks.shown.hub_epoch, marks.shown.size, marks.shown.head, marks.shown.sig)
            yield from self.ask("POST", "/v1/checkpoints", shown, p.Waited)

    def _find_common_place(self, marks: Marks) -> Steps:
        """Go back to the last place up to which the hub has the very lines that were read here, and no further."""
        known = [(0, p.NO_HEAD), *self._record.page_marks()]
        low, high, hub_epoch = 0, len(known) - 1, ""
        while True:
            middle = (low + high + 1) // 2
            n, head = known[middle]
            answer = yield from self._changes(hub_epoch, n, 1)
            if isinstance(answer, p.Changes) and (answer.after, answer.before) == (n, head):
                low, hub_epoch = middle, answer.hub_epoch
                if low == high:
                    break
            elif middle == 0:
                raise Unreachable("hub", "The hub's log has no beginning; tell whoever looks after the hub.")
            else:
                high = middle - 1
        n, head = known[low]
        self._record.set_marks(structs.replace(marks, hub_epoch=hub_epoch, n=n, head=head, shown=None))

    def _changes(self, hub_epoch: str, n: int, limit: int) -> Generator[Request | Pause, Reply, p.Changes | p.Refused]:
        after = p.cursor(hub_epoch, n) if hub_epoch or n else ""
        if n and not hub_epoch:
            after = p.cursor("any", n)
        return (yield from self.ask("GET", f"/v1/changes?after={after}&limit={limit}", None, p.Changes))

    # Asking ---------------------------------------------------------------------------------------------------------

    def ask(
        self, method: str, target: str, body: Struct | None, kind: type[_Answer], *, seconds: float = 0.0
    ) -> Generator[Request | Pause, Reply, _Answer | p.Refused]:
        """Ask the hub one thing, signed; waits as it is told to. Raises Unreachable."""
        content = p.written(body) if body is not None else b""
        for attempt in range(TRIES):
            reply = yield self._signed(method, target, content, seconds or self._within)
            if reply.status == 0:
                raise Unreachable("offline", reply.body.decode(errors="replace"))
            answer = self._read(reply, kind)
            if not isinstance(answer, p.Refused):
                return answer
            if answer.code == "clock" and answer.challenge and attempt < TRIES - 1:
                self._challenge = (answer.challenge, answer.time)
            elif answer.code in ("rate", "busy"):
                # Everybody was told the same number: without chance in it all would come back at once.
                least = max(1.0, reply.retry_after)
                yield Pause(min(p.MAX_PAUSE, least * (1.0 + self._who.random())))
            else:
                return self._checked(answer)
        raise Unreachable("busy", "The hub has no time; it is tried again later.")

    def _checked(self, answer: p.Refused) -> p.Refused:
        if answer.code == "revoked" and not answer.kept:
            raise Unreachable("revoked", answer.why, answer.hub_epoch)
        if answer.code == "protocol":
            raise Unreachable("protocol", answer.why)
        if answer.code == "signature":
            raise Unreachable("stranger", answer.why)
        return answer

    def _signed(self, method: str, target: str, content: bytes, seconds: float) -> Request:
        nonce, time = self._challenge
        self._challenge = ("", "")
        nonce, time = nonce or self._who.nonce(), time or self._who.now()
        part = p.request_part(method, target, hashlib.sha256(content).hexdigest(), nonce, time)
        signed = p.authorization(self._who.device, nonce, time, self._who.sign(part))
        headers = {"Authorization": signed, p.PROTOCOL_HEADER: str(p.PROTOCOL)}
        return Request(method, target, content, headers, seconds)

    def _read(self, reply: Reply, kind: type[_Answer]) -> _Answer | p.Refused:
        try:
            if reply.status == 200:
                answer: Any = msgspec.json.decode(reply.body, type=kind)
            else:
                answer = msgspec.json.decode(reply.body, type=p.Refused)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            why = "Something else than the hub answered, or only half of it came; the network is tried again later."
            raise Unreachable("offline", why) from fault
        part = p.checkpoint_part(self._who.site, answer.hub_epoch, answer.size, answer.head)
        if answer.sig and self._who.verify(self._who.hub_key, bytes.fromhex(answer.sig), part):
            self._newest = p.Checkpoint(answer.hub_epoch, answer.size, answer.head, answer.sig)
            return answer  # type: ignore[no-any-return]
        if isinstance(answer, p.Refused) and not answer.sig and not answer.accepted and not answer.kept:
            return answer
        raise Unreachable("offline", "The answer was not signed by this site's hub; the network is tried again later.")
