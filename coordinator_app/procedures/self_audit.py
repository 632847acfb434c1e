"""The self-audit on the screen and for the printer."""

from __future__ import annotations

from datetime import timedelta

from coordinator_app.domain.screens import ActionShown, ListPage, PrintJob, RowShown, Say
from coordinator_app.domain.self_audit import SelfAudit, self_audit, week_of
from coordinator_app.procedures.list_parts import list_page
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.sitting import Flow, Sitting
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.reports.self_audit import AuditSheet, self_audit_pdf

WEEKS = timedelta(weeks=13)
"""How far back it looks: a quarter, which is what a quality meeting asks for; an old site has years behind it."""
PRINT = ActionShown("print_self_audit", key="F9")


def audit_of(work: Workplace) -> SelfAudit:
    """Count the present week and the twelve before it, from the cases in which something happened since."""
    since = work.now() - WEEKS
    first = week_of(since + timedelta(weeks=1), work.site.zone)
    # A case that was settled before has no event since; one day more holds whatever the zone makes of a week's begin.
    cases = map(work.case, work.store.cases_needing(since - timedelta(days=1)))
    audit = self_audit(cases, work.site.zone)
    return SelfAudit(
        tuple(each for each in audit.weeks if each.week >= first),
        tuple(each for each in audit.reasons if each.week >= first),
    )


def self_audit_page(work: Workplace, present: Present) -> ListPage:
    """Return the counts by week and trial; nobody is named."""
    rows = [
        RowShown((
            each.week, each.trial, str(each.checks), "–" if each.median_s is None else str(each.median_s),
            str(each.refused), str(each.typed), str(each.repeated), str(each.late), str(each.reprints),
        ))
        for each in audit_of(work).weeks
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
        for each in audit_of(work).reasons
    ]
    return list_page("self_audit_reasons", ("week", "profile", "reason", "times"), rows, (PRINT,))


def print_self_audit(run: Sitting) -> Flow[None]:
    """Send the self-audit to the printer for papers."""
    work = run.work
    sheet = AuditSheet(
        site=work.site.name, place=work.site.places.get(work.store.workstation, ""), zone=work.site.zone,
        made_at=work.now(), demonstration=work.site.demonstration, audit=audit_of(work),
    )  # fmt: skip
    printer = work.site.settings.get("paper_printer", "folder")
    run.jobs.append(PrintJob(new_id("job"), printer, "paper", 1, self_audit_pdf(sheet), "self-audit.pdf"))
    yield from ()
