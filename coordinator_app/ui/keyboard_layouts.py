"""From key strokes to the characters a scanner meant, whatever layout the host keyboard has.

A keyboard scanner does not send characters, it presses keys of *its* layout; the host turns the presses into text with
*its own*. `=A9999` from a US-set scanner becomes `Á9999` on a German host and cannot be mended from the text
(`reference/standards.md` §5.3). The position of the key is not changed by the host, so a scanner calibrated as US is
read by position. Positions are PC set-1 scan codes, which are Linux evdev codes too; X11 adds 8, macOS has its own.
"""

from __future__ import annotations

import re

from msgspec import Struct

GS = "\x1d"

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
    (86, "\\", "|"),  # the extra key of ISO keyboards, which US tables read as backslash
)
US_PLAIN: dict[int, str] = {first + i: char for first, plain, _ in _ROWS for i, char in enumerate(plain)}
US_SHIFTED: dict[int, str] = {first + i: char for first, _, shifted in _ROWS for i, char in enumerate(shifted)}
KEYPAD: dict[int, str] = dict(
    zip((71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 55, 98), "789-456+1230.*/", strict=True)
)
"""Keypad keys by position; what they mean does not depend on Num Lock here, which hosts share between keyboards."""

ENTER_POSITIONS = frozenset({28, 96, 0x11C})
TAB_POSITION = 15

MAC_TO_POSITION: dict[int, int] = {
    **dict(zip((0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x1A, 0x1C, 0x19, 0x1D, 0x1B, 0x18), range(2, 14), strict=True)),
    **dict(zip((0x0C, 0x0D, 0x0E, 0x0F, 0x11, 0x10, 0x20, 0x22, 0x1F, 0x23, 0x21, 0x1E), range(16, 28), strict=True)),
    **dict(zip((0x00, 0x01, 0x02, 0x03, 0x05, 0x04, 0x26, 0x28, 0x25, 0x29, 0x27, 0x32), range(30, 42), strict=True)),
    **dict(zip((0x2A, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x2D, 0x2E, 0x2B, 0x2F, 0x2C), range(43, 54), strict=True)),
    **dict(
        zip((0x59, 0x5B, 0x5C, 0x4E, 0x56, 0x57, 0x58, 0x45, 0x53, 0x54, 0x55, 0x52, 0x41), range(71, 84), strict=True)
    ),
    **{0x24: 28, 0x4C: 96, 0x30: 15, 0x31: 57, 0x0A: 86, 0x43: 55, 0x4B: 98},
}
"""macOS virtual key codes (`kVK_…`, Carbon `Events.h`) to set-1 positions."""

_AIM_PREFIX = re.compile(r"\][A-Za-z][0-9A-Za-z]")


class Stroke(Struct, frozen=True):
    """One key press: what the host made of it (`text`) and where the key sits (`position`), at `at_ms` of its clock."""

    text: str = ""
    position: int | None = None
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    keypad: bool = False
    caps: bool = False
    dead: bool = False
    digit: str = ""
    enter: bool = False
    tab: bool = False
    at_ms: int = 0


class Wedge(Struct, frozen=True):
    """How one keyboard scanner types, as its calibration card taught it, and the site's thresholds.

    `layout` is `us` (read by position) or `host` (read the text); `caps` says who turns case round while Caps Lock is
    on: `host-inverts` (most) or `scanner-mends`. `gs_text` is a printable substitute for GS, `gs_position` a key such
    as F8 (66). Times in ms: `reference/ecosystem.md` §3.6, standards §5.2. A signed label has some 500 digits,
    hence the longer limit for a scan that began with a prefix.
    """

    scanner: str = "scanner-1"
    layout: str = "host"
    caps: str = "host-inverts"
    gs_text: str = ""
    gs_position: int | None = None
    prefix: str = ""
    prefix_needed: bool = False
    gap_ms: int = 50
    prefixed_gap_ms: int = 150
    whole_ms: int = 1500
    prefixed_whole_ms: int = 8000
    pieces_ms: int = 300
    shortest: int = 4


def position_of(platform: str, scan_code: int, virtual_key: int) -> int | None:
    """Return the set-1 position of a native key, or None where the platform does not tell.

    `platform` is Qt's platform name; a synthetic event has no scan code and therefore no position.
    """
    if platform == "cocoa":
        return MAC_TO_POSITION.get(virtual_key) if scan_code else None
    if scan_code == 0:
        return None
    if platform == "windows":
        # Bit 8 marks the extended keys: the slash and Enter of the keypad share a number with the main block.
        return {0x135: 98, 0x11C: 96}.get(scan_code, scan_code)
    return scan_code - 8


def spell(strokes: tuple[Stroke, ...], wedge: Wedge) -> str | None:
    """Return the characters the scanner meant, or None when a stroke cannot be read with certainty."""
    spelled: list[str] = []
    alt_digits = ""
    from_alt_code = False
    for stroke in strokes:
        if stroke.alt and stroke.digit:
            alt_digits += stroke.digit
            continue
        if alt_digits:
            spelled.append(chr(int(alt_digits) % 256))
            alt_digits, from_alt_code = "", True
        if from_alt_code and stroke.position is None and stroke.text and stroke.text == spelled[-1]:
            # Windows types the character of an Alt code as well: it is the same one, not a second.
            from_alt_code = False
            continue
        from_alt_code = False
        char = _character(stroke, wedge)
        if char is None:
            return None
        spelled.append(char)
    if alt_digits:
        spelled.append(chr(int(alt_digits) % 256))
    text = "".join(spelled)
    return text.replace(wedge.gs_text, GS) if wedge.gs_text else text


def _character(stroke: Stroke, wedge: Wedge) -> str | None:
    """Return the character of one stroke, or None when it has none."""
    if wedge.gs_position is not None and stroke.position == wedge.gs_position:
        return GS
    if stroke.digit:
        return stroke.digit
    if stroke.ctrl:
        return _control_character(stroke, wedge)
    if wedge.layout == "us" and stroke.position is not None:
        char = KEYPAD.get(stroke.position) or (US_SHIFTED if stroke.shift else US_PLAIN).get(stroke.position)
        if char is None or not (stroke.caps and wedge.caps == "scanner-mends"):
            return char
        return char.swapcase()
    if stroke.dead or not stroke.text:
        return None
    if stroke.caps and wedge.caps == "host-inverts":
        return stroke.text.swapcase()
    return stroke.text


def _control_character(stroke: Stroke, wedge: Wedge) -> str | None:
    """Return the control character of a Ctrl stroke: Ctrl+] is GS, Ctrl+^ is RS, Ctrl+D is EOT."""
    by_position = US_PLAIN.get(stroke.position) if stroke.position is not None else None
    if by_position == "]":
        # On most hosts the key at this place is not a bracket, and the text then says something else or nothing.
        return GS
    if len(stroke.text) == 1 and ord(stroke.text) < 0x20:
        return stroke.text
    char = stroke.text or by_position or ""
    if wedge.layout == "us" and stroke.position is not None:
        char = (US_SHIFTED if stroke.shift else US_PLAIN).get(stroke.position, "")
    char = char.upper()
    return chr(ord(char) & 0x1F) if len(char) == 1 and "@" <= char <= "_" else None


def has_prefix(text: str, wedge: Wedge) -> bool:
    """Tell whether a scan begins as only a scanner begins it: the site's own prefix or an AIM symbology identifier."""
    if wedge.prefix and text.startswith(wedge.prefix):
        return True
    return _AIM_PREFIX.match(text) is not None


def may_become_prefixed(text: str, wedge: Wedge) -> bool:
    """Tell whether these first characters can still turn out to be a prefix."""
    if has_prefix(text, wedge):
        return True
    if wedge.prefix and wedge.prefix.startswith(text):
        return True
    return len(text) < 3 and re.fullmatch(r"\][A-Za-z]?", text) is not None


def strip_prefix(text: str, wedge: Wedge) -> str:
    """Return the scan without the site's own prefix; an AIM symbology identifier stays, it is part of the reading."""
    return text.removeprefix(wedge.prefix) if wedge.prefix else text
