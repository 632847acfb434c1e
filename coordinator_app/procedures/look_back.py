"""Verifies the earlier record while the program is used, and says what was found."""

from __future__ import annotations

from coordinator_app.domain.screens import Say
from coordinator_app.procedures.site_alarms import raise_site_alarm
from coordinator_app.procedures.workplace import Workplace

SLICE_S = 0.008
"""How long one slice takes: a scan that comes meanwhile waits for less than a frame."""


def look_back(work: Workplace, seconds: float = SLICE_S) -> bool:
    """Verify a little more of the earlier record; tells whether some is left. What is bad raises an alarm, recorded."""
    history = work.history
    if history.over:
        return False
    history.go_on(seconds)
    if history.first_bad is not None:
        raise_site_alarm(work, "record", "high")
    return not history.over


def history_notices(work: Workplace) -> tuple[Say, ...]:
    """Return the banner over a record that is not as it was written; it stays until another record is opened."""
    bad = work.history.first_bad
    if bad is None:
        return ()
    return (Say("notice.record_changed", {"event": bad.id[:16], "position": str(bad.seq), "why": bad.why}),)
