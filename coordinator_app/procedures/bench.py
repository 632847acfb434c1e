"""The bench: one workstation's screen as a state that takes inputs and gives answers.

Windows, qualification scripts and tests all drive this; it holds who is signed in, which procedure is in hand, which
are put aside, and which page is shown. One input is one transaction: `take` commits before it answers.
"""

from __future__ import annotations

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
from coordinator_app.domain.readiness import CHECK_ANEW
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
from coordinator_app.procedures.case_page import case_page
from coordinator_app.procedures.clockwork import shown_clocks
from coordinator_app.procedures.door import Door
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.exchange_panel import exchange_page
from coordinator_app.procedures.guided import Run, is_bedside
from coordinator_app.procedures.in_hand import AtHand, InHand
from coordinator_app.procedures.join_hub import EXCHANGE_FLOWS, join_site
from coordinator_app.procedures.lookout import Lookout
from coordinator_app.procedures.merge_records import check_anew
from coordinator_app.procedures.paper import paper_page
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.places import is_place, tab_of
from coordinator_app.procedures.scanner_setup import ScannerSetup
from coordinator_app.procedures.sitting import Sitting
from coordinator_app.procedures.today import today_page
from coordinator_app.procedures.workplace import Workplace


class Bench:
    """One workstation, driven by inputs; everything on it runs on one thread."""

    def __init__(self, work: Workplace) -> None:
        """Begin with nobody signed in; checks that a broken run left open are recorded as interrupted."""
        self.work = work
        self._paper: Page | None = None
        opening.record_interrupted(work)
        work.commit()
        self.lookout = Lookout(work)
        self.pulse, self.disk = self.lookout.pulse, self.lookout.disk
        self.setup = ScannerSetup(work)
        self.backups = Backups(work, BackupPlan())
        self.live = LiveExchange(work)
        self.hand = AtHand(work, self.live)
        self.door = Door(work, self.hand, self.pulse)

    @property
    def present(self) -> Present | None:
        """Who is signed in."""
        return self.door.present

    @property
    def in_hand(self) -> InHand | None:
        """The procedure that is in hand."""
        return self.hand.held

    @property
    def showing(self) -> str:
        """The page beneath whatever is in hand: a place, or a case."""
        return self.hand.showing

    # From outside -------------------------------------------------------------------------------------------------

    def first(self) -> Answer:
        """Return the first screen: sign in, or set-up on an empty site."""
        sitting = Sitting(self.work, None)
        if not self.work.site.founded and self.in_hand is None and not self.live.joins_site:
            sitting = self.hand.start_founding()
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
        return self.lookout.sheet(self.hand.case_in_view())

    def errand(self) -> Errand | None:
        """Return what is to be done in the background now, or None; its report comes back as an input."""
        return self.backups.errand()

    def look_back(self) -> bool:
        """Verify a little more of the earlier record, between two inputs; tells whether some is left."""
        return self.lookout.look_back()

    def close(self) -> None:
        """Put down everything; what was open in a check is recorded as interrupted at the next start."""
        self.hand.close()
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
                return self.hand.send(received)
            return sitting
        if isinstance(received, Locked | SignedOut):
            return self._leave(sitting, received)
        if not self.work.site.founded:
            return self._before_the_site(sitting, received)
        if self.present is None:
            return self.door.take(sitting, received)
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
            return self.hand.start_founding()
        if self.in_hand is not None and action == "join_site":
            self.in_hand.flow.close()
            self.hand.start(sitting, join_site(sitting, self.live), "today")
        elif self.in_hand is not None:
            return self.hand.send(received)
        return sitting

    def _set_up(self, sitting: Sitting, received: Input) -> Sitting:
        """Let the scanner set-up take an input; it stands over everything but an identity check."""
        if self.hand.in_check:
            sitting.refuse(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
            return sitting
        leaves_to = self.setup.take(sitting, received)
        return sitting if leaves_to is None or self.present is None else self._take(sitting, leaves_to)

    def _watch(self, sitting: Sitting) -> None:
        """Look at what time brings: alarms, what was not kept, what contradicts itself, a session that is over."""
        self.lookout.look(self.hand.case_in_view())
        leaves = self.door.must_leave()
        if leaves is not None:
            self._leave(sitting, leaves)

    def _leave(self, sitting: Sitting, received: Locked | SignedOut) -> Sitting:
        self.setup.close()
        if self.present is not None:
            self._paper = None
        return self.door.leave(sitting, received)

    def _expects_print(self) -> bool:
        return self.present is not None or not self.work.site.founded

    def _leave_overlays(self, received: Input) -> None:
        if self._paper is not None and not (isinstance(received, Pressed) and received.action in {"paper"}):
            self._paper = None

    def _paper_or_back(self, sitting: Sitting, action: str) -> Sitting:
        if action == "paper":
            case = self.hand.case_in_view()
            if case is None:
                sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
                return sitting
            step = self.hand.run.step.name if self.hand.run is not None else ""
            self._paper, job = paper_page(self.work, case, sitting.performer, step)
            sitting.jobs.append(job)
        return sitting

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
        return self.hand.sitting_or(sitting)

    def _scanned_at_rest(self, sitting: Sitting, scan: Scanned) -> None:
        meant = opening.meaning_of(self.work, sitting, scan)
        if meant is None:
            return
        if meant.person is not None:
            self._switch_user(sitting, meant.person)
            return
        if self._takes_up(f"{meant.step}/{meant.unit or meant.case}"):
            return
        self.hand.showing = meant.case
        if meant.step:
            self._begin(sitting, meant.step, meant.case, meant.unit)

    def _switch_user(self, sitting: Sitting, person: str) -> None:
        if self.present is None or person != self.present.person:
            self._leave(sitting, SignedOut())
            self.door.ask_for(person)

    def _takes_up(self, key: str) -> bool:
        """Go on with what was put aside under this key, if anything was."""
        held = self.hand.aside.get(key)
        if held is None or self.present is None:
            return False
        self.hand.take_up(held, self.present)
        return True

    def _open(self, sitting: Sitting, what: str) -> None:
        if what == "parked":
            # What was put aside stands on the worklist with its mark; scanning its object brings it back.
            what = "today"
        if is_place(what):
            self.hand.showing = what
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
        self.hand.start(sitting, flow, self.showing)
        return self.hand.sitting_or(sitting)

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
        self.hand.showing = case_id
        if self._takes_up(f"{step_name}/{unit or case_id}"):
            return self.hand.sitting_or(sitting)
        if self.disk.refuses(sitting, step_name, case_id):
            return sitting
        run = Run(self.work, case_id, step, sitting.performer)
        run.unit_id = unit
        self.hand.start(run, begin_step(run), case_id)
        return self.hand.sitting_or(run)

    def _to_procedure(self, sitting: Sitting, received: Input) -> Sitting:
        hand = self.hand
        held, run = hand.held, hand.run
        assert held is not None  # noqa: S101 - the caller has looked
        if isinstance(received, Pressed) and received.action == "abort" and run is not None and run.begun:
            sitting.refuse(Refusal.NOT_WHAT_WAS_ASKED)
            return sitting
        if isinstance(received, Pressed) and received.action in {"abort", "cancel"}:
            return hand.send(received) if isinstance(held.page, SignInPage) else hand.abort(held)
        if isinstance(received, Pressed) and received.action == "park" and not hand.in_check:
            hand.put_aside()
            return sitting
        if isinstance(received, Opened | Begun):
            if hand.in_check:
                sitting.refuse(Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
                return sitting
            if run is not None:
                hand.put_aside()
            else:
                # Who goes elsewhere of their own accord leaves the form; only who is called away finds it again.
                hand.leave_form(held)
            return self._at_rest(sitting, received)
        return hand.send(received)

    # Answers ------------------------------------------------------------------------------------------------------

    def _answer(self, sitting: Sitting, events: tuple[str, ...]) -> Answer:
        jobs: tuple[PrintJob, ...] = tuple(sitting.jobs)
        sitting.jobs.clear()
        return Answer(
            verdict=sitting.verdict, frame=self._frame(), page=self._page(sitting), reason=sitting.reason,
            message=sitting.message, events=events, jobs=jobs,
        )  # fmt: skip

    def _frame(self) -> Frame:
        held, run = self.in_hand, self.hand.run
        tab = "case" if held is not None or self.showing.startswith("case:") else tab_of(self.showing)
        if run is not None and is_bedside(run.step):
            tab = "bedside"
        at = AtTheBench(self.present, tab, len(self.hand.aside), self.door.vouched)
        return around_page(self.work, at, self.lookout, self.setup, self.backups)

    def _page(self, sitting: Sitting) -> Page:
        if self.setup.is_open:
            return self.setup.page()
        if not self.work.site.founded:
            return self.in_hand.page if self.in_hand is not None else exchange_page(self.work, None)
        if self.door.vouching is not None:
            return self.door.vouching.page
        if self.present is None:
            return self.door.signing.page(shown_clocks(self.work), sitting.message)
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
