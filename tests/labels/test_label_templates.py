"""A template with a mistake is refused when it is read, not found out at the printer."""

from __future__ import annotations

from pathlib import Path

import pytest

from coordinator_app.labels.template import TemplateFaulty, load_template, read_template, template_ids

SOUND = """
id = "small"
version = 1
title = "Small"
width_mm = 40
height_mm = 20
[[text]]
name = "coi"
value = "{coi}"
x_mm = 1
y_mm = 1
width_mm = 20
height_mm = 5
size_pt = 8
[[symbol]]
name = "own"
kinds = ["datamatrix"]
x_mm = 25
y_mm = 1
width_mm = 12
height_mm = 12
module_mm = 0.38
"""


def _read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "small.toml"
    file.write_text(text, encoding="utf-8")
    read_template(file)


def test_the_program_brings_every_size_a_site_needs() -> None:
    sizes = {(template.width_mm, template.height_mm) for template in map(load_template, template_ids())}
    assert {(100, 100), (100, 50), (50, 25)} <= sizes
    four = load_template("a4-four")
    assert four.sheet is not None
    assert (four.sheet.width_mm, four.sheet.height_mm, len(four.sheet.places)) == (210, 297, 4)


@pytest.mark.parametrize("template_id", ["isbt128-100x100", "isbt128-100x50", "coi-50x25"])
def test_a_label_that_will_be_frozen_names_its_stock(template_id: str) -> None:
    template = load_template(template_id)
    assert template.cryogenic
    assert "thermal transfer" in template.stock


def test_the_travel_slip_has_no_place_for_a_name_or_a_date_of_birth() -> None:
    assert not load_template("travel-slip-100x50").values_known & {
        "recipient",
        "family",
        "given",
        "born",
        "record_number",
    }


def test_every_label_says_which_copy_it_is() -> None:
    for template_id in template_ids():
        if template_id != "demo-codes-a4":
            assert {"serial", "copy"} <= load_template(template_id).values_needed


def test_a_sound_template_is_read(tmp_path: Path) -> None:
    _read(tmp_path, SOUND)


@pytest.mark.parametrize(
    ("sound", "faulty", "said"),
    [
        ('id = "small"', 'id = "other"', "calls itself"),
        ("width_mm = 20", "width_mm = 30", "overlap"),
        ("x_mm = 25", "x_mm = 30", "leaves the label"),
        ('name = "own"', 'name = "coi"', "two boxes"),
        ("size_pt = 8", "size_pt = 20", "not deep enough"),
        ("size_pt = 8", "size_pt = 4", "5 pt"),
        ('value = "{coi}"', 'value = "{COI"', "brace"),
        ("module_mm = 0.38", "module_mm = 0.2", "too small"),
        ('kinds = ["datamatrix"]', "kinds = []", "no kind"),
        ('kinds = ["datamatrix"]', 'kinds = ["qr"]', "correct the file"),
        ("size_pt = 8", "size_pt = 8\ncolour = 1", "colour"),
        ("version = 1", "version = ", "correct the file"),
    ],
)
def test_a_mistake_in_a_template_is_named(tmp_path: Path, sound: str, faulty: str, said: str) -> None:
    with pytest.raises(TemplateFaulty, match=said):
        _read(tmp_path, SOUND.replace(sound, faulty, 1))


def test_bars_lower_than_the_standard_asks_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(TemplateFaulty, match="need 5 mm"):
        _read(tmp_path, SOUND.replace('"datamatrix"', '"code128"').replace("height_mm = 12", "height_mm = 4"))


def test_an_unknown_template_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(TemplateFaulty, match="coi-50x25"):
        load_template("qr-sticker")
