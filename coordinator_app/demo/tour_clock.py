"""A clock for the tour: the machine's, moved on between acts, so that a walk of hours takes a minute."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from msgspec.structs import replace

from coordinator_app.store.moment import MachineClock, Moment


class TourClock:
    """The machine's clocks plus the time that the tour has let pass; read on several threads."""

    def __init__(self, zone: str = "Europe/Berlin") -> None:
        """Start at the machine's own time."""
        self._machine = MachineClock(zone)
        self._passed = timedelta()
        self._lock = threading.Lock()

    def let_pass(self, time: timedelta) -> None:
        """Move both clocks on."""
        with self._lock:
            self._passed += time

    def moment(self) -> Moment:
        """Read all clocks; the wall clock is anchored by agreement, as at the demonstration site."""
        with self._lock:
            passed = self._passed
        now = self._machine.moment()
        ahead = passed // timedelta(microseconds=1) * 1000
        return replace(now, at=now.at + passed, boot_ns=now.boot_ns + ahead, clock="anchored")

    def now(self) -> datetime:
        """Return the wall clock."""
        return self.moment().at

    def now_ns(self) -> int:
        """Return the suspend-aware clock in nanoseconds."""
        return self.moment().boot_ns
