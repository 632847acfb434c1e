"""Infusion at the bedside: the blind check, the start by scan, pause, end, and "stopped now" without asking first."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Pressed, Scanned
from coordinator_app.domain.preparation import rule_of
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, FieldShown, Say
from coordinator_app.procedures.begin_act import may_begin
from coordinator_app.procedures.collect import check_millilitres
from coordinator_app.procedures.confirm_identity import confirm_identity
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.moving import concerned_units, moved, take_in_hand
from coordinator_app.procedures.reading import read_code
from coordinator_app.procedures.sitting import Flow
from coordinator_app.procedures.workplace import new_id

START = ActionShown("start_infusion", primary=True, key="F12")
PAUSE = ActionShown("pause_infusion", key="F5")
RESUME = ActionShown("resume_infusion", primary=True, key="F5")
PORTION = ActionShown("portion_given", key="F4")
COMPLETE = ActionShown("complete_infusion", primary=True, key="F12")
STOP = ActionShown("stop_now", danger=True, key="F8")
OVER = frozenset({"AdministrationCompleted", "AdministrationStopped"})


def administer(run: Run) -> Flow[None]:
    """Give one unit to the patient; an infusion that already runs is taken up where it stands."""
    unmeasured = next((u for u in concerned_units(run) if u.portions > len(u.given_ml)), None)
    if unmeasured is not None and run.unit_id in {"", unmeasured.unit}:
        run.unit_id = unmeasured.unit
        yield from _measure_portion(run)
        return
    unexplained = [u for u in concerned_units(run) if u.has("AdministrationStopped") and not u.stop_explained]
    if unexplained and run.unit_id in {"", unexplained[0].unit}:
        run.unit_id = unexplained[0].unit
        yield from _explain_stop(run)
        return
    if take_in_hand(run, "AdministrationStarted", OVER) is None:
        yield from confirm_identity(run, concerned_units(run))
        yield from _start(run)
    yield from _running(run)


def _start(run: Run) -> Flow[None]:
    """Start the infusion; a check that has grown old is renewed by fresh scans of both people first."""
    while True:
        yield from run.ask_press(
            (START,), Say("infusion.start", _words(run)), drawing="bag", hint=Say("infusion.start.hint"),
            unit_scan="start_infusion",
        )  # fmt: skip
        may = yield from may_begin(run)
        if may:
            moved(run, e.AdministrationStarted(case=run.case_id, step=run.step.name, unit=run.unit_id))
            return


def _running(run: Run) -> Flow[None]:
    run.begun = True
    while True:
        unit = run.unit
        if unit is None or not unit.running:
            break
        portion = (PORTION,) if _may_be_kept(run) else ()
        paused = unit.paused
        received = yield from run.ask(
            run.page(
                Say("infusion.paused" if paused else "infusion.running", _words(run)),
                drawing="bag",
                hint=Say("infusion.running.hint"),
                expects_scan=True,
                actions=(RESUME, STOP) if paused else (PAUSE, STOP, *portion, COMPLETE),
            )
        )
        if isinstance(received, Scanned):
            code = read_code(run.work, received)
            if code.id_of("unit") != run.unit_id:
                run.refuse_code(code, Refusal.NOT_WHAT_WAS_ASKED if code.label else None, "unit")
            continue
        if not isinstance(received, Pressed):
            run.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            continue
        yield from _act(run, received.action, paused=paused)


def _act(run: Run, action: str, *, paused: bool) -> Flow[None]:
    case, step, unit = run.case_id, run.step.name, run.unit_id
    if action == "stop_now":
        # What happened is recorded first; the questions come after (design §4.4).
        stopped = moved(run, e.AdministrationStopped(case=case, step=step, unit=unit))
        run.record(
            e.DeviationReported(
                case=case, deviation=new_id("deviation"), kind="stopped", unit=unit, proposed_by_program=True
            ),
            refs=(stopped.id,),
        )  # fmt: skip
        yield from _explain_stop(run)
    elif action == "pause_infusion" and not paused:
        moved(run, e.AdministrationPaused(case=case, step=step, unit=unit))
    elif action == "resume_infusion" and paused:
        moved(run, e.AdministrationResumed(case=case, step=step, unit=unit))
    elif action == "portion_given" and not paused and _may_be_kept(run):
        moved(run, e.PortionGiven(case=case, step=step, unit=unit))
        yield from _measure_portion(run)
    elif action == "complete_infusion" and not paused:
        moved(run, e.AdministrationCompleted(case=case, step=step, unit=unit))
    else:
        run.refuse(Refusal.NOT_WHAT_WAS_ASKED)


def _explain_stop(run: Run) -> Flow[None]:
    answer = yield from run.ask_fields(
        (
            FieldShown("reason", "text", Say("field.stop_reason")),
            FieldShown("residual_ml", "number", Say("field.residual_ml")),
            FieldShown("physician", "text", Say("field.physician_told")),
        ),
        Say("infusion.stopped", _words(run)), drawing="bag", hint=Say("infusion.stopped.hint"),
        check=lambda values: check_millilitres(values["residual_ml"]),
    )  # fmt: skip
    run.record(
        e.StopExplained(
            case=run.case_id,
            unit=run.unit_id,
            reason=answer["reason"],
            residual_ml=answer["residual_ml"],
            physician=answer["physician"],
        )
    )


def _may_be_kept(run: Run) -> bool:
    """Tell whether the profile lets a rest of the unit in hand be kept for later."""
    rule = rule_of(run.profile, run.unit) if run.unit is not None else None
    return rule is not None and rule.partial


def _measure_portion(run: Run) -> Flow[None]:
    told = yield from run.ask_fields(
        (FieldShown("given_ml", "number", Say("field.given_ml")),
         FieldShown("residual_ml", "number", Say("field.residual_ml"))),
        Say("portion.ask", _words(run)), drawing="bag", hint=Say("portion.hint"),
        check=lambda values: check_millilitres(values["given_ml"]) or check_millilitres(values["residual_ml"]),
    )  # fmt: skip
    given, left = (told[each].replace(",", ".") for each in ("given_ml", "residual_ml"))
    run.record(e.PortionMeasured(case=run.case_id, unit=run.unit_id, volume_ml=given, residual_ml=left))


def _words(run: Run) -> dict[str, str]:
    unit = run.unit
    clock = run.page(Say(""), drawing="bag").clock
    return {
        "unit": f"{unit.kind} {unit.number}" if unit is not None else "",
        "by": clock.deadline.isoformat() if clock is not None and clock.deadline is not None else "",
    }
