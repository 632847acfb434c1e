"""Turns one font file into a TrueType file that Qt and reportlab both read, and refuses one that lacks letters."""

from __future__ import annotations

from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, TTLibError, newTable

TRUE_TYPE = "\000\001\000\000"
STYLE_WORDS = {"Regular": "Regular", "Bold": "Bold", "Italic": "Italic", "BoldItalic": "Bold Italic"}
FAMILY_WORDS = {"B612": "B612", "B612Mono": "B612 Mono"}


class FontUnfit(ValueError):
    """A font file cannot be used; the sentence says why."""


def write_true_type(source: Path, target: Path, required: str, curve_error_units: float) -> None:
    """Write `source` to `target` as TrueType; `curve_error_units` is in units of the font's em.

    Raises FontUnfit when the file cannot be read or one of the `required` characters is missing.
    """
    try:
        font = TTFont(source, recalcTimestamp=False)
    except (TTLibError, OSError) as fault:
        raise FontUnfit(f"The font file {source.name} cannot be read ({fault}); another source is tried.") from fault
    lacking = [character for character in required if ord(character) not in font.getBestCmap()]
    if lacking:
        raise FontUnfit(f"The font file {source.name} lacks '{''.join(lacking)}'; another source is tried.")
    if "CFF " in font:
        _make_outlines_quadratic(font, curve_error_units)
    font.flavor = None
    _name_plainly(font, target.stem)
    # Written beside and renamed, so that a set-up that was interrupted never leaves half a font.
    unfinished = target.with_suffix(".part")
    font.save(unfinished)
    unfinished.replace(target)


def _make_outlines_quadratic(font: TTFont, error_units: float) -> None:
    """Replace PostScript outlines by TrueType ones, turned round because the two formats fill oppositely."""
    order = font.getGlyphOrder()
    drawn = font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, error_units, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = newTable("glyf")
    font["glyf"].glyphOrder = order
    font["glyf"].glyphs = outlines
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    _describe_outlines(font, order)
    font.sfntVersion = TRUE_TYPE


def _describe_outlines(font: TTFont, order: list[str]) -> None:
    font["glyf"].compile(font)
    for name in order:
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(font["glyf"][name], "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    limits.maxZones = 1
    for field in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(limits, field, 0)
    limits.maxComponentElements = max(
        (len(g.components) if g.isComposite() else 0) for g in font["glyf"].glyphs.values()
    )
    post = font["post"]
    post.formatType = 2.0
    post.extraNames = []
    post.mapping = {}
    post.glyphOrder = order


def _name_plainly(font: TTFont, stem: str) -> None:
    """Name each file by its family: the Debian files call B612 Mono 'B612' first, and Qt would mix the two."""
    family, _, style = stem.partition("-")
    if family not in FAMILY_WORDS:
        return
    names = font["name"]
    for record in list(names.names):
        if record.nameID in (1, 2, 16, 17):
            names.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    for number, words in ((1, FAMILY_WORDS[family]), (2, STYLE_WORDS[style])):
        names.setName(words, number, 3, 1, 0x409)
        names.setName(words, number, 1, 0, 0)
    bold, italic = "Bold" in style, "Italic" in style
    font["head"].macStyle = bold | italic << 1
    font["OS/2"].usWeightClass = 700 if bold else 400
    font["OS/2"].fsSelection = (bold << 5 | italic) or 0x40
