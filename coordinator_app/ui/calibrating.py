"""What a keyboard scanner teaches by reading the calibration card: layout, separator, Caps Lock and its own prefix."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from coordinator_app.domain.calibration_card import CARD, resembles_card
from coordinator_app.domain.inputs import CalibrationRead
from coordinator_app.domain.screens import ScannerShown
from coordinator_app.ui.keyboard_layouts import GS, US_PLAIN, US_SHIFTED, Stroke, Wedge, spell

_HEAD = CARD[:8]
_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]$")
_CLEAR_PREFIX = re.compile(r"[!#$%*+,./:;<>?@^_{|}~\\-][!-~]{0,3}")
"""One to four signs, the first of which no code begins with: not a letter or digit, nor one of `=&]("'`."""


class CardUnread(Struct, frozen=True):
    """Why a scanner could not be calibrated.

    `why` is not-the-card, separator-lost, characters-lost, prefix-unclear or prefix-missing.
    """

    why: str


def learn(strokes: tuple[Stroke, ...], wedge: Wedge, card: str = CARD) -> Wedge | CardUnread:
    """Return how this scanner types, found from one scan of the calibration card, or why it cannot be told.

    Only a reading that gives the card exactly counts; the separator may come as one printable character instead. What
    comes before the card and its symbology identifier is the scanner's own prefix, by which it is told from others.
    `wedge` is what the workstation's settings say of a scanner that nobody knows yet.
    """
    if len(strokes) < len(card) // 2:
        return CardUnread("not-the-card")
    before, after = card.split(GS)
    lost = ""
    # Without positions nothing tells the two apart: what is known already stays.
    layouts = ("us", "host") if any(stroke.position is not None for stroke in strokes) else (wedge.layout,)
    for layout in layouts:
        for caps in ("host-inverts", "scanner-mends"):
            tried = replace(wedge, layout=layout, caps=caps, gs_text="")
            text = spell(strokes, tried)
            if text is None:
                continue
            prefix, body = _split(text)
            if body == card:
                return _with_prefix(tried, prefix, wedge)
            if body == before + after:
                lost = "separator-lost"
            elif len(body) == len(card) and body.startswith(before) and body.endswith(after):
                return _with_prefix(replace(tried, gs_text=body[len(before)]), prefix, wedge)
    if not lost:
        lost = "characters-lost" if _resembles(strokes) else "not-the-card"
    return CardUnread(lost)


def _split(text: str) -> tuple[str, str]:
    """Return the scanner's own prefix and the rest from the card's first sign on."""
    at = text.find(_HEAD)
    if at < 0:
        return "", text
    return _IDENTIFIER.sub("", text[:at]), text[at:]


def _with_prefix(learned: Wedge, prefix: str, wedge: Wedge) -> Wedge | CardUnread:
    if wedge.prefix_needed and not prefix:
        return CardUnread("prefix-missing")
    if prefix and prefix != wedge.prefix and not _CLEAR_PREFIX.fullmatch(prefix):
        # A code could begin like this: it would be cut off, and the rest read as something else.
        return CardUnread("prefix-unclear")
    return replace(learned, prefix=prefix)


def _resembles(strokes: tuple[Stroke, ...]) -> bool:
    """Tell whether a run is the card read wrongly, by its characters or by where its keys sit."""
    seen = "".join(stroke.text or stroke.digit for stroke in strokes)
    places = [(US_SHIFTED if each.shift else US_PLAIN).get(each.position or 0, "") for each in strokes]
    return resembles_card(seen) or resembles_card("".join(places))


def read_as(wedge: Wedge) -> CalibrationRead:
    """Return what the record keeps of how a keyboard scanner types."""
    separator = f"key:{wedge.gs_position}" if wedge.gs_position is not None else wedge.gs_text
    return CalibrationRead(wedge.scanner, "keyboard", wedge.layout, separator, wedge.prefix, wedge.caps)


def known_wedge(wedge: Wedge, known: ScannerShown) -> Wedge:
    """Return the wedge as the record knows it, with this workstation's thresholds; the other way round of `read_as`."""
    key = known.separator.removeprefix("key:") if known.separator.startswith("key:") else ""
    return replace(
        wedge, scanner=known.scanner, layout=known.layout, caps=known.caps, prefix=known.prefix,
        gs_text="" if key else known.separator, gs_position=int(key) if key else None,
    )  # fmt: skip
