"""Takes from the hub what this record lacks, page by page, and what the hub keeps apart."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from msgspec import structs

from coordinator_app.domain.log_head import head_after, heads_after
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import Asking, Round, Steps, Unreachable
from coordinator_app.exchange.judging import FORK, Judging, place_of
from coordinator_app.exchange.key_rotation import KeyAgreement
from coordinator_app.exchange.ports import AGAIN, Marks, Pause, Record, Reply, Request, Taken
from coordinator_app.exchange.witness import CHANGING, Witness


class Pulling:
    """The way from the hub to this record."""

    def __init__(self, record: Record, hub: Asking, keys: KeyAgreement) -> None:
        """Take the record, who asks, and the talk about keys."""
        self._keys = keys
        self._record = record
        self._hub = hub
        self._who = hub.who
        self.witness = Witness(record, hub, self._changes)

    def pull(self, done: Round) -> Steps:
        searched = 0
        while True:
            marks = self._record.marks()
            answer = yield from self._changes(marks.hub_epoch, marks.n, p.MAX_EVENTS)
            if isinstance(answer, p.Refused):
                if answer.code != "ahead" or searched > 2:
                    raise Unreachable("hub", answer.why)
                searched += 1
                yield from self.show(marks)
                yield from self._find_common_place(marks)
            elif (answer.after, answer.before) != (marks.n, marks.head):
                searched += 1
                if searched > 3:
                    raise Unreachable("hub", CHANGING)
                yield from self.show(marks)
                yield from self._find_common_place(marks)
            elif not self._fits_what_was_shown(marks, answer):
                yield from self.show(marks)
                self._record.set_marks(structs.replace(self._record.marks(), shown=None))
            else:
                if self._record.lacks_keys(answer.events):
                    yield from self._keys.fetch()
                more = self._take(marks, answer, done)
                if not more:
                    return

    def _take(self, marks: Marks, page: p.Changes, done: Round) -> bool:
        heads = list(heads_after(page.before, [line.id for line in page.events]))
        head = heads[-1] if heads else page.before
        n = page.after + len(page.events)
        if (n == page.size and head != page.head) or n > page.size or (not page.events and n < page.size):
            raise Unreachable("hub", "The hub's log does not fit the head it signed; nothing of it is taken.")
        taken = Judging(self._record, self._who).judge(page.events)
        moved = structs.replace(marks, hub_epoch=page.hub_epoch, n=n, head=head)
        moved = structs.replace(moved, shown=self.to_show(moved, page.hub_epoch))
        moved = self.witness.read(page, taken, heads, moved)
        if moved != marks or taken:
            self._offer_our_branches(taken)
            self._record.take(taken, moved, page.events)
        done.pulled += len(page.events)
        return n < page.size

    def _offer_our_branches(self, taken: Sequence[Taken]) -> None:
        """Send our branch of a fork once more: a hub that was put back, and not told, may have it no longer.

        That it once had it says nothing: where the other branch took its place, no head tells that ours is missing.
        Noted before the marks move past these lines: after a crash between the two they are read, and noted, again.
        """
        first: dict[str, int] = {}
        for each in taken:
            if each.state == "kept" and each.why.endswith(FORK):
                here = self._record.stream(each.epoch)
                if here is not None and here.device == self._who.device and each.seq < here.next:
                    first[each.epoch] = min(each.seq, first.get(each.epoch, each.seq))
        for epoch, seq in first.items():
            self._record.lacking(epoch, seq)

    def _fits_what_was_shown(self, marks: Marks, page: p.Changes) -> bool:
        """Say whether the hub's log still has the head that it signed once for a place this page goes past."""
        shown = marks.shown
        if shown is None or shown.hub_epoch != page.hub_epoch:
            return True
        if not page.after < shown.size <= page.after + len(page.events):
            return True
        ids = [line.id for line in page.events[: shown.size - page.after]]
        return head_after(page.before, ids) == shown.head

    def show(self, marks: Marks) -> Steps:
        """Show the hub a checkpoint that it signed and that does not fit: so it learns that it was put back."""
        if marks.shown is not None:
            shown = p.Shown(marks.shown.hub_epoch, marks.shown.size, marks.shown.head, marks.shown.sig)
            yield from self._hub.ask("POST", "/v1/checkpoints", shown, p.Waited)

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
        # What was offered was offered to another log; a backup of the hub may bring back the very epoch of that one.
        self._record.set_marks(structs.replace(marks, hub_epoch=hub_epoch, n=n, head=head, shown=None, offered=AGAIN))

    def _changes(self, hub_epoch: str, n: int, limit: int) -> Generator[Request | Pause, Reply, p.Changes | p.Refused]:
        after = p.cursor(hub_epoch, n) if hub_epoch or n else ""
        if n and not hub_epoch:
            after = p.cursor("any", n)
        return (yield from self._hub.ask("GET", f"/v1/changes?after={after}&limit={limit}", None, p.Changes))

    def fetch_kept(self, there: int) -> Steps:
        while (marks := self._record.marks()).kept < there or marks.kept:
            answer = yield from self._hub.ask("GET", f"/v1/kept?after={marks.kept}", None, p.KeptLines)
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
            moved = structs.replace(marks, kept=answer.kept[-1].n, kept_id=answer.kept[-1].id)
            self._offer_our_branches(taken)
            self._record.take_kept(taken, moved, answer.events)

    def to_show(self, marks: Marks, hub_epoch: str) -> p.Checkpoint | None:
        """Return the checkpoint to hold the hub to: an older one stands until the log was read up to it."""
        held, newest = marks.shown, self._hub.newest
        if held is not None and held.hub_epoch == hub_epoch and marks.n < held.size:
            return held
        return newest if newest is not None and newest.hub_epoch == hub_epoch else None
