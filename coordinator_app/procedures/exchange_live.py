"""The exchange while the program runs: one step at a time on the store thread, requests carried by somebody else.

A round begins when something of ours was not sent, when the hub says that there is more, and at the start. Beside it
one request waits for the hub's hint. Nothing here waits for the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.inputs import HubReported
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import ExchangeShown
from coordinator_app.domain.seal import read_instant
from coordinator_app.exchange.asking import HubMoved
from coordinator_app.exchange.client import HubAddress
from coordinator_app.exchange.core import Exchange, Round, Unreachable
from coordinator_app.exchange.ports import Pause, Reply, Request
from coordinator_app.exchange.protocol import Enrolled
from coordinator_app.procedures.exchange_accounts import accounts_of
from coordinator_app.procedures.exchange_attachments import LookingAgain
from coordinator_app.procedures.exchange_heard import KEPT_EVERY, NEVER, heard_before, keep_heard
from coordinator_app.procedures.exchange_joining import Asked, ask_hub, asked_of, note_new_site, set_asked
from coordinator_app.procedures.exchange_keys import JOINING
from coordinator_app.procedures.exchange_moved import follow
from coordinator_app.procedures.exchange_replay import Replay
from coordinator_app.procedures.exchange_rounds import NotHeard, NotJoined, Rounds, Steps
from coordinator_app.procedures.exchange_seen import HubSeen
from coordinator_app.procedures.exchange_standing import ALONE, ExchangeStanding, Replaying, Trouble
from coordinator_app.procedures.hand_site_key import hand_site_keys, keys_to_hand
from coordinator_app.procedures.hub_here import HubOffice, approve
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.faults import StoreFault
from coordinator_app.store.marks import ExchangeTables
from coordinator_app.store.site_key import fingerprint

ROUND, HINT = "round", "hint"
"""The two requests that may be under way at once."""
HINT_SECONDS = 3
"""How long one request for the hint lasts: the program cannot be left before it ends."""
ANSWER_WITHIN = 10.0
ASK_AGAIN = timedelta(seconds=3)
"""How soon a workstation that waits for a person at the hub or at the site asks again."""
KNOCK_AT_LEAST = 20.0
"""Longest pause, in seconds, before a hub that cannot be reached is tried again."""
LOOK_AGAIN = timedelta(seconds=10)
"""How often the hub is asked what it knows of the workstations, though it has nothing new to read."""
TOLD_AS_IS = ("revoked", "protocol", "stranger")
"""Faults of the exchange with a word of their own; every other is that the hub is away."""


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
        self._steps: dict[str, Steps[object]] = {}
        self._rounds: Rounds | None = None
        self._exchange: Exchange | None = None
        self._asked: Asked | None = None
        self._to_ask: Asked | None = None
        self._more, self._older, self._news = True, 0, False
        self._heard: datetime | None = None
        self._heard_before = NEVER
        self._looked_at: datetime | None = None
        self._away: tuple[str, datetime] | None = None
        self._not_before: datetime | None = None
        self._looking = LookingAgain()
        self._trouble: Trouble | None = None
        self._replay: Replay | None = None
        self._seen: HubSeen | None = None
        self.office = HubOffice()
        """The office of the hub that runs beside this program, on the one workstation of the site that has it."""
        self.opens_anew = False
        """The empty record is to be begun anew for the site that the hub named: close it and open it again."""
        work.exchange_shown = self.shown
        work.exchange_standing = self.standing
        work.replaying = self.replaying
        if ExchangeTables(work.store.connection).there():
            self._begin()

    def _begin(self) -> None:
        rounds = self._rounds or Rounds(self._work.store)
        tables = rounds.record.arrivals.tables
        self._asked = asked_of(tables)
        if rounds.hub is None and self._asked is None:
            return
        self._rounds = rounds
        rounds.record.arrivals.before_commit = self._came
        self._replay = Replay.begun(self._work, rounds)
        self._seen = HubSeen(rounds)
        if self._asked is not None:
            self._away = ("asking", self._work.now())
            return
        # Whoever opens the program without a network knows no more than when it was closed.
        self._heard_before = heard_before(tables)
        self._work.heard_from_hub = lambda: self._heard or self._heard_before
        self._exchange = rounds.exchange(ANSWER_WITHIN)
        if tables.mark(JOINING):
            self._away = ("joining", self._work.now())

    def ask(self, asked: Asked) -> None:
        """Ask a hub for admission once what is being recorded is committed; `standing` tells what comes of it."""
        self._to_ask = asked

    def _begin_asking(self, asked: Asked) -> None:
        rounds = self._rounds or Rounds(self._work.store)
        with self._work.store.writing():
            set_asked(rounds.record.arrivals.tables, asked)
        self._rounds, self._trouble, self._not_before, self._to_ask = rounds, None, None, None
        self._begin()

    # What is shown --------------------------------------------------------------------------------------------------

    def shown(self) -> ExchangeShown:
        """Return the word, its age, and how many events the hub has not acknowledged."""
        if self._to_ask is not None:
            return ExchangeShown("asking")
        if self._rounds is None:
            return ExchangeShown("alone")
        waiting = self._waiting()
        if self._away is not None:
            return ExchangeShown(self._away[0], self._away[1], waiting)
        two_logs = self._seen.two_logs if self._seen is not None else None
        if two_logs is not None:
            return ExchangeShown("two_logs", read_instant(two_logs.at), waiting)
        if self._heard is None:
            return ExchangeShown("offline", None, waiting)
        return ExchangeShown("replaying" if self._replay is not None else "sent", self._heard, waiting)

    def standing(self) -> ExchangeStanding:
        """Return everything that the panel tells."""
        if self._rounds is None:
            return replace(ALONE, hub_here=self.office.hub)
        told = accounts_of(self._rounds, self.shown(), self._asked, self._trouble, self.replaying())
        return replace(told, hub_here=self.office.hub)

    def replaying(self) -> Replaying | None:
        """Return how far a new workstation has the site's record, None where it has all of it."""
        return self._replay.progress() if self._replay is not None else None

    def hub_told(self, told: HubReported) -> None:
        """Hear how the hub that runs beside this program stands, and what became of what its office was asked."""
        code = self.office.heard(told)
        if code and self.office.hub is not None:
            self.ask(Asked(self.office.hub.address, code))

    def _approve_here(self, asked: Asked | None) -> None:
        """Let the hub that runs here admit this workstation: whoever set it up sits in front of both."""
        hub = self.office.hub
        if asked is not None and hub is not None and hub.serves and asked.address.url == hub.url:
            store = self._work.store
            self.office.ask(approve(store.site, fingerprint(store.public_key)))

    def key_told(self, device: str) -> bytes | None:
        """Return the signing key that the hub tells of a workstation; whoever uses it compares its fingerprint."""
        return self._rounds.record.told_keys().get(device) if self._rounds is not None else None

    def give_up(self) -> None:
        """Ask the hub no more: what was asked and not yet answered is forgotten."""
        self._to_ask = None
        if self._asked is not None:
            self._forget_asking("")
            self._rounds, self._trouble, self._away = None, None, None

    @property
    def joins_site(self) -> bool:
        """Whether this record waits to become a further workstation of a site."""
        return self._to_ask is not None or self._asked is not None or self._replay is not None

    def has_news(self) -> bool:
        """Say whether something came in since this was last asked."""
        news, self._news = self._news, False
        return news

    # What is carried ------------------------------------------------------------------------------------------------

    def errands(self) -> list[Errand]:
        """Return what is to be carried now; asked every second and whenever something was recorded."""
        if self._to_ask is not None:
            self._begin_asking(self._to_ask)
        if (self._exchange is None and self._asked is None) or self.opens_anew:
            return []
        if self._replay is not None and self._replay.is_over():
            self._replay = None
        found = []
        now = self._work.now()
        if ROUND not in self._steps and self._is_due() and (self._not_before is None or now >= self._not_before):
            self._more = False
            found += self._first(ROUND, self._round())
        exchange = self._exchange
        if HINT not in self._steps and exchange is not None and self._heard is not None and self._away is None:
            found += self._first(HINT, exchange.wait(HINT_SECONDS))
        return found

    def carried(self, way: str, reply: Reply) -> list[Errand]:
        """Take a reply and return what is to be carried next."""
        steps = self._steps.get(way)
        if steps is None:
            return []
        return self._go_on(way, steps, reply) or self.errands()

    def _is_due(self) -> bool:
        waits = self._rounds is not None and bool(keys_to_hand(self._rounds))
        waits = waits or self._looking.is_due(self._work.now())
        return self._more or self._asked is not None or waits or not self._has_looked() or self._own_unsent() > 0

    def _has_looked(self) -> bool:
        """Say whether a whole round ended just now, so that the next may be a short one."""
        return self._looked_at is not None and timedelta() <= self._work.now() - self._looked_at < LOOK_AGAIN

    def _round(self) -> Steps[object]:
        rounds, asked, exchange = self._rounds, self._asked, self._exchange
        assert rounds is not None  # noqa: S101 - whoever begins a round has looked
        if asked is not None:
            return (yield from ask_hub(self._work.store, rounds, asked))
        assert exchange is not None  # noqa: S101 - a record that asked nobody has a hub
        if rounds.record.arrivals.tables.mark(JOINING):
            yield from rounds.take_site_key(exchange)
        elif keys_to_hand(rounds):
            yield from hand_site_keys(rounds, exchange)
        if self._seen is not None and self._replay is None:
            self._seen.write_where_due()
        if self._has_looked():
            return (yield from exchange.news())
        done = yield from exchange.once()
        self._looked_at = self._work.now()
        return done

    def _first(self, way: str, steps: Steps[object]) -> list[Errand]:
        self._steps[way] = steps
        return self._go_on(way, steps, None)

    def _go_on(self, way: str, steps: Steps[object], reply: Reply | None) -> list[Errand]:
        try:
            step = next(steps) if reply is None else steps.send(reply)
        except StopIteration as end:
            del self._steps[way]
            self._done(way, end.value)
            return []
        except (Unreachable, NotJoined, StoreFault) as fault:
            del self._steps[way]
            if isinstance(fault, StoreFault) and (type(fault) is not StoreFault or self._away is None):
                raise  # the disk or the record is at fault, not the way into the site
            self._failed(fault)
            return []
        rounds, asked = self._rounds, self._asked
        hub = rounds.hub if rounds is not None else None
        address = asked.address if asked is not None else hub.address if hub is not None else None
        return [Errand(way, address, step)] if address is not None else []

    def _done(self, way: str, result: object) -> None:
        if isinstance(result, Enrolled):
            self._answered(result)
            return
        now = self._work.now()
        self._heard, self._away, self._not_before = now, None, None
        if self._rounds is not None and not timedelta() <= now - self._heard_before < KEPT_EVERY:
            self._heard_before = now
            keep_heard(self._work.store, self._rounds.record.arrivals.tables, now)
        if self._trouble is not None and self._trouble.over_at is None:
            self._trouble = Trouble(self._trouble.why, self._trouble.at, now)
        if way == HINT:
            self._more = self._more or result is True
        elif self._rounds is not None:
            self._older = self._not_sent_of_older_runs(self._rounds)
            if isinstance(result, Round):
                self._more = self._more or result.attachments.left > 0
                self._looking.round_ended(result.attachments, now)
            if self._replay is not None:
                self._replay.round_ended()
            if self._seen is not None:
                self._seen.look()
            if keys_to_hand(self._rounds):
                self._not_before = now + ASK_AGAIN

    def _answered(self, enrolled: Enrolled) -> None:
        """Take what the hub answered to the wish to be admitted."""
        now, asked = self._work.now(), self._asked
        self._trouble = None
        if enrolled.site != self._work.store.site and asked is not None:
            if self._work.site.founded:
                self._forget_asking("The code invites to another site than this record's; ask for one of this site.")
            else:
                note_new_site(self._work.store.folder, enrolled.site, self._work.store.workstation, asked)
                self.opens_anew = True
        elif enrolled.state == "waiting":
            if self._away is None or self._away[0] != "waiting_hub":
                self._away = ("waiting_hub", now)
                self._approve_here(asked)
            self._not_before = now + ASK_AGAIN
        else:
            self._away, self._more = None, True
            self._begin()

    def _failed(self, fault: Unreachable | NotJoined | StoreFault) -> None:
        now = self._work.now()
        self._more, self._looked_at = True, None
        if isinstance(fault, HubMoved) and self._rounds is not None:
            try:
                follow(self._rounds, [fault.moved])
            except NotJoined as refused:
                self._trouble, self._not_before = Trouble(str(refused), now), now + ASK_AGAIN
                return
            # What still waits for the former hub's answer waits in vain.
            self._steps.clear()
            self._exchange, self._not_before = self._rounds.exchange(ANSWER_WITHIN), None
            return
        if isinstance(fault, NotJoined) and not isinstance(fault, NotHeard):
            if self._asked is not None:
                self._forget_asking(str(fault))
            elif self._away is None or self._away[0] != "joining":
                self._away = ("joining", now)
            self._not_before = now + ASK_AGAIN
            return
        code = fault.code if isinstance(fault, Unreachable) else "offline"
        word = code if code in TOLD_AS_IS else "joining" if isinstance(fault, StoreFault) else "offline"
        since = self._away[1] if self._away is not None and self._away[0] == word else now
        self._away = (word, since)
        first_at = self._trouble.at if self._trouble is not None and self._trouble.why == str(fault) else now
        self._trouble = Trouble(str(fault), first_at)
        pause = self._exchange.pause() if self._exchange is not None else ASK_AGAIN.total_seconds()
        if word == "offline":
            # Nobody was reached, so nobody is spared by waiting longer; and people wait for each other's news.
            pause = min(pause, KNOCK_AT_LEAST)
        self._not_before = now + timedelta(seconds=pause)

    def _forget_asking(self, why: str) -> None:
        rounds = self._rounds
        if rounds is not None:
            with self._work.store.writing():
                set_asked(rounds.record.arrivals.tables, None)
        self._asked, self._away = None, None
        self._trouble = Trouble(why, self._work.now())
        if rounds is not None and rounds.hub is None:
            self._away = ("refused", self._work.now())

    def _came(self, came: Iterable[Recorded]) -> None:
        self._news = True
        self._work.came(came)

    # What waits -----------------------------------------------------------------------------------------------------

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
