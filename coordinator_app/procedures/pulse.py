"""The pulse of a workstation: heartbeats, a wall clock that was set, a machine that slept, what the hub says it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.durations import spoken_duration
from coordinator_app.domain.screens import ClockShown, Say
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.moment import SLEW, STEP_NS, Moment, TakesAnchors

BEAT_NS = 30_000_000_000
"""A heartbeat is due after so long (`reference/reliability.md` §3.2)."""
SAID_FOR_NS = 3_600_000_000_000
"""A wall clock that was set is told on every page for an hour, or until somebody vouches for it."""


class Pulse:
    """What the clocks of this workstation did since the last tick."""

    def __init__(self, work: Workplace) -> None:
        """Begin with a heartbeat."""
        self._work = work
        self._last = work.moment()
        self._beaten = self._last
        self._stepped: tuple[Moment, int] | None = None
        work.beat()

    def tick(self) -> None:
        """Notice a wall clock that was set, and write the heartbeat that is due."""
        before, now = self._last, self._work.moment()
        self._last = now
        if before.boot == now.boot:
            step = _step_ns(before, now)
            if step is not None and self._work.writing().notice_step(now):
                self._stepped = (now, step)
        if before.boot != now.boot or now.boot_ns - self._beaten.boot_ns >= BEAT_NS:
            self.beat()

    def beat(self) -> None:
        """Write a heartbeat now: at lock, suspend and quit nobody knows when the next one comes."""
        self._beaten = self._work.moment()
        self._work.beat()

    def slept(self, slept_ms: int) -> None:
        """Record that the machine slept."""
        if slept_ms > 0:
            self._work.record(e.SleepNoticed(slept_ms=slept_ms), subject=self._work.store.workstation)

    def notices(self, running: tuple[ClockShown, ...]) -> tuple[Say, ...]:
        """Return what people must know of the clocks of this workstation: it was set, or nobody vouches for it."""
        now = self._work.moment()
        if now.clock == "anchored":
            return ()
        found = []
        if self._stepped is not None and now.boot_ns - self._stepped[0].boot_ns < SAID_FOR_NS:
            at, step = self._stepped
            words = {"length": spoken_duration(timedelta(seconds=round(abs(step) / 1e9))), "at": at.at.isoformat()}
            found.append(Say("notice.clock_set_forward" if step > 0 else "notice.clock_set_back", words))
        if running and not self._is_read(now):
            found.append(Say("notice.clock_free"))
        return tuple(found)

    def _is_read(self, now: Moment) -> bool:
        here = (self._work.store.workstation, now.boot)
        return any((each.device, each.boot) == here for each in self._work.site.clock_reads)


def _step_ns(before: Moment, now: Moment) -> int | None:
    passed = now.boot_ns - before.boot_ns
    step = (now.at - before.at) // timedelta(microseconds=1) * 1000 - passed
    return step if abs(step) > STEP_NS + abs(passed) // SLEW else None


def take_hub_time(work: Workplace, at: datetime, error_ms: int) -> None:
    """Take the hub's own time, right within `error_ms` (half the way there and back), at this very moment.

    A wall clock that agrees is anchored by it. One that does not is told so, and the hub's time is put on record once,
    so that the intervals are anchored all the same.
    """
    if isinstance(work.clock, TakesAnchors):
        work.clock.anchor(at, error_ms)
    moment = work.moment()
    if moment.clock != "anchored" and not _known(work, moment):
        record_reading(work, at, error_ms, source="hub")
    work.beat()


def _known(work: Workplace, moment: Moment) -> bool:
    """Tell whether the hub's time is on record for this boot already; each contact anew would only fill the record."""
    return any(
        isinstance(each.body, e.ClockRead) and each.body.source == "hub" and each.boot == moment.boot
        for each in work.site.clock_reads
    )


def record_reading(
    work: Workplace, at: datetime, error_ms: int, *, source: str, people: tuple[str, ...] = (), actor: str | None = None
) -> None:
    """Record what a trusted clock said at this very moment."""
    work.record(
        e.ClockRead(read_at=at, error_ms=error_ms, source=source, people=people), subject=work.store.workstation,
        actor=actor,
    )  # fmt: skip
