"""Recording that a unit moved: every such event cites the identity check or the exception it rests on."""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import UnitRecord
from coordinator_app.domain.journey import concerns, done, missing_before
from coordinator_app.domain.recorded import Recorded
from coordinator_app.procedures.authorise_exception import exception_for
from coordinator_app.procedures.guided import Run


def confirmation_of(run: Run, unit: str) -> str | None:
    """Return the id of the newest IdentityConfirmed of this case, unit and step."""
    for recorded in reversed(run.case.confirmations):
        body = recorded.body
        if isinstance(body, e.IdentityConfirmed) and (body.unit, body.step) == (unit, run.step.name):
            return recorded.id
    return None


def still_valid(run: Run, unit: str) -> bool:
    """Tell whether the newest check of this unit and step is young enough for its act to begin (design §4.2)."""
    found = next((each for each in run.case.confirmations if each.id == confirmation_of(run, unit)), None)
    if found is None:
        return False
    moment = run.work.moment()
    valid: timedelta = run.step.check_valid
    if found.boot != moment.boot:
        return False
    return (moment.boot_ns - found.boot_ns) <= valid.total_seconds() * 1e9


def people_of_check(run: Run, unit: str) -> tuple[str, ...]:
    """Return who confirmed this unit for this step last; nobody where nobody has."""
    found = next((each for each in run.case.confirmations if each.id == confirmation_of(run, unit)), None)
    return found.body.people if found is not None and isinstance(found.body, e.IdentityConfirmed) else ()


def moved(run: Run, body: e.ProductMoved) -> Recorded:
    """Record a movement of the unit in hand, citing its check and using up its exceptions."""
    confirmed = confirmation_of(run, body.unit)
    cited = (confirmed,) if confirmed is not None else ()
    exceptions = exception_for(run.work, run.case, run.step.name, body.unit)
    return run.record(body, subject=body.unit, refs=(*cited, *exceptions))


def waiting_units(run: Run) -> tuple[UnitRecord, ...]:
    """Return the units this step is about and is not yet done for, by number."""
    every = (*run.case.collected_units(), *run.case.product_units())
    return tuple(unit for unit in every if concerns(run.step, unit) and not done(run.case, run.step, unit))


def ready_units(run: Run) -> tuple[UnitRecord, ...]:
    """Return the units that wait for this step and can have it now: not in quarantine, and come as far as this."""
    return tuple(
        unit
        for unit in waiting_units(run)
        if not unit.quarantined and not missing_before(run.case, run.profile, run.step, unit)
    )


def concerned_units(run: Run) -> tuple[UnitRecord, ...]:
    """Return every unit this step is about, done or not: a used one is refused by name, not as a stranger."""
    return tuple(unit for unit in (*run.case.collected_units(), *run.case.product_units()) if concerns(run.step, unit))


def take_in_hand(run: Run, type_begun: str, type_over: frozenset[str]) -> UnitRecord | None:
    """Return the unit whose act has begun and not ended, if this run was opened on it or it is the only one."""
    begun = [unit for unit in concerned_units(run) if unit.has(type_begun) and not unit.has(*type_over)]
    # Of a unit given in portions nothing runs between two of them: the next begins with a check of its own.
    begun = [unit for unit in begun if unit.running or not unit.portions]
    if run.unit_id:
        begun = [unit for unit in begun if unit.unit == run.unit_id]
    if len(begun) != 1:
        return None
    run.unit_id = begun[0].unit
    run.confirmed = True
    return begun[0]
