"""A simulated workstation whose true time is known: it sleeps, reboots, loses its battery, is paused, stepped, restored.

The machine tells what a real one would: wall clock, boot clock, and an anchor only where one is honest. The clocks
under proof see nothing else. Times are ns; true time is ns since 1970.
"""

from __future__ import annotations

from random import Random

from coordinator_app.domain.clock_history import ClockEvent, ClockSample, instant_of
from coordinator_app.domain.vocabulary import EventName

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
MICROSECOND = 1_000

FAULTS = (
    "none",
    "sleep",
    "reboot",
    "step-forward",
    "step-back",
    "dead-battery",
    "vm-paused-wall-follows",
    "vm-paused-unseen",
    "vm-restored",
    "hub-contact",
)
"""What can happen to a machine between two events."""

_DEAD_BATTERY_WALL = 1_546_300_800 * SECOND  # 2019-01-01


class Machine:
    """One workstation in true time; `act` lets something happen to it, `heartbeat` and `record` write down its clocks."""

    def __init__(self, random: Random, start: int, *, drift_ppm: int, same_quartz: bool, online: bool) -> None:
        self.random = random
        self.true = start
        self.samples: list[ClockSample] = []
        self.events: list[ClockEvent] = []
        self.true_of_event: list[int] = []
        self.true_of_entry: list[int] = []
        self.anchored_at: list[tuple[str, int]] = []
        self.unseen: list[tuple[str, int, int]] = []
        self.happened: set[str] = set()
        self.wall_gained = False
        self._drift = drift_ppm
        self._same_quartz = same_quartz
        self._boots = 0
        self._boot_ns = 0
        self._boot = "boot-0"
        self.online = online
        self._offset = random.randrange(-40, 41) * MICROSECOND * 1_000
        if not online and random.random() < 0.5:
            self._offset = random.randrange(-90 * 86_400, 90 * 86_400) * SECOND
        self._boot_ns = random.randrange(0, 30 * 86_400) * SECOND

    @property
    def wall(self) -> int:
        """What the wall clock says, in whole microseconds."""
        return (self.true + self._offset) // MICROSECOND * MICROSECOND

    def run(self, span: int) -> None:
        """Let time pass while the machine is up."""
        counted = span + span * self._drift // 1_000_000
        self.true += span
        self._boot_ns += counted
        if self._same_quartz and not self.online:
            self._offset += counted - span

    def run_beating(self, span: int) -> None:
        """Let time pass with a heartbeat at its end, and one somewhere within."""
        first = self.random.randrange(span + 1)
        self.run(first)
        self.heartbeat()
        self.run(span - first)
        self.heartbeat()

    def _anchor(self) -> int | None:
        if not self.online:
            return None
        error = -(-abs(self.wall - self.true) // 1_000_000) + self.random.choice((0, 1, 20, 200))
        if error < 1_000:
            self.anchored_at.append((self._boot, self.true))
        return error

    def _lose_the_hub(self) -> None:
        # A program that saw its wall clock step no longer vouches for it; a few go on, honestly, with a wide error.
        self.online = self.online and self.random.random() < 0.1

    @property
    def has_unseen_pause(self) -> bool:
        """Say whether it stood still unseen and no anchors of the same boot stand around that."""
        return any(
            not any(on == boot and at <= begun for on, at in self.anchored_at)
            or not any(on == boot and at >= ended for on, at in self.anchored_at)
            for boot, begun, ended in self.unseen
        )

    def heartbeat(self) -> ClockSample:
        """Write down the clocks; that itself takes a little, so that no two records share a moment."""
        self.run(self.random.randrange(1, 3_000) * MICROSECOND)
        sample = ClockSample(instant_of(self.wall), self._boot, self._boot_ns, self._anchor())
        self.samples.append(sample)
        return sample

    def record(
        self,
        event: EventName,
        scope: dict[str, str],
        *,
        part: str | None = None,
        happened: int | None = None,
        attributes: dict[str, str] | None = None,
    ) -> int:
        """Write down an event, afterwards when `happened` (true ns) is given; return its place."""
        self.run(self.random.randrange(1, 3_000) * MICROSECOND)
        late_ns = None
        if happened is not None:
            # With an honest clock people give the right time; without, they read this workstation's own.
            late_ns = happened if self.online and self.random.random() < 0.5 else self.wall - (self.true - happened)
        self.events.append(
            ClockEvent(
                event=event, scope=scope, part=part, at=instant_of(self.wall), boot=self._boot, boot_ns=self._boot_ns,
                anchored_ms=self._anchor(), happened_at=None if late_ns is None else instant_of(late_ns),
                attributes=attributes or {},
            )
        )  # fmt: skip
        self.true_of_event.append(self.true if happened is None else happened)
        self.true_of_entry.append(self.true)
        return len(self.events) - 1

    def act(self, fault: str, span: int) -> None:
        """Let one thing happen that takes about `span`; the machine beats before and after, as the program does."""
        self.heartbeat()
        self.happened.add(fault)
        getattr(self, "_" + fault.replace("-", "_"))(span)
        self.heartbeat()

    def _none(self, span: int) -> None:
        self.run(span)

    def _sleep(self, span: int) -> None:
        # Asleep, the boot clock counts on; nothing beats.
        self.run(span)

    def _reboot(self, span: int) -> None:
        off = self.random.randrange(span + 1)
        self.true += off
        if self._same_quartz and not self.online and self.random.random() < 0.5:
            self._offset += self.random.randrange(-HOUR, HOUR)
        self._new_boot()
        self.run(span - off)

    def _new_boot(self) -> None:
        self._boots += 1
        self._boot = f"boot-{self._boots}"
        self._boot_ns = 0
        self.run(self.random.randrange(5, 90) * SECOND)

    def _step_forward(self, span: int) -> None:
        self._offset += self.random.choice((1, 3, 90, 3_600, 86_400)) * SECOND
        self.wall_gained = True
        self._lose_the_hub()

    def _step_back(self, span: int) -> None:
        self._offset -= self.random.choice((1, 3, 90, 3_600, 86_400)) * SECOND
        self._lose_the_hub()

    def _dead_battery(self, span: int) -> None:
        self.online = False
        self.true += span
        self._offset = _DEAD_BATTERY_WALL - self.true
        self._new_boot()

    def _vm_paused_wall_follows(self, span: int) -> None:
        # Up to 0.8 s or above 2.5 s: in between design §6 lets a pause go unseen until the next anchor.
        pause = self.random.choice((self.random.randrange(8) * SECOND // 10, 3 * SECOND, max(span, 3 * SECOND)))
        if pause < SECOND and "small-pause" in self.happened:
            pause = 3 * SECOND
        if pause < SECOND:
            self.happened.add("small-pause")
        self.true += pause
        self.wall_gained = True

    def _vm_paused_unseen(self, span: int) -> None:
        self.unseen.append((self._boot, self.true, self.true + span))
        self.true += span
        self._offset -= span
        self.online = False

    def _vm_restored(self, span: int) -> None:
        saved = self._boot_ns
        self.run(max(span // 2, SECOND))
        self.heartbeat()
        self.true += span // 2
        lost = self._boot_ns - saved
        self._boot_ns = saved
        if self.random.random() < 0.5:
            self._offset -= lost + span // 2
            self.online = False

    def _hub_contact(self, span: int) -> None:
        self.run(span)
        self.online = True
        self._offset = self.random.randrange(-40, 41) * 1_000_000
        # An anchor settles what was gained or lost before only where another stands on the other side.
