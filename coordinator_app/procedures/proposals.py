"""Deviations that the program proposes from the clocks: what ended too late or too early, each proposed once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.profile_parts import ClockRule
from coordinator_app.domain.readiness import EVENT_NAMES
from coordinator_app.domain.vocabulary import ClockState
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.workplace import Workplace


def propose_from_clocks(work: Workplace, case: CaseRecord) -> None:
    """Propose a deviation for every clock of a case that was not kept, or whose limit has passed."""
    if not case.profile_sha256:
        return
    profile = work.profile(case)
    for reading in readings_of(work, case):
        kind = _kind(case, reading, profile.clock(reading.clock))
        if kind is None:
            continue
        deviation = _id(case, reading, kind)
        if deviation in case.deviations:
            continue
        unit = next((u.unit for u in case.product_units() if reading.scope.get(u.kind) == str(u.number)), "")
        work.record(
            e.DeviationReported(
                case=case.case, deviation=deviation, kind=kind, what=reading.why or reading.title, unit=unit,
                proposed_by_program=True,
            ),
            subject=case.case,
        )  # fmt: skip


def _kind(case: CaseRecord, reading: ClockReading, rule: ClockRule | None) -> str | None:
    state = ClockState(reading.state)
    if state is ClockState.OVERDUE:
        return "late"
    if state is not ClockState.MISSED:
        return None
    wait = rule.wait if rule is not None else None
    if isinstance(wait, timedelta):
        return "early" if reading.elapsed_lo_ms < wait // timedelta(milliseconds=1) else "late"
    # A window in local days has no length that elapsed time could be held against: the instant itself decides.
    ended = _ended_at(case, rule)
    return "early" if ended is not None and reading.earliest is not None and ended < reading.earliest else "late"


def _ended_at(case: CaseRecord, rule: ClockRule | None) -> datetime | None:
    """Return when the event that ends a clock happened last in the case."""
    if rule is None or rule.ends is None:
        return None
    ends = str(rule.ends.event)
    return max((each.when for each in case.recorded if EVENT_NAMES.get(each.type) == ends), default=None)


def _id(case: CaseRecord, reading: ClockReading, kind: str) -> str:
    """Return the same id on every workstation, so that two that propose the same make one deviation."""
    scope = ",".join(f"{name}={reading.scope[name]}" for name in sorted(reading.scope))
    said = f"{case.case}|{reading.clock}|{scope}|{kind}"
    return f"deviation:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
