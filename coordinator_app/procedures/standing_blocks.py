"""What stands against a step and a unit at this instant, from the record, the clocks and the news of the others."""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.readiness import (
    RELEASING,
    Block,
    case_blocks,
    history_blocks,
    knowledge_blocks,
    person_blocks,
    unit_blocks,
)
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.procedures.authorise_exception import covered_now
from coordinator_app.procedures.clockwork import blocks_of
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.set_aside import blocks_set_aside
from coordinator_app.procedures.take_custody import custody_blocks
from coordinator_app.procedures.workplace import Workplace


def step_blocks(run: Run) -> list[Block]:
    """Return what stands against the step for this case, whoever does it and with whatever unit."""
    work, case, profile, step = run.work, run.case, run.profile, run.step
    found = case_blocks(case, profile, work.site, step)
    found += blocks_set_aside(run)
    found += knowledge_blocks(profile, step, work.heard_from_hub(), case.phoned_at, work.now())
    found += custody_blocks(run)
    # Only what releases rests on the case's earlier record; asking about it for the others would cost every scan.
    return found + history_blocks(step, step.procedure not in RELEASING or work.history_verified(case.case))


def blocks_by_unit(run: Run, units: tuple[UnitRecord, ...]) -> dict[str, list[Block]]:
    """Return what stands against each of these units."""
    case = run.case
    clocks = blocks_of(run.work, case)
    return {u.unit: unit_blocks(case, run.profile, run.step, u, clocks, run.work.now()) for u in units}


def blocks_of_person(run: Run, person: str, *, witness: bool) -> list[Block]:
    """Return what stands against this person doing, or witnessing, the step."""
    staff = run.work.site.people[person]
    return person_blocks(run.step, staff, run.profile, run.work.now(), witness=witness)


def uncovered(run: Run, blocks: list[Block], unit: str, people: frozenset[str] = frozenset()) -> list[Block]:
    """Return what of these blocks no fresh exception covers for this unit and these people."""
    covered = covered_now(run.work, run.case, run.step.name, unit, people)
    return [block for block in blocks if block.reason not in covered]


def covered_for_any(work: Workplace, case: CaseRecord, step: str, people: frozenset[str]) -> frozenset[Refusal]:
    """Return what fresh exceptions cover for one unit or another of the case: which one is in hand is not known yet."""
    units = ("", *case.units)
    return frozenset().union(*(covered_now(work, case, step, unit, people) for unit in units))


def old_news(work: Workplace) -> tuple[Say, ...]:
    """Return the notice that the news of the others are too old for some case here, so that nobody learns it last."""
    heard = work.heard_from_hub()
    if heard is None:
        return ()
    approved = (work.profile_of(known.sha256) for known in work.site.profiles.values() if known.approved)
    longest = min((each.knowledge_max_age for each in approved if each.knowledge_max_age), default=None)
    if longest is None or timedelta() <= work.now() - heard <= longest:
        return ()
    return (Say("notice.news_old", {"at": heard.isoformat()}),)
