"""Two people read an independent clock, each from an empty form; where they agree, time is certain from there on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.procedures.pulse import record_reading
from coordinator_app.procedures.refusals import refuse_same_person
from coordinator_app.procedures.second_person import sign_in_person
from coordinator_app.procedures.site_time import instants, typed_time
from coordinator_app.procedures.sitting import Ended, Flow, Sitting

AGREE_WITHIN = timedelta(seconds=60)
"""Two readings of one clock that lie further apart are refused."""
CLOCK_ERRS = timedelta(seconds=60)
"""What an independent clock (radio-controlled, a telephone) may be off by; no figure of any standard, but generous."""
READ_WITHIN = timedelta(minutes=2)
"""Whoever takes longer from the empty form to the answer reads the clock again: the answer is as old as the form."""


class Read(Struct, frozen=True):
    """One reading against this workstation's suspend-aware clock: it stood between `lo` and `hi` at boot zero."""

    typed: datetime
    lo: datetime
    hi: datetime


def read_clock(run: Sitting) -> Flow[None]:
    """Ask both people, the second behind their own badge and PIN from an empty form, and record what they agree on."""
    first = yield from _reading(run, "1")
    second_person = yield from sign_in_person(run, "witness", witness=True)
    while second_person is not None and second_person.person == run.performer.person:
        refuse_same_person(run)
        second_person = yield from sign_in_person(run, "witness", witness=True, refusal=run.message)
    if second_person is None:
        raise Ended
    second = yield from _reading(run, "2")
    if abs(first.typed - second.typed) > AGREE_WITHIN:
        run.refuse(Refusal.ENTRIES_DIFFER, Say("clock_read.differ"))
        run.work.record(
            e.ScanNotUsed(reason=Refusal.ENTRIES_DIFFER.value), subject=run.work.store.workstation,
            actor=run.performer.person,
        )  # fmt: skip
        raise Ended
    up = timedelta(microseconds=run.work.moment().boot_ns // 1000)
    lo, hi = min(first.lo, second.lo) + up, max(first.hi, second.hi) + up
    error = (hi - lo) / 2 + CLOCK_ERRS
    record_reading(
        run.work, lo + (hi - lo) / 2, -(-error // timedelta(milliseconds=1)), source="people",
        people=(run.performer.person, second_person.person), actor=run.performer.person,
    )  # fmt: skip


def _reading(run: Sitting, person: str) -> Flow[Read]:
    """Ask for the date and the time that the independent clock shows; nothing is filled in before."""
    opened = run.work.moment()
    found: list[Read] = []

    def check(values: dict[str, str]) -> Refusal | Say | None:
        nonlocal opened
        now = run.work.moment()
        since = opened
        if now.boot != since.boot or now.boot_ns - since.boot_ns > READ_WITHIN // timedelta(microseconds=1) * 1000:
            # The clock is read anew, so the answer is no older than this.
            opened = now
            return Say("clock_read.too_slow")
        told = typed_time(values["time"])
        meant = instants(values["date"], told[0], ZoneInfo(run.work.site.zone)) if told is not None else ()
        if told is None or not meant:
            return Say("clock_read.bad_time")
        # Read at some moment between the empty form and the answer; a clock without seconds shows each minute whole.
        lo = meant[0] - timedelta(microseconds=now.boot_ns // 1000)
        hi = meant[-1] + told[1] - timedelta(microseconds=since.boot_ns // 1000)
        found[:] = [Read(meant[0].astimezone(UTC) - timedelta(microseconds=now.boot_ns // 1000), lo, hi)]
        return None

    yield from run.fill_in(
        "read_clock",
        (FieldShown("date", "date", Say("field.clock_date")),
         FieldShown("time", "text", Say("field.clock_time"), hint=Say("field.clock_time.hint"))),
        check=check, words={"person": person},
    )  # fmt: skip
    return found[0]
