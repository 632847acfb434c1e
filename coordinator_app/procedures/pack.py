"""Packing and handing over what was collected: seal, shipper, logger, courier, each by scan."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FieldShown, Say
from coordinator_app.domain.vocabulary import ObjectKind
from coordinator_app.procedures.ask_object import ask_object
from coordinator_app.procedures.begin_act import refuse_what_came_since
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.moving import concerned_units, moved
from coordinator_app.procedures.reading import CodeRead, evidence_of
from coordinator_app.procedures.sitting import Flow

NOT_A_THING = frozenset({"wristband", "person", "unit", "cassette", "order", "certificate", "label"})
"""What a place, a seal, a logger or a courier's card can never be."""


_THINGS = frozenset(
    {
        ObjectKind.LOCATION, ObjectKind.SEAL, ObjectKind.LOGGER, ObjectKind.COURIER, ObjectKind.LABEL_ROLL,
        ObjectKind.SHIPMENT,
    }
)  # fmt: skip
"""What a step may need besides what identifies patient and product."""


def thing_shown(code: CodeRead) -> str | Refusal:
    """Return what stands on a seal, logger, shipper, place or courier's card; refuse a code known as something else."""
    if code.known_as & NOT_A_THING:
        return Refusal.NOT_WHAT_WAS_ASKED
    # Of a place people read the room, not the number of the house it is in.
    room = code.label.field("gs1:254") if code.label is not None else None
    return room.value if room is not None else code.shown()


def scan_things(run: Run, *objects: ObjectKind) -> Flow[dict[str, str]]:
    """Ask for one scan of each of these objects that the step needs."""
    found: dict[str, str] = {}
    for object in objects:
        if object in run.step.needs:
            found[str(object)] = yield from ask_object(run, str(object), thing_shown)
    return found


def scan_what_else(run: Run, *of_the_act: ObjectKind) -> Flow[None]:
    """Ask for each thing that the step needs and neither the identity check nor the act itself asks for.

    What the trial wants scanned is scanned whatever the procedure; `of_the_act` is what the procedure asks for in its
    own place and keeps in its own event.
    """
    for object in run.step.needs:
        if object in _THINGS and object not in of_the_act:
            yield from scan_for_the_record(run, object)


def scan_for_the_record(run: Run, object: ObjectKind) -> Flow[None]:
    """Ask for one thing and record that it was scanned."""
    read: list[CodeRead] = []

    def accept(code: CodeRead) -> str | Refusal:
        read[:] = [code]
        return thing_shown(code) if object is not ObjectKind.SHIPMENT else _any_box(code)

    shown = yield from ask_object(run, str(object), accept)
    scanned = e.ThingScanned(case=run.case_id, step=run.step.name, object=str(object), shown=shown, unit=run.unit_id)
    # What two people typed is in the evidence of its own event already.
    evidence = tuple(evidence_of(run.work, code, str(object), 0, None) for code in read if code.how != "typed")
    run.record(scanned, evidence=evidence)


def _any_box(code: CodeRead) -> str | Refusal:
    return Refusal.NOT_WHAT_WAS_ASKED if code.known_as & NOT_A_THING else code.shown()


def pack(run: Run) -> Flow[None]:
    """Pack the collected bag into its shipper."""
    yield from confirm_identity(run, concerned_units(run))
    shipper: tuple[str, tuple[str, ...]] = ("", ())
    if ObjectKind.SHIPMENT in run.step.needs:
        shipper = yield from ask_object(run, "shipment", _shipper)
    things = yield from scan_things(run, ObjectKind.SEAL, ObjectKind.LOGGER)
    moved(
        run,
        e.BagPacked(
            case=run.case_id, step=run.step.name, unit=run.unit_id, shipper=shipper[0],
            shipper_codes=shipper[1], seal=things.get("seal", ""), logger=things.get("logger", ""),
        ),
    )  # fmt: skip


def _shipper(code: CodeRead) -> tuple[str, tuple[str, ...]] | Refusal:
    if code.known_as & NOT_A_THING or not code.codes:
        return Refusal.NOT_WHAT_WAS_ASKED
    return code.shown(), tuple(sorted(code.codes))


def hand_over(run: Run) -> Flow[None]:
    """Give the collected bag to the courier: two events, leaving our hands and leaving the site."""
    sealed_in = ObjectKind.SHIPMENT in run.step.needs and any(unit.shipper_codes for unit in concerned_units(run))
    yield from confirm_identity(run, concerned_units(run), (gate.SHIPMENT,) if sealed_in else None)
    things = yield from scan_things(run, ObjectKind.SEAL, ObjectKind.COURIER)
    to = things.get("courier")
    if to is None:
        answer = yield from run.ask_fields(
            (FieldShown("to", "text", Say("field.handed_to")),), Say("hand_over.ask"), drawing="courier"
        )
        to = answer["to"]
    yield from refuse_what_came_since(run)
    moved(run, e.BagHandedOver(case=run.case_id, step=run.step.name, unit=run.unit_id, to=to, place="courier"))
    moved(run, e.BagShipped(case=run.case_id, step=run.step.name, unit=run.unit_id, courier=to))


def transport(run: Run) -> Flow[None]:
    """Carry the unit to where it is given."""
    yield from confirm_identity(run, concerned_units(run))
    things = yield from scan_things(run, ObjectKind.LOCATION, ObjectKind.SEAL, ObjectKind.LOGGER)
    to = things.get("location")
    if to is None:
        answer = yield from run.ask_fields(
            (FieldShown("to", "text", Say("field.taken_to")),), Say("transport.ask"), drawing="location"
        )
        to = answer["to"]
    yield from refuse_what_came_since(run)
    moved(run, e.BagHandedOver(case=run.case_id, step=run.step.name, unit=run.unit_id, to=to, place=to))
