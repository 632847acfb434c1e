"""Paints the boxes and bitmaps of our own print commands, to read the symbols back from the very bytes to be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from coordinator_app.labels.raster import Dots

_FORMAT = re.compile(rb"\^XA(.*?)\^XZ", re.DOTALL)
_SIZE = re.compile(r"\^PW(\d+)\s*\^LL(\d+)")
_FIELD = re.compile(r"\^FO(\d+),(\d+)\^(?:GB(\d+),(\d+),(\d+)|GFA,(\d+),\d+,(\d+),([0-9A-F]+))\^FS")


def zpl_as_dots(zpl: bytes) -> Iterator[Dots]:
    """Yield the dots of every format in `zpl`; texts are left out, symbols and lines are there.

    Raises ValueError for commands that do not say how large the label is.
    """
    for found in _FORMAT.finditer(zpl):
        commands = found.group(1).decode("ascii")
        size = _SIZE.search(commands)
        if size is None:
            raise ValueError("The print commands do not say how large the label is; make them with to_zpl.")
        picture = np.full((int(size.group(2)), int(size.group(1))), 255, dtype=np.uint8)
        for field in _FIELD.finditer(commands):
            _paint(picture, field)
        yield picture


def _paint(picture: Dots, field: re.Match[str]) -> None:
    left, top = int(field.group(1)), int(field.group(2))
    if field.group(3):
        width, height, thick = (int(field.group(at)) for at in (3, 4, 5))
        box = picture[top : top + height, left : left + width]
        inside = box[thick : height - thick, thick : width - thick].copy()
        box[:] = 0
        box[thick : height - thick, thick : width - thick] = inside
        return
    row_bytes = int(field.group(7))
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(field.group(8)), dtype=np.uint8)).reshape(-1, row_bytes * 8)
    spot = picture[top : top + bits.shape[0], left : left + bits.shape[1]]
    spot[bits[: spot.shape[0], : spot.shape[1]] == 1] = 0
