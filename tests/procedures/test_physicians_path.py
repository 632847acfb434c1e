"""The physician's path at the door of a step and inside a check: what it covers, for whom, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import asks_for_somebody, held, refused

from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped, Scanned
from coordinator_app.domain.refusal import ANOTHER_WAY_OUT, COVERABLE, NEVER_COVERED, Refusal
from coordinator_app.domain.screens import FormPage, GuidedPage, SignInPage, VerdictPage
from coordinator_app.procedures.workplace import sha256_of

TRIAL = "AUTO-CART-CRYO"


def offered(site: Demonstration) -> set[str]:
    """Return what can be pressed on the page shown."""
    page = site.answer.page
    assert isinstance(page, GuidedPage | VerdictPage | SignInPage | FormPage)
    return {action.id for action in page.actions}


def excepts(site: Demonstration, unit: str) -> e.ExceptionAuthorised:
    """Have a physician and a pharmacist take what stands on the screen upon themselves, for the unit that is scanned."""
    site.presses("exception")
    if isinstance(site.answer.page, GuidedPage) and site.answer.page.instruction.code == "scan.unit":
        site.scans(site.code(unit))
    site.fills_in(reason="patient is conditioned and cannot wait", sponsor="not reachable")
    site.shows_badge_and_pin("physician_a")
    site.shows_badge_and_pin("pharmacist_a")
    body = site.events("ExceptionAuthorised")[-1].body
    assert isinstance(body, e.ExceptionAuthorised)
    return body


def _delegation_of(site: Demonstration, name: str, ends: timedelta) -> None:
    work, person = site.bench.work, site.people[name]["id"]
    body = e.DelegationRecorded(person=person, profile=TRIAL, until=work.now() + ends)
    work.record(body, subject=person, actor=site.people["coordinator_a"]["id"])
    work.commit()


def _training_of(site: Demonstration, name: str, ends: timedelta) -> None:
    work, person = site.bench.work, site.people[name]["id"]
    body = e.TrainingRecorded(person=person, training=TRIAL, until=work.now() + ends)
    work.record(body, subject=person, actor=site.people["coordinator_a"]["id"])
    work.commit()


def _profile_nobody_approved(site: Demonstration) -> None:
    """Let the case stand on a text of its profile that two people have not approved, as another workstation could."""
    work, c1 = site.bench.work, site.id("c1")
    case = site.case(c1)
    text = work.site.profiles[case.profile_sha256].text + "\n# a later text\n"
    work.record(
        e.ProfileOffered(profile=case.profile, profile_version=case.profile_version, sha256=sha256_of(text), text=text),
        subject="site:1",
    )
    work.record(
        e.ProfileMoved(
            case=c1, profile=case.profile, profile_version=case.profile_version, profile_sha256=sha256_of(text),
            before=case.profile_sha256,
        ),
        subject=c1,
    )  # fmt: skip
    work.commit()


# At the door ------------------------------------------------------------------------------------------------------


def test_every_refusal_that_holds_back_a_beginning_is_covered_or_has_another_way_out() -> None:
    """The table that gate and door read: each code stands in exactly one of the three."""
    tables = (COVERABLE, NEVER_COVERED, frozenset(ANOTHER_WAY_OUT))
    assert sum(len(each) for each in tables) == len(frozenset().union(*tables))
    at_the_door = {
        Refusal.NOT_TRAINED, Refusal.NOT_DELEGATED, Refusal.NOT_ALLOWED, Refusal.PROFILE_NOT_APPROVED,
        Refusal.PROFILE_IS_EXAMPLE, Refusal.ON_HOLD, Refusal.DISCREPANCY_OPEN, Refusal.IDENTITY_CHECK_NEEDED,
        Refusal.PART_MISSING, Refusal.KNOWLEDGE_TOO_OLD, Refusal.HISTORY_UNVERIFIED, Refusal.UNIT_ALREADY_USED,
        Refusal.QUARANTINED, Refusal.EARLIER_STEP_MISSING, Refusal.EXPIRED, Refusal.WRONG_ORDER_OF_UNITS,
        Refusal.GATE_CLOSED, Refusal.CERTIFICATE_MISSING, Refusal.ORDER_MISSING, Refusal.CLOCK_OVERDUE,
        Refusal.TOO_EARLY, Refusal.CLOCK_UNCERTAIN, Refusal.NOT_THE_HOLDER, Refusal.LABELS_NOT_RECONCILED,
    }  # fmt: skip
    assert at_the_door <= frozenset().union(*tables)


def test_an_untrained_nurse_begins_with_an_exception_that_covers_her_alone_and_only_once(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    _training_of(site, "nurse_b", -timedelta(days=1))
    site.signs_in("nurse_untrained")
    refused(site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_TRAINED)
    body = excepts(site, "u1")
    assert body.reasons == ("NOT_TRAINED",)
    assert body.person == site.people["nurse_untrained"]["id"]
    assert body.unit == site.unit(site.id("c1"), 1).unit
    assert isinstance(site.answer.page, GuidedPage)
    assert site.answer.page.instruction.code == "scan.wristband", "the step goes on at once"
    assert [each.kind for each in site.case(site.id("c1")).deviations.values()][-1] == "exception"
    site.presses("abort")
    site.signs_in("nurse_b")
    refused(site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_TRAINED)
    site.goes_on()
    site.bedside_check("c1", "u1", ("nurse_untrained", "nurse_a"))
    site.goes_on()
    site.presses("start_infusion")
    started = site.events("AdministrationStarted")[-1]
    assert site.events("ExceptionAuthorised")[-1].id in started.refs
    site.presses("complete_infusion")
    site.retrieves("c1", "u2")
    site.thaws("c1", "u2")
    site.carries("c1", "u2")
    site.signs_in("nurse_untrained")
    refused(site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_TRAINED)
    site.goes_on()
    site.confirms_nothing_wrong()


def test_an_exception_for_one_bag_does_not_let_the_untrained_nurse_give_another(site: Demonstration) -> None:
    c1 = site.two_bags_thawed()
    site.signs_in("nurse_untrained")
    refused(site.tries_to_begin("bedside", c1), Refusal.NOT_TRAINED)
    excepts(site, "u1")
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u2")), Refusal.NOT_TRAINED)


@pytest.mark.parametrize("ends", [-timedelta(seconds=1), None], ids=["ended", "never given"])
def test_nobody_works_in_a_trial_without_a_delegation_but_by_an_exception(
    site: Demonstration, ends: timedelta | None
) -> None:
    site.thawed_at_the_bedside()
    if ends is None:
        site.bench.work.site.people[site.people["nurse_a"]["id"]].delegated.clear()
    else:
        _delegation_of(site, "nurse_a", ends)
    site.signs_in("nurse_b")
    site.signs_in("nurse_a")
    with site.nothing_moves():
        refused(site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_DELEGATED)
    assert site.last_refusal().reason == "NOT_DELEGATED"
    excepts(site, "u1")
    assert isinstance(site.answer.page, GuidedPage)


def test_the_coordinator_delegates_with_a_signature_and_the_nurse_may_begin(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    _delegation_of(site, "nurse_a", -timedelta(seconds=1))
    site.signs_in("coordinator_a")
    site.opens("people")
    site.presses("delegate")
    nurse = site.people["nurse_a"]["id"]
    day = (site.clock.moment().at + timedelta(days=90)).date().isoformat()
    values = {"person": nurse, "trial": TRIAL, "what": "delegation"}
    refused(site.tries_fill(**values, until="2020-01-01"), Refusal.ENTRY_INCOMPLETE)
    site.fills_in(**values, until=day)
    site.signs()
    given = site.events("DelegationRecorded")[-1]
    assert given.signed_by_person
    assert given.actor == site.people["coordinator_a"]["id"]
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))


def test_a_nurse_cannot_delegate(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens("people")
    refused(site.tries_press("delegate"), Refusal.NOT_WHAT_WAS_ASKED)


def test_a_profile_that_nobody_approved_can_be_taken_upon_oneself_for_one_bag(site: Demonstration) -> None:
    _profile_nobody_approved(site)
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("retrieve", site.id("c1")), Refusal.PROFILE_NOT_APPROVED)
    excepts(site, "u1")
    refused(site.tries_scan(site.code("u2")), Refusal.PROFILE_NOT_APPROVED)
    site.goes_on()
    site.retrieves("c1", "u1")
    assert site.events("ExceptionAuthorised")[-1].id in site.events("BagRetrieved")[-1].refs
    refused(site.tries_to_begin("thaw", site.id("c1")), Refusal.PROFILE_NOT_APPROVED)


def test_a_hold_and_a_missing_role_are_no_matter_for_an_exception(site: Demonstration) -> None:
    c1 = site.id("c1")
    site.signs_in("coordinator_a")
    site.opens(c1)
    site.presses("place_hold")
    site.fills_in(reason="sponsor asks to wait")
    site.signs_in("cell_laboratory_a")
    refused(site.tries_to_begin("retrieve", c1), Refusal.ON_HOLD)
    assert offered(site) == {"go_on"}
    site.goes_on()
    site.signs_in("monitor_a")
    refused(site.tries_to_begin("retrieve", c1), Refusal.NOT_ALLOWED)
    assert offered(site) == {"go_on"}


def test_an_exception_at_the_door_ends_after_sixty_minutes(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_untrained")
    site.tries_to_begin("bedside", site.id("c1"))
    excepts(site, "u1")
    site.presses("abort")
    site.waits(minutes=61)
    refused(site.tries_to_begin("bedside", site.id("c1")), Refusal.NOT_TRAINED)


def test_a_refusal_at_the_door_is_not_put_aside_and_not_taken_over(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_untrained")
    site.tries_to_begin("bedside", site.id("c1"))
    site.locks()
    site.signs_in("nurse_a")
    assert site.answer.frame.parked == 0
    assert not isinstance(site.answer.page, VerdictPage)
    assert not [each for each in site.events("ProcedureParked") if each.actor == site.people["nurse_untrained"]["id"]]


# Old news, a record not yet verified ------------------------------------------------------------------------------


def test_old_news_hold_back_the_thaw_until_two_people_have_asked_by_phone(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    heard = site.clock.moment().at - timedelta(hours=8)
    site.bench.work.heard_from_hub = lambda: heard
    site.signs_in("cell_laboratory_a")
    with site.nothing_moves():
        held(site.tries_to_begin("thaw", site.id("c1")), Refusal.KNOWLEDGE_TOO_OLD)
    assert {"phone_check", "exception"} <= offered(site)
    site.presses("phone_check")
    site.fills_in(spoken_with="Erik Lindqvist", said="nothing stands against bag 1")
    site.signs()
    refused(site.tries_badge_and_pin("cell_laboratory_a"), Refusal.SAME_PERSON_TWICE)
    site.shows_badge_and_pin("cell_laboratory_b")
    assert isinstance(site.answer.page, GuidedPage), "the step goes on"
    checked = site.events("PhoneChecked")[-1]
    assert isinstance(checked.body, e.PhoneChecked)
    assert checked.body.people == (site.people["cell_laboratory_a"]["id"], site.people["cell_laboratory_b"]["id"])
    assert checked.signed_by_person
    assert site.events("RecordSigned")[-1].refs == (checked.id,)
    assert "Lindqvist" not in str(site.written(checked)), "what was written freely is sealed"
    site.presses("abort")
    site.waits(minutes=61)
    held(site.tries_to_begin("thaw", site.id("c1")), Refusal.KNOWLEDGE_TOO_OLD)


def test_old_news_can_be_taken_upon_oneself_and_fresh_news_or_no_hub_at_all_hold_back_nothing(
    site: Demonstration,
) -> None:
    site.retrieves("c1", "u1")
    now = site.clock.moment().at
    work = site.bench.work
    assert work.heard_from_hub() is None, "this site works alone and knows everything itself"
    site.begins("thaw", site.id("c1"))
    site.presses("abort")
    work.heard_from_hub = lambda: now - timedelta(hours=7)
    site.begins("thaw", site.id("c1"))
    site.presses("abort")
    work.heard_from_hub = lambda: now + timedelta(hours=1)
    held(site.tries_to_begin("thaw", site.id("c1")), Refusal.KNOWLEDGE_TOO_OLD)
    body = excepts(site, "u1")
    assert body.reasons == ("KNOWLEDGE_TOO_OLD",)
    site.scans(site.code("u1"), site.code("u1"))
    assert isinstance(site.answer.page, VerdictPage)
    assert site.answer.page.kind == "accepted"


def test_old_news_hold_back_no_step_but_those_that_let_the_product_go(site: Demonstration) -> None:
    work = site.bench.work
    work.heard_from_hub = lambda: site.clock.moment().at - timedelta(days=3)
    site.retrieves("c1", "u1")


def test_old_news_are_said_on_every_screen_before_anybody_begins(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    assert "notice.news_old" not in {each.code for each in site.answer.frame.notices}
    now = site.clock.moment().at
    site.bench.work.heard_from_hub = lambda: now - timedelta(hours=9)
    site.opens("clocks")
    assert "notice.news_old" in {each.code for each in site.answer.frame.notices}
    site.bench.work.heard_from_hub = lambda: now
    site.opens("today")
    assert "notice.news_old" not in {each.code for each in site.answer.frame.notices}


def test_news_that_grow_old_between_the_check_and_the_start_hold_back_the_start(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    work = site.bench.work
    site.bedside_check("c1", "u1")
    site.goes_on()
    work.heard_from_hub = lambda: site.clock.moment().at - timedelta(hours=9)
    with site.nothing_moves():
        held(site.tries_press("start_infusion"), Refusal.KNOWLEDGE_TOO_OLD)


def test_a_record_not_yet_verified_holds_back_the_thaw_until_it_is_or_by_an_exception(site: Demonstration) -> None:
    site.retrieves("c1", "u1")
    verified: set[str] = set()
    site.bench.work.history_verified = verified.__contains__
    with site.nothing_moves():
        refused(site.tries_to_begin("thaw", site.id("c1")), Refusal.HISTORY_UNVERIFIED)
    assert excepts(site, "u1").reasons == ("HISTORY_UNVERIFIED",)
    site.presses("abort")
    site.waits(minutes=61)
    refused(site.tries_to_begin("thaw", site.id("c1")), Refusal.HISTORY_UNVERIFIED)
    site.goes_on()
    verified.add(site.id("c1"))
    site.begins("thaw", site.id("c1"))


# What arrives while people check ------------------------------------------------------------------------------------


def _hold(site: Demonstration, case: str = "c1") -> None:
    work = site.bench.work
    work.record(e.HoldPlaced(case=site.id(case), reason="sponsor asks to wait"), subject=site.id(case))
    work.commit()


def test_a_hold_that_arrives_during_a_check_ends_it_before_anything_is_confirmed(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    _hold(site)
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u1")), Refusal.ON_HOLD)
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert page.sentence.values["about"] == "sponsor asks to wait"
    assert "exception" not in offered(site)


def test_a_quarantine_that_arrives_during_a_check_ends_it(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.quarantines("c1", "u1")
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u1")), Refusal.QUARANTINED)


def test_a_hold_that_arrives_between_the_papers_and_the_signature_stops_the_release(site: Demonstration) -> None:
    site.c3_received()
    site.reviews_logger(site.listing["shipments"]["s1"], site.id("c3"))
    site.accepts("c3", ("u3",))
    site.stores("c3", ("u3",))
    site.signs_in("pharmacist_a")
    site.begins("release", site.id("c3"))
    site.scans(site.order("c3"), site.certificate("c3"))
    site.goes_on()
    _hold(site, "c3")
    with site.nothing_moves():
        refused(site.tries(PinTyped(site.people["pharmacist_a"]["pin"])), Refusal.ON_HOLD)


def test_a_second_serial_that_turns_up_while_people_check_is_a_contradiction_before_the_start(
    site: Demonstration,
) -> None:
    c1 = site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    unit = site.unit(c1, 1)
    site.bench.work.record(
        e.UnitRegistered(
            case=c1, unit="bag:twin", kind="bag", name=unit.name, number=9, origin="sponsor-file",
            codes=tuple(sorted(unit.codes)),
        ),
        subject="bag:twin",
    )  # fmt: skip
    site.bench.work.commit()
    with site.nothing_moves():
        refused(site.tries_press("start_infusion"), Refusal.DISCREPANCY_OPEN)


# Who begins -------------------------------------------------------------------------------------------------------


def test_somebody_who_did_not_check_cannot_start_on_the_green_page_of_others(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.locks()
    site.signs_in("apheresis_nurse_b")
    with site.nothing_moves():
        answer = site.tries_press("start_infusion")
        refused(answer, Refusal.NOT_OF_THE_CHECK)
    assert isinstance(answer.page, GuidedPage)
    assert answer.page.instruction.code == "scan.wristband", "a whole check by this person and a colleague"
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    site.goes_on()
    site.presses("start_infusion")
    assert site.unit(site.id("c1"), 1).has("AdministrationStarted")


def test_the_second_person_of_the_check_may_start_when_the_first_was_called_away(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.bedside_check("c1", "u1")
    site.goes_on()
    site.locks()
    site.signs_in("nurse_b")
    site.presses("start_infusion")
    assert site.unit(site.id("c1"), 1).has("AdministrationStarted")


# The second person ------------------------------------------------------------------------------------------------


def _first_arm(site: Demonstration) -> None:
    site.begins_at_the_bedside()
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))


def test_an_untrained_second_person_checks_by_an_exception_for_them_and_this_bag(site: Demonstration) -> None:
    _first_arm(site)
    refused(site.tries_badge_and_pin("nurse_untrained"), Refusal.NOT_TRAINED)
    assert "exception" in offered(site)
    body = excepts(site, "u1")
    assert body.person == site.people["nurse_untrained"]["id"]
    asks_for_somebody(site.answer, "witness")
    site.shows_badge_and_pin("nurse_untrained")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.people[1] == site.people["nurse_untrained"]["id"]


def test_an_exception_for_the_second_person_and_another_bag_lets_nobody_confirm(site: Demonstration) -> None:
    site.two_bags_thawed()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    refused(site.tries_badge_and_pin("nurse_untrained"), Refusal.NOT_TRAINED)
    excepts(site, "u2")
    site.shows_badge_and_pin("nurse_untrained")
    site.reads_wristband_and_hears(site.patient("p1"))
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u1")), Refusal.NOT_TRAINED)


def test_between_the_two_people_no_page_shows_what_the_first_one_read(site: Demonstration) -> None:
    _first_arm(site)
    site.tries_badge_and_pin("nurse_untrained")
    site.presses("exception")
    page = site.answer.page
    assert isinstance(page, GuidedPage)
    assert page.already == ()
    assert page.banner.__class__.__name__ == "NeutralBanner"


def test_two_vouch_for_a_second_person_without_a_badge(site: Demonstration) -> None:
    _first_arm(site)
    assert "no_badge" in offered(site)
    site.presses("no_badge")
    site.shows_badge_and_pin("nurse_a")
    site.shows_badge_and_pin("pharmacist_a")
    site.fills_in(person=site.people["nurse_b"]["id"], role="nurse", reason="badge left at home")
    assert isinstance(site.answer.page, GuidedPage)
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    confirmed = site.events("IdentityConfirmed")[-1].body
    assert isinstance(confirmed, e.IdentityConfirmed)
    assert confirmed.people == (site.people["nurse_a"]["id"], site.people["nurse_b"]["id"])
    glass = site.events("BreakGlassOpened")[-1].body
    assert isinstance(glass, e.BreakGlassOpened)
    assert not site.bench.work.site.glasses[glass.glass].reviewed_by, "it waits for a review"
    assert site.signed_in == "nurse_a", "who was signed in still is"
    site.confirms_nothing_wrong()


def test_nobody_can_be_vouched_for_as_the_second_person_who_read_first(site: Demonstration) -> None:
    _first_arm(site)
    site.presses("no_badge")
    site.shows_badge_and_pin("nurse_b")
    site.shows_badge_and_pin("pharmacist_a")
    refused(site.tries_fill(person=site.people["nurse_a"]["id"], role="nurse", reason="x"), Refusal.SAME_PERSON_TWICE)
    asks_for_somebody(site.answer, "witness")


def test_who_is_vouched_for_needs_a_role_of_the_step(site: Demonstration) -> None:
    _first_arm(site)
    site.presses("no_badge")
    site.shows_badge_and_pin("nurse_a")
    site.shows_badge_and_pin("nurse_b")
    pharmacist = site.people["pharmacist_b"]["id"]
    refused(site.tries_fill(person=pharmacist, role="pharmacist", reason="x"), Refusal.NOT_ALLOWED)
    asks_for_somebody(site.answer, "witness")


def test_the_one_without_an_account_is_asked_again_under_the_same_name(site: Demonstration) -> None:
    stranger = {"person": "no_account", "family": "Quill", "given": "Robin", "role": "nurse", "training": TRIAL,
                "reason": "agency"}  # fmt: skip
    _first_arm(site)
    site.presses("no_badge")
    site.shows_badge_and_pin("nurse_a")
    site.shows_badge_and_pin("nurse_b")
    site.fills_in(**stranger)
    site.scans(site.patient("p1")["wristband"])
    site.hears("Somebody", site.patient("p1")["born"])
    site.scans(site.code("u1"))
    site.locks()
    site.signs_in("nurse_a")
    asks_for_somebody(site.answer, "again")
    quill = site.events("BreakGlassOpened")[-1].subject
    site.presses("no_badge")
    site.shows_badge_and_pin("nurse_a")
    site.shows_badge_and_pin("nurse_b")
    site.fills_in(person=quill, role="nurse", training=TRIAL, reason="asked once more")
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    site.shows_badge_and_pin("nurse_a")
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    assert [each.subject for each in site.events("BreakGlassOpened")] == [quill, quill]
    assert isinstance(site.answer.page, VerdictPage)
    assert site.answer.page.kind == "accepted"


def test_giving_up_the_vouching_leaves_the_second_arm_waiting(site: Demonstration) -> None:
    _first_arm(site)
    site.presses("no_badge")
    site.presses("abort")
    asks_for_somebody(site.answer, "witness")
    site.shows_badge_and_pin("nurse_b")


# A scanner that is not set up -------------------------------------------------------------------------------------


def test_a_scanner_that_cannot_be_set_up_is_used_by_an_exception(site: Demonstration) -> None:
    site.thawed_at_the_bedside()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    band, other = site.patient("p1")["wristband"].encode(), "scanner-9"
    refused(site.tries(Scanned(band, other)), Refusal.SCANNER_NOT_CALIBRATED)
    assert "exception" in offered(site)
    assert excepts(site, "u1").reasons == ("SCANNER_NOT_CALIBRATED",)
    site.begins("bedside", site.id("c1"))
    site.does(Scanned(band, other))
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    site.does(Scanned(site.code("u1").encode(), other))
    site.second_person("nurse_b")
    site.reads_wristband_and_hears(site.patient("p1"))
    site.scans(site.code("u1"))
    page = site.answer.page
    assert isinstance(page, VerdictPage)
    assert page.kind == "accepted"


def test_an_exception_for_a_scanner_holds_for_its_own_bag(site: Demonstration) -> None:
    site.two_bags_thawed()
    site.signs_in("nurse_a")
    site.begins("bedside", site.id("c1"))
    band, other = site.patient("p1")["wristband"].encode(), "scanner-9"
    site.tries(Scanned(band, other))
    excepts(site, "u1")
    site.begins("bedside", site.id("c1"))
    site.does(Scanned(band, other))
    site.hears(site.patient("p1")["family"], site.patient("p1")["born"])
    with site.nothing_moves():
        refused(site.tries_scan(site.code("u2")), Refusal.SCANNER_NOT_CALIBRATED)
