"""What printing, hands and cold do to a label, and how often a damaged symbol still reads, or reads wrongly.

    python -m tests.codes.printing --count 1000 --seed 1

Labels are drawn as Data Matrix at whole printer dots, harmed, and read once each. The exit code is 1 when one look read
anything but what was printed; a symbol that does not read at all is looked at again by every scanner.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from coordinator_app.codes.symbols import Symbol, matrix, raster, read_image

from .corruption import combined, kit

DOTS = {203: 3, 300: 4, 600: 9}
"""Whole printer dots for one module of about 0.375 mm: 0.375, 0.339, 0.381 mm (ecosystem §3.3)."""

Harm = Callable[[Image.Image, random.Random], Image.Image]


def turned(picture: Image.Image, chance: random.Random) -> Image.Image:
    return picture.rotate(chance.uniform(-40, 40), Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def blurred(picture: Image.Image, chance: random.Random) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9)))


def soiled(picture: Image.Image, chance: random.Random) -> Image.Image:
    soiled_picture = picture.copy()
    x, y = (chance.randrange(side // 4, side * 3 // 4) for side in picture.size)
    size = max(2, min(picture.size) // 24)
    ImageDraw.Draw(soiled_picture).ellipse((x, y, x + size, y + size), fill=chance.choice([0, 255]))
    return soiled_picture


def noisy(picture: Image.Image, chance: random.Random) -> Image.Image:
    pixels = np.asarray(picture, dtype=np.int16)
    noise = np.random.default_rng(chance.randrange(2**32)).normal(0, 18, pixels.shape)
    return Image.fromarray(np.clip(pixels * 0.8 + 25 + noise, 0, 255).astype(np.uint8))


def untouched(picture: Image.Image, _: random.Random) -> Image.Image:
    return picture


HARM: list[Harm] = [untouched, turned, blurred, soiled, noisy]


def looks(picture: Image.Image, harm: Harm, seed: int, count: int = 5) -> Iterator[Image.Image]:
    """Give several looks at one label, each harmed in its own way, as a scanner takes them."""
    for look in range(count):
        yield harm(picture, random.Random(seed + look))  # noqa: S311 - a seed, not a secret


@dataclass
class Row:
    """How one harm at one resolution was read at the first look."""

    dpi: int
    harm: str
    looked: int = 0
    read: int = 0
    misread: int = 0


def measure(count: int, seed: int) -> Iterator[Row]:
    """Look once at `count` labels for every resolution and harm, half of them ISBT 128 and half GS1."""
    for dpi, dots in DOTS.items():
        for harm in HARM:
            chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
            row = Row(dpi, harm.__name__)
            for number in range(count):
                text, symbol = (
                    (combined(chance), Symbol.DATA_MATRIX) if number % 2 else (kit(chance), Symbol.GS1_DATA_MATRIX)
                )
                found = read_image(harm(raster(matrix(text[3:], symbol), dots), chance), (symbol,))
                row.looked += 1
                row.read += found == [text.encode()]
                row.misread += any(code != text.encode() for code in found)
            yield row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rows = list(measure(arguments.count, arguments.seed))
    lines = [
        "| dpi | harm | looked | read at the first look | read as something else |",
        "| ---: | --- | ---: | ---: | ---: |",
    ]
    lines += [f"| {row.dpi} | {row.harm} | {row.looked:,} | {row.read:,} | {row.misread:,} |" for row in rows]
    print("\n".join(lines))  # noqa: T201 - the table is what the command is for
    return 1 if any(row.misread for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
