"""The walk passes at the windows on a site that was built from nothing, with codes drawn at random (design §13)."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from pathlib import Path

import pytest
from from_empty import Draw, FromEmpty
from PySide6.QtWidgets import QApplication

from coordinator_app import __version__
from coordinator_app.app import Machine
from coordinator_app.demo.tour import BenchOfTour, codes_on_newest_label
from coordinator_app.demo.tour_clock import TourClock
from coordinator_app.demo.tour_keys import opened
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.store import Store

# Looking for a camera on a machine without video libraries is told by Qt as a warning.
pytestmark = [pytest.mark.alone, pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "Couldn't", "PulseAudio")]
CHEAP_PINS = "1,8,1"
"""Argon2id at a low cost, for invented people: forty sign-ins shall not take a minute."""


def test_one_bag_from_set_up_to_infusion_on_a_site_that_did_not_exist(tmp_path: Path, qapp: QApplication) -> None:
    seed = int(os.environ.get("DRAWN_WITH") or secrets.randbits(32))
    print(f"codes drawn with seed {seed}; set DRAWN_WITH={seed} to draw them again")  # noqa: T201 - shown with a failure
    printed, files = tmp_path / "printed", tmp_path / "files"
    printed.mkdir()
    files.mkdir()
    clock, events, site = TourClock(), Counter[str](), tmp_path / "site"
    store = Store.create(
        site, keys=FileKeys(site, None), clock=clock, workstation=new_id("workstation"), site=new_id("site"),
        program=__version__,
    )  # fmt: skip
    store.set_note("pin_cost", CHEAP_PINS)
    store.close()

    def make_bench() -> BenchOfTour:
        store = Store.open(site, keys=FileKeys(site, None), clock=clock, program=__version__)
        return BenchOfTour(Bench(Workplace(store, clock)), events)

    machine = Machine(printers={"folder": FolderPrinter(str(printed))}, sounds=False, idle_s=None)
    with opened(make_bench, machine, tmp_path / "pictures", clocks=(clock.now_ns, clock.now)) as hand:
        walk = FromEmpty(hand, Draw(seed), files, clock.let_pass, lambda: codes_on_newest_label(printed), clock.now)
        walk.walk()
    assert events["SiteFounded"] == events["PatientEnrolled"] == events["CaseOpened"] == 1
    assert events["PersonAdded"] == len(walk.people)
    assert events["ProfileApproved"] == 2
    assert events["ScannerCalibrated"] == 1
    for act in ("CollectionStarted", "CollectionEnded", "BagPacked", "BagShipped", "ShipmentArrived", "BagReceived",
                "BagAccepted", "BagStored", "BagReleased", "BagRetrieved", "ThawStarted", "ThawCompleted",
                "AdministrationStarted", "AdministrationCompleted"):  # fmt: skip
        assert events[act] == 1, act
    assert events["BagHandedOver"] == 2, "to the courier, and to the ward"
    assert events["ScanRefused"] == events["ScanNotUsed"] == events["DeviationReported"] == 0
    assert events["IdentityConfirmed"] == events["CheckOpened"] >= 9
