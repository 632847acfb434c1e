"""Whether an alarm of this workstation can be heard at all, as far as its system tells."""

from __future__ import annotations

from enum import StrEnum


class Loudness(StrEnum):
    """What the system says of its output. `UNKNOWN`: it tells nothing, so only ears can."""

    HEARD = "heard"
    MUTED = "muted"
    ZERO = "zero"
    UNKNOWN = "unknown"

    @property
    def is_silent(self) -> bool:
        """Say whether it is certain that nothing will be heard."""
        return self in (Loudness.MUTED, Loudness.ZERO)
