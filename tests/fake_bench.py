"""A small real bench without store and rules: it remembers what it was asked and on which thread, and answers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import msgspec

from coordinator_app.domain.inputs import Input, Pressed, PrintReported, Scanned, Ticked, Typed
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import (
    ActionShown,
    Answer,
    ClockShown,
    ExchangeShown,
    Frame,
    GuidedPage,
    NeutralBanner,
    PaperMade,
    PaperPage,
    PersonShown,
    PrintJob,
    Say,
    SignInPage,
    Tone,
    Verdict,
)

FRAME = Frame("Ward 4B · cart 2", "Europe/Paris", None, ExchangeShown("off"), "today", demonstration=True)
NURSE = PersonShown("OKAFOR", "Ngozi", "nurse")
CLOCK = ClockShown(
    wall_name="HERON · bag 1 · bed 4",
    title="infusion",
    state="running",
    tone=Tone.IN_TIME,
    remaining_ms=1_700_000,
    read_at_ns=0,
    deadline=datetime(2026, 3, 1, 14, 31, tzinfo=UTC) + timedelta(days=3650),
    earliest=None,
    ends="administration_completed",
    source="profile",
    why="",
    case="case:1",
    clock="thaw",
)
SIGN_IN = SignInPage("sign_in", "badge", (CLOCK,), actions=(ActionShown("paper", key="F9"),))


class FakeBenchBroke(Exception):
    """Stands for a disk error under the store."""


class FakeBench:
    """Answers a scan after `slow_s`; the scan `BREAK` breaks the store, `PRINT` prints, `FAULTY` is refused."""

    def __init__(self, slow_s: float = 0.0, printer: str = "folder") -> None:
        self.slow_s = slow_s
        self.printer = printer
        self.made_on = threading.get_ident()
        self.asked: list[Input] = []
        self.last = Answer(Verdict.ACCEPTED, FRAME, SIGN_IN)
        self.closed_on: int | None = None
        self.threads: set[int | None] = set()

    def first(self) -> Answer:
        return self.last

    def take(self, input: Input) -> Answer:
        self.asked.append(input)
        self.threads.add(threading.get_ident())
        if isinstance(input, Ticked | PrintReported):
            return self.last
        answer = self._answer(input)
        self.last = msgspec.structs.replace(answer, jobs=())
        return answer

    def _answer(self, input: Input) -> Answer:
        if isinstance(input, Scanned):
            threading.Event().wait(self.slow_s)
            return self._scanned(input)
        if isinstance(input, (Pressed, Typed)):
            return Answer(Verdict.ACCEPTED, msgspec.structs.replace(FRAME, person=NURSE), guided(repr(input)))
        return Answer(Verdict.ACCEPTED, FRAME, SIGN_IN)

    def paper(self) -> PaperMade:
        if self.printer == "BREAK":
            raise FakeBenchBroke("nothing can be read")
        back = ActionShown("back", primary=True, key="F12")
        job = PrintJob("job:2", self.printer, "paper", 1, b"%PDF-1.4 paper", "paper.pdf")
        return PaperMade(PaperPage(Say("paper.title"), ("HERON", "14:31 CET"), "paper.pdf", (back,)), (job,))

    def close(self) -> None:
        self.closed_on = threading.get_ident()

    def scans(self) -> list[Scanned]:
        return [asked for asked in self.asked if isinstance(asked, Scanned)]

    def people(self) -> list[Input]:
        return [asked for asked in self.asked if not isinstance(asked, Ticked)]

    def _scanned(self, scanned: Scanned) -> Answer:
        if scanned.raw.endswith(b"BREAK"):
            raise FakeBenchBroke("MUSTERMANN 1970-01-01 could not be written")
        if scanned.raw.endswith(b"FAULTY"):
            return Answer(Verdict.REFUSED, FRAME, guided("refused"), reason=Refusal.CODE_NOT_RECOGNISED)
        if scanned.raw.startswith(b"BADGE"):
            return Answer(Verdict.ACCEPTED, msgspec.structs.replace(FRAME, person=NURSE), guided("signed_in"))
        jobs: tuple[PrintJob, ...] = ()
        if scanned.raw.endswith(b"PRINT"):
            jobs = (PrintJob("job:1", self.printer, "label", 1, b"%PDF-1.4 label", "label.pdf"),)
        return Answer(Verdict.ACCEPTED, FRAME, guided("scanned"), jobs=jobs)


def guided(what: str) -> GuidedPage:
    """Return a page of the guided procedure with three actions."""
    return GuidedPage(
        banner=NeutralBanner("HERON · bag 1", "AB12"),
        title=Say(what),
        marks=(),
        drawing="bag",
        instruction=Say("scan_bag"),
        hint=None,
        already=(),
        clock=None,
        actions=(
            ActionShown("abort", danger=True, key="F8"),
            ActionShown("damaged", key="F6"),
            ActionShown("paper", key="F9"),
        ),
    )
