"""Generated clock histories with their truth: one clock each, in a machine to which things happen."""

from __future__ import annotations

from random import Random

from coordinator_app.domain.clock_history import ClockHistory, instant_of
from coordinator_app.domain.profile import Profile, read_profile
from coordinator_app.domain.vocabulary import EventName
from tests.domain.clock_truth import ZONES, Truth, changes, nth_midnight
from tests.domain.clock_worlds import FAULTS, HOUR, MINUTE, SECOND, Machine

_HEAD = """[profile]
id = "PROOF"
version = 1
title = "Proof"
modality = "autologous"
source = "proof"
[[unit]]
kind = "bag"
name = "product"
count = [1, 9]
"""
_CLOCKS = {
    "at-most": 'kind = "at_most"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    'limit = "2h 30min"\nwarn = ["30min", "10min"]',
    "at-most-without-pauses": 'kind = "at_most"\nstarts = "thaw_completed"\nends = "administration_completed"\n'
    'scope = "bag"\nlimit = "1h"\ncounts_pauses = false',
    "at-least": 'kind = "at_least"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    'limit = "1h"',
    "between": 'kind = "between"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    'earliest = "30min"\nlatest = "3h"',
    "until": 'kind = "until"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    'deadline = "expires_at"\nwarn = ["30min"]',
    "previous": 'kind = "at_most"\nstarts = "previous.administration_completed"\nends = "administration_started"\n'
    'scope = "bag"\nlimit = "1h"',
    "calendar-at-most": 'kind = "at_most"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    'limit = "2 calendar days"',
    "calendar-at-least": 'kind = "at_least"\nstarts = "thaw_completed"\nends = "administration_completed"\n'
    'scope = "bag"\nlimit = "2 calendar days"',
}
_LIMITS = {
    "at-most": 150 * MINUTE, "at-most-without-pauses": HOUR, "at-least": HOUR, "between": 3 * HOUR, "until": 4 * HOUR,
    "previous": HOUR, "calendar-at-most": 48 * HOUR, "calendar-at-least": 48 * HOUR,
}  # fmt: skip
_LATE_KINDS = ("at-most", "at-least", "until", "between")


def proof_profiles() -> dict[str, Profile]:
    """Return one profile for each kind of clock under proof."""
    found = {}
    for name, lines in _CLOCKS.items():
        read = read_profile(f'{_HEAD}[[clock]]\nname = "{name}"\ntitle = "Clock"\nsource = "proof"\n{lines}\n')
        if not isinstance(read, Profile):
            raise SystemExit(f"{name}: {read}")
        found[name] = read
    return found


class Story:
    """One generated history with its truth."""

    def __init__(self, random: Random, number: int, kind: str) -> None:
        self.random = random
        self.kind = kind
        self.zone = ZONES[number % len(ZONES)]
        self.calendar = kind.startswith("calendar")
        self.machine = Machine(
            random, self._start(), drift_ppm=random.choice((-100, -100, -17, 0, 33, 100, 100)),
            same_quartz=random.random() < 0.5, online=random.random() < (0.8 if self.calendar or kind == "until" else 0.5),
        )  # fmt: skip
        self.limit = _LIMITS[kind]
        self.pauses: list[tuple[int, int]] = []
        self.late_start = self.late_end = False
        self.dst = False

    def _start(self) -> int:
        day = 19_723 + self.random.randrange(7 * 365)
        moved = changes(self.zone) if self.calendar else ()
        if moved and self.random.random() < 0.8:
            day = self.random.choice(moved) - self.random.randrange(0, 4)
        return (day * 86_400 + self.random.randrange(86_400)) * SECOND + self.random.randrange(10**6) * 1_000

    def tell(self) -> tuple[ClockHistory, Truth]:
        """Let it happen; the instance ends in half of the stories."""
        machine, random = self.machine, self.random
        machine.heartbeat()
        self._events(random.random() < 0.4, 1)
        begun = self._begin()
        self._events(True, random.choice((1, 1, 2, 3)))
        ended = None
        if random.random() < 0.5:
            ended = self._end()
            self._events(random.random() < 0.5, 1)
        now = machine.heartbeat()
        history = ClockHistory(self.zone, tuple(machine.events), tuple(machine.samples))
        assert history.samples[-1] is now
        return history, self._truth(begun, ended)

    def _events(self, wanted: bool, count: int) -> None:
        if not wanted:
            return
        for _ in range(count):
            fault = self.random.choice(FAULTS)
            if self.kind == "at-most-without-pauses" and self.random.random() < 0.4:
                self._pause(fault)
            else:
                self.machine.act(fault, self._span())
            self.machine.run_beating(self._span() // 2)

    def _pause(self, fault: str) -> None:
        machine = self.machine
        machine.record(EventName.ADMINISTRATION_PAUSED, {"bag": "1"})
        before = machine.true
        machine.act(fault, self._span() // 2)
        machine.record(EventName.ADMINISTRATION_RESUMED, {"bag": "1"})
        self.pauses.append((before, machine.true))

    def _span(self) -> int:
        # Around the limit, so that histories end on both sides of it and close to it.
        near = self.random.choice((self.limit // 3, self.limit // 2, self.limit, self.limit * 2))
        return max(SECOND, near + self.random.randrange(-near // 3, near // 3 + 1))

    def _begin(self) -> int:
        machine, random = self.machine, self.random
        if self.kind == "previous":
            for name in (EventName.ADMINISTRATION_STARTED, EventName.ADMINISTRATION_COMPLETED):
                mark = machine.record(name, {"bag": "1"})
                machine.run(random.randrange(1, 600) * SECOND if name is EventName.ADMINISTRATION_STARTED else 0)
            return mark
        attributes = {}
        if self.kind == "until":
            self.expires = machine.true + self.limit + random.randrange(-HOUR, HOUR)
            self.expires -= self.expires % 1_000
            attributes["expires_at"] = instant_of(self.expires).isoformat()
        happened = None
        if self.kind in _LATE_KINDS and random.random() < 0.3:
            self.late_start = True
            happened = machine.true - random.randrange(self.limit // 2)
        return machine.record(EventName.THAW_COMPLETED, {"bag": "1"}, happened=happened, attributes=attributes)

    def _end(self) -> int:
        machine, random = self.machine, self.random
        event = EventName.ADMINISTRATION_STARTED if self.kind == "previous" else EventName.ADMINISTRATION_COMPLETED
        happened = None
        last = machine.true_of_event[-1]
        if self.kind in _LATE_KINDS and random.random() < 0.3 and machine.true > last:
            self.late_end = True
            recorded = machine.true - random.randrange(machine.true - last)
            happened = recorded - recorded % 1_000 + 1_000 if recorded < machine.true - 1_000 else None
            self.late_end = happened is not None
        return machine.record(event, {"bag": "2" if self.kind == "previous" else "1"}, happened=happened)

    def _truth(self, begun: int, ended: int | None) -> Truth:
        machine = self.machine
        start = machine.true_of_event[begun]
        entered = machine.true_of_entry[begun]
        stop = machine.true if ended is None else machine.true_of_event[ended]
        truth = Truth(stop - start, ended is not None, stop)
        if self.kind == "at-least":
            # A wait counts from the entry.
            truth.elapsed = max(0, stop - entered)
            truth.opens = entered + self.limit
        elif self.kind == "between":
            truth.limit, truth.opens = self.limit, entered + 30 * MINUTE
        elif self.kind == "until":
            truth.deadline = self.expires
        elif self.kind == "calendar-at-most":
            truth.deadline = nth_midnight(start, 2, self.zone)
        elif self.kind == "calendar-at-least":
            truth.opens = nth_midnight(start, 2, self.zone)
        else:
            truth.limit = self.limit
        if self.kind == "at-most-without-pauses":
            paused = [(max(a, start), min(b, stop)) for a, b in self.pauses if b > start and a < stop]
            truth.active = truth.elapsed - sum(b - a for a, b in paused)
        if self.calendar:
            days = range(start // (86_400 * SECOND) - 1, start // (86_400 * SECOND) + 4)
            self.dst = any(day in days for day in changes(self.zone))
        return truth
