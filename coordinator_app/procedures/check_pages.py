"""The pages of an identity check: what is asked, the green page, and why it ended without confirming."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain import gate
from coordinator_app.domain.identity import differing
from coordinator_app.domain.readiness import Block
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ActionShown, Aligned, FieldShown, GuidedPage, Say, VerdictPage
from coordinator_app.procedures.check_plan import right_person, unit_words
from coordinator_app.procedures.clockwork import clock_of_unit
from coordinator_app.procedures.guided import DAMAGED, DRAWINGS, Run, code_field
from coordinator_app.procedures.reading import CodeRead
from coordinator_app.procedures.refuse_to_begin import EXCEPTION, about, refusal_page, show_refusal
from coordinator_app.procedures.sitting import Flow
from coordinator_app.procedures.standing_blocks import uncovered
from coordinator_app.procedures.under_way import MISMATCH, UnderWay

QUARANTINE = ActionShown("quarantine", danger=True, key="F8")


def asking_page(run: Run, check: UnderWay) -> GuidedPage:
    """Return the page that asks for the next object, or for what the patient states."""
    asked = gate.wanted(check.state) or gate.UNIT
    run.advance(f"mark.{asked}")
    words = {"person": "2" if len(check.state.arms) > 1 else "1"}
    if asked == gate.STATED:
        return _statement_page(run, check, words)
    of_unit = unit_words(run)
    return run.page(
        Say(f"scan.{asked}", {**words, **of_unit}), drawing=DRAWINGS.get(asked, "bag"),
        hint=Say(f"scan.{asked}.hint", of_unit), actions=(DAMAGED, *((EXCEPTION,) if check.not_set_up else ())),
        fields=(code_field(),) if check.typing else (), expects_scan=not check.typing,
    )  # fmt: skip


def _statement_page(run: Run, check: UnderWay, words: dict[str, str]) -> GuidedPage:
    stated = str(run.profile.stated)
    person, _ = right_person(run.case, run.step.procedure)
    # What it takes to be understood names nobody, so it may stand on the neutral page.
    words["communication"] = person.communication if person is not None else ""
    fields = (
        (FieldShown("record_number", "text", Say("field.record_number")),)
        if check.state.plan.numbers
        else (FieldShown("family", "letters", Say("field.family_letters")),
              FieldShown("born", "date", Say("field.born")))
    )  # fmt: skip
    return run.page(
        Say(f"ask.stated.{stated}", words), drawing="person", hint=Say(f"ask.stated.{stated}.hint", words),
        fields=fields, actions=(ActionShown("save", primary=True, key="F12"),), expects_scan=False,
    )  # fmt: skip


def show_confirmed(run: Run, check: UnderWay, confirmed: Recorded) -> Flow[None]:
    """Show the green page: who confirmed what for whom, and what comes next."""
    body = confirmed.body
    assert isinstance(body, e.IdentityConfirmed)  # noqa: S101 - the gate's own event
    times = run.case.checks[body.check].arm_times
    names = tuple((check.people[p].name, at) for p, at in zip(body.people, times, strict=False))
    unit = run.unit
    person, _ = right_person(run.case, run.step.procedure)
    who = {"family": person.family, "given": person.given, "born": person.born} if person else {}
    page = VerdictPage(
        kind="accepted",
        title=Say("verdict.both_agree" if len(names) > 1 else "verdict.agrees"),
        sentence=Say("verdict.for" if gate.WRISTBAND in body.objects else "verdict.unit_ok",
                     {**who, "unit": f"{unit.kind} {unit.number}" if unit else "", "wall": run.case.wall_name}),
        next_step=Say(f"after.{run.step.procedure}", {"unit": f"{unit.kind} {unit.number}" if unit else ""}),
        names=names, clock=clock_of_unit(run.work, run.case, run.unit_id), typed=body.typed,
        actions=(ActionShown("go_on", primary=True, key="F12"),),
    )  # fmt: skip
    yield from run.verdict_page(page)


def show_end(run: Run, check: UnderWay, effects: tuple[gate.Effect, ...]) -> Flow[None]:
    """Show why a check ended without confirming; a mismatch has no way round it, the rest has the physician's path."""
    refused = next((effect for effect in effects if isinstance(effect, gate.Refused)), None)
    reason = check.state.outcome or Refusal.CHECK_EXPIRED
    run.refuse(reason)
    if reason in MISMATCH:
        yield from _show_mismatch(run, check, refused, reason)
        return
    unit = refused.unit if refused is not None else ""
    people = frozenset(check.people)
    against = uncovered(run, check.standing.against(unit), unit, people)
    block = next((each for each in against if each.reason is reason), None)
    if block is None:
        against = [Block(reason), *against]
    words = {**(about(run, block) if block is not None else {"wall": run.case.wall_name}), **unit_words(run)}
    yield from show_refusal(run, against, reason, words, unit, person=check.person.person)


def _show_mismatch(run: Run, check: UnderWay, refused: gate.Refused | None, reason: Refusal) -> Flow[None]:
    code = check.last_code
    quarantines = reason is Refusal.WRONG_UNIT and code is not None and code.id_of("unit")
    words = {"wall": run.case.wall_name, **unit_words(run)}
    page = refusal_page(
        run, reason, words, (QUARANTINE,) if quarantines else (), kind="mismatch",
        aligned=aligned_codes(run, refused, code),
    )  # fmt: skip
    action = yield from run.verdict_page(page, frozenset({"go_on", "quarantine"}))
    if action == "quarantine" and code is not None:
        _quarantine(run, code)


def _quarantine(run: Run, code: CodeRead) -> None:
    """Put the unit that was read into quarantine, in the case it belongs to."""
    for hit in code.found:
        if hit.kind == "unit" and hit.case:
            run.work.record(
                e.BagQuarantined(case=hit.case, unit=hit.id, reason="presented for another patient"),
                subject=hit.id, actor=run.performer.person, role=run.performer.role,
            )  # fmt: skip


def aligned_codes(run: Run, refused: gate.Refused | None, code: CodeRead | None) -> Aligned | None:
    """Lay what was expected over what was read, of the same kind of code; never for what the patient stated."""
    if refused is None or refused.object == gate.STATED or code is None or not refused.read:
        return None
    for read in sorted(refused.read):
        kind = read.partition(":")[0]
        same = sorted(each for each in refused.expected if each.partition(":")[0] == kind)
        if same:
            expected_text, read_text = same[0].partition(":")[2], read.partition(":")[2]
            marks = differing(expected_text, read_text)
            return Aligned(expected_text, read_text, *marks)
    expected = sorted(each.partition(":")[2] for each in refused.expected)
    if not expected:
        return None
    read_text = sorted(each.partition(":")[2] for each in refused.read)[0]
    return Aligned(expected[0], read_text, *differing(expected[0], read_text))
