"""The record itself at the real windows: the recovery key at set-up, and how far record and second copy are verified."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from from_empty import Draw, FromEmpty
from PySide6.QtWidgets import QApplication, QLabel

from coordinator_app import __version__
from coordinator_app.app import Machine
from coordinator_app.demo import cast
from coordinator_app.demo.site import open_demo
from coordinator_app.demo.tour import BenchOfTour
from coordinator_app.demo.tour_clock import TourClock
from coordinator_app.demo.tour_keys import Hand, opened
from coordinator_app.domain.screens import FormPage, ListPage, Say, Verdict
from coordinator_app.labels.printers import FolderPrinter
from coordinator_app.procedures import look_back
from coordinator_app.procedures.bench import Bench
from coordinator_app.procedures.workplace import Workplace, new_id
from coordinator_app.store import history_check, mirror_move, mirror_place
from coordinator_app.store.keys import FileKeys
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.mirror_place import OWN_FOLDER, mirror_of
from coordinator_app.store.moment import MachineClock
from coordinator_app.store.store import Store

pytestmark = [pytest.mark.alone, pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "Couldn't", "PulseAudio")]

ADMINISTRATOR = cast.PEOPLE["administrator_a"]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the pictures go: `KEEPING_PICTURES` names a folder to look at them."""
    return Path(os.environ.get("KEEPING_PICTURES") or tmp_path / "pictures")


def test_a_real_site_is_set_up_with_its_recovery_key_printed_and_read_back(
    tmp_path: Path, pictures: Path, qapp: QApplication
) -> None:
    clock, site, printed = TourClock(), tmp_path / "site", tmp_path / "printed"
    printed.mkdir()
    store = Store.create(
        site, keys=FileKeys(site, None), clock=clock, workstation=new_id("workstation"), site=new_id("site"),
        program=__version__,
    )  # fmt: skip
    store.set_note("pin_cost", "1,8,1")
    store.close()

    def make_bench() -> BenchOfTour:
        work = Workplace(Store.open(site, keys=FileKeys(site, None), clock=clock, program=__version__), clock)
        work.paper_printers = ("office",)
        return BenchOfTour(Bench(work), Counter())

    machine = Machine(printers={"office": FolderPrinter(str(printed))}, sounds=False, idle_s=None)
    with opened(make_bench, machine, pictures, clocks=(clock.now_ns, clock.now)) as hand:
        walk = FromEmpty(hand, Draw(7), tmp_path, clock.let_pass, list, clock.now)
        hand.look()
        walk.fill(name="Hôpital Saint-Éloi", place="Ward 2 · cart 1", kind="trial", facility="A9991")
        walk._describe("administrator")
        page = hand.answer.page
        assert isinstance(page, ListPage)
        lines = [str(row.cells[1]) for row in page.rows]
        assert len(lines) == 7
        hand.picture("recovery key at set-up")
        hand.press("print_recovery_key", Verdict.ACCEPTED)
        hand.wait_for_print()
        hand.picture("recovery key printed")
        walk.press("go_on")
        hand.picture("recovery key read back")
        asked = hand.answer.page
        assert isinstance(asked, FormPage)
        walk.fill(**{each.id: lines[int(each.id.removeprefix("line_")) - 1] for each in asked.fields})
        walk.sign_in("administrator")
        walk.goes_to("record")
        walk.press("open:keeping")
        hand.picture("keeping the record of a new site")
        kept = hand.answer.page
        assert isinstance(kept, ListPage)
        assert any(isinstance(row.cells[1], Say) and row.cells[1].code == "keeping.recovery" for row in kept.rows)
        assert not [each for each in hand.answer.frame.notices if each.code == "notice.recovery_key_none"]
    (sheet,) = printed.glob("*.pdf")
    document = pypdfium2.PdfDocument(sheet)
    text = document[0].get_textpage().get_text_range()
    document[0].render(scale=2).to_pil().save(pictures / "sheet.png")
    document.close()
    assert all(line[:-2] in text for line in lines)
    assert "Ward 2 · cart 1" in text


def _said(hand: Hand) -> str:
    shown = [each for each in hand.window.findChildren(QLabel) if each.isVisible()]
    return "\n".join(each.text() for each in shown).replace("\u00a0", " ")


def _state(hand: Hand, part: str) -> Say:
    page = hand.answer.page
    assert isinstance(page, ListPage)
    row = next(each for each in page.rows if each.cells[0] == Say(part))
    assert isinstance(row.cells[1], Say)
    return row.cells[1]


def test_the_windows_say_how_far_the_record_is_verified_and_its_second_copy_moved(
    built_site: Path, tmp_path: Path, pictures: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, disk = tmp_path / "site", tmp_path / "second-disk"
    shutil.copytree(built_site, site)
    disk.mkdir()
    monkeypatch.setattr(mirror_place, "disk_of", lambda folder: "second" if "second-disk" in str(folder) else "first")
    monkeypatch.setattr(look_back, "TAIL", 10)
    monkeypatch.setattr("coordinator_app.procedures.lookout.SLICE_S", 0.0)
    monkeypatch.setattr(history_check, "_AT_ONCE", 4)
    monkeypatch.setattr(mirror_move, "_AT_ONCE", 8)

    def make_bench() -> BenchOfTour:
        return BenchOfTour(open_demo(site, MachineClock("Europe/Berlin")), Counter())

    with opened(make_bench, Machine(sounds=False, idle_s=None, tick_ms=100), pictures) as hand:
        hand.look()
        hand.scan(ADMINISTRATOR.badge.encode(), Verdict.ACCEPTED)
        hand.type_pin(ADMINISTRATOR.pin, Verdict.ACCEPTED)
        hand.open_tab("record")
        hand.press("open:keeping")
        hand.rest(300)
        assert "progress.verifying" in _state(hand, "keeping.history").code
        assert "Record verified to " in _said(hand)
        hand.picture("verification under way")
        hand.wait_until(lambda _page: _state(hand, "keeping.history").code == "keeping.history_verified")
        hand.rest(300)
        assert "Record verified to " not in _said(hand)
        hand.picture("all verified")
        hand.press("move_mirror")
        hand.fill({"folder": str(disk)})
        hand.picture("second copy elsewhere")
        hand.press("save")
        hand.type_pin(ADMINISTRATOR.pin, Verdict.ACCEPTED)
        hand.open_tab("record")
        hand.press("open:keeping")
        hand.wait_until(lambda _page: _state(hand, "keeping.mirror").code == "progress.mirror.soon")
        hand.picture("second copy moving")
        hand.wait_until(lambda _page: _state(hand, "keeping.mirror").code == "keeping.mirror_at")
        hand.picture("second copy moved")
    assert mirror_of(site) == disk / OWN_FOLDER / MIRROR_FILE
    assert not (site / MIRROR_FILE).exists()
