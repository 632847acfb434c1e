"""The site looks at itself: what was refused, typed, repeated, late and printed again, by week and by trial.

It counts acts and never people: no name, badge or id of a person is read here, and none can be ranked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.typed_readings import readings_typed

REPEATED = frozenset({Refusal.STALE_SCAN.value, Refusal.PROXY_SUSPECTED.value, Refusal.STATED_DIFFERS.value})
"""Refusals after which somebody does their arm of a check again."""


class AuditWeek(Struct, frozen=True):
    """One trial in one ISO week (`2026-W09`, in the site's zone).

    `median_s` is the median of the seconds that a check took which confirmed; `late` counts clocks that were not kept,
    `entered_late` what was written down afterwards.
    """

    week: str
    trial: str
    checks: int
    median_s: int | None
    refused: int
    typed: int
    repeated: int
    late: int
    entered_late: int
    reprints: int
    exceptions: int


class AuditReason(Struct, frozen=True):
    """How often one reason was given for a refusal, in one trial and one ISO week."""

    week: str
    trial: str
    reason: str
    count: int


class SelfAudit(Struct, frozen=True):
    """Everything counted, the newest week first."""

    weeks: tuple[AuditWeek, ...]
    reasons: tuple[AuditReason, ...]


def week_of(at: datetime, zone: str) -> str:
    """Return the ISO week of an instant in the site's zone, as `2026-W09`."""
    year, week, _ = at.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02d}"


def self_audit(cases: Iterable[CaseRecord], zone: str) -> SelfAudit:
    """Count what is on the record of these cases."""
    counts: Counter[tuple[str, str, str]] = Counter()
    reasons: Counter[tuple[str, str, str]] = Counter()
    seconds: dict[tuple[str, str], list[float]] = {}
    for case in cases:
        for recorded in case.recorded:
            week = week_of(recorded.at, zone)
            for what in _counted(recorded):
                counts[week, case.profile, what] += 1
            if isinstance(recorded.body, e.ScanRefused):
                reasons[week, case.profile, recorded.body.reason] += 1
        for check in case.checks.values():
            if check.outcome == "confirmed" and check.ended_at is not None:
                key = (week_of(check.at, zone), case.profile)
                seconds.setdefault(key, []).append((check.ended_at - check.at).total_seconds())
    keys = sorted({(week, trial) for week, trial, _ in counts} | set(seconds), reverse=True)
    weeks = tuple(_week(week, trial, counts, seconds.get((week, trial), [])) for week, trial in keys)
    return SelfAudit(weeks, tuple(AuditReason(*key, count) for key, count in sorted(reasons.items(), key=_newest)))


def _newest(item: tuple[tuple[str, str, str], int]) -> tuple[int, int, str, int, str]:
    (week, trial, reason), count = item
    year, number = week.split("-W")
    return -int(year), -int(number), trial, -count, reason


def _counted(recorded: Recorded) -> tuple[str, ...]:
    """Return what one event counts as."""
    found = ["entered_late"] if recorded.happened_at is not None else []
    match recorded.body:
        case e.ScanRefused() as body:
            found.append("refused")
            if body.check and body.reason in REPEATED:
                found.append("repeated")
        case e.ScanAccepted() | e.CodeTyped() | e.IdentifierLinked() | e.OrderRecorded():
            found += ["typed"] * readings_typed(recorded)
        case e.LabelDrafted() as body if body.reprint_of:
            found.append("reprints")
        case e.DeviationReported() as body if body.kind == "late" and body.proposed_by_program:
            found.append("late")
        case e.ExceptionAuthorised():
            found.append("exceptions")
        case _:
            pass
    return tuple(found)


def _week(
    week: str, trial: str, counts: Counter[tuple[str, str, str]], seconds: list[float]
) -> AuditWeek:  # fmt: skip
    def of(what: str) -> int:
        return counts[week, trial, what]

    return AuditWeek(
        week=week, trial=trial, checks=len(seconds), median_s=round(median(seconds)) if seconds else None,
        refused=of("refused"), typed=of("typed"), repeated=of("repeated"), late=of("late"),
        entered_late=of("entered_late"), reprints=of("reprints"), exceptions=of("exceptions"),
    )  # fmt: skip
