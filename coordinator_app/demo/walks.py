"""What the tour does at the windows: two trials from the bed and the door, a collection, and the refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from coordinator_app.demo import cast
from coordinator_app.demo.tour_keys import Hand
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import Answer, GuidedPage, Verdict, VerdictPage

LET_PASS = timedelta(seconds=4)


class Walker:
    """A person at the windows who knows the codes of the demonstration site and lets time pass between acts."""

    def __init__(
        self,
        hand: Hand,
        listing: dict[str, Any],
        let_pass: Callable[[timedelta], None],
        printed: Callable[[], list[str]],
    ) -> None:
        """Take the windows as they stand; `printed` reads the codes of the newest label job off its pages."""
        self.hand = hand
        self.listing = listing
        self.let_pass = let_pass
        self.printed = printed
        self.signed_in = ""
        self.verdicts: list[dict[str, str]] = []
        self.trials: set[str] = set()
        """The trials whose patients were on the screen."""

    # Small acts ---------------------------------------------------------------------------------------------------

    def scan(self, *codes: str) -> None:
        """Scan codes that must all be accepted."""
        for code in codes:
            self.let_pass(LET_PASS)
            self._note("scan", self.hand.scan(code.encode(), Verdict.ACCEPTED))

    def refused(self, code: str, reason: Refusal, picture: str) -> None:
        """Scan a code that must be refused for this reason, and keep the picture of it."""
        self.let_pass(LET_PASS)
        self._note("scan", self.hand.scan(code.encode(), Verdict.REFUSED, reason))
        self.hand.picture(picture)

    def press(self, action: str) -> None:
        """Press a button; what it does must be accepted."""
        self.let_pass(LET_PASS)
        self._note(action, self.hand.press(action, Verdict.ACCEPTED))

    def go_on(self) -> None:
        """Leave a verdict page."""
        if isinstance(self.hand.answer.page, VerdictPage):
            self.let_pass(LET_PASS)
            self._note("go_on", self.hand.press("go_on"))

    def fill(self, **values: str) -> None:
        """Fill in fields and save them."""
        self.hand.fill(values)
        self.press("save")

    def sign_in(self, name: str) -> None:
        """Sign in by badge and PIN; a colleague's badge changes the person."""
        if self.signed_in == name:
            return
        self.scan(cast.PEOPLE[name].badge)
        self.pin(name)
        self.signed_in = name

    def pin(self, name: str) -> None:
        """Type a PIN that must be right."""
        self.let_pass(LET_PASS)
        self._note("pin", self.hand.type_pin(cast.PEOPLE[name].pin, Verdict.ACCEPTED))

    def second(self, name: str) -> None:
        """Let the second person sign in."""
        self.scan(cast.PEOPLE[name].badge)
        self.pin(name)

    def _note(self, act: str, answer: Answer) -> None:
        banner = getattr(answer.page, "banner", None)
        if banner is not None:
            self.trials.add(banner.trial)
        self.verdicts.append({"act": act, "verdict": str(answer.verdict), "reason": str(answer.reason or "")})

    def arm(self, patient: str, unit: str = "", *, picture: str = "") -> None:
        """Do one arm at the patient: wristband, what the patient says, the unit."""
        who = cast.PATIENTS[patient]
        if picture:
            self.hand.picture(f"{picture} wristband")
        self.scan(who.wristband)
        if picture:
            self.hand.picture(f"{picture} what the patient says")
        self.fill(family=who.family[:3].upper(), born=who.born)
        if unit:
            if picture:
                self.hand.picture(f"{picture} bag")
            self.scan(unit)

    def labels(self, picture: str) -> None:
        """Scan what came out of the printer, copy by copy, for as long as a label is asked for."""
        while _printing(self.hand.answer):
            self.hand.wait_for_print()
        self.hand.picture(picture)
        codes = self.printed()
        while (asked := _copy_asked(self.hand.answer)) is not None:
            self.scan(codes[asked - 1])


def _printing(answer: Answer) -> bool:
    page = answer.page
    return isinstance(page, GuidedPage) and page.instruction.code == "label.printing"


def _copy_asked(answer: Answer) -> int | None:
    page = answer.page
    if isinstance(page, GuidedPage) and page.instruction.code in {"label.scan_back", "label.apply"}:
        return int(page.instruction.values["copy"])
    return None


def at_the_bed(walk: Walker) -> None:
    """Take bag 1 of the first patient from the tank to the end of its infusion."""
    hand, units = walk.hand, walk.listing["units"]
    unit = units["u1"]["code"]
    hand.look()
    hand.picture("sign in")
    walk.scan(cast.PEOPLE["cell_laboratory_a"].badge)
    hand.picture("pin")
    walk.pin("cell_laboratory_a")
    walk.signed_in = "cell_laboratory_a"
    hand.picture("today")
    walk.scan(unit)
    hand.picture("retrieve from the cold store")
    walk.scan(units["u1"]["cassette"])
    walk.go_on()
    walk.scan(cast.place("T3-B4-11"))
    hand.picture("case")
    walk.scan(unit)
    walk.scan(units["u1"]["cassette"], unit)
    hand.picture("thaw may begin")
    walk.go_on()
    walk.labels("travel slip")
    walk.press("start_thaw")
    hand.picture("thawing")
    walk.let_pass(timedelta(minutes=4))
    walk.press("thaw_complete")
    walk.scan(unit)
    walk.scan(unit)
    walk.go_on()
    walk.fill(to="Ward 4B, bed 4")
    walk.sign_in("nurse_a")
    walk.scan(unit)
    walk.arm("p1", unit, picture="first person")
    hand.picture("second person wanted")
    walk.second("nurse_b")
    walk.arm("p1", unit, picture="second person")
    hand.picture("both checks agree")
    walk.go_on()
    hand.picture("start the infusion")
    walk.scan(unit)
    hand.picture("infusion running")
    walk.press("pause_infusion")
    walk.press("paper")
    hand.picture("paper sheet")
    walk.press("back")
    walk.press("resume_infusion")
    walk.let_pass(timedelta(minutes=30))
    hand.open_tab("clocks")
    hand.picture("clock wall")
    walk.scan(unit)
    walk.press("complete_infusion")
    hand.picture("case after the infusion")


def at_the_door(walk: Walker) -> None:
    """Receive the donor lymphocytes, accept, store and release them."""
    hand, shipment = walk.hand, walk.listing["shipments"]["s1"]
    unit = walk.listing["units"]["u3"]
    walk.sign_in("pharmacist_a")
    walk.scan(shipment["code"])
    hand.picture("shipment at the door")
    walk.scan(shipment["code"], shipment["seal"], shipment["logger"])
    hand.fill({"condition": "good", "seal": "intact", "count": "1"})
    hand.picture("condition and seal")
    walk.press("save")
    walk.scan(unit["cassette"])
    walk.go_on()
    walk.scan(unit["cassette"])
    walk.scan(shipment["logger"])
    walk.fill(lowest_c="-178.2", highest_c="-151.0", verdict="accepted")
    walk.scan(unit["cassette"])
    papers = (walk.listing["cases"]["c3"]["order"], walk.listing["cases"]["c3"]["certificate"], unit["cassette"])
    walk.scan(*papers)
    walk.second("pharmacist_b")
    walk.scan(*papers)
    walk.go_on()
    hand.picture("accept or put aside")
    walk.press("accept_unit")
    hand.picture("signature with its meaning")
    walk.pin("pharmacist_a")
    walk.scan(unit["cassette"])
    walk.scan(unit["cassette"])
    walk.go_on()
    walk.scan(cast.place("T3-B4-31"))
    walk.scan(unit["cassette"])
    walk.scan(papers[0], papers[1])
    walk.go_on()
    walk.pin("pharmacist_a")
    hand.picture("released")


def in_the_chair(walk: Walker) -> None:
    """Collect from the patient whose collection is due, label the bag, pack it and give it to the courier."""
    hand, spare = walk.hand, walk.listing["spare"]
    walk.sign_in("apheresis_nurse_a")
    walk.scan(cast.PATIENTS["p2"].wristband)
    hand.picture("case with collection due")
    walk.press("begin:collect")
    walk.arm("p2")
    walk.second("apheresis_nurse_b")
    walk.arm("p2")
    walk.go_on()
    walk.scan(spare["label_roll"])
    walk.press("start_collection")
    walk.labels("scan the label just printed")
    walk.let_pass(timedelta(hours=4))
    walk.fill(volume_ml="176")
    bag = f"]d1={spare['label_roll'].removeprefix(']C0=')}"
    walk.scan(bag)
    walk.scan(bag)
    walk.go_on()
    walk.scan(spare["shipper"], spare["seal"])
    hand.picture("packed")
    walk.scan(bag)
    walk.scan(spare["shipper"])
    walk.go_on()
    walk.scan(spare["seal"], spare["courier"])
    hand.picture("with the courier")


def refusals(walk: Walker) -> None:
    """Meet the refusals of a ward: a strange code, the wrong patient, the wrong bag, one person twice, no training."""
    hand, units = walk.hand, walk.listing["units"]
    walk.sign_in("nurse_a")
    hand.open_tab("today")
    walk.refused(walk.listing["spare"]["unknown_code"], Refusal.CODE_NOT_RECOGNISED, "refused code not recognised")
    _thawed(walk, "u5", "c5")
    walk.sign_in("nurse_a")
    walk.scan(units["u5"]["code"])
    walk.refused(cast.PATIENTS["p1"].wristband, Refusal.WRONG_PATIENT, "refused wrong patient")
    walk.go_on()
    walk.scan(units["u5"]["code"])
    walk.arm("p5")
    walk.refused(units["u2"]["code"], Refusal.WRONG_UNIT, "refused wrong bag")
    walk.go_on()
    walk.scan(units["u5"]["code"])
    walk.arm("p5", units["u5"]["code"])
    walk.scan(cast.PEOPLE["nurse_a"].badge)
    walk.let_pass(LET_PASS)
    hand.type_pin(cast.PEOPLE["nurse_a"].pin, Verdict.REFUSED, Refusal.SAME_PERSON_TWICE)
    hand.picture("refused same person twice")
    hand.press("abort")
    walk.scan(cast.PEOPLE["nurse_untrained"].badge)
    walk.pin("nurse_untrained")
    walk.signed_in = "nurse_untrained"
    walk.refused(units["u5"]["code"], Refusal.NOT_TRAINED, "refused not trained")
    walk.go_on()
    walk.sign_in("cell_laboratory_a")
    walk.scan(units["u6"]["code"])
    walk.refused(units["u5"]["code"], Refusal.WRONG_UNIT, "refused cassette of another patient")
    walk.go_on()


def _thawed(walk: Walker, unit: str, case: str) -> None:
    """Bring another patient's bag from the tank to the ward."""
    code = walk.listing["units"][unit]["code"]
    walk.sign_in("cell_laboratory_a")
    walk.scan(code)
    walk.scan(code)
    walk.go_on()
    walk.scan(cast.place(f"T3-B4-{case[1:]}1"))
    walk.scan(code)
    walk.scan(code, code)
    walk.go_on()
    walk.labels("travel slip of the second patient")
    walk.press("start_thaw")
    walk.let_pass(timedelta(minutes=4))
    walk.press("thaw_complete")
    walk.scan(code)
    walk.scan(code)
    walk.go_on()
    walk.fill(to="Ward 4B, bed 7")
