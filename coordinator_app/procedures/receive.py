"""Receipt at the door: the shipment, its condition and seal, how many came, each unit by scan."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.case_record import ShipmentRecord, UnitRecord
from coordinator_app.domain.journey import done
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import ObjectKind
from coordinator_app.procedures.ask_object import ask_object
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.moving import moved
from coordinator_app.procedures.pack import scan_things
from coordinator_app.procedures.reading import CodeRead
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.workplace import new_id

CONDITIONS = ("good", "outer_damaged", "leaking", "seal_broken", "tilted", "warm")
"""Condition of a container at receipt, in the sense of HL7 table 0544."""


def receive(run: Run) -> Flow[None]:
    """Receive one shipment and every unit in it; a shipment already at the door goes on where it stood."""
    arrived = [each for each in run.case.shipments.values() if each.arrived_at is not None]
    shipment = next((each for each in arrived if _to_receive(run, each)), None)
    if shipment is None:
        found = yield from ask_object(run, "shipment", lambda code: _announced(run, code))
        shipment = run.case.shipments[found]
        yield from _arrive(run, shipment)
    while _to_receive(run, shipment):
        yield from _receive_one(run, shipment)


def _announced(run: Run, code: CodeRead) -> str | Refusal:
    for shipment in run.case.shipments.values():
        if shipment.codes & code.codes and shipment.arrived_at is None:
            return shipment.shipment
    return Refusal.WRONG_ORDER if "shipment" in code.known_as else Refusal.NOT_WHAT_WAS_ASKED


def _arrive(run: Run, shipment: ShipmentRecord) -> Flow[None]:
    things = yield from scan_things(run, ObjectKind.SEAL, ObjectKind.LOGGER, ObjectKind.COURIER)
    answer = yield from run.ask_fields(
        (
            FieldShown("condition", "choice", Say("field.condition"),
                       choices=tuple((each, Say(f"condition.{each}")) for each in CONDITIONS)),
            FieldShown("seal", "choice", Say("field.seal_intact"),
                       choices=(("intact", Say("seal.intact")), ("broken", Say("seal.broken")))),
            FieldShown("count", "number", Say("field.unit_count")),
        ),
        Say("receive.condition"), drawing="shipment", check=_entries_right,
    )  # fmt: skip
    seal = things.get("seal", "")
    intact = answer["seal"] == "intact" and (not shipment.seal or not seal or shipment.seal in seal)
    arrived = run.record(
        e.ShipmentArrived(
            case=run.case_id, shipment=shipment.shipment, condition=answer["condition"], seal=seal,
            seal_intact=intact, logger=things.get("logger", ""),
        ),
        subject=shipment.shipment,
    )  # fmt: skip
    if not intact or answer["condition"] != "good":
        propose(run, "shipment_condition", f"{answer['condition']}, seal {answer['seal']}", arrived.id)
    if int(answer["count"]) != len(shipment.units):
        counted = f"{answer['count']} came, {len(shipment.units)} announced"
        run.record(
            e.DiscrepancyFound(case=run.case_id, kind=f"count differs: {counted}"),
            subject=run.case_id, refs=(arrived.id,),
        )  # fmt: skip
        propose(run, "count_differs", counted, arrived.id)
        run.refuse(Refusal.COUNT_DIFFERS, Say("receive.count_differs", {"counted": counted}))
        raise Ended


def _entries_right(values: dict[str, str]) -> Refusal | None:
    right = values["condition"] in CONDITIONS and values["seal"] in {"intact", "broken"} and values["count"].isdigit()
    return None if right else Refusal.ENTRY_INCOMPLETE


def propose(run: Run, kind: str, what: str, ref: str) -> None:
    run.record(
        e.DeviationReported(
            case=run.case_id, deviation=new_id("deviation"), kind=kind, what=what, proposed_by_program=True
        ),
        subject=run.case_id, refs=(ref,),
    )  # fmt: skip


def _to_receive(run: Run, shipment: ShipmentRecord) -> tuple[UnitRecord, ...]:
    units = [run.case.units[each] for each in shipment.units if each in run.case.units]
    return tuple(unit for unit in units if not done(run.case, run.step, unit))


def _receive_one(run: Run, shipment: ShipmentRecord) -> Flow[None]:
    run.unit_id = ""
    object = gate.CASSETTE if _have_containers(run, shipment) else gate.UNIT
    units = tuple(run.case.units[each] for each in shipment.units if each in run.case.units)
    yield from confirm_identity(run, units, (object,))
    moved(run, e.BagReceived(case=run.case_id, step=run.step.name, unit=run.unit_id, shipment=shipment.shipment))


def _have_containers(run: Run, shipment: ShipmentRecord) -> bool:
    return all(run.case.units[each].container_codes for each in shipment.units if each in run.case.units)
