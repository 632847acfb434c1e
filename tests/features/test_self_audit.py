"""The site looks at itself: counts by week and trial, on the screen and on paper, and nobody's name."""

from __future__ import annotations

import pypdfium2
from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ListPage
from coordinator_app.domain.self_audit import SelfAudit, self_audit, week_of

TRIAL = "AUTO-CART-CRYO"


def counted(site: Demonstration) -> SelfAudit:
    return self_audit(site.bench.work.cases(), site.bench.work.site.zone)


def week_now(site: Demonstration) -> str:
    """Return the week that a test's acts fall into: other trials of the site may have acts in it too."""
    return week_of(site.bench.work.now(), site.bench.work.site.zone)


def test_a_week_counts_refusals_typed_codes_what_was_late_and_what_was_repeated(site: Demonstration) -> None:
    before = {(each.week, each.trial): each for each in counted(site).weeks}
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    refused(site.tries_scan(site.patient("p5")["wristband"]), Refusal.WRONG_PATIENT)
    site.goes_on()
    site.begins("bedside", site.id("c1"))
    site.scans(site.patient("p1")["wristband"])
    site.waits(minutes=3)
    refused(site.tries_scan(site.code("u1")), Refusal.STALE_SCAN)
    site.reads_wristband_and_hears(site.patient("p1"))
    site.types_code(site.typed("u1"))
    site.shows_badge_and_pin("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.types_code(site.typed("u1"))
    site.goes_on()
    site.scans(site.code("u1"))
    site.waits(hours=3)
    site.does(Ticked())
    week = next(each for each in counted(site).weeks if (each.week, each.trial) == (week_now(site), TRIAL))
    known = before.get((week.week, week.trial))
    assert week.refused - (known.refused if known else 0) == 2
    assert week.typed - (known.typed if known else 0) == 2
    assert week.repeated - (known.repeated if known else 0) == 1
    assert week.late >= 1
    assert week.median_s is not None
    reasons = {each.reason: each.count for each in counted(site).reasons if each.week == week.week}
    assert reasons["WRONG_PATIENT"] == 1
    assert reasons["STALE_SCAN"] == 1


def test_the_page_shows_the_counts_and_prints_them_and_names_nobody(site: Demonstration) -> None:
    site.signs_in("quality_a")
    site.opens("record")
    page = site.presses("open:self_audit").page
    assert isinstance(page, ListPage)
    assert page.rows
    assert {each.cells[1] for each in page.rows} == {"AUTO-CART-CRYO", "DONOR-DLI", "FRESH-STAMPED"}
    reasons = site.presses("open:self_audit:reasons").page
    assert isinstance(reasons, ListPage)
    site.presses("print_self_audit")
    job = site.jobs[-1]
    assert job.file_name == "self-audit.pdf"
    document = pypdfium2.PdfDocument(job.content)
    text = "".join(each.get_textpage().get_text_range() for each in document)
    document.close()
    assert "AUTO-CART-CRYO" in text
    shown = repr(page) + repr(reasons) + text
    for staff in site.bench.work.site.people.values():
        assert staff.family not in shown
        assert staff.person not in shown
    for patient in site.listing["patients"].values():
        assert patient["family"] not in shown
