"""A photo from a file: whether it is one, and the small picture of it that a page shows."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 12 * 1024 * 1024
"""A photo of a modern camera has up to 10 MiB."""
MOST_PIXELS = 120_000_000
"""More than any camera at a ward takes; a picture made to fill the memory has more."""
KINDS = ("JPEG", "PNG", "WEBP")
SMALL_SIDE = 280
"""Pixels of the longer side of the small picture."""


class PhotoUnusable(Exception):
    """The file is no photo that can be kept; `why` is too_large, no_photo or unreadable."""

    def __init__(self, why: str) -> None:
        """Say why in one word."""
        super().__init__(why)
        self.why = why


def read_photo(path: str) -> bytes:
    """Return the bytes of a photo as the camera wrote them; raises PhotoUnusable."""
    file = Path(path)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise PhotoUnusable("too_large")
        content = file.read_bytes()
    except OSError as fault:
        raise PhotoUnusable("unreadable") from fault
    small_picture(content)
    return content


def small_picture(content: bytes) -> bytes:
    """Return a PNG of at most 280 pixels a side, upright; raises PhotoUnusable when this is no photo."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=KINDS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PhotoUnusable("too_large")
                # A JPEG is decoded at a fraction of its size where that is enough: a page must not wait for a photo.
                picture.draft("RGB", (SMALL_SIDE * 2, SMALL_SIDE * 2))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as fault:
        raise PhotoUnusable("no_photo") from fault
    upright.thumbnail((SMALL_SIDE, SMALL_SIDE))
    made = io.BytesIO()
    upright.save(made, "PNG")
    return made.getvalue()
