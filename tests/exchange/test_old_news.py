"""Knowledge too old: release and acceptance turn amber, wherever they are looked at, and a restart changes nothing."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hub.serving_hub import ServingHub
from store.record_ward import Ward

sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))
from demonstration_by_hand import Demonstration, built, site
from exchange.test_live_exchange import Carried, hub, ward
from site_by_hand import held

from coordinator_app.domain.refusal import AMBER, COVERABLE, Refusal
from coordinator_app.domain.screens import TodayPage, Tone
from coordinator_app.procedures.exchange_heard import NEVER
from coordinator_app.procedures.exchange_live import LiveExchange
from coordinator_app.procedures.workplace import Workplace

__all__ = ["built", "hub", "site", "ward"]


def test_after_a_restart_without_a_network_the_news_are_as_old_as_they_were(hub: ServingHub, ward: Ward) -> None:
    before = Workplace(ward.store, ward.clock)
    live = LiveExchange(before)
    assert before.heard_from_hub() == NEVER, "joined, and never heard"
    carried = Carried(live)
    carried.until(lambda: before.exchange_shown().state == "sent")
    heard = before.heard_from_hub()
    assert heard is not None
    assert heard > NEVER
    carried.close()
    hub.stop()
    ward.restart()
    after = Workplace(ward.store, ward.clock)
    LiveExchange(after)
    kept = after.heard_from_hub()
    assert kept is not None
    assert timedelta() <= heard - kept <= timedelta(minutes=1)


def test_what_is_amber_can_be_taken_upon_oneself_too() -> None:
    assert AMBER <= COVERABLE


@pytest.mark.parametrize("hours", [1, 9])
def test_the_worklist_shows_release_steps_amber_while_the_news_are_old(site: Demonstration, hours: int) -> None:
    site.retrieves("c1", "u1")
    heard = site.clock.moment().at - timedelta(hours=hours)
    site.bench.work.heard_from_hub = lambda: heard
    site.signs_in("cell_laboratory_a")
    site.opens("today")
    page = site.answer.page
    assert isinstance(page, TodayPage)
    [thaw] = [task for task in page.tasks if task.opens == site.id("c1") and task.title.code == "task.thaw"]
    assert (thaw.tone is Tone.DUE, thaw.badge is not None) == (hours == 9, hours == 9)
    if hours == 9:
        assert thaw.badge is not None
        assert thaw.badge.code == "task.news_old"
        assert "notice.news_old" in {each.code for each in site.answer.frame.notices}
        with site.nothing_moves():
            held(site.tries_to_begin("thaw", site.id("c1")), Refusal.KNOWLEDGE_TOO_OLD)


def test_something_that_refuses_is_red_even_where_the_news_are_old_as_well(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    heard = site.clock.moment().at - timedelta(hours=9)
    site.bench.work.heard_from_hub = lambda: heard
    site.signs_in("coordinator_a")
    site.opens(site.id("c1"))
    site.presses("place_hold")
    site.fills_in(reason="sponsor asked")
    site.signs_in("cell_laboratory_a")
    answer = site.tries_to_begin("thaw", site.id("c1"))
    assert answer.reason is Refusal.ON_HOLD
    assert answer.page.kind == "refused"  # type: ignore[union-attr]
