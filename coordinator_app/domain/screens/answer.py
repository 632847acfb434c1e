"""What the bench answers to one thing a person did: verdict, page, and what is to be printed."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens.frame import Frame
from coordinator_app.domain.screens.pages import Page, PaperPage
from coordinator_app.domain.screens.parts import Say, Verdict


class PrintJob(Struct, frozen=True):
    """One file for one printer; the desk carries it out and reports back with `PrintReported`."""

    job: str
    printer: str
    kind: str
    pages: int
    content: bytes
    file_name: str


class PaperMade(Struct, frozen=True):
    """The paper sheet got out after a fault: to read on the screen, and what goes to the printer."""

    page: PaperPage
    jobs: tuple[PrintJob, ...] = ()


class Answer(Struct, frozen=True):
    """What the bench says to one thing a person did."""

    verdict: Verdict
    frame: Frame
    page: Page
    reason: Refusal | None = None
    message: Say | None = None
    events: tuple[str, ...] = ()
    jobs: tuple[PrintJob, ...] = ()
