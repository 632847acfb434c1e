"""The exchange while the program runs: one step at a time on the store thread, requests carried by somebody else.

A round begins when something of ours was not sent, when the hub says that there is more, and at the start. Beside it
one request waits for the hub's hint. Nothing here waits for the network.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from coordinator_app.domain.screens import ExchangeShown
from coordinator_app.exchange.client import HubAddress
from coordinator_app.exchange.core import Exchange, Unreachable
from coordinator_app.exchange.ports import Pause, Reply, Request
from coordinator_app.procedures.exchange_record import JOINING
from coordinator_app.procedures.exchange_rounds import Rounds
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.marks import ExchangeTables

ROUND, HINT = "round", "hint"
"""The two requests that may be under way at once."""
HINT_SECONDS = 3
"""How long one request for the hint lasts: the program cannot be left before it ends."""
ANSWER_WITHIN = 10.0

_Steps = Generator[Request | Pause, Reply, Any]


class Errand(Struct, frozen=True):
    """One request to carry, or a pause, on one of the two ways."""

    way: str
    address: HubAddress
    step: Request | Pause


class LiveExchange:
    """Exchanges the open record of a workplace with its hub."""

    def __init__(self, work: Workplace) -> None:
        """Take the workplace; a record that was never joined to a hub stays as it is."""
        self._work = work
        self._steps: dict[str, _Steps] = {}
        self._rounds: Rounds | None = None
        self._exchange: Exchange | None = None
        self._more, self._older = True, 0
        self._heard: datetime | None = None
        self._away: tuple[str, datetime] | None = None
        self._not_before: datetime | None = None
        if ExchangeTables(work.store.connection).there():
            self._begin()

    def _begin(self) -> None:
        rounds = Rounds(self._work.store)
        if rounds.hub is None:
            return
        self._rounds = rounds
        rounds.record.arrivals.before_commit = self._work.came
        self._work.heard_from_hub = lambda: self._heard
        self._work.exchange_shown = self.shown
        if rounds.record.arrivals.tables.mark(JOINING):
            self._away = ("joining", self._work.now())
        else:
            self._exchange = rounds.exchange(ANSWER_WITHIN)

    def shown(self) -> ExchangeShown:
        """Return the word, its age, and how many events the hub has not acknowledged."""
        waiting = self._waiting()
        if self._away is not None:
            return ExchangeShown(self._away[0], self._away[1], waiting)
        if self._heard is None:
            return ExchangeShown("offline", None, waiting)
        return ExchangeShown("sent", self._heard, waiting)

    def errands(self) -> list[Errand]:
        """Return what is to be carried now; asked every second and whenever something was recorded."""
        if self._exchange is None:
            return []
        found = []
        now = self._work.now()
        due = self._more or self._own_unsent() > 0
        if ROUND not in self._steps and due and (self._not_before is None or now >= self._not_before):
            self._more = False
            found += self._first(ROUND, self._exchange.once())
        if HINT not in self._steps and self._heard is not None and self._away is None:
            found += self._first(HINT, self._exchange.wait(HINT_SECONDS))
        return found

    def carried(self, way: str, reply: Reply) -> list[Errand]:
        """Take a reply and return what is to be carried next."""
        steps = self._steps.get(way)
        if steps is None:
            return []
        return self._go_on(way, steps, reply) or self.errands()

    def _first(self, way: str, steps: _Steps) -> list[Errand]:
        self._steps[way] = steps
        return self._go_on(way, steps, None)

    def _go_on(self, way: str, steps: _Steps, reply: Reply | None) -> list[Errand]:
        try:
            step = next(steps) if reply is None else steps.send(reply)
        except StopIteration as end:
            del self._steps[way]
            self._done(way, end.value)
            return []
        except Unreachable as fault:
            del self._steps[way]
            self._failed(way, fault)
            return []
        rounds = self._rounds
        hub = rounds.hub if rounds is not None else None
        return [Errand(way, hub.address, step)] if hub is not None else []

    def _done(self, way: str, result: object) -> None:
        self._heard, self._away, self._not_before = self._work.now(), None, None
        if way == HINT:
            self._more = self._more or result is True
        elif self._rounds is not None:
            self._older = self._not_sent_of_older_runs(self._rounds)

    def _failed(self, way: str, fault: Unreachable) -> None:
        word = fault.code if fault.code in ("revoked", "protocol", "stranger") else "offline"
        since = self._away[1] if self._away is not None and self._away[0] == word else self._work.now()
        self._away = (word, since)
        self._more = True
        if self._exchange is not None:
            self._not_before = self._work.now() + timedelta(seconds=self._exchange.pause())

    def _waiting(self) -> int:
        return self._older + self._own_unsent() if self._rounds is not None else 0

    def _own_unsent(self) -> int:
        if self._rounds is None:
            return 0
        store = self._work.store
        here = self._rounds.record.arrivals.stream(store.epoch)
        sent = self._rounds.record.acknowledged().get(store.epoch, 0)
        return max(0, (here.next if here else 0) - sent)

    def _not_sent_of_older_runs(self, rounds: Rounds) -> int:
        ends = dict(rounds.record.arrivals.own_epochs())
        return sum(ends[epoch] - first for epoch, first in rounds.record.unsent() if epoch != self._work.store.epoch)
