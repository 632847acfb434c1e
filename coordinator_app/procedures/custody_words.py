"""What a line of the chain of custody says beyond its event: how much went where, and what a dose was made from."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.preparation import made_of
from coordinator_app.domain.recorded import Recorded

ABOUT_A_UNIT = e.ProductMoved | e.BagQuarantined | e.PortionMeasured | e.StopExplained
"""Events that stand in the chain of custody."""


def amount_of(case: CaseRecord, event: Recorded) -> str:
    """Return the volumes an event tells, or what a dose was made from; empty where it tells neither."""
    match event.body:
        case e.UnitDrawn(volume_ml=volume, emptied=emptied):
            return f"{volume} mL, {'nothing left' if emptied else 'the rest kept'}"
        case e.DosePrepared(volume_ml=volume, unit=id):
            dose = case.units.get(id)
            made = made_of(case, dose) if dose is not None else ""
            return ", ".join(
                part for part in (f"{volume} mL" if volume else "", f"from {made}" if made else "") if part
            )
        case e.PortionMeasured(volume_ml=given, residual_ml=left):
            return f"{given} mL given, {left} mL left"
        case e.StopExplained(residual_ml=left):
            return f"{left} mL left"
        case e.CollectionEnded(volume_ml=volume) | e.AdministrationCompleted(volume_ml=volume):
            return f"{volume} mL" if volume else ""
    return ""


def went_into(case: CaseRecord, event: Recorded) -> str:
    """Return the dose into which a unit was drawn, as people call it; empty for any other event."""
    body = event.body
    dose = case.units.get(body.into) if isinstance(body, e.UnitDrawn) else None
    return f"{dose.called}, {dose.shown}" if dose is not None else ""
