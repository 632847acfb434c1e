"""Every reason to say no, worded: what it is, why, and the one thing to do next."""

from __future__ import annotations

from coordinator_app.domain.refusal import Refusal
from coordinator_app.ui.wording.reasons.codes import CodeReasons
from coordinator_app.ui.wording.reasons.identity import IdentityReasons
from coordinator_app.ui.wording.reasons.parts import PartReasons
from coordinator_app.ui.wording.reasons.product import ProductReasons
from coordinator_app.ui.wording.reasons.reason_text import ReasonText
from coordinator_app.ui.wording.reasons.site import SiteReasons

__all__ = ["ReasonText", "all_reasons"]


def all_reasons() -> dict[Refusal, ReasonText]:
    """Return the words of every refusal, in the language that is set now."""
    found: dict[Refusal, ReasonText] = {}
    for family in (IdentityReasons, ProductReasons, SiteReasons, CodeReasons, PartReasons):
        found |= {reason: ReasonText(*said) for reason, said in family().texts().items()}
    return found
