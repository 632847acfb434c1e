"""What leaves the program on paper is in people's words: the paper sheet of a case and the travel slip of a unit."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from demonstration_by_hand import Demonstration

from coordinator_app.domain.scan import ScannedLabel
from coordinator_app.domain.screens import PaperPage
from coordinator_app.domain.vocabulary import EventName, ObjectKind, Role
from coordinator_app.labels.job import CopyContent, make_label_job
from coordinator_app.labels.template import load_template
from coordinator_app.procedures.clockwork import clocks_of
from coordinator_app.procedures.guided import Run
from coordinator_app.procedures.label_content import content_of
from coordinator_app.procedures.paper import sheet_of
from coordinator_app.procedures.reading import read_raw
from coordinator_app.reports.paper_sheet import paper_lines


def test_the_paper_sheet_says_nothing_twice_and_no_word_of_the_programs_own(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    lines = paper_lines(sheet_of(site.bench.work, site.case(site.id("c1"))))
    told = "\n".join(lines).replace("\u00a0", " ")
    assert "complete complete" not in told
    assert re.search(r"must be complete · \w+ · bag 1[^:]*: by \d\d:\d\d CE?S?T, ", told)
    raw = [word for words in (EventName, ObjectKind, Role) for word in words if "_" in word or "-" in word]
    assert raw
    for word in raw:
        assert word not in told, word
    assert "Bedside: infusion (two people, each alone, then compare): Patient says: family name" in told
    assert "Wristband: record number, Bag: number on its label, Infusion started at" in told


def test_clocks_that_have_not_started_stand_behind_those_that_run_with_room_for_their_start(
    site: Demonstration,
) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    case = site.case(site.id("c1"))
    sheet = sheet_of(site.bench.work, case)
    running = [clock for clock in sheet.clocks if clock.about]
    to_come = [clock for clock in sheet.clocks if not clock.about]
    assert len(running) == len(clocks_of(site.bench.work, case)) > 0
    assert to_come
    assert all(clock.starts and clock.limit and clock.ends for clock in to_come)
    assert list(sheet.clocks) == [*running, *to_come]


def test_the_screen_shows_the_same_sheet(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    site.opens(site.id("c1"))
    page = site.presses("paper").page
    assert isinstance(page, PaperPage)
    assert any("Infusion must be complete" in line for line in page.lines[:4])


TRAVEL = "travel-slip-100x50"


def slip_of(site: Demonstration, case: str, number: int = 0) -> CopyContent:
    """Return what a travel slip of a unit would say, printed at this moment; 0 is the bag as it was collected."""
    record = site.case(site.id(case))
    profile = site.bench.work.profile(record)
    performer = site.bench.present
    assert performer is not None
    run = Run(site.bench.work, record.case, profile.steps[-1], performer)
    run.unit_id = site.unit(record.case, number).unit if number else record.collected_units()[0].unit
    label = next(each for each in site.case(site.id("c1")).labels.values() if each.template == TRAVEL)
    return content_of(run, TRAVEL, label)


def test_the_travel_slip_carries_the_name_that_the_wall_shows_and_by_when(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    slip = slip_of(site, "c1", 1)
    running = [
        clock
        for clock in clocks_of(site.bench.work, site.case(site.id("c1")))
        if clock.deadline is not None and " · bag 1" in clock.wall_name
    ]
    assert running
    assert slip.values["wall_name"] == running[0].wall_name
    assert running[0].deadline is not None
    local = running[0].deadline.astimezone(ZoneInfo(site.bench.work.site.zone))
    assert slip.values["ends_by"] == f"Complete by {local:%d-%b-%Y %H:%M %Z}"
    assert slip.values["ends_what"] == "ends with the end of the infusion"
    make_label_job(load_template(TRAVEL), [slip], 300)


def test_no_deadline_no_instant_on_the_slip(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    assert clocks_of(site.bench.work, site.case(site.id("c5"))) == ()
    slip = slip_of(site, "c5", 1)
    assert (slip.values["ends_by"], slip.values["ends_what"]) == ("", "")
    make_label_job(load_template(TRAVEL), [slip], 300)


def test_a_slip_of_a_unit_without_donation_number_carries_no_code_that_nothing_reads(site: Demonstration) -> None:
    site.thawed_at_the_bedside("c1", "u1")
    slips = {number: slip_of(site, "c1", number) for number in (0, 1)}
    assert {number: "unit" in slip.symbols for number, slip in slips.items()} == {0: True, 1: False}
    for slip in slips.values():
        for symbol in slip.symbols.values():
            assert isinstance(read_raw(site.bench.work, symbol.data), ScannedLabel), symbol
        make_label_job(load_template(TRAVEL), [slip], 300)
