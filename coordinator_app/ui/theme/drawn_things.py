"""The things of cell and gene therapy that carry a code, each drawn in a box of 128 units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coordinator_app.ui.theme.strokes import Strokes


def plain_code(draw: Strokes) -> None:
    """Draw a square code on a card: what stands for a thing that has no drawing of its own."""
    draw.outline(fill=draw.paper)
    draw.box(24, 24, 80, 80, 10)
    draw.square_code(42, 42, 44)


def _bag(draw: Strokes) -> None:
    draw.outline(5, draw.ink)
    for x in (48, 64, 80):
        draw.line((x, 12), (x, 24))
    draw.outline(fill=draw.paper)
    draw.box(28, 22, 72, 98, 14)
    draw.outline(3, draw.faint)
    draw.line((38, 34), (90, 34))
    draw.outline(2.5, draw.soft, draw.paper)
    draw.box(40, 46, 48, 54, 3)
    draw.square_code(48, 54, 26)
    draw.text_lines(48, 87, 32, 22, gap=6, width=2.5)


def _cassette(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(10, 28, 108, 76, 8)
    draw.outline(3, draw.soft)
    draw.line((10, 46), (118, 46))
    draw.box(52, 34, 24, 6, 3)
    draw.solid(draw.ink)
    draw.box(20, 22, 14, 7, 2)
    draw.box(94, 22, 14, 7, 2)
    draw.square_code(24, 56, 36)
    draw.text_lines(72, 60, 34, 34, 26, 30)


def _vial(draw: Strokes) -> None:
    draw.solid(draw.ink)
    draw.box(42, 8, 44, 18, 4)
    draw.outline(fill=draw.paper)
    draw.line((48, 28), (48, 38), (36, 50), (36, 120), (92, 120), (92, 50), (80, 38), (80, 28), closed=True)
    draw.outline(2.5, draw.soft, draw.paper)
    draw.box(36, 58, 56, 50)
    draw.square_code(50, 66, 30)
    draw.text_lines(46, 102, 36, width=2.5)


def _syringe(draw: Strokes) -> None:
    draw.outline(5)
    draw.line((64, 4), (64, 22))
    draw.line((50, 4), (78, 4))
    draw.outline(fill=draw.paper)
    draw.box(44, 30, 40, 72, 5)
    draw.outline(5)
    draw.line((34, 30), (94, 30))
    draw.line((64, 102), (64, 124))
    draw.outline(2.5, draw.soft)
    draw.line((44, 42), (84, 42))
    draw.square_code(52, 54, 24)
    draw.text_lines(52, 90, 24, width=2.5)


def _label(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(12, 24, 104, 80, 5)
    draw.square_code(24, 36, 34)
    draw.text_lines(68, 40, 36, 36, 24, 30)
    draw.outline(2.5, draw.faint)
    draw.line((20, 78), (108, 78))
    draw.text_lines(24, 88, 80, 52, gap=8)


def _shipment(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.line((14, 40), (64, 18), (114, 40), (114, 98), (64, 120), (14, 98), closed=True)
    draw.line((14, 40), (64, 62), (114, 40))
    draw.line((64, 62), (64, 120))
    draw.outline(3, draw.soft)
    draw.line((38, 29), (88, 51), (88, 66))
    draw.square_code(24, 68, 26)


def _certificate(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.line((24, 8), (84, 8), (106, 30), (106, 120), (24, 120), closed=True)
    draw.line((84, 8), (84, 30), (106, 30))
    draw.text_lines(38, 28, 34, 34, gap=10)
    draw.text_lines(38, 52, 54, 54, gap=10)
    draw.square_code(38, 76, 30)
    draw.outline(3, draw.soft)
    draw.round(80, 78, 16)
    draw.line((83, 93), (80, 106), (88, 101), (96, 106), (93, 93))


def _order(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(22, 16, 84, 104, 6)
    draw.solid(draw.ink)
    draw.box(46, 8, 36, 16, 4)
    draw.square_code(36, 38, 30)
    draw.text_lines(76, 42, 18, 18, 18, gap=10)
    draw.outline(3.5, draw.soft)
    for y in (84, 102):
        draw.line((36, y), (40, y + 4), (47, y - 5))
        draw.line((56, y), (92, y))


def _location(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.round(22, 12, 84, 24)
    draw.line((22, 24), (22, 108))
    draw.line((106, 24), (106, 108))
    draw.curve((22, 108), (22, 124, 106, 124, 106, 108))
    draw.outline(3, draw.soft)
    draw.curve((22, 44), (22, 58, 106, 58, 106, 44))
    draw.outline(2.5, draw.soft, draw.paper)
    draw.box(42, 62, 44, 44, 3)
    draw.square_code(49, 69, 30)


def _logger(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(30, 8, 68, 112, 12)
    draw.outline(2.5, draw.soft)
    draw.box(40, 20, 48, 32, 3)
    draw.outline(3.5, draw.ink)
    draw.line((45, 44), (53, 34), (61, 40), (70, 28), (83, 32))
    draw.square_code(48, 64, 32)
    draw.solid(draw.soft)
    draw.round(59, 103, 10)


def _seal(draw: Strokes) -> None:
    draw.outline(4.5)
    draw.curve((46, 64), (8, 48, 14, 6, 60, 14))
    draw.curve((60, 14), (104, 18, 104, 56, 84, 64))
    draw.outline(fill=draw.paper)
    draw.box(30, 56, 68, 64, 8)
    draw.barcode(42, 68, 44, 26)
    draw.text_lines(42, 106, 44, width=3)


def _pump(draw: Strokes) -> None:
    draw.outline(4)
    draw.line((64, 6), (64, 122))
    draw.line((44, 122), (84, 122))
    draw.line((50, 12), (50, 6), (78, 6), (78, 12))
    draw.outline(fill=draw.paper)
    draw.box(28, 40, 72, 56, 8)
    draw.outline(2.5, draw.soft)
    draw.box(38, 50, 52, 16, 2)
    draw.solid(draw.ink)
    for x in (42, 60, 78):
        draw.round(x, 75, 9)


def _paper(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(24, 8, 80, 112, 4)
    draw.text_lines(38, 26, 52)
    for y in (44, 64, 84, 104):
        draw.outline(3, draw.soft)
        draw.box(38, y - 6, 12, 12, 2)
        draw.line((58, y), (90, y))


DRAWINGS: Final[dict[str, Callable[[Strokes], None]]] = {
    "bag": _bag,
    "cassette": _cassette,
    "vial": _vial,
    "syringe": _syringe,
    "label": _label,
    "shipment": _shipment,
    "certificate": _certificate,
    "order": _order,
    "location": _location,
    "logger": _logger,
    "seal": _seal,
    "infusion": _pump,
    "paper": _paper,
    "code": plain_code,
}
