"""From text to ink and back: drawn, printed at a real resolution, turned, blurred, soiled, read, and read the same."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from coordinator_app.codes.check_characters import (
    GS1_CHARACTERS_82,
    check_digit,
    check_number,
    donation_flag,
)
from coordinator_app.codes.dispatch import read
from coordinator_app.codes.gs1 import element_string
from coordinator_app.codes.linear import QUIET_MODULES, code128_modules
from coordinator_app.codes.symbols import Symbol, SymbolFault, matrix, raster, read_image
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.scan import ScannedLabel

from .printing import DOTS, HARM, Harm, looks, measure

few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
digits = st.text("0123456789", min_size=6, max_size=6)
capitals = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=6, max_size=6)


@st.composite
def isbt_labels(draw: st.DrawFn) -> str:
    """A compound message of a cell therapy label: donation, chain of identity, product, expiry."""
    donation = "A9999" + draw(st.sampled_from("0123456789")) + draw(digits) + draw(st.sampled_from("0123456789"))
    flags = draw(st.sampled_from(["00", "01", donation_flag(donation)]))
    division = draw(st.sampled_from(["00", "A0", "Ab"]))
    day = draw(st.integers(1, 365))
    return f"=+04000={donation}{flags}&/CHA999926{draw(capitals)}=<S12951{division}&>026{day:03d}2359"


@st.composite
def isbt_structures(draw: st.DrawFn) -> str:
    """One structure with a check of its own."""
    donation = "A999926" + draw(digits)
    registration = "9999" + draw(capitals) + draw(capitals) + "0"
    return draw(
        st.sampled_from(
            [
                f"={donation}{donation_flag(donation)}",
                f"&:{registration}{check_number(registration)}",
                f"='A9999{draw(capitals)}",
            ]
        )
    )


@st.composite
def kits(draw: st.DrawFn) -> str:
    """A kit label: trade item, lot, expiry, serial, in the full character set."""
    body = "950600013" + draw(st.text("0123456789", min_size=4, max_size=4))
    lot = draw(st.text(GS1_CHARACTERS_82.translate({40: None, 41: None}), min_size=1, max_size=10))
    serial = draw(st.text(GS1_CHARACTERS_82.translate({40: None, 41: None}), min_size=1, max_size=12))
    return element_string([("01", body + check_digit(body)), ("10", lot), ("17", "261231"), ("21", serial)])


def assert_reads_the_same(pictures: Iterable[Image.Image], symbol: Symbol, aim: str, text: str) -> None:
    """A scanner looks several times: one look must read, and no look may read anything else."""
    scanned = {code for picture in pictures for code in read_image(picture, (symbol,))}
    assert scanned == {aim.encode() + text.encode()}
    printed, meant = read(scanned.pop()), read(aim.encode() + text.encode())
    assert isinstance(printed, ScannedLabel), printed
    assert printed == meant


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("dpi", DOTS)
@few
@given(text=isbt_labels() | isbt_structures(), seed=st.integers(0, 2**32))
def test_an_isbt_label_survives_its_printer(dpi: int, harm: Harm, text: str, seed: int) -> None:
    picture = raster(matrix(text, Symbol.DATA_MATRIX), DOTS[dpi])
    assert_reads_the_same(looks(picture, harm, seed), Symbol.DATA_MATRIX, "]d1", text)


@pytest.mark.parametrize("harm", HARM, ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("dpi", DOTS)
@few
@given(text=kits(), seed=st.integers(0, 2**32))
def test_a_kit_label_survives_its_printer(dpi: int, harm: Harm, text: str, seed: int) -> None:
    picture = raster(matrix(text, Symbol.GS1_DATA_MATRIX), DOTS[dpi])
    assert_reads_the_same(looks(picture, harm, seed), Symbol.GS1_DATA_MATRIX, "]d2", text)


@pytest.mark.parametrize(("symbol", "aim"), [(Symbol.QR, "]Q1"), (Symbol.AZTEC, "]z0")])
@few
@given(text=isbt_labels())
def test_other_square_symbols_carry_the_same_text(symbol: Symbol, aim: str, text: str) -> None:
    assert_reads_the_same([raster(matrix(text, symbol), 4)], symbol, aim, text)


@pytest.mark.parametrize(("symbol", "aim"), [(Symbol.GS1_QR, "]Q3"), (Symbol.GS1_AZTEC, "]z1")])
@few
@given(text=kits())
def test_other_square_symbols_carry_the_same_kit(symbol: Symbol, aim: str, text: str) -> None:
    assert_reads_the_same([raster(matrix(text, symbol), 4)], symbol, aim, text)


def bars(modules: str, dots: int) -> Image.Image:
    row = np.array([[mark == "0" for mark in "0" * QUIET_MODULES + modules + "0" * QUIET_MODULES]])
    return Image.fromarray(np.where(row, 255, 0).astype(np.uint8).repeat(dots, axis=1).repeat(60, axis=0))


@pytest.mark.parametrize("dpi", DOTS)
@few
@given(text=isbt_structures() | isbt_labels())
def test_a_linear_isbt_code_reads_back(dpi: int, text: str) -> None:
    assert_reads_the_same([bars(code128_modules(text, gs1=False), DOTS[dpi])], Symbol.CODE_128, "]C0", text)


@pytest.mark.parametrize("dpi", DOTS)
@few
@given(text=kits())
def test_a_linear_kit_code_reads_back(dpi: int, text: str) -> None:
    assert_reads_the_same([bars(code128_modules(text, gs1=True), DOTS[dpi])], Symbol.CODE_128, "]C1", text)


def test_a_data_matrix_is_always_square() -> None:
    for length in range(1, 60):
        modules = matrix("A" * length, Symbol.DATA_MATRIX)
        assert len(modules) == len(modules[0])


def test_two_codes_in_one_picture_are_both_read() -> None:
    one, other = (raster(matrix(text, Symbol.DATA_MATRIX), 4) for text in ("=A99992612345600", "=A99992612345700"))
    both = Image.new("L", (one.width + other.width, one.height), 255)
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    assert sorted(read_image(both)) == [b"]d1=A99992612345600", b"]d1=A99992612345700"]
    assert read_image(Image.new("RGB", (50, 50), "white")) == []


def test_what_cannot_be_drawn_exactly_is_not_drawn() -> None:
    with pytest.raises(SymbolFault, match="linear"):
        matrix("=A99992612345600", Symbol.CODE_128)
    with pytest.raises(SymbolFault, match="cannot hold"):
        matrix("A" * 4000, Symbol.DATA_MATRIX)
    with pytest.raises(SymbolFault, match="plain characters"):
        matrix("\u00fc", Symbol.DATA_MATRIX)
    with pytest.raises(Unreadable):
        matrix("0109506000134353", Symbol.GS1_DATA_MATRIX)
    for text in ("", "\u00fc"):
        with pytest.raises(SymbolFault, match="plain characters"):
            code128_modules(text, gs1=False)
    with pytest.raises(Unreadable):
        code128_modules("0109506000134353", gs1=True)


def test_a_value_with_brackets_is_drawn_exactly_or_not_at_all() -> None:
    text = element_string([("01", "09506000134352"), ("21", "A(10)B")])
    with pytest.raises(SymbolFault):
        matrix(text, Symbol.GS1_DATA_MATRIX)
    modules = code128_modules(text, gs1=True)
    assert read_image(bars(modules, 3)) == [b"]C1" + text.encode()]


def test_the_measurement_of_print_counts_every_look() -> None:
    rows = list(measure(count=3, seed=1))
    assert len(rows) == len(DOTS) * len(HARM)
    assert all(row.looked == 3 and row.misread == 0 for row in rows)
    assert all(row.read == 3 for row in rows if row.harm == "untouched")
