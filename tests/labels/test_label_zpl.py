"""Print commands burn the same symbols as the PDF, and no text can become a command."""

from __future__ import annotations

import re

import numpy as np
import pytest
import zxingcpp

from coordinator_app.labels.decode_back import LabelUnreadable, read_back
from coordinator_app.labels.job import CopyContent, draw_pages, make_zpl_job
from coordinator_app.labels.pdf import to_pdf
from coordinator_app.labels.raster import pages_as_dots
from coordinator_app.labels.template import load_template
from coordinator_app.labels.zpl import COMMANDS, LabelNotExpressible, to_zpl
from coordinator_app.labels.zpl_raster import zpl_as_dots

from .contents import CONTENTS, RESOLUTIONS

QUADRANTS = load_template("isbt128-100x100")
FULL = CONTENTS["isbt128-100x100"]
LATIN = CopyContent(FULL.values | {"recipient": "MÜLLER-ÖZDEMIR, Ingrid"}, FULL.symbols)


@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_symbols_are_read_back_from_the_very_commands_that_are_sent(dpi: int) -> None:
    (picture,) = zpl_as_dots(make_zpl_job(QUADRANTS, [LATIN], dpi))
    seen = {(found.symbology_identifier, bytes(found.bytes)) for found in zxingcpp.read_barcodes(picture)}
    assert seen == {(symbol.kind.symbology, symbol.data) for symbol in FULL.symbols.values()}


def test_the_commands_burn_the_same_dots_for_a_symbol_as_the_pdf() -> None:
    pages = draw_pages(QUADRANTS, [LATIN], 203)
    (as_pdf,), (as_zpl,) = pages_as_dots(to_pdf(pages), 203), zpl_as_dots(to_zpl(pages))
    assert as_pdf.shape == as_zpl.shape
    for mark in pages[0].symbols:
        left, top, right, bottom = (
            round(length * 203 / 25.4)
            for length in (mark.x_mm, mark.y_mm, mark.x_mm + mark.width_mm, mark.y_mm + mark.height_mm)
        )
        assert np.array_equal(as_pdf[top:bottom, left:right], as_zpl[top:bottom, left:right]), mark.box


def test_commands_are_made_for_one_resolution_and_differ_between_printers() -> None:
    widths = {dpi: re.search(rb"\^PW(\d+)", make_zpl_job(QUADRANTS, [LATIN], dpi)) for dpi in RESOLUTIONS}
    assert [int(found.group(1)) for found in widths.values() if found] == [799, 1181, 2362]


def test_only_commands_of_the_list_are_used() -> None:
    commands = make_zpl_job(QUADRANTS, [LATIN], 300).decode("ascii")
    known = "|".join(re.escape(command) for command in COMMANDS)
    assert re.sub(known, "", commands).count("^") == 0
    assert commands.count("~") == 0


@pytest.mark.parametrize("hostile", ["Qx^XA^FO0,0^FDx^FS", "Qx~JA", "Qx\\5EXA", "Qx_5EXA"])
def test_text_in_a_name_never_becomes_a_command(hostile: str) -> None:
    content = CopyContent(FULL.values | {"recipient": hostile}, FULL.symbols)
    commands = make_zpl_job(QUADRANTS, [content], 300).decode("ascii")
    (field,) = [line for line in commands.split("\n") if "^FDQx" in line]
    shown = re.fullmatch(r".*\^FH\\\^FD(.*)\^FS", field)
    assert shown is not None
    assert not set("^~_") & set(shown.group(1))
    assert re.sub(r"\\([0-9A-F]{2})", lambda code: chr(int(code.group(1), 16)), shown.group(1)) == hostile


def test_a_name_the_printer_cannot_show_is_sent_as_pdf_instead() -> None:
    with pytest.raises(LabelNotExpressible, match="as PDF"):
        make_zpl_job(QUADRANTS, [FULL], 300)


def test_commands_with_a_damaged_symbol_are_not_sent() -> None:
    pages = draw_pages(QUADRANTS, [LATIN], 203)
    commands = to_zpl(pages)
    first_bar = re.search(rb"\^FO\d+,\d+\^GB2,88,2\^FS\n", commands)
    assert first_bar is not None
    with pytest.raises(LabelUnreadable):
        read_back(pages, zpl_as_dots(commands.replace(first_bar.group(0), b"", 1)), 203)
