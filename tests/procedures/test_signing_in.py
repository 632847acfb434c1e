"""Signing in at the bench: unknown badges, wrong PINs, locks that no restart opens, and changing the person."""

from __future__ import annotations

import json
from datetime import timedelta

from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import CasePage, SignInPage, TodayPage, Verdict


def test_a_badge_nobody_knows_opens_nothing_and_is_kept_sealed(site: Demonstration) -> None:
    unknown = str(site.listing["spare"]["badge"])
    answer = site.tries_scan(unknown)
    refused(answer, Refusal.BADGE_UNKNOWN)
    assert isinstance(answer.page, SignInPage)
    assert answer.page.stage == "badge"
    recorded = site.events("ScanNotUsed")[-1]
    assert isinstance(recorded.body, e.ScanNotUsed)
    assert (recorded.body.reason, bytes.fromhex(recorded.body.raw).decode()) == ("BADGE_UNKNOWN", unknown)
    assert unknown.encode().hex() not in json.dumps(site.written(recorded))


def _wrong_pins(site: Demonstration, count: int) -> None:
    site.scans(site.people["nurse_a"]["badge"])
    for _ in range(count):
        refused(site.tries(PinTyped("000000")), Refusal.PIN_WRONG)


def test_five_wrong_pins_lock_the_badge_and_no_restart_opens_it(site: Demonstration) -> None:
    pin = site.people["nurse_a"]["pin"]
    _wrong_pins(site, 5)
    refused(site.tries(PinTyped(pin)), Refusal.PIN_LOCKED)
    failures = [each.body.failures for each in site.events("SignInRefused") if isinstance(each.body, e.SignInRefused)]
    assert failures == [1, 2, 3, 4, 5, 5]
    site.restarts(reboot=True)
    refused(site.tries_badge_and_pin("nurse_a"), Refusal.PIN_LOCKED)
    site.shows_badge_and_pin("nurse_b")
    assert isinstance(site.answer.page, TodayPage), "the others can work"


def test_a_locked_badge_opens_again_after_its_time_which_doubles_with_each_failure(site: Demonstration) -> None:
    pin = site.people["nurse_a"]["pin"]
    _wrong_pins(site, 5)
    site.waits(seconds=70)
    site.scans(site.people["nurse_a"]["badge"])
    refused(site.tries(PinTyped("000000")), Refusal.PIN_WRONG)
    site.waits(seconds=70)
    refused(site.tries(PinTyped(pin)), Refusal.PIN_LOCKED)
    site.waits(seconds=130)
    site.scans(site.people["nurse_a"]["badge"])
    assert site.tries(PinTyped(pin)).verdict is Verdict.ACCEPTED
    assert [each.type for each in site.log()][-2:] == ["SignInRecovered", "PersonSignedIn"]


def test_waiting_out_a_lock_does_not_give_five_new_guesses(site: Demonstration) -> None:
    _wrong_pins(site, 5)
    site.waits(minutes=2)
    site.scans(site.people["nurse_a"]["badge"])
    refused(site.tries(PinTyped("000000")), Refusal.PIN_WRONG)
    refused(site.tries(PinTyped(site.people["nurse_a"]["pin"])), Refusal.PIN_LOCKED)


def test_wrong_pins_of_the_second_person_count_as_well(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"), site.people["nurse_b"]["badge"])
    for _ in range(5):
        refused(site.tries(PinTyped("000000")), Refusal.PIN_WRONG)
    refused(site.tries(PinTyped(site.people["nurse_b"]["pin"])), Refusal.PIN_LOCKED)


def test_nothing_can_be_done_before_somebody_has_signed_in(site: Demonstration) -> None:
    refused(site.tries_to_begin("retrieve", site.id("c1")), Refusal.NOT_SIGNED_IN)
    refused(site.tries_press("enrol"), Refusal.NOT_SIGNED_IN)
    answer = site.tries_scan(site.code("u1"))
    assert answer.verdict is Verdict.REFUSED
    assert isinstance(answer.page, SignInPage)


def test_showing_another_badge_changes_the_person_only_after_their_pin(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    answer = site.scans(site.people["nurse_b"]["badge"])
    assert answer.frame.person is None
    assert isinstance(answer.page, SignInPage)
    answer = site.tries(PinTyped(site.people["nurse_b"]["pin"]), after=timedelta(seconds=1))
    assert answer.frame.person is not None
    assert answer.frame.person.family == "Whitcombe"
    assert isinstance(answer.page, TodayPage | CasePage)
