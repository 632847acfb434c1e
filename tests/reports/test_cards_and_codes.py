"""Cards and code sheets read with a scanner as they come from an office printer."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from coordinator_app.reports.calibration_card import calibration_card
from coordinator_app.reports.code_sheet import CodeGroup, SheetCode, code_sheet
from coordinator_app.reports.drawn_code import CodeFlowable, DrawnCode
from coordinator_app.reports.written_time import written_date, written_instant

from .people_and_times import at, pages_of

CARD = "COICARD1=&%<>*}(){:\\+/,;#$'-[]\"?@_ABCxyz0123456789\x1dEND1"


def _matrix(content: bytes) -> DrawnCode:
    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    picture = np.array(zxingcpp.write_barcode_to_image(drawn, scale=1, add_quiet_zones=False))
    return DrawnCode(tuple("".join("1" if cell == 0 else "0" for cell in row) for row in picture))


def _bars(content: str) -> DrawnCode:
    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.Code128)
    picture = np.array(zxingcpp.write_barcode_to_image(drawn, scale=1, add_quiet_zones=False))
    return DrawnCode(("".join("1" if cell == 0 else "0" for cell in picture[0]),))


def _read(pdf: bytes, dpi: int) -> set[bytes]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128])
    found = set()
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
        found |= {bytes(symbol.bytes) for symbol in zxingcpp.read_barcodes(picture, formats=formats)}
    return found


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_calibration_card_reads_back_with_every_sign_and_the_separator(dpi: int) -> None:
    card = calibration_card(
        _matrix(CARD.encode()), holds=CARD, site="St. Elisabeth", printed_at=at(8, 0), zone="Europe/Berlin"
    )
    assert _read(card, dpi) == {CARD.encode()}


def test_the_calibration_card_is_one_page_and_says_it_is_neither_patient_nor_product() -> None:
    card = calibration_card(
        _matrix(CARD.encode()), holds=CARD, site="St. Elisabeth", printed_at=at(8, 0), zone="Europe/Berlin"
    )
    (page,) = pages_of(card)
    assert "not a patient, not a product" in page
    assert "GS, the group separator" in page


@pytest.mark.parametrize("dpi", [300, 600])
def test_every_code_of_the_demonstration_can_be_scanned_from_its_sheet(dpi: int) -> None:
    bands = tuple(
        SheetCode(f"Patient {number}", "Born 14-Jul-1985", f"WB-{number}", _matrix(f"WB-{number}-00481".encode()))
        for number in range(9)
    )
    bags = tuple(
        SheetCode(f"Bag {number}", "HERON-2", f"A9999 26 12345{number}", _bars(f"=A9999261234{number}601"))
        for number in range(5)
    )
    sheet = code_sheet((CodeGroup("Wristbands", bands), CodeGroup("Bags", bags), CodeGroup("None", ())), site="Demo")
    assert _read(sheet, dpi) == {f"WB-{number}-00481".encode() for number in range(9)} | {
        f"=A9999261234{number}601".encode() for number in range(5)
    }
    text = " ".join(pages_of(sheet))
    assert all(f"Patient {number}" in text for number in range(9))
    assert all("PRACTICE" in page for page in pages_of(sheet))


def test_a_code_too_wide_to_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="too wide"):
        CodeFlowable(_bars("=A99992612345601" * 5), 0.5, 60)


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Europe/Berlin", "21-Nov-2026 00:05\u00a0CET"),
        ("America/New_York", "20-Nov-2026 18:05\u00a0EST"),
        ("Asia/Dubai", "21-Nov-2026 03:05\u00a0UTC+04"),
    ],
)
def test_times_are_written_in_24_hours_with_the_zone_of_the_site_on_the_day_there(zone: str, written: str) -> None:
    assert written_instant(at(23, 5).replace(day=20), zone) == written


def test_a_date_is_written_with_a_month_in_letters_and_never_by_the_habits_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert written_date(at(0, 0).replace(month=12, day=1).date()) == "01-Dec-2026"
