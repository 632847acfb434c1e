"""The demonstration site worked by hand: its codes by name, and the steps of its pathways in one verb each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from site_by_hand import Site, refused, same_clock

from coordinator_app.demo.site import build_demo, demo_listing
from coordinator_app.domain import events as e
from coordinator_app.domain.clocks import ClockReading
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScannedLabel
from coordinator_app.procedures.clockwork import readings_of
from coordinator_app.procedures.reading import read_raw
from coordinator_app.store.moment import Moment, ScriptedClock

IT_IS = datetime.fromisoformat(os.environ.get("COORDINATOR_TEST_NOW", "2026-03-04T09:00:00+00:00"))
"""When the site's last act was: a Wednesday morning, whatever day the tests run on, so that a change is judged by what it
changed. Midnights, new weeks and years and the nights of summer time are runs of their own with the variable set."""


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

    def begins_at_the_bedside(self) -> None:
        """Take the first bag of c1 to the bedside, and begin the check."""
        self.thawed_at_the_bedside()
        self.signs_in("nurse_a")
        self.begins("bedside", self.id("c1"))

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
    return folder, build_demo(folder, IT_IS).moment()


@pytest.fixture
def site(built: tuple[Path, Moment], tmp_path: Path) -> Iterator[Demonstration]:
    """A fresh demonstration site, a minute after its last act."""
    folder = tmp_path / "site"
    shutil.copytree(built[0], folder)
    opened = Demonstration(folder, same_clock(built[1]))
    opened.waits(minutes=1)
    yield opened
    opened.closes()
