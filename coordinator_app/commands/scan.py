"""`coordinator scan`: reads one scan exactly, or refuses it with the reason (`formats.md` §4)."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

import click

from coordinator_app.commands.answers import FAILED, YES, WrongUse, print_json, print_line, read_file
from coordinator_app.commands.profile import profile_in
from coordinator_app.commands.record import settings

if TYPE_CHECKING:
    from coordinator_app.codes.dispatch import TrialPattern
    from coordinator_app.domain.scan import ScannedLabel, ScanRefused


@click.command()
@click.argument("text", required=False)
@click.option("--hex", "hex_digits", metavar="HEX", help="The bytes of the scan as hexadecimal digits.")
@click.option("--image", metavar="FILE", help="A picture with one code on it.")
@click.option("--profile", "profile_path", metavar="FILE", help="Read the trial's own identifiers too.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def scan(text: str | None, hex_digits: str | None, image: str | None, profile_path: str | None, as_json: bool) -> int:
    """Read one code as a scanner sends it, separators and symbology identifier included.

    TEXT is the code; - reads its bytes from standard input.
    """
    if sum(each is not None for each in (text, hex_digits, image)) != 1:
        raise WrongUse("Give one code: as text, as - for standard input, with --hex, or with --image.")
    patterns = _patterns(profile_path)
    result = _read_image(image, patterns) if image is not None else _read(_raw(text, hex_digits), patterns)
    return _answer(result, as_json)


def _raw(text: str | None, hex_digits: str | None) -> bytes:
    if hex_digits is not None:
        try:
            return bytes.fromhex(hex_digits)
        except ValueError:
            raise WrongUse("--hex takes pairs of hexadecimal digits, such as 5d6432; correct them.") from None
    if text == "-":
        return sys.stdin.buffer.read()
    return os.fsencode(text or "")


def _patterns(path: str | None) -> tuple[TrialPattern, ...]:
    if path is None:
        return ()
    from coordinator_app.codes.dispatch import TrialPattern

    return tuple(TrialPattern(rule.name, str(rule.format)) for rule in profile_in(path).identifiers)


def _read(raw: bytes, patterns: tuple[TrialPattern, ...]) -> ScannedLabel | ScanRefused:
    from coordinator_app.codes.dispatch import read

    return read(raw, patterns=patterns)


def _read_image(path: str, patterns: tuple[TrialPattern, ...]) -> ScannedLabel | ScanRefused:
    """Read the one code of a picture; none and several are refused, for one of several would be a guess."""
    from PIL import Image, UnidentifiedImageError

    from coordinator_app.codes.symbols import read_image
    from coordinator_app.domain.refusal import Refusal
    from coordinator_app.domain.scan import ScanRefused

    try:
        picture = Image.open(BytesIO(read_file(path, "The picture")))
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as fault:
        raise WrongUse(f"{path} is not a picture that can be read; save it as PNG or JPEG.") from fault
    found = list(dict.fromkeys(read_image(picture)))
    if len(found) == 1:
        return _read(found[0], patterns)
    if found:
        message = f"There are {len(found)} different codes in the picture; show one code only."
        return ScanRefused(reason=Refusal.CODE_AMBIGUOUS, message=message, raw=b"")
    message = "There is no code that can be read in the picture; take it closer, sharper and with more light."
    return ScanRefused(reason=Refusal.CODE_NOT_RECOGNISED, message=message, raw=b"")


def _answer(result: ScannedLabel | ScanRefused, as_json: bool) -> int:
    from coordinator_app.codes.answer import scan_answer

    answer = scan_answer(result)
    if as_json:
        print_json(answer)
    else:
        _print_plain(answer, _words_of(result))
    return YES if answer["accepted"] else FAILED


def _words_of(result: ScannedLabel | ScanRefused) -> dict[str, str]:
    """Return what the site's own tables say of the codes; nothing where it has laid none."""
    from coordinator_app.codes.descriptions import SiteTables, TableFault, describe, read_table
    from coordinator_app.domain.scan import ScannedLabel

    if not isinstance(result, ScannedLabel):
        return {}
    found: dict[str, dict[str, str]] = {}
    for name in ("products", "facilities"):
        path = settings().tables_folder / f"{name}.csv"
        try:
            found[name] = read_table(path.read_text(encoding="utf-8")) if path.exists() else {}
        except (OSError, UnicodeDecodeError) as fault:
            raise WrongUse(f"The table {path} cannot be read; save it as UTF-8 and lay it there again.") from fault
        except TableFault as fault:
            raise WrongUse(f"{path}: {fault}") from fault
    return describe(result, SiteTables(**found))


def _print_plain(answer: dict[str, Any], words: dict[str, str]) -> None:
    print_line(answer["message"] if answer["accepted"] else f"{answer['refusal']}: {answer['message']}")
    for field in answer["fields"]:
        normal = f"  ({field['normal']})" if field["normal"] else ""
        print_line(f"  {field['id']:<14} {field['name']:<32} {field['value']}{normal}{_said(words, field['id'])}")
    for warning in answer["warnings"]:
        print_line(f"  warning: {warning}")


def _said(words: dict[str, str], field: str) -> str:
    return f"  · {words[field]}" if field in words else ""
