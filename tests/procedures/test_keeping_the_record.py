"""What people do about the record itself: recovery key, passphrase, what was found, erasing a patient."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from demonstration_by_hand import Demonstration
from site_by_hand import refused

from coordinator_app.codes.symbols import read_image
from coordinator_app.domain import events as e
from coordinator_app.domain.inputs import PinTyped, Pressed, Submitted, Ticked
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import FormPage, ListPage, SignInPage, Verdict
from coordinator_app.store.mirror import MIRROR_FILE
from coordinator_app.store.recovery_key import fingerprint_of, open_recovery, public_half, read_recovery_key


@pytest.fixture
def admin(site: Demonstration) -> Demonstration:
    site.signs_in("administrator_a")
    site.opens("keeping")
    return site


def _lines(site: Demonstration) -> list[str]:
    page = site.answer.page
    assert isinstance(page, ListPage)
    return [str(row.cells[1]) for row in page.rows]


def test_a_recovery_key_is_shown_once_read_back_signed_and_then_opens_everything(admin: Demonstration) -> None:
    admin.presses("make_recovery_key")
    lines = _lines(admin)
    key = read_recovery_key("\n".join(lines))
    admin.presses("go_on")
    page = admin.answer.page
    assert isinstance(page, FormPage)
    right = {each.id: lines[int(each.id.removeprefix("line_")) - 1] for each in page.fields}
    admin.tries_fill(**{**right, page.fields[0].id: "AAAA AAAA A"})
    assert admin.answer.message is not None
    assert admin.answer.message.code == "recovery.not_the_line"
    admin.fills_in(**{each: line.lower().replace(" ", "") for each, line in right.items()})
    assert admin.bench.work.store.recovery_fingerprint() == "", "not before it is signed"
    admin.signs()
    printed = admin.events("RecoveryKeyPrinted")[-1]
    assert isinstance(printed.body, e.RecoveryKeyPrinted)
    assert printed.body.fingerprint == fingerprint_of(public_half(key)) == admin.bench.work.store.recovery_fingerprint()
    secrets = admin.bench.work.store.backup_source().keys.secrets()
    opened = open_recovery(admin.folder, key)
    assert {name: opened[name] for name in secrets} == secrets
    assert key.hex() not in json.dumps(admin.written(printed))


def test_the_sheet_is_never_sent_to_a_folder(admin: Demonstration) -> None:
    admin.presses("make_recovery_key")
    jobs = len(admin.jobs)
    admin.tries_press("print_recovery_key")
    assert admin.answer.verdict is Verdict.REFUSED
    assert admin.answer.message is not None
    assert admin.answer.message.code == "recovery.no_printer"
    assert len(admin.jobs) == jobs


def test_the_printed_sheet_has_every_line_and_a_symbol_that_reads_back(admin: Demonstration) -> None:
    admin.bench.work.record(e.SettingChanged(name="paper_printer", value="office"), subject=admin.bench.work.store.site)
    admin.bench.work.commit()
    admin.presses("make_recovery_key")
    lines = _lines(admin)
    admin.presses("print_recovery_key")
    job = admin.jobs[-1]
    assert job.printer == "office"
    document = pypdfium2.PdfDocument(job.content)
    text = document[0].get_textpage().get_text_range()
    for line in lines:
        assert line[:-2] in text
    assert fingerprint_of(public_half(read_recovery_key("\n".join(lines)))) in text
    assert len(document) == 1
    (symbol,) = read_image(document[0].render(scale=3).to_pil())
    assert read_recovery_key(symbol.decode()) == read_recovery_key("\n".join(lines))


def test_a_recovery_key_that_is_given_up_changes_nothing(admin: Demonstration) -> None:
    admin.presses("make_recovery_key")
    admin.tries_press("cancel")
    assert admin.bench.work.store.recovery_fingerprint() == ""
    assert not admin.events("RecoveryKeyPrinted")


def test_only_an_administrator_keeps_the_record(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens("keeping")
    page = site.answer.page
    assert isinstance(page, ListPage)
    assert page.actions == ()
    for action in ("make_recovery_key", "change_passphrase", "back_up_now"):
        assert site.tries_press(action).verdict is Verdict.REFUSED
    assert not site.events("RecoveryKeyPrinted", "PassphraseChanged")


def test_the_passphrase_is_changed_at_the_screen(admin: Demonstration) -> None:
    admin.presses("change_passphrase")
    for values, said in (
        ({"next": "short", "again": "short"}, "passphrase.short"),
        ({"next": "long enough it is", "again": "long enough it was"}, "passphrase.differs"),
        ({"now": "guess", "next": "long enough it is", "again": "long enough it is"}, "passphrase.wrong"),
    ):
        answer = admin.tries_fill(**{"now": "", **values})
        assert answer.message is not None
        assert answer.message.code == said
    admin.fills_in(now="", next="long enough it is", again="long enough it is")
    assert admin.events("PassphraseChanged")
    assert "protected by a passphrase" in admin.bench.work.store.keys_where
    assert all("long enough" not in json.dumps(admin.written(each)) for each in admin.log()[-3:])


# What was found about the record ------------------------------------------------------------------------------------


def test_a_repair_stands_on_a_banner_until_an_administrator_signs(site: Demonstration) -> None:
    site.closes()
    (site.folder / MIRROR_FILE).unlink()
    site._open()
    assert [each.code for each in site.answer.frame.notices if "finding" in each.code] == ["notice.finding_repaired"]
    site.restarts()
    assert any(each.code == "notice.finding_repaired" for each in site.answer.frame.notices)
    (found,) = site.events("RecordRepaired")
    site.signs_in("administrator_a")
    site.opens("keeping")
    site.presses(f"settle_finding:{found.id}")
    site.fills_in(conclusion="The disk of the second copy was exchanged")
    site.signs()
    settled = site.events("RecordFindingSettled")[-1]
    assert settled.refs == (found.id,)
    assert "exchanged" not in json.dumps(site.written(settled))
    assert not [each for each in site.answer.frame.notices if "finding" in each.code]
    site.restarts()
    assert not [each for each in site.answer.frame.notices if "finding" in each.code]
    site.confirms_nothing_wrong()


def test_yesterdays_file_is_on_a_banner_until_two_people_sign(site: Demonstration, tmp_path: Path) -> None:
    site.closes()
    for name in ("journal.db", MIRROR_FILE):
        (tmp_path / name).write_bytes((site.folder / name).read_bytes())
    site._open()
    site.signs_in("nurse_a")
    site.does(Ticked())
    site.closes()
    for name in ("journal.db", MIRROR_FILE):
        (site.folder / name).write_bytes((tmp_path / name).read_bytes())
    site.signed_in = ""
    site._open()
    assert any(each.code == "notice.finding_rollback" for each in site.answer.frame.notices)
    (found,) = site.events("RollbackFound")
    site.restarts()
    assert len(site.events("RollbackFound")) == 1
    site.signs_in("administrator_a")
    site.opens("keeping")
    site.presses(f"settle_finding:{found.id}")
    site.fills_in(conclusion="Compared with the paper sheets of yesterday")
    site.signs()
    assert isinstance(site.answer.page, SignInPage)
    assert any(each.code == "notice.finding_rollback" for each in site.answer.frame.notices)
    refused(site.tries_badge_and_pin("administrator_a"), Refusal.SAME_PERSON_TWICE)
    site.shows_badge_and_pin("pharmacist_a")
    assert not [each for each in site.answer.frame.notices if "finding" in each.code]
    assert len({each.actor for each in site.events("RecordSigned")[-2:]}) == 2
    site.restarts()
    assert site.bench.work.store.rollback == ""
    assert not [each for each in site.answer.frame.notices if "finding" in each.code]


# Erasing a patient --------------------------------------------------------------------------------------------------


def _begins_erasing(site: Demonstration, case: str) -> None:
    site.signs_in("administrator_a")
    site.opens(site.id(case))
    site.presses("changes")
    site.tries_fill(change="erase_patient")


def test_two_people_erase_a_patient_and_nothing_can_begin_in_the_case(site: Demonstration) -> None:
    case = site.id("c1")
    name = site.case(case).recipient.family  # type: ignore[union-attr]
    wall = site.case(case).wall_name
    assert case in {each.case for each in site.bench.work.store.search(name)}
    _begins_erasing(site, "c1")
    assert isinstance(site.answer.page, FormPage)
    site.tries_fill(part="recipient", reason="retention_over", wall="Bed 1")
    assert site.answer.message is not None
    assert site.answer.message.code == "erase.other_name"
    site.fills_in(part="recipient", reason="retention_over", wall=wall)
    site.signs()
    assert case in {each.case for each in site.bench.work.store.search(name)}, "one signature erases nobody"
    site.shows_badge_and_pin("pharmacist_a")
    assert site.events("PatientErased")[-1].subject == case
    assert {each.actor for each in site.events("RecordSigned")[-2:]} == set(
        site.events("PatientErased")[-1].body.people  # type: ignore[union-attr]
    )
    assert case not in {each.case for each in site.bench.work.store.search(name)}
    person = site.case(case).recipient
    assert person is None or person.family == ""
    assert site.case(case).on_hold
    site.confirms_nothing_wrong()
    site.restarts()
    assert case not in {each.case for each in site.bench.work.store.search(name)}


def test_whoever_gives_up_before_the_second_signature_erases_nobody(site: Demonstration) -> None:
    case = site.id("c1")
    _begins_erasing(site, "c1")
    site.fills_in(part="recipient", reason="retention_over", wall=site.case(case).wall_name)
    site.signs()
    site.tries(Pressed("abort"))
    assert not site.events("PatientErased")
    assert site.case(case).recipient.family  # type: ignore[union-attr]


def test_nobody_else_than_an_administrator_erases(site: Demonstration) -> None:
    site.signs_in("nurse_a")
    site.opens(site.id("c1"))
    site.presses("changes")
    refused(site.tries_fill(change="erase_patient"), Refusal.NOT_ALLOWED)
    site.tries(Submitted({"part": "recipient", "reason": "retention_over", "wall": "x"}))
    site.tries(PinTyped(site.people["nurse_a"]["pin"]))
    assert not site.events("PatientErased")
