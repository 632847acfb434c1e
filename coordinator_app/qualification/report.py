"""The report of a qualification run: every step with what was expected and seen, for a quality person to sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reportlab.platypus import Flowable, KeepTogether

from coordinator_app.qualification.answer import versions
from coordinator_app.qualification.runner import ScriptResult
from coordinator_app.reports.document import BLANK, Running, gap, grid, heading, notice, to_pdf, words
from coordinator_app.reports.written_time import written_instant


def qualification_report(results: Sequence[ScriptResult], made_at: datetime, zone: str) -> bytes:
    """Return the report as a PDF on A4; `made_at` is aware and shown in `zone`."""
    passed = sum(each.passed for each in results)
    whole = passed == len(results)
    at = written_instant(made_at, zone)
    verdict = f"{passed} of {len(results)} scripts ended as expected."
    if not whole:
        verdict = (
            f"{len(results) - passed} of {len(results)} scripts did NOT end as expected; see the steps that DIFFER."
        )
    story: list[Flowable] = [notice(verdict, 11), gap(2), *_overview(results), *_remarks(results)]
    for number, result in enumerate(results, start=1):
        story += _script(number, result)
    story += [*_made_with(), *_signatures()]
    running = Running(
        left=f"Qualification of coordinator_app {versions()['coordinator_app']}",
        right="PASSED" if whole else "NOT PASSED",
        foot=f"Made {at} on a scratch site with invented people; no patient's data is in this report.",
        title="Qualification report",
    )
    return to_pdf(story, running)


def _overview(results: Sequence[ScriptResult]) -> list[Flowable]:
    rows = [
        (
            str(number),
            each.script.title,
            each.script.risk or "not stated",
            ", ".join(each.script.requirement) or "–",
            "as expected" if each.passed else "DIFFERS",
        )
        for number, each in enumerate(results, start=1)
    ]
    columns = ("No.", "Script", "Risk", "Requirement", "Result")
    return [*heading("Scripts"), grid(columns, rows, (8, 62, 18, 30, 20), bold_columns=(4,))]


def _remarks(results: Sequence[ScriptResult]) -> list[Flowable]:
    remarks = dict.fromkeys(f"{each.script.title}: {remark}" for each in results for remark in each.remarks)
    return [*heading("Remarks"), *(words(remark) for remark in remarks)] if remarks else []


def _script(number: int, result: ScriptResult) -> list[Flowable]:
    script = result.script
    rows = [
        (
            str(step.number),
            step.do,
            step.expected,
            step.observed + "".join(f"\nDIFFERS: {each}" for each in step.differs),
            "as expected" if step.passed else "DIFFERS",
        )
        for step in result.steps
    ]
    sound = "verified with every signature" if result.journal_sound else "NOT SOUND"
    about = (
        f"File {script.name}, SHA-256 {script.sha256[:32]}…, start {script.start}. It recorded {result.events} events; "
        f"the journal it left is {sound}, head {result.journal_head[:16]}…"
    )
    columns = ("Step", "Done", "Expected", "Observed", "Result")
    return [
        *heading(f"{number}. {script.title}"),
        words(about, 8),
        gap(1),
        grid(columns, rows, (9, 44, 34, 50, 18), size=7.5, bold_columns=(4,)),
    ]


def _made_with() -> list[Flowable]:
    rows = list(versions().items())
    return [KeepTogether([*heading("Made with"), grid(("Part", "Version"), rows, (40, 80), size=8)])]


def _signatures() -> list[Flowable]:
    columns = ("Meaning", "Name", "Role", "Date and time", "Signature")
    rows = [("Run by", *[BLANK] * 4), ("Reviewed by quality", *[BLANK] * 4)]
    return [KeepTogether([*heading("Signatures"), grid(columns, rows, (26, 34, 24, 28, 36), least_row_mm=13)])]
