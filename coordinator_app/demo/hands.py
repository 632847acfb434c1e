"""Hands on the bench: does with inputs what a person does at the screen, and stops at the first refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from coordinator_app.demo.cast import PEOPLE
from coordinator_app.domain.inputs import (
    Begun,
    Input,
    Opened,
    PinTyped,
    Pressed,
    PrintReported,
    Scanned,
    SignedOut,
    Stated,
    Submitted,
    WitnessCame,
)
from coordinator_app.domain.screens import Answer, PrintJob, Verdict, VerdictPage
from coordinator_app.procedures.bench import Bench
from coordinator_app.store.moment import ScriptedClock

BETWEEN_ACTS = timedelta(seconds=4)
"""How long a practised person takes from one scan to the next."""


class HandsStopped(RuntimeError):
    """The bench said no where the story goes on; the text names the input, the reason and the page."""


class Hands:
    """A person at one bench whose clock is scripted."""

    def __init__(self, bench: Bench, clock: ScriptedClock, print_to: Callable[[PrintJob], None] | None = None) -> None:
        """Take the bench as it stands."""
        self.bench = bench
        self.clock = clock
        self.print_to = print_to
        self.answer: Answer = bench.first()
        self.signed_in = ""
        self.labels: list[str] = []

    def do(self, received: Input) -> Answer:
        """Do one thing and require that it is not refused; print jobs are carried out and reported."""
        self.clock.advance(BETWEEN_ACTS)
        self.answer = self.bench.take(received)
        if self.answer.verdict is Verdict.REFUSED:
            raise HandsStopped(f"{received} was refused: {self.answer.reason} {self.answer.message} {self.answer.page}")
        for job in self.answer.jobs:
            if self.print_to is not None:
                self.print_to(job)
            self.answer = self.bench.take(PrintReported(job.job, delivered=True))
        return self.answer

    def sign_in(self, name: str) -> None:
        """Sign in as one of the cast, after whoever was there has left."""
        if self.signed_in == name:
            return
        if self.signed_in:
            self.do(SignedOut())
        self.badge_and_pin(name)
        self.signed_in = name

    def badge_and_pin(self, name: str) -> None:
        """Show the badge and type the PIN of one of the cast."""
        self.do(Scanned(PEOPLE[name].badge.encode()))
        self.do(PinTyped(PEOPLE[name].pin))

    def witness(self, name: str) -> None:
        """Let a second person sign in where one is asked for."""
        self.do(WitnessCame())
        self.badge_and_pin(name)

    def scan(self, *codes: str) -> None:
        """Scan these codes one after the other."""
        for code in codes:
            self.do(Scanned(code.encode()))

    def press(self, action: str) -> None:
        """Press a button."""
        self.do(Pressed(action))

    def go_on(self) -> None:
        """Leave a verdict page."""
        if isinstance(self.answer.page, VerdictPage):
            self.press("go_on")

    def fill(self, **values: str) -> None:
        """Fill in what is asked for and save it."""
        self.do(Submitted(values))

    def state(self, family: str, born: str) -> None:
        """Enter what the patient said."""
        self.do(Stated(family, born))

    def begin(self, step: str, case: str) -> None:
        """Begin a step of a case."""
        self.do(Begun(step, case))

    def open(self, what: str) -> None:
        """Go to a tab or a case."""
        self.do(Opened(what))

    def pin(self) -> None:
        """Type the PIN of the person signed in, to sign."""
        self.do(PinTyped(PEOPLE[self.signed_in].pin))

    def apply_labels(self, case: str) -> None:
        """Scan back and apply every label that is waiting, copy by copy."""
        record = self.bench.work.case(case)
        while True:
            label = next((each for each in record.labels.values() if each.state in {"fed", "verified"}), None)
            if label is None:
                return
            self.labels.append(label.expected)
            self.scan(f"]d1{label.expected}")
            record = self.bench.work.case(case)
