"""Codes typed by hand because the printed one is damaged: read only with the check character the format has."""

from __future__ import annotations

import re

from coordinator_app.codes.characters import checked_text
from coordinator_app.codes.check_characters import check_character
from coordinator_app.codes.gs1 import GROUP_SEPARATOR, element_string, has_checked_key, read_gs1
from coordinator_app.codes.isbt_contents import DONATION, FACILITY, chain_of_identity, donor, registration
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScanField, ScannedLabel, ScanRefused

_DONATION = re.compile(f"({DONATION})(.?)")
_CHAIN_OF_IDENTITY = re.compile(rf"(?:&/)?(CH{FACILITY}[0-9]{{2}}[A-Z0-9]{{6}})(.?)")
_DONOR = re.compile(rf"({FACILITY}[0-9]{{16}})(.?)")
_REGISTRATION = re.compile("[1-9][0-9]{3}[A-Z0-9]{13}[0-9]{2}")
_BRACKETED = re.compile(r"\(([0-9]{2,4})\)([^()]+)")


def verify_typed(content_with_check: str, field: str | None = None) -> ScannedLabel | ScanRefused:
    """Read what a person typed from a label: identifier and, after it, the character in the box.

    Taken are the donation number, the chain of identity identifier, the donor number (each with its check character
    K), the donor registration (GRID), and GS1 fields with their numbers in brackets, of which at least one must be a
    key with a check digit. Spaces are left out, as labels print them; nothing else is ever corrected.

    `field` is the id of the one field that the step asks for. A step should name it: half of one number can by chance
    be the whole of another kind.
    """
    raw = content_with_check.encode("utf-8")
    route = Route.NONE
    try:
        text = checked_text(raw).replace(" ", "")
        if GROUP_SEPARATOR in text:
            raise _not_recognised()
        route, fields = _read(text)
        _check_asked(field, fields)
    except Unreadable as fault:
        return ScanRefused(reason=fault.reason, message=fault.message, raw=raw, route=route, fields=fault.fields)
    return ScannedLabel(route=route, symbology=None, fields=fields, raw=raw)


def _read(text: str) -> tuple[Route, tuple[ScanField, ...]]:
    if text.startswith("("):
        return Route.GS1, _bracketed(text)
    if found := _CHAIN_OF_IDENTITY.fullmatch(text):
        _check(found[1], found[2])
        parts = chain_of_identity(found[1]).parts
        return Route.ISBT128, (_field("040", "Chain of identity identifier", found[1], parts),)
    if found := _DONATION.fullmatch(text):
        _check(found[1], found[2])
        din = found[1]
        parts = {"din": din, "fin": din[:5], "year": din[5:7], "sequence": din[7:], "check": found[2]}
        return Route.ISBT128, (_field("001", "Donation identification number", din, parts),)
    if _REGISTRATION.fullmatch(text):
        return Route.ISBT128, (_field("039", "Donor registration (GRID)", text, registration(text).parts),)
    if found := _DONOR.fullmatch(text):
        _check(found[1], found[2])
        return Route.ISBT128, (_field("019", "Donor identification number", found[1], donor(found[1]).parts),)
    raise _not_recognised()


def _check_asked(field: str | None, fields: tuple[ScanField, ...]) -> None:
    if field is not None and field not in {found.id for found in fields}:
        raise Unreadable(
            Refusal.NOT_WHAT_WAS_ASKED,
            "This is another number than the one asked for; type the number that the screen names.",
            fields,
        )


def _check(content: str, typed: str) -> None:
    if not typed:
        raise Unreadable(
            Refusal.CHECK_CHARACTER_MISSING,
            "The check character is missing; type the character in the box after the number as well.",
        )
    if typed != check_character(content):
        raise Unreadable(
            Refusal.CHECK_CHARACTER_WRONG,
            "The check character does not agree with the number; compare each character with the label and type again.",
        )


def _bracketed(text: str) -> tuple[ScanField, ...]:
    pieces = _BRACKETED.findall(text)
    if "".join(f"({ai}){value}" for ai, value in pieces) != text:
        raise Unreadable(
            Refusal.GS1_FAULTY,
            "Each GS1 field is typed as its number in round brackets and its value, such as (01)09506000134352; "
            "type it as the label prints it.",
        )
    fields = read_gs1(element_string(pieces))
    if [(field.id, field.value) for field in fields] != [(f"gs1:{ai}", value) for ai, value in pieces]:
        raise Unreadable(
            Refusal.GS1_FAULTY,
            "The brackets do not stand around the numbers of GS1 fields; type it as printed.",
            fields,
        )
    if not has_checked_key(fields):
        raise Unreadable(
            Refusal.CHECK_CHARACTER_MISSING,
            "None of these fields has a check digit; type the field with the product, container or person number too.",
            fields,
        )
    return fields


def _field(number: str, name: str, value: str, parts: dict[str, str]) -> ScanField:
    return ScanField(id=f"isbt128:{number}", name=name, value=value, parts=parts)


def _not_recognised() -> Unreadable:
    return Unreadable(
        Refusal.CODE_NOT_RECOGNISED,
        "This is no number that can be typed with a check character; type it in capital letters with the character "
        "in the box, or use the slow path of the step.",
    )
