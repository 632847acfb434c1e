"""ISBT 128: one structure, several concatenated by the scanner, or a compound message (ST-001 §2, §3)."""

from __future__ import annotations

import re

from coordinator_app.codes.check_characters import check_character
from coordinator_app.codes.isbt_structures import (
    COMPOUND,
    DONATION_NUMBER,
    REPEATABLE,
    RETIRED,
    STRUCTURES,
    UNBOUNDED,
    Structure,
)
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField

__all__ = ["check_character", "read_isbt128"]

_DONATION_START = re.compile("=[A-NP-Z1-9]")


def read_isbt128(text: str) -> tuple[tuple[ScanField, ...], tuple[str, ...]]:
    """Read every structure of one scan, to its last character; return the fields in order and the warnings.

    Raises Unreadable with the fields read until then.
    """
    fields: list[ScanField] = []
    warnings: list[str] = []
    rest = text
    try:
        while rest:
            field, found, rest = _next_structure(rest, inside_compound=_is_compound(fields))
            if field.id == "isbt128:023" and fields:
                raise _compound_fault("begins after other codes")
            fields.append(field)
            warnings.extend(found)
        _check_compound(fields)
        _check_repeats(fields)
    except Unreadable as fault:
        raise Unreadable(fault.reason, fault.message, (*fields, *fault.fields)) from None
    if any(field.id == "isbt128:032" for field in fields):
        warnings = [warning for warning in warnings if warning != Refusal.DIVISION_ELSEWHERE]
    return tuple(fields), tuple(dict.fromkeys(warnings))


def _next_structure(text: str, *, inside_compound: bool) -> tuple[ScanField, tuple[str, ...], str]:
    if text[0] not in "=&":
        raise Unreadable(
            Refusal.CODES_RUN_TOGETHER,
            "More characters follow the end of the code; scan one code at a time, and check the scanner's settings.",
        )
    structure = _structure_of(text)
    if structure is None:
        return _unbounded(text, inside_compound=inside_compound)
    start = 1 if structure is DONATION_NUMBER else len(structure.identifier)
    content = _content_of(structure, text[start:])
    if not structure.pattern.fullmatch(content):
        raise _faulty(structure, content)
    try:
        read = structure.read(content)
    except Unreadable as fault:
        broken = ScanField(id=f"isbt128:{structure.number}", name=structure.name, value=content, valid=False)
        raise Unreadable(fault.reason, fault.message, (broken,)) from None
    field = ScanField(
        id=f"isbt128:{structure.number}",
        name=structure.name,
        value=content,
        normal=read.normal,
        local=read.local,
        parts=read.parts,
    )
    return field, read.warnings, text[start + len(content) :]


def _structure_of(text: str) -> Structure | None:
    """Return the structure that begins here, or None for one of unbounded length; refuse all others by name."""
    if _DONATION_START.match(text):
        return DONATION_NUMBER
    identifier = text[:3] if text.startswith("&,") else text[:2]
    if identifier in STRUCTURES:
        return STRUCTURES[identifier]
    if identifier in RETIRED:
        raise Unreadable(
            Refusal.STRUCTURE_RETIRED,
            f"This code is ISBT 128 structure {RETIRED[identifier]}, which is retired; scan another code of the label.",
        )
    if identifier in UNBOUNDED or re.fullmatch("&[a-z]", identifier):
        return None
    if len(identifier) == 1 or identifier == "&,":
        raise Unreadable(Refusal.CODE_CUT_OFF, "The code ends too early; scan it again over its whole length.")
    if identifier in ("=O", "=0"):
        raise Unreadable(
            Refusal.STRUCTURE_FAULTY,
            "A donation number never begins with the letter O or the digit 0; scan the label again.",
        )
    raise Unreadable(
        Refusal.STRUCTURE_UNKNOWN,
        f"The program does not know ISBT 128 codes that begin with {identifier}; scan another code of the label.",
    )


def _content_of(structure: Structure, rest: str) -> str:
    length = structure.length
    if length is None:
        prefix = 4 if structure.number == "025" else 2
        head = rest[:prefix]
        if len(head) == prefix and head.isdigit():
            length = 4 + int(head[2:4]) if structure.number == "025" else 2 + 14 * int(head)
        else:
            length = prefix
    content = rest[:length]
    # A mark of the next code inside this one, or the end of the scan, means that characters are missing.
    mark = re.search("[=&]", content)
    if mark or len(content) < length:
        raise Unreadable(
            Refusal.CODE_CUT_OFF,
            f"The code '{structure.name}' ends too early; scan it again over its whole length.",
            (_broken(structure, content[: mark.start()] if mark else content),),
        )
    return content


def _faulty(structure: Structure, content: str) -> Unreadable:
    return Unreadable(
        Refusal.STRUCTURE_FAULTY,
        f"The code '{structure.name}' holds characters that cannot stand there; scan it again or have it replaced.",
        (_broken(structure, content),),
    )


def _broken(structure: Structure, content: str) -> ScanField:
    return ScanField(id=f"isbt128:{structure.number}", name=structure.name, value=content, valid=False)


def _unbounded(text: str, *, inside_compound: bool) -> tuple[ScanField, tuple[str, ...], str]:
    if inside_compound:
        raise _compound_fault("holds a code that only one country or site defines")
    if len(text) == 2:
        raise Unreadable(Refusal.CODE_CUT_OFF, "The code ends too early; scan it again over its whole length.")
    kind, name = UNBOUNDED.get(text[:2], ("local", "Local code"))
    # Nothing says where such a code ends: all that follows is kept with it and nothing of it is interpreted.
    field = ScanField(id=f"isbt128:{kind}", name=name, value=text[2:], parts={"identifier": text[:2]})
    return field, (Refusal.STRUCTURE_OPAQUE.value,), ""


def _is_compound(fields: list[ScanField]) -> bool:
    return bool(fields) and fields[0].id == f"isbt128:{COMPOUND.number}"


def _check_compound(fields: list[ScanField]) -> None:
    if not _is_compound(fields):
        return
    promised = int(fields[0].parts["count"])
    found = len(fields) - 1
    if promised != found or promised == 0:
        raise _compound_fault(f"announces {promised} codes and holds {found}")


def _compound_fault(how: str) -> Unreadable:
    return Unreadable(
        Refusal.COMPOUND_FAULTY, f"The combined code {how}, so none of it can be trusted; scan the label again."
    )


def _check_repeats(fields: list[ScanField]) -> None:
    seen: set[str] = set()
    for field in fields:
        told_apart_by = REPEATABLE.get(field.id[-3:], 0)
        mark = field.id + field.value[:told_apart_by]
        if mark in seen:
            raise Unreadable(
                Refusal.CODES_RUN_TOGETHER,
                f"One scan holds '{field.name}' twice, as when two labels are read at once; "
                "cover the other label and scan again.",
            )
        seen.add(mark)
