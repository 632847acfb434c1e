"""Small builders for tests of the clocks: a profile with the clocks in question, and a day at the site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coordinator_app.domain.clocks import ClockEvent, ClockHistory, ClockReading, ClockSample, read_clocks
from coordinator_app.domain.profile import Profile, read_profile
from coordinator_app.domain.vocabulary import EventName

NOON = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
MS = 1
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_HEAD = """[profile]
id = "TEST"
version = 1
title = "Test"
modality = "autologous"
source = "manual"
[[unit]]
kind = "bag"
name = "product"
count = [1, 3]
parts = ["cd8", "cd4"]
[[step]]
name = "bedside"
procedure = "administer"
check = "blind"
roles = ["nurse"]
[[step]]
name = "thaw"
procedure = "thaw"
check = "single"
roles = ["pharmacist"]
"""


def profile_with(*clocks: str, more: str = "") -> Profile:
    """Return a profile with these `[[clock]]` tables; title and source are filled in."""
    tables = "".join(
        f'[[clock]]\nname = "clock-{number}"\ntitle = "Clock {number}"\nsource = "section {number}"\n{clock}\n'
        for number, clock in enumerate(clocks, 1)
    )
    read = read_profile(_HEAD + tables + more)
    assert isinstance(read, Profile), [str(fault) for fault in read]
    return read


THAW_TO_END = (
    'kind = "at_most"\nstarts = "thaw_completed"\nends = "administration_completed"\nscope = "bag"\n'
    'limit = "2h 30min"\nwarn = ["30min", "10min"]\nblocks = ["bedside"]'
)


class Day:
    """A day at the site on one workstation; times are minutes after noon UTC, all clocks right unless told otherwise."""

    def __init__(self, zone: str = "Europe/Berlin", *, anchored_ms: int | None = 50) -> None:
        self.zone = zone
        self.anchored_ms = anchored_ms
        self.events: list[ClockEvent] = []
        self.samples: list[ClockSample] = []
        self.boot = "a"
        self.booted = -60.0
        self.wall_ahead = timedelta()

    def _clocks(self, minute: float) -> tuple[datetime, int]:
        at = NOON + timedelta(minutes=minute) + self.wall_ahead
        return at, round((minute - self.booted) * 60 * 10**9)

    def happens(
        self,
        name: str,
        minute: float,
        bag: str | None = "1",
        *,
        happened: float | None = None,
        part: str | None = None,
        scope: dict[str, str] | None = None,
        device: str = "",
        **attributes: str,
    ) -> None:
        """Record an event; `happened` is the minute it is said to have happened."""
        at, boot_ns = self._clocks(minute)
        self.events.append(
            ClockEvent(
                event=EventName(name), at=at, boot=self.boot, boot_ns=boot_ns, part=part,
                scope=scope if scope is not None else {} if bag is None else {"bag": bag},
                anchored_ms=self.anchored_ms, attributes=attributes, device=device,
                happened_at=None if happened is None else NOON + timedelta(minutes=happened) + self.wall_ahead,
            )
        )  # fmt: skip

    def beats(self, minute: float) -> None:
        """Record a heartbeat."""
        at, boot_ns = self._clocks(minute)
        self.samples.append(ClockSample(at, self.boot, boot_ns, self.anchored_ms))

    def reboots(self, minute: float, boot: str = "b") -> None:
        """Start a new boot at this minute."""
        self.boot, self.booted = boot, minute

    def history(self) -> ClockHistory:
        """Return what was recorded."""
        return ClockHistory(self.zone, tuple(self.events), tuple(self.samples))

    def reads(self, profile: Profile, minute: float, *, device: str = "") -> tuple[ClockReading, ...]:
        """Return the clocks as they stand at this minute."""
        at, boot_ns = self._clocks(minute)
        return read_clocks(profile, self.history(), ClockSample(at, self.boot, boot_ns, self.anchored_ms, device))

    def reads_one(self, profile: Profile, minute: float) -> ClockReading:
        """Return the only clock as it stands at this minute."""
        (reading,) = self.reads(profile, minute)
        return reading
