"""Drawings of what to scan, so that nobody has to read to know which thing to pick up."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from coordinator_app.ui.theme import drawn_people, drawn_things
from coordinator_app.ui.theme.strokes import Strokes
from coordinator_app.ui.theme.tokens import Tokens

_DRAWINGS = {**drawn_things.DRAWINGS, **drawn_people.DRAWINGS}
_SAME_AS = {
    "unit": "bag",
    "product": "bag",
    "label-roll": "label",
    "shipment_box": "shipment",
    "shipper": "shipment",
    "second-person": "second_person",
    "witness": "second_person",
    "born": "pad",
    "stated": "pad",
    "fraction": "bag",
    "kit": "shipment",
}
NAMES: tuple[str, ...] = (*_DRAWINGS, *_SAME_AS)
"""Every word that `GuidedPage.drawing` may hold; any other draws a plain square code."""


def paint_drawing(painter: QPainter, name: str, box: QRectF, tokens: Tokens, *, beam: bool = False) -> None:
    """Paint the thing called `name` into `box`, with the scanner's beam on its code when one is expected."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2)
    painter.scale(side / 128, side / 128)
    strokes = Strokes(painter, tokens)
    _DRAWINGS.get(_SAME_AS.get(name, name), drawn_things.plain_code)(strokes)
    if beam:
        strokes.beam()
    painter.restore()
