"""People and what they carry or touch: badge, wristband, courier, second person, pads; in a box of 128 units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from coordinator_app.ui.theme.strokes import Strokes


def _badge(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(8, 22, 112, 92, 12)
    draw.outline(4, draw.ink, draw.paper)
    draw.box(52, 16, 24, 12, 5)
    draw.solid(draw.soft)
    draw.round(26, 46, 30)
    draw.box(22, 82, 38, 18, 9)
    draw.square_code(72, 54, 34)
    draw.text_lines(72, 98, 34)


def _wristband(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.round(8, 10, 112, 62)
    draw.outline(4, draw.ink)
    draw.round(24, 22, 80, 36)
    draw.outline(fill=draw.paper)
    draw.box(20, 48, 88, 56, 6)
    draw.square_code(30, 58, 36)
    draw.text_lines(74, 64, 26, 26, 18, 24)


def _person(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.round(42, 12, 44)
    draw.curve((20, 116), (20, 78, 36, 68, 64, 68), (92, 68, 108, 78, 108, 116))
    draw.line((20, 116), (108, 116))


def _second_person(draw: Strokes) -> None:
    draw.outline(4, draw.soft, draw.paper)
    draw.round(22, 22, 36)
    draw.curve((4, 108), (4, 78, 16, 68, 40, 68), (58, 68, 66, 74, 72, 84))
    draw.line((4, 108), (60, 108))
    draw.outline(4.5, draw.ink, draw.paper)
    draw.round(68, 14, 42)
    draw.curve((50, 118), (50, 78, 62, 68, 89, 68), (114, 68, 124, 78, 124, 118))
    draw.line((50, 118), (124, 118))
    draw.outline(5)
    draw.curve((81, 88), (81, 78, 98, 78, 97, 88), (96, 95, 86, 98, 81, 107))
    draw.line((81, 107), (98, 107))


def _courier(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(4, 36, 74, 62, 5)
    draw.line((78, 54), (102, 54), (122, 76), (122, 98), (78, 98), closed=True)
    draw.outline(3, draw.soft)
    draw.line((88, 62), (99, 62), (110, 76), (88, 76), closed=True)
    draw.square_code(26, 50, 30)
    draw.outline(4.5, draw.ink, draw.paper)
    draw.round(20, 86, 26)
    draw.round(84, 86, 26)


def _pad(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(16, 8, 96, 112, 10)
    draw.outline(3, draw.soft)
    draw.box(28, 20, 72, 22, 4)
    draw.solid(draw.ink)
    for row in range(3):
        for column in range(3):
            draw.box(28 + column * 26, 54 + row * 21, 20, 14, 4)


def _spoken(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.round(10, 24, 40)
    draw.curve((4, 116), (4, 86, 12, 78, 32, 78), (52, 78, 60, 86, 60, 116))
    draw.line((4, 116), (60, 116))
    draw.outline(4, draw.ink, draw.paper)
    draw.line((66, 12), (122, 12), (122, 60), (86, 60), (68, 74), (70, 60), (66, 60), closed=True)
    draw.text_lines(78, 28, 32, 22, gap=14, width=4)


def _hand(draw: Strokes) -> None:
    draw.outline(fill=draw.paper)
    draw.box(36, 14, 56, 60, 8)
    draw.square_code(48, 26, 30)
    draw.outline(fill=draw.paper)
    draw.curve((8, 96), (24, 76, 44, 78, 60, 90), (66, 95, 78, 94, 80, 94))
    draw.curve((80, 94), (92, 92, 108, 78, 114, 84), (122, 92, 96, 118, 78, 120))
    draw.line((78, 120), (8, 120))


DRAWINGS: Final[dict[str, Callable[[Strokes], None]]] = {
    "badge": _badge,
    "wristband": _wristband,
    "person": _person,
    "second_person": _second_person,
    "courier": _courier,
    "pad": _pad,
    "spoken": _spoken,
    "hand": _hand,
}
