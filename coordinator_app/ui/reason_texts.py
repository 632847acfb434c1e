"""Words a refusal: a title, one sentence that says why, and the one next step."""

from __future__ import annotations

from collections.abc import Mapping

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.filling import fill
from coordinator_app.ui.wording.reasons import ReasonText
from coordinator_app.ui.wording.texts import reasons
from coordinator_app.ui.wording.values import Spoken

__all__ = ["ReasonText", "reason_text"]


def reason_text(reason: Refusal, values: Mapping[str, str] | None = None) -> ReasonText:
    """Return the three texts of a refusal, filled with what is known: phones, what it is about, the wall name."""
    spoken = Spoken(values or {})
    said = reasons()[reason.value]
    return ReasonText(fill(said.title, spoken), fill(said.sentence, spoken), fill(said.next_step, spoken))
