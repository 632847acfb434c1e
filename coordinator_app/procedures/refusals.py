"""Recording that the program said no: a refused scan is an event too."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.event_body import Body
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.procedures.reading import CodeRead, evidence_of
from coordinator_app.procedures.sitting import Sitting
from coordinator_app.procedures.workplace import Workplace


def code_message(code: CodeRead, reason: Refusal) -> Say:
    """Return the sentence for a refused code; the reader's own sentence where it refused the code itself."""
    if code.refused is not None and code.refused.reason is reason:
        return Say("refusal.code", {"sentence": code.refused.message, "reason": reason.value})
    return Say(f"refusal.{reason.value}")


def record_unused_scan(work: Workplace, code: CodeRead, reason: Refusal, actor: str | None) -> None:
    """Record a refused scan that belongs to no case."""
    key = UNKNOWN_PERSON_KEY
    work.record(
        e.ScanNotUsed(reason=reason.value, raw=code.raw.hex()),
        subject=f"site:{work.store.site.removeprefix('site:')}", actor=actor, key=key,
        evidence=(evidence_of(work, code, "unknown", 0, key),),
    )  # fmt: skip


def refuse_same_person(run: Sitting) -> None:
    """Refuse a person who is asked for as somebody else, and record it: on the case, or on the site outside one."""
    reason = Refusal.SAME_PERSON_TWICE
    run.refuse(reason)
    case, step = getattr(run, "case_id", ""), getattr(run, "step", None)
    if case and step is not None:
        body: Body = e.ScanRefused(case=case, step=step.name, reason=reason.value)
        run.work.record(body, subject=case, actor=run.actor)
        return
    site = f"site:{run.work.store.site.removeprefix('site:')}"
    run.work.record(e.ScanNotUsed(reason=reason.value), subject=site, actor=run.actor)
