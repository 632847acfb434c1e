"""One GS1 element: its value held against its format, check digit, date and closed list, beyond what biip asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString
from msgspec import Struct

from coordinator_app.codes.check_characters import GS1_CHARACTERS_82, check_digit_holds, check_pair_holds
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField

_KEY_PART: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("00", "8017", "8018"), (0, 18)),
    **dict.fromkeys(("01", "02", "03", "8006", "8026"), (0, 14)),
    **dict.fromkeys(("253", "255", "410", "411", "412", "413", "414", "415", "416", "417"), (0, 13)),
    "402": (0, 17),
    "8003": (1, 14),
}
"""Where in the value of each numeric key its check digit counts, from and to."""

_CHARACTERS = frozenset(GS1_CHARACTERS_82)

CHECKED_KEYS = frozenset({*_KEY_PART, "8013", "8014"})
"""Every identifier whose value ends with a check digit or a check character pair."""

_DAY_MAY_BE_ZERO = frozenset({"11", "12", "13", "15", "16", "17", "4324", "4325"})
_DATES = _DAY_MAY_BE_ZERO | {"4326", "7003", "7006", "7007", "7011", "8008"}
_BIRTHS = frozenset({"7250", "7251"})
_COMPANY_PREFIX_FIRST = frozenset({"401", "7023", "8004", "8010", "8013", "8014"})
_PERCENT_ENCODED = frozenset(
    {*(str(ai) for ai in range(4300, 4307)), *(str(ai) for ai in range(4310, 4317)), "4320"}
) | {
    "7253",
    "7254",
    "7256",
    "7257",
    "7259",
}

_CLOSED: dict[str, Callable[[str], bool]] = {
    "7241": lambda value: "01" <= value <= "10" or value >= "80",
    "7252": lambda value: value in ("0", "1", "2", "9"),
    "7258": lambda value: "1" <= value[0] <= value[2],
    "8006": lambda value: "01" <= value[14:16] <= value[16:18],
    "8011": lambda value: value == "0" or not value.startswith("0"),
    "8014": lambda value: not value.isdigit(),
    "8026": lambda value: "01" <= value[14:16] <= value[16:18],
}
"""What the syntax dictionary asks of some values beyond their format: closed lists, piece of total, no leading zero."""


class Identifier(Struct, frozen=True):
    """What every scan asks of an application identifier, put together from biip's record of it once."""

    ai: str
    name: str
    least: int
    """Characters of its value."""
    greatest: int
    separator_required: bool
    pattern: re.Pattern[str]
    """Matches identifier and value together."""


@lru_cache(maxsize=2048)
def _identifier(prefix: str) -> Identifier | None:
    try:
        known = GS1ApplicationIdentifier.extract(prefix)
    except ParseError:
        return None
    least, greatest = _length(known.ai, known.format)
    name = known.data_title or known.description
    return Identifier(known.ai, name, least, greatest, known.separator_required, re.compile(known.pattern))


def ai_at(text: str) -> Identifier | None:
    """Return the application identifier with which a text begins, or None."""
    return _identifier(text[:4])


def _length(ai: str, form: str) -> tuple[int, int]:
    """Return the least and greatest number of characters of the value, from biip's format such as `N3+N13[+X..17]`."""
    if ai in ("423", "425"):
        return 3, 15  # one to five countries of three digits; biip's format would ask for four digits at least
    least = greatest = 0
    for optional, lower, upper in re.findall(r"(\[?\+?\[?)[NXYZ](\d*)(?:\.\.N?(\d+))?", form.split("+", 1)[1]):
        most = int(upper or lower)
        greatest += most
        least += 0 if "[" in optional else 1 if upper else most
    # A trailing `[-]` marks a temperature below zero.
    return least, greatest + form.count("[-]")


def read_value(ai: Identifier, value: str) -> ScanField:
    """Check one value in every way known for its identifier and return it as a field.

    Raises Unreadable with the faulty field.
    """
    _check_format(ai, value)
    _check_key(ai, value)
    normal, local = _date_of(ai, value)
    if ai.ai in _CLOSED and not _CLOSED[ai.ai](value):
        raise _fault(ai, value, Refusal.GS1_FAULTY, "holds a value outside its list")
    return ScanField(id=f"gs1:{ai.ai}", name=ai.name, value=value, normal=normal, local=local)


def _check_format(ai: Identifier, value: str) -> None:
    if len(value) < max(ai.least, 1):
        raise _fault(ai, value, Refusal.CODE_CUT_OFF, "ends too early")
    # Length and alphabet come before biip's patterns, some of which take exponential time on a long wrong value.
    # (Set 39, with its number sign, is left to biip: its one pattern, for 8010, is harmless.)
    allowed = ai.ai == "8010" or _CHARACTERS.issuperset(value)
    if len(value) > ai.greatest or not allowed:
        raise _fault(ai, value, Refusal.GS1_FAULTY, "is too long or holds characters that cannot stand there")
    if ai.ai in _PERCENT_ENCODED and re.search("%(?![0-9A-Fa-f]{2})", value):
        raise _fault(ai, value, Refusal.GS1_FAULTY, "holds a percent sign that starts no character")
    if ai.ai in _COMPANY_PREFIX_FIRST and not re.match("[0-9]{4}", value):
        raise _fault(ai, value, Refusal.GS1_FAULTY, "does not begin with a company prefix")
    if not ai.pattern.fullmatch(ai.ai + value):
        reason = Refusal.DATE_IMPOSSIBLE if ai.ai in _DATES | _BIRTHS and value.isdigit() else Refusal.GS1_FAULTY
        raise _fault(ai, value, reason, "does not have the form it must have")


def _check_key(ai: Identifier, value: str) -> None:
    if ai.ai in _KEY_PART:
        first, end = _KEY_PART[ai.ai]
        holds = check_digit_holds(value[first:end])
    elif ai.ai in CHECKED_KEYS:
        holds = check_pair_holds(value)
    else:
        return
    if not holds:
        raise _fault(ai, value, Refusal.CHECK_CHARACTER_WRONG, "has a check digit that does not agree with it")


def _date_of(ai: Identifier, value: str) -> tuple[str | None, bool]:
    """Return the ISO date or time of a value that is one, and whether it is a time without a zone."""
    if ai.ai in _BIRTHS:
        return _birth(ai, value)
    if ai.ai not in _DATES:
        return None, False
    if ai.ai == "7007" and len(value) == 12:
        # biip reads the second date of a harvest as a time of day; each half is therefore read alone.
        return f"{_date_of(ai, value[:6])[0]}/{_date_of(ai, value[6:])[0]}", False
    day_missing = value[4:6] == "00" and ai.ai not in _DAY_MAY_BE_ZERO
    # 9999 is "no time" only for the delivery window; biip allows it for an expiry as well.
    time_missing = value[6:10] == "9999"
    if day_missing or (time_missing and ai.ai not in ("4324", "4325")):
        raise _no_such_date(ai, value)
    try:
        element = GS1ElementString.parse(ai.ai + value)
    except ParseError:
        raise _no_such_date(ai, value) from None
    if element.datetime:
        return element.datetime.isoformat(timespec="minutes" if len(value) < 12 else "seconds"), True
    return element.date.isoformat() if element.date else None, False


def _birth(ai: Identifier, value: str) -> tuple[str, bool]:
    try:
        born = date(int(value[:4]), int(value[4:6]), int(value[6:8])).isoformat()
    except ValueError:
        raise _no_such_date(ai, value) from None
    return (f"{born}T{value[8:10]}:{value[10:12]}", True) if len(value) == 12 else (born, False)


def _no_such_date(ai: Identifier, value: str) -> Unreadable:
    return _fault(ai, value, Refusal.DATE_IMPOSSIBLE, "holds a date or time that does not exist")


def _fault(ai: Identifier, value: str, reason: Refusal, how: str) -> Unreadable:
    field = ScanField(id=f"gs1:{ai.ai}", name=ai.name, value=value, valid=False)
    return Unreadable(reason, f"Field ({ai.ai}) {ai.name} {how}; scan the label again or have it replaced.", (field,))
