"""Why a step may not begin: one reason, and a running clock that holds steps back."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.vocabulary import ClockState


class Block(Struct, frozen=True):
    """One reason not to begin: the code, what it is about, and the sentence's figure and source where there is one."""

    reason: Refusal
    about: str = ""
    source: str = ""


class ClockBlock(Struct, frozen=True):
    """A running clock that blocks steps: its name, title, state, scope and source."""

    clock: str
    title: str
    state: ClockState
    unit: str
    blocks: tuple[str, ...]
    source: str
