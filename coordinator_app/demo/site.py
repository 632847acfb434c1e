"""The demonstration site: built once from its story, opened on the machine's own clock, and listed with every code."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from coordinator_app import __version__
from coordinator_app.demo import cast, story
from coordinator_app.demo.hands import Hands
from coordinator_app.domain.calibration_card import CARD
from coordinator_app.domain.inputs import CalibrationRead
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.scanner_setup import record_calibration
from coordinator_app.procedures.workplace import Workplace
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.moment import Clock, MachineClock, Moment, ScriptedClock
from coordinator_app.store.store import Store

LISTING = "listing.json"
UNITS = {"c1": 2, "c5": 1, "c6": 1}
"""Cases whose product is in store and released, with the number of units."""


class DemonstrationClock:
    """The machine's clocks, with the wall clock taken as right: a demonstration has no time server to ask."""

    def __init__(self, zone: str = "Europe/Berlin") -> None:
        """Read the machine's clocks in the zone of the demonstration site."""
        self._machine = MachineClock(zone)

    def moment(self) -> Moment:
        """Read all clocks; the wall clock is anchored by agreement."""
        return replace(self._machine.moment(), clock="anchored")


SITE, WORKSTATION = "site:5b716d0e8f1c4a02b9d35e7760a1c4f8", "workstation:ward-4b-cart-2"


def build_demo(folder: Path, now: datetime | None = None, site: str = SITE) -> ScriptedClock:
    """Make the demonstration site in an empty folder; its last act lies minutes before `now` (default: this minute).

    `site` is its id, as a hub knows it.

    Returns the scripted clock as it stood at the end, for scratch sites that go on from there.
    """
    now = (now or datetime.now(UTC)).replace(second=0, microsecond=0)
    clock = ScriptedClock(now - timedelta(days=31), "Europe/Berlin", clock="anchored")
    store = Store.create(
        folder, keys=FileKeys(folder, None), clock=clock, workstation=WORKSTATION, site=site,
        program=__version__,
    )  # fmt: skip
    work = Workplace(store, clock)
    people = story.found(work)
    hands = Hands(Bench(work), clock)
    story.approve_profiles(hands)
    files = folder / "sponsor-files"
    files.mkdir(parents=True, exist_ok=True)
    cases = _walk(hands, clock, now, files)
    listing = _listing(people, cases, work, stamped_expiry(now))
    hands.bench.close()
    store.close()
    (folder / LISTING).write_text(json.dumps(listing, indent=1, ensure_ascii=False), encoding="utf-8")
    return clock


def stamped_expiry(now: datetime) -> datetime:
    """Return the expiry stamped on the fresh product: six hours ahead, on the minute."""
    return now + timedelta(hours=6)


def _until(clock: ScriptedClock, at: datetime) -> None:
    """Let time pass until an instant, or a minute when it is already over."""
    clock.advance(max(at - clock.moment().at, timedelta(minutes=1)))


def _walk(hands: Hands, clock: ScriptedClock, now: datetime, files: Path) -> dict[str, str]:
    """Walk every case to where a fresh demonstration site stands (`formats.md` §5)."""
    ids: dict[str, str] = {}
    for case in ("c1", "c5", "c6"):
        ids[case] = story.enrol(hands, case, files)
    _until(clock, now - timedelta(days=28))
    for case in ("c1", "c5", "c6"):
        story.collect(hands, case, ids[case])
        clock.advance(timedelta(hours=18))
    _until(clock, now - timedelta(days=6))
    story.replace_wristband(hands, ids["c1"], cast.PATIENTS["p1"].wristband)
    story.rename(hands, ids["c6"], cast.PATIENTS["p6"].family)
    for case, units in UNITS.items():
        story.announce(hands, case, ids[case], files, units, None, clock.moment().at + timedelta(days=9))
        story.receive_to_release(hands, case, ids[case], units)
        clock.advance(timedelta(hours=3))
    _until(clock, now - timedelta(days=3))
    ids["c4"] = story.enrol(hands, "c4", files)
    story.collect(hands, "c4", ids["c4"])
    _until(clock, now - timedelta(days=2))
    ids["c2"] = story.enrol(hands, "c2", files)
    ids["c3"] = story.enrol(hands, "c3", files)
    story.fact(hands, ids["c3"], "consent.current")
    _until(clock, now - timedelta(hours=26))
    story.collect(hands, "c3", ids["c3"])
    _until(clock, now - timedelta(minutes=25))
    story.announce(hands, "c3", ids["c3"], files, 1, None, now + timedelta(days=4))
    story.announce(hands, "c4", ids["c4"], files, 1, stamped_expiry(now), stamped_expiry(now))
    # The shift that opens the site has read the calibration card with its scanner.
    record_calibration(hands.bench.work, CalibrationRead("scanner-1"), None)
    hands.do(_signed_out())
    return dict(sorted(ids.items()))


def _signed_out() -> Any:
    from coordinator_app.domain.inputs import SignedOut

    return SignedOut()


def open_demo(folder: Path, clock: Clock) -> Bench:
    """Open the demonstration site on a clock; the caller closes bench and store (`bench.work.store.close()`)."""
    store = Store.open(folder, keys=FileKeys(folder, None), clock=clock, program=__version__)
    return Bench(Workplace(store, clock))


def fresh_demo(folder: Path, now: datetime | None = None, site: str = SITE) -> ScriptedClock:
    """Throw away what is in the folder and build the demonstration site anew."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return build_demo(folder, now, site)


def demo_listing(folder: Path) -> dict[str, Any]:
    """Return every code of a built demonstration site (`formats.md` §5)."""
    listing: dict[str, Any] = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    return listing


def _listing(people: dict[str, str], cases: dict[str, str], work: Workplace, stamped: datetime) -> dict[str, Any]:
    units: dict[str, Any] = {}
    for name, (case, number) in {"u1": ("c1", 1), "u2": ("c1", 2), "u3": ("c3", 1), "u4": ("c4", 1), "u5": ("c5", 1),
                                 "u6": ("c6", 1)}.items():  # fmt: skip
        code = story.unit_codes(case, number, stamped)
        units[name] = {"case": case, "code": code, "cassette": code, "label": code}
    return {
        "people": {
            name: {"badge": person.badge, "pin": person.pin, "role": person.roles[0], "id": people[name]}
            for name, person in cast.PEOPLE.items()
        },
        "patients": {
            name: {"family": who.family, "given": who.given, "born": who.born, "record_number": who.record_number,
                   "wristband": who.wristband}
            for name, who in cast.PATIENTS.items()
        },
        "cases": {
            name: {"id": id, "patient": cast.PATIENT_OF[name], "profile": cast.PROFILES[name],
                   "coi": f"]d1&/{cast.COI[name]}",
                   "order": cast.ORDER[name], "stage": _stage(work, id), "certificate": cast.document(int(name[1:]))}
            for name, id in cases.items()
        },
        "units": units,
        "shipments": {
            name: {"code": cast.sscc(800 + number), "seal": cast.seal(800 + number),
                   "logger": cast.logger(800 + number),
                   "courier": cast.courier(31)}
            for name, number in {"s1": 3, "s2": 4}.items()
        },
        "spare": {
            "wristband_void": cast.VOID_WRISTBAND, "unknown_code": cast.UNKNOWN_CODE, "half_code": cast.HALF_CODE,
            "glued_codes": cast.PATIENTS["p1"].wristband + cast.PATIENTS["p2"].wristband,
            "label_roll": cast.donation(120999), "shipper": cast.sscc(990), "seal": cast.seal(990),
            "logger": cast.logger(990), "courier": cast.courier(32), "location": cast.place("T1-A1-01"),
            "wristband": cast.wristband(99), "badge": cast.badge(199),
            "calibration_card": f"]d1{CARD}",
        },
    }  # fmt: skip


def _stage(work: Workplace, id: str) -> str:
    case = work.case(id)
    units = case.product_units()
    if units and all(unit.has("BagReleased") for unit in units):
        return "released"
    if case.shipments:
        return "shipment at the door"
    return "collection due" if not case.collected_units() else "in manufacture"
