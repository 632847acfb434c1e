"""Brings the typeface in: the program's own files first, then the system's, then a fallback that is checked too."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from coordinator_app.resource_files import ResourceMissing, resource_path

WANTED = ("B612", "DejaVu Sans")
"""In this order. B612 was drawn for cockpit screens: 1, l and I, 0 and O cannot be confused."""


def load_typeface() -> str:
    """Register the program's font files and return the family to use; an empty text when none of the wanted is there.

    The caller says so in the self-test; the program then still runs in the system's own face.
    """
    for family in WANTED:
        for style in ("Regular", "Bold") if family == "B612" else ("", "Bold"):
            name = f"{family.replace(' ', '')}-{style}.ttf" if style else f"{family.replace(' ', '')}.ttf"
            _register(name)
    present = set(QFontDatabase.families())
    return next((family for family in WANTED if family in present), "")


def _register(file_name: str) -> None:
    try:
        path: Path = resource_path(f"fonts/{file_name}")
    except ResourceMissing:
        return
    QFontDatabase.addApplicationFont(str(path))


def digits_keep_their_width(family: str, pixels: int = 64) -> bool:
    """Say whether all digits of a family are equally wide, so that a countdown does not jump about."""
    face = QFont(family)
    face.setPixelSize(pixels)
    face.setBold(True)
    metrics = QFontMetricsF(face)
    widths = {round(metrics.horizontalAdvance(digit), 1) for digit in "0123456789"}
    return len(widths) == 1
