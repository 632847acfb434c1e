"""Thawing: after everything later checks will ask, for there is no way back."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.screens import ActionShown, Say
from coordinator_app.procedures.begin_act import may_begin
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.label_bag import label_unit
from coordinator_app.procedures.moving import concerned_units, moved, take_in_hand
from coordinator_app.procedures.sitting import Flow


def thaw(run: Run) -> Flow[None]:
    """Thaw one unit: the start and the end are each recorded when they happen."""
    if take_in_hand(run, "ThawStarted", frozenset({"ThawCompleted"})) is None:
        yield from confirm_identity(run, concerned_units(run))
        yield from label_unit(run)
        may = False
        while not may:
            yield from run.ask_press(
                (ActionShown("start_thaw", primary=True, key="F12"),), Say("thaw.start", _words(run)), drawing="bag",
                hint=Say("thaw.start.hint"), unit_scan="start_thaw",
            )  # fmt: skip
            may = yield from may_begin(run)
        moved(run, e.ThawStarted(case=run.case_id, step=run.step.name, unit=run.unit_id))
    run.begun = True
    yield from run.ask_press(
        (ActionShown("thaw_complete", primary=True, key="F12"),), Say("thaw.running", _words(run)), drawing="bag",
        hint=Say("thaw.running.hint"), unit_scan="thaw_complete",
    )  # fmt: skip
    moved(run, e.ThawCompleted(case=run.case_id, step=run.step.name, unit=run.unit_id))


def _words(run: Run) -> dict[str, str]:
    unit = run.unit
    return {"unit": f"{unit.kind} {unit.number}" if unit is not None else ""}
