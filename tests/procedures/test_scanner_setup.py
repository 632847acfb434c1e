"""Setting up scanners: what the card teaches, what an unknown scanner may not do, and when the card is due again."""

from __future__ import annotations

from demonstration_by_hand import Demonstration
from site_by_hand import refused
from site_from_empty import SiteFromEmpty

from coordinator_app.codes.symbols import read_image
from coordinator_app.demo import cast
from coordinator_app.domain import events as e
from coordinator_app.domain.calibration_card import CARD, is_card
from coordinator_app.domain.inputs import CalibrationRead, CameraSwitched, Opened, Scanned
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, GuidedPage, Say, ScannersPage, SignInPage, TodayPage, Verdict

OTHER = "scanner-2"


def page_of(site: Demonstration) -> ScannersPage:
    page = site.answer.page
    assert isinstance(page, ScannersPage)
    return page


def notices(site: Demonstration) -> list[str]:
    return [notice.code for notice in site.answer.frame.notices]


def test_a_scan_at_the_set_up_is_only_tried_out(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens("scanners")
    before = site.bench.work.store.count()
    site.scans(cast.PATIENTS["p1"].wristband)
    tried = page_of(site).tried
    assert tried is not None
    assert (tried.route, tried.symbology) == ("gs1", "]d2")
    assert any(value.startswith("95060001343") for _, value in tried.fields)
    refused(site.tries_scan(cast.UNKNOWN_CODE), Refusal.CODE_NOT_RECOGNISED)
    assert page_of(site).tried is not None
    assert site.bench.work.store.count() == before
    site.presses("back")
    assert isinstance(site.answer.page, TodayPage)


def test_what_was_begun_waits_under_the_set_up(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.scans(site.code("u1"), site.code("u1"))
    assert isinstance(site.answer.page, GuidedPage) or site.answer.page is not None
    before = site.answer.page
    site.opens("scanners")
    site.presses("back")
    assert type(site.answer.page) is type(before)


def test_the_set_up_never_opens_in_the_middle_of_an_identity_check(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    site.scans(site.code("u1"))
    page = site.answer.page
    refused(site.tries(Opened("scanners")), Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    refused(site.tries(CalibrationRead("scanner-1")), Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    refused(site.tries_scan(CARD), Refusal.SCAN_FROM_ANOTHER_PROCEDURE)
    assert isinstance(site.answer.page, GuidedPage)
    assert isinstance(page, GuidedPage)
    assert site.answer.page.instruction == page.instruction


def test_a_scanner_that_never_read_its_card_proves_nobody_s_identity_until_it_has(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    unit = site.code("u1").encode()
    site.does(Scanned(unit, OTHER))
    refused(site.tries(Scanned(unit, OTHER)), Refusal.SCANNER_NOT_CALIBRATED)
    site.presses("abort")
    site.does(Scanned(b"]d1" + CARD.encode(), OTHER))
    assert {each.scanner for each in page_of(site).scanners} == {"scanner-1", OTHER}
    site.presses("back")
    site.does(Scanned(unit, OTHER))
    site.does(Scanned(unit, OTHER))
    assert "IdentityConfirmed" in [each.type for each in site.log()]


def test_a_serial_scanner_announces_itself_once_and_counts(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    before = site.bench.work.store.count()
    for _ in range(2):
        site.does(CalibrationRead("serial-1", mode="serial"))
        assert isinstance(site.answer.page, TodayPage), "nobody is taken away from what they do"
    assert site.bench.work.store.count() == before + 1
    unit = site.code("u1").encode()
    site.does(Scanned(unit, "serial-1"))
    site.does(Scanned(unit, "serial-1"))


def test_what_the_card_taught_is_known_after_a_restart(site: Demonstration) -> None:
    taught = CalibrationRead("scanner-1", "keyboard", "us", "|", "~~", "scanner-mends")
    site.does(taught)
    site.restarts()
    (known,) = (each for each in site.answer.frame.scanners if each.scanner == "scanner-1")
    assert (known.layout, known.separator, known.prefix, known.caps) == ("us", "|", "~~", "scanner-mends")


def test_a_scanner_that_fails_its_card_counts_no_more_and_is_told_to_be_set_to_serial(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    refused(site.tries(CalibrationRead("scanner-1", fault="separator-lost")), Refusal.SCANNER_NOT_CALIBRATED)
    page = page_of(site)
    assert page.view == "serial"
    assert page.fault == Say("scanner.fault.separator-lost")
    assert page.scanners == ()
    assert [each.type for each in site.log()][-1] == "ScannerNotCalibrated"
    site.presses("back")
    assert page_of(site).view == "card"
    site.presses("back")
    site.scans(site.code("u1"))
    refused(site.tries_scan(site.code("u1")), Refusal.SCANNER_NOT_CALIBRATED)
    assert "notice.scanner_not_set_up" in notices(site)


def test_the_set_up_is_reached_without_a_badge_for_a_wrong_scanner_cannot_read_one(site: Demonstration) -> None:
    page = site.answer.page
    assert isinstance(page, SignInPage)
    assert "open:scanners" in {action.id for action in page.actions}
    site.presses("open:scanners")
    site.scans(CARD)
    assert page_of(site).scanners[0].mode == "exact"
    site.presses("back")
    assert isinstance(site.answer.page, SignInPage)


def test_a_site_that_is_not_founded_yet_sets_up_its_scanner_first(empty: SiteFromEmpty) -> None:
    empty.opens("scanners")
    empty.scans(CARD)
    assert page_of(empty).scanners[0].scanner == "scanner-1"
    empty.presses("back")
    assert isinstance(empty.answer.page, FormPage)
    assert empty.answer.page.form == "found_site"


def test_the_card_is_due_again_twelve_hours_later_and_a_serial_scanner_needs_none(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    assert notices(site) == []
    site.waits(hours=12, minutes=1)
    site.signs_out()
    site.signs_in("nurse_a")
    assert "notice.scanner_card_due" in notices(site)
    site.scans(CARD)
    site.presses("back")
    assert "notice.scanner_card_due" not in notices(site)
    site.waits(hours=13)
    site.does(CalibrationRead("serial-1", mode="serial"))
    assert "notice.scanner_card_due" not in notices(site)


def test_the_card_is_printed_and_its_picture_and_print_hold_the_card(site: Demonstration) -> None:
    import pypdfium2

    site.presses("open:scanners")
    site.presses("print_card")
    job = site.jobs[-1]
    assert (job.kind, job.file_name) == ("card", "calibration-card.pdf")
    document = pypdfium2.PdfDocument(job.content)
    printed = read_image(document[0].render(scale=200 / 72, grayscale=True).to_pil())
    document.close()
    assert [raw for raw in printed if is_card(raw)]
    assert len(page_of(site).card) == len(page_of(site).card[0])


def test_a_locked_screen_closes_the_set_up(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens("scanners")
    site.locks()
    assert isinstance(site.answer.page, SignInPage)


def test_a_typed_card_teaches_nothing(site: Demonstration) -> None:
    site.opens("scanners")
    site.tries(Scanned(CARD.encode(), "keyboard", "typed"))
    assert not any(
        isinstance(each.body, e.ScannerCalibrated) and each.body.scanner == "keyboard" for each in site.log()
    )


# Several scanners, a card read wrongly, the camera ------------------------------------------------------------------


def test_each_of_two_keyboard_scanners_is_known_after_a_restart_by_its_prefix(site: Demonstration) -> None:
    site.does(CalibrationRead("scanner-1", "keyboard", "us", "", "~1", "host-inverts"))
    site.does(CalibrationRead("scanner-2", "keyboard", "host", "|", "~2", "host-inverts"))
    site.restarts()
    known = {each.scanner: (each.prefix, each.layout) for each in site.answer.frame.scanners}
    assert known == {"scanner-1": ("~1", "us"), "scanner-2": ("~2", "host")}


def test_a_second_scanner_with_the_same_prefix_is_told_plainly_and_not_silently_taken_for_the_first(
    site: Demonstration,
) -> None:
    site.does(CalibrationRead("scanner-1", "keyboard", "us", "", "", "host-inverts"))
    assert site.answer.message == Say("scanner.calibrated", {"scanner": "scanner-1"})
    answer = site.tries(CalibrationRead("scanner-1", "keyboard", "host", "", "", "host-inverts"))
    assert answer.verdict is Verdict.WARNED
    assert answer.message == Say("scanner.calibrated.otherwise", {"scanner": "scanner-1"})


def test_a_scanner_that_left_the_ward_is_put_away_and_proves_nothing_any_more(site: Demonstration) -> None:
    site.signs_in("cell_laboratory_a")
    for number in ("1", "2"):
        site.does(CalibrationRead(f"scanner-{number}", "keyboard", "us", "", f"~{number}", "host-inverts"))
    assert "put_away:scanner-2" in {action.id for action in page_of(site).actions}
    site.presses("put_away:scanner-2")
    assert {each.scanner for each in page_of(site).scanners} == {"scanner-1"}
    assert not [action.id for action in page_of(site).actions if action.id.startswith("put_away")]
    site.presses("back")
    unit = site.code("u1").encode()
    site.does(Scanned(unit, "scanner-2"))
    refused(site.tries(Scanned(unit, "scanner-2")), Refusal.SCANNER_NOT_CALIBRATED)


def test_each_scanner_is_due_by_itself_and_named(site: Demonstration) -> None:
    site.does(CalibrationRead("scanner-1", "keyboard", "us", "", "~1", "host-inverts"))
    site.waits(hours=11)
    site.does(CalibrationRead("scanner-2", "keyboard", "host", "", "~2", "host-inverts"))
    site.presses("back")
    site.waits(hours=2)
    site.signs_in("nurse_a")
    (due,) = (notice for notice in site.answer.frame.notices if notice.code == "notice.scanner_card_due")
    assert due.values["scanner"] == "scanner-1"


def test_a_card_read_wrongly_anywhere_opens_the_page_about_serial_and_says_why(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    assert isinstance(site.answer.page, TodayPage)
    garbled = f"]d1{CARD}".replace("\x1d", "").encode()
    refused(site.tries(Scanned(garbled, "scanner-1")), Refusal.SCANNER_NOT_CALIBRATED)
    assert page_of(site).view == "serial"
    assert page_of(site).fault == Say("scanner.fault.separator-lost")
    refused(site.tries(Scanned(CARD.swapcase().encode(), "scanner-1")), Refusal.SCANNER_NOT_CALIBRATED)
    assert page_of(site).fault == Say("scanner.fault.characters-lost")


def test_the_camera_stays_in_use_after_a_restart_until_it_is_switched_off(site: Demonstration) -> None:
    assert not site.answer.frame.camera
    site.opens("scanners")
    site.does(CameraSwitched(on=True))
    assert site.answer.frame.camera
    site.restarts()
    assert site.answer.frame.camera
    before = site.bench.work.store.count()
    site.does(CameraSwitched(on=True))
    assert site.bench.work.store.count() == before, "what is so already is not recorded again"
    site.does(CameraSwitched(on=False))
    site.restarts()
    assert not site.answer.frame.camera
