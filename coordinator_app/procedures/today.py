"""The worklist: what needs somebody now, most urgent first, and what was put aside or interrupted."""

from __future__ import annotations

from msgspec import structs

from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.journey import collection_due, next_step
from coordinator_app.domain.profile_parts import StepRule
from coordinator_app.domain.readiness import knowledge_blocks
from coordinator_app.domain.screens import ActionShown, ClockShown, Say, TaskShown, TodayPage, Tone
from coordinator_app.domain.vocabulary import ProcedureKind
from coordinator_app.procedures.clockwork import shown_clocks, urgency
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.workplace import Workplace

ENROLLING = frozenset({"coordinator", "apheresis-nurse", "pharmacist", "nurse"})
MOST = 40
"""How many tasks are listed; a site has fewer than this in one day."""


def today_page(work: Workplace, present: Present) -> TodayPage:
    """Return the worklist of the whole site: urgent things first, then what this person's role can do."""
    roles = set(work.site.people[present.person].roles)
    tasks: list[tuple[TaskShown, bool]] = []
    clocks: dict[str, list[ClockShown]] = {}
    for clock in shown_clocks(work):
        clocks.setdefault(clock.case, []).append(clock)
    done = work.store.case_count()
    for case in work.open_cases():
        of_case = _tasks_of(work, case, roles, clocks.get(case.case, [])) if case.profile_sha256 else []
        tasks += of_case
        done -= bool(of_case) or not case.profile_sha256
    tasks.sort(key=_rank)
    shown = tuple(task for task, _ in tasks[:MOST])
    actions = (ActionShown("enrol", key="F5"),) if roles & ENROLLING else ()
    return TodayPage(tasks=shown, later=max(0, len(tasks) - MOST), done=done, actions=actions)


def _rank(task: tuple[TaskShown, bool]) -> tuple[int, bool, tuple[int, int, str]]:
    shown, mine = task
    tones = {Tone.OVERDUE: 0, Tone.UNKNOWN: 1, Tone.DUE: 2, Tone.IN_TIME: 3}
    return tones[shown.tone], not mine, urgency(shown.clock) if shown.clock is not None else (9, 0, shown.opens)


def who_of(case: CaseRecord) -> Say:
    """Return the line that says whose case it is: trial and name."""
    person = case.recipient
    name = f"{person.family.upper()}, {person.given}" if person is not None and person.family else case.wall_name
    return Say("task.who", {"trial": case.profile, "name": name, "wall": case.wall_name})


def next_of(work: Workplace, case: CaseRecord) -> list[tuple[StepRule, list[UnitRecord]]]:
    """Return what comes next in a case: each step with the units that wait for it."""
    profile = work.profile(case)
    found: dict[str, tuple[StepRule, list[UnitRecord]]] = {}
    due = collection_due(case, profile)
    if due is not None and not case.collected_units():
        found[due.name] = (due, [])
    for unit in (*case.collected_units(), *case.product_units()):
        step = next_step(case, profile, unit)
        if step is not None:
            found.setdefault(step.name, (step, []))[1].append(unit)
    return list(found.values())


def _tasks_of(
    work: Workplace, case: CaseRecord, roles: set[str], clocks: list[ClockShown]
) -> list[tuple[TaskShown, bool]]:
    clock = clocks[0] if clocks else None
    if case.on_hold or case.discrepancies:
        note = Say("task.on_hold") if case.on_hold else Say("task.discrepancy")
        return [(TaskShown(Tone.UNKNOWN, note, who_of(case), note, clock, case.case), False)]
    parked = {step for step, _ in case.parked.values()}
    interrupted = {step for step, _ in case.interrupted.values()}
    tasks = []
    for step, units in next_of(work, case):
        badge = Say("task.parked") if step.name in parked else None
        if badge is None and step.name in interrupted:
            badge = Say("task.interrupted")
        mine = bool({str(role) for role in step.roles} & roles)
        task = _task(case, step, units, clock, badge)
        if knowledge_blocks(work.profile(case), step, work.heard_from_hub(), case.phoned_at, work.now()):
            task = structs.replace(
                task, tone=task.tone if task.tone is Tone.OVERDUE else Tone.DUE, badge=Say("task.news_old")
            )
        tasks.append((task, mine))
    return tasks


def _task(
    case: CaseRecord, step: StepRule, units: list[UnitRecord], clock: ClockShown | None, badge: Say | None
) -> TaskShown:
    words = {
        "count": str(len(units)), "kind": units[0].kind if units else "bag",
        "number": ", ".join(str(unit.number) for unit in units), "step": step.name,
    }  # fmt: skip
    shipment = next(iter(case.shipments.values()), None)
    if shipment is not None:
        words["shipment"] = shipment.shown
    running = next((unit for unit in units if unit.running), None)
    code = f"task.{step.procedure}"
    if step.procedure is ProcedureKind.ADMINISTER and running is not None:
        code = "task.administer.running"
    return TaskShown(
        tone=clock.tone if clock is not None else Tone.IN_TIME, title=Say(code, words), who=who_of(case),
        note=Say(f"{code}.note", words), clock=clock, opens=case.case, badge=badge,
    )  # fmt: skip
