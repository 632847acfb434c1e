"""Collection: who is in the chair, the bag and its labels, the end and the volume."""

from __future__ import annotations

import re

from coordinator_app.codes.check_characters import check_character
from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, Say
from coordinator_app.domain.vocabulary import Modality, ObjectKind
from coordinator_app.procedures.ask_object import ask_object
from coordinator_app.procedures.begin_act import may_begin
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.label_bag import label_unit
from coordinator_app.procedures.moving import moved, take_in_hand
from coordinator_app.procedures.reading import CodeRead
from coordinator_app.procedures.sitting import Flow
from coordinator_app.procedures.workplace import new_id

PRODUCT_CODES = {Modality.AUTOLOGOUS: "S1295100", Modality.DONOR: "S1295400"}
"""Product description S1295 (apheresis cells) with collection type 1, autologous only, or 4, designated (ST-001)."""


def collect(run: Run) -> Flow[None]:
    """Take one collection from the check at the chair to the labelled, counted end."""
    unit = take_in_hand(run, "CollectionStarted", frozenset({"CollectionEnded"}))
    if unit is None:
        run.unit_id = new_id("bag")
        yield from confirm_identity(run, (), _objects(run))
        yield from _start(run)
    yield from label_unit(run)
    yield from _end(run)


def _objects(run: Run) -> tuple[str, ...]:
    needs = {str(need) for need in run.step.needs}
    return tuple(each for each in (gate.WRISTBAND, gate.ORDER) if each in needs)


def _start(run: Run) -> Flow[None]:
    din = ""
    if ObjectKind.LABEL_ROLL in run.step.needs:
        din = yield from ask_object(run, "label-roll", lambda code: _unused_donation(run, code))
    may = False
    while not may:
        yield from run.ask_press(
            (ActionShown("start_collection", primary=True, key="F12"),), Say("collect.start"), drawing="bag",
            hint=Say("collect.start.hint"),
        )  # fmt: skip
        may = yield from may_begin(run, _objects(run))
    din = din or next_donation(run)
    product = PRODUCT_CODES.get(run.profile.modality, PRODUCT_CODES[Modality.AUTOLOGOUS])
    codes = [f"din:{din}", f"unit:{din}/{product}"]
    coi = next((code for row in run.case.identifiers for code in row.codes if code.startswith("coi:")), None)
    number = len(run.case.collected_units()) + 1
    run.record(
        e.UnitRegistered(
            case=run.case_id, unit=run.unit_id, kind="bag", name="collection", number=number, origin="this site",
            codes=tuple(codes if coi is None else [*codes, coi]), shown=f"{din} {check_character(din)}",
            collected=True,
        ),
        subject=run.unit_id,
    )  # fmt: skip
    run.record(
        e.IdentifierLinked(
            case=run.case_id, name="donation", value=din, issuer="this site", origin="collection",
            codes=(f"din:{din}",),
        ),
        subject=run.case_id,
    )  # fmt: skip
    moved(run, e.CollectionStarted(case=run.case_id, step=run.step.name, unit=run.unit_id))


def _unused_donation(run: Run, code: CodeRead) -> str | Refusal:
    din = next((each.removeprefix("din:") for each in sorted(code.codes) if each.startswith("din:")), None)
    if din is None:
        return Refusal.NOT_WHAT_WAS_ASKED
    return Refusal.IDENTIFIER_TAKEN if run.work.find([f"din:{din}"]) else din


def next_donation(run: Run) -> str:
    """Return the next donation number of this site: facility, year, six digits counted up in the record."""
    facility = run.work.site.facility or "A9990"
    prefix = f"{facility}{run.work.now():%y}"
    taken = [int(code[-6:]) for code in run.work.store.codes_from(f"din:{prefix}") if code[-6:].isdigit()]
    return f"{prefix}{max(taken, default=100000) + 1:06d}"


def _end(run: Run) -> Flow[None]:
    answer = yield from run.ask_fields(
        (FieldShown("volume_ml", "number", Say("field.volume_ml")),), Say("collect.end"), drawing="bag",
        hint=Say("collect.end.hint"), check=lambda values: check_millilitres(values["volume_ml"]),
    )  # fmt: skip
    moved(
        run,
        e.CollectionEnded(
            case=run.case_id, step=run.step.name, unit=run.unit_id, volume_ml=answer["volume_ml"].replace(",", ".")
        ),
    )


def check_millilitres(text: str) -> Refusal | None:
    """Refuse a volume that is not a positive number of at most four digits and one decimal."""
    right = re.fullmatch(r"\d{1,4}([.,]\d)?", text.strip()) and float(text.replace(",", ".")) > 0
    return None if right else Refusal.ENTRY_INCOMPLETE
