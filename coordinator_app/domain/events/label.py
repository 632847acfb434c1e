"""A label from draft to its end."""

from __future__ import annotations

from coordinator_app.domain.event_body import Body


class LabelDrafted(Body, frozen=True):
    """One copy of a label was made ready: its own serial and the exact bytes its main symbol must give back."""

    case: str
    label: str
    job: str
    unit: str
    template: str
    serial: str
    copy_number: int
    expected: str
    reprint_of: str = ""
    reason: str = ""


class LabelSent(Body, frozen=True):
    """A print job went to a printer."""

    case: str
    job: str
    printer: str
    labels: tuple[str, ...]


class LabelFed(Body, frozen=True):
    """The printer reported the job as printed."""

    case: str
    job: str
    labels: tuple[str, ...]


class LabelVerified(Body, frozen=True):
    """The label just printed was scanned and gave exactly the expected bytes."""

    case: str
    label: str
    job: str


class LabelApplied(Body, frozen=True):
    """The label was scanned on the object it belongs to."""

    case: str
    label: str
    job: str
    unit: str


class LabelEnded(Body, frozen=True):
    """The label will not be used: voided, destroyed or returned."""

    case: str
    label: str
    job: str
    how: str
    reason: str


class LabelJobClosed(Body, frozen=True):
    """Printed = applied + voided + destroyed + returned."""

    case: str
    job: str
    printed: int
    applied: int
    voided: int
    destroyed: int
    returned: int
