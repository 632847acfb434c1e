"""A label leaves the program whole and readable, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import msgspec
import numpy as np
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from coordinator_app.labels.decode_back import LabelUnreadable, read_back, verify_drawing
from coordinator_app.labels.fitting import LabelDoesNotFit
from coordinator_app.labels.job import CopyContent, draw_pages, make_label_job
from coordinator_app.labels.layout import LabelContentWrong
from coordinator_app.labels.pdf import to_pdf
from coordinator_app.labels.png import to_png
from coordinator_app.labels.raster import Dots, pages_as_dots
from coordinator_app.labels.symbol import Symbol, SymbolKind
from coordinator_app.labels.template import load_template, template_ids
from coordinator_app.labels.typefaces import CharacterNotPrintable, width_mm

from .contents import CONTENTS, RESOLUTIONS

QUADRANTS = load_template("isbt128-100x100")
FULL = CONTENTS["isbt128-100x100"]


def _with(content: CopyContent, **texts: str) -> CopyContent:
    return CopyContent(content.values | texts, content.symbols)


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("template_id", template_ids())
def test_every_symbol_of_every_template_reads_back_from_the_whole_page_as_a_scanner_would_send_it(
    template_id: str, dpi: int
) -> None:
    content = CONTENTS[template_id]
    pdf = make_label_job(load_template(template_id), [content], dpi)
    (picture,) = pages_as_dots(pdf, dpi)
    seen = {(found.symbology_identifier, bytes(found.bytes)) for found in zxingcpp.read_barcodes(picture)}
    assert seen == {(symbol.kind.symbology, symbol.data) for symbol in content.symbols.values()}


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("template_id", template_ids())
def test_every_module_is_a_whole_number_of_dots_and_large_enough_for_the_standard(template_id: str, dpi: int) -> None:
    (page,) = draw_pages(load_template(template_id), [CONTENTS[template_id]], dpi)
    for mark in page.symbols:
        for length in (mark.module_mm, mark.x_mm, mark.y_mm):
            assert abs(length * dpi / 25.4 - round(length * dpi / 25.4)) < 1e-6
        assert mark.module_mm >= (0.17 if mark.modules.linear else 0.25) - 0.01
        assert not mark.modules.linear or mark.height_mm >= 5


def test_bars_and_quiet_zones_are_as_black_and_as_white_as_the_dots_of_the_printer_allow() -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 203)
    (picture,) = pages_as_dots(to_pdf([page]), 203)
    for mark in page.symbols:
        module = round(mark.module_mm * 203 / 25.4)
        left, top = round(mark.x_mm * 203 / 25.4), round(mark.y_mm * 203 / 25.4)
        for down, row in enumerate(mark.modules.rows):
            for across, cell in enumerate(row):
                dots = picture[top + down * module : top + (down + 1) * module, left + across * module :][:, :module]
                assert (dots == (0 if cell == "1" else 255)).all(), (mark.box, across, down)


def test_every_text_of_the_label_is_on_the_page_whole_and_names_keep_their_letters() -> None:
    pdf = make_label_job(QUADRANTS, [FULL], 300)
    printed = " ".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded().split())
    for name in ("din", "coi", "recipient", "born", "record_number", "product_name", "expires", "serial", "copy"):
        assert FULL.values[name] in printed, name


def test_the_same_label_gives_the_same_bytes_and_another_label_does_not() -> None:
    assert make_label_job(QUADRANTS, [FULL], 300) == make_label_job(QUADRANTS, [FULL], 300)
    other = _with(FULL, serial="L7K2-0099")
    assert make_label_job(QUADRANTS, [other], 300) != make_label_job(QUADRANTS, [FULL], 300)


def test_each_copy_is_a_page_and_four_copies_share_one_a4_sheet() -> None:
    copies = [_with(FULL, copy=f"copy {number} of 5") for number in range(1, 6)]
    assert len(pypdfium2.PdfDocument(make_label_job(QUADRANTS, copies, 203))) == 5
    sheet = pypdfium2.PdfDocument(make_label_job(load_template("a4-four"), copies, 300))
    assert len(sheet) == 2
    assert "copy 4 of 5" in sheet[0].get_textpage().get_text_bounded()
    assert "copy 5 of 5" in sheet[1].get_textpage().get_text_bounded()


def test_a_text_that_does_not_fit_is_refused_and_names_its_box() -> None:
    with pytest.raises(LabelDoesNotFit) as refused:
        make_label_job(QUADRANTS, [_with(FULL, din="A9999 26 123456 " * 4)], 300)
    assert refused.value.box == "din-text"
    assert "shorten it" in str(refused.value)


def test_a_long_name_is_printed_whole_in_smaller_type_and_never_cut() -> None:
    name = "WOLFESCHLEGELSTEINHAUSEN, Hubert Blaine"
    (page,) = draw_pages(QUADRANTS, [_with(FULL, recipient=name)], 300)
    lines = [mark for mark in page.texts if mark.box == "recipient"]
    assert " ".join(mark.text for mark in lines) == name
    assert lines[0].size_pt < 10


def test_a_name_too_long_even_in_the_smallest_type_is_refused() -> None:
    with pytest.raises(LabelDoesNotFit) as refused:
        draw_pages(QUADRANTS, [_with(FULL, recipient="W" * 36 + ", Bo")], 300)
    assert refused.value.box == "recipient"


def test_no_text_reaches_out_of_its_box() -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 300)
    boxes = {box.name: box for box in QUADRANTS.text}
    for mark in page.texts:
        box = boxes[mark.box]
        if not mark.turned:
            assert mark.x_mm >= box.x_mm - 1e-6
            assert mark.x_mm + width_mm(mark.text, mark.size_pt, bold=mark.bold) <= box.x_mm + box.width_mm + 1e-6
            assert box.y_mm <= mark.baseline_mm <= box.y_mm + box.height_mm


@pytest.mark.parametrize("name", ["李小龍", "محمد", "Anna\u202e", "Anna\x07"])
def test_a_name_no_typeface_can_show_is_refused_and_not_printed_with_holes(name: str) -> None:
    with pytest.raises(CharacterNotPrintable):
        make_label_job(QUADRANTS, [_with(FULL, recipient=name)], 300)


def test_a_missing_value_and_a_value_without_a_place_are_both_refused() -> None:
    less = {name: text for name, text in FULL.values.items() if name != "born"}
    with pytest.raises(LabelContentWrong, match="needs born"):
        make_label_job(QUADRANTS, [CopyContent(less, FULL.symbols)], 300)
    with pytest.raises(LabelContentWrong, match="no place for biohazard"):
        make_label_job(QUADRANTS, [_with(FULL, biohazard="BIOHAZARD")], 300)
    without = {name: symbol for name, symbol in FULL.symbols.items() if name != "own"}
    with pytest.raises(LabelContentWrong, match="needs own"):
        make_label_job(QUADRANTS, [CopyContent(FULL.values, without)], 300)


def test_bars_are_not_printed_where_the_template_wants_a_matrix() -> None:
    wrong = FULL.symbols | {"own": Symbol(SymbolKind.CODE128, b"L7K2")}
    with pytest.raises(LabelContentWrong, match="cannot be code128"):
        make_label_job(QUADRANTS, [CopyContent(FULL.values, wrong)], 300)


def test_a_symbol_too_large_for_its_box_is_refused() -> None:
    wide = FULL.symbols | {"din": Symbol(SymbolKind.CODE128, b"=A99992612345601" * 3)}
    with pytest.raises(LabelDoesNotFit) as refused:
        make_label_job(QUADRANTS, [CopyContent(FULL.values, wide)], 300)
    assert refused.value.box == "din"


def test_a_job_without_copies_or_for_an_unknown_printer_is_refused() -> None:
    with pytest.raises(LabelContentWrong, match="how many"):
        make_label_job(QUADRANTS, [], 300)
    with pytest.raises(LabelContentWrong, match="dots per inch"):
        make_label_job(QUADRANTS, [FULL], 72)


# Reading back: planted faults -----------------------------------------------------------------------------------------


def _spoiled(dots: Dots, mark_x: float, mark_y: float, size: float, dpi: int) -> Iterator[Dots]:
    picture = dots.copy()
    left, top, side = (round(length * dpi / 25.4) for length in (mark_x, mark_y, size))
    picture[top : top + side, left : left + side] = 255
    yield picture


def test_a_symbol_that_says_something_else_is_found_before_the_label_is_sent() -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 300)
    other = draw_pages(
        QUADRANTS,
        [CopyContent(FULL.values, FULL.symbols | {"din": Symbol(SymbolKind.CODE128, b"=A99992612345701")})],
        300,
    )
    with pytest.raises(LabelUnreadable, match="other characters") as unreadable:
        verify_drawing(to_pdf(other), [page], 300)
    assert unreadable.value.symbol == "din"


def test_a_symbol_of_the_wrong_kind_is_found_though_its_characters_are_right() -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 300)
    as_gs1 = [
        msgspec.structs.replace(mark, symbol=Symbol(SymbolKind.GS1_128, b"10LOT", (("10", "LOT"),)))
        if mark.box == "din"
        else mark
        for mark in page.symbols
    ]
    with pytest.raises(LabelUnreadable, match=r"reads as \]C0 and not as \]C1"):
        verify_drawing(to_pdf([page]), [msgspec.structs.replace(page, symbols=tuple(as_gs1))], 300)


@pytest.mark.parametrize("box", ["din", "compound", "product", "expiry", "own"])
def test_every_symbol_is_read_and_a_smeared_one_stops_the_job(box: str) -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 300)
    (picture,) = pages_as_dots(to_pdf([page]), 300)
    (mark,) = [mark for mark in page.symbols if mark.box == box]
    with pytest.raises(LabelUnreadable) as unreadable:
        read_back([page], _spoiled(picture, mark.x_mm, mark.y_mm, min(mark.width_mm, mark.height_mm), 300), 300)
    assert unreadable.value.symbol == box


def test_ink_in_the_quiet_zone_of_the_bars_stops_the_job() -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 203)
    (picture,) = pages_as_dots(to_pdf([page]), 203)
    (mark,) = [mark for mark in page.symbols if mark.box == "din"]
    left, top = round(mark.x_mm * 203 / 25.4), round(mark.y_mm * 203 / 25.4)
    inked = picture.copy()
    inked[top : top + round(mark.height_mm * 203 / 25.4), left - 3 : left] = 0
    with pytest.raises(LabelUnreadable):
        read_back([page], [inked], 203)


def test_a_page_too_many_or_too_few_stops_the_job() -> None:
    pages = draw_pages(QUADRANTS, [FULL, FULL], 203)
    with pytest.raises(LabelUnreadable):
        verify_drawing(to_pdf(pages[:1]), pages, 203)
    with pytest.raises(LabelUnreadable):
        verify_drawing(to_pdf(pages), pages[:1], 203)


def test_the_preview_shows_the_very_dots_of_the_print() -> None:
    (page,) = draw_pages(QUADRANTS, [FULL], 203)
    shown = np.array(Image.open(BytesIO(to_png(page))).convert("L"))
    (burnt,) = pages_as_dots(to_pdf([page]), 203)
    assert (shown == burnt).all()
