"""The port for time: what every event carries about when it was recorded."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from coordinator_app.store.boot_clock import boot_identity, boot_nanoseconds


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


class MachineClock:
    """The clocks of this machine; the wall clock is `free` until something trusted has been compared with it."""

    def __init__(self, zone: str) -> None:
        """Read the boot identity once: it cannot change while the program runs."""
        self._zone = zone
        self._boot = boot_identity()

    def moment(self) -> Moment:
        """Read the wall clock and the suspend-aware clock."""
        return Moment(datetime.now(UTC), self._zone, self._boot, boot_nanoseconds())


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
