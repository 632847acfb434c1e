"""The typefaces of documents: B612, embedded, with a second face for the letters of names that B612 lacks."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from coordinator_app.resource_files import resource_path

_FACES = {False: ("B612-Regular", "DejaVuSans"), True: ("B612-Bold", "DejaVuSans-Bold")}


def marked_up(text: str, *, bold: bool = False) -> str:
    """Return `text` as paragraph markup, each part in a typeface that has its letters, line ends kept.

    A letter that no typeface has is written as its number in brackets: a document must not lose it silently, and a
    blank box would. Scripts written from the right are written so too; they would come out in the wrong order.
    """
    shown = "".join(_shown(letter, bold) for letter in unicodedata.normalize("NFC", text).replace("  ", "\u00a0 "))
    parts = groupby(shown, key=lambda letter: _face_for(letter, bold))
    return "".join(f'<font name="{face}">{escape("".join(part))}</font>' for face, part in parts).replace("\n", "<br/>")


def face(*, bold: bool) -> str:
    """Return the name of the first typeface, ready to draw with."""
    _letters_of(_FACES[bold][0])
    return _FACES[bold][0]


def _shown(letter: str, bold: bool) -> str:
    if letter == "\n":
        return letter
    if unicodedata.bidirectional(letter) in ("R", "AL") or unicodedata.category(letter) in ("Cc", "Cf"):
        return f"[U+{ord(letter):04X}]"
    return letter if any(ord(letter) in _letters_of(name) for name in _FACES[bold]) else f"[U+{ord(letter):04X}]"


def _face_for(letter: str, bold: bool) -> str:
    first, second = _FACES[bold]
    return first if letter == "\n" or ord(letter) in _letters_of(first) else second


@cache
def _letters_of(name: str) -> frozenset[int]:
    font = TTFont(name, str(resource_path(f"fonts/{name}.ttf")))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)
