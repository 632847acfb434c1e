"""Where the units of a case stand on the profile's steps: what is done, what comes next."""

from __future__ import annotations

from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.profile_parts import Profile, StepRule
from coordinator_app.domain.vocabulary import ObjectKind, ProcedureKind

DONE_BY: dict[ProcedureKind, frozenset[str]] = {
    ProcedureKind.COLLECT: frozenset({"CollectionEnded"}),
    ProcedureKind.PACK: frozenset({"BagPacked"}),
    ProcedureKind.HAND_OVER: frozenset({"BagHandedOver"}),
    ProcedureKind.RECEIVE: frozenset({"BagReceived"}),
    ProcedureKind.ACCEPT: frozenset({"BagAccepted"}),
    ProcedureKind.STORE: frozenset({"BagStored"}),
    ProcedureKind.RELEASE: frozenset({"BagReleased"}),
    ProcedureKind.RETRIEVE: frozenset({"BagRetrieved"}),
    ProcedureKind.THAW: frozenset({"ThawCompleted"}),
    ProcedureKind.PREPARE: frozenset({"DosePrepared"}),
    ProcedureKind.TRANSPORT: frozenset({"BagHandedOver"}),
    ProcedureKind.ADMINISTER: frozenset({"AdministrationCompleted", "AdministrationStopped"}),
    ProcedureKind.RETURN: frozenset({"BagReturned"}),
    ProcedureKind.DESTROY: frozenset({"BagDestroyed"}),
}
"""The events by which a step of each procedure is done for a unit."""

COLLECTING = frozenset({ProcedureKind.COLLECT, ProcedureKind.LABEL, ProcedureKind.PACK, ProcedureKind.HAND_OVER})
"""Procedures on what was taken from the person at this site, before the factory."""
LAST_RESORTS = frozenset({ProcedureKind.RETURN, ProcedureKind.DESTROY})
"""Procedures that nobody is asked to do next; they are chosen."""
OF_A_DOSE = frozenset({ProcedureKind.PREPARE, ProcedureKind.TRANSPORT, ProcedureKind.ADMINISTER})
"""Procedures on a dose prepared at this site; what came before them was done with the units it was made from."""
OF_THE_CASE = frozenset({ProcedureKind.ENROL, ProcedureKind.REVIEW_LOGGER})
"""Procedures done once for the case or the shipment, not for each unit."""


def concerns(step: StepRule, unit: UnitRecord) -> bool:
    """Tell whether a step is about units of this kind: what was collected here, or what was made."""
    if step.procedure in LAST_RESORTS:
        return True
    if unit.prepared:
        return step.procedure in OF_A_DOSE
    return (step.procedure in COLLECTING) == unit.collected


def done(case: CaseRecord, step: StepRule, unit: UnitRecord | None) -> bool:
    """Tell whether a step is done for a unit, or for the case where it is not about units."""
    if step.procedure is ProcedureKind.ENROL:
        return case.opened_at is not None
    if step.procedure is ProcedureKind.REVIEW_LOGGER:
        # A logger speaks for what travelled with it: a second shipment at the door holds up no bag of the first.
        travelled = [each for each in case.shipments.values() if unit is None or unit.unit in each.units]
        arrived = [each for each in travelled if each.arrived_at is not None]
        return bool(arrived) and all(each.logger_accepted is not None for each in arrived)
    if unit is None:
        return False
    if step.procedure is ProcedureKind.LABEL:
        own = [label for label in case.labels.values() if label.unit == unit.unit]
        return any(label.state == "applied" for label in own) and all(label.job in case.closed_jobs for label in own)
    if step.procedure is ProcedureKind.PREPARE and unit.drawn_into:
        # What is left in a vial can still be drawn into another dose.
        return unit.emptied
    return bool(unit.steps.get(step.name, set()) & DONE_BY[step.procedure])


def missing_before(case: CaseRecord, profile: Profile, step: StepRule, unit: UnitRecord) -> tuple[str, ...]:
    """Return the names of the steps that must be done before this one and are not.

    A step about collected bags counts for the product made of them when every collected bag has passed it, one about
    vials for the dose prepared from them when each of its vials has.
    """
    missing = []
    for name in step.after:
        earlier = profile.step(name)
        if earlier is None:
            continue
        origins = case.origins(unit)
        if earlier.procedure in OF_THE_CASE:
            passed = bool(origins) and all(done(case, earlier, each) for each in origins)
        elif concerns(earlier, unit):
            passed = done(case, earlier, unit)
        elif unit.prepared and any(concerns(earlier, each) for each in origins):
            passed = all(done(case, earlier, each) for each in origins)
        else:
            collected = case.collected_units()
            passed = bool(collected) and all(done(case, earlier, each) for each in collected)
        if not passed:
            missing.append(name)
    return tuple(missing)


def next_step(case: CaseRecord, profile: Profile, unit: UnitRecord) -> StepRule | None:
    """Return the first step not yet done for a unit whose earlier steps are done."""
    if unit.used or unit.quarantined:
        return None
    for step in profile.steps:
        if step.procedure in LAST_RESORTS or step.procedure is ProcedureKind.ENROL:
            continue
        if step.procedure is ProcedureKind.REVIEW_LOGGER:
            if not unit.collected and unit.has("BagReceived") and not done(case, step, unit):
                return step
            continue
        if not concerns(step, unit) or done(case, step, unit):
            continue
        return step if not missing_before(case, profile, step, unit) else None
    return None


def collection_due(case: CaseRecord, profile: Profile) -> StepRule | None:
    """Return the step that takes cells from the person, while nothing has been taken yet."""
    step = next((each for each in profile.steps if each.procedure is ProcedureKind.COLLECT), None)
    if step is None or case.product_units():
        return None
    return step if not any(done(case, step, unit) for unit in case.collected_units()) else None


def patient_present(step: StepRule) -> bool:
    """Tell whether a step happens at the patient."""
    return ObjectKind.WRISTBAND in step.needs
