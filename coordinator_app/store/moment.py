"""The port for time: what every event carries about when it was recorded."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

from msgspec import Struct

from coordinator_app.store.boot_clock import boot_identity, boot_nanoseconds, stretch_of
from coordinator_app.store.system_time import system_error_ms

ANCHORED_MS = 1000
"""A wall clock that errs by at most this much may be called anchored."""
STEP_NS = 2_000_000_000
"""A wall clock that moves further than this against the suspend-aware clock was set (`reliability.md` §3.2)."""
SLEW = 2000
"""One part in this of the time between two readings may be correction by the time service: 500 ppm."""
_DRIFT = 10_000
"""A quartz clock errs by at most one part in this (`reliability.md` §3.1)."""


class Moment(Struct, frozen=True):
    """One reading of all clocks of the workstation.

    `at` is aware UTC, `zone` an IANA name, `boot` names the run of the machine, `boot_ns` counts nanoseconds since
    then, sleep included; `clock` is `anchored` (compared with a trusted time), `free` (nobody vouches for the wall
    clock) or `suspect` (the wall clock is known to have gone wrong).
    """

    at: datetime
    zone: str
    boot: str
    boot_ns: int
    clock: str = "free"


class Clock(Protocol):
    """Something that knows what time it is."""

    def moment(self) -> Moment:
        """Read all clocks at once."""
        ...


@runtime_checkable
class TakesAnchors(Protocol):
    """A clock that can be compared with a trusted time."""

    def anchor(self, at: datetime, error_ms: int) -> None:
        """Take what a trusted clock says now (aware), right within `error_ms`."""
        ...


def standing(off_ns: int, error_ns: int, *, anchored_ms: int = ANCHORED_MS) -> str:
    """Return what a wall clock is that stands `off_ns` from a trusted time which is itself right within `error_ns`."""
    if abs(off_ns) + error_ns <= anchored_ms * 1_000_000:
        return "anchored"
    return "suspect" if abs(off_ns) - error_ns > STEP_NS else "free"


def _wall() -> datetime:
    return datetime.now(UTC)


class MachineClock:
    """The clocks of this machine; the wall clock is `free` until something trusted has been compared with it.

    The operating system's own time service is trusted where it tells its error; else what `anchor` was told last. A
    wall clock that was set while nobody vouches for it is `suspect` until somebody does.
    """

    def __init__(
        self,
        zone: str,
        *,
        wall: Callable[[], datetime] = _wall,
        boot_ns: Callable[[], int] = boot_nanoseconds,
        system_error: Callable[[], int | None] = system_error_ms,
    ) -> None:
        """Read the boot identity once: it cannot change while the program runs."""
        self._zone = zone
        self._boot = boot_identity()
        self._wall, self._boot_ns, self._system_error = wall, boot_ns, system_error
        self._anchored: tuple[int, int, int] | None = None
        self._before: tuple[int, int] | None = None
        self._was_set = False

    def moment(self) -> Moment:
        """Read the wall clock and the suspend-aware clock."""
        at, boot_ns = self._wall(), self._boot_ns()
        boot, since = stretch_of(self._boot, boot_ns)
        return Moment(at, self._zone, boot, since, self._standing(_ns(at), boot_ns))

    def anchor(self, at: datetime, error_ms: int) -> None:
        """Take what a trusted clock says now (aware), right within `error_ms`; the hub's answer is one."""
        self._anchored = (_ns(at), self._boot_ns(), error_ms * 1_000_000)
        self._was_set = False

    def _standing(self, wall: int, boot_ns: int) -> str:
        before, self._before = self._before, (wall, boot_ns)
        if before is not None:
            passed = boot_ns - before[1]
            self._was_set = self._was_set or abs(wall - before[0] - passed) > STEP_NS + abs(passed) // SLEW
        system_error = self._system_error()
        if system_error is not None and system_error <= ANCHORED_MS:
            self._was_set = False
            return "anchored"
        if self._anchored is not None:
            said, then, error = self._anchored
            passed = boot_ns - then
            return standing(wall - said - passed, error + passed // _DRIFT)
        return "suspect" if self._was_set else "free"


def _ns(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


class ScriptedClock:
    """A clock that stands still until told, for scratch sites of qualification scripts and the demonstration's past."""

    def __init__(
        self, at: datetime, zone: str = "Europe/Berlin", boot: str = "", boot_ns: int = 10**12, clock: str = "free"
    ) -> None:
        """Start at this aware instant; `boot` is drawn at random unless given; `clock` is what the wall clock is."""
        if at.tzinfo is None:
            raise ValueError("A scripted clock starts at an instant with a time zone.")
        self._at = at.astimezone(UTC)
        self._zone = zone
        self._boot = boot or secrets.token_hex(16)
        self._boot_ns = boot_ns
        self._clock = clock

    def moment(self) -> Moment:
        """Return the scripted time."""
        return Moment(self._at, self._zone, self._boot, self._boot_ns, self._clock)

    def anchor(self, at: datetime, error_ms: int) -> None:
        """Take what a trusted clock says now; it stands until the wall clock is set."""
        self._clock = standing(_ns(self._at) - _ns(at), error_ms * 1_000_000)

    def advance(self, by: timedelta) -> None:
        """Let time pass for both clocks; raises ValueError for a negative duration."""
        if by < timedelta(0):
            raise ValueError("Time does not run backwards; use step_wall to set the wall clock.")
        self._at += by
        self._boot_ns += by // timedelta(microseconds=1) * 1000

    def step_wall(self, by: timedelta) -> None:
        """Set the wall clock forward or back; the suspend-aware clock does not notice, and nobody vouches any more."""
        self._at += by
        self._clock = "free"

    def reboot(self) -> None:
        """Start the machine again: another boot identity, the suspend-aware clock from its beginning."""
        self._boot = hashlib.sha256(self._boot.encode()).hexdigest()[:32]
        self._boot_ns = 10**9
