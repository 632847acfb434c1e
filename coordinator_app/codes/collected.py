"""Several symbols on one label: what they say together, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from coordinator_app.codes.contract import Contract, missing_from
from coordinator_app.codes.gs1 import together
from coordinator_app.codes.unreadable import Unreadable
from coordinator_app.domain.refusal import Refusal
from coordinator_app.domain.scan import Route, ScanField, ScannedLabel, ScanRefused


class Collected(Struct, frozen=True):
    """What a step has gathered: the whole label once nothing is missing, the parts still missing, or a refusal."""

    label: ScannedLabel | None = None
    missing: tuple[str, ...] = ()
    refused: ScanRefused | None = None


def collect(scans: Sequence[ScannedLabel | ScanRefused], contract: Contract) -> Collected:
    """Join the scans of one label, read one after the other without a contract, into what the step needs.

    A GS1 symbol that only lacks its companion fields counts, because they may stand in the next symbol; any other
    refused scan, two routes, or one field with two values ends the collection.
    """
    last = scans[-1]
    for scan in scans:
        if isinstance(scan, ScanRefused) and scan.reason is not Refusal.GS1_REQUISITE_MISSING:
            return Collected(refused=scan)
    if len({scan.route for scan in scans}) > 1:
        return _refuse(last, Refusal.CODE_AMBIGUOUS, "The codes scanned are of different standards; begin again.")
    fields = _joined(scans)
    if fields is None:
        return _refuse(
            last, Refusal.CODES_RUN_TOGETHER, "Two codes give different values for one field; begin again on one label."
        )
    missing = missing_from(contract, fields)
    if missing:
        return Collected(missing=missing)
    if last.route in (Route.GS1, Route.DIGITAL_LINK):
        try:
            together(fields)
        except Unreadable as fault:
            return _refuse(last, fault.reason, fault.message)
    warnings = dict.fromkeys(warning for scan in scans for warning in scan.warnings)
    if any(field.id == "isbt128:032" for field in fields):
        warnings.pop(Refusal.DIVISION_ELSEWHERE.value, None)
    return Collected(
        label=ScannedLabel(
            route=last.route, symbology=last.symbology, fields=fields, raw=last.raw, warnings=tuple(warnings)
        )
    )


def _joined(scans: Sequence[ScannedLabel | ScanRefused]) -> tuple[ScanField, ...] | None:
    values: dict[str, ScanField] = {}
    for scan in scans:
        for field in scan.fields:
            if values.setdefault(field.id, field).value != field.value:
                return None
    return tuple(values.values())


def _refuse(last: ScannedLabel | ScanRefused, reason: Refusal, message: str) -> Collected:
    return Collected(
        refused=ScanRefused(reason=reason, message=message, raw=last.raw, route=last.route, symbology=last.symbology)
    )
