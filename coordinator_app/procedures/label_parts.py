"""What a step needs from a unit's label: several symbols gathered, a lost separator told apart from a mismatch."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from coordinator_app.codes.collected import Collected, collect
from coordinator_app.codes.contract import Contract
from coordinator_app.codes.keys import keys_of
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScannedLabel, ScanRefused
from coordinator_app.procedures.reading import CodeRead
from coordinator_app.procedures.workplace import Workplace

GS1_ITEM = Contract(("gs1:01", "gs1:21"))
ISBT_PRODUCT = Contract(("isbt128:001", "isbt128:003"))
_COMPANIONS = {
    GS1_ITEM.required: frozenset({"gs1:01", "gs1:21", "gs1:10", "gs1:17", "gs1:11", "gs1:7003"}),
    ISBT_PRODUCT.required: frozenset({"isbt128:001", "isbt128:003", "isbt128:005", "isbt128:032"}),
}
_AFTER_SERIAL = ("10", "11", "17", "21", "240", "250", "7003", "7240")
"""Elements that may stand behind a serial; a known serial that goes on with one of them has swallowed it."""


class Gathered(Struct, frozen=True):
    """What a scan came to: a whole code to go on with, parts still missing, or a refusal."""

    code: CodeRead | None = None
    parts: tuple[ScannedLabel | ScanRefused, ...] = ()
    missing: tuple[str, ...] = ()
    refusal: Refusal | None = None


def contract_for(codes_of_units: Iterable[frozenset[str]]) -> Contract | None:
    """Return what a label must hold to tell these units apart, or None where any one code does."""
    codes = list(codes_of_units)
    if codes and all(any(code.startswith("item:") for code in each) for each in codes):
        return GS1_ITEM
    donations = [code for each in codes for code in each if code.startswith("din:")]
    return ISBT_PRODUCT if len(donations) > len(set(donations)) else None


def gather(
    work: Workplace,
    code: CodeRead,
    parts: tuple[ScannedLabel | ScanRefused, ...],
    codes_of_units: tuple[frozenset[str], ...],
) -> Gathered:
    """Join a scan with the parts read before it, as far as it belongs to a unit's label; any other goes on alone."""
    contract = contract_for(codes_of_units)
    result = code.label or code.refused
    if contract is None or result is None or not _belongs(result, contract):
        return Gathered(code)
    if _swallowed(code, codes_of_units):
        return Gathered(refusal=Refusal.SEPARATOR_LOST)
    joined: Collected = collect([*parts, result], contract)
    if joined.refused is not None:
        return Gathered(code) if not parts else Gathered(refusal=joined.refused.reason)
    if joined.label is None:
        return Gathered(parts=(*parts, result), missing=joined.missing)
    codes = frozenset(keys_of(joined.label))
    whole = CodeRead(code.raw, code.how, code.scanner, code.at_ns, joined.label, None, codes, work.find(sorted(codes)))
    return Gathered(whole)


def _belongs(result: ScannedLabel | ScanRefused, contract: Contract) -> bool:
    if isinstance(result, ScanRefused) and result.reason is not Refusal.GS1_REQUISITE_MISSING:
        return False
    if result.route not in {Route.GS1, Route.DIGITAL_LINK, Route.ISBT128}:
        return False
    return any(field.id in _COMPANIONS[contract.required] for field in result.fields)


def _swallowed(code: CodeRead, codes_of_units: tuple[frozenset[str], ...]) -> bool:
    """Tell whether the serial read is an expected serial with the next element run into it."""
    if code.found:
        return False
    expected = [each for codes in codes_of_units for each in codes if each.startswith("item:")]
    read = [each for each in code.codes if each.startswith("item:")]
    return any(
        each.startswith(known) and each[len(known) :].startswith(_AFTER_SERIAL) for each in read for known in expected
    )
