"""Somebody without badge, PIN or account works for an hour on the word of two colleagues, and it is looked at afterwards."""

from __future__ import annotations

from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped, Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, ListPage, SignInPage, TodayPage
from coordinator_app.store.verify import verify

STRANGER = {"person": "no_account", "family": "Quill", "given": "Robin", "role": "nurse", "training": "AUTO-CART-CRYO",
            "reason": "agency nurse, account not made yet"}  # fmt: skip


def two_vouch(site: Demonstration, first: str = "nurse_a", second: str = "pharmacist_a") -> None:
    site.presses("no_badge")
    site.shows_badge_and_pin(first)
    site.shows_badge_and_pin(second)
    assert isinstance(site.answer.page, FormPage)


def test_the_sign_in_page_offers_a_way_in_without_a_badge(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, SignInPage)
    assert ("no_badge", "F2") in [(each.id, each.key) for each in page.actions]


def test_two_colleagues_vouch_and_the_nurse_works_under_her_own_name(site: Demonstration) -> None:
    two_vouch(site)
    nurse = site.people["nurse_b"]["id"]
    site.fills_in(person=nurse, role="nurse", reason="badge left at home")
    assert isinstance(site.answer.page, TodayPage)
    assert site.answer.frame.person is not None
    assert site.answer.frame.person.family == "Whitcombe"
    assert [each.code for each in site.answer.frame.notices] == ["notice.vouched"]
    opened = site.events("BreakGlassOpened")[-1]
    assert isinstance(opened.body, e.BreakGlassOpened)
    assert opened.body.vouched_by == (site.people["nurse_a"]["id"], site.people["pharmacist_a"]["id"])
    assert opened.body.account
    assert opened.signed_by_person
    vouched = site.events("BreakGlassVouched")[-1]
    assert vouched.refs == (opened.id,)
    assert vouched.actor == site.people["pharmacist_a"]["id"]
    assert vouched.signed_by_person
    assert "badge left at home" not in str(site.written(opened)), "what was written freely is sealed"
    assert verify(site.bench.work.store, all_signatures=True).first_bad is None


def test_one_person_cannot_vouch_twice(site: Demonstration) -> None:
    site.presses("no_badge")
    site.shows_badge_and_pin("nurse_a")
    refused(site.tries_badge_and_pin("nurse_a"), Refusal.SAME_PERSON_TWICE)
    assert not site.events("BreakGlassOpened")


def test_a_monitor_cannot_vouch(site: Demonstration) -> None:
    site.presses("no_badge")
    refused(site.tries_badge_and_pin("monitor_a"), Refusal.NOT_ALLOWED)


def test_nobody_vouches_for_themselves_nor_for_another_role(site: Demonstration) -> None:
    two_vouch(site)
    nurse_a, nurse_b = site.people["nurse_a"]["id"], site.people["nurse_b"]["id"]
    refused(site.tries_fill(person=nurse_a, role="nurse", reason="x"), Refusal.ENTRY_INCOMPLETE)
    refused(site.tries_fill(person=nurse_b, role="physician", reason="x"), Refusal.ENTRY_INCOMPLETE)
    refused(site.tries_fill(**{**STRANGER, "family": ""}), Refusal.ENTRY_INCOMPLETE)
    refused(site.tries_fill(**{**STRANGER, "role": "administrator"}), Refusal.ENTRY_INCOMPLETE)
    assert not site.events("BreakGlassOpened")


def test_whoever_gives_it_up_leaves_the_screen_as_it_was(site: Demonstration) -> None:
    two_vouch(site)
    site.presses("cancel")
    assert isinstance(site.answer.page, SignInPage)
    assert site.answer.page.purpose == "sign_in"
    site.signs_in("nurse_a")


def test_an_agency_nurse_without_an_account_does_a_bedside_check_with_a_colleague(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_out()
    two_vouch(site)
    site.fills_in(**STRANGER)
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.shows_badge_and_pin("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    opened = site.events("BreakGlassOpened")[-1].body
    assert isinstance(opened, e.BreakGlassOpened)
    assert confirmed.people == (opened.person, site.people["nurse_b"]["id"])
    assert not opened.account
    site.confirms_nothing_wrong()


def test_training_that_nobody_vouched_for_is_not_there(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_out()
    two_vouch(site)
    site.fills_in(**{**STRANGER, "training": "none"})
    refused(site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_TRAINED)


def test_the_session_ends_after_an_hour(site: Demonstration) -> None:
    two_vouch(site)
    site.fills_in(**STRANGER)
    site.waits(minutes=59)
    site.does(Ticked())
    assert isinstance(site.answer.page, TodayPage)
    site.waits(minutes=2)
    site.does(Ticked())
    assert isinstance(site.answer.page, SignInPage)
    assert site.events("PersonSignedOut")[-1].body == e.PersonSignedOut(
        person=site.events("BreakGlassOpened")[-1].subject, why="vouched_until"
    )


def test_somebody_without_an_account_has_nothing_to_sign_with(site: Demonstration) -> None:
    two_vouch(site)
    site.fills_in(**STRANGER)
    site.opens(site.id("c1"))
    site.presses("place_hold")
    site.fills_in(reason="sponsor asks to wait")
    site.presses("resolve")
    site.fills_in(resolution="asked")
    refused(site.tries(PinTyped("314159")), Refusal.NOT_ALLOWED)
    assert not site.events("HoldLifted")


def test_it_waits_for_review_by_somebody_who_was_not_part_of_it(site: Demonstration) -> None:
    two_vouch(site, "coordinator_a", "pharmacist_a")
    site.fills_in(**STRANGER)
    site.signs_out()
    site.signs_in("coordinator_a")
    page = site.opens("deviations").page
    assert isinstance(page, ListPage)
    row = next(each for each in page.rows if each.opens and each.opens.startswith("glass:"))
    assert row.opens is not None
    mine = site.opens(row.opens).page
    assert isinstance(mine, ListPage)
    assert mine.actions == (), "who vouched does not review it"
    refused(site.tries_press(f"review_break_glass:{row.opens}"), Refusal.NOT_ALLOWED)
    site.signs_in("quality_a")
    site.opens(row.opens)
    site.presses(f"review_break_glass:{row.opens}")
    site.fills_in(conclusion="agency contract seen, one check with a colleague")
    site.signs()
    reviewed = site.events("BreakGlassReviewed")[-1]
    assert reviewed.actor == site.people["quality_a"]["id"]
    assert reviewed.signed_by_person
    assert site.bench.work.site.glasses[row.opens].reviewed_by == site.people["quality_a"]["id"]
    site.restarts()
    assert site.bench.work.site.glasses[row.opens].conclusion.startswith("agency contract")
