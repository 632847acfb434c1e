"""A ward driven at random on the real store and the real procedures: right and wrong scans, locks, restarts, holds.

    python -m tests.stateful.ward_machine [EXAMPLES] [STEPS]

Several people work on two patients of one family name, in the same trial, whose bags are thawed at the bedside. After
each act the rules are asked of the journal, not of the program:

- What moves a product cites the identity check of the same case, unit and step.
- Nothing is released, thawed or started while the case is on hold or a contradiction is open.
- An infusion starts only on a check in which two people each read this patient's wristband and this very bag.
- Whoever starts it is one of the two.
- The page in front of somebody shows nothing of another patient, and inside a check nothing of any.
- What screens read from is the same as made anew from the journal.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parent.parent / "procedures"))

from demonstration_by_hand import Demonstration
from site_by_hand import same_clock

from coordinator_app.demo.site import build_demo
from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import (
    Begun,
    Input,
    Locked,
    PinTyped,
    Pressed,
    Scanned,
    SignedOut,
    Stated,
    Submitted,
    Ticked,
)
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.screens import CasePage, GuidedPage, NeutralBanner, SignInPage, VerdictPage
from coordinator_app.procedures.guided import Run
from coordinator_app.store.moment import Moment
from coordinator_app.store.rebuild import rebuild

NURSES = ("nurse_a", "nurse_b", "apheresis_nurse_b", "nurse_untrained")
PEOPLE = (*NURSES, "cell_laboratory_a", "pharmacist_a", "physician_a", "coordinator_a")
CASES = {"c1": "p1", "c5": "p5"}
UNITS = {"u1": "c1", "u2": "c1", "u5": "c5"}
STEPS = ("bedside", "retrieve", "thaw", "transport")
LETS_GO = (e.BagReleased, e.ThawStarted, e.AdministrationStarted)


class Ground:
    """The ward as every walk finds it, built once."""

    built: tuple[Path, Moment] | None = None

    @classmethod
    def stand(cls) -> tuple[Path, Moment]:
        """Return a site where one bag of each patient is thawed at the bedside, and its clock."""
        if cls.built is None:
            folder = Path(tempfile.mkdtemp(prefix="ward-")) / "site"
            folder.mkdir()
            site = Demonstration(folder, build_demo(folder))
            site.waits(minutes=1)
            for case, unit in (("c1", "u1"), ("c5", "u5")):
                site.thawed_at_the_bedside(case, unit)
            site.signs_out()
            site.closes()
            cls.built = folder, site.clock.moment()
        return cls.built


class Ward(RuleBasedStateMachine):
    """One walk of a workstation; `met` counts what all walks came to."""

    met: dict[str, int] = {}
    broken: list[str] = []
    """The rules that were seen broken, in the words of the rule."""

    @initialize()
    def opens(self) -> None:
        """Sit down at a copy of the ward."""
        folder, moment = Ground.stand()
        self.folder = Path(tempfile.mkdtemp(prefix="walk-")) / "site"
        shutil.copytree(folder, self.folder)
        self.site = Demonstration(self.folder, same_clock(moment))
        self.known = len(self.site.log())
        self.blocked: dict[str, set[str]] = {}
        self.meet("walks")

    def teardown(self) -> None:
        """Verify the whole record, and throw the copy away."""
        if hasattr(self, "site"):
            assert rebuild(self.site.bench.work.store, check=True) == ()
            self.site.confirms_nothing_wrong()
            self.site.closes()
            shutil.rmtree(self.folder.parent)

    def meet(self, what: str) -> None:
        """Count that something happened."""
        Ward.met[what] = Ward.met.get(what, 0) + 1

    def act(self, received: Input, seconds: float = 3) -> None:
        """Do one thing; whatever comes of it is judged by the invariants."""
        self.site.tries(received, timedelta(seconds=seconds))

    # What people do ---------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(PEOPLE))
    def shows_badge_and_pin(self, name: str) -> None:
        """Somebody shows their badge and types their PIN, whatever the screen asks for."""
        self.act(Scanned(self.site.people[name]["badge"].encode()))
        self.act(PinTyped(self.site.people[name]["pin"]))

    @rule(step=st.sampled_from(STEPS), case=st.sampled_from(tuple(CASES)))
    def begins(self, step: str, case: str) -> None:
        """Somebody begins a step of a case."""
        self.act(Begun(step, self.site.id(case)))

    @rule(unit=st.sampled_from(tuple(UNITS)), seconds=st.sampled_from((0.2, 3, 125)))
    def scans_a_bag(self, unit: str, seconds: float) -> None:
        """Somebody scans a bag: the right one, the other one, another patient's."""
        self.act(Scanned(self.site.code(unit).encode()), seconds)

    @rule(patient=st.sampled_from(("p1", "p5", "p2")), seconds=st.sampled_from((0.2, 3, 125)))
    def scans_a_wristband(self, patient: str, seconds: float) -> None:
        """Somebody scans a wristband."""
        self.act(Scanned(self.site.patient(patient)["wristband"].encode()), seconds)

    @rule(name=st.sampled_from(("wristband_void", "unknown_code", "half_code", "glued_codes", "location")))
    def scans_something_else(self, name: str) -> None:
        """Somebody scans what does not belong here."""
        self.act(Scanned(str(self.site.listing["spare"][name]).encode()))

    @rule(patient=st.sampled_from(("p1", "p5")), right=st.booleans())
    def hears(self, patient: str, right: bool) -> None:
        """Somebody types what a patient said."""
        who = self.site.patient(patient)
        self.act(Stated(who["family"], who["born"] if right else "1990-01-01"))

    @rule(times=st.integers(1, 6))
    def does_the_right_thing(self, times: int) -> None:
        """People do what the screen asks for, a few acts long."""
        self.goes_on_rightly(times)

    @rule()
    def goes_through_with_it(self) -> None:
        """People do what the screen asks for, as long as it takes to confirm and give a bag."""
        self.goes_on_rightly(20)

    @rule(case=st.sampled_from(tuple(CASES)), times=st.integers(6, 14))
    def checks_at_the_bedside(self, case: str, times: int) -> None:
        """Two people come as far as this in a check at the bedside."""
        self.act(SignedOut())
        self.shows_badge_and_pin("nurse_a")
        self.act(Begun("bedside", self.site.id(case)))
        self.goes_on_rightly(times)

    def goes_on_rightly(self, times: int) -> None:
        """Do what the screen asks for, as long as it is something about one case."""
        for _ in range(times):
            right = self._right()
            if right is None:
                return
            for received in right:
                self.act(received)

    @rule(why=st.sampled_from(("idle", "suspend", "asked")))
    def locks(self, why: str) -> None:
        """The screen locks."""
        self.act(Locked(why))

    @rule()
    def signs_out(self) -> None:
        """Somebody leaves the screen to others."""
        self.act(SignedOut())

    @rule(place=st.integers(0, 5))
    def presses_what_is_offered(self, place: int) -> None:
        """Somebody presses a button of the page."""
        actions = getattr(self.site.answer.page, "actions", ())
        if actions:
            self.act(Pressed(actions[place % len(actions)].id))

    @rule(minutes=st.sampled_from((1, 16, 70)))
    def time_passes(self, minutes: int) -> None:
        """Nobody does anything for a while."""
        self.site.waits(minutes=minutes)
        self.act(Ticked())

    @rule(reboot=st.booleans())
    def restarts(self, reboot: bool) -> None:
        """The program is started again, perhaps with the machine."""
        self.site.restarts(reboot=reboot)
        self.meet("restarts")

    # What comes from elsewhere ------------------------------------------------------------------------------------

    @rule(case=st.sampled_from(tuple(CASES)), kind=st.sampled_from(("hold", "contradiction")))
    def something_comes_to_light(self, case: str, kind: str) -> None:
        """Another workstation places a hold or finds a contradiction."""
        work, id = self.site.bench.work, self.site.id(case)
        body = e.HoldPlaced(case=id, reason="asked to") if kind == "hold" else e.DiscrepancyFound(case=id, kind="told")
        work.record(body, subject=id)
        work.commit()
        self.meet(kind)

    @rule(case=st.sampled_from(tuple(CASES)), times=st.integers(0, 12))
    def a_hold_comes_while_two_people_check(self, case: str, times: int) -> None:
        """Two people are somewhere in a check at the bedside, or about to begin it, when the case is put on hold."""
        if times:
            self.checks_at_the_bedside(case=case, times=times)
        self.something_comes_to_light(case=case, kind="hold")
        if times:
            self.goes_on_rightly(14)
        else:
            self.checks_at_the_bedside(case=case, times=2)

    @rule(case=st.sampled_from(tuple(CASES)))
    def what_stood_against_it_is_settled(self, case: str) -> None:
        """Somebody settles everything that stands against a case, by name."""
        work, id = self.site.bench.work, self.site.id(case)
        record = self.site.case(id)
        for body, refs in (
            (e.HoldLifted(case=id, reason="asked"), tuple(record.holds)),
            (e.DiscrepancyResolved(case=id, resolution="told"), tuple(record.discrepancies)),
        ):
            if refs:
                work.record(body, subject=id, refs=refs)
        work.commit()

    # The right next thing -----------------------------------------------------------------------------------------

    def _right(self) -> tuple[Input, ...] | None:
        page, bench = self.site.answer.page, self.site.bench
        run = bench.in_hand.sitting if bench.in_hand is not None else None
        if isinstance(page, SignInPage):
            return self._somebody(page)
        if not isinstance(run, Run):
            return (Begun("bedside", self.site.id("c1")),)
        case = next(name for name in CASES if self.site.id(name) == run.case_id)
        patient = self.site.patient(CASES[case])
        unit = next(name for name in UNITS if UNITS[name] == case)
        if isinstance(page, VerdictPage):
            return (Pressed("go_on"),)
        if not isinstance(page, GuidedPage):
            return None
        asked = page.instruction.code
        told: dict[str, tuple[Input, ...]] = {
            "scan.wristband": (Scanned(patient["wristband"].encode()),),
            "scan.unit": (Scanned(self.site.code(unit).encode()),),
            "scan.cassette": (Scanned(self.site.code(unit).encode()),),
            "ask.stated.spoken": (Stated(patient["family"], patient["born"]),),
            "infusion.start": (Pressed("start_infusion"),),
            "infusion.running": (Pressed("complete_infusion"),),
            "transport.ask": (Submitted({"to": "bed 4"}),),
            "scan.location": (Scanned(str(self.site.listing["spare"]["location"]).encode()),),
        }
        return told.get(asked)

    def _somebody(self, page: SignInPage) -> tuple[Input, ...]:
        run = self.site.bench.in_hand
        first = run.sitting.actor if run is not None else None
        name = "nurse_b" if first == self.site.people["nurse_a"]["id"] and page.purpose == "witness" else "nurse_a"
        who = self.site.people[name]
        return Scanned(who["badge"].encode()), PinTyped(who["pin"])

    # The rules ----------------------------------------------------------------------------------------------------

    @invariant()
    def the_record_keeps_the_rules(self) -> None:
        """Ask the new events of the journal."""
        if not hasattr(self, "site"):
            return
        log = self.site.log()
        known = {each.id: each for each in log}
        try:
            for each in log[self.known :]:
                self._follow(each, known)
        except AssertionError as fault:
            Ward.broken.append(str(fault))
            raise
        self.known = len(log)

    def _follow(self, each: Recorded, known: dict[str, Recorded]) -> None:
        body = each.body
        if isinstance(body, e.HoldPlaced | e.DiscrepancyFound):
            self.blocked.setdefault(body.case, set()).add(each.id)
        elif isinstance(body, e.HoldLifted | e.DiscrepancyResolved):
            self.blocked.get(body.case, set()).difference_update(each.refs)
        elif isinstance(body, e.ScanRefused):
            self.meet(body.reason)
        elif isinstance(body, e.IdentityConfirmed):
            self.meet("confirmed")
        if not isinstance(body, e.ProductMoved):
            return
        self.meet(each.type)
        relied = [known[ref].body for ref in each.refs if ref in known]
        checks = [
            found for found in relied
            if isinstance(found, e.IdentityConfirmed)
            and (found.case, found.unit, found.step) == (body.case, body.unit, body.step)
        ]  # fmt: skip
        assert checks, f"{each.type} rests on no check of its case, unit and step"
        if isinstance(body, LETS_GO):
            assert not self.blocked.get(body.case), f"{each.type} while something stands against the case"
        if isinstance(body, e.AdministrationStarted):
            self._started(each, body, checks[-1])

    def _started(self, each: Recorded, body: e.AdministrationStarted, check: e.IdentityConfirmed) -> None:
        case = next(name for name in CASES if self.site.id(name) == body.case)
        assert each.actor in check.people, "somebody started it who had not checked"
        assert len(set(check.people)) == 2
        read: dict[str, set[str]] = {}
        for recorded in self.site.log():
            if isinstance(recorded.body, e.ScanAccepted) and recorded.body.check == check.check and recorded.actor:
                raw = bytes.fromhex(recorded.body.raw or next(seen.raw for seen in recorded.evidence))
                read.setdefault(recorded.actor, set()).add(raw.decode())
        bands, bags = (
            {self.site.patient(CASES[case])["wristband"]},
            {self.site.code(u) for u in UNITS if UNITS[u] == case},
        )
        for person in check.people:
            assert read[person] & bands, "somebody had not read this patient's wristband"
            assert read[person] & bags, "somebody had not read a bag of this patient"
            assert read[person] <= bands | bags, "something of somebody else counted"

    @invariant()
    def one_patient_is_on_the_screen(self) -> None:
        """Look for another patient on the page."""
        if not hasattr(self, "site"):
            return
        page, bench = self.site.answer.page, self.site.bench
        run = bench.in_hand.sitting if bench.in_hand is not None else None
        if isinstance(page, CasePage):
            shown = page.case
        elif isinstance(run, Run) and isinstance(page, GuidedPage | VerdictPage):
            shown = run.case_id
        else:
            return
        told = str(page)
        for case, patient in CASES.items():
            who = self.site.patient(patient)
            hidden = isinstance(page, GuidedPage) and isinstance(page.banner, NeutralBanner)
            if self.site.id(case) != shown or hidden:
                for word in (who["record_number"], who["given"], who["born"]):
                    assert word not in told, f"{word} of {patient} on the page of another"
        self.meet(type(page).__name__)


def walk(examples: int, steps: int) -> dict[str, int]:
    """Walk so many times for so many acts and return what was met; raises when a rule was broken, with the walk."""
    Ward.met.clear()
    Ward.broken.clear()
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, print_blob=True, database=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.generate,),
    )  # fmt: skip
    run_state_machine_as_test(Ward, settings=chosen)
    return dict(sorted(Ward.met.items()))


def main(arguments: list[str]) -> int:
    """Walk as often as asked and print what was met."""
    examples, steps = (int(each) for each in (*arguments, *("200", "60")[len(arguments) :]))
    for what, count in walk(examples, steps).items():
        print(f"{what:40} {count:9,}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))


__all__ = ["Ward", "walk"]
