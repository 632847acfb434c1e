"""The gates of a profile as a case stands: which facts hold, which events have happened, which gates are closed."""

from __future__ import annotations

from coordinator_app.domain.blocks import Block
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.profile_parts import Narrowed, Profile, StepRule
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import Fact, Scope


def facts_of(case: CaseRecord, unit: UnitRecord | None) -> frozenset[str]:
    """Return the facts a gate can ask for that hold now (`formats.md` §2, fact)."""
    found = {name for name, holds in case.facts.items() if holds}
    if case.order is not None:
        found.add(Fact.ORDER_PRESENT)
        if case.order.origin == "sponsor-file" or case.certificates:
            found.add(Fact.ORDER_SECOND_ORIGIN)
    # A dose prepared here is as good as what it was made from; without a unit every unit of the case is asked.
    products = [each for each in case.product_units() if not each.prepared]
    if unit is not None and not unit.collected:
        products = list(case.origins(unit))
    if case.certified_all(products):
        found.add(Fact.CERTIFICATE_RELEASE)
    about = {each.unit for each in (case.origins(unit) if unit is not None else case.units.values())}
    shipments = [each for each in case.shipments.values() if about & set(each.units) or unit is None]
    if shipments and all(each.logger_accepted for each in shipments):
        found.add(Fact.LOGGER_ACCEPTED)
    if products and all(each.has("BagAccepted") for each in products):
        found.add(Fact.PRODUCT_ACCEPTED)
    return frozenset(str(fact) for fact in found)


EVENT_NAMES: dict[str, str] = {
    "CollectionStarted": "collection_started",
    "CollectionEnded": "collection_ended",
    "BagPacked": "packed",
    "BagHandedOver": "handed_over",
    "BagShipped": "shipped",
    "ShipmentArrived": "shipment_arrived",
    "BagReceived": "received",
    "BagAccepted": "accepted",
    "BagStored": "stored",
    "BagRetrieved": "retrieved",
    "ThawStarted": "thaw_started",
    "ThawCompleted": "thaw_completed",
    "UnitDrawn": "prepared",
    "DosePrepared": "prepared",
    "ConditioningStarted": "conditioning_started",
    "AdministrationStarted": "administration_started",
    "AdministrationPaused": "administration_paused",
    "AdministrationResumed": "administration_resumed",
    "AdministrationCompleted": "administration_completed",
    # A stopped infusion is over: what was to be complete by then is settled, and the stop is on the record.
    "AdministrationStopped": "administration_completed",
}
"""The profile's word for each event that clocks and gates can name."""


BEFORE_THE_FACTORY = frozenset({"collection_started", "collection_ended", "packed", "shipped"})
"""Events of the collected bags, which count for the product made of them."""


def _happened(case: CaseRecord, units: list[UnitRecord], event: str) -> bool:
    if event == "conditioning_started":
        return any(recorded.type == "ConditioningStarted" for recorded in case.recorded)
    if event == "shipment_arrived":
        names = {unit.unit for unit in units}
        return any(each.arrived_at is not None and names & set(each.units) for each in case.shipments.values())
    types = [type for type, name in EVENT_NAMES.items() if name == event]
    return any(unit.has(*types) for unit in units)


def gate_blocks(case: CaseRecord, profile: Profile, step: StepRule, unit: UnitRecord | None) -> list[Block]:
    """Return the gates before this step that are closed, each with its source."""
    found = []
    gates = profile.gates_before(step.name)
    facts = facts_of(case, unit) if gates else frozenset()
    for gate in gates:
        if isinstance(gate.requires, Fact):
            closed = gate.requires not in facts
        else:
            closed = not _event_gate_open(case, gate.requires, gate.scope, unit)
        if closed:
            missing = gate.requires in {Fact.CERTIFICATE_RELEASE, Fact.ORDER_PRESENT, Fact.ORDER_SECOND_ORIGIN}
            reasons = {Fact.CERTIFICATE_RELEASE: Refusal.CERTIFICATE_MISSING}
            reason = Refusal.ORDER_MISSING if missing else Refusal.GATE_CLOSED
            if isinstance(gate.requires, Fact):
                reason = reasons.get(gate.requires, reason)
            found.append(Block(reason, str(gate.requires), gate.source))
    return found


def _event_gate_open(case: CaseRecord, needed: Narrowed, scope: Scope, unit: UnitRecord | None) -> bool:
    """Tell whether the event happened to what the gate is about: this unit, one before it, a part, or the case."""
    products, event = list(case.product_units()), str(needed.event)
    if needed.part is not None:
        of_part = [each for each in products if any(needed.part == own.name for own in case.origins(each))]
        return _happened(case, of_part, event)
    if needed.previous:
        # The vials that a dose was filled from came with it, not before it.
        filled_from = unit.parents if unit is not None and unit.prepared else ()
        previous = _begun_before([each for each in products if each.unit not in filled_from], unit)
        return previous is None or _happened(case, [previous, *case.doses_of(previous)], event)
    if scope is Scope.CASE or unit is None:
        return _happened(case, list(case.units.values()), event)
    collected = list(case.collected_units()) if event in BEFORE_THE_FACTORY else []
    return _happened(case, [unit, *case.origins(unit), *collected], event)


def _begun_before(products: list[UnitRecord], unit: UnitRecord | None) -> UnitRecord | None:
    """Return the unit begun last before this one was, or before now where this one has not begun."""
    begun = {
        each.unit: at
        for each in products
        if (at := each.happened.get("ThawStarted") or each.happened.get("AdministrationStarted")) is not None
    }
    own = begun.get(unit.unit) if unit is not None else None
    before = [
        each
        for each in products
        if each.unit in begun and each is not unit and (own is None or begun[each.unit] < own)
    ]  # fmt: skip
    return max(before, key=lambda each: begun[each.unit], default=None)
