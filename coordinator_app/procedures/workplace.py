"""The workplace: the store with what is read from it, the clock, and who is acting.

Procedures read cases and the site here and record events here. All events of one input are one transaction: it opens
with the first event and commits when the bench has answered, so that a screen never says "recorded" too early.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from msgspec import Struct

from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.event_body import Belongs, Body
from coordinator_app.domain.evidence import Evidence
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.profile import Profile, read_profile
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import ClockShown, ExchangeShown
from coordinator_app.domain.site_record import SiteRecord, follow_site, read_site
from coordinator_app.procedures.cases_kept import CasesKept, longest_clock
from coordinator_app.procedures.exchange_standing import ALONE, ExchangeStanding, Replaying
from coordinator_app.procedures.support import FIRST, NotYetSupported, not_supported_by
from coordinator_app.store.history_check import HistoryCheck
from coordinator_app.store.moment import Clock, Moment
from coordinator_app.store.store import Found, Store, Writing

_T = TypeVar("_T")

A_SECOND_NS = 1_000_000_000
"""How long what a clock shows is shown again; the wall and the alarms are read anew every second anyway."""


def new_id(kind: str) -> str:
    """Mint an opaque id `kind:32 hex digits`."""
    return f"{kind}:{secrets.token_hex(16)}"


class ReadClocks(Struct, frozen=True):
    """The clocks of one case as they were read: when, what they depend on besides time, and what was shown."""

    read_at: Moment
    depends_on: tuple[object, ...]
    shown: tuple[ClockShown, ...]

    def still_holds(self, now: Moment, depends_on: tuple[object, ...]) -> bool:
        """Tell whether they can be shown again: read less than a second ago by a clock that nobody set since.

        Where none runs none will: time alone starts no clock.
        """
        return depends_on == self.depends_on and (within_a_second(self.read_at, now) or not self.shown)


def within_a_second(before: Moment, now: Moment) -> bool:
    """Tell whether less than a second has passed since a reading, by a clock that nobody set since."""
    passed = now.boot_ns - before.boot_ns
    turned = now.at - before.at - timedelta(microseconds=passed // 1000)
    same_clock = (now.boot, now.clock) == (before.boot, before.clock)
    return same_clock and 0 <= passed < A_SECOND_NS and abs(turned) < timedelta(seconds=1)


class Workplace:
    """What the procedures of one workstation share."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read the site; cases are read when they are first asked for."""
        self.store = store
        self.clock = clock
        self.site: SiteRecord = read_site(store.site_events())
        self.kept = CasesKept(store)
        self._profiles: dict[str, Profile] = {}
        self._of_site: dict[Callable[[Workplace], Any], Any] = {}
        self.site_news = 0
        """Grows with everything that changes the site's record."""
        self._open: AbstractContextManager[Writing] | None = None
        self._writing: Writing | None = None
        self.recorded: list[Recorded] = []
        self.backup_asked = False
        self.paper_printers: tuple[str, ...] = ()
        """Printers for paper that this workstation was set to, folders left out; for a sheet that may lie nowhere."""
        self._beats: tuple[Moment, ...] | None = None
        self._ranks: dict[str, int] = {}
        self.heard_from_hub: Callable[[], datetime | None] = lambda: None
        """When the hub was last heard, None while there was never one; exchange sets what is asked here."""
        self.exchange_shown: Callable[[], ExchangeShown] = lambda: ExchangeShown("alone")
        """How this workstation stands with the hub; exchange sets what is asked here."""
        self.exchange_standing: Callable[[], ExchangeStanding] = lambda: ALONE
        """The same with every number that the panel shows; exchange sets what is asked here."""
        self.replaying: Callable[[], Replaying | None] = lambda: None
        """How far a new workstation has the site's record, None where it has all; exchange sets what is asked here."""
        self.history = HistoryCheck(store.connection, store.workstation, store.public_key)
        self.history_verified: Callable[[str], bool] = self.history.verifies
        """Whether the background verification has reached the end of a case's earlier record."""
        self.small_pictures: dict[str, bytes] = {}
        """Small pictures of photos by name, in memory only."""
        self.clocks_read: dict[str, ReadClocks] = {}
        """The clocks of cases as they were shown last."""
        self.clocks_at_rest: dict[str, tuple[tuple[object, ...], tuple[ClockReading, ...]]] = {}
        """The clocks of cases in which none changes by time alone, with what they depend on."""

    # Time ---------------------------------------------------------------------------------------------------------

    def moment(self) -> Moment:
        """Return the instant now with both clocks."""
        return self.clock.moment()

    def now(self) -> datetime:
        """Return the wall clock's instant, aware UTC."""
        return self.clock.moment().at

    def beat(self) -> None:
        """Write the clocks into the ring of heartbeats: how long the program ran is known if it ends without a word."""
        self.store.beat(self.moment())
        self._beats = None

    def heartbeats(self) -> tuple[Moment, ...]:
        """Return the heartbeats in the ring, oldest first."""
        if self._beats is None:
            self._beats = self.store.heartbeats()
        return self._beats

    def epoch_ranks(self) -> dict[str, int]:
        """Return the place of every run of the program in the journal."""
        if self.store.epoch not in self._ranks:
            self._ranks = {epoch: place for place, epoch in enumerate(self.store.epochs())}
        return self._ranks

    # Reading ------------------------------------------------------------------------------------------------------

    def case(self, case: str) -> CaseRecord:
        """Return one case, read from its events."""
        return self.kept.case(case)

    def cases(self) -> Iterator[CaseRecord]:
        """Yield every case the site ever had; takes minutes on an old site, so nothing asks this by itself."""
        return (self.case(case) for case in self.store.cases())

    def open_cases(self) -> tuple[CaseRecord, ...]:
        """Return the cases in which something needs somebody, or a clock may still run; by id."""
        return self.kept.needing(self.now(), self.of_site(_longest_clock))

    def of_site(self, find: Callable[[Workplace], _T]) -> _T:
        """Return what a function finds in the site's record alone; it looks again once that record has changed."""
        if find not in self._of_site:
            self._of_site[find] = find(self)
        return cast(_T, self._of_site[find])

    def profile(self, case: CaseRecord) -> Profile:
        """Return the profile version the case was opened with."""
        return self.profile_of(case.profile_sha256)

    def profile_of(self, sha256: str) -> Profile:
        """Return an offered profile by the SHA-256 of its text; raises KeyError when the site never had it."""
        if sha256 not in self._profiles:
            text = self.site.profiles[sha256].text
            profile = read_profile(text)
            if isinstance(profile, tuple):
                raise KeyError(sha256)
            self._profiles[sha256] = profile
        return self._profiles[sha256]

    def find(self, keys: Iterable[str]) -> tuple[Found, ...]:
        """Return everything on this site that carries one of these codes."""
        found = {hit for key in keys for hit in self.store.find(key)}
        return tuple(sorted(found, key=lambda hit: (hit.kind, hit.id)))

    # Recording ----------------------------------------------------------------------------------------------------

    def record(
        self,
        body: Body,
        *,
        subject: str,
        actor: str | None = None,
        role: str | None = None,
        key: str | None = None,
        evidence: tuple[Evidence, ...] = (),
        refs: tuple[str, ...] = (),
        happened_at: datetime | None = None,
        late_reason: str = "",
        person_sign: Callable[[bytes], bytes] | None = None,
    ) -> Recorded:
        """Append one event to the open transaction, opening it if this is the first event of the input."""
        if body.MUST and body.SINCE > FIRST and not_supported_by(self.store, self.site.places, type(body)):
            raise NotYetSupported(type(body).__name__)
        if key is None and any(getattr(body, name) for name in body.SEALED):
            key = self._patient_of(subject, body)
        recorded = self.writing().append(
            body, subject=subject, actor=actor, role=role, key=key, evidence=evidence, refs=refs,
            happened_at=happened_at, late_reason=late_reason, person_sign=person_sign, moment=self.moment(),
        )  # fmt: skip
        self.recorded.append(recorded)
        self._follow(recorded)
        return recorded

    def _patient_of(self, subject: str, body: Body) -> str:
        """Return the key of the patient whose case an event belongs to; the unknown person's where there is none."""
        case = subject if subject.startswith("case:") else str(getattr(body, "case", ""))
        recipient = self.case(case).recipient if case else None
        return recipient.patient if recipient is not None else UNKNOWN_PERSON_KEY

    def writing(self) -> Writing:
        """Return the open transaction, opening one if there is none."""
        if self._writing is None:
            opening = self.store.writing()
            self._writing, self._open = opening.__enter__(), opening
        return self._writing

    def commit(self) -> tuple[str, ...]:
        """Commit and return the event types. Raises what the store raises: then nothing was recorded."""
        types = tuple(recorded.type for recorded in self.recorded)
        opened, self._open, self._writing = self._open, None, None
        self.recorded = []
        if opened is not None:
            try:
                opened.__exit__(None, None, None)
            except BaseException:
                self._forget()
                raise
        if "PatientErased" in types:
            self._forget()
        return types

    def roll_back(self, fault: BaseException) -> None:
        """Give up what was recorded since the last commit."""
        opened, self._open, self._writing = self._open, None, None
        self.recorded = []
        try:
            if opened is not None:
                opened.__exit__(type(fault), fault, fault.__traceback__)
        finally:
            # Read anew only now: inside the transaction its events would still be there.
            self._forget()

    def came(self, recorded: Iterable[Recorded]) -> None:
        """Take notice of events that other workstations recorded: what they touch is read anew."""
        cases, site = set(), False
        for each in recorded:
            case = each.subject if each.subject.startswith("case:") else getattr(each.body, "case", each.names_case)
            site = site or each.body is None or each.body.BELONGS is Belongs.SITE
            if case:
                cases.add(case)
        self._ranks = {}
        self.kept.came(cases)
        if site:
            self._read_site()

    def _forget(self) -> None:
        self.kept.forget()
        self._read_site()

    def _read_site(self) -> None:
        self.site = read_site(self.store.site_events())
        self._site_changed()

    def _site_changed(self) -> None:
        self._of_site.clear()
        self.site_news += 1

    def _follow(self, recorded: Recorded) -> None:
        body = recorded.body
        if body is None:
            return
        if body.BELONGS is Belongs.SITE:
            follow_site(self.site, recorded)
            self._site_changed()
            return
        case = recorded.subject if recorded.subject.startswith("case:") else getattr(body, "case", "")
        if case:
            self.kept.follow(case, recorded)


def _longest_clock(work: Workplace) -> timedelta:
    approved = (known.sha256 for known in work.site.profiles.values() if known.approved)
    return longest_clock(map(work.profile_of, approved))


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
