"""After a run of the program that broke off, nothing goes on by itself: what was interrupted is listed, and begun when asked."""

from __future__ import annotations

from demonstration_by_hand import Demonstration

from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.screens import GuidedPage, SignInPage, TodayPage


def _broke_off_in_a_check(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.restarts()


def test_an_interrupted_check_is_listed_and_goes_on_only_when_it_is_asked_for(site: Demonstration) -> None:
    _broke_off_in_a_check(site)
    opened = len(site.events("CheckOpened"))
    assert isinstance(site.answer.page, SignInPage)
    for _ in range(5):
        assert isinstance(site.tries(Ticked()).page, SignInPage)
    site.signs_in("nurse_a")
    page = site.opens("today").page
    assert isinstance(page, TodayPage)
    assert len(site.events("CheckOpened")) == opened, "nobody asked for a check yet"
    badges = {task.badge.code for task in page.tasks if task.opens == site.id("c1") and task.badge is not None}
    assert badges == {"task.interrupted"}
    site.begins("bedside", site.id("c1"))
    assert len(site.events("CheckOpened")) == opened + 1
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.already == (), "nothing that was read before counts any more"
