"""The only door to zxing-cpp: draws two-dimensional symbols, reads pictures, and believes neither without a look.

The library ignores options it does not know and ends the process on some of the wrong type; so every option is set
here, from a closed list, and each symbol drawn is read back before it is handed on.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image

from coordinator_app.codes.gs1 import bracketed


class Symbol(StrEnum):
    """A kind of printed code."""

    DATA_MATRIX = "data-matrix"
    GS1_DATA_MATRIX = "gs1-data-matrix"
    QR = "qr"
    GS1_QR = "gs1-qr"
    AZTEC = "aztec"
    GS1_AZTEC = "gs1-aztec"
    CODE_128 = "code-128"
    EAN = "ean"
    ITF = "itf"
    PDF417 = "pdf417"
    CODE_39 = "code-39"


class SymbolFault(ValueError):
    """A text that cannot be drawn so that it reads back exactly."""


_FORMATS: dict[Symbol, zxingcpp.BarcodeFormat] = {
    Symbol.DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Symbol.GS1_DATA_MATRIX: zxingcpp.BarcodeFormat.DataMatrix,
    Symbol.QR: zxingcpp.BarcodeFormat.QRCode,
    Symbol.GS1_QR: zxingcpp.BarcodeFormat.QRCode,
    Symbol.AZTEC: zxingcpp.BarcodeFormat.Aztec,
    Symbol.GS1_AZTEC: zxingcpp.BarcodeFormat.Aztec,
    Symbol.CODE_128: zxingcpp.BarcodeFormat.Code128,
    Symbol.EAN: zxingcpp.BarcodeFormat.EANUPC,
    Symbol.ITF: zxingcpp.BarcodeFormat.ITF,
    Symbol.PDF417: zxingcpp.BarcodeFormat.PDF417,
    Symbol.CODE_39: zxingcpp.BarcodeFormat.Code39,
}

_DRAWN: dict[Symbol, str] = {
    Symbol.DATA_MATRIX: "]d1",
    Symbol.GS1_DATA_MATRIX: "]d2",
    Symbol.QR: "]Q1",
    Symbol.GS1_QR: "]Q3",
    Symbol.AZTEC: "]z0",
    Symbol.GS1_AZTEC: "]z1",
}
"""The symbols this room draws, and the symbology identifier with which each must read back."""

_GS1 = frozenset({Symbol.GS1_DATA_MATRIX, Symbol.GS1_QR, Symbol.GS1_AZTEC})

Modules = tuple[tuple[bool, ...], ...]
"""Rows of modules without quiet zone; true is dark."""


def matrix(text: str, symbol: Symbol) -> Modules:
    """Return the modules of a symbol that reads back as exactly this text.

    For a GS1 symbol the text is the element string as a scanner sends it, separators included; it is checked as any
    scan is. Data Matrix is always square. Raises SymbolFault where the text cannot be drawn, `Unreadable` where it
    is no valid GS1 element string.
    """
    if symbol not in _DRAWN:
        raise SymbolFault(f"{symbol.value} is not drawn here; linear codes are drawn by `linear.code128_modules`.")
    if not text or not text.isascii():
        raise SymbolFault("A symbol holds plain characters only, and at least one; change the text.")
    content = bracketed(text) if symbol in _GS1 else text
    options: dict[str, Any] = {"gs1": True} if symbol in _GS1 else {}
    if _FORMATS[symbol] == zxingcpp.BarcodeFormat.DataMatrix:
        options["force_square"] = True
    elif _FORMATS[symbol] == zxingcpp.BarcodeFormat.QRCode:
        options["ec_level"] = "M"
    try:
        drawn = zxingcpp.create_barcode(content, _FORMATS[symbol], **options)
    except (ValueError, RuntimeError) as fault:
        raise SymbolFault(f"{symbol.value} cannot hold this text: {fault}; shorten it or use another symbol.") from None
    pixels = np.asarray(zxingcpp.write_barcode_to_image(drawn, scale=1, add_quiet_zones=False))
    modules = tuple(tuple(bool(pixel == 0) for pixel in row) for row in pixels)
    expected = _DRAWN[symbol].encode() + text.encode("ascii")
    if read_image(raster(modules, dots=4), (symbol,)) != [expected]:
        raise SymbolFault(f"{symbol.value} of this text does not read back as it was meant; use another symbol.")
    return modules


def raster(modules: Modules, dots: int, quiet: int = 4) -> Image.Image:
    """Return a grey picture with so many printer dots for each module and so many modules of quiet zone."""
    dark = np.pad(np.array(modules, dtype=bool), quiet)
    pixels = np.where(dark, 0, 255).astype(np.uint8).repeat(dots, axis=0).repeat(dots, axis=1)
    return Image.fromarray(pixels)


def read_image(image: Image.Image, formats: Collection[Symbol] = tuple(Symbol)) -> list[bytes]:
    """Return the bytes of every code found in a picture, each behind its symbology identifier, as a scanner sends them.

    Codes whose own error correction fails are not returned.
    """
    wanted = [_FORMATS[symbol] for symbol in formats]
    found = zxingcpp.read_barcodes(
        image.convert("L"),
        formats=zxingcpp.BarcodeFormats(list(dict.fromkeys(wanted))),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [code.symbology_identifier.encode("ascii") + code.bytes for code in found if code.valid]
