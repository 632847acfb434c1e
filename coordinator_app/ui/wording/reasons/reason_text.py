"""The three texts of one refusal."""

from __future__ import annotations

from msgspec import Struct


class ReasonText(Struct, frozen=True):
    """Templates: a title seen from across the room, one sentence that says why, one next step."""

    title: str
    sentence: str
    next_step: str


Said = tuple[str, str, str]
"""Title, sentence and next step as they are written down."""
