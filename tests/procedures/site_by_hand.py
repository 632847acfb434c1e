"""A site worked by hand: one bench with scripted clocks, and the words in which people say what they do at it.

Everything goes through `Bench.take`, the only way in; what is asserted is read from the answers, from the record of
the case and from the journal. A verb that ends in `s` must not be refused; `tries` may be.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coordinator_app import __version__
from coordinator_app.demo.site import build_demo, demo_listing
from coordinator_app.domain import events as e
from coordinator_app.domain.case_record import CaseRecord, UnitRecord
from coordinator_app.domain.clocks import ClockReading
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
    Submitted,
    Typed,
    WitnessCame,
)
from coordinator_app.domain.recorded import Recorded
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel
from coordinator_app.domain.screens import Answer, PrintJob, SignInPage, Verdict, VerdictPage
from coordinator_app.domain.seal import read_canonical
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.reading import read_raw
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import Moment, ScriptedClock
from coordinator_app.store.store import Store
from coordinator_app.store.verify import verify

BETWEEN_ACTS = timedelta(seconds=4)
"""How long a practised person takes from one act to the next."""
NEWEST = 100_000
"""More events than any site here records."""


class SaidNo(AssertionError):
    """The bench refused what a test needs it to accept."""


class Site:
    """One workstation of one site; its people are known by name, with badge and PIN."""

    def __init__(self, folder: Path, clock: ScriptedClock, people: dict[str, dict[str, str]]) -> None:
        """Open the record in the folder and sit down at the bench."""
        self.folder, self.clock, self.people = folder, clock, people
        self.signed_in = ""
        self.jobs: list[PrintJob] = []
        self.printer_works = True
        self._open()

    def _open(self) -> None:
        store = Store.open(self.folder, keys=FileKeys(self.folder, None), clock=self.clock, program=__version__)
        self.bench = Bench(Workplace(store, self.clock))
        self.answer: Answer = self.bench.first()

    def closes(self) -> None:
        """Quit the program; safe to call twice."""
        self.bench.close()
        self.bench.work.store.close()

    def restarts(self, *, reboot: bool = False) -> None:
        """Quit and start again at once, with or without starting the machine again."""
        self.closes()
        if reboot:
            self.clock.reboot()
        self.clock.advance(timedelta(seconds=8))
        self.signed_in = ""
        self._open()

    # What people do -----------------------------------------------------------------------------------------------

    def tries(self, received: Input, after: timedelta = BETWEEN_ACTS) -> Answer:
        """Do one thing, whatever comes of it."""
        self.clock.advance(after)
        self.answer = self.bench.take(received)
        for job in self.answer.jobs:
            self.jobs.append(job)
            self.answer = self.bench.take(
                PrintReported(job.job, self.printer_works, "" if self.printer_works else "jam")
            )
        return self.answer

    def does(self, received: Input, after: timedelta = BETWEEN_ACTS) -> Answer:
        """Do one thing that must not be refused."""
        answer = self.tries(received, after)
        if answer.verdict is Verdict.REFUSED:
            raise SaidNo(f"{received} was refused: {answer.reason} {answer.message} on {answer.page}")
        return answer

    def waits(self, **passed: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**passed))

    def signs_in(self, name: str) -> None:
        """Sign in by badge and PIN, after whoever was there has left."""
        if self.signed_in == name:
            return
        if self.signed_in:
            self.signs_out()
        self.shows_badge_and_pin(name)
        self.signed_in = name

    def signs_out(self) -> None:
        """Leave the screen to somebody else."""
        self.does(SignedOut())
        self.signed_in = ""

    def locks(self, why: str = "idle") -> None:
        """Let the screen lock."""
        self.does(Locked(why))
        self.signed_in = ""

    def shows_badge_and_pin(self, name: str) -> Answer:
        """Show a badge and type its PIN."""
        self.does(Scanned(self.people[name]["badge"].encode()))
        return self.does(PinTyped(self.people[name]["pin"]))

    def tries_badge_and_pin(self, name: str) -> Answer:
        """Show a badge and type its PIN, whatever comes of it."""
        self.tries(Scanned(self.people[name]["badge"].encode()))
        return self.tries(PinTyped(self.people[name]["pin"]))

    def second_person(self, name: str) -> Answer:
        """Let a second person come to the empty screen."""
        self.does(WitnessCame())
        return self.shows_badge_and_pin(name)

    def signs(self, name: str = "") -> Answer:
        """Type one's PIN to sign."""
        return self.does(PinTyped(self.people[name or self.signed_in]["pin"]))

    def scans(self, *codes: str) -> Answer:
        """Scan these codes one after the other."""
        for code in codes:
            self.does(Scanned(code.encode()))
        return self.answer

    def tries_scan(self, code: str, **after: float) -> Answer:
        """Scan one code, whatever comes of it."""
        return self.tries(Scanned(code.encode()), timedelta(**after) if after else BETWEEN_ACTS)

    def types_code(self, text: str) -> Answer:
        """Type a damaged code by hand."""
        self.does(Pressed("code_damaged"))
        return self.tries(Submitted({"code": text}))

    def presses(self, action: str) -> Answer:
        """Press a button."""
        return self.does(Pressed(action))

    def tries_press(self, action: str) -> Answer:
        """Press a button, whatever comes of it."""
        return self.tries(Pressed(action))

    def goes_on(self) -> None:
        """Leave a verdict page, if one is shown."""
        if isinstance(self.answer.page, VerdictPage):
            self.presses("go_on")

    def fills_in(self, **values: str) -> Answer:
        """Fill in what is asked for and save it."""
        return self.does(Submitted(values))

    def types_into(self, **values: str) -> Answer:
        """Type into fields without saving."""
        for field, text in values.items():
            self.does(Typed(text, field))
        return self.answer

    def tries_fill(self, **values: str) -> Answer:
        """Fill in what is asked for and save it, whatever comes of it."""
        return self.tries(Submitted(values))

    def begins(self, step: str, case: str) -> Answer:
        """Begin a step of a case."""
        return self.does(Begun(step, case))

    def tries_to_begin(self, step: str, case: str) -> Answer:
        """Begin a step of a case, whatever comes of it."""
        return self.tries(Begun(step, case))

    def opens(self, what: str) -> Answer:
        """Go to a tab or a case."""
        return self.does(Opened(what))

    def hears(self, family: str, born: str) -> Answer:
        """Enter what the patient said."""
        return self.does(Stated(family, born))

    def reads_wristband_and_hears(self, patient: dict[str, str]) -> Answer:
        """Scan a wristband and enter what its wearer says."""
        self.scans(patient["wristband"])
        return self.hears(patient["family"], patient["born"])

    def applies_labels(self, case: str) -> list[str]:
        """Scan back and apply every label that waits, copy by copy; returns what was printed on them."""
        applied = []
        while waiting := [each for each in self.case(case).labels.values() if each.state in {"fed", "verified"}]:
            label = min(waiting, key=lambda each: each.copy_number)
            if label.state == "verified" or label.template.startswith("travel"):
                applied.append(label.expected)
            self.scans(f"]d1{label.expected}")
        return applied

    def applies_first_label(self, case: str) -> None:
        """Scan back and apply the copy that the screen asks for first."""
        label = min(
            (each for each in self.case(case).labels.values() if each.state in {"sent", "fed"}),
            key=lambda each: each.copy_number,
        )
        self.scans(f"]d1{label.expected}", f"]d1{label.expected}")

    # What is on the record ----------------------------------------------------------------------------------------

    def case(self, case: str) -> CaseRecord:
        """Return a case as the record tells it."""
        return self.bench.work.case(case)

    def unit(self, case: str, number: int) -> UnitRecord:
        """Return the product unit with this number."""
        return next(unit for unit in self.case(case).product_units() if unit.number == number)

    def log(self) -> list[Recorded]:
        """Return every event of the journal, oldest first."""
        return list(reversed(self.bench.work.store.log(NEWEST)))

    def events(self, *types: str) -> list[Recorded]:
        """Return the events of these types, oldest first."""
        return [each for each in self.log() if each.type in types]

    def last_refusal(self) -> e.ScanRefused:
        """Return the newest refusal in a step that is on the record."""
        body = self.events("ScanRefused")[-1].body
        assert isinstance(body, e.ScanRefused)
        return body

    def written(self, recorded: Recorded) -> dict[str, Any]:
        """Return an event as it stands in the journal: what is sealed stays closed."""
        (found,) = self.bench.work.store.connection.execute(
            "SELECT bytes FROM journal WHERE id = ?", (bytes.fromhex(recorded.id),)
        ).fetchone()
        event: dict[str, Any] = read_canonical(found)
        return event

    def movements(self) -> int:
        """Return how many events moved a product."""
        return sum(isinstance(each.body, e.ProductMoved) for each in self.log())

    @contextmanager
    def nothing_moves(self) -> Iterator[None]:
        """Assert that nothing within moves a product or confirms an identity."""
        confirmed, moved = len(self.events("IdentityConfirmed")), self.movements()
        yield
        assert self.movements() == moved
        assert len(self.events("IdentityConfirmed")) == confirmed

    def confirms_nothing_wrong(self) -> None:
        """Verify the whole record with every signature; every movement must cite what it rests on."""
        verified = verify(self.bench.work.store, all_signatures=True)
        assert verified.first_bad is None
        assert verified.events == self.bench.work.store.count()


def refused(answer: Answer, reason: Refusal) -> None:
    """Assert that an answer is a refusal for exactly this reason."""
    assert (answer.verdict, answer.reason) == (Verdict.REFUSED, reason), (answer.reason, answer.message, answer.page)
    assert answer.message is not None


def asks_for_somebody(answer: Answer, purpose: str) -> None:
    """Assert that the screen waits for a badge, with nobody's name on it."""
    page = answer.page
    assert isinstance(page, SignInPage), page
    assert (page.purpose, page.stage, page.name) == (purpose, "badge", None)


def same_clock(moment: Moment) -> ScriptedClock:
    """Return a new scripted clock that goes on from a moment."""
    return ScriptedClock(moment.at, moment.zone, moment.boot, moment.boot_ns, moment.clock)


class Demonstration(Site):
    """The demonstration site, with the codes that `coordinator demo --list --json` prints."""

    def __init__(self, folder: Path, clock: ScriptedClock, listing: dict[str, Any] | None = None) -> None:
        """Open a built demonstration site, or another one listed alike."""
        self.listing: dict[str, Any] = listing if listing is not None else demo_listing(folder)
        super().__init__(folder, clock, self.listing["people"])

    def id(self, case: str) -> str:
        """Return the id of c1 to c6."""
        return str(self.listing["cases"][case]["id"])

    def code(self, unit: str) -> str:
        """Return what a scanner reads on u1 to u6."""
        return str(self.listing["units"][unit]["code"])

    def patient(self, name: str) -> dict[str, str]:
        """Return p1 to p6 or d3."""
        found: dict[str, str] = self.listing["patients"][name]
        return found

    def certificate(self, case: str) -> str:
        """Return the certificate of a case."""
        return str(self.listing["cases"][case]["certificate"])

    def order(self, case: str) -> str:
        """Return the order of a case."""
        return str(self.listing["cases"][case]["order"])

    def conditions(self, case: str, days: float = 6) -> None:
        """Record that conditioning has begun, and let days pass."""
        self.signs_in("coordinator_a")
        self.opens(self.id(case))
        self.presses("record_fact")
        self.fills_in(fact="conditioning_started", note="")
        self.waits(days=days)

    def readings(self, case: str) -> tuple[ClockReading, ...]:
        """Return every clock of a case as it stands now."""
        return readings_of(self.bench.work, self.case(self.id(case)))

    def withdraws_fact(self, case: str, fact: str) -> None:
        """Let a fact no longer hold, as an event from elsewhere would say; no screen of this release says so."""
        work = self.bench.work
        work.record(e.FactRecorded(case=self.id(case), fact=fact, holds=False), subject=self.id(case))
        work.commit()

    def quarantines(self, case: str, unit: str) -> None:
        """Put a unit into quarantine, as an event from another workstation would say."""
        work, number = self.bench.work, int(unit[1:])
        id = self.unit(self.id(case), 1 if number > 2 else number).unit
        work.record(e.BagQuarantined(case=self.id(case), unit=id, reason="excursion found later"), subject=id)
        work.commit()

    def retrieves(self, case: str, unit: str, by: str = "cell_laboratory_a") -> None:
        """Take a unit out of its place."""
        self.signs_in(by)
        self.begins("retrieve", self.id(case))
        self.scans(self.code(unit))
        self.goes_on()
        self.scans(self.listing["spare"]["location"])

    def thaws(self, case: str, unit: str, by: str = "cell_laboratory_a") -> None:
        """Thaw a unit that is out of its place."""
        self.signs_in(by)
        self.begins("thaw", self.id(case))
        self.scans(self.code(unit), self.code(unit))
        self.goes_on()
        self.applies_labels(self.id(case))
        self.presses("start_thaw")
        self.waits(minutes=4)
        self.presses("thaw_complete")

    def carries(self, case: str, unit: str, by: str = "nurse_a") -> None:
        """Carry a unit to the bedside."""
        self.signs_in(by)
        self.begins("transport", self.id(case))
        self.scans(self.code(unit))
        self.goes_on()
        self.fills_in(to="Ward 4B, bed 4")

    def receives(self, shipment: dict[str, str], case: str, units: Iterable[str], *, logger: bool = True) -> None:
        """Receive a shipment by scanning it at rest, and every unit in it."""
        units = tuple(units)
        self.signs_in("pharmacist_a")
        self.scans(shipment["code"], shipment["code"], shipment["seal"], *([shipment["logger"]] if logger else []))
        self.fills_in(condition="good", seal="intact", count=str(len(units)))
        for unit in units:
            self.scans(self.code(unit))
            self.goes_on()
        assert all(unit.has("BagReceived") for unit in self.case(self.id(case)).product_units())

    def reviews_logger(self, shipment: dict[str, str], case: str) -> None:
        """Accept the temperature record of a shipment."""
        self.signs_in("pharmacist_a")
        self.begins("review-logger", case)
        self.scans(shipment["logger"])
        self.fills_in(lowest_c="-186.2", highest_c="-158.4", verdict="accepted")

    def reads_papers_and_unit(self, case: str, unit: str) -> None:
        """Hold a unit against order and certificate, two people, up to the choice to accept it."""
        papers = (self.order(case), self.certificate(case), self.code(unit))
        self.signs_in("pharmacist_a")
        if self.bench.in_hand is None:
            self.begins("accept", self.id(case))
        self.scans(*papers)
        self.second_person("pharmacist_b")
        self.scans(*papers)
        self.goes_on()

    def accepts(self, case: str, units: Iterable[str]) -> None:
        """Accept units with a signature."""
        for unit in units:
            self.reads_papers_and_unit(case, unit)
            self.presses("accept_unit")
            self.signs()

    def stores(self, case: str, units: Iterable[str]) -> None:
        """Put units into their place."""
        self.signs_in("cell_laboratory_a")
        self.begins("store", self.id(case))
        for unit in units:
            self.scans(self.code(unit))
            self.goes_on()
            self.scans(self.listing["spare"]["location"])

    def releases(self, case: str) -> None:
        """Release what was accepted, by its papers and with a signature."""
        self.signs_in("pharmacist_a")
        self.begins("release", self.id(case))
        self.scans(self.order(case), self.certificate(case))
        self.goes_on()
        self.signs()

    def checks_at_the_chair(self, case: str, patient: str = "") -> None:
        """Carry out the blind check before a collection."""
        who = self.patient(patient or self.listing["cases"][case]["patient"])
        self.signs_in("apheresis_nurse_a")
        self.begins("collect", self.id(case))
        self.reads_wristband_and_hears(who)
        self.second_person("apheresis_nurse_b")
        self.reads_wristband_and_hears(who)
        self.goes_on()

    def thawed_at_the_bedside(self, case: str = "c1", unit: str = "u1") -> str:
        """Take a unit to the bedside, thawed; returns the case's id."""
        self.retrieves(case, unit)
        self.thaws(case, unit)
        self.carries(case, unit)
        return self.id(case)

    def bedside_check(self, case: str, unit: str, people: Iterable[str] = ("nurse_a", "nurse_b")) -> None:
        """Carry out the blind check at the bedside up to its green page."""
        patient = self.patient(self.listing["cases"][case]["patient"])
        first, second = people
        self.signs_in(first)
        self.begins("bedside", self.id(case))
        self.reads_wristband_and_hears(patient)
        self.scans(self.code(unit))
        self.second_person(second)
        self.reads_wristband_and_hears(patient)
        self.scans(self.code(unit))

    def starts_infusion(self, case: str, unit: str) -> None:
        """Check at the bedside and start."""
        self.bedside_check(case, unit)
        self.goes_on()
        self.presses("start_infusion")

    def finishes_infusion(self, case: str, unit: str) -> None:
        """Give a whole unit."""
        self.starts_infusion(case, unit)
        self.presses("complete_infusion")

    def c3_received(self) -> None:
        """Receive the donor lymphocytes."""
        self.receives(self.listing["shipments"]["s1"], "c3", ("u3",))

    def c3_thawed_at_the_bedside(self) -> None:
        """Take the donor lymphocytes from the door to the bedside."""
        self.c3_received()
        self.reviews_logger(self.listing["shipments"]["s1"], self.id("c3"))
        self.accepts("c3", ("u3",))
        self.stores("c3", ("u3",))
        self.releases("c3")
        self.thawed_at_the_bedside("c3", "u3")

    def typed(self, unit: str) -> str:
        """Return what stands under the symbol of a GS1 unit, for somebody to type."""
        label = read_raw(self.bench.work, self.code(unit).encode())
        assert isinstance(label, ScannedLabel)
        return "".join(f"({field.id.removeprefix('gs1:')}){field.value}" for field in label.fields)

    def authorises_exception(self, reason: str = "patient is conditioned and cannot wait") -> None:
        """Take what stands on the refusal page upon oneself: a physician and a pharmacist."""
        self.presses("exception")
        self.fills_in(reason=reason, sponsor="not reachable")
        self.shows_badge_and_pin("physician_a")
        self.shows_badge_and_pin("pharmacist_a")

    def collects(self, case: str) -> None:
        """Collect from the check at the chair to the labelled end."""
        self.checks_at_the_chair(case)
        self.scans(self.listing["spare"]["label_roll"])
        self.presses("start_collection")
        self.applies_labels(self.id(case))
        self.waits(hours=4)
        self.fills_in(volume_ml="182")

    def packs(self, case: str) -> None:
        """Pack the collected bag by its own label."""
        label = next(each for each in self.case(self.id(case)).labels.values() if each.state == "applied")
        self.begins("pack", self.id(case))
        self.scans(f"]d1{label.expected}")
        self.goes_on()
        self.scans(self.listing["spare"]["shipper"], self.listing["spare"]["seal"])

    def hands_over(self, case: str) -> None:
        """Give the packed bag to the courier."""
        self.begins("hand-over", self.id(case))
        self.scans(self.listing["spare"]["shipper"])
        self.goes_on()
        self.scans(self.listing["spare"]["seal"], self.listing["spare"]["courier"])

    def returns(self, case: str, unit: str) -> None:
        """Send a unit back."""
        self.signs_in("pharmacist_a")
        self.begins("return", self.id(case))
        self.scans(self.code(unit))
        self.goes_on()
        self.fills_in(to="manufacturer")

    def destroys(self, case: str, unit: str) -> None:
        """Destroy a unit with a signature."""
        self.signs_in("pharmacist_a")
        self.begins("destroy", self.id(case))
        self.scans(self.code(unit))
        self.goes_on()
        self.fills_in(route="clinical waste, incinerated")
        self.signs()

    def finishes_c1_with_an_exception(self) -> None:
        """Give both bags of c1, the second past its time on the physician's responsibility."""
        self.thawed_at_the_bedside("c1", "u1")
        self.finishes_infusion("c1", "u1")
        self.thawed_at_the_bedside("c1", "u2")
        self.waits(hours=3)
        self.begins("bedside", self.id("c1"))
        self.reads_wristband_and_hears(self.patient("p1"))
        refused(self.tries_scan(self.code("u2")), Refusal.CLOCK_OVERDUE)
        self.authorises_exception()
        self.finishes_infusion("c1", "u2")

    def two_bags_thawed(self) -> str:
        """Thaw both bags of c1, the second on the physician's responsibility; returns the case's id."""
        c1 = self.thawed_at_the_bedside("c1", "u1")
        self.retrieves("c1", "u2")
        self.begins("thaw", c1)
        refused(self.tries_scan(self.code("u2")), Refusal.GATE_CLOSED)
        self.authorises_exception()
        self.thaws("c1", "u2")
        self.carries("c1", "u2")
        return c1


# Fixtures ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Moment]:
    """The demonstration site, built once; tests work on copies."""
    folder = tmp_path_factory.mktemp("demonstration")
    return folder, build_demo(folder).moment()


@pytest.fixture
def site(built: tuple[Path, Moment], tmp_path: Path) -> Iterator[Demonstration]:
    """A fresh demonstration site, a minute after its last act."""
    folder = tmp_path / "site"
    shutil.copytree(built[0], folder)
    opened = Demonstration(folder, same_clock(built[1]))
    opened.waits(minutes=1)
    yield opened
    opened.closes()
