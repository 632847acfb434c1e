"""Two bags of one patient of which one is held back: the other goes on, and nothing asks for the first for ever."""

from __future__ import annotations

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import refused
from site_from_empty import SiteFromEmpty

from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, GuidedPage, TodayPage

UNITS = ("c1u1", "c1u2")


@pytest.fixture
def two_received(ready: SiteFromEmpty) -> SiteFromEmpty:
    """Two bags of one patient, received and with their temperature record accepted."""
    c1 = ready.enrols("c1", units=2)
    ready.collects("c1")
    ready.packs("c1")
    ready.hands_over("c1")
    shipment = ready.announces("c1")
    ready.receives(shipment, "c1", UNITS)
    ready.reviews_logger(shipment, c1)
    return ready


def test_two_people_who_accept_two_different_bags_disagree(two_received: SiteFromEmpty) -> None:
    site = two_received
    papers = (site.order("c1"), site.certificate("c1"))
    site.signs_in("pharmacist_a")
    site.begins("accept", site.id("c1"))
    site.scans(*papers, site.code("c1u1"))
    site.second_person("pharmacist_b")
    site.scans(*papers)
    with site.nothing_moves():
        refused(site.tries_scan(site.code("c1u2")), Refusal.ARMS_DISAGREE)


def test_the_bag_that_is_not_in_quarantine_is_accepted_stored_and_released(two_received: SiteFromEmpty) -> None:
    site, c1 = two_received, two_received.id("c1")
    site.reads_papers_and_unit("c1", "c1u1")
    site.presses("quarantine")
    site.fills_in(reason="bag_damaged")
    site.accepts("c1", ("c1u2",))
    assert isinstance(site.answer.page, CasePage | TodayPage), "nobody is asked for the bag in quarantine"
    site.stores("c1", ("c1u2",))
    assert not isinstance(site.answer.page, GuidedPage)
    site.releases("c1")
    assert not isinstance(site.answer.page, GuidedPage)
    released = {unit.number: unit.has("BagReleased") for unit in site.case(c1).product_units()}
    assert released == {1: False, 2: True}
    site.confirms_nothing_wrong()


def test_a_cassette_that_holds_another_bag_is_refused_before_the_thaw(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    site.retrieves("c1", "u2")
    site.begins("thaw", site.id("c1"))
    site.scans(site.code("u1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u2")), Refusal.WRONG_UNIT)


def test_papers_release_nothing_where_there_is_no_bag_yet(site: Demonstration) -> None:
    site.signs_in("pharmacist_a")
    with site.nothing_moves():
        refused(site.tries_to_begin("release", site.id("c2")), Refusal.EARLIER_STEP_MISSING)
    assert site.last_refusal().reason == "EARLIER_STEP_MISSING"


def test_what_is_released_already_is_not_released_again(site: Demonstration) -> None:
    site.signs_in("pharmacist_a")
    site.begins("release", site.id("c1"))
    site.scans(site.order("c1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.certificate("c1")), Refusal.UNIT_ALREADY_USED)
