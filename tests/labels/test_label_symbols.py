"""A symbol says exactly what it was given, whichever library drew it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from coordinator_app.labels.symbol import Symbol, SymbolKind, gs1_symbol
from coordinator_app.labels.symbol_modules import SymbolNotDrawable, modules_of

from .contents import COMPOUND

OURS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128])
ELEMENTS = (("01", "09506000134352"), ("21", "SN12345"), ("10", "LOT42"), ("17", "261231"))


def _picture(symbol: Symbol, scale: int = 4) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    modules = modules_of(symbol)
    rows = modules.rows * 40 if modules.linear else modules.rows
    cells = np.array([[0 if cell == "1" else 255 for cell in row] for row in rows], dtype=np.uint8)
    return np.pad(cells, modules.quiet, constant_values=255).repeat(scale, axis=0).repeat(scale, axis=1)


def _read(symbol: Symbol) -> tuple[str, bytes]:
    (found,) = zxingcpp.read_barcodes(_picture(symbol), formats=OURS, try_downscale=False)
    return found.symbology_identifier, bytes(found.bytes)


@settings(max_examples=120, deadline=None)
@example(",BKF@FKQOuM")
@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30))
def test_any_text_in_bars_comes_back_as_itself(text: str) -> None:
    symbol = Symbol(SymbolKind.CODE128, text.encode("ascii"))
    assert _read(symbol) == ("]C0", symbol.data)


@pytest.mark.parametrize("text", ["99", "990", "9912", "99A", "9901234567"])
def test_digits_that_begin_with_99_are_not_lost_from_the_bars(text: str) -> None:
    assert _read(Symbol(SymbolKind.CODE128, text.encode("ascii"))) == ("]C0", text.encode("ascii"))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["10", "21", "240", "250"]), st.from_regex(r"[A-Za-z0-9/+.-]{1,12}", fullmatch=True)),
        min_size=1,
        max_size=3,
        unique_by=lambda element: element[0],
    )
)
def test_any_gs1_elements_in_bars_come_back_as_themselves(elements: list[tuple[str, str]]) -> None:
    symbol = gs1_symbol(SymbolKind.GS1_128, elements)
    assert _read(symbol) == ("]C1", symbol.data)


@settings(max_examples=120, deadline=None)
@given(st.binary(min_size=1, max_size=120))
def test_any_bytes_in_a_matrix_come_back_as_themselves(content: bytes) -> None:
    symbol = Symbol(SymbolKind.DATAMATRIX, content)
    symbology, read = _read(symbol)
    assert (symbology[:2], read) == ("]d", content)


@pytest.mark.parametrize(("kind", "symbology"), [(SymbolKind.GS1_DATAMATRIX, "]d2"), (SymbolKind.GS1_128, "]C1")])
def test_gs1_elements_come_back_with_separators_only_where_a_length_is_open(kind: SymbolKind, symbology: str) -> None:
    symbol = gs1_symbol(kind, ELEMENTS)
    assert _read(symbol) == (symbology, b"010950600013435221SN12345\x1d10LOT42\x1d17261231")


def test_a_matrix_is_square_so_that_it_fits_the_corner_it_was_given() -> None:
    modules = modules_of(Symbol(SymbolKind.DATAMATRIX, b"A99"))
    assert modules.across == modules.down


def test_a_symbol_that_could_not_be_read_back_as_itself_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="nothing in it"):
        Symbol(SymbolKind.DATAMATRIX, b"")
    with pytest.raises(ValueError, match="gs1_symbol"):
        Symbol(SymbolKind.GS1_DATAMATRIX, b"0109506000134352")
    with pytest.raises(ValueError, match="not those of its elements"):
        Symbol(SymbolKind.GS1_DATAMATRIX, b"0109506000134352", (("01", "09506000134369"),))
    with pytest.raises(ValueError, match="bracket"):
        gs1_symbol(SymbolKind.GS1_DATAMATRIX, [("21", "A(10)B")])
    with pytest.raises(ValueError, match="forbids"):
        gs1_symbol(SymbolKind.GS1_DATAMATRIX, [("21", "A\x1dB")])


def test_content_no_symbol_can_hold_is_refused_in_one_sentence() -> None:
    with pytest.raises(SymbolNotDrawable, match="shorten it"):
        modules_of(Symbol(SymbolKind.DATAMATRIX, b"x" * 4000))
    with pytest.raises(SymbolNotDrawable, match="Data Matrix"):
        modules_of(Symbol(SymbolKind.CODE128, "Müller".encode()))
    with pytest.raises(SymbolNotDrawable, match="separator"):
        modules_of(Symbol(SymbolKind.CODE128, b"A\x1dB"))


@pytest.mark.skipif(shutil.which("dmtxread") is None, reason="no second decoder here: apt-get install dmtx-utils")
@pytest.mark.parametrize("content", [COMPOUND, b"&/CHA999926ABC123", b"7" * 369])
def test_a_decoder_by_other_people_reads_our_matrix_alike(content: bytes, tmp_path: Path) -> None:
    picture = tmp_path / "symbol.png"
    Image.fromarray(_picture(Symbol(SymbolKind.DATAMATRIX, content), 5)).save(picture)
    read = subprocess.run(["dmtxread", "-N1", str(picture)], capture_output=True, check=True, timeout=60)
    assert read.stdout.rstrip(b"\n") == content


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="no second decoder here: apt-get install zbar-tools")
@pytest.mark.parametrize("content", [b"=A99992612345601", b"=<S1295100", b"&>0263262359"])
def test_a_decoder_by_other_people_reads_our_bars_alike(content: bytes, tmp_path: Path) -> None:
    picture = tmp_path / "symbol.png"
    Image.fromarray(_picture(Symbol(SymbolKind.CODE128, content), 3)).save(picture)
    command = ["zbarimg", "--raw", "-q", "--nodbus", "-Sdisable", "-Scode128.enable", str(picture)]
    read = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert read.stdout.rstrip(b"\n") == content
