"""The self-audit on the screen and for the printer."""

from __future__ import annotations

from coordinator_app.domain.screens import ActionShown, ListPage, PrintJob, RowShown, Say
from coordinator_app.domain.self_audit import self_audit
from coordinator_app.procedures.list_parts import list_page
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.reports.self_audit import AuditSheet, self_audit_pdf

PRINT = ActionShown("print_self_audit", key="F9")


def self_audit_page(work: Workplace, present: Present) -> ListPage:
    """Return the counts by week and trial; nobody is named."""
    rows = [
        RowShown((
            each.week, each.trial, str(each.checks), "–" if each.median_s is None else str(each.median_s),
            str(each.refused), str(each.typed), str(each.repeated), str(each.late), str(each.reprints),
        ))
        for each in self_audit(work.cases(), work.site.zone).weeks
    ]  # fmt: skip
    actions = (ActionShown("open:self_audit:reasons", primary=True, key="F12"), PRINT)
    return list_page(
        "self_audit", ("week", "profile", "checks", "median", "refused", "typed", "repeated", "late", "reprints"),
        rows, actions,
    )  # fmt: skip


def refusals_page(work: Workplace, present: Present) -> ListPage:
    """Return why it was refused, by week and trial."""
    rows = [
        RowShown((each.week, each.trial, Say(f"refused.title.{each.reason}"), str(each.count)))
        for each in self_audit(work.cases(), work.site.zone).reasons
    ]
    return list_page("self_audit_reasons", ("week", "profile", "reason", "times"), rows, (PRINT,))


def print_self_audit(run: Sitting) -> Flow[None]:
    """Send the self-audit to the printer for papers."""
    work = run.work
    sheet = AuditSheet(
        site=work.site.name, place=work.site.places.get(work.store.workstation, ""), zone=work.site.zone,
        made_at=work.now(), demonstration=work.site.demonstration, audit=self_audit(work.cases(), work.site.zone),
    )  # fmt: skip
    printer = work.site.settings.get("paper_printer", "folder")
    run.jobs.append(PrintJob(new_id("job"), printer, "paper", 1, self_audit_pdf(sheet), "self-audit.pdf"))
    yield from ()
