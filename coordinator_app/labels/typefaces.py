"""The typefaces of labels: B612, embedded, with a second face for the letters of names that B612 lacks."""

from __future__ import annotations

import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from coordinator_app.resource_files import resource_path

POINTS_PER_MM = 72 / 25.4
LEADING = 1.18
"""Distance of two lines in sizes of the type."""
ASCENT = 0.93
"""From the top of a line to its base line in sizes of the type: room for an accent on a capital."""

_FACES = {
    False: ("B612-Regular", "DejaVuSans"),
    True: ("B612-Bold", "DejaVuSans-Bold"),
}


class CharacterNotPrintable(ValueError):
    """A text has a character that no embedded typeface can show rightly; the sentence names it."""


def width_mm(text: str, size_pt: float, *, bold: bool) -> float:
    """Return how wide `text` is printed, in millimetres. Raises CharacterNotPrintable."""
    points: float = sum(pdfmetrics.stringWidth(run, face, size_pt) for face, run in runs_of(text, bold=bold))
    return points / POINTS_PER_MM


def runs_of(text: str, *, bold: bool) -> tuple[tuple[str, str], ...]:
    """Return `text` as (typeface, part) in order, each part in the first typeface that has its letters.

    Raises CharacterNotPrintable for a character that neither typeface has, and for scripts written from the right,
    which would come out in the wrong order.
    """
    runs: list[tuple[str, str]] = []
    for letter in unicodedata.normalize("NFC", text):
        face = _face_for(letter, bold)
        if runs and runs[-1][0] == face:
            runs[-1] = (face, runs[-1][1] + letter)
        else:
            runs.append((face, letter))
    return tuple(runs)


@cache
def _face_for(letter: str, bold: bool) -> str:
    if unicodedata.bidirectional(letter) in ("R", "AL") or unicodedata.category(letter) in ("Cc", "Cf", "Mn"):
        raise CharacterNotPrintable(_cannot_show(letter))
    for face in _FACES[bold]:
        if ord(letter) in _letters_of(face):
            return face
    raise CharacterNotPrintable(_cannot_show(letter))


def _cannot_show(letter: str) -> str:
    shown = letter if letter.isprintable() else f"U+{ord(letter):04X}"
    return (
        f"The label cannot show the character '{shown}'; enter the name as it stands in Latin letters "
        "in the passport or on the wristband."
    )


@cache
def _letters_of(face: str) -> frozenset[int]:
    font = TTFont(face, str(resource_path(f"fonts/{face}.ttf")))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)
