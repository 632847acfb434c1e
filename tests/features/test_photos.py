"""A photo of what went wrong: kept encrypted, named by the event, shown small on the deviation's page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from demonstration_by_hand import Demonstration
from PIL import Image
from site_by_hand import refused

from coordinator_app.domain import events as e
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.screens import ListPage
from coordinator_app.intake import photos


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of a cracked cassette, as a phone writes it: on its side, with a note which way is up."""
    picture = Image.new("RGB", (1600, 1200), (200, 60, 40))
    turned = Image.Exif()
    turned[0x0112] = 6
    path = tmp_path / "cassette HARGREAVES.jpg"
    picture.save(path, "JPEG", exif=turned)
    return path


def _reports(site: Demonstration, path: Path | str) -> dict[str, str]:
    site.signs_in("cell_laboratory_a")
    site.opens(site.id("c1"))
    site.presses("report_deviation")
    return {"kind": "damage", "affected": site.unit(site.id("c1"), 1).unit, "what": "corner of the cassette broken",
            "immediate": "put into quarantine", "photo": str(path)}  # fmt: skip


def _page(site: Demonstration) -> ListPage:
    (deviation,) = (each for each in site.case(site.id("c1")).deviations.values() if each.kind == "damage")
    page = site.opens(deviation.deviation).page
    assert isinstance(page, ListPage)
    return page


def test_a_photo_goes_with_the_report_encrypted_and_is_shown_upright_on_its_page(
    site: Demonstration, photo: Path
) -> None:
    site.fills_in(**_reports(site, photo))
    body = site.events("DeviationReported")[-1].body
    assert isinstance(body, e.DeviationReported)
    (name,) = body.photos
    kept = site.folder / "attachments" / name
    assert photo.read_bytes()[:64] not in kept.read_bytes()
    recipient = site.case(site.id("c1")).recipient
    assert recipient is not None
    assert site.bench.work.store.attachments.read(name, recipient.patient) == photo.read_bytes()
    (picture,) = _page(site).pictures
    with Image.open(io.BytesIO(picture.png)) as small:
        assert small.size == (210, 280), "upright, and no larger than the page needs"
    site.restarts()
    site.signs_in("quality_a")
    assert len(_page(site).pictures) == 1
    site.confirms_nothing_wrong()


def test_a_second_photo_is_added_later_by_somebody_else(site: Demonstration, photo: Path, tmp_path: Path) -> None:
    site.fills_in(**_reports(site, photo))
    (deviation,) = (each for each in site.case(site.id("c1")).deviations.values() if each.kind == "damage")
    site.signs_in("quality_a")
    site.opens(deviation.deviation)
    site.presses(f"add_to_deviation:{deviation.deviation}")
    other = tmp_path / "label.png"
    Image.new("RGB", (300, 300)).save(other)
    site.fills_in(affected="case", photo=str(other))
    assert len(_page(site).pictures) == 2


def test_what_is_no_photo_too_large_or_not_there_is_refused_in_one_sentence(
    site: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, cut, large = tmp_path / "a.jpg", tmp_path / "b.png", tmp_path / "c.png"
    text.write_text("no photo")
    Image.effect_noise((200, 200), 80).save(large)
    cut.write_bytes(large.read_bytes()[:500])
    values = _reports(site, text)
    for path, why in ((text, "no_photo"), (cut, "no_photo"), (tmp_path / "none.jpg", "unreadable")):
        answer = site.tries_fill(**{**values, "photo": str(path)})
        refused(answer, Refusal.ENTRY_INCOMPLETE)
        assert answer.message is not None
        assert answer.message.code == f"photo.{why}"
    monkeypatch.setattr(photos, "MOST_BYTES", 1000)
    answer = site.tries_fill(**{**values, "photo": str(large)})
    assert answer.message is not None
    assert answer.message.code == "photo.too_large"
    assert not [each for each in site.case(site.id("c1")).deviations.values() if each.kind == "damage"]


def test_a_photo_that_has_not_come_to_this_workstation_is_named_and_said_to_be_missing(
    site: Demonstration, photo: Path
) -> None:
    site.fills_in(**_reports(site, photo))
    for kept in (site.folder / "attachments").iterdir():
        kept.unlink()
    site.bench.work.small_pictures.clear()
    (picture,) = _page(site).pictures
    assert picture.png == b""
    assert picture.say.code == "photo.not_here"


def test_a_report_without_a_photo_is_complete(site: Demonstration) -> None:
    site.fills_in(**_reports(site, ""))
    assert _page(site).pictures == ()
