"""What is in hand at the bench, what is put aside until its object is scanned again, and forms left half filled in."""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Input
from coordinator_app.domain.screens import Page
from coordinator_app.procedures.drafts import Drafts
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.found_site import found_site
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.places import is_place
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.workplace import Workplace


class InHand(Struct):
    """A procedure under way: its generator, whose sitting it is, and the page it shows."""

    sitting: Sitting
    flow: Flow[object]
    page: Page
    then: str = "today"


class AtHand:
    """The procedures of one workstation: one in hand, others put aside, and the page that is shown beneath."""

    def __init__(self, work: Workplace, live: LiveExchange) -> None:
        """Begin with nothing in hand."""
        self.work = work
        self.live = live
        self.held: InHand | None = None
        self.aside: dict[str, InHand] = {}
        self.showing = "today"
        self._drafts: Drafts[InHand] = Drafts()

    def close(self) -> None:
        """Put down everything; what was open in a check is recorded as interrupted at the next start."""
        for held in (*self.aside.values(), *self._drafts.each(), *((self.held,) if self.held else ())):
            held.flow.close()

    @property
    def run(self) -> Run | None:
        """The step of a case that is in hand, None where it is a form or nothing."""
        return self.held.sitting if self.held is not None and isinstance(self.held.sitting, Run) else None

    @property
    def in_check(self) -> bool:
        """Whether an identity check is open."""
        return self.run is not None and self.run.in_check

    def case_in_view(self) -> str | None:
        """Return the case whose step or page is on the screen."""
        if self.run is not None:
            return self.run.case_id
        return self.showing if self.showing.startswith("case:") else None

    def sitting_or(self, sitting: Sitting) -> Sitting:
        """Return the sitting of what is in hand, or this one."""
        return self.held.sitting if self.held is not None else sitting

    def start(self, sitting: Sitting, flow: Flow[object], then: str) -> None:
        """Take a procedure in hand; one that ends at once leaves nothing."""
        try:
            page = next(flow)
        except (StopIteration, Ended):
            self.held = None
            return
        self.held = InHand(sitting, flow, page, then)

    def start_founding(self) -> Sitting:
        """Take the founding of a site in hand."""
        sitting = Sitting(self.work, None)
        self.start(sitting, found_site(sitting), "today")
        return sitting

    def send(self, received: Input) -> Sitting:
        """Let the procedure in hand take an input."""
        held = self.held
        assert held is not None  # noqa: S101 - the caller has looked
        try:
            held.page = held.flow.send(received)
        except (StopIteration, Ended) as over:
            self._finish(held, over)
        return held.sitting

    def abort(self, held: InHand) -> Sitting:
        """End a procedure where it stands."""
        held.sitting.settle()
        try:
            held.page = held.flow.throw(Ended())
        except (StopIteration, Ended) as over:
            self._finish(held, over)
        return held.sitting

    def leave_form(self, held: InHand) -> None:
        """End a form whose author goes elsewhere; only who is called away finds it again."""
        self.abort(held)
        self.held = None

    def _finish(self, held: InHand, over: BaseException) -> None:
        self.held = None
        self.showing = held.then if is_place(held.then) else "today"
        if isinstance(over, StopIteration) and isinstance(over.value, str) and over.value.startswith("case:"):
            self.showing = over.value
        if isinstance(held.sitting, Run):
            self.aside.pop(held.sitting.key(), None)
        if not self.work.site.founded and not self.live.joins_site:
            # A set-up that was left is begun anew: nobody could sign in at a site that does not exist.
            self.start_founding()

    def put_aside(self) -> None:
        """Park what is in hand; scanning its object brings it back. A check is ended, a form kept for its author."""
        held = self.held
        if held is not None and self.in_check:
            self.abort(held)
        held, self.held = self.held, None
        if held is None:
            return
        if isinstance(held.sitting, Run) and held.sitting.at_the_door:
            # Nothing was begun; what stands against it is asked anew when somebody begins it again.
            held.flow.close()
            return
        if not isinstance(held.sitting, Run):
            self._drafts.keep(held.sitting.actor or "", held)
            return
        run = held.sitting
        self.aside[run.key()] = held
        self.work.record(
            e.ProcedureParked(case=run.case_id, step=run.step.name, unit=run.unit_id), subject=run.case_id,
            actor=run.performer.person, role=run.performer.role,
        )  # fmt: skip
        self.showing = "today"

    def take_up(self, held: InHand, person: Present) -> None:
        """Go on with what was put aside."""
        self.aside = {key: each for key, each in self.aside.items() if each is not held}
        held.sitting.performer = person
        held.sitting.settle()
        self.held = held

    def give_back(self, person: str) -> None:
        """Give somebody the form they were called away from."""
        if self.held is None:
            self.held = self._drafts.give_back(person)
