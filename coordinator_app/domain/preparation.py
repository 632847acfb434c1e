"""What is prepared at this site: doses and syringes made from the units that came, and what may go into one dose."""

from __future__ import annotations

from decimal import Decimal

from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.journey import done
from coordinator_app.domain.profile_parts import Profile, StepRule, UnitRule
from coordinator_app.domain.vocabulary import ProcedureKind, UnitKind

DOSE = "dose"
"""The name by which a profile calls a unit that is prepared and not sent."""


def dose_rule(profile: Profile) -> UnitRule | None:
    """Return the unit that the profile has prepared from the others, or None where each stays in its own container.

    It is the syringe, or what is named "dose", of a profile that prepares at all and has other units beside it.
    """
    if not profile.steps_of(ProcedureKind.PREPARE):
        return None
    made = [each for each in profile.units if each.kind is UnitKind.SYRINGE or each.name == DOSE]
    return made[0] if len(made) < len(profile.units) and made else None


def rule_of(profile: Profile, unit: UnitRecord) -> UnitRule | None:
    """Return what the profile says of a unit, by its name or the part it is."""
    return next((each for each in profile.units if unit.name in (each.name, *each.parts)), None)


def unfinished_dose(case: CaseRecord) -> UnitRecord | None:
    """Return the dose into which something was drawn and that is not ready yet."""
    doses = (each for each in case.product_units() if each.prepared and not each.used)
    return next((each for each in doses if not each.has("DosePrepared")), None)


def may_go_into(case: CaseRecord, step: StepRule, dose: UnitRecord | None) -> tuple[UnitRecord, ...]:
    """Return the units that may be drawn into a dose: of the same component as what is in it, and not empty.

    A used one stays in the list, to be refused by name.
    """
    units = [each for each in case.product_units() if not each.prepared]
    if dose is None or not dose.parents:
        return tuple(units)
    components = {each.name for each in case.origins(dose)}
    return tuple(each for each in units if each.name in components)


def left_for(case: CaseRecord, step: StepRule, dose: UnitRecord) -> bool:
    """Tell whether there is still a unit of the same component that could go into the dose."""
    waiting = (each for each in may_go_into(case, step, dose) if not each.used and not each.quarantined)
    return any(not done(case, step, each) and dose.unit not in each.drawn_into for each in waiting)


def volume_of(case: CaseRecord, dose: UnitRecord) -> Decimal:
    """Return how many millilitres went into a dose."""
    drawn = (Decimal(each.drawn_into[dose.unit]) for each in case.origins(dose) if dose.unit in each.drawn_into)
    return sum(drawn, Decimal(0))


def made_of(case: CaseRecord, unit: UnitRecord) -> str:
    """Return what a dose was made from, as people read it: `vial 1 (lot V1), vial 2 (lot V2)`; empty for any other."""
    if not unit.prepared:
        return ""
    return ", ".join(each.called + (f" (lot {each.lot})" if each.lot else "") for each in case.origins(unit))
