"""Folds what happens to the product into its case: units, doses, shipments, certificates and labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coordinator_app.domain import events as e
from coordinator_app.domain.case_parts import (
    PREPARED_HERE,
    CaseRecord,
    CertificateRecord,
    LabelRecord,
    ShipmentRecord,
    UnitRecord,
)
from coordinator_app.domain.recorded import Recorded

# The event's type picks the function, so each takes exactly its own body; the table cannot say that to the checker.
Follow = Callable[[CaseRecord, Recorded, Any], None]

ENDS_WHAT_WAS_PARKED = frozenset({
    "AdministrationCompleted", "AdministrationStopped", "PortionGiven", "ThawCompleted", "CollectionEnded",
    "DosePrepared",
})  # fmt: skip


def follow_move(record: CaseRecord, event: Recorded, body: e.ProductMoved) -> None:
    record.used_events.update(event.refs)
    unit = record.units.get(body.unit)
    if unit is None:
        return
    unit.happened[event.type] = event.when
    unit.steps.setdefault(body.step, set()).add(event.type)
    unit.actor_of[event.type] = event.actor or ""
    if isinstance(body, e.BagStored):
        unit.location, unit.holder = body.location, ""
    elif isinstance(body, e.BagPacked):
        unit.shipper_codes = frozenset(body.shipper_codes)
    elif isinstance(body, e.BagRetrieved):
        unit.location = ""
    elif isinstance(body, e.BagHandedOver):
        unit.holder = body.to
    elif isinstance(body, e.CollectionEnded):
        unit.volume_ml = body.volume_ml
    elif isinstance(body, e.UnitDrawn):
        _drawn(record, unit, body)
    elif isinstance(body, e.PortionGiven):
        unit.portions += 1
    elif isinstance(body, e.DosePrepared) and body.expires_at is not None:
        unit.expires_at = min(unit.expires_at or body.expires_at, body.expires_at)
    for key in [key for key, (step, at_unit) in record.parked.items() if step == body.step and at_unit == body.unit]:
        if event.type in ENDS_WHAT_WAS_PARKED:
            del record.parked[key]


def _drawn(record: CaseRecord, unit: UnitRecord, body: e.UnitDrawn) -> None:
    unit.drawn_into[body.into] = body.volume_ml
    unit.emptied = unit.emptied or body.emptied
    dose = record.units.get(body.into)
    if dose is None:
        return
    dose.parents = tuple(dict.fromkeys((*dose.parents, body.unit)))
    dose.lot = " + ".join(sorted({each.lot for each in record.origins(dose) if each.lot}))
    expiries = [each.expires_at for each in record.origins(dose) if each.expires_at is not None]
    # Nothing in a dose may be given later than the first of what it was made from expires.
    dose.expires_at = min([*expiries, *([dose.expires_at] if dose.expires_at else [])], default=None)


def _registered(record: CaseRecord, event: Recorded, body: e.UnitRegistered) -> None:
    record.units.setdefault(
        body.unit,
        UnitRecord(
            unit=body.unit, kind=body.kind, name=body.name, number=body.number, collected=body.collected,
            codes=frozenset(body.codes), container_codes=frozenset(body.container_codes), shown=body.shown,
            lot=body.lot, expires_at=body.expires_at, prepared=body.origin == PREPARED_HERE, parents=body.parents,
        ),
    )  # fmt: skip


def _certified(record: CaseRecord, event: Recorded, body: e.CertificateReceived) -> None:
    record.certificates[body.certificate] = frozenset(body.codes)
    record.rulings.append(CertificateRecord(body.releases, frozenset(body.unit_codes)))


def _announced(record: CaseRecord, event: Recorded, body: e.ShipmentAnnounced) -> None:
    record.shipments[body.shipment] = ShipmentRecord(
        body.shipment, frozenset(body.codes), body.shown, body.units, body.seal, body.logger, body.courier,
        body.holds_until,
    )  # fmt: skip


def _arrived(record: CaseRecord, event: Recorded, body: e.ShipmentArrived) -> None:
    shipment = record.shipments.get(body.shipment)
    if shipment is not None:
        shipment.arrived_at, shipment.condition, shipment.seal_intact = event.when, body.condition, body.seal_intact


def _logger_read(record: CaseRecord, event: Recorded, body: e.LoggerReviewed) -> None:
    shipment = record.shipments.get(body.shipment)
    if shipment is not None:
        shipment.logger_accepted = body.accepted


def _quarantined(record: CaseRecord, event: Recorded, body: e.BagQuarantined) -> None:
    if body.unit in record.units and event.id not in record.settled:
        record.units[body.unit].quarantines[event.id] = body.reason


def _drafted(record: CaseRecord, event: Recorded, body: e.LabelDrafted) -> None:
    record.labels[body.label] = LabelRecord(
        body.label, body.job, body.unit, body.template, body.serial, body.copy_number, body.expected,
        reprint_of=body.reprint_of, drafted_at=event.at,
    )  # fmt: skip


def _label_job(state: str) -> Follow:
    def follow(record: CaseRecord, event: Recorded, body: e.LabelSent | e.LabelFed) -> None:
        for label in body.labels:
            if label in record.labels:
                record.labels[label].state = state

    return follow


def _label_one(state: str) -> Follow:
    def follow(record: CaseRecord, event: Recorded, body: e.LabelVerified | e.LabelApplied) -> None:
        if body.label in record.labels:
            record.labels[body.label].state = state

    return follow


def _label_ended(record: CaseRecord, event: Recorded, body: e.LabelEnded) -> None:
    if body.label in record.labels:
        record.labels[body.label].state = body.how


def _job_closed(record: CaseRecord, event: Recorded, body: e.LabelJobClosed) -> None:
    record.closed_jobs.add(body.job)


def _explained(record: CaseRecord, event: Recorded, body: e.StopExplained) -> None:
    if body.unit in record.units:
        record.units[body.unit].stop_explained = True
        record.units[body.unit].residual_ml = body.residual_ml


def _measured(record: CaseRecord, event: Recorded, body: e.PortionMeasured) -> None:
    unit = record.units.get(body.unit)
    if unit is not None:
        unit.given_ml, unit.residual_ml = (*unit.given_ml, body.volume_ml), body.residual_ml


FOLLOW_PRODUCT: dict[type, Follow] = {
    e.UnitRegistered: _registered,
    e.CertificateReceived: _certified,
    e.ShipmentAnnounced: _announced,
    e.ShipmentArrived: _arrived,
    e.LoggerReviewed: _logger_read,
    e.BagQuarantined: _quarantined,
    e.LabelDrafted: _drafted,
    e.LabelSent: _label_job("sent"),
    e.LabelFed: _label_job("fed"),
    e.LabelVerified: _label_one("verified"),
    e.LabelApplied: _label_one("applied"),
    e.LabelEnded: _label_ended,
    e.LabelJobClosed: _job_closed,
    e.StopExplained: _explained,
    e.PortionMeasured: _measured,
}
"""One function for each event that changes what is known of the product, beside those that move a unit."""
