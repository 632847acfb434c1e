"""The identifiers of a trial's profile: which plain codes they are, and where they stand in a standard one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from coordinator_app.domain.scan import ScanField, ScannedLabel


class TrialPattern(Struct, frozen=True):
    """One identifier of a trial: its name, and its format `isbt128:NNN`, `gs1:AI[+AI…]` or `pattern:REGEX`."""

    name: str
    format: str


def matching(patterns: Sequence[TrialPattern], text: str) -> tuple[str, ...]:
    """Return the names of the `pattern:` identifiers that a whole plain text matches."""
    return tuple(
        pattern.name
        for pattern in patterns
        if pattern.format.startswith("pattern:") and _compiled(pattern.format.removeprefix("pattern:")).fullmatch(text)
    )


def trial_field(name: str, text: str) -> ScanField:
    """Return a plain code as the trial's identifier."""
    return ScanField(id=f"trial:{name}", name=name, value=text)


def values_of(label: ScannedLabel, patterns: Sequence[TrialPattern]) -> dict[str, str]:
    """Return the trial's identifiers that a label holds, by name.

    A `gs1:` format of several identifiers gives their values joined by `/`, and only when all of them are there.
    """
    found: dict[str, str] = {}
    for pattern in patterns:
        value = _value_of(label, pattern)
        if value is not None:
            found[pattern.name] = value
    return found


def _value_of(label: ScannedLabel, pattern: TrialPattern) -> str | None:
    kind, _, rest = pattern.format.partition(":")
    ids = {"isbt128": [pattern.format], "gs1": [f"gs1:{ai}" for ai in rest.split("+")]}.get(
        kind, [f"trial:{pattern.name}"]
    )
    fields = [label.field(id) for id in ids]
    if any(field is None for field in fields):
        return None
    return "/".join(_whole_identifier(field) for field in fields if field)


def _whole_identifier(field: ScanField) -> str:
    # A donation number is known without the flags that only one of its copies carries.
    return field.parts.get("din") or field.parts.get("patient") or field.value


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    # Without ASCII, \d would also take digits of other scripts, and \w letters that only look alike.
    return re.compile(expression, re.ASCII)
