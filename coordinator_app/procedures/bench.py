"""The bench: one workstation's screen as a state that takes inputs and gives answers.

Windows, qualification scripts and tests all drive this; it holds who is signed in, which procedure is in hand, which
are put aside, and which page is shown. One input is one transaction: `take` commits before it answers.
"""

from __future__ import annotations

from msgspec import Struct

from coordinator_app.domain import events as e
from coordinator_app.domain.break_glass import GlassRecord
from coordinator_app.domain.inputs import (
    BackupReported,
    Begun,
    HubReported,
    Input,
    Locked,
    Opened,
    Pressed,
    PrintReported,
    Scanned,
    SignedOut,
    Submitted,
    Ticked,
    WitnessCame,
)
from coordinator_app.domain.readiness import CHECK_ANEW, person_blocks
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import (
    Answer,
    Frame,
    Page,
    PaperMade,
    PrintJob,
    SignInPage,
)
from coordinator_app.procedures import lists, opening
from coordinator_app.procedures.around_page import AtTheBench, around_page
from coordinator_app.procedures.backups import BackupPlan, Backups, Errand
from coordinator_app.procedures.begin_step import begin_step
from coordinator_app.procedures.break_glass import open_without_badge, session_end
from coordinator_app.procedures.case_page import case_page
from coordinator_app.procedures.clockwork import all_clocks
from coordinator_app.procedures.drafts import Drafts
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_panel import exchange_page
from coordinator_app.procedures.found_site import found_site
from coordinator_app.procedures.guided import Run, is_bedside
from coordinator_app.procedures.join_hub import EXCHANGE_FLOWS, join_site
from coordinator_app.procedures.lookout import Lookout
from coordinator_app.procedures.merge_records import check_anew
from coordinator_app.procedures.paper import paper_page
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.places import is_place, tab_of
from coordinator_app.procedures.scanner_setup import ScannerSetup
from coordinator_app.procedures.sign_in import SignIn
from coordinator_app.procedures.sitting import Ended, Flow, Sitting
from coordinator_app.procedures.today import today_page
from coordinator_app.procedures.withdraw_person import is_withdrawn
from coordinator_app.procedures.workplace import Workplace


class InHand(Struct):
    """A procedure under way: its generator, whose sitting it is, and the page it shows."""

    sitting: Sitting
    flow: Flow[object]
    page: Page
    then: str = "today"


class Bench:
    """One workstation, driven by inputs; everything on it runs on one thread."""

    def __init__(self, work: Workplace) -> None:
        """Begin with nobody signed in; checks that a broken run left open are recorded as interrupted."""
        self.work = work
        self.present: Present | None = None
        self.signing = SignIn()
        self.in_hand: InHand | None = None
        self.aside: dict[str, InHand] = {}
        self.drafts: Drafts[InHand] = Drafts()
        self.showing = "today"
        self._paper: Page | None = None
        self.vouching: InHand | None = None
        """Two people vouching for somebody without a badge, while nobody is signed in."""
        self._vouched: GlassRecord | None = None
        opening.record_interrupted(work)
        work.commit()
        self.lookout = Lookout(work)
        self.pulse, self.disk = self.lookout.pulse, self.lookout.disk
        self.setup = ScannerSetup(work)
        self.backups = Backups(work, BackupPlan())
        self.live = LiveExchange(work)

    # The door -----------------------------------------------------------------------------------------------------

    def first(self) -> Answer:
        """Return the first screen: sign in, or set-up on an empty site."""
        sitting = Sitting(self.work, None)
        if not self.work.site.founded and self.in_hand is None and not self.live.joins_site:
            self._start(sitting, found_site(sitting), "today")
        return self._answer(sitting, ())

    def take(self, received: Input) -> Answer:
        """Take one input; what it recorded is committed before the answer exists. Raises what the store raises."""
        sitting = Sitting(self.work, self.present)
        try:
            sitting = self._take(sitting, received)
            events = self.work.commit()
        except BaseException as fault:
            self.work.roll_back(fault)
            raise
        return self._answer(sitting, events)

    def paper(self) -> PaperMade:
        """After a fault: the paper sheet of the running case, without recording anything."""
        return self.lookout.sheet(self._case_in_view())

    def errand(self) -> Errand | None:
        """Return what is to be done in the background now, or None; its report comes back as an input."""
        return self.backups.errand()

    def look_back(self) -> bool:
        """Verify a little more of the earlier record, between two inputs; tells whether some is left."""
        return self.lookout.look_back()

    def close(self) -> None:
        """Put down everything; what was open in a check is recorded as interrupted at the next start."""
        for held in (*self.aside.values(), *self.drafts.each(), *((self.in_hand,) if self.in_hand else ())):
            held.flow.close()
        self.work.roll_back(SystemExit())
        self.work.store.give_up_moving()
        self.pulse.beat()

    # Inputs -------------------------------------------------------------------------------------------------------

    def _take(self, sitting: Sitting, received: Input) -> Sitting:
        if isinstance(received, Ticked):
            self._watch(sitting)
            return sitting
        if isinstance(received, BackupReported):
            self.backups.report(received)
            return sitting
        if isinstance(received, HubReported):
            self.live.hub_told(received)
            return sitting
        if self.setup.takes(received):
            return self._set_up(sitting, received)
        if isinstance(received, PrintReported):
            if self.in_hand is not None and self._expects_print():
                return self._send(received)
            return sitting
        if isinstance(received, Locked | SignedOut):
            return self._leave(sitting, received)
        if not self.work.site.founded:
            return self._before_the_site(sitting, received)
        if self.present is None:
            return self._sign_in(sitting, received)
        self._leave_overlays(received)
        if isinstance(received, Pressed) and received.action in {"back", "paper"}:
            return self._paper_or_back(sitting, received.action)
        if self.in_hand is not None:
            return self._to_procedure(sitting, received)
        return self._at_rest(sitting, received)

    def _before_the_site(self, sitting: Sitting, received: Input) -> Sitting:
        """Found a site here, or become a further workstation of one; nobody can be signed in yet."""
        action = received.action if isinstance(received, Pressed | Submitted) else ""
        if self.in_hand is None and action == "give_up_joining":
            self.live.give_up()
            self._start(sitting, found_site(sitting), "today")
        elif self.in_hand is not None and action == "join_site":
            self.in_hand.flow.close()
            self._start(sitting, join_site(sitting, self.live), "today")
        elif self.in_hand is not None:
            return self._send(received)
        return sitting

    def _set_up(self, sitting: Sitting, received: Input) -> Sitting:
        """Let the scanner set-up take an input; it stands over everything but an identity check."""
        held = self.in_hand
        if held is not None and isinstance(held.sitting, Run) and held.sitting.in_check:
            sitting.refuse(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
            return sitting
        leaves_to = self.setup.take(sitting, received)
        return sitting if leaves_to is None or self.present is None else self._take(sitting, leaves_to)

    def _watch(self, sitting: Sitting) -> None:
        """Look at what time brings: alarms, what was not kept, what contradicts itself, a session that is over."""
        self.lookout.look(self._case_in_view())
        if self._vouched is not None and self.work.now() > self._vouched.until:
            self._leave(sitting, Locked("vouched_until"))
        if self.present is not None and is_withdrawn(self.work, self.present.person):
            # Withdrawn at another workstation while they sat here.
            self._leave(sitting, Locked("withdrawn"))

    def _expects_print(self) -> bool:
        return self.present is not None or not self.work.site.founded

    def _leave_overlays(self, received: Input) -> None:
        if self._paper is not None and not (isinstance(received, Pressed) and received.action in {"paper"}):
            self._paper = None

    def _paper_or_back(self, sitting: Sitting, action: str) -> Sitting:
        if action == "paper":
            case = self._case_in_view()
            if case is None:
                sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
                return sitting
            run = self.in_hand.sitting if self.in_hand is not None else None
            step = run.step.name if isinstance(run, Run) else ""
            self._paper, job = paper_page(self.work, case, sitting.performer, step)
            sitting.jobs.append(job)
        return sitting

    def _case_in_view(self) -> str | None:
        if self.in_hand is not None and isinstance(self.in_hand.sitting, Run):
            return self.in_hand.sitting.case_id
        return self.showing if self.showing.startswith("case:") else None

    def _sign_in(self, sitting: Sitting, received: Input) -> Sitting:
        if self.vouching is not None:
            return self._vouch(sitting, received)
        if isinstance(received, Pressed) and received.action == "other_badge":
            self.signing.begin(self.signing.purpose)
            return sitting
        if isinstance(received, Pressed) and received.action == "no_badge":
            flow = open_without_badge(sitting)
            self.vouching = InHand(sitting, flow, next(flow))
            return sitting
        person = self.signing.take(sitting, received)
        return sitting if person is None else self._arrive(sitting, person)

    def _vouch(self, sitting: Sitting, received: Input) -> Sitting:
        """Let the two go on; who they vouched for is then signed in until the session ends."""
        held = self.vouching
        assert held is not None  # noqa: S101 - the caller has looked
        leaving = isinstance(received, Pressed) and received.action == "cancel"
        try:
            held.page = held.flow.throw(Ended()) if leaving else held.flow.send(received)
        except (StopIteration, Ended) as over:
            self.vouching = None
            person = over.value if isinstance(over, StopIteration) else None
            if isinstance(person, Present):
                self._vouched = session_end(self.work, person)
                return self._arrive(sitting, person)
        return held.sitting

    def _arrive(self, sitting: Sitting, person: Present) -> Sitting:
        """Let a person sit down at what stands on the screen."""
        self.present = person
        sitting.performer = person
        held = self.in_hand
        if held is not None:
            if self._may_take_over(held.sitting, person):
                held.sitting.performer = person
            else:
                self._put_aside()
        if self.in_hand is None:
            self.in_hand = self.drafts.give_back(person.person)
        return sitting

    def _may_take_over(self, run: Sitting, person: Present) -> bool:
        """Tell whether this person may go on with what stands on the screen; a form belongs to its author."""
        if not isinstance(run, Run):
            return run.actor == person.person
        staff = self.work.site.people[person.person]
        return not person_blocks(run.step, staff, run.profile, self.work.now(), witness=False)

    def _leave(self, sitting: Sitting, received: Locked | SignedOut) -> Sitting:
        """Lock or sign out: an open arm is void, the rest waits where it stood."""
        self.pulse.slept(received.slept_ms if isinstance(received, Locked) else 0)
        self.pulse.beat()
        self.setup.close()
        if self.present is None:
            self._end_vouching()
            return sitting
        why = received.why if isinstance(received, Locked) else "asked"
        held = self.in_hand
        if held is not None and isinstance(held.sitting, Run) and held.sitting.in_check:
            self._send(Locked(why))
        elif held is not None and isinstance(held.sitting, Run) and held.sitting.at_the_door:
            self._put_aside()
        person = self.present
        self.work.record(e.PersonSignedOut(person=person.person, why=why), subject=person.person, actor=person.person)
        if isinstance(received, SignedOut) and self.in_hand is not None:
            self._put_aside()
            self.showing = "today"
        self.present, self._paper, self._vouched = None, None, None
        self.signing.begin("unlock" if isinstance(received, Locked) else "sign_in")
        return sitting

    def _end_vouching(self) -> None:
        held, self.vouching = self.vouching, None
        if held is not None:
            held.flow.close()

    # At rest: nothing in hand -------------------------------------------------------------------------------------

    def _at_rest(self, sitting: Sitting, received: Input) -> Sitting:
        match received:
            case Scanned():
                self._scanned_at_rest(sitting, received)
            case Opened():
                self._open(sitting, received.what)
            case Begun():
                return self._begin(sitting, received.step, received.case, "")
            case Pressed():
                return self._pressed_at_rest(sitting, received.action)
            case WitnessCame():
                sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            case _:
                sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
        return self.in_hand.sitting if self.in_hand is not None else sitting

    def _scanned_at_rest(self, sitting: Sitting, scan: Scanned) -> None:
        meant = opening.meaning_of(self.work, sitting, scan)
        if meant is None:
            return
        if meant.person is not None:
            self._switch_user(sitting, meant.person)
            return
        held = self.aside.get(f"{meant.step}/{meant.unit or meant.case}")
        if held is not None:
            self._take_up(held)
            return
        self.showing = meant.case
        if meant.step:
            self._begin(sitting, meant.step, meant.case, meant.unit)

    def _switch_user(self, sitting: Sitting, person: str) -> None:
        if self.present is not None and person == self.present.person:
            return
        self._leave(sitting, SignedOut())
        self.signing.begin("sign_in", self.work.site.people[person])

    def _open(self, sitting: Sitting, what: str) -> None:
        if what == "parked":
            # What was put aside stands on the worklist with its mark; scanning its object brings it back.
            what = "today"
        if is_place(what):
            self.showing = what
            return
        sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)

    def _pressed_at_rest(self, sitting: Sitting, action: str) -> Sitting:
        verb, _, what = action.partition(":")
        if verb == "begin" and self.showing.startswith("case:"):
            return self._begin(sitting, what, self.showing, "")
        if verb == "open":
            self._open(sitting, what)
            return sitting
        if verb == "enrol" and self.disk.refuses(sitting, verb):
            return sitting
        begins = EXCHANGE_FLOWS.get(verb)
        flow = begins(sitting, self.live) if begins else lists.flow_for(sitting, verb, what, self.showing)
        if flow is None:
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            return sitting
        self._start(sitting, flow, self.showing)
        return self.in_hand.sitting if self.in_hand is not None else sitting

    # Procedures ---------------------------------------------------------------------------------------------------

    def _begin(self, sitting: Sitting, step_name: str, case_id: str, unit: str) -> Sitting:
        """Begin a step; what stands against it is said at its door (`begin_step`)."""
        if not self.work.store.knows_case(case_id):
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            return sitting
        profile = self.work.profile(self.work.case(case_id))
        step = check_anew(profile) if step_name == CHECK_ANEW else profile.step(step_name)
        if step is None:
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            return sitting
        self.showing = case_id
        held = self.aside.get(f"{step_name}/{unit or case_id}")
        if held is not None:
            self._take_up(held)
            return held.sitting
        if self.disk.refuses(sitting, step_name, case_id):
            return sitting
        run = Run(self.work, case_id, step, sitting.performer)
        run.unit_id = unit
        self._start(run, begin_step(run), case_id)
        return self.in_hand.sitting if self.in_hand is not None else run

    def _start(self, sitting: Sitting, flow: Flow[object], then: str) -> None:
        try:
            page = next(flow)
        except (StopIteration, Ended):
            self.in_hand = None
            return
        self.in_hand = InHand(sitting, flow, page, then)

    def _to_procedure(self, sitting: Sitting, received: Input) -> Sitting:
        held = self.in_hand
        assert held is not None  # noqa: S101 - the caller has looked
        run = held.sitting
        if isinstance(received, Pressed) and received.action == "abort" and isinstance(run, Run) and run.begun:
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            return sitting
        if isinstance(received, Pressed) and received.action in {"abort", "cancel"}:
            return self._send(received) if isinstance(held.page, SignInPage) else self._abort(held)
        in_check = isinstance(run, Run) and run.in_check
        if isinstance(received, Pressed) and received.action == "park" and not in_check:
            self._put_aside()
            return sitting
        if isinstance(received, Opened | Begun):
            if in_check:
                sitting.refuse(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
                return sitting
            if isinstance(run, Run):
                self._put_aside()
            else:
                # Who goes elsewhere of their own accord leaves the form; only who is called away finds it again.
                self._abort(held)
                self.in_hand = None
            return self._at_rest(sitting, received)
        return self._send(received)

    def _send(self, received: Input) -> Sitting:
        held = self.in_hand
        assert held is not None  # noqa: S101 - the caller has looked
        try:
            held.page = held.flow.send(received)
        except (StopIteration, Ended) as over:
            self._finish(held, over)
        return held.sitting

    def _abort(self, held: InHand) -> Sitting:
        held.sitting.settle()
        try:
            held.page = held.flow.throw(Ended())
        except (StopIteration, Ended) as over:
            self._finish(held, over)
        return held.sitting

    def _finish(self, held: InHand, over: BaseException) -> None:
        self.in_hand = None
        self.showing = held.then if is_place(held.then) else "today"
        if isinstance(over, StopIteration) and isinstance(over.value, str) and over.value.startswith("case:"):
            self.showing = over.value
        if isinstance(held.sitting, Run):
            self.aside.pop(held.sitting.key(), None)
        if not self.work.site.founded and not self.live.joins_site:
            # A set-up that was left is begun anew: nobody could sign in at a site that does not exist.
            sitting = Sitting(self.work, None)
            self._start(sitting, found_site(sitting), "today")

    def _put_aside(self) -> None:
        """Park what is in hand; scanning its object brings it back. A check is ended, a form kept for its author."""
        held = self.in_hand
        if held is not None and isinstance(held.sitting, Run) and held.sitting.in_check:
            self._abort(held)
        held, self.in_hand = self.in_hand, None
        if held is None:
            return
        if isinstance(held.sitting, Run) and held.sitting.at_the_door:
            # Nothing was begun; what stands against it is asked anew when somebody begins it again.
            held.flow.close()
            return
        if not isinstance(held.sitting, Run):
            self.drafts.keep(held.sitting.actor or "", held)
            return
        run = held.sitting
        self.aside[run.key()] = held
        self.work.record(
            e.ProcedureParked(case=run.case_id, step=run.step.name, unit=run.unit_id), subject=run.case_id,
            actor=run.performer.person, role=run.performer.role,
        )  # fmt: skip
        self.showing = "today"

    def _take_up(self, held: InHand) -> None:
        assert self.present is not None  # noqa: S101 - only a signed-in person scans here
        self.aside = {key: each for key, each in self.aside.items() if each is not held}
        held.sitting.performer = self.present
        held.sitting.settle()
        self.in_hand = held

    # Answers ------------------------------------------------------------------------------------------------------

    def _answer(self, sitting: Sitting, events: tuple[str, ...]) -> Answer:
        jobs: tuple[PrintJob, ...] = tuple(sitting.jobs)
        sitting.jobs.clear()
        return Answer(
            verdict=sitting.verdict, frame=self._frame(), page=self._page(sitting), reason=sitting.reason,
            message=sitting.message, events=events, jobs=jobs,
        )  # fmt: skip

    def _frame(self) -> Frame:
        held = self.in_hand
        tab = "case" if held is not None or self.showing.startswith("case:") else tab_of(self.showing)
        if held is not None and isinstance(held.sitting, Run) and is_bedside(held.sitting.step):
            tab = "bedside"
        at = AtTheBench(self.present, tab, len(self.aside), self._vouched)
        return around_page(self.work, at, self.lookout, self.setup, self.backups)

    def _page(self, sitting: Sitting) -> Page:
        if self.setup.is_open:
            return self.setup.page()
        if not self.work.site.founded:
            return self.in_hand.page if self.in_hand is not None else exchange_page(self.work, None)
        if self.vouching is not None:
            return self.vouching.page
        if self.present is None:
            return self.signing.page(all_clocks(self.work), sitting.message)
        if self._paper is not None:
            return self._paper
        if self.in_hand is not None:
            return self.in_hand.page
        if self.showing.startswith("case:"):
            return case_page(self.work, self.work.case(self.showing), self.present)
        if self.showing == "clocks":
            return lists.wall_page(self.work)
        if self.showing == "today":
            return today_page(self.work, self.present)
        if tab_of(self.showing) == "exchange":
            return exchange_page(self.work, self.present, self.showing)
        return lists.page_of(self.work, self.showing, self.present)
