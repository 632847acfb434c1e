"""GS1 Digital Link: the identifiers in a web address, read from its text; the address itself is never opened."""

from __future__ import annotations

import re
from urllib.parse import unquote

from coordinator_app.codes.gs1 import together
from coordinator_app.codes.gs1_values import Identifier, ai_at, read_value
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import ScanField

_ADDRESS = re.compile(r"https?://([A-Za-z0-9.:\[\]-]+)(/[^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE)
_ADDRESS_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")

_QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "253": ((),),
    "255": ((),),
    "401": ((),),
    "402": ((),),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": ((),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": ((),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""The keys that may lead a path and the qualifiers that may follow them, in order (GS1 syntax dictionary)."""

_NEVER_IN_QUERY = frozenset({"03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8200"})
"""Identifiers that are qualifiers or not meant for the web: in the query they would mean something else."""


def is_digital_link(text: str) -> bool:
    """Tell whether a text is a web address whose path leads to a GS1 key."""
    address = _ADDRESS.fullmatch(text)
    return address is not None and any(segment in _QUALIFIERS for segment in address[2].split("/"))


def read_digital_link(text: str) -> tuple[ScanField, ...]:
    """Read the fields of a Digital Link in the order of the address; raises Unreadable."""
    address = _ADDRESS.fullmatch(text)
    if not address or not _ADDRESS_CHARACTERS.fullmatch(text):
        raise _not_a_link("is not a web address that a label may carry")
    fields: list[ScanField] = []
    try:
        for ai, value in (*_of_path(address[2]), *_of_query(address[3] or "")):
            fields.append(read_value(ai, value))
    except Unreadable as fault:
        raise Unreadable(fault.reason, fault.message, (*fields, *fault.fields)) from None
    return together(fields)


def _of_path(path: str) -> list[tuple[Identifier, str]]:
    segments = path.strip("/").split("/")
    # The last key counts: what stands before it is only where the address's owner keeps such pages.
    for start in range(len(segments) - 2, -1, -2):
        key = segments[start]
        if key in _QUALIFIERS:
            pairs = list(zip(segments[start::2], segments[start + 1 :: 2], strict=True))
            _check_order(key, [ai for ai, _ in pairs[1:]])
            return [(_known(ai), unquote(value)) for ai, value in pairs]
    raise _not_a_link("holds no identifier of a thing")


def _check_order(key: str, qualifiers: list[str]) -> None:
    for allowed in _QUALIFIERS[key]:
        remaining = iter(allowed)
        # Each qualifier must be found after the one before it: consuming the iterator keeps the order.
        if all(qualifier in remaining for qualifier in qualifiers):
            return
    raise _not_a_link(f"holds identifiers that may not follow ({key}) in this order")


def _of_query(query: str) -> list[tuple[Identifier, str]]:
    pairs = []
    for piece in filter(None, re.split("[&;]", query)):
        key, _, value = piece.partition("=")
        # Words such as `linkType` are for the web and say nothing about the thing; a number claims to be a field.
        if key.isdigit():
            if key in _NEVER_IN_QUERY:
                raise _not_a_link(f"holds ({key}) after the question mark, where it may not stand")
            pairs.append((_known(key), unquote(value.replace("+", " "))))
    return pairs


def _known(ai: str) -> Identifier:
    known = ai_at(ai)
    if known is None or known.ai != ai:
        raise _not_a_link(f"holds ({ai}), which is no GS1 field")
    return known


def _not_a_link(how: str) -> Unreadable:
    return Unreadable(
        Refusal.GS1_FAULTY, f"The web address on this label {how}; scan another code of the label. It is never opened."
    )
