"""Recording that the program said no: a refused scan is an event too."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.ids import UNKNOWN_PERSON_KEY
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Say
from coordinator_app.procedures.reading import CodeRead, evidence_of
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
