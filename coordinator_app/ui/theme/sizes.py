"""How sizes follow the scale of text: what is read closely doubles at 200 %, what is large already grows less.

At 1280×720 a title of 54 px doubled would leave no room for the sentence that it heads. Text up to 20 px grows in full,
so that at 200 % nothing is smaller than 28 px; the part of a size above 20 px grows by a quarter.
"""

from __future__ import annotations

CLOSE = 20
"""Text up to this height, in pixels, is read closely and grows in full."""
LARGE_TEXT = 1.4
"""From this scale on pages stand in one column."""
_LARGE_SHARE = 0.25
_ROOM_SHARE = 0.25


def text(size: float, scale: float) -> int:
    """Return the height in pixels of text of a design size at a scale (1.0 to 2.0)."""
    if size <= CLOSE:
        return round(size * scale)
    return round(CLOSE * scale + (size - CLOSE) * (1 + (scale - 1) * _LARGE_SHARE))


def room(size: float, scale: float) -> int:
    """Return a distance in pixels at a scale."""
    return round(size * (1 + (scale - 1) * _ROOM_SHARE))


def design_size(height: float, scale: float) -> float:
    """Return the design size whose text comes out at a height in pixels: the reverse of `text`."""
    if height <= CLOSE * scale:
        return height / scale
    return CLOSE + (height - CLOSE * scale) / (1 + (scale - 1) * _LARGE_SHARE)
