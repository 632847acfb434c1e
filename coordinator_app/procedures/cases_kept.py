"""The cases of the site as far as they are kept in memory: those that were asked for last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, follow_case
from coordinator_app.domain.durations import Duration
from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.recorded import Recorded
from coordinator_app.store.store import Store

AT_MOST = 200
"""Cases kept besides those that need somebody; one takes about a quarter of a megabyte."""
AFTERWARDS = timedelta(days=1)
"""How long after its longest clock could have ended a settled case is still looked at."""
RENEWED = timedelta(hours=1)
"""How often cases leave the watch that were settled long enough ago."""
NEVER_CONTRADICT = frozenset({
    e.ScanRefused, e.CheckOpened, e.ArmClosed, e.CheckEnded, e.IdentityConfirmed, e.ProcedureParked, e.AlarmRaised,
    e.AlarmAcknowledged, e.AlarmResolved,
})  # fmt: skip
"""Events that no contradiction is told by, in their own case or another (`contradictions.py`)."""
ABOUT_ALARMS = frozenset({"AlarmRaised", "AlarmAcknowledged", "AlarmResolved"})


class CasesKept:
    """Reads cases when they are asked for, follows what is recorded, and lets go of what nobody asked for lately."""

    def __init__(self, store: Store) -> None:
        """Keep nothing yet; whoever writes in this store asks for cases here."""
        self._store = store
        self._kept: dict[str, CaseRecord] = {}
        self._needing: set[str] = set()
        self._listed: dict[str, CaseRecord] | None = None
        self._looked_at: datetime | None = None
        self._asked_last = ""
        self.touched: set[str] = set()
        """Cases with new events since somebody looked at what they mean for others."""
        self.telling = 0
        """Grows with every event that could contradict another, and whenever cases are read anew."""
        self.searched: dict[str, int] = {}
        """How many such events there were when contradictions were last searched for in a case."""
        self.alarm_news = 0
        """Grows with every event about an alarm, and whenever cases are read anew."""
        store.fold = self.case

    def case(self, case: str) -> CaseRecord:
        """Return one case; one that has no event is empty."""
        if case == self._asked_last:
            return self._kept[case]
        known = self._kept.pop(case, None)
        if known is None:
            known = self._store.read_case(case)
            self._make_room()
        self._kept[case] = known
        self._asked_last = case
        return known

    def needing(self, now: datetime, longest: timedelta) -> tuple[CaseRecord, ...]:
        """Return the cases that need somebody, and those settled so lately that a clock could still run, by id."""
        if self._looked_at is None or not timedelta() <= now - self._looked_at < RENEWED:
            self._needing = set(self._store.cases_needing(now - longest - AFTERWARDS))
            self._looked_at, self._listed = now, None
        if self._listed is None:
            # Read before they are put together: what needs somebody is never let go of to make room for another.
            self._listed = {case: self._kept.get(case) or self.case(case) for case in sorted(self._needing)}
        return tuple(self._listed.values())

    def follow(self, case: str, recorded: Recorded) -> None:
        """Let one more event of a case count."""
        self.touched.add(case)
        self._needing.add(case)
        if _may_contradict(recorded):
            self.telling += 1
        if recorded.type in ABOUT_ALARMS:
            self.alarm_news += 1
        known = self._kept.get(case)
        if known is not None:
            known = self._kept[case] = follow_case(known, recorded)
        if self._listed is not None and known is not None and case in self._listed:
            self._listed[case] = known
        else:
            self._listed = None

    def came(self, cases: Iterable[str]) -> None:
        """Take notice that events of these cases came from elsewhere: they are read anew when they are asked for."""
        for case in cases:
            self.touched.add(case)
            self._needing.add(case)
            self._kept.pop(case, None)
        self._listed, self._asked_last = None, ""
        self.telling += 1
        self.alarm_news += 1

    def forget(self) -> None:
        """Read everything anew when it is asked for."""
        self._kept.clear()
        self._looked_at, self._listed, self._asked_last = None, None, ""
        self.telling += 1
        self.alarm_news += 1
        self.searched.clear()

    def _make_room(self) -> None:
        if len(self._kept) < AT_MOST + len(self._needing):
            return
        oldest = next((case for case in self._kept if case not in self._needing), None)
        if oldest is not None:
            del self._kept[oldest]


def _may_contradict(recorded: Recorded) -> bool:
    body = recorded.body
    if isinstance(body, e.ScanAccepted):
        return body.object == "wristband"
    return type(body) not in NEVER_CONTRADICT


def longest_clock(profiles: Iterable[Profile]) -> timedelta:
    """Return the longest time that any clock of these profiles can run by itself."""
    limits = [
        _length(each)
        for profile in profiles
        for rule in profile.clocks
        for each in (rule.limit, rule.earliest, rule.latest)
        if each is not None
    ]
    return max(limits, default=timedelta())


def _length(limit: Duration) -> timedelta:
    return limit if isinstance(limit, timedelta) else timedelta(days=limit.count + 1)
