"""A trial's profile: identifiers, units, steps, checks, clocks, gates and labels, and how it is read from its text."""

from __future__ import annotations

from coordinator_app.domain.profile_parts import (
    ClockRule,
    Fault,
    FormatKind,
    GateRule,
    IdentifierFormat,
    IdentifierRule,
    LabelRule,
    Narrowed,
    Profile,
    StepRule,
    UnitRule,
)
from coordinator_app.domain.profile_text import read_profile

__all__ = [
    "ClockRule",
    "Fault",
    "FormatKind",
    "GateRule",
    "IdentifierFormat",
    "IdentifierRule",
    "LabelRule",
    "Narrowed",
    "Profile",
    "StepRule",
    "UnitRule",
    "read_profile",
]
