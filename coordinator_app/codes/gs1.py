"""GS1 element strings: cut at separators, each value checked, and the fields held against each other.

biip knows the identifiers, their formats and dates; this module refuses what biip lets pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coordinator_app.codes.gs1_rules import forbidden_pair, missing_requisite
from coordinator_app.codes.gs1_values import CHECKED_KEYS, Identifier, ai_at, read_value
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField

GROUP_SEPARATOR = "\x1d"
"""What a scanner sends for FNC1 between two elements."""

_OTHER_CODE = re.compile(r"\][A-Za-z][0-9A-Za-z]")


def read_gs1(text: str) -> tuple[ScanField, ...]:
    """Read a whole element string; a field repeated with the same value is given once.

    Raises Unreadable with the fields read until then.
    """
    if _OTHER_CODE.search(text):
        raise Unreadable(
            Refusal.CODES_RUN_TOGETHER,
            "One scan holds two codes, as when two labels are read at once; cover the other label and scan again.",
        )
    fields: list[ScanField] = []
    try:
        rest = text
        while rest:
            field, rest = _next_element(rest)
            fields.append(field)
    except Unreadable as fault:
        raise Unreadable(fault.reason, fault.message, (*fields, *fault.fields)) from None
    return together(fields)


def together(fields: Sequence[ScanField]) -> tuple[ScanField, ...]:
    """Hold the fields of one code against each other: repeats, exclusions, requisites. Raises Unreadable."""
    values: dict[str, ScanField] = {}
    for field in fields:
        known = values.setdefault(field.id, field)
        if known.value != field.value:
            raise Unreadable(
                Refusal.GS1_REPEATED,
                f"Field ({_ai(field)}) stands twice with different values, as when two labels are read at once; "
                "cover the other label and scan again.",
                tuple(fields),
            )
    ais = [_ai(field) for field in values.values()]
    pair = forbidden_pair(ais)
    if pair:
        raise Unreadable(
            Refusal.GS1_EXCLUSION,
            f"Fields ({pair[0]}) and ({pair[1]}) may not stand in one code; have the label replaced.",
            tuple(fields),
        )
    missing = missing_requisite(ais)
    if missing:
        raise Unreadable(
            Refusal.GS1_REQUISITE_MISSING,
            f"Field ({missing[0]}) means nothing without {missing[1]}; scan the complete code of the label.",
            tuple(fields),
        )
    return tuple(values.values())


def has_checked_key(fields: Sequence[ScanField]) -> bool:
    """Tell whether at least one field is a key whose check digit was found right."""
    return any(_ai(field) in CHECKED_KEYS for field in fields)


def bracketed(text: str) -> str:
    """Return an element string in the printed form `(01)…(21)…`; raises Unreadable as `read_gs1` does."""
    return "".join(f"({_ai(field)}){field.value}" for field in read_gs1(text))


def element_string(fields: Sequence[tuple[str, str]]) -> str:
    """Join identifiers and values as a scanner sends them, with a separator wherever one is needed."""
    text = ""
    for place, (ai, value) in enumerate(fields):
        known = ai_at(ai)
        ends_by_itself = known is not None and known.ai == ai and not known.separator_required
        text += ai + value + ("" if ends_by_itself or place == len(fields) - 1 else GROUP_SEPARATOR)
    return text


def _ai(field: ScanField) -> str:
    return field.id.removeprefix("gs1:")


def _next_element(text: str) -> tuple[ScanField, str]:
    if text[0] == GROUP_SEPARATOR:
        raise Unreadable(
            Refusal.GS1_FAULTY,
            "A separator stands at the beginning or twice in a row, so a field may be lost; scan the label again.",
        )
    ai = ai_at(text)
    if ai is None:
        raise Unreadable(
            Refusal.GS1_FAULTY,
            f"No GS1 field begins with '{text[:4]}'; a separator may be lost: scan again, then check the scanner.",
        )
    body = text[len(ai.ai) :]
    if ai.separator_required:
        value, _, rest = body.partition(GROUP_SEPARATOR)
        _check_not_swallowed(ai, value)
    else:
        # Only identifiers of predefined length may be followed directly by the next one.
        value, rest = body[: ai.greatest].partition(GROUP_SEPARATOR)[0], body[ai.greatest :]
        if len(value) < ai.greatest:
            raise _cut_off(ai, value)
        rest = rest.removeprefix(GROUP_SEPARATOR)
    return read_value(ai, value), rest


def _check_not_swallowed(ai: Identifier, value: str) -> None:
    """Name the lost separator where a value is too long and its tail could be the next field."""
    least, greatest = ai.least, ai.greatest
    if len(value) <= greatest:
        return
    after = value[greatest:]
    if least == greatest and after[0] in "=&":
        raise Unreadable(
            Refusal.CODES_RUN_TOGETHER,
            "One scan holds two codes, as when two labels are read at once; cover the other label and scan again.",
            (_broken(ai, value),),
        )
    cuts = range(max(least, 1), greatest + 1)
    if any(_begins_field(value[cut:]) for cut in cuts):
        raise Unreadable(
            Refusal.SEPARATOR_LOST,
            f"Field ({ai.ai}) is too long, as when the separator after it is lost; "
            "set the scanner to send the separator, or to serial, and scan again.",
            (_broken(ai, value),),
        )


def _begins_field(text: str) -> bool:
    """Tell whether a text could be the next field and all that follows it."""
    ai = ai_at(text)
    if ai is None:
        return False
    body = text[len(ai.ai) :]
    return max(ai.least, 1) <= len(body) <= ai.greatest if ai.separator_required else len(body) >= ai.greatest


def _cut_off(ai: Identifier, value: str) -> Unreadable:
    return Unreadable(
        Refusal.CODE_CUT_OFF,
        f"Field ({ai.ai}) ends too early; scan the code again over its whole length.",
        (_broken(ai, value),),
    )


def _broken(ai: Identifier, value: str) -> ScanField:
    return ScanField(id=f"gs1:{ai.ai}", name=ai.name, value=value, valid=False)
