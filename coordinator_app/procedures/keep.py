"""Acceptance, storage, release and retrieval: one unit after the other, each found again by scan."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, Say
from coordinator_app.domain.vocabulary import ObjectKind
from coordinator_app.procedures.ask_object import ask_object
from coordinator_app.procedures.begin_act import refuse_what_came_since, refuse_when_too_old
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.label_bag import label_unit
from coordinator_app.procedures.moving import concerned_units, moved, ready_units, waiting_units
from coordinator_app.procedures.pack import scan_for_the_record, thing_shown
from coordinator_app.procedures.sign_act import ask_signature, sign_record
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.workplace import new_id

ACCEPT = ActionShown("accept_unit", primary=True, key="F12")
QUARANTINE = ActionShown("quarantine", danger=True, key="F8")
QUARANTINE_REASONS = ("bag_damaged", "label_damaged", "certificate_differs", "dose_out_of_range", "other")


def accept(run: Run) -> Flow[None]:
    """Hold each unit against order, certificate and cassette, then accept it with a signature or put it aside."""
    while True:
        run.unit_id = ""
        yield from confirm_identity(run, concerned_units(run))
        chosen = yield from run.ask_press(
            (ACCEPT, QUARANTINE), Say("accept.ask"), drawing="bag", hint=Say("accept.hint")
        )
        if chosen == "quarantine":
            yield from _put_aside(run)
        else:
            signer = yield from ask_signature(run, Say("meaning.accept"))
            yield from refuse_when_too_old(run)
            accepted = moved(run, e.BagAccepted(case=run.case_id, step=run.step.name, unit=run.unit_id))
            sign_record(run, run.case_id, accepted, "accept", signer)
            yield from label_unit(run)
        if not ready_units(run):
            return


def _put_aside(run: Run) -> Flow[None]:
    choices = tuple((each, Say(f"quarantine.{each}")) for each in QUARANTINE_REASONS)
    answer = yield from run.ask_fields(
        (FieldShown("reason", "choice", Say("field.quarantine_reason"), choices=choices),),
        Say("quarantine.ask"), drawing="bag",
        check=lambda values: None if values["reason"] in QUARANTINE_REASONS else Refusal.ENTRY_INCOMPLETE,
    )  # fmt: skip
    aside = run.record(e.BagQuarantined(case=run.case_id, unit=run.unit_id, reason=answer["reason"]))
    run.record(
        e.DeviationReported(
            case=run.case_id, deviation=new_id("deviation"), kind="quarantine", what=answer["reason"],
            unit=run.unit_id, proposed_by_program=True,
        ),
        refs=(aside.id,),
    )  # fmt: skip


def store(run: Run) -> Flow[None]:
    """Put each unit into its place in the cold store."""
    while True:
        run.unit_id = ""
        yield from confirm_identity(run, concerned_units(run))
        if ObjectKind.LOCATION in run.step.needs:
            location = yield from ask_object(run, "location", thing_shown)
        else:
            answer = yield from run.ask_fields(
                (FieldShown("location", "text", Say("field.location")),), Say("store.ask"), drawing="location"
            )
            location = answer["location"]
        moved(run, e.BagStored(case=run.case_id, step=run.step.name, unit=run.unit_id, location=location))
        if not ready_units(run):
            return


def release(run: Run) -> Flow[None]:
    """Release for this patient with a signature: the unit read, or every unit its papers were read for."""
    while True:
        run.unit_id = ""
        refuse_without_units(run)
        confirmed = yield from confirm_identity(run, waiting_units(run) or concerned_units(run))
        signer = yield from ask_signature(run, Say("meaning.release"))
        yield from refuse_when_too_old(run)
        check = getattr(confirmed.body, "check", "")
        for recorded in run.case.confirmations:
            body = recorded.body
            if isinstance(body, e.IdentityConfirmed) and body.check == check:
                run.unit_id = body.unit
                released = moved(run, e.BagReleased(case=run.case_id, step=run.step.name, unit=body.unit))
                sign_record(run, run.case_id, released, "release", signer)
        # Papers are read once for every unit that may go; what they do not cover waits for papers of its own.
        of_one_unit = gate.NAMES_A_UNIT & set(getattr(confirmed.body, "objects", ()))
        if not of_one_unit or not ready_units(run):
            return


def refuse_without_units(run: Run) -> None:
    """End a step that papers alone confirm when there is no unit yet: papers for nothing release nothing."""
    if concerned_units(run):
        return
    about = {"about": ", ".join(run.step.after), "source": "", "wall": run.case.wall_name}
    run.refuse(Refusal.EARLIER_STEP_MISSING, Say("refusal.EARLIER_STEP_MISSING", about))
    run.record(
        e.ScanRefused(case=run.case_id, step=run.step.name, reason=Refusal.EARLIER_STEP_MISSING.value),
        subject=run.case_id,
    )
    raise Ended


def retrieve(run: Run) -> Flow[None]:
    """Take one unit out of its place."""
    yield from confirm_identity(run, concerned_units(run))
    if ObjectKind.LOCATION in run.step.needs:
        yield from scan_for_the_record(run, ObjectKind.LOCATION)
    yield from refuse_what_came_since(run)
    moved(run, e.BagRetrieved(case=run.case_id, step=run.step.name, unit=run.unit_id))


def give_back(run: Run) -> Flow[None]:
    """Return a unit to where it came from."""
    yield from confirm_identity(run, concerned_units(run))
    answer = yield from run.ask_fields(
        (FieldShown("to", "text", Say("field.returned_to")),), Say("return.ask"), drawing="shipment"
    )
    moved(run, e.BagReturned(case=run.case_id, step=run.step.name, unit=run.unit_id, to=answer["to"]))


def destroy(run: Run) -> Flow[None]:
    """Destroy a unit by its route, with a signature."""
    yield from confirm_identity(run, concerned_units(run))
    answer = yield from run.ask_fields(
        (FieldShown("route", "text", Say("field.route")),), Say("destroy.ask"), drawing="bag"
    )
    signer = yield from ask_signature(run, Say("meaning.destroy"))
    gone = moved(run, e.BagDestroyed(case=run.case_id, step=run.step.name, unit=run.unit_id, route=answer["route"]))
    sign_record(run, run.case_id, gone, "destroy", signer)
