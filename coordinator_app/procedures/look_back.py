"""Verifies the earlier record while the program is used, and says what was found and how far it is."""

from __future__ import annotations

import json

from coordinator_app.domain.screens import RowShown, Say, Tone
from coordinator_app.domain.seal import instant, read_instant
from coordinator_app.procedures.list_parts import moment_of
from coordinator_app.procedures.progress_said import percent, progress_said
from coordinator_app.procedures.site_alarms import raise_site_alarm
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.journal_check import TAIL

SLICE_S = 0.008
"""How long one slice takes: a scan that comes meanwhile waits for less than a frame."""
NOTE = "history_verified"
"""The note of the last time that all was verified: when, how many events, and the instant of the newest of them."""


def look_back(work: Workplace, seconds: float = SLICE_S) -> bool:
    """Verify a little more of the earlier record; tells whether some is left. What is bad raises an alarm, recorded."""
    history = work.history
    if history.over:
        return False
    history.go_on(seconds)
    if history.first_bad is not None:
        raise_site_alarm(work, "record", "high")
    elif history.all_verified:
        told = {"at": instant(work.now()), "events": history.total, "upto": history.newest_at()}
        work.store.set_note(NOTE, json.dumps(told))
    return not history.over


def history_notices(work: Workplace) -> tuple[Say, ...]:
    """Return the banner over a record that is not as it was written; it stays until another record is opened."""
    bad = work.history.first_bad
    if bad is None:
        return ()
    return (Say("notice.record_changed", {"event": bad.id[:16], "position": str(bad.seq), "why": bad.why}),)


def verified_percent(work: Workplace) -> int | None:
    """Return how far the verification of the earlier record is; None when it is over, or there is little to verify."""
    history = work.history
    if history.over or history.total <= TAIL:
        return None
    return percent(history.verified, history.total)


def history_row(work: Workplace) -> RowShown:
    """Return how far the verification is, or up to which instant all was verified; and when it last came to its end."""
    history = work.history
    kept = work.store.note(NOTE)
    told = json.loads(kept) if kept is not None else None
    last = moment_of(read_instant(told["at"])) if told is not None else "–"
    if history.first_bad is not None:
        why = {"event": history.first_bad.id[:16], "why": history.first_bad.why}
        return RowShown((Say("keeping.history"), Say("keeping.history_bad", why), last), Tone.OVERDUE)
    if not history.over:
        far = progress_said("verifying", history.verified, history.total, history.pace)
        return RowShown((Say("keeping.history"), far, last))
    if told is None:
        return RowShown((Say("keeping.history"), Say("keeping.history_none"), "–"))
    upto = {"events": f"{told['events']:,}", "at": read_instant(told["upto"]).isoformat()}
    return RowShown((Say("keeping.history"), Say("keeping.history_verified", upto), last), Tone.IN_TIME)
