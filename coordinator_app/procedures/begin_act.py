"""Between the green page and the act: a check that has grown old is renewed, and what came between is asked again."""

from __future__ import annotations

from coordinator_app.domain.readiness import Block
from coordinator_app.domain.refusal import Refusal
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.contradictions import find_contradictions
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.moving import concerned_units, people_of_check, still_valid
from coordinator_app.procedures.refuse_to_begin import record_refusal, refuse_to_begin
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.standing_blocks import blocks_by_unit, step_blocks, uncovered


def may_begin(run: Run, objects: tuple[str, ...] | None = None) -> Flow[bool]:
    """Tell whether the act may begin on the check before it; False when the person is to press start once more.

    A check older than the profile allows is renewed by fresh scans of both people (design §4.2). Somebody who took no
    part in the check does a whole one with a colleague. A clock that ran out or a hold that came since the check
    refuses the beginning and raises Ended, with the physician's path.
    """
    others = run.performer.person not in people_of_check(run, run.unit_id)
    if others or not still_valid(run, run.unit_id):
        record_refusal(run, Refusal.NOT_OF_THE_CHECK if others else Refusal.CHECK_EXPIRED)
        # A collection has no unit yet; its check is about the person alone.
        units = concerned_units(run) if run.unit is not None else ()
        yield from confirm_identity(run, units, objects, stated=others)
        return False
    yield from refuse_what_came_since(run)
    return True


def refuse_when_too_old(run: Run) -> Flow[None]:
    """End the procedure when a decision cannot rest on the check: too old, done by others, or blocked since."""
    if run.performer.person not in people_of_check(run, run.unit_id):
        record_refusal(run, Refusal.NOT_OF_THE_CHECK)
        raise Ended
    if not still_valid(run, run.unit_id):
        record_refusal(run, Refusal.CHECK_EXPIRED)
        raise Ended
    yield from refuse_what_came_since(run)


def refuse_what_came_since(run: Run) -> Flow[None]:
    """Refuse, and raise Ended, when something stands against the unit in hand now that did not at its check."""
    blocks = standing_blocks(run)
    if blocks:
        yield from refuse_to_begin(run, blocks, run.unit_id)
        raise Ended


def standing_blocks(run: Run) -> list[Block]:
    """Return what holds back the unit in hand at this instant and no exception covers."""
    find_contradictions(run.work, run.case)
    unit = run.unit
    found = step_blocks(run)
    if unit is not None:
        found += blocks_by_unit(run, (unit,))[unit.unit]
    return uncovered(run, found, run.unit_id)
