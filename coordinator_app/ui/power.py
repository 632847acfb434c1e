"""How the workstation is powered, as the window is told."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Power(Struct, frozen=True):
    """The battery's charge in percent and whether the mains is plugged in."""

    percent: int
    on_mains: bool


PowerPort = Callable[[], Power | None]
"""Asked each time a page is shown; None where there is no battery to speak of."""
