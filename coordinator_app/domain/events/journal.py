"""What the journal says of itself: epochs, clocks that moved or were read, sleep."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from coordinator_app.domain.event_body import Belongs, Body


class EpochOpened(Body, frozen=True):
    """The program started on a workstation; the first event of its stream."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    workstation: str
    site: str
    program: str
    parent: dict[str, str | int] = {}
    types: tuple[str, ...] = ()


class ClockStepped(Body, frozen=True):
    """The wall clock moved against the suspend-aware clock by `step_ms`."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    step_ms: int


class SleepNoticed(Body, frozen=True):
    """The machine slept for about `slept_ms`."""

    BELONGS: ClassVar[Belongs] = Belongs.LOG
    slept_ms: int


class ClockRead(Body, frozen=True):
    """A trusted clock was read: true time was `read_at`, right within `error_ms`, when this was recorded.

    `source` is people (two of them read an independent clock, each from an empty form) or hub. The workstation's
    intervals are anchored by it from there on.
    """

    BELONGS: ClassVar[Belongs] = Belongs.SITE
    read_at: datetime
    error_ms: int
    source: str = "people"
    people: tuple[str, ...] = ()
