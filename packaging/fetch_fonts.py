"""Brings the typefaces into `resources/fonts/` from the packages that carry them, as TrueType, and checks them.

Screens could read the OpenType files of the Debian package as they are, but reportlab draws PDFs from TrueType
outlines only; one set of files for both keeps a label and its preview the same.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
STYLES = ("Regular", "Bold", "Italic", "BoldItalic")
B612 = tuple(f"{family}-{style}" for family in ("B612", "B612Mono") for style in STYLES)
# Stands in when B612 cannot be had, and draws the letters that B612 lacks: Łukasz, Čapek, Иванов.
FALLBACK = ("DejaVuSans", "DejaVuSans-Bold")
REQUIRED = "".join(map(chr, range(0x20, 0x7F))) + "äöüßÄÖÜéèñøåæçÅØ·–×…µ°±"
NPM_NAME = {"Regular": "400-normal", "Bold": "700-normal", "Italic": "400-italic", "BoldItalic": "700-italic"}
PATIENCE_S = 120
# Above half a unit of 2000 an em nothing of a cubic curve's bend is lost at 600 dpi on a label.
CURVE_ERROR_UNITS = 0.5


def main() -> int:
    """Fetch what is missing; 0 when screens and labels have a checked typeface, 1 when they have none."""
    FONTS.mkdir(parents=True, exist_ok=True)
    if not _missing(B612 + FALLBACK):
        return 0
    print("Bringing in the typefaces B612 and DejaVu Sans")
    with tempfile.TemporaryDirectory() as folder:
        for source in _b612_sources(Path(folder)):
            _take(B612, source)
            if not _missing(B612):
                break
        for source in _fallback_sources(Path(folder)):
            _take(FALLBACK, source)
            if not _missing(FALLBACK):
                break
    return _verdict()


def _verdict() -> int:
    if _missing(FALLBACK):
        print(
            "The typeface DejaVu Sans could not be brought in, and without it some names cannot be printed; install "
            "the package fonts-dejavu-core (or give this machine access to its package sources), then run this again.",
            file=sys.stderr,
        )
        return 1
    if _missing(B612):
        print(
            "The typeface B612 could not be brought in, so the screens use DejaVu Sans; "
            "with access to the package sources the next set-up tries again."
        )
    return 0


def _missing(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if not (FONTS / f"{name}.ttf").exists()]


def _b612_sources(folder: Path) -> Iterator[dict[str, Path]]:
    """Yield name to file, best source first: the npm packages hold Western letters only."""
    yield _found_in(Path("/usr/share/fonts"), B612)
    yield _found_in(_unpacked_debian("fonts-b612", folder), B612)
    unpacked = [_unpacked_npm(name, folder) for name in ("@fontsource/b612", "@fontsource/b612-mono")]
    names = {f"B612-{style}": f"b612-latin-{weight}" for style, weight in NPM_NAME.items()}
    names |= {f"B612Mono-{style}": f"b612-mono-latin-{weight}" for style, weight in NPM_NAME.items()}
    files = {found.stem: found for root in unpacked for found in root.rglob("*.woff2")}
    yield {name: files[stem] for name, stem in names.items() if stem in files}


def _fallback_sources(folder: Path) -> Iterator[dict[str, Path]]:
    yield _found_in(Path("/usr/share/fonts"), FALLBACK)
    yield _found_in(_unpacked_debian("fonts-dejavu-core", folder), FALLBACK)
    yield _found_in(_unpacked_npm("dejavu-fonts-ttf", folder), FALLBACK)


def _found_in(root: Path, names: tuple[str, ...]) -> dict[str, Path]:
    files = {path.stem: path for ending in ("*.otf", "*.ttf") for path in sorted(root.rglob(ending))}
    return {name: files[name] for name in names if name in files}


def _unpacked_debian(package: str, folder: Path) -> Path:
    """Download and unpack without installing: the system's own font list stays as it was, and no root is needed."""
    target = folder / package
    target.mkdir(exist_ok=True)
    if _ran(["apt-get", "download", "-qq", package], target):
        for archive in target.glob("*.deb"):
            _ran(["dpkg-deb", "--extract", archive.name, "."], target)
    return target


def _unpacked_npm(package: str, folder: Path) -> Path:
    target = folder / package.replace("/", "-")
    target.mkdir(exist_ok=True)
    if _ran(["npm", "pack", "--silent", package], target):
        for archive in target.glob("*.tgz"):
            shutil.unpack_archive(archive, target, filter="data")
    return target


def _ran(command: list[str], folder: Path) -> bool:
    if shutil.which(command[0]) is None:
        return False
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE_S, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _take(names: tuple[str, ...], source: dict[str, Path]) -> None:
    if not all(name in source for name in names):
        return  # half a family from one source and half from another would not match in weight
    from true_type import FontUnfit, write_true_type

    try:
        for name in names:
            write_true_type(source[name], FONTS / f"{name}.ttf", REQUIRED, CURVE_ERROR_UNITS)
    except FontUnfit as fault:
        print(fault, file=sys.stderr)
        for name in names:
            (FONTS / f"{name}.ttf").unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
