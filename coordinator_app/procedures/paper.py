"""The paper sheet of the running case: shown on the screen and sent to the printer with one key."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.clock_words import event_words
from coordinator_app.domain.profile_parts import Profile
from coordinator_app.domain.screens import ActionShown, PaperPage, PrintJob, Say
from coordinator_app.domain.vocabulary import ClockState, ProcedureKind
from coordinator_app.procedures.clockwork import clocks_of, readings_of
from coordinator_app.procedures.label_content import nhs_date
from coordinator_app.procedures.paper_words import ends_of, limit_of, paper_step
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.reports.paper_sheet import (
    PaperClock,
    PaperPhone,
    PaperRow,
    PaperSheet,
    PaperStep,
    paper_lines,
    paper_sheet,
)


def sheet_of(work: Workplace, case: CaseRecord) -> PaperSheet:
    """Return what stands on the paper sheet of a case now."""
    person = case.recipient
    patient = (
        (
            f"{person.family.upper()}, {person.given}",
            f"Born {nhs_date(person.born)}",
            f"Record No. {person.record_number}",
        )
        if person is not None and person.born
        else ("Not known on this workstation",)
    )
    order = case.order
    rows = [PaperRow(row.name, row.value, row.issuer) for row in case.identifiers]
    ordered = [PaperRow("order", order.order, order.origin)] if order is not None else []
    ordered += [PaperRow(f"{unit.kind} {unit.number}", unit.shown, unit.location or unit.holder)
                for unit in case.units.values()]  # fmt: skip
    return PaperSheet(
        site=work.site.name, place=work.site.places.get(work.store.workstation, ""), printed_at=work.now(),
        zone=work.site.zone, wall_name=case.wall_name, trial=case.profile, patient=patient, identifiers=tuple(rows),
        order=tuple(ordered), steps=_steps(work.profile(case)), clocks=_clocks(work, case),
        phones=tuple(PaperPhone(name, number) for name, number in work.site.phones.items()),
        demonstration=work.site.demonstration,
    )  # fmt: skip


def _steps(profile: Profile) -> tuple[PaperStep, ...]:
    return tuple(paper_step(profile, step) for step in profile.steps if step.procedure is not ProcedureKind.ENROL)


def _clocks(work: Workplace, case: CaseRecord) -> tuple[PaperClock, ...]:
    """Return the clocks that run, the most urgent first, and then those that have not started."""
    profile = work.profile(case)
    running = [
        PaperClock(
            title=clock.title, ends=ends_of(profile.clock(clock.clock)), about=clock.wall_name, deadline=clock.deadline,
            earliest=clock.earliest, source=clock.source, uncertain=clock.state == ClockState.UNCERTAIN,
        )
        for clock in clocks_of(work, case)
    ]  # fmt: skip
    waiting = {each.clock for each in readings_of(work, case) if each.state is ClockState.WAITING}
    to_come = [
        PaperClock(
            title=rule.title, ends=ends_of(rule), starts=event_words(rule.starts), limit=limit_of(rule),
            source=rule.source,
        )
        for rule in profile.clocks
        if rule.name in waiting
    ]  # fmt: skip
    return (*running, *to_come)


def paper_page(work: Workplace, case_id: str, by: Present, step: str) -> tuple[PaperPage, PrintJob]:
    """Return the page and the print job of the sheet, and record that it was printed."""
    sheet = sheet_of(work, work.case(case_id))
    name = f"paper-sheet-{case_id.removeprefix('case:')[:8]}.pdf"
    job = PrintJob(
        new_id("job"), work.site.settings.get("paper_printer", "folder"), "paper", 1, paper_sheet(sheet), name
    )
    work.record(e.PaperSheetPrinted(case=case_id, step=step), subject=case_id, actor=by.person, role=by.role)
    page = PaperPage(Say("paper.title"), paper_lines(sheet), name, (ActionShown("back", primary=True, key="F12"),))
    return page, job
