"""Holds the hub to what it signed for others: a hub that shows two workstations two logs is found by either.

Each workstation writes into its record, as an event, what the hub signed for it (`HubLogSeen`). Such an event comes to
the others with everything else, and its head must be the one that the log as it was read here had at that size. A hub
that shows two logs would have to keep the events of the one from the other for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct, structs

from coordinator_app.domain.log_head import next_head
from coordinator_app.exchange import protocol as p
from coordinator_app.exchange.asking import Asking, Steps, Unreachable
from coordinator_app.exchange.ports import Marks, Pause, Record, Reply, Request, SeenElsewhere, Taken

_NAMED = b'"HubLogSeen"'
"""What a line holds that may be such an event; cheaper to look for than to read every line."""
_MOST_WAITING = 100
"""So many are kept that cannot be compared yet; the newest, for each holds the hub to all that went before it."""
CHANGING = "The hub's log changes while it is read; tell whoever looks after it."


class _Event(Struct, frozen=True):
    type: Literal["HubLogSeen"]
    device: str
    at: str
    body: p.Checkpoint


def note_seen(marks: Marks, taken: Sequence[Taken], read: Mapping[int, str] | None = None) -> Marks:
    """Return the marks with what these lines say that others were shown.

    What fits the heads `read` here, by size, is compared with that; the rest is looked at in the next round.
    """
    said = [seen for each in taken if each.state == "integrated" and (seen := _seen_in(each)) is not None]
    left = [seen for seen in said if read is None or read.get(seen.shown.size) != seen.shown.head]
    return structs.replace(marks, seen=(*marks.seen, *left)[-_MOST_WAITING:]) if left else marks


class Witness:
    """Compares what others were shown with what was read here."""

    def __init__(
        self,
        record: Record,
        hub: Asking,
        changes: Callable[[str, int, int], Generator[Request | Pause, Reply, p.Changes | p.Refused]],
    ) -> None:
        """Take the record, who asks, and how lines of the log are asked for."""
        self._record = record
        self._hub = hub
        self._changes = changes
        self._read: dict[int, str] = {}
        """The heads after the lines of the last two pages, where most that comes can be compared at once."""

    def read(self, page: p.Changes, taken: Sequence[Taken], heads: Sequence[str], marks: Marks) -> Marks:
        """Return the marks with what this page says that others were shown and that is still to be compared.

        `heads` are the log's heads after each line of the page.
        """
        begins = self._read.get(page.after) == page.before
        newest = {page.after: page.before, **dict(enumerate(heads, page.after + 1))}
        before = {n: head for n, head in self._read.items() if n > page.after - p.MAX_EVENTS} if begins else {}
        self._read = {**before, **newest}
        return note_seen(marks, taken, self._read)

    def compare(self) -> Steps:
        """Look at what could not be compared at once; what does not fit, and is no put back hub, is noted for people.

        Raises Unreachable.
        """
        for seen in self._record.marks().seen:
            marks = self._record.marks()
            differs = False
            if self._counts(seen, marks):
                if seen.shown.size > marks.n:
                    continue
                differs = (yield from self._head_at(seen.shown.size, marks)) != seen.shown.head and (
                    yield from self._stands_by(seen.shown)
                )
            marks = self._record.marks()
            left = tuple(each for each in marks.seen if each != seen)
            two_logs = seen if differs else marks.two_logs
            self._record.set_marks(structs.replace(marks, seen=left, two_logs=two_logs))

    def _counts(self, seen: SeenElsewhere, marks: Marks) -> bool:
        """Say whether the hub signed this of the very log that is read here; another time of it cannot be compared."""
        shown, who = seen.shown, self._hub.who
        part = p.checkpoint_part(who.site, shown.hub_epoch, shown.size, shown.head)
        return shown.hub_epoch == marks.hub_epoch and who.verify(who.hub_key, _octets(shown.sig), part)

    def _stands_by(self, shown: p.Checkpoint) -> Generator[Request | Pause, Reply, bool]:
        """Show the hub what it signed: one that was put back begins anew, one that shows two logs goes on as it was."""
        told = p.Shown(shown.hub_epoch, shown.size, shown.head, shown.sig)
        answer = yield from self._hub.ask("POST", "/v1/checkpoints", told, p.Waited)
        if isinstance(answer, p.Refused) and not answer.sig:
            raise Unreachable("hub", answer.why)  # whoever stands between could say so; the hub is asked again
        return answer.hub_epoch == shown.hub_epoch

    def _head_at(self, size: int, marks: Marks) -> Generator[Request | Pause, Reply, str]:
        """Return the head that the log had at this size when it was read here: between two places that were noted."""
        places = [(0, p.NO_HEAD), *self._record.page_marks(), (marks.n, marks.head)]
        n, head = max(place for place in places if place[0] <= size)
        end = min(place for place in places if place[0] >= size)
        found = head
        while n < end[0]:
            page = yield from self._changes(marks.hub_epoch, n, min(p.MAX_EVENTS, end[0] - n))
            if isinstance(page, p.Refused) or (page.after, page.before) != (n, head) or not page.events:
                raise Unreachable("hub", CHANGING)
            for line in page.events:
                n, head = n + 1, next_head(head, line.id)
                found = head if n == size else found
        if (n, head) != end:
            raise Unreachable("hub", CHANGING)
        return found


def _seen_in(taken: Taken) -> SeenElsewhere | None:
    if _NAMED not in taken.line.written:
        return None
    try:
        event = _event.decode(taken.line.written)
    except msgspec.DecodeError:
        return None  # an event of another type, or a later form of this one: whoever knows it compares it
    return SeenElsewhere(event.device, event.at, event.body)


def _octets(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


_event = msgspec.json.Decoder(_Event)
