"""What the clocks are computed from: events with the times they were recorded at, and heartbeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.vocabulary import EventName

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST = -2_208_988_800  # 1900
_LATEST = 221_845_392_000  # 9000


def wall_ns(at: datetime) -> int:
    """Return the instant as nanoseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND * 1_000


def instant_of(ns: int) -> datetime:
    """Return the instant `ns` nanoseconds after 1970, rounded down to the microsecond and kept within the calendar."""
    seconds = max(_EARLIEST, min(_LATEST, ns // 1_000_000_000))
    return _EPOCH + timedelta(seconds=seconds, microseconds=ns // 1_000 % 1_000_000)


class ClockEvent(Struct, frozen=True, kw_only=True):
    """One thing that happened, and what the workstation's clocks said when it was recorded.

    `at` is the wall clock (aware UTC); `boot_ns` the suspend-aware clock of that boot in nanoseconds; `anchored_ms: a`
    says that true UTC lies within `at` ± a ms, None that the wall clock vouches for nothing; `happened_at` is there
    when the entry was made afterwards. Clocks of different `device`s are compared by anchors only.
    """

    event: EventName
    at: datetime
    boot: str
    boot_ns: int
    scope: dict[str, str] = {}
    part: str | None = None
    anchored_ms: int | None = None
    happened_at: datetime | None = None
    attributes: dict[str, str] = {}
    device: str = ""
    at_factory: bool = False
    """It happened at the manufacturer: it ends clocks that began before the factory, and begins none."""

    @property
    def is_late(self) -> bool:
        """Say whether this was entered after it happened."""
        return self.happened_at is not None and self.happened_at != self.at


class ClockSample(Struct, frozen=True):
    """One heartbeat: wall clock (aware UTC), boot, suspend-aware clock in ns, the wall clock's known error or None."""

    at: datetime
    boot: str
    boot_ns: int
    anchored_ms: int | None = None
    device: str = ""


class ClockHistory(Struct, frozen=True):
    """The site's time zone, what happened, and the heartbeats in the order they were taken."""

    zone: str
    events: tuple[ClockEvent, ...] = ()
    samples: tuple[ClockSample, ...] = ()


def history_at(history: ClockHistory, instant: datetime) -> tuple[ClockHistory, ClockSample]:
    """Return the history as it stood at `instant`, and the sample then, by extrapolating the last sample's boot clock.

    What the same boot recorded after that instant is left out. Raises ValueError when the history has no sample.
    """
    if not history.samples:
        raise ValueError("the history has no sample to say what time it is now; add one")
    last = history.samples[-1]
    ahead = wall_ns(instant) - wall_ns(last.at)
    anchored = last.anchored_ms
    if anchored is not None:
        # The boot clock that carries the sample to this instant may drift by 100 ppm.
        anchored += -(-abs(ahead) // 10_000_000_000)
    now = replace(last, at=instant, boot_ns=last.boot_ns + ahead, anchored_ms=anchored)
    if ahead >= 0:
        return history, now

    def known(entry: ClockEvent | ClockSample) -> bool:
        return (entry.device, entry.boot) != (now.device, now.boot) or entry.boot_ns <= now.boot_ns

    events = tuple(event for event in history.events if known(event))
    samples = tuple(sample for sample in history.samples if known(sample))
    return ClockHistory(history.zone, events, samples), now
