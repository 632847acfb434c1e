"""The summary of one case for quality staff and inspectors: who confirmed what, who held what, what was refused.

It is made from the record and adds nothing: every line is an event, and what is missing is said in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from reportlab.platypus import Flowable, KeepTogether

from coordinator_app.reports.case_records import (
    CaseSummary,
    CheckWritten,
    ClockWritten,
    CustodyWritten,
    PersonWritten,
)
from coordinator_app.reports.document import Running, gap, grid, heading, notice, to_pdf, words
from coordinator_app.reports.written_time import written_instant

NOT_RECORDED = "Not recorded"


class Extent(StrEnum):
    """How much of the case a document tells."""

    IDENTITY = "identity"
    CUSTODY = "custody"
    INSPECTION = "inspection"


_TITLES = {
    Extent.IDENTITY: "Chain of identity",
    Extent.CUSTODY: "Chain of custody",
    Extent.INSPECTION: "Case record",
}


def case_summary(case: CaseSummary, extent: Extent = Extent.INSPECTION) -> bytes:
    """Return the summary as a PDF on A4: identity, custody, or everything for an inspection."""
    whole = extent is Extent.INSPECTION
    story = _front(case)
    if extent is not Extent.CUSTODY:
        story += _checks(case)
    if extent is not Extent.IDENTITY:
        story += [*_custody(case), *_clocks(case)]
    story += _refusals(case)
    story += _labels(case)
    if whole:
        story += _deviations(case)
    story += [*_signatures(case), *_verification(case)]
    title = _TITLES[extent]
    patient = case.patient[0] if case.patient else NOT_RECORDED
    running = Running(
        left=f"{patient} · {case.site} · {case.place}",
        right=f"{'PRACTICE · ' if case.demonstration else ''}{title} · {case.wall_name}",
        foot=(
            f"Case {case.case.removeprefix('case:')} · made {written_instant(case.printed_at, case.zone)} "
            f"by {case.printed_by.name} · journal head {case.verification.head[:16]}"
        ),
        title=f"{title} {case.case}",
    )
    return to_pdf(story, running)


def _front(case: CaseSummary) -> list[Flowable]:
    counts = [
        ("Identity checks confirmed", f"{sum(check.confirmed for check in case.checks)} of {len(case.checks)}"),
        ("Refusals", str(len(case.refusals))),
        ("Deviations, exceptions, discrepancies", str(len(case.deviations))),
        ("Labels reconciled", "yes" if all(job.reconciled for job in case.labels) else "NO: see Labels"),
        ("Readings typed by hand", str(sum(line.readings for line in case.typed))),
        ("Clocks missed", str(sum(clock.within is False for clock in case.clocks))),
        ("Entered late", str(sum(line.happened_at is not None for line in case.custody))),
        ("Journal verified", "yes" if case.verification.sound else f"NO: {case.verification.remark}"),
    ]
    return [
        *heading("Patient and trial"),
        grid(("",), [[line] for line in case.patient], (1,), size=10.5, bold_columns=(0,)),
        gap(1.5),
        grid(("", ""), [("Trial", case.trial), ("Profile", case.profile), ("Times in", case.zone)], (30, 80), size=9),
        *heading("Identifiers of this case"),
        grid(
            ("Identifier", "Value", "Issued by", "Known from"),
            [(row.name, row.value, row.issuer, row.origin or NOT_RECORDED) for row in case.identifiers],
            (28, 44, 26, 28),
            bold_columns=(1,),
        ),
        KeepTogether([*heading("At a glance"), grid(("", ""), counts, (50, 60), bold_columns=(1,), size=9)]),
    ]


def _checks(case: CaseSummary) -> list[Flowable]:
    rows = [
        (
            f"{check.step}\n{check.unit}" if check.unit else check.step,
            written_instant(check.begun_at, case.zone, seconds=True),
            _arms(check, case.zone),
            f"{'Confirmed' if check.confirmed else 'NOT confirmed'}\n{check.result}\n"
            f"{written_instant(check.ended_at, case.zone, seconds=True)}",
        )
        for check in case.checks
    ]
    columns = ("Step, unit", "Begun", "Read by, arm closed at", "Result")
    return [*heading("Identity checks"), grid(columns, rows, (26, 24, 46, 34), size=8), *_typed(case)]


def _typed(case: CaseSummary) -> list[Flowable]:
    """Return every reading that was typed instead of scanned: it stays marked for ever."""
    if not case.typed:
        return []
    rows = [
        (written_instant(line.at, case.zone, seconds=True), line.what, _people(line.people), str(line.readings))
        for line in case.typed
    ]
    columns = ("When", "Typed by hand instead of scanned", "By", "Readings")
    return [*heading("Typed by hand"), grid(columns, rows, (26, 44, 44, 16), size=8)]


def _arms(check: CheckWritten, zone: str) -> str:
    lines = [
        f"{number}. {_person(arm.person)}\n    {arm.read}, {written_instant(arm.closed_at, zone, seconds=True)}"
        for number, arm in enumerate(check.arms, start=1)
    ]
    return "\n".join(lines) or NOT_RECORDED


def _custody(case: CaseSummary) -> list[Flowable]:
    story: list[Flowable] = heading("Chain of custody")
    units = list(dict.fromkeys(line.unit for line in case.custody))
    if not units:
        return [*story, grid(("",), [], (1,))]
    for unit in units:
        rows = [_custody_row(line, case.zone) for line in case.custody if line.unit == unit]
        columns = ("When", "What", "By", "Where, to whom", "Relies on")
        story += [grid(columns, rows, (28, 36, 34, 34, 20), size=8, about=unit), gap(2)]
    return story


def _custody_row(line: CustodyWritten, zone: str) -> tuple[str, ...]:
    when = written_instant(line.at, zone)
    if line.happened_at is not None:
        when = f"{written_instant(line.happened_at, zone)}\nentered late {when}: {line.late_reason or NOT_RECORDED}"
    where = ", ".join(part for part in (line.place, f"to {line.to}" if line.to else "") if part)
    return when, line.what, _person(line.person), where, line.relied_on


def _clocks(case: CaseSummary) -> list[Flowable]:
    rows = [
        (
            "\n".join(part for part in (clock.title, clock.scope, clock.source) if part),
            _instant_or(clock.started_at, case.zone, "Not started"),
            _instant_or(clock.limit_at, case.zone, "None yet"),
            _instant_or(clock.ended_at, case.zone, "Not ended"),
            _clock_state(clock),
        )
        for clock in case.clocks
    ]
    return [
        *heading("Clocks"),
        grid(("Clock", "Started", "Limit", "Ended", "State"), rows, (38, 26, 26, 26, 28), size=8),
    ]


def _clock_state(clock: ClockWritten) -> str:
    return f"{clock.state}\nentered late" if clock.entered_late else clock.state


def _refusals(case: CaseSummary) -> list[Flowable]:
    rows = [
        (
            written_instant(line.at, case.zone, seconds=True),
            line.step,
            f"{line.sentence}\n{line.code}",
            _person(line.person),
            line.followed_by or NOT_RECORDED,
        )
        for line in case.refusals
    ]
    return [*heading("Refusals"), grid(("When", "Step", "Why", "Before", "Then"), rows, (26, 22, 50, 28, 28), size=8)]


def _labels(case: CaseSummary) -> list[Flowable]:
    rows = [
        (
            job.job,
            job.template,
            *(str(count) for count in (job.printed, job.applied, job.voided, job.destroyed, job.returned)),
            "yes" if job.reconciled else "NO",
        )
        for job in case.labels
    ]
    columns = ("Job", "Template", "Printed", "Applied", "Voided", "Destroyed", "Returned", "Agrees")
    return [*heading("Labels"), grid(columns, rows, (22, 30, 14, 14, 14, 17, 16, 14), size=8, bold_columns=(7,))]


def _deviations(case: CaseSummary) -> list[Flowable]:
    rows = [
        (written_instant(line.at, case.zone), line.kind, line.what, _people(line.people), line.state)
        for line in case.deviations
    ]
    columns = ("When", "Kind", "What", "Signed by", "State")
    return [*heading("Deviations, exceptions, discrepancies"), grid(columns, rows, (26, 24, 50, 34, 20), size=8)]


def _signatures(case: CaseSummary) -> list[Flowable]:
    rows = [
        (
            line.person.name,
            line.person.role,
            line.meaning,
            written_instant(line.at, case.zone, seconds=True),
            line.event,
        )
        for line in case.signatures
    ]
    columns = ("Name", "Role", "Meaning", "Signed at", "Event")
    return [*heading("Signatures"), grid(columns, rows, (32, 24, 34, 30, 34), size=8)]


def _verification(case: CaseSummary) -> list[Flowable]:
    verification = case.verification
    at = written_instant(verification.verified_at, case.zone, seconds=True)
    found = (
        f"The journal behind this document was verified {at}: {verification.events} events, every seal as it must be."
        if verification.sound
        else f"The journal behind this document is NOT verified ({at}): {verification.remark} Ask quality before use."
    )
    return [
        KeepTogether([*heading("Proof"), notice(found), gap(1), words(f"Head of the journal: {verification.head}", 8)])
    ]


def _instant_or(at: datetime | None, zone: str, otherwise: str) -> str:
    return otherwise if at is None else written_instant(at, zone)


def _person(person: PersonWritten) -> str:
    return f"{person.name}, {person.role}"


def _people(people: Iterable[PersonWritten]) -> str:
    return "\n".join(_person(person) for person in people) or NOT_RECORDED
