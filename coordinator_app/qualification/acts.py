"""What each word of `do` does at the bench, as a person would: verdicts are left by hand, labels are printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from coordinator_app.domain.inputs import (
    Begun,
    Input,
    Locked,
    Opened,
    PinTyped,
    Pressed,
    PrintReported,
    Scanned,
    SignedOut,
    Stated,
    Ticked,
    Typed,
    WitnessCame,
)
from coordinator_app.domain.screens import Answer, CasePage, SignInPage, Verdict, VerdictPage
from coordinator_app.labels.printers import Delivered, FolderPrinter, send
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.people import by_badge
from coordinator_app.procedures.reading import read_code
from coordinator_app.qualification.scratch import Scratch
from coordinator_app.qualification.script import Step
from coordinator_app.qualification.values import duration_of, step_of

BETWEEN_STEPS = timedelta(seconds=3)
"""What a practised person needs from one step to the next; a wristband and a bag are never read closer than 1 s."""
ASLEEP = timedelta(minutes=1)
"""How long a suspended workstation sleeps; `wait` makes it longer."""
ACTING = frozenset({"sign_in", "witness", "begin", "scan", "state", "type"})
"""Words before which a person first leaves a verdict that still stands on the screen."""


class Hands:
    """Somebody at the bench of a scratch site, doing one step of a script after the other."""

    def __init__(self, scratch: Scratch) -> None:
        """Look at the first screen."""
        self.scratch = scratch
        self.answer: Answer = scratch.bench.first()
        self.remarks: list[str] = []

    def do(self, step: Step) -> Answer:
        """Do one step and return what came of it: the first refusal, or the answer to the last thing done.

        Raises LabelNotDrafted when the step speaks of a label that is not there.
        """
        self.scratch.clock.advance(BETWEEN_STEPS)
        if step.do in ACTING or self._is_elsewhere(step):
            self._leave_verdict()  # which may print the very label that the step speaks of
        fields = {key: filled.text(self.scratch.labels) for key, filled in step.fields.items()}
        _ACTS[step.do](self, fields)
        return self.answer

    def take(self, *inputs: Input) -> None:
        """Do these things one after the other, as long as none is refused."""
        for each in inputs:
            self.answer = self._print(self.scratch.bench.take(each))
            if self.answer.verdict is Verdict.REFUSED:
                return

    def unmoved(self) -> None:
        """Let the bench look at the clocks; that is no answer to anything a person did."""
        looked = self.scratch.bench.take(Ticked())
        self.answer = replace(self._print(looked), verdict=Verdict.ACCEPTED, reason=None, message=None)

    @property
    def asks_for_person(self) -> bool:
        """Whether the screen waits for somebody's badge or PIN."""
        return isinstance(self.answer.page, SignInPage)

    def _is_elsewhere(self, step: Step) -> bool:
        """Say whether a button is not on the verdict that stands on the screen, but behind it."""
        page = self.answer.page
        if step.do != "press" or not isinstance(page, VerdictPage):
            return False
        return step.fields["action"].known not in {action.id for action in page.actions}

    def _leave_verdict(self) -> None:
        for _ in range(3):  # a verdict may lead to another one, never to many
            if not isinstance(self.answer.page, VerdictPage):
                return
            self.take(Pressed("go_on"))

    def _print(self, answer: Answer) -> Answer:
        """Carry print jobs to the scratch site's folder and report; a refusal of the step itself stays its answer."""
        jobs = list(answer.jobs)
        while jobs:
            job = jobs.pop(0)
            came = send(job.content, FolderPrinter(str(self.scratch.printed)), job.file_name)
            delivered = isinstance(came, Delivered)
            detail = came.where if isinstance(came, Delivered) else came.reason
            told = self.scratch.bench.take(PrintReported(job.job, delivered, detail))
            jobs += told.jobs
            answer = told if answer.verdict is Verdict.ACCEPTED else replace(answer, page=told.page, frame=told.frame)
        return answer


def _sign_in(hands: Hands, fields: dict[str, str]) -> None:
    bench = hands.scratch.bench
    if bench.present is not None:
        staff = by_badge(bench.work, read_code(bench.work, _scan(fields["badge"])).codes)
        same = staff is not None and staff.person == bench.present.person
        # The same person once more is a break in presence; another one means that this one leaves.
        hands.take(Locked("asked") if same else SignedOut())
    hands.take(_scan(fields["badge"]), PinTyped(fields["pin"]))


def _witness(hands: Hands, fields: dict[str, str]) -> None:
    hands.take(WitnessCame(), _scan(fields["badge"]), PinTyped(fields["pin"]))


def _begin(hands: Hands, fields: dict[str, str]) -> None:
    if "case" in fields:
        hands.take(Begun(fields["step"], fields["case"]))
        return
    held = hands.scratch.bench.in_hand
    if held is not None and not (isinstance(held.sitting, Run) and held.sitting.in_check) and not hands.asks_for_person:
        hands.take(Opened("today"))
    hands.take(_scan_of(fields))
    step = fields.get("step")
    page = hands.answer.page
    if step and isinstance(page, CasePage) and hands.answer.verdict is not Verdict.REFUSED:
        hands.take(Begun(step, page.case))


def _suspend(hands: Hands, fields: dict[str, str]) -> None:
    hands.take(Locked("suspend"))
    hands.scratch.clock.advance(ASLEEP)
    hands.unmoved()


def _reboot(hands: Hands, fields: dict[str, str]) -> None:
    hands.answer = hands.scratch.start_again()


def _set_clock(hands: Hands, fields: dict[str, str]) -> None:
    hands.scratch.step_wall(step_of(fields["by"]) or timedelta(0))
    hands.unmoved()


def _wait(hands: Hands, fields: dict[str, str]) -> None:
    hands.scratch.clock.advance(duration_of(fields["for"]) or timedelta(0))
    hands.unmoved()


def _network(hands: Hands, fields: dict[str, str]) -> None:
    hands.remarks.append("The workstation has no hub to be cut off from: 'offline' and 'online' changed nothing.")


def _nothing(hands: Hands, fields: dict[str, str]) -> None:
    """Leave everything as it stands: only looking."""


def _scan(code: str, scanner: str = "scanner-1") -> Scanned:
    return Scanned(code.encode(), scanner)


def _scan_of(fields: dict[str, str]) -> Scanned:
    raw = bytes.fromhex(fields["hex"]) if "hex" in fields else fields["text"].encode()
    return Scanned(raw, fields.get("scanner", "scanner-1"))


_ACTS: dict[str, Callable[[Hands, dict[str, str]], None]] = {
    "sign_in": _sign_in,
    "witness": _witness,
    "sign_out": lambda hands, fields: hands.take(SignedOut()),
    "lock": lambda hands, fields: hands.take(Locked("asked")),
    "suspend": _suspend,
    "reboot": _reboot,
    "offline": _network,
    "online": _network,
    "begin": _begin,
    "scan": lambda hands, fields: hands.take(_scan_of(fields)),
    "state": lambda hands, fields: hands.take(Stated(fields["family"], fields["born"], fields.get("given", ""))),
    "type": lambda hands, fields: hands.take(Typed(fields["text"], fields["into"])),
    "press": lambda hands, fields: hands.take(Pressed(fields["action"])),
    "wait": _wait,
    "set_clock": _set_clock,
    "expect": _nothing,
}
