"""The identity check: what was scanned and said, and how it ended."""

from __future__ import annotations

from typing import ClassVar

from coordinator_app.domain.event_body import Body


class CheckOpened(Body, frozen=True):
    """An identity check was begun for one step of one case."""

    case: str
    check: str
    step: str
    arms: int


class ScanAccepted(Body, frozen=True):
    """A scan was what the open step asked for; the reading is in the evidence."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"raw"})
    case: str
    check: str
    object: str
    raw: str = ""


class CodeTyped(Body, frozen=True):
    """Two people typed the same damaged code outside a check, each alone; both typings are in the evidence."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"raw"})
    case: str
    step: str
    object: str
    people: tuple[str, ...]
    unit: str = ""
    raw: str = ""


class ThingScanned(Body, frozen=True):
    """A place, seal, logger, courier's card or box that the step needs was scanned, and no act of the step names it."""

    case: str
    step: str
    object: str
    shown: str
    unit: str = ""


class ScanRefused(Body, frozen=True):
    """A scan or an act was refused, and why. `read` and `expected` are sealed: they may identify a person."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"raw", "read", "expected"})
    case: str
    step: str
    reason: str
    check: str = ""
    object: str = ""
    unit: str = ""
    raw: str = ""
    read: str = ""
    expected: str = ""


class ArmClosed(Body, frozen=True):
    """One person has finished their arm of a check; what the patient said is sealed."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"stated_family", "stated_born", "stated_number"})
    case: str
    check: str
    arm: int
    unit: str = ""
    stated_family: str = ""
    stated_born: str = ""
    stated_number: str = ""


class IdentityConfirmed(Body, frozen=True):
    """The gate confirmed: this patient, this unit, this step, by these people. Only the gate makes it."""

    MUST: ClassVar[bool] = True
    case: str
    check: str
    step: str
    people: tuple[str, ...]
    unit: str = ""
    objects: tuple[str, ...] = ()
    typed: int = 0


class CheckEnded(Body, frozen=True):
    """A check ended without confirming: mismatch, abandoned, interrupted, expired."""

    case: str
    check: str
    step: str
    reason: str
    unit: str = ""
