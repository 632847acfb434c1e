"""The door of every step: what stands against it is said before anything is asked, with the ways out that there are."""

from __future__ import annotations

from coordinator_app.domain.readiness import Block
from coordinator_app.procedures.contradictions import find_contradictions
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.refuse_to_begin import refuse_to_begin
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.standing_blocks import blocks_of_person, covered_for_any, step_blocks, uncovered
from coordinator_app.procedures.steps import flow_of


def begin_step(run: Run) -> Flow[None]:
    """Begin a step, or refuse in one sentence; the refusal is recorded, and what people can do about it is offered."""
    run.at_the_door = True
    find_contradictions(run.work, run.case)
    while blocks := _blocks_at_the_door(run):
        done = yield from refuse_to_begin(run, blocks, run.unit_id, person=run.performer.person)
        if not done:
            raise Ended
        find_contradictions(run.work, run.case)
    run.at_the_door = False
    yield from flow_of(run)


def _blocks_at_the_door(run: Run) -> list[Block]:
    """Return what stands against this person and this case.

    Where no unit is in hand yet, an exception for one of the case lets the step begin; the gate then refuses any other.
    """
    person = frozenset({run.performer.person})
    blocks = blocks_of_person(run, run.performer.person, witness=False) + step_blocks(run)
    if run.unit_id:
        return uncovered(run, blocks, run.unit_id, person)
    covered = covered_for_any(run.work, run.case, run.step.name, person)
    return [block for block in blocks if block.reason not in covered]
