"""A site built from nothing by its own screens, and the whole walk on it with codes drawn at random."""

from __future__ import annotations

import secrets
from pathlib import Path

import pypdfium2
import pytest
from site_by_hand import refused
from site_from_empty import ROLES, Draw, SiteFromEmpty

from coordinator_app.codes.symbols import read_image
from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, ListPage, SignInPage, TodayPage, Verdict
from coordinator_app.domain.vocabulary import Role
from coordinator_app.resource_files import resource_path
from coordinator_app.store import sheet_place
from coordinator_app.store.recovery_key import fingerprint_of, open_recovery, public_half, read_recovery_key

# Setting up -------------------------------------------------------------------------------------------------------


def test_an_empty_site_asks_first_for_itself_and_its_administrator(empty: SiteFromEmpty) -> None:
    page = empty.answer.page
    assert isinstance(page, FormPage)
    assert page.form == "found_site"
    assert {each.id for each in page.fields} >= {"name", "place", "zone", "kind", "facility", "pharmacy", "physician"}
    assert empty.tries_fill(name="X", place="Y", zone="Mars/Base", kind="training").verdict is Verdict.REFUSED
    assert empty.tries_fill(facility="hospital 7", zone="Europe/Paris").verdict is Verdict.REFUSED
    assert not empty.bench.work.site.founded
    empty.restarts()
    assert isinstance(empty.answer.page, FormPage), "a site half set up is not set up"


def test_a_site_is_set_up_with_its_administrator_who_then_signs_in(tmp_path: Path) -> None:
    """With the PIN cost of a real site."""
    site = SiteFromEmpty(tmp_path / "site", Draw(secrets.randbits(32)), cheap_pins=False)
    site.is_founded("trial")
    assert isinstance(site.answer.page, SignInPage)
    assert [each.type for each in site.log() if each.type != "EpochOpened"] == [
        "SiteFounded", "WorkstationAdmitted", "PersonAdded", "RecoveryKeyPrinted", "ScannerCalibrated",
    ]  # fmt: skip
    assert site.answer.frame.demonstration is False
    site.signs_in("administrator_a")
    assert isinstance(site.answer.page, TodayPage)
    assert site.answer.frame.person is not None
    assert site.answer.frame.person.role == "administrator"
    (staff,) = site.bench.work.site.people.values()
    assert staff.pin.startswith("3,65536,2,"), "Argon2id with three passes over 64 MiB"
    site.confirms_nothing_wrong()
    site.closes()


def test_people_come_in_with_badge_roles_and_pin_and_the_administrator_signs(empty: SiteFromEmpty) -> None:
    empty.is_founded()
    empty.signs_in("administrator_a")
    empty.opens("people")
    empty.presses("admit_person")
    person = empty.draw.person()
    right = {"family": "Baker", "given": "Jo", "roles": "nurse", "pin": "135790", "pin_again": "135790"}
    refused(empty.tries_fill(**right), Refusal.ENTRY_INCOMPLETE)
    refused(empty.tries_scan(empty.people["administrator_a"]["badge"]), Refusal.IDENTIFIER_TAKEN)
    empty.scans(person["badge"])
    for wrong in ({"pin_again": "135791"}, {"pin": "1234", "pin_again": "1234"}, {"roles": "surgeon"}):
        refused(empty.tries_fill(**{**right, **wrong}), Refusal.ENTRY_INCOMPLETE)
    empty.fills_in(**right)
    page = empty.answer.page
    assert isinstance(page, SignInPage)
    assert (page.purpose, page.stage) == ("sign", "pin")
    assert not [each for each in empty.events("PersonAdded") if each.actor], "nothing is recorded before the signature"
    empty.signs()
    added = empty.events("PersonAdded")[-1].body
    assert isinstance(added, e.PersonAdded)
    assert added.verified_by == empty.events("PersonAdded")[-1].actor
    empty.people["nurse_a"] = {"badge": person["badge"], "pin": "135790"}
    empty.signs_in("nurse_a")
    refused(empty.tries_press("admit_person"), Refusal.NOT_WHAT_WAS_ASKED)


def test_every_role_can_be_given(ready: SiteFromEmpty) -> None:
    given = {role for staff in ready.bench.work.site.people.values() for role in staff.roles}
    assert given == set(ROLES.values())
    assert given <= {str(role) for role in Role}


def test_a_profile_counts_once_two_different_people_have_approved_exactly_this_text(empty: SiteFromEmpty) -> None:
    empty.is_founded()
    for name in ("coordinator_a", "pharmacist_a", "quality_a", "nurse_a"):
        empty.admits(name, "AUTO-CART-CRYO")
    empty.brings_in_profile()
    assert isinstance(empty.answer.page, ListPage)
    empty.opens("today")
    refused(empty.tries_press("enrol"), Refusal.PROFILE_NOT_APPROVED)
    empty.approves_profile("pharmacist_a")
    refused(empty.tries_badge_and_pin("pharmacist_a"), Refusal.SAME_PERSON_TWICE)
    refused(empty.tries_badge_and_pin("nurse_a"), Refusal.NOT_ALLOWED)
    assert not next(iter(empty.bench.work.site.profiles.values())).approved
    empty.shows_badge_and_pin("quality_a")
    known = next(iter(empty.bench.work.site.profiles.values()))
    assert known.approved
    approved = [each.body for each in empty.events("ProfileApproved")]
    assert [each.sha256 for each in approved if isinstance(each, e.ProfileApproved)] == [known.sha256] * 2
    empty.confirms_nothing_wrong()


def test_a_profile_with_a_mistake_is_refused_with_line_and_remedy_and_changes_nothing(empty: SiteFromEmpty) -> None:
    empty.is_founded()
    for name in ("coordinator_a", "pharmacist_a"):
        empty.admits(name)
    text = (resource_path("profiles") / "auto-cart-cryo.toml").read_text(encoding="utf-8")
    path = empty.files / "mistake.toml"
    path.write_text(text.replace('limit = "2h 30min"', 'limit = "2 and a half hours"'), encoding="utf-8")
    empty.signs_in("coordinator_a")
    empty.opens("profiles")
    empty.presses("bring_in_profile")
    answer = empty.tries_fill(path=str(path))
    assert answer.verdict is Verdict.REFUSED
    assert answer.message is not None
    assert "limit" in answer.message.values["sentence"]
    assert empty.tries_fill(path=str(empty.files / "not-there.toml")).verdict is Verdict.REFUSED
    assert not empty.bench.work.site.profiles


def test_an_example_profile_is_refused_for_real_cases(tmp_path: Path) -> None:
    site = SiteFromEmpty(tmp_path / "site", Draw(secrets.randbits(32)))
    site.is_founded("trial")
    for name in ("coordinator_a", "pharmacist_a", "quality_a"):
        site.admits(name, "AUTO-CART-CRYO")
    site.brings_in_profile()
    site.approves_profile("pharmacist_a", "quality_a")
    site.opens("today")
    refused(site.tries_press("enrol"), Refusal.PROFILE_NOT_APPROVED)
    assert not site.bench.work.store.cases()
    site.closes()


# The same walk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [1, 2, "fresh"])
def test_the_same_walk_passes_on_a_site_built_from_empty_with_codes_drawn_at_random(
    tmp_path: Path, draw: int | str
) -> None:
    """Design §13, first point, last clause."""
    site = SiteFromEmpty(tmp_path / "site", Draw(draw if isinstance(draw, int) else secrets.randbits(32)))
    site.is_set_up()
    c1 = site.enrols("c1", units=2)
    site.enrols("c2")
    site.collects("c1")
    site.packs("c1")
    site.hands_over("c1")
    site.waits(days=20)
    shipment = site.announces("c1")
    units = ("c1u1", "c1u2")
    site.receives(shipment, "c1", units)
    site.reviews_logger(shipment, c1)
    site.accepts("c1", units)
    site.stores("c1", units)
    site.releases("c1")
    site.conditions("c1")
    for unit in units:
        site.thawed_at_the_bedside("c1", unit)
        site.starts_infusion("c1", unit)
        site.presses("complete_infusion")
    assert [unit.used for unit in site.case(c1).product_units()] == [True, True]
    site.begins("bedside", c1)
    refused(site.tries_scan(site.patient("p2")["wristband"]), Refusal.WRONG_PATIENT)
    site.confirms_nothing_wrong()
    site.restarts(reboot=True)
    site.confirms_nothing_wrong()
    site.closes()


# The recovery key at set-up ---------------------------------------------------------------------------------------


def _described(empty: SiteFromEmpty) -> list[str]:
    """Fill in the site and its administrator; returns the lines of the key that is shown then."""
    empty.fills_in(
        name="Hôpital", place="Ward 2", zone="Europe/Paris", kind="trial", facility="", pharmacy="", physician=""
    )
    empty._describes_person("administrator_a")
    page = empty.answer.page
    assert isinstance(page, ListPage)
    assert page.page == "recovery_key"
    return [str(row.cells[1]) for row in page.rows]


def test_a_site_is_not_founded_before_its_recovery_key_is_on_paper_and_was_read_back(empty: SiteFromEmpty) -> None:
    lines = _described(empty)
    key = read_recovery_key("\n".join(lines))
    refused(empty.tries_press("save"), Refusal.NOT_WHAT_WAS_ASKED)
    empty.presses("go_on")
    page = empty.answer.page
    assert isinstance(page, FormPage)
    assert len(page.fields) == 2
    first, second = (each.id for each in page.fields)
    right = {each: lines[int(each.removeprefix("line_")) - 1] for each in (first, second)}
    for wrong in (first, second):
        said = empty.tries_fill(**{**right, wrong: "AAAA AAAA A"}).message
        assert said is not None
        assert (said.code, said.values) == ("recovery.not_the_line", {"number": wrong.removeprefix("line_")})
    assert not empty.bench.work.site.founded
    assert empty.bench.work.store.recovery_fingerprint() == ""
    empty.fills_in(**{each: line.lower().replace(" ", "-") for each, line in right.items()})
    printed = empty.events("RecoveryKeyPrinted")[-1]
    assert isinstance(printed.body, e.RecoveryKeyPrinted)
    assert printed.body.fingerprint == fingerprint_of(public_half(key)) == empty.bench.work.store.recovery_fingerprint()
    assert printed.actor == empty.events("PersonAdded")[-1].subject
    secrets_of = empty.bench.work.store.backup_source().keys.secrets()
    opened = open_recovery(empty.folder, key)
    assert {name: opened[name] for name in secrets_of} == secrets_of
    empty.signs_in("administrator_a")
    assert not [each for each in empty.answer.frame.notices if each.code == "notice.recovery_key_none"]


def test_the_lines_that_are_asked_for_are_drawn_anew_each_time(empty: SiteFromEmpty) -> None:
    asked = set()
    for _ in range(12):
        _described(empty)
        empty.presses("go_on")
        page = empty.answer.page
        assert isinstance(page, FormPage)
        asked |= {each.id for each in page.fields}
        empty.restarts()
    assert len(asked) >= 5


def test_a_training_site_has_its_recovery_key_when_somebody_asks_for_it(empty: SiteFromEmpty) -> None:
    empty.is_founded("training")
    assert not empty.events("RecoveryKeyPrinted")
    empty.signs_in("administrator_a")
    assert not [each for each in empty.answer.frame.notices if each.code == "notice.recovery_key_none"]
    empty.opens("keeping")
    empty.presses("make_recovery_key")
    empty.presses("go_on")
    page = empty.answer.page
    assert isinstance(page, FormPage)
    assert page.form == "recovery_read_back"


def test_the_sheet_is_printed_at_set_up_on_the_printer_of_the_settings_and_a_jam_is_told(empty: SiteFromEmpty) -> None:
    lines = _described(empty)
    refused(empty.tries_press("print_recovery_key"), Refusal.NOT_WHAT_WAS_ASKED)
    assert empty.answer.message is not None
    assert empty.answer.message.code == "recovery.no_printer"
    empty.bench.work.paper_printers = ("office",)
    empty.printer_works = False
    empty.tries_press("print_recovery_key")
    assert empty.answer.reason is Refusal.PRINTER_FAILED
    empty.printer_works = True
    empty.tries_press("print_recovery_key")
    assert empty.answer.message is not None
    assert empty.answer.message.code == "recovery.printed"
    job = empty.jobs[-1]
    assert (job.printer, job.file_name) == ("office", "recovery-key.pdf")
    text = pypdfium2.PdfDocument(job.content)[0].get_textpage().get_text_range()
    assert "Hôpital" in text
    assert all(line[:-2] in text for line in lines)


def test_the_sheet_is_saved_on_a_stick_and_never_on_the_disk_of_the_record(
    empty: SiteFromEmpty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = _described(empty)
    stick = tmp_path / "stick"
    stick.mkdir()
    empty.presses("save_recovery_key")
    for folder, said in ((stick, "on the disk of the record"), (tmp_path / "none", "There is no folder")):
        empty.tries_fill(folder=str(folder))
        assert empty.answer.message is not None
        assert said in empty.answer.message.values["why"]
    assert not list(stick.iterdir())
    monkeypatch.setattr(sheet_place, "disk_of", lambda folder: "stick" if "stick" in str(folder) else "built in")
    with monkeypatch.context() as patch:
        patch.setattr(sheet_place, "lies_far_away", lambda _folder: True)
        empty.tries_fill(folder=str(stick))
        assert empty.answer.message is not None
        assert "network drive" in empty.answer.message.values["why"]
    empty.fills_in(folder=str(stick))
    (saved,) = stick.iterdir()
    assert empty.answer.message is not None
    assert (empty.answer.message.code, empty.answer.message.values) == ("recovery.saved", {"file": str(saved)})
    document = pypdfium2.PdfDocument(saved)
    (symbol,) = read_image(document[0].render(scale=3).to_pil())
    document.close()
    assert read_recovery_key(symbol.decode()) == read_recovery_key("\n".join(lines))
    page = empty.answer.page
    assert isinstance(page, ListPage)
    assert page.page == "recovery_key"
    empty.presses("go_on")
    empty.types_back(lines)
    assert empty.bench.work.site.founded


def test_whoever_gives_the_key_up_begins_the_set_up_anew(empty: SiteFromEmpty) -> None:
    lines = _described(empty)
    empty.tries_press("cancel")
    page = empty.answer.page
    assert isinstance(page, FormPage)
    assert page.form == "found_site"
    assert not empty.bench.work.site.founded
    assert _described(empty) != lines, "a key that was on the screen is not shown again"
