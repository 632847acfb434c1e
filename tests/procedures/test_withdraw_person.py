"""Withdrawing a person: who may, whom, and what it means for whoever sits at a workstation."""

from __future__ import annotations

from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, SignInPage


def withdraws(site: Demonstration, name: str) -> None:
    site.opens("people")
    site.presses("withdraw_person")
    site.fills_in(person=site.people[name]["id"], reason="left the hospital")
    site.signs()


def test_an_administrator_withdraws_a_person_with_a_reason_and_a_signature(site: Demonstration) -> None:
    site.signs_in("administrator_a")
    withdraws(site, "nurse_a")
    withdrawn = site.events("PersonWithdrawn")[-1]
    assert isinstance(withdrawn.body, e.PersonWithdrawn)
    assert (withdrawn.body.person, withdrawn.body.reason) == (site.people["nurse_a"]["id"], "left the hospital")
    assert withdrawn.signed_by_person
    assert withdrawn.actor == site.people["administrator_a"]["id"]


def test_a_withdrawn_person_does_not_sign_in_any_more(site: Demonstration) -> None:
    site.signs_in("administrator_a")
    withdraws(site, "nurse_a")
    site.signs_out()
    site.tries_scan(site.people["nurse_a"]["badge"])
    page = site.answer.page
    assert isinstance(page, SignInPage)
    assert site.bench.present is None


def test_nobody_withdraws_themselves_and_so_an_administrator_remains(site: Demonstration) -> None:
    site.signs_in("administrator_a")
    site.opens("people")
    site.presses("withdraw_person")
    page = site.answer.page
    assert isinstance(page, FormPage)
    offered = {value for value, _ in page.fields[0].choices}
    own = site.people["administrator_a"]["id"]
    assert offered == set(site.bench.work.site.people) - {own}
    refused(site.tries_fill(person=own, reason="by mistake"), Refusal.ENTRY_INCOMPLETE)


def test_a_nurse_withdraws_nobody(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens("people")
    refused(site.tries_press("withdraw_person"), Refusal.NOT_WHAT_WAS_ASKED)


def test_whoever_is_withdrawn_elsewhere_is_signed_out_here_within_a_second(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    work, nurse = site.bench.work, site.people["nurse_a"]["id"]
    work.record(
        e.PersonWithdrawn(person=nurse, reason="left"), subject=nurse, actor=site.people["administrator_a"]["id"]
    )
    work.commit()
    site.does(Ticked())
    assert site.bench.present is None
    assert site.events("PersonSignedOut")[-1].body == e.PersonSignedOut(person=nurse, why="withdrawn")
