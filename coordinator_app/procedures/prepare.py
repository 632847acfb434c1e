"""Preparation: units are drawn into a dose of its own, with its own label, that is known to descend from them.

Each unit is checked before it is drawn from, and each draw is recorded when it happens. The dose is finished by its
label: two people read it on the dose, and from then on the dose is an object like any other. A preparation that was
broken off goes on at the dose it had begun.
"""

from __future__ import annotations

import secrets

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.case_record import PREPARED_HERE, UnitRecord
from coordinator_app.domain.preparation import dose_rule, left_for, may_go_into, rule_of, unfinished_dose, volume_of
from coordinator_app.domain.profile_parts import UnitRule
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, Say
from coordinator_app.procedures.collect import check_millilitres
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.label_bag import label_unit, print_and_apply
from coordinator_app.procedures.moving import concerned_units, moved
from coordinator_app.procedures.sitting import Ended, Flow
from coordinator_app.procedures.workplace import new_id

DRAW_ANOTHER = ActionShown("draw_another", key="F5")
DOSE_COMPLETE = ActionShown("dose_complete", primary=True, key="F12")
RESTS = ("none", "kept")
"""What can be left of a unit of which the profile lets a part be used."""
SMALL_LABEL = "coi-50x25"
"""Printed on a dose for which the profile names no label: without a code of its own nobody could check it."""


def prepare(run: Run) -> Flow[None]:
    """Prepare one dose: from several units, or from the rest of one; or a unit in the container it came in."""
    rule = dose_rule(run.profile)
    if rule is None:
        yield from _in_its_own_container(run)
        return
    dose = unfinished_dose(run.case)
    if dose is None:
        dose = yield from _draw(run, rule, None)
    run.begun = True
    while left_for(run.case, run.step, dose):
        words = {"unit": dose.called, "volume": str(volume_of(run.case, dose))}
        chosen = yield from run.ask_press(
            (DRAW_ANOTHER, DOSE_COMPLETE),
            Say("prepare.more", words),
            drawing="vial",
            hint=Say("prepare.more.hint", words),
        )
        if chosen == "dose_complete":
            break
        dose = yield from _draw(run, rule, dose)
    yield from _finish(run, rule, dose)


def _draw(run: Run, rule: UnitRule, dose: UnitRecord | None) -> Flow[UnitRecord]:
    """Check one unit and draw from it; the first draw begins the dose."""
    run.unit_id = ""
    yield from confirm_identity(run, may_go_into(run.case, run.step, dose))
    unit = run.unit
    assert unit is not None  # noqa: S101 - the check has named it
    own = rule_of(run.profile, unit)
    fields = [FieldShown("volume_ml", "number", Say("field.volume_ml"))]
    if own is not None and own.partial:
        choices = tuple((each, Say(f"rest.{each}")) for each in RESTS)
        fields.append(FieldShown("rest", "choice", Say("field.rest"), choices=choices))
    told = yield from run.ask_fields(
        tuple(fields), Say("prepare.draw", {"unit": unit.called}), drawing="vial",
        check=lambda values: check_millilitres(values["volume_ml"]),
    )  # fmt: skip
    id = _register(run, rule) if dose is None else dose.unit
    drawn = e.UnitDrawn(
        case=run.case_id, step=run.step.name, unit=unit.unit, into=id, volume_ml=told["volume_ml"].replace(",", "."),
        emptied=told.get("rest", "none") != "kept",
    )  # fmt: skip
    moved(run, drawn)
    return run.case.units[id]


def _register(run: Run, rule: UnitRule) -> str:
    """Give the dose an id, a number and a code of its own; what it is made of follows from each draw."""
    id, code = new_id("dose"), f"P{secrets.token_hex(5).upper()}"
    number = 1 + sum(each.prepared for each in run.case.product_units())
    run.record(
        e.UnitRegistered(
            case=run.case_id, unit=id, kind=str(rule.kind), name=rule.name, number=number, origin=PREPARED_HERE,
            codes=(f"unit:{code}",), shown=code,
        ),
        subject=id,
    )  # fmt: skip
    return id


def _finish(run: Run, rule: UnitRule, dose: UnitRecord) -> Flow[None]:
    """Label the dose, have its label read on it, and record that it is ready."""
    run.unit_id = dose.unit
    yield from label_unit(run)
    if not _labelled(run, dose):
        # A profile without a label here, or a printer that failed before: the dose waits for a code of its own.
        if not any(label.unit == dose.unit for label in run.case.labels.values()):
            yield from print_and_apply(run, SMALL_LABEL, 1)
        if not _labelled(run, dose):
            run.refuse(Refusal.PRINTER_FAILED, Say("prepare.label_waits", {"unit": dose.called}))
            raise Ended
    yield from confirm_identity(run, (run.case.units[dose.unit],), (gate.UNIT,))
    made = run.case.units[dose.unit]
    volume = volume_of(run.case, made)
    ready = moved(
        run,
        e.DosePrepared(
            case=run.case_id,
            step=run.step.name,
            unit=dose.unit,
            expires_at=made.expires_at,
            parents=made.parents,
            volume_ml=str(volume),
        ),
    )
    if rule.volume_ml is not None and not rule.volume_ml[0] <= volume <= rule.volume_ml[1]:
        least, most = rule.volume_ml
        run.record(
            e.DeviationReported(
                case=run.case_id, deviation=new_id("deviation"), kind="dose_out_of_range", unit=dose.unit,
                what=f"{made.called}: {volume} ml, profile {least} to {most} ml", proposed_by_program=True,
            ),
            refs=(ready.id,),
        )  # fmt: skip


def _labelled(run: Run, dose: UnitRecord) -> bool:
    return any(label.unit == dose.unit and label.state == "applied" for label in run.case.labels.values())


def _in_its_own_container(run: Run) -> Flow[None]:
    """Prepare a unit that stays what it is: diluted, washed or drawn up where it came from."""
    yield from confirm_identity(run, concerned_units(run))
    told = yield from run.ask_fields(
        (FieldShown("volume_ml", "number", Say("field.volume_ml")),), Say("prepare.ask"), drawing="vial",
        check=lambda values: check_millilitres(values["volume_ml"]),
    )  # fmt: skip
    volume = told["volume_ml"].replace(",", ".")
    moved(run, e.DosePrepared(case=run.case_id, step=run.step.name, unit=run.unit_id, volume_ml=volume))
    yield from label_unit(run)
