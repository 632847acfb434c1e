"""What stands in the way and what watches: holds, discrepancies, deviations, exceptions, alarms, open procedures."""

from __future__ import annotations

from typing import ClassVar

from coordinator_app.domain.event_body import Body


class HoldPlaced(Body, frozen=True):
    """The case is on hold."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    MUST: ClassVar[bool] = True
    case: str
    reason: str


class HoldLifted(Body, frozen=True):
    """A signed decision lifted the hold; refs name the hold."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason"})
    MUST: ClassVar[bool] = True
    case: str
    reason: str


class DiscrepancyFound(Body, frozen=True):
    """Two recorded facts contradict each other; refs name them."""

    MUST: ClassVar[bool] = True
    case: str
    kind: str
    unit: str = ""


class DiscrepancyResolved(Body, frozen=True):
    """A signed resolution that names every event it settles in refs."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"resolution"})
    MUST: ClassVar[bool] = True
    case: str
    resolution: str


class DeviationReported(Body, frozen=True):
    """Something off protocol happened, reported by a person or proposed by the program.

    `unit` is the unit it is about first of all; `affected` the ids of every unit and shipment it touches. `photos` are
    attachments by their SHA-256 (`formats.md` §1.1).
    """

    SEALED: ClassVar[frozenset[str]] = frozenset({"what", "immediate_action", "sponsor_reference"})
    case: str
    deviation: str
    kind: str
    what: str = ""
    unit: str = ""
    immediate_action: str = ""
    proposed_by_program: bool = False
    affected: tuple[str, ...] = ()
    classification: str = ""
    sponsor_reference: str = ""
    photos: tuple[str, ...] = ()


class DeviationAssessed(Body, frozen=True):
    """A named person confirmed or rejected what the program proposed, or said more about a deviation.

    `judgement` is confirmed, rejected or empty; what is empty says nothing about its field.
    """

    SEALED: ClassVar[frozenset[str]] = frozenset({"immediate_action", "sponsor_reference", "reason"})
    case: str
    deviation: str
    judgement: str = ""
    classification: str = ""
    affected: tuple[str, ...] = ()
    immediate_action: str = ""
    sponsor_reference: str = ""
    reason: str = ""
    photos: tuple[str, ...] = ()


class DeviationClosed(Body, frozen=True):
    """A named person closed a deviation."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"conclusion"})
    case: str
    deviation: str
    conclusion: str


class ExceptionAuthorised(Body, frozen=True):
    """A physician and a pharmacist took named refusals upon themselves, once, for one unit and one step.

    An empty `unit` is the whole step, where it knows no unit yet. `person` is whose missing training or delegation is
    among them: it covers nobody else's.
    """

    SEALED: ClassVar[frozenset[str]] = frozenset({"reason", "sponsor"})
    MUST: ClassVar[bool] = True
    case: str
    exception: str
    step: str
    unit: str
    reasons: tuple[str, ...]
    reason: str
    sponsor: str
    physician: str
    pharmacist: str
    person: str = ""


class PhoneChecked(Body, frozen=True):
    """Two people heard from the pharmacy by phone how the case stands, because the news here were too old."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"spoken_with", "said"})
    case: str
    step: str
    people: tuple[str, ...]
    spoken_with: str = ""
    said: str = ""


class ProcedureParked(Body, frozen=True):
    """A running procedure was put aside; scanning its object brings it back."""

    case: str
    step: str
    unit: str = ""


class ProcedureInterrupted(Body, frozen=True):
    """The program ended while this procedure was open; it is listed, never resumed inside a check."""

    case: str
    step: str
    unit: str = ""
    check: str = ""


class AlarmRaised(Body, frozen=True):
    """An alarm began: which clock, at which level."""

    case: str
    alarm: str
    level: str
    clock: str
    scope: str


class AlarmAcknowledged(Body, frozen=True):
    """A named person answered an alarm with a comment; it is not thereby resolved."""

    SEALED: ClassVar[frozenset[str]] = frozenset({"comment"})
    case: str
    alarm: str
    comment: str


class AlarmResolved(Body, frozen=True):
    """What the alarm was about is over."""

    case: str
    alarm: str


class RecordSigned(Body, frozen=True):
    """A person's signature with its meaning over the event named in refs; `psig` is made by the person's own key."""

    MUST: ClassVar[bool] = True
    case: str
    meaning: str


class PaperSheetPrinted(Body, frozen=True):
    """The paper sheet of the running case was printed."""

    case: str
    step: str = ""
