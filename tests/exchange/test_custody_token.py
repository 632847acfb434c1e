"""The token of a unit bounds what a workstation may take in while it cannot ask the others."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "procedures"))
from demonstration_by_hand import Demonstration, built, site
from exchange.test_set_aside import Arriving
from site_by_hand import held, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.custody import IN_TOUCH, lasts, token_of
from coordinator_app.domain.refusal import Refusal

__all__ = ["built", "site"]


def _hears(site: Demonstration, ago: timedelta) -> None:
    heard = site.clock.moment().at - ago
    site.bench.work.heard_from_hub = lambda: heard


def _received_elsewhere(site: Demonstration, *, seconds_ago: float = 50) -> Arriving:
    """Let another workstation have received the unit of c3; its record comes here."""
    other = Arriving(site)
    case, unit = site.id("c3"), site.unit(site.id("c3"), 1).unit
    other.author.at = site.clock.moment().at - timedelta(seconds=seconds_ago)
    where = {"case": case, "unit": unit, "step": "receive"}
    body = {**where, "check": "check:" + "5" * 32, "people": ["person:" + "6" * 32]}
    confirmed = other.author.writes("IdentityConfirmed", body, must=True, subject=unit)
    other.author.writes("BagReceived", where, must=True, subject=unit, refs=[confirmed.id])
    arrived = {"case": case, "shipment": next(iter(site.case(case).shipments)), "condition": "good", "seal": "",
               "seal_intact": True}  # fmt: skip
    other.author.writes("ShipmentArrived", arrived, subject=arrived["shipment"])
    reviewed = {"case": case, "shipment": arrived["shipment"], "accepted": True}
    other.author.writes("LoggerReviewed", reviewed, subject=arrived["shipment"])
    taken = other.come(other.author.lines[other.author.epoch])
    assert {each.state for each in taken} == {"integrated"}, [each.why for each in taken]
    return other


def _tries_to_accept(site: Demonstration) -> None:
    site.signs_in("pharmacist_a")
    site.tries_to_begin("accept", site.id("c3"))


def test_the_workstation_that_took_a_unit_in_by_scan_may_accept_it_offline(site: Demonstration) -> None:
    site.c3_received()
    site.reviews_logger(site.listing["shipments"]["s1"], site.id("c3"))
    token = token_of(site.case(site.id("c3")), site.unit(site.id("c3"), 1).unit, timedelta(hours=1))
    assert token is not None
    assert token.workstation == site.bench.work.store.workstation
    _hears(site, timedelta(minutes=30))
    site.accepts("c3", ("u3",))
    assert site.events("BagAccepted")[-1].device == site.bench.work.store.workstation


def test_offline_and_without_the_token_the_screen_is_amber_until_a_second_person_saw_the_unit_and_both_signed(
    site: Demonstration,
) -> None:
    _received_elsewhere(site)
    _hears(site, timedelta(minutes=30))
    with site.nothing_moves():
        _tries_to_accept(site)
        held(site.answer, Refusal.CUSTODY_ELSEWHERE)
        assert "Laboratory 2" in str(site.answer.page), "the screen names who has the token"
        site.presses("take_custody")
        site.signs()
        refused(site.tries_badge_and_pin("pharmacist_a"), Refusal.SAME_PERSON_TWICE)
        site.shows_badge_and_pin("pharmacist_b")
    taken = site.events("CustodyTaken")[-1]
    assert isinstance(taken.body, e.CustodyTaken)
    assert taken.body.people == (site.people["pharmacist_a"]["id"], site.people["pharmacist_b"]["id"])
    assert taken.signed_by_person
    assert taken.id in site.events("RecordSigned")[-1].refs
    site.presses("abort")
    _tries_to_accept(site)
    assert site.answer.reason is None, "the token is here now"


def test_the_token_that_was_taken_counts_no_longer_than_news_may_be_old(site: Demonstration) -> None:
    _received_elsewhere(site)
    _hears(site, timedelta(minutes=30))
    _tries_to_accept(site)
    site.presses("take_custody")
    site.signs()
    site.shows_badge_and_pin("pharmacist_b")
    site.presses("abort")
    case = site.case(site.id("c3"))
    site.waits(seconds=lasts(site.bench.work.profile(case)).total_seconds() + 60)
    _hears(site, timedelta(minutes=30))
    _tries_to_accept(site)
    held(site.answer, Refusal.CUSTODY_ELSEWHERE)


def test_in_touch_with_the_hub_nobody_needs_the_token_unless_another_workstation_has_it(site: Demonstration) -> None:
    other = _received_elsewhere(site)
    _hears(site, timedelta(seconds=5))
    _tries_to_accept(site)
    held(site.answer, Refusal.CUSTODY_ELSEWHERE)
    site.presses("go_on")
    where = {"case": site.id("c3"), "unit": site.unit(site.id("c3"), 1).unit, "step": "receive"}
    given = {**where, "check": "check:" + "7" * 32, "people": ["person:" + "6" * 32]}
    confirmed = other.author.writes("IdentityConfirmed", given, must=True, subject=where["unit"])
    other.author.writes("BagHandedOver", {**where, "to": "pharmacy"}, must=True, subject=where["unit"],
                        refs=[confirmed.id])  # fmt: skip
    other.come(other.author.lines[other.author.epoch][-2:])
    _hears(site, timedelta(seconds=5))
    _tries_to_accept(site)
    assert site.answer.reason is None, "it was handed over by scan: nobody has the token"
    site.presses("abort")
    _hears(site, IN_TOUCH + timedelta(seconds=30))
    _tries_to_accept(site)
    held(site.answer, Refusal.CUSTODY_ELSEWHERE)


@pytest.mark.parametrize("heard", [True, False])
def test_a_site_without_a_hub_has_one_record_and_no_tokens(site: Demonstration, heard: bool) -> None:
    _received_elsewhere(site)
    if heard:
        _hears(site, timedelta(minutes=30))
    _tries_to_accept(site)
    assert (site.answer.reason is Refusal.CUSTODY_ELSEWHERE) == heard


def test_a_physician_and_a_pharmacist_may_take_it_upon_themselves(site: Demonstration) -> None:
    _received_elsewhere(site)
    _hears(site, timedelta(minutes=30))
    _tries_to_accept(site)
    assert {"take_custody", "exception"} <= {each.id for each in site.answer.page.actions}  # type: ignore[union-attr]


def test_news_older_than_the_trial_allows_hold_back_acceptance_too(site: Demonstration) -> None:
    _received_elsewhere(site)
    _hears(site, timedelta(hours=9))
    _tries_to_accept(site)
    held(site.answer, Refusal.KNOWLEDGE_TOO_OLD)
    assert {"phone_check", "take_custody"} <= {each.id for each in site.answer.page.actions}  # type: ignore[union-attr]
