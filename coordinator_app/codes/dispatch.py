"""One raw scan to one meaning, or one reason why not: the order of standards §5.5, and never two answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from coordinator_app.codes.characters import LONGEST_CODE, check_not_configuration, checked_text
from coordinator_app.codes.check_characters import check_digit_holds
from coordinator_app.codes.contract import Contract, check_contract, missing_from
from coordinator_app.codes.digital_link import is_digital_link, read_digital_link
from coordinator_app.codes.gs1 import has_checked_key, read_gs1
from coordinator_app.codes.gs1_values import ai_at
from coordinator_app.codes.isbt128 import read_isbt128
from coordinator_app.codes.sec import PREFIX as SEC_PREFIX
from coordinator_app.codes.sec import read_sec_text
from coordinator_app.codes.signed_label import LONGEST_LABEL, decode
from coordinator_app.codes.signed_label import PREFIX as LABEL_PREFIX
from coordinator_app.codes.trial_patterns import TrialPattern, matching, trial_field
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScanField, ScannedLabel, ScanRefused

__all__ = ["CR", "LF", "TAB", "Contract", "TrialPattern", "read"]

CR, LF, TAB = b"\r", b"\n", b"\t"

GS1_SYMBOLOGIES = frozenset({"]C1", "]d2", "]Q3", "]J1", "]e0", "]z1"})
"""Carriers that say of themselves that they hold an element string."""

RETAIL_SYMBOLOGIES = frozenset({"]E0", "]E4", "]I1"})
"""Carriers of a bare trade item number: EAN-13 and UPC, EAN-8, ITF-14."""

ISBT_SYMBOLOGIES = frozenset({"]C0", "]d1", "]Q1", "]z0", "]d7"})
"""Plain carriers in which ISBT 128 is accepted; `]d7` is the rectangular Data Matrix that no standard asks for."""

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")

Reading = tuple[tuple[ScanField, ...], tuple[str, ...]]


def read(
    raw: bytes,
    *,
    patterns: Sequence[TrialPattern] = (),
    contract: Contract | None = None,
    label_keys: Mapping[str, bytes] = {},
    prefix: bytes = b"",
    suffixes: Sequence[bytes] = (CR, LF, TAB),
) -> ScannedLabel | ScanRefused:
    """Read one scan exactly, or refuse it with the reason.

    `patterns` are the trial's identifiers, of which only `pattern:` ones are tried on plain codes; `contract` is what
    the step needs; `label_keys` are the raw public keys of signers by the hex of their key id; `prefix` and `suffixes`
    are what the scanner was set to add. No web address is ever opened.
    """
    bare = _stripped(raw, prefix, suffixes)
    symbology = None
    route = Route.NONE
    try:
        symbology, text = _opened(bare)
        route, reader = _route_of(symbology, text, patterns, contract, label_keys)
        fields, warnings = reader()
        _check(contract, route, fields)
    except Unreadable as fault:
        return ScanRefused(
            reason=fault.reason,
            message=fault.message,
            raw=bare,
            route=route,
            symbology=symbology,
            fields=fault.fields,
        )
    if symbology == "]d7":
        warnings = (*warnings, Refusal.SYMBOLOGY_RECTANGULAR.value)
    return ScannedLabel(route=route, symbology=symbology, fields=fields, raw=bare, warnings=warnings)


def _stripped(raw: bytes, prefix: bytes, suffixes: Sequence[bytes]) -> bytes:
    bare = raw.removeprefix(prefix)
    while ending := next((suffix for suffix in suffixes if suffix and bare.endswith(suffix)), b""):
        bare = bare.removesuffix(ending)
    return bare


def _opened(bare: bytes) -> tuple[str | None, str]:
    """Split off the symbology identifier after the characters were found harmless."""
    head = bare[:3].decode("latin-1")
    symbology = head if _SYMBOLOGY.fullmatch(head) else None
    body = bare[3:] if symbology else bare
    longest = LONGEST_LABEL if body.startswith(LABEL_PREFIX.encode()) and body.isdigit() else LONGEST_CODE
    text = checked_text(body, longest)
    check_not_configuration(text)
    return symbology, text


def _route_of(
    symbology: str | None,
    text: str,
    patterns: Sequence[TrialPattern],
    contract: Contract | None,
    label_keys: Mapping[str, bytes],
) -> tuple[Route, Callable[[], Reading]]:
    """Return the one route of a text and what reads it; raises Unreadable for none and for two."""
    if symbology in GS1_SYMBOLOGIES:
        return Route.GS1, lambda: (read_gs1(text), ())
    if symbology in RETAIL_SYMBOLOGIES:
        return Route.GTIN, lambda: (_trade_item(text), (Refusal.NOT_IDENTITY_EVIDENCE.value,))
    names = matching(patterns, text)
    claimed = _claimed_by_form(symbology, text, label_keys)
    inferred = _inferred_gs1(text, contract) if symbology is None and claimed is None else None
    if isinstance(inferred, tuple):
        fields = inferred
        claimed = Route.GS1, lambda: (fields, (Refusal.SYMBOLOGY_INFERRED.value,))
    if len(names) + (claimed is not None) > 1:
        raise Unreadable(
            Refusal.CODE_AMBIGUOUS,
            "This code can be read in two ways, so it is not read at all; ask the coordinator to tell the trial's "
            "identifiers apart, and scan another code of the label.",
        )
    if claimed is not None:
        return claimed
    if names:
        return Route.TRIAL, lambda: ((trial_field(names[0], text),), ())
    raise inferred if isinstance(inferred, Unreadable) else _not_recognised()


def _claimed_by_form(
    symbology: str | None, text: str, label_keys: Mapping[str, bytes]
) -> tuple[Route, Callable[[], Reading]] | None:
    if text[0] in "=&" and (symbology is None or symbology in ISBT_SYMBOLOGIES):
        return Route.ISBT128, partial(read_isbt128, text)
    if is_digital_link(text):
        return Route.DIGITAL_LINK, lambda: (read_digital_link(text), ())
    if text.startswith(LABEL_PREFIX):
        return Route.SIGNED_LABEL, lambda: (decode(text, label_keys)[1], ())
    if text.startswith(SEC_PREFIX):
        return Route.SEC, lambda: (read_sec_text(text), ())
    return None


def _inferred_gs1(text: str, contract: Contract | None) -> tuple[ScanField, ...] | Unreadable | None:
    """Read a code without symbology identifier as GS1 where nothing in it speaks against that.

    Returns the fields; or the reason why a text that begins like GS1 is not; or None where it does not begin so.
    """
    if not text[:2].isdigit() or ai_at(text) is None:
        return None
    try:
        fields = read_gs1(text)
        check_contract(contract, fields)
    except Unreadable as fault:
        return fault
    # Many a hospital number parses as an internal field (91) or an order (400): only a right check digit convinces.
    return fields if has_checked_key(fields) else _not_recognised()


def _trade_item(text: str) -> tuple[ScanField, ...]:
    """Read the bare number of a retail code: 8, 12, 13 or 14 digits with a check digit."""
    if not text.isdigit() or len(text) not in (8, 12, 13, 14):
        raise Unreadable(
            Refusal.CODE_CUT_OFF, "A retail code has 8, 12, 13 or 14 digits, and this one has not; scan it again."
        )
    holds = check_digit_holds(text)
    field = ScanField(id="gs1:01", name="GTIN", value=text, valid=holds, parts={"gtin": text.zfill(14)})
    if not holds:
        raise Unreadable(
            Refusal.CHECK_CHARACTER_WRONG,
            "The check digit of this retail code does not agree with it; scan it again.",
            (field,),
        )
    return (field,)


def _check(contract: Contract | None, route: Route, fields: tuple[ScanField, ...]) -> None:
    if route is Route.GTIN and missing_from(contract, fields):
        raise Unreadable(
            Refusal.NOT_IDENTITY_EVIDENCE,
            "A retail code names a kind of product and not the one in your hand; scan the code with the serial number.",
            fields,
        )
    check_contract(contract, fields)


def _not_recognised() -> Unreadable:
    return Unreadable(
        Refusal.CODE_NOT_RECOGNISED,
        "The program does not recognise this code; scan another code of the label, or check the scanner with the "
        "calibration card.",
    )
