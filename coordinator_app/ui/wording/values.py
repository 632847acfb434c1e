"""The values of a sentence as people read them: names, dates, times with their zone, roles, steps, kinds.

Values come as the record keeps them (ISO dates and instants, slugs, opaque ids); which one is which is told by its
name. An opaque id is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from coordinator_app.ui import formats
from coordinator_app.ui.wording.filling import fill
from coordinator_app.ui.wording.texts import small_words, texts, unit_kinds

_OPAQUE: Final = re.compile(r"[a-z-]+:[0-9a-f]{32}")
_UNIT: Final = re.compile(r"([a-z]+) (\d+)")
_STANDS_FOR: Final = {"kind": "kind.unknown", "unit": "unit.unknown", "units": "unit.unknown", "part": "part.recipient"}


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class _Here:
    """The site's zone and its wall clock, set once the site is known."""

    zone = "UTC"
    now: Callable[[], datetime] = staticmethod(_wall_clock)


def set_zone(zone: str) -> None:
    """Write times in this IANA zone from now on; an unknown zone changes nothing."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return
    _Here.zone = zone


def set_now(now: Callable[[], datetime]) -> None:
    """Take the wall clock, aware, by which a time is of today or of another day."""
    _Here.now = staticmethod(now)


class Spoken:
    """The values of one `Say`, looked up by name and put into words."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Keep the values as they came."""
        self._values = values

    def known(self, name: str) -> str:
        """Return the value as people read it, or nothing where it is not known. `Unit` is `unit`, capitalised."""
        if name[:1].isupper():
            return _capital(self.known(name.lower()))
        if name in _MADE:
            return _MADE[name](self)
        value = self._values.get(name, "").strip()
        return _WORDS[name](value) if value and name in _WORDS else value

    def spoken(self, name: str) -> str:
        """Return the value, or the word that stands for it where it is not known."""
        found = self.known(name)
        if found:
            return found
        if name[:1].isupper():
            return _capital(self.spoken(name.lower()))
        return texts().get(_STANDS_FOR.get(name, ""), "")

    def patient(self) -> str:
        """Return `FAMILY, Given`, from `family` and `given`."""
        family = self._values.get("family", "")
        return formats.person_name(family, self._values.get("given", "")) if family.strip() else ""

    def moment(self) -> str:
        """Return `01-Mar-2026 14:31 CET`, from `at`: a line of the record whose day has to be plain."""
        at = _instant(self._values.get("at", ""))
        if at is None:
            return self._values.get("at", "")
        return f"{self.day()} {formats.clock_time(at, _Here.zone)} {formats.zone_name(at, _Here.zone)}"

    def day(self) -> str:
        """Return `01-Mar-2026`, the day of `at` in the site's zone."""
        at = _instant(self._values.get("at", ""))
        return formats.short_date(at.astimezone(ZoneInfo(_Here.zone)).date()) if at is not None else ""

    def units(self) -> str:
        """Return `bag 1` or `bags 1, 2`, from `kind` and `number`."""
        number = self._values.get("number", "").strip()
        if not number:
            return ""
        kind = self._values.get("kind", "")
        several = "several" if "," in number else "one"
        template = unit_kinds().get(f"{kind}.{several}") or unit_kinds()[f"unknown.{several}"]
        return _numbered(template, number)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _instant(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _day_and_time(value: str) -> str:
    at = _instant(value)
    return formats.day_and_time(at, _Here.zone) if at is not None else value


def _deadline(value: str) -> str:
    at = _instant(value)
    return formats.instant(at, _Here.zone, _Here.now()) if at is not None else value


def _day(value: str) -> str:
    try:
        return formats.short_date(date.fromisoformat(value))
    except ValueError:
        return value


def _kind(value: str) -> str:
    kinds = unit_kinds()
    return kinds.get(f"{value}.name") or texts().get(f"deviation.{value}") or small_words(value)


def _unit(value: str) -> str:
    if _OPAQUE.fullmatch(value):
        return ""
    hit = _UNIT.fullmatch(value)
    template = unit_kinds().get(f"{hit[1]}.one") if hit is not None else None
    return _numbered(template, hit[2]) if template is not None and hit is not None else value


def _numbered(template: str, number: str) -> str:
    """Return `bag 1`, or `bags 1, 2`, in which no line breaks before the number."""
    return template.replace(" {number}", f"{formats.NO_BREAK}{number}").replace("{number}", number)


def _step(value: str) -> str:
    return texts().get(f"step.{value}") or value.replace("-", " ")


def _words(value: str) -> str:
    return ", ".join(small_words(each) for each in re.split(r"[ ,]+", value) if each)


def _reason(value: str) -> str:
    known = texts()
    for family in ("refused.title", "quarantine", "reprint", "check_ended"):
        if f"{family}.{value}" in known:
            # A title may hold a value of its own, which the record of the event does not repeat.
            return fill(known[f"{family}.{value}"], Spoken({}))
    return value


def _reasons(value: str) -> str:
    return "; ".join(_reason(each.strip()) for each in value.split(",") if each.strip())


def _about(value: str) -> str:
    """Return what a refusal is about: a fact, an event, roles, steps or a reason; free text stays as it is."""
    spoken = []
    for each in value.split(", "):
        word = small_words(each)
        if word == each:
            word = _reason(each)
        if word == each:
            word = texts().get(f"step.{each}", each)
        spoken.append(word)
    return ", ".join(spoken)


def _fields(value: str) -> str:
    known = texts()
    return ", ".join(known.get(f"field.{each.strip()}", each.strip()) for each in value.split(","))


def _meaning(value: str) -> str:
    return texts().get(f"signed.{value}", value.replace("_", " "))


def _part(value: str) -> str:
    return texts().get(f"part.{value}", value)


_MADE: Final[dict[str, Callable[[Spoken], str]]] = {
    "patient": Spoken.patient,
    "moment": Spoken.moment,
    "day": Spoken.day,
    "units": Spoken.units,
}
"""Values that are made of others."""

_WORDS: Final[dict[str, Callable[[str], str]]] = {
    "at": _day_and_time,
    "by": _deadline,
    "until": _deadline,
    "born": _day,
    "kind": _kind,
    "unit": _unit,
    "step": _step,
    "role": _words,
    "missing": _words,
    "roles": _words,
    "reason": _reason,
    "reasons": _reasons,
    "about": _about,
    "fields": _fields,
    "meaning": _meaning,
    "part": _part,
    "name": small_words,
}
"""How each value is put into words; a name that is not here is written as it came."""
