"""A site built from nothing at the real windows: set-up, people, profile, enrolment, and one bag to its infusion.

Every code, name and number is drawn at random; what was printed is scanned from its pages. Nothing is known beforehand
but the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from coordinator_app.codes.check_characters import check_character
from coordinator_app.demo import cast
from coordinator_app.demo.tour_keys import Hand, HandStopped
from coordinator_app.demo.walks import LET_PASS, Walker
from coordinator_app.domain.calibration_card import CARD
from coordinator_app.domain.screens import CasePage, FormPage, ListPage, SignInPage, Verdict
from coordinator_app.resource_files import resource_path

TRIAL = "AUTO-CART-CRYO"
ROLES = {
    "coordinator": "coordinator", "chair a": "apheresis-nurse", "chair b": "apheresis-nurse", "bed a": "nurse",
    "bed b": "nurse", "pharmacy a": "pharmacist", "pharmacy b": "pharmacist", "laboratory": "cell-laboratory",
    "quality": "quality",
}  # fmt: skip
FAMILIES = ("Müller", "O'Neill", "García", "Nguyen", "Şahin", "Smith-Jones", "Łukasik", "Mbeki", "Ferreira", "Dubois",
            "Lindqvist", "Keane")  # fmt: skip
GIVEN = ("Zoë", "Jean-Luc", "María", "Thi", "Irem", "Bo", "Søren", "Li", "Åsa", "Ümit", "Noor", "Kofi")
DIGITS = "0123456789"


class Person(Struct, frozen=True):
    """Somebody who signs in."""

    family: str
    given: str
    badge: str
    pin: str


class Drawn(Struct, frozen=True):
    """One patient, their case, and everything that carries a code in it."""

    family: str
    given: str
    born: str
    record_number: str
    wristband: str
    coi: str
    order: str
    subject: str
    lot: str
    bag: str
    certificate: str
    roll: str
    shippers: tuple[str, str]
    seals: tuple[str, str]
    logger: str
    courier: str
    place: str


class Draw:
    """Draws codes and names, none twice."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - test codes, not secrets
        self._drawn: set[str] = set()

    def characters(self, count: int, alphabet: str = DIGITS) -> str:
        while True:
            text = "".join(self._random.choice(alphabet) for _ in range(count))
            if text not in self._drawn:
                self._drawn.add(text)
                return text

    def number(self, digits: int) -> int:
        return int(self.characters(digits))

    def person(self) -> Person:
        pick = self._random.choice
        return Person(pick(FAMILIES), pick(GIVEN), cast.badge(self.number(6)), self.characters(6))

    def case(self) -> Drawn:
        pick = self._random.choice
        lot = f"LOT-{self.characters(6)}"
        facility = f"A999{self.characters(1)}"
        return Drawn(
            family=pick(FAMILIES), given=pick(GIVEN), record_number=self.characters(9),
            born=(date(1935, 1, 1) + timedelta(days=self._random.randrange(29_000))).isoformat(),
            wristband=cast.wristband(self.number(6)),
            coi=self._fitting(lambda: f"CH{facility}26{self.characters(6, DIGITS + 'ABCDEFGHJK')}"),
            order=f"ORD-{self.characters(4, '123456789')}-{self.characters(5)}",
            subject=f"S-{self.characters(3, '123456789')}-{self.characters(4)}", lot=lot,
            bag=cast.kit(cast.GTIN_A, self.characters(9), lot), certificate=cast.document(self.number(6)),
            roll=f"]C0={self._fitting(lambda: f'{facility}26{self.characters(6)}')}00",
            shippers=(cast.sscc(self.number(8)), cast.sscc(self.number(8))),
            seals=(cast.seal(self.number(5)), cast.seal(self.number(5))), logger=cast.logger(self.number(5)),
            courier=cast.courier(self.number(5)), place=cast.place(f"T{self.characters(2)}-{self.characters(3)}"),
        )  # fmt: skip

    def _fitting(self, draw: Callable[[], str]) -> str:
        # The check boxes of the base label are too narrow for an M or a W.
        return next(text for text in iter(draw, "") if check_character(text) not in "MW")


class FromEmpty(Walker):
    """Sets a site up and walks one bag on it, with keys, scanner, touch and files only."""

    def __init__(
        self, hand: Hand, draw: Draw, files: Path, let_pass: Callable[[timedelta], None],
        printed: Callable[[], list[str]], now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        super().__init__(hand, {}, let_pass, printed)
        self.draw = draw
        self.files = files
        self.now = now
        self.people: dict[str, Person] = {}
        self.drawn = draw.case()

    # People ---------------------------------------------------------------------------------------------------------

    def sign_in(self, name: str) -> None:
        """Sign in by badge and PIN; a colleague's badge changes the person."""
        if self.signed_in != name:
            self.second(name)
            self.signed_in = name

    def second(self, name: str) -> None:
        """Show a badge and type its PIN, as whoever is asked for."""
        self.scan(self.people[name].badge)
        self.pin(name)

    def pin(self, name: str) -> None:
        """Type a PIN that must be right."""
        self.let_pass(LET_PASS)
        self.hand.type_pin(self.people[name].pin, Verdict.ACCEPTED)

    def stated(self, unit: str = "") -> None:
        """Do one arm at the patient."""
        letters = "".join(each for each in self.drawn.family if each.isalpha())
        self.scan(self.drawn.wristband)
        self.fill(family=letters[:3].upper(), born=self.drawn.born)
        if unit:
            self.scan(unit)

    def goes_to(self, tab: str) -> None:
        """Touch a place in the strip at the left."""
        self.let_pass(LET_PASS)
        self.hand.open_tab(tab)

    # The site ---------------------------------------------------------------------------------------------------------

    def found(self) -> None:
        """Set up the scanner, the site, and the first administrator."""
        self.hand.look()
        self.press("open:scanners")
        self.scan(f"]d1{CARD}")
        self.press("back")
        self.fill(
            name="Hôpital Saint-Éloi", place="Ward 2 · cart 1", kind="training", facility="A9991", pharmacy="5511",
            physician="5500",
        )  # fmt: skip
        self._describe("administrator")
        if not isinstance(self.hand.answer.page, SignInPage):
            raise HandStopped("The site is founded and nobody is asked to sign in.")

    def admit(self, name: str) -> None:
        """Add one person; the administrator signs."""
        self.sign_in("administrator")
        self.goes_to("people")
        self.press("admit_person")
        self._describe(name, roles=ROLES[name], training=TRIAL)
        self.pin("administrator")

    def _describe(self, name: str, **more: str) -> None:
        person = self.people[name] = self.draw.person()
        self.scan(person.badge)
        self.fill(family=person.family, given=person.given, pin=person.pin, pin_again=person.pin, **more)

    def bring_in_profile(self) -> None:
        """Offer the trial's profile from a file, and have two people approve it."""
        self.sign_in("coordinator")
        self.goes_to("profiles")
        self.press("bring_in_profile")
        self.fill(path=str(resource_path("profiles") / "auto-cart-cryo.toml"))
        self.goes_to("profiles")
        page = self.hand.answer.page
        if not isinstance(page, ListPage):
            raise HandStopped("The profiles are not shown as a list.")
        self.press(next(each.id for each in page.actions if each.id.startswith("approve_profile:")))
        self.second("pharmacy a")
        self.second("quality")

    # The case -----------------------------------------------------------------------------------------------------------

    def enrol(self) -> None:
        """Enrol the patient: wristband, who they are by two people, order by file, the rest typed."""
        self.sign_in("coordinator")
        self.goes_to("today")
        self.press("enrol")
        self.fill(profile=TRIAL)
        self.scan(self.drawn.wristband)
        self.press("save")
        self._describe_patient()
        self.second("chair a")
        self._describe_patient()
        self.fill(path=str(self._order_file()))
        page = self.hand.answer.page
        missing = {field.id for field in page.fields} if isinstance(page, FormPage) else set()
        if missing:
            self.fill(**dict.fromkeys(missing & {"lot"}, self.drawn.lot))
            self.second("chair a")
            self.fill(lot=self.drawn.lot)
        if not isinstance(self.hand.answer.page, CasePage):
            raise HandStopped("The patient is enrolled and the case is not shown.")

    def _describe_patient(self) -> None:
        self.fill(
            family=self.drawn.family, given=self.drawn.given, born=self.drawn.born, sex="unknown",
            record_number=self.drawn.record_number, record_issuer="Saint-Éloi",
        )  # fmt: skip

    def _order_file(self) -> Path:
        drawn = self.drawn
        path = self.files / "order.toml"
        path.write_text(
            f'trial = "{TRIAL}"\n[order]\nnumber = "{drawn.order}"\nunits = 1\ncode = "{drawn.order}"\n'
            f'[[identifier]]\nname = "coi"\nvalue = "{drawn.coi}"\ncode = "]d1&/{drawn.coi}"\n'
            f'[[identifier]]\nname = "subject"\nvalue = "{drawn.subject}"\n'
            f'[[identifier]]\nname = "order"\nvalue = "{drawn.order}"\ncode = "{drawn.order}"\n',
            encoding="utf-8",
        )
        return path

    def collect(self) -> None:
        """Collect in the chair, label the bag with what the printer gave, pack it and hand it to the courier."""
        drawn = self.drawn
        self.sign_in("chair a")
        self.scan(drawn.wristband)
        self.press("begin:collect")
        self.stated()
        self.second("chair b")
        self.stated()
        self.go_on()
        self.scan(drawn.roll)
        self.press("start_collection")
        self.labels("labels of the collection")
        self.let_pass(timedelta(hours=4))
        self.fill(volume_ml="176")
        bag = f"]d1{drawn.roll.removeprefix(']C0')}"
        self.scan(bag, bag)
        self.go_on()
        self.scan(drawn.shippers[0], drawn.seals[0])
        self.scan(bag, drawn.shippers[0])
        self.go_on()
        self.scan(drawn.seals[0], drawn.courier)

    def announce(self) -> None:
        """Take in the sponsor's file of the product on its way."""
        self.sign_in("coordinator")
        self.scan(self.drawn.wristband)
        self.press("sponsor_file")
        self.fill(path=str(self._product_file()))

    def _product_file(self) -> Path:
        drawn = self.drawn
        bag = drawn.bag.replace(cast.GS, "\\u001d")
        holds = self.now() + timedelta(days=9)
        path = self.files / "product.toml"
        path.write_text(
            f'trial = "{TRIAL}"\n[[identifier]]\nname = "lot"\nvalue = "{drawn.lot}"\n'
            f'[[unit]]\nnumber = 1\ncodes = ["{bag}"]\ncontainer_codes = ["{bag}"]\n'
            f'[certificate]\nnumber = "C-1"\nreleases = true\ncode = "{drawn.certificate}"\n'
            f'[[shipment]]\nnumber = "CX-1"\ncode = "{drawn.shippers[1]}"\nunits = [1]\n'
            f"holds_until = {holds:%Y-%m-%dT%H:%M:00Z}\n",
            encoding="utf-8",
        )
        return path

    # The product --------------------------------------------------------------------------------------------------------

    def receive(self) -> None:
        """Receive the shipment, judge its temperatures, accept, store and release the bag."""
        drawn = self.drawn
        self.sign_in("pharmacy a")
        self.scan(drawn.shippers[1], drawn.shippers[1], drawn.seals[1], drawn.logger)
        self.fill(condition="good", seal="intact", count="1")
        self.scan(drawn.bag)
        self.go_on()
        self.scan(drawn.bag, drawn.logger)
        self.fill(lowest_c="-178.2", highest_c="-151.0", verdict="accepted")
        self.scan(drawn.bag)
        papers = (drawn.order, drawn.certificate, drawn.bag)
        self.scan(*papers)
        self.second("pharmacy b")
        self.scan(*papers)
        self.go_on()
        self.press("accept_unit")
        self.pin("pharmacy a")
        self.scan(drawn.bag, drawn.bag)
        self.go_on()
        self.scan(drawn.place, drawn.bag, drawn.order, drawn.certificate)
        self.go_on()
        self.pin("pharmacy a")

    def thaw(self) -> None:
        """Take the bag out of its place, thaw it, and carry it to the bed."""
        bag = self.drawn.bag
        self.sign_in("laboratory")
        self.scan(bag, bag)
        self.go_on()
        self.scan(self.drawn.place, bag, bag, bag)
        self.go_on()
        self.labels("travel slip")
        self.press("start_thaw")
        self.let_pass(timedelta(minutes=4))
        self.press("thaw_complete")
        self.scan(bag, bag)
        self.go_on()
        self.fill(to="Ward 2, bed 7")

    def infuse(self) -> None:
        """Check at the bed by two people who do not see each other, infuse, and end."""
        bag = self.drawn.bag
        self.sign_in("bed a")
        self.scan(bag)
        self.stated(bag)
        self.second("bed b")
        self.stated(bag)
        self.go_on()
        self.scan(bag)
        self.let_pass(timedelta(minutes=12))
        self.press("complete_infusion")
        self.hand.picture("infused on a site from empty")

    def walk(self) -> None:
        """Do all of it."""
        self.found()
        for name in ROLES:
            self.admit(name)
        self.bring_in_profile()
        self.enrol()
        self.collect()
        self.announce()
        self.receive()
        self.thaw()
        self.infuse()
