"""Who is at the bench: signing in, being vouched for, taking over what stands on the screen, locking and leaving."""

from __future__ import annotations

from coordinator_app.domain import events as e
from coordinator_app.domain.break_glass import GlassRecord
from coordinator_app.domain.inputs import Input, Locked, Pressed, SignedOut
from coordinator_app.domain.readiness import person_blocks
from coordinator_app.procedures.break_glass import open_without_badge, session_end
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.in_hand import AtHand, InHand
from coordinator_app.procedures.people import Present
from coordinator_app.procedures.pulse import Pulse
from coordinator_app.procedures.sign_in import SignIn
from coordinator_app.procedures.sitting import Ended, Sitting
from coordinator_app.procedures.withdraw_person import is_withdrawn
from coordinator_app.procedures.workplace import Workplace


class Door:
    """The one person who is signed in at this workstation, if anybody is."""

    def __init__(self, work: Workplace, hand: AtHand, pulse: Pulse) -> None:
        """Begin with nobody signed in."""
        self._work, self._hand, self._pulse = work, hand, pulse
        self.present: Present | None = None
        self.signing = SignIn()
        self.vouching: InHand | None = None
        """Two people vouching for somebody without a badge, while nobody is signed in."""
        self.vouched: GlassRecord | None = None
        """What two people vouched for about whoever is signed in, and until when."""

    def take(self, sitting: Sitting, received: Input) -> Sitting:
        """Take an input while nobody is signed in."""
        if self.vouching is not None:
            return self._vouch(self.vouching, sitting, received)
        if isinstance(received, Pressed) and received.action == "other_badge":
            self.signing.begin(self.signing.purpose)
            return sitting
        if isinstance(received, Pressed) and received.action == "no_badge":
            flow = open_without_badge(sitting)
            self.vouching = InHand(sitting, flow, next(flow))
            return sitting
        person = self.signing.take(sitting, received)
        return sitting if person is None else self._arrive(sitting, person)

    def _vouch(self, held: InHand, sitting: Sitting, received: Input) -> Sitting:
        """Let the two go on; who they vouched for is then signed in until the session ends."""
        leaving = isinstance(received, Pressed) and received.action == "cancel"
        try:
            held.page = held.flow.throw(Ended()) if leaving else held.flow.send(received)
        except (StopIteration, Ended) as over:
            self.vouching = None
            person = over.value if isinstance(over, StopIteration) else None
            if isinstance(person, Present):
                self.vouched = session_end(self._work, person)
                return self._arrive(sitting, person)
        return held.sitting

    def _arrive(self, sitting: Sitting, person: Present) -> Sitting:
        """Let a person sit down at what stands on the screen."""
        self.present = person
        sitting.performer = person
        held = self._hand.held
        if held is not None:
            if self._may_take_over(held.sitting, person):
                held.sitting.performer = person
            else:
                self._hand.put_aside()
        self._hand.give_back(person.person)
        return sitting

    def _may_take_over(self, run: Sitting, person: Present) -> bool:
        """Tell whether this person may go on with what stands on the screen; a form belongs to its author."""
        if not isinstance(run, Run):
            return run.actor == person.person
        staff = self._work.site.people[person.person]
        return not person_blocks(run.step, staff, run.profile, self._work.now(), witness=False)

    def must_leave(self) -> Locked | None:
        """Return why whoever is signed in has to leave now: a vouched session is over, or they were withdrawn."""
        if self.vouched is not None and self._work.now() > self.vouched.until:
            return Locked("vouched_until")
        if self.present is not None and is_withdrawn(self._work, self.present.person):
            # Withdrawn at another workstation while they sat here.
            return Locked("withdrawn")
        return None

    def leave(self, sitting: Sitting, received: Locked | SignedOut) -> Sitting:
        """Lock or sign out: an open arm is void, the rest waits where it stood."""
        self._pulse.slept(received.slept_ms if isinstance(received, Locked) else 0)
        self._pulse.beat()
        if self.present is None:
            self._end_vouching()
            return sitting
        why = received.why if isinstance(received, Locked) else "asked"
        hand = self._hand
        if hand.in_check:
            hand.send(Locked(why))
        elif hand.run is not None and hand.run.at_the_door:
            hand.put_aside()
        person = self.present
        self._work.record(e.PersonSignedOut(person=person.person, why=why), subject=person.person, actor=person.person)
        if isinstance(received, SignedOut) and hand.held is not None:
            hand.put_aside()
            hand.showing = "today"
        self.present, self.vouched = None, None
        self.signing.begin("unlock" if isinstance(received, Locked) else "sign_in")
        return sitting

    def _end_vouching(self) -> None:
        held, self.vouching = self.vouching, None
        if held is not None:
            held.flow.close()

    def ask_for(self, person: str) -> None:
        """Ask for the PIN of somebody whose badge was scanned while another was signed in."""
        self.signing.begin("sign_in", self._work.site.people[person])
