"""The self-audit on paper: what was refused, typed, repeated, late and printed again, by week and by trial."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from coordinator_app.domain.self_audit import AuditWeek, SelfAudit
from coordinator_app.reports.document import Running, grid, heading, notice, to_pdf, words
from coordinator_app.reports.written_time import written_instant

COLUMNS = ("Week", "Trial", "Checks", "Median s", "Refused", "Typed", "Repeated", "Not kept", "Entered late",
           "Reprints", "Exceptions")  # fmt: skip
SHARES = (18, 32, 14, 14, 15, 13, 17, 15, 15, 16, 19)


class AuditSheet(Struct, frozen=True):
    """What the document is about, where and when it was made."""

    site: str
    place: str
    zone: str
    made_at: datetime
    demonstration: bool
    audit: SelfAudit


def self_audit_pdf(sheet: AuditSheet) -> bytes:
    """Return the self-audit as a PDF on A4."""
    story = [
        notice("This page counts what happened, to find what makes work hard. It names nobody and ranks nobody."),
        *heading("By week and trial"),
        grid(COLUMNS, [_row(each) for each in sheet.audit.weeks], SHARES, size=8),
        words(
            "Checks are those that confirmed; the median is from the first page of a check to its green page. Typed: "
            "codes that were typed because they could not be scanned. Repeated: an arm of a check done again. Not "
            "kept: a clock of the trial's profile whose limit had passed.", 8,
        ),
        *heading("Why it was refused"),
        grid(
            ("Week", "Trial", "Reason", "Times"),
            [(each.week, each.trial, _reason(each.reason), str(each.count)) for each in sheet.audit.reasons],
            (18, 34, 60, 14),
        ),
    ]  # fmt: skip
    running = Running(
        left=f"{sheet.site} · {sheet.place}", right=f"{'PRACTICE · ' if sheet.demonstration else ''}Self-audit",
        foot=f"Made {written_instant(sheet.made_at, sheet.zone)}", title="Self-audit",
    )  # fmt: skip
    return to_pdf(story, running)


def _row(week: AuditWeek) -> tuple[str, ...]:
    return (
        week.week, week.trial, str(week.checks), "–" if week.median_s is None else str(week.median_s),
        str(week.refused), str(week.typed), str(week.repeated), str(week.late), str(week.entered_late),
        str(week.reprints), str(week.exceptions),
    )  # fmt: skip


def _reason(code: str) -> str:
    """Return a refusal's code as words; the sentence for the person at the screen is the window's."""
    return code.replace("_", " ").capitalize()
